/* The interpreter's memory: malloc and its relatives, for CPython and all that is linked with it.
 *
 * Deterministic: the same calls give the same addresses. Two layers:
 *
 *   page_runs.c  hands out runs of 4 KiB pages, first fit by address, and joins what is given back;
 *   allocator.c  cuts runs into blocks of one size class each and keeps big blocks as runs.
 *
 * Memory comes from two places. While the builder runs, the arena grows behind __heap_base with
 * memory.grow. The builder then moves __heap_base behind the arena, so that the host's allocator
 * begins where ours ends; pages that were never used cost nothing in the module. When the arena is
 * full, a running instance takes more from the host.
 */
#ifndef ALLOCATOR_H
#define ALLOCATOR_H

#include <stddef.h>
#include <stdint.h>

#define PAGE_SHIFT 12
#define PAGE_BYTES ((size_t)1 << PAGE_SHIFT)

/* Addresses that are managed: the pages have one byte each in a table. 1 GiB is many times what
 * any host gives to a runtime. */
#define PAGE_COUNT ((size_t)1 << (30 - PAGE_SHIFT))

/* Of each page: 0 for none of ours, RUN_PAGE for a block that has its run for itself, otherwise
 * its blocks' size class plus 1. */
#define RUN_PAGE 255
extern uint8_t page_kind[PAGE_COUNT];

/* Set until the builder is done: freed blocks are then filled with zeros, to leave nothing behind
 * in the module that is not used. */
extern int allocator_building;

/* `count` consecutive pages, or NULL. `*zeroed` tells whether they were never used before. */
void *take_pages(size_t count, int *zeroed);

/* Back to where they come from; also how new memory enters. */
void give_pages(void *first, size_t count);

/* The end of building: reserve `reserve` more bytes for running instances, and tell where the arena
 * ends. */
size_t finish_arena(size_t reserve);

#endif
