/* Makes the system calls that its payload lists, any of them, with any arguments, even bad ones.
 *
 * payload  u16 number of calls, u16 size of the answer, u8 whether to reply with the answer,
 *          u16 size of a payload for handle_reply, u16 of one for handle_signal;
 *          the calls; these two payloads; then whatever the arguments point to.
 * call     u8 number in the alphabet of all calls, u8 number of arguments, the arguments.
 * argument u8 kind, u64: NUMBER, or PAYLOAD and RESULT: a pointer into the payload or the results.
 *
 * The answer is the beginning of 4 KiB of results, zeros at first. `state` replies with the answer
 * that was given last, by whichever entry point. alloc, free and free_range have one argument more:
 * where what they return goes.
 */
#include "gear.h"

enum { NUMBER, PAYLOAD, RESULT };
enum { MAX_PAYLOAD = 16 << 10, RESULTS = 4 << 10, MAX_KEPT = 512, MAX_ARGUMENTS = 8 };

typedef struct { u32 size; u8 bytes[MAX_KEPT]; } kept;
static kept answer, for_reply, for_signal;

static void keep(kept *to, const u8 *from, u32 size) {
    if (size > MAX_KEPT) PANIC("too much to keep");
    to->size = size;
    memcpy(to->bytes, from, size);
}

#define P(n) ((void *)(u32)a[n])
#define N(n) ((u32)a[n])
#define G(n) (a[n])

static void call(u32 number, const u64 *a) {
    switch (number) {
    case 0: *(u32 *)P(1) = gear_alloc(N(0)); break;
    case 1: *(u32 *)P(1) = gear_free(N(0)); break;
    case 2: *(u32 *)P(2) = gear_free_range(N(0), N(1)); break;
    case 3: gr_block_height(P(0)); break;
    case 4: gr_block_timestamp(P(0)); break;
    case 5: gr_create_program(P(0), P(1), N(2), P(3), N(4), N(5), P(6)); break;
    case 6: gr_create_program_wgas(P(0), P(1), N(2), P(3), N(4), G(5), N(6), P(7)); break;
    case 7: gr_debug(P(0), N(1)); break;
    case 8: gr_env_vars(N(0), P(1)); break;
    case 9: gr_exit(P(0));
    case 10: gr_gas_available(P(0)); break;
    case 11: gr_leave();
    case 12: gr_message_id(P(0)); break;
    case 13: gr_oom_panic();
    case 14: gr_panic(P(0), N(1));
    case 15: gr_program_id(P(0)); break;
    case 16: gr_random(P(0), P(1)); break;
    case 17: gr_read(N(0), N(1), P(2), P(3)); break;
    case 18: gr_reply(P(0), N(1), P(2), P(3)); break;
    case 19: gr_reply_code(P(0)); break;
    case 20: gr_reply_commit(P(0), P(1)); break;
    case 21: gr_reply_commit_wgas(G(0), P(1), P(2)); break;
    case 22: gr_reply_deposit(P(0), G(1), P(2)); break;
    case 23: gr_reply_input(N(0), N(1), P(2), P(3)); break;
    case 24: gr_reply_input_wgas(N(0), N(1), G(2), P(3), P(4)); break;
    case 25: gr_reply_push(P(0), N(1), P(2)); break;
    case 26: gr_reply_push_input(N(0), N(1), P(2)); break;
    case 27: gr_reply_to(P(0)); break;
    case 28: gr_reply_wgas(P(0), N(1), G(2), P(3), P(4)); break;
    case 29: gr_reservation_reply(P(0), P(1), N(2), P(3)); break;
    case 30: gr_reservation_reply_commit(P(0), P(1)); break;
    case 31: gr_reservation_send(P(0), P(1), N(2), N(3), P(4)); break;
    case 32: gr_reservation_send_commit(N(0), P(1), N(2), P(3)); break;
    case 33: gr_reserve_gas(G(0), N(1), P(2)); break;
    case 34: gr_send(P(0), P(1), N(2), N(3), P(4)); break;
    case 35: gr_send_commit(N(0), P(1), N(2), P(3)); break;
    case 36: gr_send_commit_wgas(N(0), P(1), G(2), N(3), P(4)); break;
    case 37: gr_send_init(P(0)); break;
    case 38: gr_send_input(P(0), N(1), N(2), N(3), P(4)); break;
    case 39: gr_send_input_wgas(P(0), N(1), N(2), G(3), N(4), P(5)); break;
    case 40: gr_send_push(N(0), P(1), N(2), P(3)); break;
    case 41: gr_send_push_input(N(0), N(1), N(2), P(3)); break;
    case 42: gr_send_wgas(P(0), P(1), N(2), G(3), N(4), P(5)); break;
    case 43: gr_signal_code(P(0)); break;
    case 44: gr_signal_from(P(0)); break;
    case 45: gr_size(P(0)); break;
    case 46: gr_source(P(0)); break;
    case 47: gr_system_reserve_gas(G(0), P(1)); break;
    case 48: gr_unreserve_gas(P(0), P(1)); break;
    case 49: gr_value(P(0)); break;
    case 50: gr_value_available(P(0)); break;
    case 51: gr_wait();
    case 52: gr_wait_for(N(0));
    case 53: gr_wait_up_to(N(0));
    case 54: gr_wake(P(0), N(1), P(2)); break;
    default: PANIC("no such call");
    }
}

static void call_next(reader *from, const u8 *payload, const u8 *results) {
    u64 arguments[MAX_ARGUMENTS] = {0};
    u32 number = take_number(from, 1), count = take_number(from, 1);
    if (count > MAX_ARGUMENTS) PANIC("too many arguments");
    for (u32 i = 0; i < count; i++) {
        u32 kind = take_number(from, 1);
        arguments[i] = take_number(from, 8);
        if (kind == PAYLOAD) arguments[i] += (u32)payload;
        if (kind == RESULT) arguments[i] += (u32)results;
    }
    call(number, arguments);
}

static void run(const u8 *payload, u32 size) {
    u8 results[RESULTS] = {0};
    reader from = {payload, payload + size};
    u32 calls = take_number(&from, 2), answer_size = take_number(&from, 2);
    u32 replies = take_number(&from, 1);
    u32 reply_size = take_number(&from, 2), signal_size = take_number(&from, 2);
    reader parts = from;
    /* The payloads to be kept come after the calls, but must be kept even if a call does not
     * return. */
    for (u32 i = 0; i < calls; i++) {
        take(&parts, 1);
        take(&parts, 9 * take_number(&parts, 1));
    }
    if (reply_size) keep(&for_reply, take(&parts, reply_size), reply_size);
    if (signal_size) keep(&for_signal, take(&parts, signal_size), signal_size);
    for (; calls; calls--) call_next(&from, payload, results);
    keep(&answer, results, answer_size);
    if (replies) reply(results, answer_size);
}

static void run_payload(void) {
    u8 payload[MAX_PAYLOAD];
    u32 size = read_payload(payload, sizeof payload);
    if (size) run(payload, size);
}

EXPORT(init) { run_payload(); }
EXPORT(handle) { run_payload(); }

EXPORT(handle_reply) {
    if (for_reply.size) run(for_reply.bytes, for_reply.size);
}

EXPORT(handle_signal) {
    if (for_signal.size) run(for_signal.bytes, for_signal.size);
}

EXPORT(state) { reply(answer.bytes, answer.size); }
