/* A counter. "inc", "dec" and "get" reply with its value, 4 bytes; so do `init`, whose payload is the
 * value to start with (none is 0), and `state`.
 */
#include "gear.h"

static u32 count;

EXPORT(init) {
    u32 start = 0;
    read_payload(&start, sizeof start);
    count = start;
    reply(&count, sizeof count);
}

EXPORT(handle) {
    u8 command[8];
    u32 size = read_payload(command, sizeof command);
    if (IS(command, size, "inc")) count++;
    else if (IS(command, size, "dec")) count--;
    else if (!IS(command, size, "get")) PANIC("inc, dec or get");
    reply(&count, sizeof count);
}

EXPORT(state) {
    reply(&count, sizeof count);
}

/* Clients find the description of the payloads by this hash. */
EXPORT(metahash) {
    static const hash description = {"counter: u32 -> u32"};
    reply(&description, sizeof description);
}
