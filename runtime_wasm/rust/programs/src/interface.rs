//! The functions of `linked.h`.
//!
//! # Safety
//!
//! All of them: pointers are to as many elements as is said beside them, and handles come from
//! the function that makes them and are not deleted yet. There are no threads. From within a host
//! function, an instance may be asked for its memory and gas, no more.

use alloc::boxed::Box;
use core::ffi::c_void;
use core::slice;

use wasmi::ValType;

use crate::host::HostCall;
use crate::instance::Instance;
use crate::sandbox::{Function, Functions, Sandbox};
use crate::status::Status;

/// A host function; `programs_function` in `linked.h`.
#[repr(C)]
pub struct HostFunction {
    /// Its name in the module "env", UTF-8.
    pub name: *const u8,
    /// Bytes of the name.
    pub name_size: usize,
    /// Its parameters as WebAssembly writes them, 0x7f for i32 and 0x7e for i64. Null if it may be
    /// imported with any type.
    pub parameters: *const u8,
    /// How many parameters there are.
    pub parameter_count: usize,
    /// Whether it returns an i32.
    pub has_result: i32,
}

/// Makes an engine for these host functions.
///
/// # Safety
///
/// See the module.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn programs_sandbox_new(
    functions: *const HostFunction,
    count: usize,
    host_call: HostCall,
) -> *mut Sandbox {
    let mut table = Functions::new();
    // SAFETY: the caller says so.
    for (number, function) in (0..).zip(unsafe { bytes(functions, count) }) {
        // SAFETY: likewise.
        let name = unsafe { text(function.name, function.name_size) };
        let kind = (!function.parameters.is_null()).then(|| {
            // SAFETY: likewise.
            let parameters = unsafe { bytes(function.parameters, function.parameter_count) };
            (parameters.iter().map(value_type).collect(), function.has_result != 0)
        });
        table.insert(name.into(), Function::new(number, kind));
    }
    Box::into_raw(Box::new(Sandbox::new(table, host_call)))
}

/// Gives an engine back.
///
/// # Safety
///
/// See the module. Instances that it has made may outlive it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn programs_sandbox_delete(sandbox: *mut Sandbox) {
    // SAFETY: the caller says so.
    drop(unsafe { Box::from_raw(sandbox) });
}

/// Whether code is kept under the key: 1 or 0.
///
/// # Safety
///
/// See the module.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn programs_has(
    sandbox: *const Sandbox,
    key: *const u8,
    key_size: usize,
) -> i32 {
    // SAFETY: the caller says so.
    i32::from(unsafe { (*sandbox).has(bytes(key, key_size)) })
}

/// Compiles prepared code, to be kept under the key.
///
/// # Safety
///
/// See the module.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn programs_compile(
    sandbox: *mut Sandbox,
    key: *const u8,
    key_size: usize,
    code: *const u8,
    code_size: usize,
) -> Status {
    // SAFETY: the caller says so.
    let outcome = unsafe { (*sandbox).compile(bytes(key, key_size), bytes(code, code_size)) };
    status(outcome)
}

/// Makes an instance of the code under the key.
///
/// # Safety
///
/// See the module. The context is kept for `HostCall`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn programs_instantiate(
    sandbox: *mut Sandbox,
    key: *const u8,
    key_size: usize,
    context: *mut c_void,
    memory_pages: u32,
    instance: *mut *mut Instance,
) -> Status {
    // SAFETY: the caller says so.
    match unsafe { (*sandbox).instantiate(bytes(key, key_size), context, memory_pages) } {
        Ok(made) => {
            // SAFETY: likewise.
            unsafe { *instance = Box::into_raw(Box::new(made)) };
            Status::Ok
        }
        Err(error) => error,
    }
}

/// Gives an instance back.
///
/// # Safety
///
/// See the module. Not from within a host function of the instance.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn programs_instance_delete(instance: *mut Instance) {
    // SAFETY: the caller says so.
    drop(unsafe { Box::from_raw(instance) });
}

/// Runs an exported function without parameters and results.
///
/// # Safety
///
/// See the module.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn programs_call(
    instance: *const Instance,
    export: *const u8,
    export_size: usize,
) -> Status {
    // SAFETY: the caller says so.
    unsafe { (*instance).call(text(export, export_size)) }
}

/// Where the memory is, which is valid until it grows or code runs. Returns its size in bytes.
///
/// # Safety
///
/// See the module.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn programs_memory(instance: *const Instance, memory: *mut *mut u8) -> usize {
    // SAFETY: the caller says so.
    let (place, size) = unsafe { (*instance).memory() };
    // SAFETY: likewise.
    unsafe { *memory = place };
    size
}

/// Adds pages of zeros to the memory.
///
/// # Safety
///
/// See the module.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn programs_grow(instance: *const Instance, pages: u32) -> Status {
    // SAFETY: the caller says so.
    status(unsafe { (*instance).grow(pages) })
}

/// What the code may still burn.
///
/// # Safety
///
/// See the module.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn programs_gas(instance: *const Instance) -> u64 {
    // SAFETY: the caller says so.
    unsafe { (*instance).gas() }
}

/// Sets what the code may still burn.
///
/// # Safety
///
/// See the module.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn programs_set_gas(instance: *const Instance, gas: u64) {
    // SAFETY: the caller says so.
    unsafe { (*instance).set_gas(gas) }
}

/// Lets the code read, or also write, Gear pages from `first` below `end` freely.
///
/// # Safety
///
/// See the module.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn programs_open_pages(
    instance: *const Instance,
    first: u32,
    end: u32,
    writable: i32,
) -> Status {
    // SAFETY: the caller says so.
    unsafe { (*instance).open_pages(first, end, writable != 0) }
}

fn status(outcome: Result<(), Status>) -> Status {
    outcome.err().unwrap_or(Status::Ok)
}

fn value_type(byte: &u8) -> ValType {
    if *byte == 0x7e { ValType::I64 } else { ValType::I32 }
}

/// As a slice; null is allowed if it is empty.
///
/// # Safety
///
/// There must be as many elements.
unsafe fn bytes<'a, T>(start: *const T, count: usize) -> &'a [T] {
    if count == 0 {
        return &[];
    }
    // SAFETY: the caller says so.
    unsafe { slice::from_raw_parts(start, count) }
}

/// Text; what is not UTF-8 names nothing, as the empty text.
///
/// # Safety
///
/// There must be as many bytes.
unsafe fn text<'a>(start: *const u8, size: usize) -> &'a str {
    // SAFETY: the caller says so.
    core::str::from_utf8(unsafe { bytes(start, size) }).unwrap_or_default()
}
