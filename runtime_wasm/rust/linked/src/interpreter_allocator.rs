//! Memory from the interpreter's `malloc`, so that there is one heap.

use core::alloc::{GlobalAlloc, Layout};
use core::ffi::c_void;

unsafe extern "C" {
    fn malloc(size: usize) -> *mut c_void;
    fn calloc(count: usize, size: usize) -> *mut c_void;
    fn realloc(block: *mut c_void, size: usize) -> *mut c_void;
    fn aligned_alloc(alignment: usize, size: usize) -> *mut c_void;
    fn free(block: *mut c_void);
}

/// What the interpreter's `malloc` aligns to: its smallest blocks are of 8 bytes.
const MALLOC_ALIGNMENT: usize = 8;

/// The interpreter's heap.
pub(crate) struct InterpreterAllocator;

// SAFETY: the C functions are an allocator, and their contract covers that of `GlobalAlloc`:
// layouts are never empty, and a block is given back to the functions it came from.
unsafe impl GlobalAlloc for InterpreterAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: any size may be asked for; that of aligned_alloc is a multiple of the alignment.
        let block = unsafe {
            if layout.align() <= MALLOC_ALIGNMENT {
                malloc(layout.size())
            } else {
                aligned_alloc(layout.align(), layout.pad_to_align().size())
            }
        };
        block.cast()
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if layout.align() <= MALLOC_ALIGNMENT {
            // SAFETY: any size may be asked for.
            return unsafe { calloc(1, layout.size()) }.cast();
        }
        // SAFETY: the caller's promises are passed on; a block has as many bytes.
        unsafe {
            let block = self.alloc(layout);
            if !block.is_null() {
                block.write_bytes(0, layout.size());
            }
            block
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if layout.align() <= MALLOC_ALIGNMENT {
            // SAFETY: the block is from malloc.
            return unsafe { realloc(block.cast(), size) }.cast();
        }
        // SAFETY: the caller promises that this size is valid; both blocks have so many bytes.
        unsafe {
            let moved = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !moved.is_null() {
                moved.copy_from_nonoverlapping(block, layout.size().min(size));
                free(block.cast());
            }
            moved
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, _layout: Layout) {
        // SAFETY: the block is from one of the functions above.
        unsafe { free(block.cast()) };
    }
}
