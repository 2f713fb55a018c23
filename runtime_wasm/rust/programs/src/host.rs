//! Calls from a program to the functions of its host.

use alloc::rc::Rc;
use core::cell::Cell;
use core::ffi::c_void;
use core::fmt;
use core::ptr;

use wasmi::errors::HostError;
use wasmi::{AsContextMut, Caller, Error, Func, FuncType, StoreContextMut, Val};

/// The caller's function behind all host functions; `programs_host_call` in `linked.h`.
///
/// Arguments: the context of the instance, the number of the function, its arguments with i32
/// extended by zeros, how many these are, and where to put an i32 result. Anything but 0 stops the
/// execution.
pub type HostCall = unsafe extern "C" fn(*mut c_void, u32, *const u64, usize, *mut u64) -> i32;

/// Most parameters of a host function; the longest of Gear's has 8.
pub(crate) const MAX_PARAMETERS: usize = 16;

/// What the store of an instance carries: whom to call, and where it is in the middle of a call.
pub(crate) struct Running {
    host_call: HostCall,
    context: *mut c_void,
    caller: Cell<*mut Caller<'static, Rc<Running>>>,
}

impl Running {
    pub(crate) fn new(host_call: HostCall, context: *mut c_void) -> Self {
        Self { host_call, context, caller: Cell::new(ptr::null_mut()) }
    }

    /// The store as it is lent to the host function that runs; None if none does.
    ///
    /// # Safety
    ///
    /// What is returned must not be used any more when this is called again.
    pub(crate) unsafe fn store(&self) -> Option<StoreContextMut<'_, Rc<Running>>> {
        // SAFETY: `call` keeps the pointer only as long as what it points to lives and waits.
        unsafe { self.caller.get().as_mut() }.map(|caller| caller.as_context_mut())
    }
}

/// Defines host function number `function` in a store.
pub(crate) fn define(
    store: impl AsContextMut<Data = Rc<Running>>,
    function: u32,
    kind: &FuncType,
) -> Func {
    Func::new(store, kind.clone(), move |caller, arguments, results| {
        call(caller, function, arguments, results)
    })
}

fn call(
    mut caller: Caller<'_, Rc<Running>>,
    function: u32,
    arguments: &[Val],
    results: &mut [Val],
) -> Result<(), Error> {
    let mut numbers = [0; MAX_PARAMETERS];
    for (number, argument) in numbers.iter_mut().zip(arguments) {
        *number = match argument {
            Val::I32(value) => u64::from(value.cast_unsigned()),
            Val::I64(value) => value.cast_unsigned(),
            _ => return Err(Error::host(Stopped)), // not linked, see `code`
        };
    }
    let running = Rc::clone(caller.data());
    let mut result = 0;
    running.caller.set(ptr::from_mut(&mut caller).cast());
    // SAFETY: the caller of this library vouches for its function and for its context. There are
    // as many numbers as arguments, whose count `code` has checked.
    let status = unsafe {
        (running.host_call)(
            running.context,
            function,
            numbers.as_ptr(),
            arguments.len(),
            &raw mut result,
        )
    };
    running.caller.set(ptr::null_mut());
    if status != 0 {
        return Err(Error::host(Stopped));
    }
    if let Some(place) = results.first_mut() {
        *place = Val::I32((result as u32).cast_signed());
    }
    Ok(())
}

/// A host function has stopped the execution.
#[derive(Debug)]
pub(crate) struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stopped by a host function")
    }
}

impl HostError for Stopped {}
