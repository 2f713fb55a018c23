//! `bls12_381` as a WebAssembly module that imports nothing, for an instance that runs one
//! operation: nothing is given back.

#![no_std]

extern crate alloc;

use alloc::vec::Vec;
use core::panic::PanicInfo;
use core::{arch, slice};

use dlmalloc::GlobalDlmalloc;

#[global_allocator]
static ALLOCATOR: GlobalDlmalloc = GlobalDlmalloc;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    arch::wasm32::unreachable()
}

/// Room for an argument.
#[unsafe(no_mangle)]
pub extern "C" fn allocate(size: usize) -> *mut u8 {
    Vec::with_capacity(size).leak().as_mut_ptr()
}

/// Runs an operation. Returns where the result is and, in the upper 32 bits, its size, which is
/// not 0; or 0 if the argument is refused.
///
/// # Safety
///
/// The argument must be in room that `allocate` has given for it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn run(operation: u32, argument: *const u8, size: usize) -> u64 {
    // SAFETY: the caller says so.
    let argument = unsafe { slice::from_raw_parts(argument, size) };
    bls12_381::run(operation, argument).map_or(0, |result| {
        let result = result.leak();
        (result.len() as u64) << 32 | result.as_ptr() as u64
    })
}
