#include "allocator.h"

#include <errno.h>
#include <string.h>

/* Size classes: steps of 8 bytes up to 512, then four to each doubling. Blocks have no header, as
 * the table of pages tells the class, and are aligned to 8 bytes; to more if their class's size is
 * a multiple of it, since slabs begin at pages. */
#define STEP 8
#define SMALL_MAX ((size_t)512)
#define SMALL_CLASSES (SMALL_MAX / STEP)
#define SMALL_MAX_LOG2 9
#define SLAB_MAX ((size_t)8192)
#define CLASSES (SMALL_CLASSES + 4 * 4)

/* Pages that a class takes at once: little for small blocks, so that what is used together lies
 * together and few pages are touched by a call. */
#define SMALL_SLAB_PAGES 1
#define LARGE_SLAB_PAGES 8

/* Bigger blocks have a run of pages for themselves, and this in front. */
typedef struct {
    size_t pages;
    size_t padding;
} RunHeader;

typedef struct Free {
    struct Free *next;
} Free;

static Free *free_blocks[CLASSES];
static char *slab_at[CLASSES], *slab_end[CLASSES]; /* what is left of each class's newest slab */

static inline size_t class_of(size_t size) {
    if (size <= SMALL_MAX) return (size - 1) / STEP;
    size_t log2 = 31 - (size_t)__builtin_clzl(size - 1);
    size_t quarter = (size - 1 - ((size_t)1 << log2)) >> (log2 - 2);
    return SMALL_CLASSES + (log2 - SMALL_MAX_LOG2) * 4 + quarter;
}

static inline size_t size_of_class(size_t class) {
    if (class < SMALL_CLASSES) return (class + 1) * STEP;
    size_t log2 = SMALL_MAX_LOG2 + (class - SMALL_CLASSES) / 4;
    return ((size_t)1 << log2) + ((class - SMALL_CLASSES) % 4 + 1) * ((size_t)1 << (log2 - 2));
}

static void *no_memory(void) {
    errno = ENOMEM;
    return NULL;
}

static void *take_from_slab(size_t class) {
    size_t size = size_of_class(class);
    if ((size_t)(slab_end[class] - slab_at[class]) < size) {
        size_t pages = class < SMALL_CLASSES ? SMALL_SLAB_PAGES : LARGE_SLAB_PAGES;
        int zeroed;
        char *slab = take_pages(pages, &zeroed);
        if (!slab) return no_memory();
        memset(&page_kind[(size_t)slab >> PAGE_SHIFT], (int)class + 1, pages);
        slab_at[class] = slab;
        slab_end[class] = slab + pages * PAGE_BYTES;
    }
    void *block = slab_at[class];
    slab_at[class] += size;
    return block;
}

static void *take_run(size_t size, int *zeroed) {
    if (size > SIZE_MAX - sizeof(RunHeader) - PAGE_BYTES) return no_memory();
    size_t pages = (size + sizeof(RunHeader) + PAGE_BYTES - 1) / PAGE_BYTES;
    RunHeader *header = take_pages(pages, zeroed);
    if (!header) return no_memory();
    header->pages = pages;
    page_kind[(size_t)header >> PAGE_SHIFT] = RUN_PAGE;
    return header + 1;
}

void *malloc(size_t size) {
    if (size > SLAB_MAX) {
        int zeroed;
        return take_run(size, &zeroed);
    }
    size_t class = class_of(size ? size : 1);
    Free *block = free_blocks[class];
    if (!block) return take_from_slab(class);
    free_blocks[class] = block->next;
    return block;
}

/* How much a block holds: no less than was asked for. */
static size_t capacity(void *block) {
    size_t kind = page_kind[(size_t)block >> PAGE_SHIFT];
    if (kind == RUN_PAGE) {
        return ((RunHeader *)block - 1)->pages * PAGE_BYTES - sizeof(RunHeader);
    }
    return size_of_class(kind - 1);
}

void free(void *block) {
    if (!block) return;
    if (allocator_building) memset(block, 0, capacity(block));
    uint8_t *kind = &page_kind[(size_t)block >> PAGE_SHIFT];
    if (*kind == RUN_PAGE) {
        RunHeader *header = (RunHeader *)block - 1;
        *kind = 0;
        size_t pages = header->pages;
        give_pages(header, pages);
        return;
    }
    Free *freed = block;
    freed->next = free_blocks[*kind - 1];
    free_blocks[*kind - 1] = freed;
}

void *calloc(size_t count, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) return no_memory();
    int zeroed = 0;
    void *block = total > SLAB_MAX ? take_run(total, &zeroed) : malloc(total);
    if (block && !zeroed) memset(block, 0, total);
    return block;
}

void *realloc(void *block, size_t size) {
    if (!block) return malloc(size);
    size_t old = capacity(block);
    /* Stay while the block is big enough and not four times too big. */
    if (size <= old && size >= old / 4) return block;
    void *moved = malloc(size);
    if (!moved) return NULL;
    memcpy(moved, block, size < old ? size : old);
    free(block);
    return moved;
}

/* A power of two is aligned to itself in its slab, up to a page. */
void *aligned_alloc(size_t alignment, size_t size) {
    if (alignment <= STEP) return malloc(size);
    if (size > SLAB_MAX) return alignment <= sizeof(RunHeader) ? malloc(size) : no_memory();
    size_t rounded = alignment;
    while (rounded < size) rounded <<= 1;
    return rounded <= PAGE_BYTES ? malloc(rounded) : no_memory();
}

int posix_memalign(void **out, size_t alignment, size_t size) {
    *out = aligned_alloc(alignment, size);
    return *out ? 0 : ENOMEM;
}

/* The C library's own names for the same. */
void *__libc_malloc(size_t size) { return malloc(size); }
void *__libc_calloc(size_t count, size_t size) { return calloc(count, size); }
void __libc_free(void *block) { free(block); }
