/* Keeps value for those who send it.
 *
 * An empty payload leaves the value of the message here. The others begin with a letter:
 *   w amount          take it back, with the reply; u128
 *   p to amount delay pay somebody after so many blocks, on gas that is reserved now; u32
 * The reply to a payment is the id of the message. `state` tells the sum of all shares, u128.
 */
#include "gear.h"

enum { MAX_OWNERS = 16, PAYMENT_GAS = 10000000 };

typedef struct { actor_id who; u128 amount; } share;
static share shares[MAX_OWNERS];
static u32 owners;

static share *share_of(const actor_id *who) {
    for (share *each = shares; each < shares + owners; each++)
        if (same(&each->who, who, sizeof *who)) return each;
    if (owners == MAX_OWNERS) PANIC("too many owners");
    shares[owners].who = *who;
    return &shares[owners++];
}

static u128 take_amount(reader *from, share *of) {
    u128 amount = take_number(from, 8);
    amount |= (u128)take_number(from, 8) << 64;
    if (amount > of->amount) PANIC("not that much");
    of->amount -= amount;
    return amount;
}

EXPORT(init) {}

static void pay(reader *from, share *of) {
    two_hashes_with_value to = {.destination = take_hash(from)};
    to.value = take_amount(from, of);
    u32 delay = take_number(from, 4);
    error_with_hash reserved, sent;
    gr_reserve_gas(PAYMENT_GAS, delay + 1, &reserved);
    EXPECT(reserved, "reserve");
    to.reservation = reserved.id;
    gr_reservation_send(&to, "payment", 7, delay, &sent);
    EXPECT(sent, "send");
    reply(&sent.id, sizeof sent.id);
}

EXPORT(handle) {
    u8 payload[64];
    reader from = {payload, payload + read_payload(payload, sizeof payload)};
    actor_id source;
    gr_source(&source);
    share *own = share_of(&source);
    u128 value;
    gr_value(&value);
    own->amount += value;
    if (from.at == from.end) return;
    u8 command = *take(&from, 1);
    if (command == 'w') {
        value = take_amount(&from, own);
        error_with_hash sent;
        gr_reply("", 0, &value, &sent);
        EXPECT(sent, "reply");
    } else if (command == 'p') {
        pay(&from, own);
    } else {
        PANIC("w or p");
    }
}

EXPORT(handle_reply) {}

EXPORT(state) {
    u128 sum = 0;
    for (u32 i = 0; i < owners; i++) sum += shares[i].amount;
    reply(&sum, sizeof sum);
}
