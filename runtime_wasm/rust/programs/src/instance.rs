//! One execution of a program: its memory, its gas, and calls of what it exports.

use alloc::rc::Rc;
use alloc::vec::Vec;
use core::cell::{Cell, UnsafeCell};
use core::ffi::c_void;

use wasmi::{AsContext, AsContextMut, Extern, Global, Memory, Store, StoreContextMut, Val};

use crate::code::{Code, not_instantiated};
use crate::host::{self, HostCall, Running, Stopped};
use crate::page_accounting::{
    GAS, GAS_EXPORT, GEAR_PAGES, MAX_MEMORY_PAGES, MEMORY_EXPORT, PAGES_EXPORT, READABLE, USED,
    WRITABLE,
};
use crate::status::Status;

/// Code with its memory, for one execution.
///
/// All methods take a shared reference because host functions call them while `call` runs: then
/// they reach the store through the `Caller` of the host function.
pub struct Instance {
    store: UnsafeCell<Store<Rc<Running>>>,
    running: Rc<Running>,
    is_running: Cell<bool>,
    instance: wasmi::Instance,
    memory: Memory,
    pages: Memory,
    gas: Global,
}

impl Instance {
    pub(crate) fn new(
        code: &Code,
        host_call: HostCall,
        context: *mut c_void,
        memory_pages: u32,
    ) -> Result<Self, Status> {
        let running = Rc::new(Running::new(host_call, context));
        let mut store = Store::new(code.module.engine(), Rc::clone(&running));
        let imports: Vec<Extern> = code
            .imports
            .iter()
            .map(|(function, kind)| host::define(&mut store, *function, kind).into())
            .collect();
        let instance =
            wasmi::Instance::new(&mut store, &code.module, &imports).map_err(not_instantiated)?;
        let memory = instance.get_memory(&store, MEMORY_EXPORT).ok_or(Status::NotInstantiated)?;
        let pages = instance.get_memory(&store, PAGES_EXPORT).ok_or(Status::NotInstantiated)?;
        let gas = instance.get_global(&store, GAS_EXPORT).ok_or(Status::NotInstantiated)?;
        if pages.data_size(&store) < USED {
            return Err(Status::NotInstantiated);
        }
        let missing = u64::from(memory_pages).saturating_sub(memory.size(&store));
        grow(&mut store, memory, missing)?;
        Ok(Self {
            store: UnsafeCell::new(store),
            running,
            is_running: Cell::new(false),
            instance,
            memory,
            pages,
            gas,
        })
    }

    /// Runs an exported function without parameters and results.
    pub(crate) fn call(&self, export: &str) -> Status {
        if self.is_running.replace(true) {
            return Status::OtherTrap; // host functions call no programs
        }
        // SAFETY: no host function is running, hence nobody else uses the store, and the one that
        // is called now only gets at it through its `Caller`, see `with`.
        let store = unsafe { &mut *self.store.get() };
        let status = match self.instance.get_func(&*store, export) {
            None => Status::OtherTrap,
            Some(function) => match function.call(&mut *store, &[], &mut []) {
                Ok(()) => Status::Ok,
                Err(error) if error.downcast_ref::<Stopped>().is_some() => Status::Stopped,
                Err(error) => {
                    // only calls of host functions put the gas where it is looked for
                    if let Val::I64(gas) = self.gas.get(&*store) {
                        let _ = self.pages.write(&mut *store, GAS, &gas.to_le_bytes());
                    }
                    Status::of_execution(&error)
                }
            },
        };
        self.is_running.set(false);
        status
    }

    /// Where the memory is, and its size. Valid until it grows or code runs.
    pub(crate) fn memory(&self) -> (*mut u8, usize) {
        self.with(|store| (self.memory.data_ptr(&store), self.memory.data_size(&store)))
    }

    /// Adds pages of zeros to the memory.
    pub(crate) fn grow(&self, pages: u32) -> Result<(), Status> {
        self.with(|store| grow(store, self.memory, u64::from(pages)))
    }

    /// What the code may still burn.
    pub(crate) fn gas(&self) -> u64 {
        let mut bytes = [0; 8];
        self.with(|store| self.pages.read(store.as_context(), GAS, &mut bytes))
            .expect("the second memory is larger, see `new`");
        u64::from_le_bytes(bytes)
    }

    /// Sets what the code may still burn.
    pub(crate) fn set_gas(&self, gas: u64) {
        self.with(|store| self.pages.write(store, GAS, &gas.to_le_bytes()))
            .expect("the second memory is larger, see `new`");
    }

    /// Lets the code read, or also write, Gear pages from `first` below `end` freely.
    pub(crate) fn open_pages(&self, first: u32, end: u32, writable: bool) -> Status {
        let (first, end) = (first as usize, end as usize);
        if first > end || end > GEAR_PAGES {
            return Status::OutOfBounds;
        }
        self.with(|store| {
            let pages = self.pages.data_mut(store);
            pages[READABLE + first..READABLE + end].fill(1);
            if writable {
                pages[WRITABLE + first..WRITABLE + end].fill(1);
            }
        });
        Status::Ok
    }

    /// Does something with the store, from outside of a call or from a host function in it.
    fn with<R>(&self, action: impl FnOnce(StoreContextMut<'_, Rc<Running>>) -> R) -> R {
        // SAFETY: no `action` comes back to this function.
        if let Some(store) = unsafe { self.running.store() } {
            return action(store);
        }
        // SAFETY: nothing runs: between the beginning of `call` and that of a host function, none
        // of the caller's code does.
        action(unsafe { &mut *self.store.get() }.as_context_mut())
    }
}

fn grow(store: impl AsContextMut, memory: Memory, pages: u64) -> Result<(), Status> {
    if memory.size(&store) + pages > MAX_MEMORY_PAGES {
        return Err(Status::OutOfBounds);
    }
    // a program's memory has no maximum of its own, so nothing else can be the reason
    memory.grow(store, pages).map(drop).map_err(|_| Status::OutOfMemory)
}
