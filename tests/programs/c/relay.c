/* Passes every message on to another program, with its value, and that program's reply back.
 *
 * `init` is told the address. The message waits while the other program works: `handle` runs twice
 * for it, and finds out by its table of messages which time it is.
 */
#include "gear.h"

enum { PATIENCE = 100, MAX_WAITING = 4, MAX_REPLY = 256 };

typedef struct {
    message_id asked; /* whose reply is owed; all zeros in an entry that is free */
    message_id sent;
    u32 answered;
    u8 code[4];
    u32 size;
    u8 reply[MAX_REPLY];
} pending;

static actor_id other;
static pending waiting[MAX_WAITING];

static pending *find(const message_id *id, u32 offset) {
    for (pending *each = waiting; each < waiting + MAX_WAITING; each++)
        if (same((u8 *)each + offset, id, sizeof *id)) return each;
    return 0;
}

EXPORT(init) {
    if (read_payload(&other, sizeof other) != sizeof other) PANIC("whose address?");
}

static void pass_on(pending *entry, const message_id *asked) {
    hash_with_value to = {.id = other};
    gr_value(&to.value);
    u32 size;
    gr_size(&size);
    error_with_hash sent;
    if (size) gr_send_input(&to, 0, size, 0, &sent);
    else gr_send(&to, 0, 0, 0, &sent);
    EXPECT(sent, "send");
    *entry = (pending){.asked = *asked, .sent = sent.id};
    gr_wait_up_to(PATIENCE);
}

EXPORT(handle) {
    static const message_id none;
    message_id asked;
    gr_message_id(&asked);
    pending *entry = find(&asked, 0);
    if (!entry) {
        entry = find(&none, 0);
        if (!entry) PANIC("too many at once");
        pass_on(entry, &asked);
    }
    entry->asked = none;
    if (!entry->answered) PANIC("no reply in time");
    if (entry->code[0]) PANIC("the other program failed");
    reply(entry->reply, entry->size);
}

EXPORT(handle_reply) {
    error_with_hash to;
    gr_reply_to(&to);
    EXPECT(to, "reply to");
    pending *entry = find(&to.id, sizeof(message_id));
    if (!entry) return;
    error_with_reply_code reply;
    gr_reply_code(&reply);
    memcpy(entry->code, reply.code, sizeof entry->code);
    entry->size = reply.code[0] ? 0 : read_payload(entry->reply, MAX_REPLY);
    entry->answered = 1;
    error_only woken;
    gr_wake(&entry->asked, 0, &woken);
    EXPECT(woken, "wake");
}
