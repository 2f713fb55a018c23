/* Sends messages that arrive later. The payload begins with a letter:
 *   s to delay gas  the rest of the payload to somebody, with the value of this message; the reply
 *                   is the id; u32, u64, no gas of its own if zero
 *   t times delay   itself so many times, one after the other; u32, u32
 * `state` tells how many times the latter has happened, u32.
 */
#include "gear.h"

static u32 ticks;

EXPORT(init) {}

static void send(reader *from) {
    hash_with_value to = {.id = take_hash(from)};
    gr_value(&to.value);
    u32 delay = take_number(from, 4);
    u64 gas = take_number(from, 8);
    error_with_hash sent;
    u32 size = from->end - from->at;
    if (gas) gr_send_wgas(&to, from->at, size, gas, delay, &sent);
    else gr_send(&to, from->at, size, delay, &sent);
    EXPECT(sent, "send");
    reply(&sent.id, sizeof sent.id);
}

static void tick(reader *from) {
    struct __attribute__((packed)) { u8 letter; u32 times, delay; } next = {'t', 0, 0};
    u32 times = take_number(from, 4);
    next.delay = take_number(from, 4);
    ticks++;
    if (times <= 1) return;
    next.times = times - 1;
    hash_with_value self = {.value = 0};
    gr_program_id(&self.id);
    error_with_hash sent;
    gr_send(&self, &next, sizeof next, next.delay, &sent);
    EXPECT(sent, "send");
}

EXPORT(handle) {
    u8 payload[256];
    reader from = {payload, payload + read_payload(payload, sizeof payload)};
    u8 command = *take(&from, 1);
    if (command == 's') send(&from);
    else if (command == 't') tick(&from);
    else PANIC("s or t");
}

EXPORT(handle_reply) {}
EXPORT(state) { reply(&ticks, sizeof ticks); }
