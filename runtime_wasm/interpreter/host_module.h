/* The Python module `_host`: the runtime's door to whoever executes it. */
#ifndef HOST_MODULE_H
#define HOST_MODULE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* Through void: METH_FASTCALL says which signature the function really has. */
#define FASTCALL(function) ((PyCFunction)(void (*)(void))(function))

extern PyMethodDef storage_functions[];
extern PyMethodDef crypto_functions[];

extern PyMethodDef curve_functions[];

/* Adds the type Programs; -1 with an error set. */
int add_programs(PyObject *module);

PyMODINIT_FUNC PyInit__host(void);

#endif
