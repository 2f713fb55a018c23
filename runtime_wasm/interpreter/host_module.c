#include "host_module.h"

#include "span.h"

static PyObject *runtime_version(PyObject *Py_UNUSED(module), PyObject *code) {
    Span c;
    return span_of(code, &c) ? take_optional(ext_misc_runtime_version_version_1(c)) : NULL;
}

static PyObject *log_message(PyObject *Py_UNUSED(module), PyObject *const *args,
                             Py_ssize_t count) {
    if (!check_arguments(count, 3, "log")) return NULL;
    long level = PyLong_AsLong(args[0]);
    if (level == -1 && PyErr_Occurred()) return NULL;
    Py_ssize_t target_size, message_size;
    const char *target = PyUnicode_AsUTF8AndSize(args[1], &target_size);
    const char *message = target ? PyUnicode_AsUTF8AndSize(args[2], &message_size) : NULL;
    if (!message) return NULL;
    ext_logging_log_version_1((int32_t)level, span(target, (size_t)target_size),
                              span(message, (size_t)message_size));
    Py_RETURN_NONE;
}

static PyMethodDef other_functions[] = {
    {"runtime_version", runtime_version, METH_O, NULL},
    {"log", FASTCALL(log_message), METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, .m_name = "_host", .m_size = -1, .m_methods = other_functions,
};

PyMODINIT_FUNC PyInit__host(void) {
    PyObject *module = PyModule_Create(&definition);
    if (module && (PyModule_AddFunctions(module, storage_functions) < 0 ||
                   PyModule_AddFunctions(module, crypto_functions) < 0 ||
                   PyModule_AddFunctions(module, curve_functions) < 0 ||
                   add_programs(module) < 0)) {
        Py_CLEAR(module);
    }
    return module;
}
