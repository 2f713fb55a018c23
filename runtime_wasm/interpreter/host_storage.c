/* `_host`: the state and its child tries. */
#include "host_module.h"
#include "span.h"

/* Version of the state's trie: values of more than 32 bytes are hashed into their nodes. */
#define STATE_VERSION 1

static PyObject *get(PyObject *Py_UNUSED(module), PyObject *key) {
    Span k;
    return span_of(key, &k) ? take_optional(ext_storage_get_version_1(k)) : NULL;
}

static PyObject *put(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count) {
    Span key, value;
    if (!check_arguments(count, 2, "put") || !span_of(args[0], &key) || !span_of(args[1], &value)) {
        return NULL;
    }
    ext_storage_set_version_1(key, value);
    Py_RETURN_NONE;
}

static PyObject *delete(PyObject *Py_UNUSED(module), PyObject *key) {
    Span k;
    if (!span_of(key, &k)) return NULL;
    ext_storage_clear_version_1(k);
    Py_RETURN_NONE;
}

static PyObject *exists(PyObject *Py_UNUSED(module), PyObject *key) {
    Span k;
    return span_of(key, &k) ? PyBool_FromLong(ext_storage_exists_version_1(k)) : NULL;
}

static PyObject *append(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count) {
    Span key, item;
    if (!check_arguments(count, 2, "append") || !span_of(args[0], &key) ||
        !span_of(args[1], &item)) {
        return NULL;
    }
    ext_storage_append_version_1(key, item);
    Py_RETURN_NONE;
}

static PyObject *next_key(PyObject *Py_UNUSED(module), PyObject *key) {
    Span k;
    return span_of(key, &k) ? take_optional(ext_storage_next_key_version_1(k)) : NULL;
}

static PyObject *clear_prefix(PyObject *Py_UNUSED(module), PyObject *const *args,
                              Py_ssize_t count) {
    Span prefix, limit;
    uint8_t encoded[OPTION_U32_SIZE];
    if (!check_arguments(count, 2, "clear_prefix") || !span_of(args[0], &prefix) ||
        !option_u32(args[1], encoded, &limit)) {
        return NULL;
    }
    return take_removed(ext_storage_clear_prefix_version_2(prefix, limit));
}

static PyObject *storage_root(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(none)) {
    return take_bytes(ext_storage_root_version_2(STATE_VERSION));
}

static PyObject *begin(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(none)) {
    ext_storage_start_transaction_version_1();
    Py_RETURN_NONE;
}

static PyObject *commit(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(none)) {
    ext_storage_commit_transaction_version_1();
    Py_RETURN_NONE;
}

static PyObject *rollback(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(none)) {
    ext_storage_rollback_transaction_version_1();
    Py_RETURN_NONE;
}

static PyObject *child_get(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count) {
    Span child, key;
    if (!check_arguments(count, 2, "child_get") || !span_of(args[0], &child) ||
        !span_of(args[1], &key)) {
        return NULL;
    }
    return take_optional(ext_default_child_storage_get_version_1(child, key));
}

static PyObject *child_put(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count) {
    Span child, key, value;
    if (!check_arguments(count, 3, "child_put") || !span_of(args[0], &child) ||
        !span_of(args[1], &key) || !span_of(args[2], &value)) {
        return NULL;
    }
    ext_default_child_storage_set_version_1(child, key, value);
    Py_RETURN_NONE;
}

static PyObject *child_delete(PyObject *Py_UNUSED(module), PyObject *const *args,
                              Py_ssize_t count) {
    Span child, key;
    if (!check_arguments(count, 2, "child_delete") || !span_of(args[0], &child) ||
        !span_of(args[1], &key)) {
        return NULL;
    }
    ext_default_child_storage_clear_version_1(child, key);
    Py_RETURN_NONE;
}

static PyObject *child_next_key(PyObject *Py_UNUSED(module), PyObject *const *args,
                                Py_ssize_t count) {
    Span child, key;
    if (!check_arguments(count, 2, "child_next_key") || !span_of(args[0], &child) ||
        !span_of(args[1], &key)) {
        return NULL;
    }
    return take_optional(ext_default_child_storage_next_key_version_1(child, key));
}

static PyObject *child_clear_prefix(PyObject *Py_UNUSED(module), PyObject *const *args,
                                    Py_ssize_t count) {
    Span child, prefix, limit;
    uint8_t encoded[OPTION_U32_SIZE];
    if (!check_arguments(count, 3, "child_clear_prefix") || !span_of(args[0], &child) ||
        !span_of(args[1], &prefix) || !option_u32(args[2], encoded, &limit)) {
        return NULL;
    }
    return take_removed(ext_default_child_storage_clear_prefix_version_2(child, prefix, limit));
}

static PyObject *child_kill(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count) {
    Span child, limit;
    uint8_t encoded[OPTION_U32_SIZE];
    if (!check_arguments(count, 2, "child_kill") || !span_of(args[0], &child) ||
        !option_u32(args[1], encoded, &limit)) {
        return NULL;
    }
    return take_removed(ext_default_child_storage_storage_kill_version_3(child, limit));
}

static PyObject *child_root(PyObject *Py_UNUSED(module), PyObject *child) {
    Span c;
    if (!span_of(child, &c)) return NULL;
    return take_bytes(ext_default_child_storage_root_version_2(c, STATE_VERSION));
}

PyMethodDef storage_functions[] = {
    {"get", get, METH_O, NULL},
    {"put", FASTCALL(put), METH_FASTCALL, NULL},
    {"delete", delete, METH_O, NULL},
    {"exists", exists, METH_O, NULL},
    {"append", FASTCALL(append), METH_FASTCALL, NULL},
    {"next_key", next_key, METH_O, NULL},
    {"clear_prefix", FASTCALL(clear_prefix), METH_FASTCALL, NULL},
    {"storage_root", storage_root, METH_NOARGS, NULL},
    {"begin", begin, METH_NOARGS, NULL},
    {"commit", commit, METH_NOARGS, NULL},
    {"rollback", rollback, METH_NOARGS, NULL},
    {"child_get", FASTCALL(child_get), METH_FASTCALL, NULL},
    {"child_put", FASTCALL(child_put), METH_FASTCALL, NULL},
    {"child_delete", FASTCALL(child_delete), METH_FASTCALL, NULL},
    {"child_next_key", FASTCALL(child_next_key), METH_FASTCALL, NULL},
    {"child_clear_prefix", FASTCALL(child_clear_prefix), METH_FASTCALL, NULL},
    {"child_kill", FASTCALL(child_kill), METH_FASTCALL, NULL},
    {"child_root", child_root, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
