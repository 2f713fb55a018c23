/* How the interpreter is started, frozen and entered.
 *
 * The builder calls, in this order: `start` once, `run` as often as it likes, and
 * `freeze`. What it then copies out of the instance is the runtime's blob, in which only
 * `runtime_entry` is called: through one exported function for each entry point, which the builder
 * adds and which differ in the index they pass.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <marshal.h>

#include "allocator.h"
#include "panic.h"
#include "span.h"

#define EXPORT(name) __attribute__((export_name(#name)))

extern void __wasm_call_ctors(void); /* made by the linker */

/* Called with the index of an entry point and its encoded arguments, returns its encoded result. */
static PyObject *entry;

/* For the builder; gone once frozen. */
static PyObject *builder_globals, *gc_module;

static void require(PyStatus status) {
    if (PyStatus_Exception(status)) panic_with(status.err_msg ? status.err_msg : "no interpreter");
}

/* Start Python as far as builtin modules can be imported. What would follow looks for files, an
 * environment, standard streams and codecs; there are none. */
EXPORT(start) void start(void) {
    __wasm_call_ctors();
    PyPreConfig before;
    PyPreConfig_InitIsolatedConfig(&before);
    before.utf8_mode = 1;
    require(Py_PreInitialize(&before));

    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    config._init_main = 0;
    config.use_hash_seed = 1; /* a set of strings has the same order everywhere */
    config.hash_seed = 0;
    config.code_debug_ranges = 0; /* tracebacks tell lines, but no columns */
    config.site_import = 0;
    config.write_bytecode = 0;
    config.install_signal_handlers = 0;
    config.module_search_paths_set = 1;
    require(Py_InitializeFromConfig(&config));
    PyConfig_Clear(&config);

    gc_module = PyImport_ImportModule("gc");
    builder_globals = PyDict_New();
    if (!gc_module || !builder_globals ||
        PyDict_SetItemString(builder_globals, "__builtins__", PyEval_GetBuiltins()) < 0) {
        panic_with_exception();
    }
}

/* Memory for what `run` is given. */
EXPORT(allocate) void *allocate(size_t size) { return PyMem_RawMalloc(size); }

/* Run a program: marshalled (code or its source, argument), which is freed. The program finds its
 * argument as `argument` and leaves bytes in `result`, and a callable in `entry` if it has one. */
EXPORT(run) Span run(char *program, Py_ssize_t size) {
    PyObject *pair = PyMarshal_ReadObjectFromString(program, size);
    PyMem_RawFree(program);
    PyObject *code, *argument, *done = NULL;
    if (!pair || !PyArg_ParseTuple(pair, "OO", &code, &argument) ||
        PyDict_SetItemString(builder_globals, "argument", argument) < 0) {
        panic_with_exception();
    }
    if (PyUnicode_Check(code)) {
        const char *source = PyUnicode_AsUTF8(code);
        done = source ? PyRun_String(source, Py_file_input, builder_globals, builder_globals)
                      : NULL;
    } else {
        done = PyEval_EvalCode(code, builder_globals, builder_globals);
    }
    Py_DECREF(pair);
    PyObject *result = done ? PyDict_GetItemString(builder_globals, "result") : NULL;
    if (!result || !PyBytes_Check(result)) panic_with_exception();
    entry = Py_XNewRef(PyDict_GetItemString(builder_globals, "entry"));
    return span(PyBytes_AS_STRING(result), (size_t)PyBytes_GET_SIZE(result));
}

/* Leave nothing in memory that the runtime does not need, and tell where the memory ends. */
EXPORT(freeze) size_t freeze(size_t reserve) {
    Py_CLEAR(builder_globals);
    PyType_ClearCache();
    PyGC_Collect(); /* also clears the free lists of objects */
    /* What the runtime consists of lives for ever: collections need not look at it again. */
    PyObject *done = PyObject_CallMethod(gc_module, "freeze", NULL);
    if (!done) panic_with_exception();
    Py_DECREF(done);
    Py_CLEAR(gc_module);
    size_t end = finish_arena(reserve);
    allocator_building = 0;
    return end;
}

/* A runtime API by its index in the builder's list. An instance serves one call, so the result is
 * left where it is. */
EXPORT(runtime_entry) Span runtime_entry(uint32_t index, const char *arguments, size_t size) {
    /* A host may give any address with a size of zero. */
    PyObject *bytes = PyBytes_FromStringAndSize(size ? arguments : "", (Py_ssize_t)size);
    PyObject *result = bytes ? PyObject_CallFunction(entry, "IN", index, bytes) : NULL;
    if (!result) panic_with_exception();
    if (!PyBytes_Check(result)) panic_with("an entry point returned no bytes");
    return span(PyBytes_AS_STRING(result), (size_t)PyBytes_GET_SIZE(result));
}
