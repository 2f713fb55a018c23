#include "allocator.h"
#include "host_functions.h"

extern unsigned char __heap_base; /* set by the linker */

/* A wasm page, and by how much the arena grows at least while building. */
#define WASM_PAGE ((size_t)65536)

/* A host allocates powers of two and takes 8 bytes of each for itself, but hands the rest out
 * unaligned to pages; 32 MiB is the most it gives at once (sp-allocator). */
#define HOST_CHUNK_MIN ((size_t)1 << 20)
#define HOST_CHUNK_MAX ((size_t)1 << 25)

/* Free runs are linked in the order of their addresses, so that neighbours can be joined. */
typedef struct Run {
    size_t pages;
    struct Run *next;
} Run;

uint8_t page_kind[PAGE_COUNT];
int allocator_building = 1;

static Run *first_run;

/* The arena from `untouched` on was never handed out, so it is all zeros. */
static char *untouched, *arena_end;

static size_t end_of(const Run *run) { return (size_t)run + run->pages * PAGE_BYTES; }

void give_pages(void *first, size_t count) {
    Run *run = first, *before = NULL, *after = first_run;
    while (after && after < run) {
        before = after;
        after = after->next;
    }
    run->pages = count;
    run->next = after;
    if (before) before->next = run;
    else first_run = run;
    if (after && end_of(run) == (size_t)after) {
        run->pages += after->pages;
        run->next = after->next;
        after->pages = 0;
        after->next = NULL;
    }
    if (before && end_of(before) == (size_t)run) {
        before->pages += run->pages;
        before->next = run->next;
        run->pages = 0;
        run->next = NULL;
    }
}

static int grow_arena(size_t pages) {
    size_t wasm_pages = (pages * PAGE_BYTES + WASM_PAGE - 1) / WASM_PAGE;
    size_t old = __builtin_wasm_memory_grow(0, wasm_pages);
    if (old == (size_t)-1 || old + wasm_pages > PAGE_COUNT / (WASM_PAGE / PAGE_BYTES)) return 0;
    char *begin = (char *)(old * WASM_PAGE);
    size_t size = wasm_pages * WASM_PAGE;
    if (!untouched) { /* the first time, what lies between the linker's data and the first page */
        size_t heap = ((size_t)&__heap_base + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
        size += (size_t)begin - heap;
        begin = (char *)heap;
        untouched = begin;
    }
    arena_end = begin + size;
    give_pages(begin, size / PAGE_BYTES);
    return 1;
}

static int take_chunk(size_t pages) {
    size_t size = HOST_CHUNK_MIN, needed = (pages + 1) * PAGE_BYTES;
    while (size < needed) size <<= 1;
    if (size > HOST_CHUNK_MAX) return 0;
    size_t block = (size_t)ext_allocator_malloc_version_1((uint32_t)size);
    size_t begin = (block + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
    size_t end = (block + size) & ~(PAGE_BYTES - 1);
    if (!block || end > PAGE_COUNT << PAGE_SHIFT) return 0;
    give_pages((void *)begin, (end - begin) / PAGE_BYTES);
    return 1;
}

static Run **find(size_t count) {
    for (Run **link = &first_run; *link; link = &(*link)->next) {
        if ((*link)->pages >= count) return link;
    }
    return NULL;
}

void *take_pages(size_t count, int *zeroed) {
    Run **link = find(count);
    if (!link) {
        if (count > PAGE_COUNT || !(allocator_building ? grow_arena(count) : take_chunk(count))) {
            return NULL;
        }
        link = find(count);
    }
    Run *run = *link, *rest = run->next;
    if (run->pages > count) {
        rest = (Run *)((char *)run + count * PAGE_BYTES);
        rest->pages = run->pages - count;
        rest->next = run->next;
    }
    *link = rest;
    run->pages = 0;
    run->next = NULL;
    char *end = (char *)run + count * PAGE_BYTES;
    *zeroed = (char *)run >= untouched && end <= arena_end;
    if (end > untouched && end <= arena_end) untouched = end;
    return run;
}

size_t finish_arena(size_t reserve) {
    if (reserve) grow_arena((reserve + PAGE_BYTES - 1) / PAGE_BYTES);
    return __builtin_wasm_memory_size(0) * WASM_PAGE;
}
