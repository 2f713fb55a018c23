/* `_host`: hashes, signatures, the trie of enumerated values. */
#include "host_module.h"
#include "span.h"

/* Extrinsics are rooted in the old layout: sp_version's extrinsics_root_state_version of a runtime
 * of system version 1. */
#define ORDERED_ROOT_STATE_VERSION 0

#define HASH(name, size)                                                        \
    static PyObject *name(PyObject *Py_UNUSED(module), PyObject *data) {        \
        Span d;                                                                 \
        if (!span_of(data, &d)) return NULL;                                    \
        return take_fixed(ext_hashing_##name##_version_1(d), size);             \
    }

HASH(blake2_128, 16)
HASH(blake2_256, 32)
HASH(twox_64, 8)
HASH(twox_128, 16)
HASH(twox_256, 32)
HASH(keccak_256, 32)
HASH(sha2_256, 32)

typedef int32_t (*Verify)(const uint8_t *signature, Span message, const uint8_t *public);

/* A signature or key of another size than the scheme's is simply none that verifies. */
static PyObject *verify(Verify host, size_t signature_size, size_t public_size,
                        PyObject *const *args, Py_ssize_t count) {
    Span signature, message, public;
    if (!check_arguments(count, 3, "verify") || !span_of(args[0], &signature) ||
        !span_of(args[1], &message) || !span_of(args[2], &public)) {
        return NULL;
    }
    if (span_size(signature) != signature_size || span_size(public) != public_size) {
        Py_RETURN_FALSE;
    }
    return PyBool_FromLong(host(span_bytes(signature), message, span_bytes(public)));
}

static PyObject *sr25519_verify(PyObject *Py_UNUSED(m), PyObject *const *args, Py_ssize_t count) {
    return verify(ext_crypto_sr25519_verify_version_2, 64, 32, args, count);
}

static PyObject *ed25519_verify(PyObject *Py_UNUSED(m), PyObject *const *args, Py_ssize_t count) {
    return verify(ext_crypto_ed25519_verify_version_1, 64, 32, args, count);
}

static PyObject *ecdsa_verify(PyObject *Py_UNUSED(m), PyObject *const *args, Py_ssize_t count) {
    return verify(ext_crypto_ecdsa_verify_version_2, 65, 33, args, count);
}

typedef Span (*Recover)(const uint8_t *signature, const uint8_t *digest);

static PyObject *recover(Recover host, Py_ssize_t size, PyObject *const *args, Py_ssize_t count) {
    Span signature, digest;
    if (!check_arguments(count, 2, "recover") || !span_of(args[0], &signature) ||
        !span_of(args[1], &digest)) {
        return NULL;
    }
    if (span_size(signature) != 65 || span_size(digest) != 32) Py_RETURN_NONE;
    return take_result(host(span_bytes(signature), span_bytes(digest)), size);
}

static PyObject *secp256k1_recover(PyObject *Py_UNUSED(m), PyObject *const *args,
                                   Py_ssize_t count) {
    return recover(ext_crypto_secp256k1_ecdsa_recover_version_2, 64, args, count);
}

static PyObject *secp256k1_recover_compressed(PyObject *Py_UNUSED(m), PyObject *const *args,
                                              Py_ssize_t count) {
    return recover(ext_crypto_secp256k1_ecdsa_recover_compressed_version_2, 33, args, count);
}

/* The seed comes as the host takes it: a SCALE encoded Option<Vec<u8>>. */
static PyObject *sr25519_generate(PyObject *Py_UNUSED(m), PyObject *const *args,
                                  Py_ssize_t count) {
    Span seed;
    if (!check_arguments(count, 2, "sr25519_generate")) return NULL;
    const uint8_t *key_type = fixed_bytes(args[0], 4, "a key type");
    if (!key_type || !span_of(args[1], &seed)) return NULL;
    return take_fixed(ext_crypto_sr25519_generate_version_1(key_type, seed), 32);
}

/* The values come SCALE encoded, as Vec<Vec<u8>>. */
static PyObject *ordered_root(PyObject *Py_UNUSED(m), PyObject *values) {
    Span v;
    if (!span_of(values, &v)) return NULL;
    return take_fixed(ext_trie_blake2_256_ordered_root_version_2(v, ORDERED_ROOT_STATE_VERSION),
                      32);
}

PyMethodDef crypto_functions[] = {
    {"blake2_128", blake2_128, METH_O, NULL},
    {"blake2_256", blake2_256, METH_O, NULL},
    {"twox_64", twox_64, METH_O, NULL},
    {"twox_128", twox_128, METH_O, NULL},
    {"twox_256", twox_256, METH_O, NULL},
    {"keccak_256", keccak_256, METH_O, NULL},
    {"sha2_256", sha2_256, METH_O, NULL},
    {"sr25519_verify", FASTCALL(sr25519_verify), METH_FASTCALL, NULL},
    {"ed25519_verify", FASTCALL(ed25519_verify), METH_FASTCALL, NULL},
    {"ecdsa_verify", FASTCALL(ecdsa_verify), METH_FASTCALL, NULL},
    {"secp256k1_recover", FASTCALL(secp256k1_recover), METH_FASTCALL, NULL},
    {"secp256k1_recover_compressed", FASTCALL(secp256k1_recover_compressed), METH_FASTCALL, NULL},
    {"sr25519_generate", FASTCALL(sr25519_generate), METH_FASTCALL, NULL},
    {"ordered_root", ordered_root, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
