/* Does what its payload says, which has payloads for others in it: for storms of messages.
 *
 * `init` is told up to eight addresses, which the script names by their number; 255 is the sender.
 * A script is a list of steps, each a letter and its arguments (all u8 unless said otherwise, gas in
 * units of 20 million, `data` is a size and as many bytes). What a call refuses is passed over.
 *
 *   s to gas delay value data  send; on the gas of this message if gas is 0; value u32
 *   r value data               reply; value u32
 *   w / f blocks / u blocks    wait; wait for; wait up to; then go on with the next step
 *   k slot delay               wake the message that waits in that slot
 *   g gas blocks               reserve gas, in the next of four slots
 *   n slot to delay value data send on a reservation; value u32
 *   q slot                     give a reservation back
 *   y gas                      put gas aside for a signal
 *   d gas                      put gas aside for the reply to what was sent last
 *   c code gas value data      create a program of that code (32 bytes); value u32
 *   a pages / e page           allocate and write to each page; free; counted from the first
 *   b rounds                   compute in thousands of rounds
 *   o data / z data            what to do in handle_reply; in handle_signal
 *   t / p / l / x to / i       trap; panic; leave; exit; loop for ever
 */
#include "gear.h"

enum { MAX_ACTORS = 8, SLOTS = 4, MAX_SCRIPT = 2048, MAX_KEPT = 64, GAS_UNIT = 20000000, PAGE = 65536 };
enum { SENDER = 255 };

typedef struct { u32 size; u8 bytes[MAX_KEPT]; } kept;
typedef struct { message_id id; u32 step; } pause;

static actor_id actors[MAX_ACTORS];
static pause pauses[SLOTS];
static reservation_id reservations[SLOTS];
static u32 reserved, created;
static kept on_reply, on_signal;
static message_id last_sent;

static actor_id actor(u32 number) {
    actor_id found;
    if (number == SENDER) gr_source(&found);
    else found = actors[number % MAX_ACTORS];
    return found;
}

/* Where to go on after a pause, or the beginning. */
static u32 resume(void) {
    message_id own;
    gr_message_id(&own);
    for (pause *each = pauses; each < pauses + SLOTS; each++)
        if (each->step && same(&each->id, &own, sizeof own)) {
            u32 step = each->step;
            each->step = 0;
            return step;
        }
    return 0;
}

/* Remember to go on there; if all slots are taken the message forgets it and fails. */
static void remember(u32 step) {
    for (pause *each = pauses; each < pauses + SLOTS; each++)
        if (!each->step) {
            each->step = step;
            gr_message_id(&each->id);
            return;
        }
    PANIC("too many wait");
}

typedef struct { const u8 *bytes; u32 size; } data;

static data take_data(reader *from) {
    u32 size = take_number(from, 1);
    return (data){take(from, size), size};
}

static void send(reader *from) {
    hash_with_value to = {.id = actor(take_number(from, 1))};
    u64 gas = take_number(from, 1) * GAS_UNIT;
    u32 delay = take_number(from, 1);
    to.value = take_number(from, 4);
    data payload = take_data(from);
    error_with_hash sent;
    if (gas) gr_send_wgas(&to, payload.bytes, payload.size, gas, delay, &sent);
    else gr_send(&to, payload.bytes, payload.size, delay, &sent);
    if (!sent.error) last_sent = sent.id;
}

static void send_reserved(reader *from) {
    two_hashes_with_value to = {.reservation = reservations[take_number(from, 1) % SLOTS]};
    to.destination = actor(take_number(from, 1));
    u32 delay = take_number(from, 1);
    to.value = take_number(from, 4);
    data payload = take_data(from);
    error_with_hash sent;
    gr_reservation_send(&to, payload.bytes, payload.size, delay, &sent);
}

static void create(reader *from) {
    hash_with_value code = {.id = take_hash(from)};
    u64 gas = take_number(from, 1) * GAS_UNIT;
    code.value = take_number(from, 4);
    data payload = take_data(from);
    u32 salt = created++;
    error_with_two_hashes made;
    gr_create_program_wgas(&code, &salt, sizeof salt, payload.bytes, payload.size, gas, 0, &made);
}

static void answer(reader *from) {
    u128 value = take_number(from, 4);
    data payload = take_data(from);
    error_with_hash sent;
    gr_reply(payload.bytes, payload.size, &value, &sent);
}

static void wake(reader *from) {
    message_id id = pauses[take_number(from, 1) % SLOTS].id;
    error_only woken;
    gr_wake(&id, take_number(from, 1), &woken);
}

static void put_gas_aside(reader *from, u8 letter) {
    u64 gas = take_number(from, 1) * GAS_UNIT;
    error_only done;
    error_with_hash made;
    if (letter == 'y') gr_system_reserve_gas(gas, &done);
    else if (letter == 'd') gr_reply_deposit(&last_sent, gas, &done);
    else {
        gr_reserve_gas(gas, take_number(from, 1), &made);
        if (!made.error) reservations[reserved++ % SLOTS] = made.id;
    }
}

static void give_back(reader *from) {
    error_with_gas given_back;
    gr_unreserve_gas(&reservations[take_number(from, 1) % SLOTS], &given_back);
}

static void allocate(u32 pages) {
    u32 first = gear_alloc(pages);
    if (first == NO_PAGE) return;
    for (u32 page = first; page < first + pages; page++) *(volatile u8 *)(page * PAGE) = 1;
}

static void compute(u32 thousands) {
    for (volatile u32 left = thousands * 1000; left; left--) {}
}

static void keep(kept *to, reader *from) {
    data script = take_data(from);
    if (script.size > MAX_KEPT) PANIC("too much to keep");
    to->size = script.size;
    memcpy(to->bytes, script.bytes, script.size);
}

static void step(reader *from, const u8 *begin) {
    u8 letter = *take(from, 1);
    u32 number = 0;
    if (letter == 'f' || letter == 'u') number = take_number(from, 1);
    switch (letter) {
    case 's': send(from); break;
    case 'r': answer(from); break;
    case 'k': wake(from); break;
    case 'g': case 'y': case 'd': put_gas_aside(from, letter); break;
    case 'n': send_reserved(from); break;
    case 'q': give_back(from); break;
    case 'c': create(from); break;
    case 'a': allocate(take_number(from, 1)); break;
    case 'e': gear_free(2 + take_number(from, 1)); break;
    case 'b': compute(take_number(from, 1)); break;
    case 'o': keep(&on_reply, from); break;
    case 'z': keep(&on_signal, from); break;
    case 'w': remember(from->at - begin); gr_wait();
    case 'f': remember(from->at - begin); gr_wait_for(number);
    case 'u': remember(from->at - begin); gr_wait_up_to(number);
    case 't': __builtin_trap();
    case 'p': PANIC("as told");
    case 'l': gr_leave();
    case 'x': {
        actor_id inheritor = actor(take_number(from, 1));
        gr_exit(&inheritor);
    }
    case 'i': for (;;) compute(1);
    default: PANIC("no such step");
    }
}

static void run(const u8 *script, u32 size) {
    u32 begin = resume();
    reader from = {script + (begin < size ? begin : size), script + size};
    while (from.at < from.end) step(&from, script);
}

EXPORT(init) { read_payload(actors, sizeof actors); }

EXPORT(handle) {
    u8 script[MAX_SCRIPT];
    run(script, read_payload(script, sizeof script));
}

EXPORT(handle_reply) { run(on_reply.bytes, on_reply.size); }
EXPORT(handle_signal) { run(on_signal.bytes, on_signal.size); }
