/* What the interpreter links in that is written in Rust (liblinked.a, made by build.sh):
 *
 *   programs_*    an engine for Gear programs, where parachain/runtime/gear/sandbox.py says what an
 *                 engine does; it runs what page_checks.py makes of instrumented code;
 *   bls12_381     the curve, for Gear's builtin actor.
 *
 * There are no threads. Nothing here unwinds or jumps, and host functions must not jump over it.
 * Pointers to no bytes at all may be null.
 *
 * The library needs from the interpreter: malloc, calloc, realloc, aligned_alloc, free, and
 * linked_panic below.
 */
#ifndef LINKED_H
#define LINKED_H

#include <stddef.h>
#include <stdint.h>

/* Ends everything: the library has met a mistake of its own, or there is no memory left. */
_Noreturn void linked_panic(const char *message, size_t size);

/* ---- programs ---- */

typedef struct programs_sandbox programs_sandbox;
typedef struct programs_instance programs_instance;

typedef enum programs_status {
    PROGRAMS_OK = 0,
    PROGRAMS_STOPPED = 1,          /* a host function returned something else than 0 */
    PROGRAMS_NOT_INSTANTIATED = 2, /* InstantiationError */
    PROGRAMS_OUT_OF_BOUNDS = 3,    /* MemoryOutOfBounds */
    PROGRAMS_OUT_OF_MEMORY = 4,    /* nothing a program may notice: panic, or raise MemoryError */
    PROGRAMS_UNKNOWN = 5,          /* no code is kept under the key: compile it first */
    /* WasmTrap, by TrapKind */
    PROGRAMS_TRAP_UNREACHABLE = 16,
    PROGRAMS_TRAP_MEMORY_OUT_OF_BOUNDS = 17,
    PROGRAMS_TRAP_TABLE = 18,
    PROGRAMS_TRAP_ARITHMETIC = 19,
    PROGRAMS_TRAP_STACK_OVERFLOW = 20,
    PROGRAMS_TRAP_OTHER = 21
} programs_status;

/* A host function; all are imported from the module "env". With `parameters` given, code that
 * imports it with another type is not instantiated; without, it may have any type. */
typedef struct programs_function {
    const char *name;
    size_t name_size;
    const uint8_t *parameters; /* 0x7f for an i32, 0x7e for an i64; at most 16; or NULL */
    size_t parameter_count;
    int32_t has_result; /* whether an i32 comes back */
} programs_function;

/* Called for every host function: `function` is its place in the table that the engine was made
 * with. Arguments are unsigned, i32 extended by zeros. The low 32 bits of *result, which is 0
 * before, are the result of a function that has one. Anything but 0 ends the execution:
 * programs_call returns PROGRAMS_STOPPED; why, the caller keeps for itself (such as the exception
 * that is set).
 *
 * From within, the instance that runs may be asked for its memory and gas and have pages opened;
 * it must not be called or deleted. */
typedef int32_t (*programs_host_call)(void *context, uint32_t function, const uint64_t *arguments,
                                      size_t count, uint64_t *result);

/* An engine for a table of host functions; the table is copied. */
programs_sandbox *programs_sandbox_new(const programs_function *functions, size_t count,
                                       programs_host_call host_call);
/* Instances stay. */
void programs_sandbox_delete(programs_sandbox *sandbox);

/* 1 if code is kept under the key, else 0. Of code, 8 MiB are kept; what is used least goes. */
int32_t programs_has(const programs_sandbox *sandbox, const uint8_t *key, size_t key_size);

/* Compile what add_page_checks() returned, and keep it. PROGRAMS_OK, _NOT_INSTANTIATED or
 * _OUT_OF_MEMORY. */
programs_status programs_compile(programs_sandbox *sandbox, const uint8_t *key, size_t key_size,
                                 const uint8_t *code, size_t code_size);

/* An instance of the code under the key, with a memory of `memory_pages` pages of 64 KiB, or more
 * if the code says so. PROGRAMS_OK, _NOT_INSTANTIATED, _OUT_OF_BOUNDS beyond 32,768 pages,
 * _OUT_OF_MEMORY or _UNKNOWN. */
programs_status programs_instantiate(programs_sandbox *sandbox, const uint8_t *key, size_t key_size,
                                     void *context, uint32_t memory_pages,
                                     programs_instance **instance);
void programs_instance_delete(programs_instance *instance);

/* Run an exported function without parameters and results. PROGRAMS_OK, _STOPPED, _OUT_OF_MEMORY
 * or a trap. */
programs_status programs_call(const programs_instance *instance, const char *export,
                              size_t export_size);

/* Where the memory is; returns its size in bytes. Valid until it grows or code runs. */
size_t programs_memory(const programs_instance *instance, uint8_t **memory);

/* Add pages of zeros to the memory. PROGRAMS_OK, _OUT_OF_BOUNDS beyond 32,768 pages in all, or
 * _OUT_OF_MEMORY. */
programs_status programs_grow(const programs_instance *instance, uint32_t pages);

/* gear_gas: what the code may still burn. */
uint64_t programs_gas(const programs_instance *instance);
void programs_set_gas(const programs_instance *instance, uint64_t gas);

/* Let the code read, or also write, Gear pages of 16 KiB from `first` below `end`. PROGRAMS_OK, or
 * _OUT_OF_BOUNDS beyond 131,072. */
programs_status programs_open_pages(const programs_instance *instance, uint32_t first, uint32_t end,
                                    int32_t writable);

/* ---- bls12_381 ---- */

/* Run an operation. The numbers are those of the builtin actor's requests, and the argument is what
 * follows the number in a request: its fields, each a SCALE encoded Vec<u8>. Returns 1 and the
 * content of the response's field, to be given back with bls12_381_free; or 0 if the argument is
 * refused. */
#define BLS12_381_MULTI_MILLER_LOOP 0
#define BLS12_381_FINAL_EXPONENTIATION 1
#define BLS12_381_MSM_G1 2
#define BLS12_381_MSM_G2 3
#define BLS12_381_MUL_PROJECTIVE_G1 4
#define BLS12_381_MUL_PROJECTIVE_G2 5
#define BLS12_381_AGGREGATE_G1 6
#define BLS12_381_MAP_TO_G2 7

int32_t bls12_381(uint32_t operation, const uint8_t *argument, size_t argument_size,
                  uint8_t **result, size_t *result_size);
void bls12_381_free(uint8_t *result, size_t result_size);

#endif
