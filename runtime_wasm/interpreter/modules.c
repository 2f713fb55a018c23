/* What CPython's build generates for a whole interpreter, for ours: which modules are built in, which
 * are frozen, and what the build calls itself. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <pycore_import.h>
#include <stdbool.h>

#include "host_module.h"

extern PyObject *PyInit__abc(void);
extern PyObject *PyInit__ast(void);
extern PyObject *PyInit__bisect(void);
extern PyObject *PyInit__collections(void);
extern PyObject *PyInit__functools(void);
extern PyObject *PyInit__imp(void);
extern PyObject *PyInit__operator(void);
extern PyObject *PyInit__struct(void);
extern PyObject *PyInit__thread(void);
extern PyObject *PyInit__typing(void);
extern PyObject *PyInit__weakref(void);
extern PyObject *PyInit_gc(void);
extern PyObject *PyInit_itertools(void);
extern PyObject *PyMarshal_Init(void);
extern PyObject *_PyWarnings_Init(void);

/* _ast, gc and marshal are for the builder; the runtime's own imports need the rest. */
struct _inittab _PyImport_Inittab[] = {
    {"_abc", PyInit__abc},
    {"_ast", PyInit__ast},
    {"_bisect", PyInit__bisect},
    {"_collections", PyInit__collections},
    {"_functools", PyInit__functools},
    {"_host", PyInit__host},
    {"_imp", PyInit__imp},
    {"_operator", PyInit__operator},
    {"_struct", PyInit__struct},
    {"_thread", PyInit__thread},
    {"_typing", PyInit__typing},
    {"_warnings", _PyWarnings_Init},
    {"_weakref", PyInit__weakref},
    {"builtins", NULL},
    {"gc", PyInit_gc},
    {"itertools", PyInit_itertools},
    {"marshal", PyMarshal_Init},
    {"sys", NULL},
    {0, 0},
};

/* The machinery of imports is the only module that must be there before any can be imported. Its
 * code is made by CPython's tool deepfreeze: objects as initialised data. */
extern PyObject *_Py_get_importlib__bootstrap_toplevel(void);

static const struct _frozen bootstrap[] = {
    {"_frozen_importlib", NULL, 0, false, _Py_get_importlib__bootstrap_toplevel},
    {0, 0, 0, 0, 0},
};
static const struct _frozen none[] = {{0, 0, 0, 0, 0}};
static const struct _module_alias aliases[] = {
    {"_frozen_importlib", "importlib._bootstrap"},
    {0, 0},
};

const struct _frozen *_PyImport_FrozenBootstrap = bootstrap;
const struct _frozen *_PyImport_FrozenStdlib = none;
const struct _frozen *_PyImport_FrozenTest = none;
const struct _module_alias *_PyImport_FrozenAliases = aliases;
const struct _frozen *PyImport_FrozenModules = NULL;

/* No date and no host name: the same sources give the same bytes. */
const char *Py_GetBuildInfo(void) { return "gear-parachain"; }
const char *_Py_gitversion(void) { return ""; }
const char *_Py_gitidentifier(void) { return ""; }
