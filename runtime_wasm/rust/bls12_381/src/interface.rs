//! The functions of `linked.h`.

use alloc::boxed::Box;
use core::{ptr, slice};

use crate::run;

/// Runs an operation. Returns 1, with the result, or 0 if the argument is refused.
///
/// # Safety
///
/// The argument must have as many bytes; it may be null if there are none. The result must be
/// given back to [`bls12_381_free`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bls12_381(
    operation: u32,
    argument: *const u8,
    argument_size: usize,
    result: *mut *mut u8,
    result_size: *mut usize,
) -> i32 {
    let argument = if argument_size == 0 {
        &[]
    } else {
        // SAFETY: the caller says so.
        unsafe { slice::from_raw_parts(argument, argument_size) }
    };
    let Some(bytes) = run(operation, argument) else { return 0 };
    let bytes = Box::leak(bytes.into_boxed_slice());
    // SAFETY: the caller has room for both.
    unsafe {
        *result_size = bytes.len();
        *result = bytes.as_mut_ptr();
    }
    1
}

/// Gives a result back.
///
/// # Safety
///
/// Both arguments must be from one call of [`bls12_381`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bls12_381_free(result: *mut u8, result_size: usize) {
    // SAFETY: it is what `Box::leak` has given.
    drop(unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(result, result_size)) });
}
