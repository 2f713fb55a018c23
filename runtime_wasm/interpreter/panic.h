/* The end of a call that failed: its reason in the host's log, then a trap. */
#ifndef PANIC_H
#define PANIC_H

#include <stddef.h>

_Noreturn void panic_with(const char *message);

/* The same for a message that is not terminated; for the library written in Rust. */
_Noreturn void linked_panic(const char *message, size_t size);

/* With the exception that is set, and where it came from. */
_Noreturn void panic_with_exception(void);

#endif
