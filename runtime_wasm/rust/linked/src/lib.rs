//! What the interpreter links in: `programs` and `bls12_381` behind `linked.h`, with the
//! interpreter's memory and its way to end.

#![no_std]

mod interpreter_allocator;

use core::panic::PanicInfo;

pub use bls12_381::interface as bls12_381_interface;
pub use programs::interface as programs_interface;

use crate::interpreter_allocator::InterpreterAllocator;

#[global_allocator]
static ALLOCATOR: InterpreterAllocator = InterpreterAllocator;

unsafe extern "C" {
    fn linked_panic(message: *const u8, size: usize) -> !;
}

/// Hands the message over if it is a constant; to put one together takes code that is not worth
/// its size.
#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    let message = info.message().as_str().unwrap_or("the Rust library has failed");
    // SAFETY: the interpreter has this function, see linked.h.
    unsafe { linked_panic(message.as_ptr(), message.len()) }
}
