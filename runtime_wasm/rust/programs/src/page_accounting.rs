//! What prepared code exports, and where things are in its second memory.
//!
//! The numbers are those of `parachain/runtime/gear/page_access.py`, which writes the code; a test
//! of the node compares the two.

/// The export that is the program's memory.
pub(crate) const MEMORY_EXPORT: &str = "memory";
/// The export that is the second memory.
pub(crate) const PAGES_EXPORT: &str = "pages";
/// The export that is the global with the gas left.
pub(crate) const GAS_EXPORT: &str = "gear_gas";

/// Most pages of 64 KiB that a program's memory may have.
pub(crate) const MAX_MEMORY_PAGES: u64 = 32_768;
/// Gear pages of 16 KiB in that.
pub(crate) const GEAR_PAGES: usize = 131_072;

/// In the second memory: the gas left, 8 bytes, during calls of host functions.
pub(crate) const GAS: usize = 0;
/// In the second memory: a byte for each Gear page that may be read.
pub(crate) const READABLE: usize = 64;
/// In the second memory: a byte for each Gear page that may be written.
pub(crate) const WRITABLE: usize = READABLE + GEAR_PAGES;
/// Bytes of the second memory that are used here.
pub(crate) const USED: usize = WRITABLE + GEAR_PAGES;
