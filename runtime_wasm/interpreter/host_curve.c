/* `_host`: the curve BLS12-381, which is written in Rust. */
#include "host_module.h"
#include "linked.h"
#include "span.h"

static PyObject *curve(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count) {
    Span argument;
    if (!check_arguments(count, 2, "bls12_381")) return NULL;
    unsigned long operation = PyLong_AsUnsignedLong(args[0]);
    if (operation == (unsigned long)-1 && PyErr_Occurred()) return NULL;
    if (!span_of(args[1], &argument)) return NULL;
    uint8_t *result;
    size_t size;
    if (!bls12_381((uint32_t)operation, span_bytes(argument), span_size(argument), &result, &size)) {
        Py_RETURN_NONE;
    }
    PyObject *bytes = PyBytes_FromStringAndSize((const char *)result, (Py_ssize_t)size);
    bls12_381_free(result, size);
    return bytes;
}

PyMethodDef curve_functions[] = {
    {"bls12_381", FASTCALL(curve), METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};
