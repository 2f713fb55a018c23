#include "panic.h"

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "span.h"

#define LOG_ERROR 0
static const char target[] = "runtime";

/* How many of the innermost calls are named. */
#define MAX_FRAMES 8

_Noreturn void linked_panic(const char *message, size_t size) {
    ext_logging_log_version_1(LOG_ERROR, span(target, sizeof target - 1), span(message, size));
    /* Hosts that know it keep the message as the reason of the failed call; for others the
     * function is missing, which ends the call as well. */
    ext_panic_handler_abort_on_panic_version_1(span(message, size));
    __builtin_trap();
}

_Noreturn void panic_with(const char *message) { linked_panic(message, strlen(message)); }

/* Appends what does not fail to be told; a panic must not fail for its message's sake. */
static void add(PyObject **text, PyObject *more) {
    PyErr_Clear();
    if (*text && more) PyUnicode_Append(text, more);
    Py_XDECREF(more);
    PyErr_Clear();
}

static void add_frames(PyObject **text, PyObject *traceback) {
    PyTracebackObject *at = (PyTracebackObject *)traceback;
    size_t frames = 0;
    for (PyTracebackObject *t = at; t; t = t->tb_next) frames++;
    for (; at; at = at->tb_next, frames--) {
        if (frames > MAX_FRAMES) continue;
        PyCodeObject *code = PyFrame_GetCode(at->tb_frame);
        /* tb_lineno is -1 until somebody asks, as an attribute does */
        PyObject *line = PyObject_GetAttrString((PyObject *)at, "tb_lineno");
        add(text, PyUnicode_FromFormat("\n  at %U:%S %U", code->co_filename,
                                       line ? line : Py_None, code->co_qualname));
        Py_XDECREF(line);
        Py_DECREF(code);
    }
}

_Noreturn void panic_with_exception(void) {
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (!type) panic_with("failed without an exception");
    PyErr_NormalizeException(&type, &value, &traceback);
    PyObject *text = PyUnicode_FromString(((PyTypeObject *)type)->tp_name);
    PyObject *message = value ? PyObject_Str(value) : NULL;
    if (message && PyUnicode_GetLength(message) > 0) {
        add(&text, PyUnicode_FromFormat(": %U", message));
    }
    add_frames(&text, traceback);
    Py_ssize_t size;
    const char *utf8 = text ? PyUnicode_AsUTF8AndSize(text, &size) : NULL;
    if (!utf8) panic_with(((PyTypeObject *)type)->tp_name);
    linked_panic(utf8, (size_t)size);
}
