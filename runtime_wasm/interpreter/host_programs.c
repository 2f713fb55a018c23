/* `_host.Programs` and `_host.Program`: the engine for Gear programs, which is written in Rust.
 *
 * A Program is a `parachain.runtime.gear.sandbox.Instance`. Exceptions are the runtime's own: it
 * hands them over when it makes the engine.
 */
#include "host_module.h"
#include "linked.h"
#include "span.h"

/* Parameters of a host function at most; the engine's own limit. */
#define MAX_PARAMETERS 16

typedef struct {
    PyObject_HEAD
    programs_sandbox *sandbox;
    PyObject *functions;           /* tuple of callables, by the numbers the engine knows */
    PyObject *instantiation_error; /* exception classes */
    PyObject *out_of_bounds;
    PyObject *trap; /* status -> exception */
} Programs;

typedef struct {
    PyObject_HEAD
    programs_instance *instance; /* NULL once closed */
    Programs *engine;
    PyObject *context; /* first argument of every host function */
    int runs;          /* a call is in progress: the instance must stay */
} Program;

static PyTypeObject ProgramsType, ProgramType;

/* The exception for a status that is neither OK nor STOPPED. */
static void raise_status(Programs *engine, programs_status status) {
    if (status == PROGRAMS_NOT_INSTANTIATED) {
        PyErr_SetString(engine->instantiation_error, "the code cannot be instantiated");
    } else if (status == PROGRAMS_OUT_OF_BOUNDS) {
        PyErr_SetNone(engine->out_of_bounds);
    } else if (status == PROGRAMS_OUT_OF_MEMORY) {
        PyErr_NoMemory();
    } else if (status == PROGRAMS_UNKNOWN) {
        PyErr_SetString(PyExc_LookupError, "the code is not compiled");
    } else {
        PyObject *exception = PyObject_CallFunction(engine->trap, "i", (int)status);
        if (exception) PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
        Py_XDECREF(exception);
    }
}

static PyObject *none_or_raise(Programs *engine, programs_status status) {
    if (status == PROGRAMS_OK) Py_RETURN_NONE;
    raise_status(engine, status);
    return NULL;
}

/* -- calls from a program ------------------------------------------------------------------- */

static int32_t host_call(void *context, uint32_t function, const uint64_t *arguments, size_t count,
                         uint64_t *result) {
    Program *program = context;
    PyObject *values[MAX_PARAMETERS + 1] = {program->context};
    PyObject *answer = NULL;
    size_t made = 0;
    while (made < count && (values[made + 1] = PyLong_FromUnsignedLongLong(arguments[made]))) {
        made++;
    }
    if (made == count) {
        PyObject *callable = PyTuple_GET_ITEM(program->engine->functions, function);
        answer = PyObject_Vectorcall(callable, values, count + 1, NULL);
    }
    while (made) Py_DECREF(values[made--]);
    if (!answer) return 1;
    if (answer != Py_None) {
        unsigned long value = PyLong_AsUnsignedLongMask(answer);
        *result = (uint32_t)value;
    }
    Py_DECREF(answer);
    return PyErr_Occurred() ? 1 : 0;
}

/* -- Programs: an engine -------------------------------------------------------------------- */

/* A host function as (name, parameters as bytes of value types or None, has result, callable). */
static int read_function(PyObject *item, programs_function *out, PyObject **callable) {
    PyObject *parameters;
    Py_ssize_t size;
    int has_result;
    if (!PyArg_ParseTuple(item, "s#OpO", &out->name, &size, &parameters, &has_result, callable)) {
        return 0;
    }
    out->name_size = (size_t)size;
    out->has_result = has_result;
    out->parameters = NULL;
    out->parameter_count = 0;
    if (parameters != Py_None) {
        Span types;
        if (!span_of(parameters, &types)) return 0;
        if (span_size(types) > MAX_PARAMETERS) {
            PyErr_SetString(PyExc_ValueError, "a host function has too many parameters");
            return 0;
        }
        /* without parameters, a pointer to none is still not NULL */
        out->parameters = span_bytes(types);
        out->parameter_count = span_size(types);
    }
    return 1;
}

static PyObject *programs_make(PyTypeObject *type, PyObject *args, PyObject *keywords) {
    PyObject *table, *instantiation_error, *out_of_bounds, *trap;
    if (keywords && PyDict_GET_SIZE(keywords)) {
        PyErr_SetString(PyExc_TypeError, "Programs takes no keywords");
        return NULL;
    }
    if (!PyArg_ParseTuple(args, "O!OOO", &PyTuple_Type, &table, &instantiation_error,
                          &out_of_bounds, &trap)) {
        return NULL;
    }
    Py_ssize_t count = PyTuple_GET_SIZE(table);
    Programs *self = (Programs *)type->tp_alloc(type, 0);
    programs_function *functions = PyMem_Calloc((size_t)count + 1, sizeof *functions);
    PyObject *callables = PyTuple_New(count);
    if (!self || !functions || !callables) goto failed;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *callable;
        if (!read_function(PyTuple_GET_ITEM(table, i), &functions[i], &callable)) goto failed;
        PyTuple_SET_ITEM(callables, i, Py_NewRef(callable));
    }
    self->functions = callables;
    self->instantiation_error = Py_NewRef(instantiation_error);
    self->out_of_bounds = Py_NewRef(out_of_bounds);
    self->trap = Py_NewRef(trap);
    self->sandbox = programs_sandbox_new(functions, (size_t)count, host_call);
    PyMem_Free(functions);
    return (PyObject *)self;
failed:
    Py_XDECREF(callables);
    PyMem_Free(functions);
    Py_XDECREF(self);
    return NULL;
}

static void programs_dealloc(Programs *self) {
    if (self->sandbox) programs_sandbox_delete(self->sandbox);
    Py_XDECREF(self->functions);
    Py_XDECREF(self->instantiation_error);
    Py_XDECREF(self->out_of_bounds);
    Py_XDECREF(self->trap);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyObject *programs_is_compiled(Programs *self, PyObject *key) {
    Span k;
    if (!span_of(key, &k)) return NULL;
    return PyBool_FromLong(programs_has(self->sandbox, span_bytes(k), span_size(k)));
}

static PyObject *programs_do_compile(Programs *self, PyObject *const *args, Py_ssize_t count) {
    Span key, code;
    if (!check_arguments(count, 2, "compile") || !span_of(args[0], &key) ||
        !span_of(args[1], &code)) {
        return NULL;
    }
    return none_or_raise(self, programs_compile(self->sandbox, span_bytes(key), span_size(key),
                                                span_bytes(code), span_size(code)));
}

static PyObject *programs_do_instantiate(Programs *self, PyObject *const *args, Py_ssize_t count) {
    Span key;
    if (!check_arguments(count, 3, "instantiate") || !span_of(args[0], &key)) return NULL;
    unsigned long pages = PyLong_AsUnsignedLong(args[2]);
    if (pages == (unsigned long)-1 && PyErr_Occurred()) return NULL;
    Program *program = PyObject_GC_New(Program, &ProgramType);
    if (!program) return NULL;
    program->instance = NULL;
    program->engine = (Programs *)Py_NewRef(self);
    program->context = Py_NewRef(args[1]);
    program->runs = 0;
    PyObject_GC_Track(program);
    programs_status status = programs_instantiate(self->sandbox, span_bytes(key), span_size(key),
                                                  program, (uint32_t)pages, &program->instance);
    if (status != PROGRAMS_OK) {
        Py_DECREF(program);
        raise_status(self, status);
        return NULL;
    }
    return (PyObject *)program;
}

static PyMethodDef programs_methods[] = {
    {"is_compiled", (PyCFunction)programs_is_compiled, METH_O, NULL},
    {"compile", FASTCALL(programs_do_compile), METH_FASTCALL, NULL},
    {"instantiate", FASTCALL(programs_do_instantiate), METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject ProgramsType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "_host.Programs",
    .tp_basicsize = sizeof(Programs),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = programs_make,
    .tp_dealloc = (destructor)programs_dealloc,
    .tp_methods = programs_methods,
};

/* -- Program: an instance ------------------------------------------------------------------- */

static programs_instance *open_instance(Program *self) {
    if (!self->instance) PyErr_SetString(PyExc_ValueError, "the program is closed");
    return self->instance;
}

static PyObject *program_call(Program *self, PyObject *export) {
    Py_ssize_t size;
    const char *name = PyUnicode_AsUTF8AndSize(export, &size);
    if (!name || !open_instance(self)) return NULL;
    int nested = self->runs;
    self->runs = 1;
    programs_status status = programs_call(self->instance, name, (size_t)size);
    self->runs = nested;
    if (status == PROGRAMS_STOPPED) return NULL; /* by the exception of a host function */
    return none_or_raise(self->engine, status);
}

/* The place of `size` bytes at `offset`, or NULL with MemoryOutOfBounds set. */
static uint8_t *place(Program *self, PyObject *offset, size_t size) {
    if (!open_instance(self)) return NULL;
    size_t at = PyLong_AsSize_t(offset);
    if (at == (size_t)-1 && PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_OverflowError)) return NULL;
        PyErr_Clear(); /* beyond any memory */
    }
    uint8_t *memory;
    size_t total = programs_memory(self->instance, &memory);
    if (at > total || size > total - at) {
        raise_status(self->engine, PROGRAMS_OUT_OF_BOUNDS);
        return NULL;
    }
    return memory + at;
}

static PyObject *program_read(Program *self, PyObject *const *args, Py_ssize_t count) {
    if (!check_arguments(count, 2, "read")) return NULL;
    Py_ssize_t size = PyLong_AsSsize_t(args[1]);
    if (size < 0) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "a negative size");
        if (!PyErr_ExceptionMatches(PyExc_OverflowError)) return NULL;
        PyErr_Clear();
        raise_status(self->engine, PROGRAMS_OUT_OF_BOUNDS);
        return NULL;
    }
    uint8_t *at = place(self, args[0], (size_t)size);
    return at ? PyBytes_FromStringAndSize((const char *)at, size) : NULL;
}

static PyObject *program_write(Program *self, PyObject *const *args, Py_ssize_t count) {
    Span data;
    if (!check_arguments(count, 2, "write") || !span_of(args[1], &data)) return NULL;
    uint8_t *at = place(self, args[0], span_size(data));
    if (!at) return NULL;
    memcpy(at, span_bytes(data), span_size(data));
    Py_RETURN_NONE;
}

static PyObject *program_memory_pages(Program *self, PyObject *Py_UNUSED(none)) {
    uint8_t *memory;
    if (!open_instance(self)) return NULL;
    return PyLong_FromSize_t(programs_memory(self->instance, &memory) >> 16);
}

static PyObject *program_grow(Program *self, PyObject *pages) {
    unsigned long count = PyLong_AsUnsignedLong(pages);
    if ((count == (unsigned long)-1 && PyErr_Occurred()) || !open_instance(self)) return NULL;
    return none_or_raise(self->engine, programs_grow(self->instance, (uint32_t)count));
}

static PyObject *program_gas(Program *self, PyObject *Py_UNUSED(none)) {
    if (!open_instance(self)) return NULL;
    return PyLong_FromUnsignedLongLong(programs_gas(self->instance));
}

static PyObject *program_set_gas(Program *self, PyObject *gas) {
    unsigned long long value = PyLong_AsUnsignedLongLong(gas);
    if ((value == (unsigned long long)-1 && PyErr_Occurred()) || !open_instance(self)) return NULL;
    programs_set_gas(self->instance, value);
    Py_RETURN_NONE;
}

static PyObject *program_open_pages(Program *self, PyObject *args, PyObject *keywords) {
    static char *names[] = {"first", "end", "writable", NULL};
    unsigned int first, end;
    int writable;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "II$p", names, &first, &end, &writable) ||
        !open_instance(self)) {
        return NULL;
    }
    return none_or_raise(self->engine, programs_open_pages(self->instance, first, end, writable));
}

static int program_clear(Program *self) {
    if (self->instance) {
        programs_instance *instance = self->instance;
        self->instance = NULL;
        programs_instance_delete(instance);
    }
    Py_CLEAR(self->context);
    return 0;
}

static PyObject *program_close(Program *self, PyObject *Py_UNUSED(none)) {
    if (self->runs) {
        PyErr_SetString(PyExc_ValueError, "the program runs");
        return NULL;
    }
    program_clear(self);
    Py_RETURN_NONE;
}

static int program_traverse(Program *self, visitproc visit, void *arg) {
    Py_VISIT(self->context);
    return 0;
}

static void program_dealloc(Program *self) {
    PyObject_GC_UnTrack(self);
    program_clear(self);
    Py_DECREF(self->engine);
    PyObject_GC_Del(self);
}

static PyMethodDef program_methods[] = {
    {"call", (PyCFunction)program_call, METH_O, NULL},
    {"read", FASTCALL(program_read), METH_FASTCALL, NULL},
    {"write", FASTCALL(program_write), METH_FASTCALL, NULL},
    {"memory_pages", (PyCFunction)program_memory_pages, METH_NOARGS, NULL},
    {"grow", (PyCFunction)program_grow, METH_O, NULL},
    {"gas", (PyCFunction)program_gas, METH_NOARGS, NULL},
    {"set_gas", (PyCFunction)program_set_gas, METH_O, NULL},
    {"open_pages", FASTCALL(program_open_pages), METH_VARARGS | METH_KEYWORDS, NULL},
    {"close", (PyCFunction)program_close, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject ProgramType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "_host.Program",
    .tp_basicsize = sizeof(Program),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_dealloc = (destructor)program_dealloc,
    .tp_traverse = (traverseproc)program_traverse,
    .tp_clear = (inquiry)program_clear,
    .tp_methods = program_methods,
};

int add_programs(PyObject *module) {
    return PyModule_AddType(module, &ProgramsType) < 0 || PyType_Ready(&ProgramType) < 0 ? -1 : 0;
}
