/* Tries to hurt the chain. The first byte of the payload says how; in every entry point, so that
 * a reply or a signal can do it as well. `handle_reply` and `handle_signal`, which may have no
 * payload, do what the second byte of the last message to `handle` said. A third byte puts gas aside
 * for a signal.
 *
 *   l  loop for ever                         n  nest calls without end
 *   k  the same with variables on the stack  h  send payloads as large as can be
 *   m  allocate all memory, write to it      e  send to itself, have gas for the reply to that
 *   s  send to itself, for ever              f  send to itself twice, for ever: a fork bomb
 *   r  reserve gas until that is refused     c  create programs until that is refused
 *   b  begin messages until that is refused  w  send and wait, for ever
 *   d  divide by zero                        u  the instruction unreachable
 *   o  access memory that is not there       x  panic with the whole stack as the text
 *   .  nothing
 */
#include "gear.h"

enum { PAGE = 65536, LARGE = 8 << 20, RESERVED_GAS = 10000, DURATION = 100 };

static u8 later = '.';

static hash_with_value self(void) {
    hash_with_value to = {.value = 0};
    gr_program_id(&to.id);
    return to;
}

static void send_to_self(u32 times, const void *payload, u32 size) {
    hash_with_value to = self();
    error_with_hash sent;
    while (times--) gr_send(&to, payload, size, 0, &sent);
}

static void send_for_reply(void) {
    hash_with_value to = self();
    error_with_hash sent;
    error_only paid;
    gr_send(&to, ".", 1, 0, &sent);
    u64 gas;
    gr_gas_available(&gas);
    gr_reply_deposit(&sent.id, gas / 2, &paid);
}

static volatile u8 enough; /* never */

__attribute__((noinline)) static u32 nest(u32 depth) {
    if (enough) return 0;
    return nest(depth + 1) + enough;
}

__attribute__((noinline)) static u32 nest_with_frame(u32 depth) {
    volatile u8 frame[16];
    frame[depth % 16] = (u8)depth;
    if (enough) return 0;
    return nest_with_frame(depth + 1) + frame[depth % 16];
}

static void allocate_all(void) {
    u32 page;
    while ((page = gear_alloc(1)) != NO_PAGE) *(volatile u32 *)(page * PAGE) = page;
    gr_oom_panic();
}

static void send_large(void) {
    u32 first = gear_alloc(LARGE / PAGE);
    if (first == NO_PAGE) gr_oom_panic();
    hash_with_value to = self();
    error_with_hash sent;
    do gr_send(&to, (void *)(first * PAGE), LARGE, 0, &sent);
    while (!sent.error);
    reply(&sent.error, sizeof sent.error);
}

static void reserve_all(void) {
    error_with_hash reserved;
    u32 count = 0;
    for (;; count++) {
        gr_reserve_gas(RESERVED_GAS, DURATION, &reserved);
        if (reserved.error) break;
    }
    u32 found[] = {count, reserved.error};
    reply(found, sizeof found);
}

static void create_all(void) {
    hash_with_value code = {.value = 0};
    error_with_two_hashes made;
    u32 count = 0;
    for (;; count++) {
        gr_create_program(&code, &count, sizeof count, 0, 0, 0, &made);
        if (made.error) break;
    }
    u32 found[] = {count, made.error};
    reply(found, sizeof found);
}

static void begin_all(void) {
    error_with_handle begun;
    u32 count = 0;
    for (;; count++) {
        gr_send_init(&begun);
        if (begun.error) break;
    }
    u32 found[] = {count, begun.error};
    reply(found, sizeof found);
}

static void act(u8 letter) {
    volatile u32 zero = 0;
    switch (letter) {
    case '.': return;
    case 'l': for (;;) zero++;
    case 'n': zero = nest(0); return;
    case 'k': zero = nest_with_frame(0); return;
    case 'e': send_for_reply(); return;
    case 'm': allocate_all(); return;
    case 'h': send_large(); return;
    case 's': send_to_self(1, "s", 1); return;
    case 'f': send_to_self(2, "f", 1); return;
    case 'r': reserve_all(); return;
    case 'c': create_all(); return;
    case 'b': begin_all(); return;
    case 'w': send_to_self(1, "w", 1); gr_wait_up_to(DURATION);
    case 'd': zero = later / zero; return;
    case 'o': zero = *(volatile u32 *)(0xffffffff - 2); return;
    case 'x': gr_panic(0, PAGE);
    default: __builtin_trap();
    }
}

static void act_on_payload(void) {
    u8 payload[3] = {'.', '.', '.'};
    u32 size;
    gr_size(&size);
    if (size && size <= 3) read_payload(payload, sizeof payload);
    later = payload[1];
    if (payload[2] != '.') {
        error_only reserved;
        gr_system_reserve_gas(5000000000, &reserved);
    }
    act(payload[0]);
}

EXPORT(init) { act_on_payload(); }
EXPORT(handle) { act_on_payload(); }
EXPORT(handle_reply) { act(later); }
EXPORT(handle_signal) { act(later); }
