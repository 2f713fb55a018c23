/* One very large function, which a compiler has to work hard on: thousands of branches over numbers
 * that all depend on each other.
 *
 * payload  u32 seed. The reply is two numbers that the function computes, u32 each.
 */
#include "gear.h"

/* Each copy has a number of its own, so that no two are the same. */
#define ONE \
    x = x * 31 + (y >> 7) + __COUNTER__; \
    if (x & 64) y ^= x << 3; \
    else x += y;
#define FOUR ONE ONE ONE ONE
#define SIXTEEN FOUR FOUR FOUR FOUR
#define SIXTY_FOUR SIXTEEN SIXTEEN SIXTEEN SIXTEEN
#define MANY SIXTY_FOUR SIXTY_FOUR SIXTY_FOUR SIXTY_FOUR

EXPORT(init) {}

EXPORT(handle) {
    u32 x = 0, y = 1;
    read_payload(&x, sizeof x);
    MANY MANY MANY MANY MANY MANY MANY MANY
    u32 found[] = {x, y};
    reply(found, sizeof found);
}
