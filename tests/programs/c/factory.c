/* Creates programs of a code that `init` is told the id of.
 *
 * payload  u64 gas (the current message's if zero), u32 delay, then what the new program is told.
 * The reply is its address. `state` tells how many were created, how many have initialized well and
 * how many have not: u32 each.
 */
#include "gear.h"

static code_id code;
static struct { u32 created, well, ill; } children;

EXPORT(init) {
    if (read_payload(&code, sizeof code) != sizeof code) PANIC("which code?");
}

EXPORT(handle) {
    u8 payload[256];
    reader from = {payload, payload + read_payload(payload, sizeof payload)};
    u64 gas = take_number(&from, 8);
    u32 delay = take_number(&from, 4), size = from.end - from.at;
    hash_with_value of = {.id = code};
    gr_value(&of.value);
    u32 salt = children.created++;
    error_with_two_hashes made;
    if (gas)
        gr_create_program_wgas(&of, &salt, sizeof salt, from.at, size, gas, delay, &made);
    else
        gr_create_program(&of, &salt, sizeof salt, from.at, size, delay, &made);
    EXPECT(made, "create");
    reply(&made.program, sizeof made.program);
}

EXPORT(handle_reply) {
    error_with_reply_code reply;
    gr_reply_code(&reply);
    if (reply.code[0]) children.ill++;
    else children.well++;
}

EXPORT(state) { reply(&children, sizeof children); }
