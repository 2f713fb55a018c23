/* Parts of CPython that its core refers to and that a runtime has no use for: signals, consoles,
 * files, exit handlers, tools that look for bugs of the interpreter. The core asks whether they
 * have something to do and hears that they have not. What is never called traps.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <pycore_initconfig.h>
#include <pycore_interp.h>

/* Signals: none arrives. */
int PyErr_CheckSignals(void) { return 0; }
int _PyErr_CheckSignalsTstate(PyThreadState *thread) { return 0; }
int PyErr_SetInterruptEx(int signal) { return 0; }
int _PySignal_Init(int install) { return 0; }
void _PySignal_Fini(void) {}

/* Exit handlers: the end of a call is the end of its instance. */
PyStatus _PyAtExit_Init(PyInterpreterState *interpreter) { return _PyStatus_OK(); }
void _PyAtExit_Call(PyInterpreterState *interpreter) {}
void _PyAtExit_Fini(PyInterpreterState *interpreter) {}

/* faulthandler and tracemalloc: never switched on. */
PyStatus _PyFaulthandler_Init(int enable) { return _PyStatus_OK(); }
void _PyFaulthandler_Fini(void) {}
int _PyTraceMalloc_Init(int enable) { return 0; }
void _PyTraceMalloc_Fini(void) {}
int _PyTraceMalloc_NewReference(PyObject *object) { return 0; }
void _PyMem_DumpTraceback(int file, const void *block) {}

/* Files and search paths: whoever opens one has left the subset a runtime may use. */
PyObject *PyOS_FSPath(PyObject *path) {
    if (PyUnicode_Check(path)) return Py_NewRef(path); /* the name compile() gives to code */
    PyErr_SetString(PyExc_TypeError, "there are no files here");
    return NULL;
}
char *PyOS_Readline(FILE *in, FILE *out, const char *prompt) { __builtin_trap(); }
void _PyIO_Fini(void) {}
PyStatus _PyConfig_InitPathConfig(PyConfig *config, int compute) { return _PyStatus_OK(); }
