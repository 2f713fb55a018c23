/* Waits in all ways. The payload begins with a letter:
 *   w           wait for ever
 *   f duration  wait for so many blocks; u32
 *   u duration  wait up to so many blocks; u32
 *   k id delay  wake that message, after so many blocks; u32
 * A message that has waited replies with how many blocks, u32, when it is executed again.
 */
#include "gear.h"

enum { MAX_WAITING = 8 };

typedef struct { message_id id; u32 since; } waiting;
static waiting messages[MAX_WAITING];

static waiting *find(const message_id *id) {
    for (waiting *each = messages; each < messages + MAX_WAITING; each++)
        if (same(&each->id, id, sizeof *id)) return each;
    return 0;
}

EXPORT(init) {}

EXPORT(handle) {
    static const message_id none;
    message_id own;
    gr_message_id(&own);
    u32 now;
    gr_block_height(&now);
    waiting *found = find(&own);
    if (found) {
        u32 waited = now - found->since;
        found->id = none;
        reply(&waited, sizeof waited);
        return;
    }
    u8 payload[64];
    reader from = {payload, payload + read_payload(payload, sizeof payload)};
    u8 command = *take(&from, 1);
    if (command == 'k') {
        message_id id = take_hash(&from);
        error_only woken;
        gr_wake(&id, take_number(&from, 4), &woken);
        EXPECT(woken, "wake");
        return;
    }
    found = find(&none);
    if (!found) PANIC("too many wait");
    *found = (waiting){own, now};
    switch (command) {
    case 'w': gr_wait();
    case 'f': gr_wait_for(take_number(&from, 4));
    case 'u': gr_wait_up_to(take_number(&from, 4));
    default: PANIC("w, f, u or k");
    }
}
