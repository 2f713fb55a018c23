#include "span.h"

/* SCALE compact integers: the low two bits of the first byte tell how many bytes there are. */
static const uint8_t *read_compact_u32(const uint8_t *at, const uint8_t *end, uint32_t *out) {
    if (at == end) return NULL;
    size_t size = (size_t)1 << (at[0] & 3);
    if (size == 8) size = 5; /* 0b11: four bytes follow the first, as lengths are u32 */
    if ((size_t)(end - at) < size) return NULL;
    uint32_t value = 0;
    if (size == 5) {
        if (at[0] != 3) return NULL;
        memcpy(&value, at + 1, 4);
    } else {
        memcpy(&value, at, size);
        value >>= 2;
    }
    *out = value;
    return at + size;
}

int span_of(PyObject *object, Span *out) {
    if (PyBytes_CheckExact(object)) {
        *out = span(PyBytes_AS_STRING(object), (size_t)PyBytes_GET_SIZE(object));
        return 1;
    }
    Py_buffer view;
    if (PyObject_GetBuffer(object, &view, PyBUF_SIMPLE) < 0) return 0;
    *out = span(view.buf, (size_t)view.len);
    /* The caller holds the object, and no Python code runs before the host has read it. */
    PyBuffer_Release(&view);
    return 1;
}

const uint8_t *fixed_bytes(PyObject *object, Py_ssize_t size, const char *what) {
    Span s;
    if (!span_of(object, &s)) return NULL;
    if (span_size(s) != (size_t)size) {
        PyErr_Format(PyExc_ValueError, "%s has %zd bytes, not %zu", what, size, span_size(s));
        return NULL;
    }
    return span_bytes(s);
}

PyObject *take_fixed(uint8_t *block, Py_ssize_t size) {
    PyObject *bytes = PyBytes_FromStringAndSize((const char *)block, size);
    ext_allocator_free_version_1(block);
    return bytes;
}

/* A host may give an empty result without allocating it: then its address means nothing. */
static void free_result(Span result) {
    if (span_size(result)) ext_allocator_free_version_1((void *)span_bytes(result));
}

PyObject *take_bytes(Span result) {
    PyObject *bytes =
        PyBytes_FromStringAndSize((const char *)span_bytes(result), (Py_ssize_t)span_size(result));
    free_result(result);
    return bytes;
}

static PyObject *malformed(const char *what) {
    PyErr_Format(PyExc_SystemError, "the host returned a malformed %s", what);
    return NULL;
}

PyObject *take_optional(Span result) {
    const uint8_t *at = span_bytes(result), *end = at + span_size(result);
    PyObject *value;
    uint32_t size;
    if (at == end || at[0] > 1) {
        value = malformed("optional value");
    } else if (at[0] == 0) {
        value = Py_NewRef(Py_None);
    } else if (!(at = read_compact_u32(at + 1, end, &size)) || (size_t)(end - at) != size) {
        value = malformed("optional value");
    } else {
        value = PyBytes_FromStringAndSize((const char *)at, (Py_ssize_t)size);
    }
    free_result(result);
    return value;
}

PyObject *take_result(Span result, Py_ssize_t size) {
    const uint8_t *at = span_bytes(result);
    PyObject *value;
    if (span_size(result) == (size_t)size + 1 && at[0] == 0) {
        value = PyBytes_FromStringAndSize((const char *)at + 1, size);
    } else if (span_size(result) >= 1 && at[0] == 1) {
        value = Py_NewRef(Py_None);
    } else {
        value = malformed("result");
    }
    free_result(result);
    return value;
}

PyObject *take_removed(Span result) {
    const uint8_t *at = span_bytes(result);
    PyObject *value;
    if (span_size(result) == 5 && at[0] <= 1) {
        uint32_t removed;
        memcpy(&removed, at + 1, 4);
        value = Py_BuildValue("(kO)", (unsigned long)removed, at[0] == 0 ? Py_True : Py_False);
    } else {
        value = malformed("count of removed keys");
    }
    free_result(result);
    return value;
}

int option_u32(PyObject *limit, uint8_t buffer[OPTION_U32_SIZE], Span *out) {
    if (limit == Py_None) {
        buffer[0] = 0;
        *out = span(buffer, 1);
        return 1;
    }
    unsigned long value = PyLong_AsUnsignedLong(limit);
    if (value == (unsigned long)-1 && PyErr_Occurred()) return 0;
    uint32_t little_endian = (uint32_t)value;
    buffer[0] = 1;
    memcpy(buffer + 1, &little_endian, 4);
    *out = span(buffer, OPTION_U32_SIZE);
    return 1;
}

int check_arguments(Py_ssize_t given, Py_ssize_t expected, const char *function) {
    if (given == expected) return 1;
    PyErr_Format(PyExc_TypeError, "%s takes %zd arguments, not %zd", function, expected, given);
    return 0;
}
