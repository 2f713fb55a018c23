/* Replies PONG to PING, and to everything else with what it was sent, without copying it. */
#include "gear.h"

EXPORT(init) {}

EXPORT(handle) {
    u32 size;
    gr_size(&size);
    if (size == 4) {
        u8 payload[4];
        read_payload(payload, sizeof payload);
        if (IS(payload, size, "PING")) {
            reply("PONG", 4);
            return;
        }
    }
    error_with_hash sent;
    if (size == 0) gr_reply("", 0, NO_VALUE, &sent);
    else gr_reply_input(0, size, NO_VALUE, &sent);
    EXPECT(sent, "reply");
}
