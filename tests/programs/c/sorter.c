/* Loops much over its memory: makes numbers, sorts them and checks the order.
 *
 * payload  u32 how many (a million at most), u32 seed (not zero). The reply is the least, the middle
 * and the greatest of them, u32 each. The memory is allocated for the time of the message only.
 */
#include "gear.h"

enum { MAX_COUNT = 1000000, PAGE = 65536 };

static void sift(u32 *numbers, u32 from, u32 count) {
    u32 moved = numbers[from];
    for (u32 child; (child = 2 * from + 1) < count; from = child) {
        if (child + 1 < count && numbers[child + 1] > numbers[child]) child++;
        if (numbers[child] <= moved) break;
        numbers[from] = numbers[child];
    }
    numbers[from] = moved;
}

static void sort(u32 *numbers, u32 count) {
    for (u32 i = count / 2; i-- > 0;) sift(numbers, i, count);
    for (u32 i = count; i-- > 1;) {
        u32 greatest = numbers[0];
        numbers[0] = numbers[i];
        numbers[i] = greatest;
        sift(numbers, 0, i);
    }
}

EXPORT(init) {}

EXPORT(handle) {
    struct { u32 count, seed; } asked;
    if (read_payload(&asked, sizeof asked) != sizeof asked) PANIC("how many, which seed?");
    if (asked.count == 0 || asked.count > MAX_COUNT || asked.seed == 0) PANIC("out of range");
    u32 pages = (asked.count * sizeof(u32) + PAGE - 1) / PAGE;
    u32 first = gear_alloc(pages);
    if (first == NO_PAGE) gr_oom_panic();
    u32 *numbers = (u32 *)(first * PAGE);
    for (u32 i = 0, number = asked.seed; i < asked.count; i++) {
        number ^= number << 13;
        number ^= number >> 17;
        number ^= number << 5;
        numbers[i] = number;
    }
    sort(numbers, asked.count);
    for (u32 i = 1; i < asked.count; i++)
        if (numbers[i - 1] > numbers[i]) PANIC("not sorted");
    u32 found[] = {numbers[0], numbers[asked.count / 2], numbers[asked.count - 1]};
    gear_free_range(first, first + pages - 1);
    reply(found, sizeof found);
}
