/* Gear's system calls for programs in C, and what else such programs need.
 *
 * A program exports some of `init`, `handle`, `handle_reply`, `handle_signal`, and for clients that
 * read its state `state` and `metahash`; see EXPORT. It keeps its static data from message to
 * message. Each of its entry points runs once for each message, and everything that it sends
 * leaves only when it returns; if it traps nothing leaves, and the static data is as before.
 *
 * Numbers are little endian. A pointer may have any alignment. Calls that can fail write a
 * structure that begins with `error`: 0, or one of `enum gear_error` with the rest of it zero.
 *
 * The stack is where buffers are cheap: below `__gear_stack_end` memory costs no gas, but is lost at
 * the end. Static arrays without initial values are written into the file as zeros: allocate large
 * ones with gear_alloc.
 *
 * This header is not gstd: there is no allocator of objects, no async, no panic handler.
 */
#ifndef GEAR_H
#define GEAR_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef unsigned __int128 u128;

_Static_assert(sizeof(void *) == 4, "to be built for wasm32");

/* An entry point: `EXPORT(handle) { ... }`. */
#define EXPORT(name) \
    void name(void); \
    __attribute__((export_name(#name))) void name(void)

/* Ids: of actors (programs and users), messages, codes, gas reservations. */
typedef struct { u8 bytes[32]; } hash;
typedef hash actor_id, message_id, code_id, reservation_id;

/* ---- what calls are given ------------------------------------------------------------------ */

/* Whom (or with which code) and with how much value. */
typedef struct { hash id; u128 value; } hash_with_value;
/* On whose gas, to whom, and with how much value. */
typedef struct { reservation_id reservation; actor_id destination; u128 value; } two_hashes_with_value;

/* ---- what calls answer --------------------------------------------------------------------- */

typedef struct __attribute__((packed)) { u32 error; } error_only;
typedef struct __attribute__((packed)) { u32 error; u32 handle; } error_with_handle;
typedef struct __attribute__((packed)) { u32 error; hash id; } error_with_hash;
typedef struct __attribute__((packed)) {
    u32 error;
    message_id message;
    actor_id program;
} error_with_two_hashes;
typedef struct __attribute__((packed)) { u32 error; u64 gas; } error_with_gas;
/* `code[0]`: 0 success, 1 failed, 2 no such actor, 255 other. `code[1..2]` say more. */
typedef struct __attribute__((packed)) { u32 error; u8 code[4]; } error_with_reply_code;
typedef struct __attribute__((packed)) { u32 error; u32 code; } error_with_signal_code;
typedef struct __attribute__((packed)) { u32 block; hash random; } block_number_with_hash;
typedef struct __attribute__((packed)) {
    u32 performance_multiplier_percent;
    u128 existential_deposit;
    u64 mailbox_threshold;
    u64 gas_per_value;
    u128 value_per_gas;
} environment;

_Static_assert(sizeof(hash_with_value) == 48, "as the calls read it");
_Static_assert(sizeof(two_hashes_with_value) == 80, "as the calls read it");
_Static_assert(sizeof(error_with_two_hashes) == 68, "as the calls write it");
_Static_assert(sizeof(error_with_gas) == 12, "as the calls write it");
_Static_assert(sizeof(environment) == 52, "as the calls write it");

enum gear_error {
    NOT_ENOUGH_GAS = 100,
    NOT_ENOUGH_VALUE = 101,
    TOO_BIG_READ_LENGTH = 103,
    READ_WRONG_RANGE = 104,
    NO_REPLY_CONTEXT = 105,
    NO_SIGNAL_CONTEXT = 106,
    INCORRECT_ENTRY_FOR_REPLY = 108,
    BUFFER_TOO_LARGE = 200,
    ACCESS_OUT_OF_BOUNDS = 201,
    MESSAGE_TOO_LARGE = 300,
    TOO_MANY_OUTGOING_MESSAGES = 301,
    DUPLICATE_REPLY = 302,
    DUPLICATE_WAKING = 303,
    LATE_ACCESS = 304,
    NO_SUCH_HANDLE = 305,
    DUPLICATE_INIT = 306,
    INSUFFICIENT_GAS_LIMIT = 308,
    DUPLICATE_REPLY_DEPOSIT = 309,
    NO_MESSAGE_FOR_REPLY_DEPOSIT = 310,
    TOO_MANY_OUTGOING_BYTES = 311,
    INPUT_OFFSET_OUT_OF_BOUNDS = 312,
    INPUT_LENGTH_OUT_OF_BOUNDS = 313,
    NOT_ENOUGH_GAS_FOR_DELAY = 399,
    INVALID_RESERVATION = 500,
    TOO_MANY_RESERVATIONS = 501,
    ZERO_RESERVATION_DURATION = 502,
    ZERO_RESERVATION_AMOUNT = 503,
    RESERVATION_BELOW_MAILBOX_THRESHOLD = 504,
};

/* Instead of a pointer to the value of a reply: no value. */
#define NO_VALUE ((const u128 *)0xffffffff)
/* What gear_alloc returns if there is no more memory. */
#define NO_PAGE 0xffffffffu

#define GEAR_IMPORT(name) __attribute__((import_module("env"), import_name(#name)))
#define GEAR_CALL(name) GEAR_IMPORT(name) void name

/* ---- sending ------------------------------------------------------------------------------- */

/* Send a message; it runs on the gas of the current one, or takes `gas` from it. `delay` in blocks.
 * A message to a user waits in the mailbox if it has at least `mailbox_threshold` of gas. */
GEAR_CALL(gr_send)(const hash_with_value *to, const void *payload, u32 size, u32 delay,
                   error_with_hash *sent);
GEAR_CALL(gr_send_wgas)(const hash_with_value *to, const void *payload, u32 size, u64 gas,
                        u32 delay, error_with_hash *sent);
/* The same with a part of the current message's payload. */
GEAR_CALL(gr_send_input)(const hash_with_value *to, u32 offset, u32 size, u32 delay,
                         error_with_hash *sent);
GEAR_CALL(gr_send_input_wgas)(const hash_with_value *to, u32 offset, u32 size, u64 gas, u32 delay,
                              error_with_hash *sent);
/* The same by pieces: begin, append, send. A handle is good until the entry point returns. */
GEAR_CALL(gr_send_init)(error_with_handle *begun);
GEAR_CALL(gr_send_push)(u32 handle, const void *data, u32 size, error_only *result);
GEAR_CALL(gr_send_push_input)(u32 handle, u32 offset, u32 size, error_only *result);
GEAR_CALL(gr_send_commit)(u32 handle, const hash_with_value *to, u32 delay, error_with_hash *sent);
GEAR_CALL(gr_send_commit_wgas)(u32 handle, const hash_with_value *to, u64 gas, u32 delay,
                               error_with_hash *sent);
/* The same with all the gas of a reservation, which is used up by that. */
GEAR_CALL(gr_reservation_send)(const two_hashes_with_value *to, const void *payload, u32 size,
                               u32 delay, error_with_hash *sent);
GEAR_CALL(gr_reservation_send_commit)(u32 handle, const two_hashes_with_value *to, u32 delay,
                                      error_with_hash *sent);
/* Put gas aside for the reply to a message that was just sent. */
GEAR_CALL(gr_reply_deposit)(const message_id *message, u64 gas, error_only *result);

/* ---- replying: once, in `init` or `handle` -------------------------------------------------- */

GEAR_CALL(gr_reply)(const void *payload, u32 size, const u128 *value, error_with_hash *sent);
GEAR_CALL(gr_reply_wgas)(const void *payload, u32 size, u64 gas, const u128 *value,
                         error_with_hash *sent);
GEAR_CALL(gr_reply_input)(u32 offset, u32 size, const u128 *value, error_with_hash *sent);
GEAR_CALL(gr_reply_input_wgas)(u32 offset, u32 size, u64 gas, const u128 *value,
                               error_with_hash *sent);
/* By pieces: append, then reply. */
GEAR_CALL(gr_reply_push)(const void *data, u32 size, error_only *result);
GEAR_CALL(gr_reply_push_input)(u32 offset, u32 size, error_only *result);
GEAR_CALL(gr_reply_commit)(const u128 *value, error_with_hash *sent);
GEAR_CALL(gr_reply_commit_wgas)(u64 gas, const u128 *value, error_with_hash *sent);
/* `from`: the reservation whose gas the reply takes, and the value. */
GEAR_CALL(gr_reservation_reply)(const hash_with_value *from, const void *payload, u32 size,
                                error_with_hash *sent);
GEAR_CALL(gr_reservation_reply_commit)(const hash_with_value *from, error_with_hash *sent);

/* ---- creating programs ---------------------------------------------------------------------- */

/* Create a program of a code that is on the chain and send it its first message. The creator pays
 * the existential deposit. `code`: its id, and the value of the message. */
GEAR_CALL(gr_create_program)(const hash_with_value *code, const void *salt, u32 salt_size,
                             const void *payload, u32 size, u32 delay,
                             error_with_two_hashes *created);
GEAR_CALL(gr_create_program_wgas)(const hash_with_value *code, const void *salt, u32 salt_size,
                                  const void *payload, u32 size, u64 gas, u32 delay,
                                  error_with_two_hashes *created);

/* ---- the current message -------------------------------------------------------------------- */

GEAR_CALL(gr_size)(u32 *size);
GEAR_CALL(gr_read)(u32 at, u32 size, void *buffer, error_only *result);
GEAR_CALL(gr_message_id)(message_id *id);
GEAR_CALL(gr_source)(actor_id *source);
GEAR_CALL(gr_value)(u128 *value);
/* In `handle_reply`: which message is replied to, and how that went. */
GEAR_CALL(gr_reply_to)(error_with_hash *message);
GEAR_CALL(gr_reply_code)(error_with_reply_code *code);
/* In `handle_signal`: which message failed, and why. */
GEAR_CALL(gr_signal_from)(error_with_hash *message);
GEAR_CALL(gr_signal_code)(error_with_signal_code *code);

/* ---- the program and the block -------------------------------------------------------------- */

GEAR_CALL(gr_program_id)(actor_id *id);
GEAR_CALL(gr_value_available)(u128 *value);
GEAR_CALL(gr_gas_available)(u64 *gas);
GEAR_CALL(gr_block_height)(u32 *height);
GEAR_CALL(gr_block_timestamp)(u64 *milliseconds);
GEAR_CALL(gr_random)(const hash *subject, block_number_with_hash *random);
/* The only version is 1. */
GEAR_CALL(gr_env_vars)(u32 version, environment *environment);

/* ---- waiting: the message is executed anew, from the beginning, when it is woken ------------- */

__attribute__((noreturn)) GEAR_CALL(gr_wait)(void);
/* Wakes by itself after so many blocks. */
__attribute__((noreturn)) GEAR_CALL(gr_wait_for)(u32 duration);
/* The same, or earlier if the gas is not enough for that long. */
__attribute__((noreturn)) GEAR_CALL(gr_wait_up_to)(u32 duration);
GEAR_CALL(gr_wake)(const message_id *message, u32 delay, error_only *result);

/* ---- putting gas aside ---------------------------------------------------------------------- */

GEAR_CALL(gr_reserve_gas)(u64 gas, u32 duration, error_with_hash *reservation);
GEAR_CALL(gr_unreserve_gas)(const reservation_id *reservation, error_with_gas *given_back);
/* For `handle_signal`, which is called when this message fails. */
GEAR_CALL(gr_system_reserve_gas)(u64 gas, error_only *result);

/* ---- memory, in pages of 64 KiB -------------------------------------------------------------- */

/* Allocate adjacent pages; return the number of the first, or NO_PAGE. */
GEAR_IMPORT(alloc) u32 gear_alloc(u32 pages);
/* Return 0, or 1 if there is nothing to free. The range includes `last`. */
GEAR_IMPORT(free) u32 gear_free(u32 page);
GEAR_IMPORT(free_range) u32 gear_free_range(u32 first, u32 last);

/* ---- ending ----------------------------------------------------------------------------------- */

/* The program ends; what it owns goes to the inheritor. */
__attribute__((noreturn)) GEAR_CALL(gr_exit)(const actor_id *inheritor);
/* As returning from the entry point. */
__attribute__((noreturn)) GEAR_CALL(gr_leave)(void);
/* Fail. The payload goes into the error reply. */
__attribute__((noreturn)) GEAR_CALL(gr_panic)(const void *payload, u32 size);
__attribute__((noreturn)) GEAR_CALL(gr_oom_panic)(void);
/* A text, UTF-8, for the log of the node. */
GEAR_CALL(gr_debug)(const void *text, u32 size);

/* ---- beyond the calls -------------------------------------------------------------------------- */

/* First of the static data, which begins right above the stack. The linker exports its address, and
 * the chain charges nothing for memory below it. */
__attribute__((weak, aligned(16))) const u8 __gear_stack_end[1] = {0};

/* Fail with a text that is a literal. */
#define PANIC(text) gr_panic(text, sizeof(text) - 1)
/* Fail if a call could not do what it was told. */
#define EXPECT(result, text) do { if ((result).error) PANIC(text); } while (0)

/* Read the payload of the current message, if it is not longer than the buffer, and return its
 * size. */
static inline u32 read_payload(void *buffer, u32 capacity) {
    u32 size;
    gr_size(&size);
    if (size > capacity) PANIC("payload too long");
    error_only read;
    gr_read(0, size, buffer, &read);
    EXPECT(read, "read");
    return size;
}

/* What is left of a payload. */
typedef struct { const u8 *at, *end; } reader;

/* The next bytes; fail if there are not so many. */
static inline const u8 *take(reader *from, u32 size) {
    const u8 *found = from->at;
    if ((u32)(from->end - found) < size) PANIC("payload ends early");
    from->at += size;
    return found;
}

/* The next bytes as a number, 8 at most. */
static inline u64 take_number(reader *from, u32 size) {
    const u8 *bytes = take(from, size);
    u64 number = 0;
    for (u32 i = 0; i < size; i++) number |= (u64)bytes[i] << (8 * i);
    return number;
}

static inline hash take_hash(reader *from) { return *(const hash *)take(from, sizeof(hash)); }

/* Reply, with no value. */
static inline void reply(const void *payload, u32 size) {
    error_with_hash sent;
    gr_reply(payload, size, NO_VALUE, &sent);
    EXPECT(sent, "reply");
}

static inline int same(const void *a, const void *b, u32 size) {
    const u8 *left = a, *right = b;
    for (; size; size--)
        if (*left++ != *right++) return 0;
    return 1;
}

/* Whether a payload is this literal. */
#define IS(payload, size, text) \
    ((size) == sizeof(text) - 1 && same(payload, text, sizeof(text) - 1))

/* The compiler calls these by itself. */
__attribute__((weak, no_builtin)) void *memcpy(void *to, const void *from, __SIZE_TYPE__ size) {
    u8 *t = to;
    for (const u8 *f = from; size; size--) *t++ = *f++;
    return to;
}

__attribute__((weak, no_builtin)) void *memset(void *to, int byte, __SIZE_TYPE__ size) {
    for (u8 *t = to; size; size--) *t++ = (u8)byte;
    return to;
}

#endif
