/* Between Python's values and what crosses to the host: addresses with lengths, and the few SCALE
 * encodings that host functions use. */
#ifndef SPAN_H
#define SPAN_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "host_functions.h"

static inline Span span(const void *bytes, size_t size) {
    return (Span)size << 32 | (uint32_t)(uintptr_t)bytes;
}

static inline const uint8_t *span_bytes(Span s) { return (const uint8_t *)(uintptr_t)(uint32_t)s; }

static inline size_t span_size(Span s) { return (size_t)(s >> 32); }

/* Span of a bytes-like object, which must outlive it unchanged; false with TypeError set. */
int span_of(PyObject *object, Span *out);

/* The bytes of an object that must have exactly `size` of them; NULL with an error set. */
const uint8_t *fixed_bytes(PyObject *object, Py_ssize_t size, const char *what);

/* Bytes of a host's allocation, which is freed. */
PyObject *take_fixed(uint8_t *block, Py_ssize_t size);
PyObject *take_bytes(Span result);

/* The content of a SCALE encoded Option<Vec<u8>>, or None; the host's allocation is freed. */
PyObject *take_optional(Span result);

/* The payload of a SCALE encoded Result<[u8; size], _>, or None for an error. */
PyObject *take_result(Span result, Py_ssize_t size);

/* (removed, whether all) from a SCALE encoded KillStorageResult. */
PyObject *take_removed(Span result);

/* A SCALE encoded Option<u32> in `buffer`, from None or an int; false with an error set. */
#define OPTION_U32_SIZE 5
int option_u32(PyObject *limit, uint8_t buffer[OPTION_U32_SIZE], Span *out);

/* TypeError unless the call has `expected` arguments. */
int check_arguments(Py_ssize_t given, Py_ssize_t expected, const char *function);

#endif
