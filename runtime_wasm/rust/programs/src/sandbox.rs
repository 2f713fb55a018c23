//! The engine as its caller sees it: a table of host functions, and the code it has compiled.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::ffi::c_void;

use wasmi::{FuncType, ValType};

use crate::code::Code;
use crate::host::HostCall;
use crate::instance::Instance;
use crate::status::Status;

/// Bytes of code that are kept compiled: some tens of programs of the usual size.
const MAX_CODE: usize = 8 * 1024 * 1024;

/// A host function: what `HostCall` gets to tell which it is, and its type if that is known.
pub(crate) struct Function {
    pub(crate) number: u32,
    kind: Option<(Box<[ValType]>, bool)>,
}

impl Function {
    pub(crate) fn new(number: u32, kind: Option<(Box<[ValType]>, bool)>) -> Self {
        Self { number, kind }
    }

    /// Whether it may be imported with this type.
    pub(crate) fn has_type(&self, found: &FuncType) -> bool {
        self.kind.as_ref().is_none_or(|(parameters, has_result)| {
            found.params() == &**parameters && found.results().is_empty() != *has_result
        })
    }
}

/// Host functions by name.
pub(crate) type Functions = BTreeMap<Box<str>, Function>;

struct Kept {
    code: Code,
    last_use: u64,
}

/// Compiles code and makes instances of it.
pub struct Sandbox {
    functions: Functions,
    host_call: HostCall,
    kept: BTreeMap<Vec<u8>, Kept>,
    size: usize,
    uses: u64,
}

impl Sandbox {
    pub(crate) fn new(functions: Functions, host_call: HostCall) -> Self {
        Self { functions, host_call, kept: BTreeMap::new(), size: 0, uses: 0 }
    }

    /// Whether code is kept under the key.
    pub(crate) fn has(&self, key: &[u8]) -> bool {
        self.kept.contains_key(key)
    }

    /// Compiles code, to be kept under the key until there is too much of it.
    pub(crate) fn compile(&mut self, key: &[u8], code: &[u8]) -> Result<(), Status> {
        let code = Code::new(code, &self.functions)?;
        self.size += code.size;
        self.uses += 1;
        if let Some(old) = self.kept.insert(key.into(), Kept { code, last_use: self.uses }) {
            self.size -= old.code.size;
        }
        while self.size > MAX_CODE && self.kept.len() > 1 {
            self.drop_oldest();
        }
        Ok(())
    }

    /// An instance of the code under the key, with a memory of that many pages at least.
    pub(crate) fn instantiate(
        &mut self,
        key: &[u8],
        context: *mut c_void,
        memory_pages: u32,
    ) -> Result<Instance, Status> {
        let kept = self.kept.get_mut(key).ok_or(Status::Unknown)?;
        self.uses += 1;
        kept.last_use = self.uses;
        Instance::new(&kept.code, self.host_call, context, memory_pages)
    }

    fn drop_oldest(&mut self) {
        let oldest = self.kept.iter().min_by_key(|(_, kept)| kept.last_use);
        if let Some(key) = oldest.map(|(key, _)| key.clone())
            && let Some(old) = self.kept.remove(&key)
        {
            self.size -= old.code.size;
        }
    }
}
