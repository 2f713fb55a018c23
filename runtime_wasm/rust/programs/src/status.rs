//! How a request of the caller ends.

use wasmi::errors::{ErrorKind, MemoryError, TableError};
use wasmi::{Error, TrapCode};

/// What the functions of the interface return; `enum programs_status` in `linked.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Status {
    /// Done.
    Ok = 0,
    /// A host function has stopped the execution.
    Stopped = 1,
    /// The code cannot be compiled or linked, or its table or memory does not take what it puts
    /// there.
    NotInstantiated = 2,
    /// The caller wants what the memory has not.
    OutOfBounds = 3,
    /// The allocator has no memory left: no outcome of a program, whoever runs it must give up.
    OutOfMemory = 4,
    /// No code is kept under the key.
    Unknown = 5,
    /// Trap: `unreachable`.
    Unreachable = 16,
    /// Trap: a load or store beyond the memory.
    MemoryAccess = 17,
    /// Trap: an indirect call of no function, or of one with another signature.
    Table = 18,
    /// Trap: a division by zero or one that overflows.
    Arithmetic = 19,
    /// Trap: more calls or values than the engine takes.
    StackOverflow = 20,
    /// Trap: anything else, such as that there is no such function.
    OtherTrap = 21,
}

impl Status {
    /// How an execution has ended that did not succeed.
    pub(crate) fn of_execution(error: &Error) -> Self {
        if out_of_memory(error) {
            return Self::OutOfMemory;
        }
        match error.as_trap_code() {
            Some(TrapCode::UnreachableCodeReached) => Self::Unreachable,
            Some(TrapCode::MemoryOutOfBounds) => Self::MemoryAccess,
            Some(
                TrapCode::TableOutOfBounds | TrapCode::IndirectCallToNull | TrapCode::BadSignature,
            ) => Self::Table,
            Some(TrapCode::IntegerDivisionByZero | TrapCode::IntegerOverflow) => Self::Arithmetic,
            Some(TrapCode::StackOverflow) => Self::StackOverflow,
            _ => Self::OtherTrap,
        }
    }

    /// How an attempt to compile or to instantiate has ended that did not succeed.
    pub(crate) fn of_instantiation(error: &Error) -> Self {
        if out_of_memory(error) { Self::OutOfMemory } else { Self::NotInstantiated }
    }
}

fn out_of_memory(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::TrapCode(TrapCode::OutOfSystemMemory)
            | ErrorKind::Memory(MemoryError::OutOfSystemMemory)
            | ErrorKind::Table(TableError::OutOfSystemMemory)
    )
}
