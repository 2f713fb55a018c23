/* What the C library asks of its operating system. There is none: no files, no clock, no chance, no
 * environment. The only thing that works is writing to the standard error stream, which CPython
 * does before it gives up; it goes to the host's log.
 *
 * These definitions stand where WASI's imports would, so that the module imports nothing but host
 * functions. Only those are here that something in the module refers to.
 */
#include <string.h>
#include <wasi/api.h>

#include "host_functions.h"

#define STDERR 2
#define LOG_ERROR 0

/* WASI's functions as wasi-libc declares them, numbers and pointers alike as i32. */
#define WASI(name) __imported_wasi_snapshot_preview1_##name

static Span text(const uint8_t *bytes, size_t size) {
    return (Span)size << 32 | (uint32_t)(uintptr_t)bytes;
}

int32_t WASI(fd_write)(int32_t fd, int32_t vectors, int32_t count, int32_t written) {
    static const uint8_t target[] = "python";
    const __wasi_ciovec_t *vector = (const __wasi_ciovec_t *)vectors;
    size_t total = 0;
    if (fd != STDERR) return __WASI_ERRNO_BADF;
    for (int32_t i = 0; i < count; i++) {
        total += vector[i].buf_len;
        if (vector[i].buf_len) {
            ext_logging_log_version_1(LOG_ERROR, text(target, sizeof target - 1),
                                      text(vector[i].buf, vector[i].buf_len));
        }
    }
    memcpy((void *)written, &total, sizeof(__wasi_size_t));
    return __WASI_ERRNO_SUCCESS;
}

/* No environment, and no preopened folder, which a bad descriptor says. */
int32_t WASI(environ_sizes_get)(int32_t count, int32_t size) {
    memset((void *)count, 0, sizeof(__wasi_size_t));
    memset((void *)size, 0, sizeof(__wasi_size_t));
    return __WASI_ERRNO_SUCCESS;
}
int32_t WASI(environ_get)(int32_t vector, int32_t text) { return __WASI_ERRNO_SUCCESS; }
int32_t WASI(fd_prestat_get)(int32_t fd, int32_t out) { return __WASI_ERRNO_BADF; }
int32_t WASI(fd_prestat_dir_name)(int32_t fd, int32_t path, int32_t size) {
    return __WASI_ERRNO_BADF;
}

/* No files. */
int32_t WASI(fd_close)(int32_t fd) { return __WASI_ERRNO_BADF; }
int32_t WASI(fd_fdstat_get)(int32_t fd, int32_t out) { return __WASI_ERRNO_BADF; }
int32_t WASI(fd_fdstat_set_flags)(int32_t fd, int32_t flags) { return __WASI_ERRNO_BADF; }
int32_t WASI(fd_filestat_get)(int32_t fd, int32_t out) { return __WASI_ERRNO_BADF; }
int32_t WASI(fd_read)(int32_t fd, int32_t vectors, int32_t count, int32_t read) {
    return __WASI_ERRNO_BADF;
}
int32_t WASI(fd_seek)(int32_t fd, int64_t offset, int32_t from, int32_t out) {
    return __WASI_ERRNO_BADF;
}
int32_t WASI(path_open)(int32_t fd, int32_t lookup, int32_t path, int32_t size, int32_t how,
                        int64_t rights, int64_t inherited, int32_t flags, int32_t out) {
    return __WASI_ERRNO_NOENT;
}

/* No time and no chance: asking is a mistake. */
int32_t WASI(clock_time_get)(int32_t clock, int64_t precision, int32_t out) { __builtin_trap(); }
int32_t WASI(random_get)(int32_t buffer, int32_t size) { __builtin_trap(); }

_Noreturn void WASI(proc_exit)(int32_t status) { __builtin_trap(); }
