//! Runs the code of Gear programs by interpretation, for a caller in C.
//!
//! This is the engine behind `parachain/runtime/gear/sandbox.py` where the runtime is WebAssembly
//! itself and no compiler to native code can be had. It runs what `page_checks.py` makes of
//! instrumented code, as every engine does: gas, pages of memory and the height of the stack are
//! accounted for by that code. Nothing here decides about gas.
//!
//! The interface is that of `linked.h`; its functions are in [`interface`].

#![no_std]

extern crate alloc;

mod code;
mod host;
mod instance;
pub mod interface;
mod page_accounting;
mod sandbox;
mod status;

pub use host::HostCall;
pub use instance::Instance;
pub use sandbox::Sandbox;
pub use status::Status;
