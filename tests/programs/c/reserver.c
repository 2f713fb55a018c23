/* Puts gas aside, for later messages and for the signal of a failure. The payload begins with a letter:
 *   r gas duration  reserve; the reply is the id; u64, u32
 *   g               give the last one back; the reply is how much gas, u64
 *   s to            send "reserved" to somebody on the gas of the last one
 *   a               answer on the gas of the last one
 *   p gas           put gas aside for a signal, then panic; u64
 *   o gas           the same, but run out of gas
 *   w gas           the same, but wait
 * `state` tells about signals: how many there were, u32, the code of the last, u32, and the id of
 * the message that failed.
 */
#include "gear.h"

static reservation_id last;
static struct { u32 count, code; message_id failed; } signals;

EXPORT(init) {}

static void send_reserved(reader *from) {
    two_hashes_with_value to = {.reservation = last, .destination = take_hash(from)};
    error_with_hash sent;
    gr_reservation_send(&to, "reserved", 8, 0, &sent);
    EXPECT(sent, "send");
}

static void reserve(reader *from) {
    u64 gas = take_number(from, 8);
    error_with_hash reserved;
    gr_reserve_gas(gas, take_number(from, 4), &reserved);
    EXPECT(reserved, "reserve");
    last = reserved.id;
    reply(&last, sizeof last);
}

static void give_back(void) {
    error_with_gas given_back;
    gr_unreserve_gas(&last, &given_back);
    EXPECT(given_back, "unreserve");
    reply(&given_back.gas, sizeof given_back.gas);
}

static void answer(void) {
    hash_with_value with = {.id = last};
    error_with_hash sent;
    gr_reservation_reply(&with, "reserved", 8, &sent);
    EXPECT(sent, "reply");
}

__attribute__((noreturn)) static void fail(reader *from, u8 how) {
    error_only reserved;
    gr_system_reserve_gas(take_number(from, 8), &reserved);
    EXPECT(reserved, "system reserve");
    if (how == 'p') PANIC("as told");
    if (how == 'w') gr_wait();
    for (volatile u32 i = 0;; i++) {}
}

EXPORT(handle) {
    u8 payload[64];
    reader from = {payload, payload + read_payload(payload, sizeof payload)};
    u8 command = *take(&from, 1);
    switch (command) {
    case 'r': reserve(&from); break;
    case 'g': give_back(); break;
    case 's': send_reserved(&from); break;
    case 'a': answer(); break;
    case 'p': case 'o': case 'w': fail(&from, command);
    default: PANIC("r, g, s, a, p, o or w");
    }
}

EXPORT(handle_reply) {}

EXPORT(handle_signal) {
    error_with_hash from;
    error_with_signal_code code;
    gr_signal_from(&from);
    gr_signal_code(&code);
    signals.count++;
    signals.code = code.code;
    signals.failed = from.id;
}

EXPORT(state) { reply(&signals, sizeof signals); }
