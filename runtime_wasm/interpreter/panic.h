/* The end of a call that failed: its reason in the host's log, then a trap. */
#ifndef PANIC_H
#define PANIC_H

_Noreturn void panic_with(const char *message);

/* With the exception that is set, and where it came from. */
_Noreturn void panic_with_exception(void);

#endif
