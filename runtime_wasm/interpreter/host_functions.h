/* The functions that a Substrate host offers to a runtime, as this interpreter imports them.
 *
 * Names, versions and signatures are those of sp-io (polkadot-sdk); of several versions of one
 * function, the newest that all hosts have. A `Span` is the address of bytes in its low and their
 * length in its high 32 bits. What a host returns lies in memory it has allocated and that its
 * receiver frees: see span.h. runtime_wasm/allowed_imports.txt lists the same names.
 */
#ifndef HOST_FUNCTIONS_H
#define HOST_FUNCTIONS_H

#include <stdint.h>

typedef uint64_t Span;

#define HOST(name) __attribute__((import_module("env"), import_name(#name))) extern

/* Memory above __heap_base. */
HOST(ext_allocator_malloc_version_1) void *ext_allocator_malloc_version_1(uint32_t size);
HOST(ext_allocator_free_version_1) void ext_allocator_free_version_1(void *block);

/* The state: optional values come back SCALE encoded. */
HOST(ext_storage_get_version_1) Span ext_storage_get_version_1(Span key);
HOST(ext_storage_set_version_1) void ext_storage_set_version_1(Span key, Span value);
HOST(ext_storage_clear_version_1) void ext_storage_clear_version_1(Span key);
HOST(ext_storage_exists_version_1) int32_t ext_storage_exists_version_1(Span key);
HOST(ext_storage_append_version_1) void ext_storage_append_version_1(Span key, Span item);
HOST(ext_storage_next_key_version_1) Span ext_storage_next_key_version_1(Span key);
HOST(ext_storage_clear_prefix_version_2)
Span ext_storage_clear_prefix_version_2(Span prefix, Span limit);
HOST(ext_storage_root_version_2) Span ext_storage_root_version_2(int32_t state_version);
HOST(ext_storage_start_transaction_version_1) void ext_storage_start_transaction_version_1(void);
HOST(ext_storage_commit_transaction_version_1) void ext_storage_commit_transaction_version_1(void);
HOST(ext_storage_rollback_transaction_version_1)
void ext_storage_rollback_transaction_version_1(void);

/* Child tries, by their id without the well-known prefix. */
HOST(ext_default_child_storage_get_version_1)
Span ext_default_child_storage_get_version_1(Span child, Span key);
HOST(ext_default_child_storage_set_version_1)
void ext_default_child_storage_set_version_1(Span child, Span key, Span value);
HOST(ext_default_child_storage_clear_version_1)
void ext_default_child_storage_clear_version_1(Span child, Span key);
HOST(ext_default_child_storage_next_key_version_1)
Span ext_default_child_storage_next_key_version_1(Span child, Span key);
HOST(ext_default_child_storage_clear_prefix_version_2)
Span ext_default_child_storage_clear_prefix_version_2(Span child, Span prefix, Span limit);
HOST(ext_default_child_storage_storage_kill_version_3)
Span ext_default_child_storage_storage_kill_version_3(Span child, Span limit);
HOST(ext_default_child_storage_root_version_2)
Span ext_default_child_storage_root_version_2(Span child, int32_t state_version);

/* Hashing: a pointer to as many bytes as the name says. */
HOST(ext_hashing_blake2_128_version_1) uint8_t *ext_hashing_blake2_128_version_1(Span data);
HOST(ext_hashing_blake2_256_version_1) uint8_t *ext_hashing_blake2_256_version_1(Span data);
HOST(ext_hashing_twox_64_version_1) uint8_t *ext_hashing_twox_64_version_1(Span data);
HOST(ext_hashing_twox_128_version_1) uint8_t *ext_hashing_twox_128_version_1(Span data);
HOST(ext_hashing_twox_256_version_1) uint8_t *ext_hashing_twox_256_version_1(Span data);
HOST(ext_hashing_keccak_256_version_1) uint8_t *ext_hashing_keccak_256_version_1(Span data);
HOST(ext_hashing_sha2_256_version_1) uint8_t *ext_hashing_sha2_256_version_1(Span data);

/* Signatures: fixed sizes go by pointer. Recovery returns a SCALE encoded Result. */
HOST(ext_crypto_sr25519_verify_version_2)
int32_t ext_crypto_sr25519_verify_version_2(const uint8_t *sig, Span message, const uint8_t *key);
HOST(ext_crypto_ed25519_verify_version_1)
int32_t ext_crypto_ed25519_verify_version_1(const uint8_t *sig, Span message, const uint8_t *key);
HOST(ext_crypto_ecdsa_verify_version_2)
int32_t ext_crypto_ecdsa_verify_version_2(const uint8_t *sig, Span message, const uint8_t *key);
HOST(ext_crypto_secp256k1_ecdsa_recover_version_2)
Span ext_crypto_secp256k1_ecdsa_recover_version_2(const uint8_t *sig, const uint8_t *digest);
HOST(ext_crypto_secp256k1_ecdsa_recover_compressed_version_2)
Span ext_crypto_secp256k1_ecdsa_recover_compressed_version_2(const uint8_t *sig,
                                                             const uint8_t *digest);
HOST(ext_crypto_sr25519_generate_version_1)
uint8_t *ext_crypto_sr25519_generate_version_1(const uint8_t *key_type, Span seed);

/* Everything else. */
HOST(ext_trie_blake2_256_ordered_root_version_2)
uint8_t *ext_trie_blake2_256_ordered_root_version_2(Span values, int32_t state_version);
HOST(ext_misc_runtime_version_version_1) Span ext_misc_runtime_version_version_1(Span code);
HOST(ext_logging_log_version_1)
void ext_logging_log_version_1(int32_t level, Span target, Span message);
HOST(ext_panic_handler_abort_on_panic_version_1)
void ext_panic_handler_abort_on_panic_version_1(Span message);

#undef HOST
#endif
