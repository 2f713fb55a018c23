//! Compiled code, with its imports resolved.

use alloc::vec::Vec;

use wasmi::{CompilationMode, Config, Engine, Error, ExternType, FuncType, Module, ValType};

use crate::host::MAX_PARAMETERS;
use crate::sandbox::Functions;
use crate::status::Status;

/// Where all imports come from.
const HOST_MODULE: &str = "env";

/// Calls within calls that the engine takes. Instrumentation stops a program at 36,743 values, of
/// which a call takes 2 or more; beside these there are the few that `page_checks.py` adds.
const MAX_CALLS: usize = 20_000;

/// Bytes of values on the engine's stack. Instrumentation admits 36,743 values of 8 bytes;
/// `page_checks.py` adds 3 to each function. The rest is for values that instrumentation does not
/// count: those of an `else` behind a branch that never ends.
const MAX_STACK: usize = 8 * 1024 * 1024;

/// Code with all that is needed to instantiate it. Has an engine for itself, since engines keep
/// what they have compiled as long as they live.
pub(crate) struct Code {
    pub(crate) module: Module,
    /// The imports in their order: the number of the host function, and its type.
    pub(crate) imports: Vec<(u32, FuncType)>,
    /// Bytes of the code.
    pub(crate) size: usize,
}

impl Code {
    /// Compiles prepared code and resolves its imports.
    pub(crate) fn new(code: &[u8], functions: &Functions) -> Result<Self, Status> {
        let module = Module::new(&Engine::new(&config()), code).map_err(not_instantiated)?;
        let mut imports = Vec::new();
        for import in module.imports() {
            let ExternType::Func(kind) = import.ty() else {
                return Err(Status::NotInstantiated);
            };
            let function = functions.get(import.name()).ok_or(Status::NotInstantiated)?;
            if import.module() != HOST_MODULE || !is_host_function(kind) || !function.has_type(kind)
            {
                return Err(Status::NotInstantiated);
            }
            imports.push((function.number, kind.clone()));
        }
        Ok(Self { module, imports, size: code.len() })
    }
}

pub(crate) fn not_instantiated(error: Error) -> Status {
    Status::of_instantiation(&error)
}

/// Whether calls of this type can be carried to the host: an i32 at most comes back.
fn is_host_function(kind: &FuncType) -> bool {
    let is_integer = |kind: &ValType| matches!(kind, ValType::I32 | ValType::I64);
    kind.params().len() <= MAX_PARAMETERS
        && kind.params().iter().all(is_integer)
        && matches!(kind.results(), [] | [ValType::I32])
}

/// WebAssembly 1.0 with mutable globals, sign extension and what `page_checks.py` writes, which
/// is several memories. Functions are translated when they are first called: a message runs a
/// fraction of a program.
fn config() -> Config {
    let mut config = Config::default();
    config
        .wasm_mutable_global(true)
        .wasm_sign_extension(true)
        .wasm_multi_memory(true)
        .wasm_bulk_memory(false)
        .wasm_reference_types(false)
        .wasm_multi_value(false)
        .wasm_saturating_float_to_int(false)
        .wasm_tail_call(false)
        .wasm_extended_const(false)
        .wasm_custom_page_sizes(false)
        .wasm_wide_arithmetic(false)
        .floats(false)
        .allow_start_fn(false)
        .ignore_custom_sections(true)
        .consume_fuel(false)
        .compilation_mode(CompilationMode::LazyTranslation);
    config.set_max_recursion_depth(MAX_CALLS);
    config.set_max_stack_height(MAX_STACK);
    config
}
