//! The interface as a caller in C uses it, with code of the form that `page_checks.py` writes.

#![allow(clippy::undocumented_unsafe_blocks, reason = "a caller in C writes none of them")]

use std::ffi::c_void;
use std::ptr;

use programs::interface::*;
use programs::{Instance, Sandbox, Status};

/// A program around the given functions: its memory, the second one, and its gas.
fn program(functions: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
            (import "env" "gr_size" (func $size (param i32)))
            (import "env" "alloc" (func $alloc (param i32) (result i32)))
            (import "env" "gr_send_wgas" (func $send (param i32 i64)))
            (memory (export "memory") 2)
            (memory (export "pages") 35 35)
            (global $gas (export "gear_gas") (mut i64) (i64.const 0))
            (data (i32.const 8) "data")
            (func (export "nothing"))
            {functions})"#
    );
    wat::parse_str(text).unwrap()
}

#[derive(Default)]
struct Host {
    calls: Vec<(u32, Vec<u64>)>,
    result: u64,
    status: i32,
    action: Option<fn(*const Instance)>,
    instance: Option<*const Instance>,
}

unsafe extern "C" fn host_call(
    context: *mut c_void,
    function: u32,
    arguments: *const u64,
    count: usize,
    result: *mut u64,
) -> i32 {
    let host = unsafe { &mut *context.cast::<Host>() };
    let arguments = unsafe { std::slice::from_raw_parts(arguments, count) };
    host.calls.push((function, arguments.to_vec()));
    if let Some(action) = host.action {
        action(host.instance.unwrap());
    }
    unsafe { *result = host.result };
    host.status
}

const I32: u8 = 0x7f;
const I64: u8 = 0x7e;

fn sandbox() -> *mut Sandbox {
    let function = |name: &'static str, parameters: &'static [u8], has_result| HostFunction {
        name: name.as_ptr(),
        name_size: name.len(),
        parameters: parameters.as_ptr(),
        parameter_count: parameters.len(),
        has_result,
    };
    let any = HostFunction { parameters: ptr::null(), ..function("gr_debug", &[], 0) };
    let functions = [
        function("gr_size", &[I32], 0),
        function("gr_send_wgas", &[I32, I64], 0),
        function("alloc", &[I32], 1),
        any,
    ];
    unsafe { programs_sandbox_new(functions.as_ptr(), functions.len(), host_call) }
}

/// Code in an engine of its own, with a host that outlives it.
struct Scene {
    sandbox: *mut Sandbox,
    instance: *mut Instance,
    host: Box<Host>,
}

impl Scene {
    fn new(functions: &str) -> Self {
        Self::with_pages(functions, 3)
    }

    fn with_pages(functions: &str, pages: u32) -> Self {
        let sandbox = sandbox();
        let mut host = Box::<Host>::default();
        assert_eq!(compile(sandbox, b"key", &program(functions)), Status::Ok);
        let context = ptr::from_mut(&mut *host).cast();
        let instance = instantiate(sandbox, b"key", context, pages).unwrap();
        host.instance = Some(instance);
        Self { sandbox, instance, host }
    }

    fn call(&self, export: &str) -> Status {
        unsafe { programs_call(self.instance, export.as_ptr(), export.len()) }
    }

    fn memory(&self) -> &mut [u8] {
        memory(self.instance)
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        unsafe {
            programs_sandbox_delete(self.sandbox);
            programs_instance_delete(self.instance);
        }
    }
}

fn compile(sandbox: *mut Sandbox, key: &[u8], code: &[u8]) -> Status {
    unsafe { programs_compile(sandbox, key.as_ptr(), key.len(), code.as_ptr(), code.len()) }
}

fn instantiate(
    sandbox: *mut Sandbox,
    key: &[u8],
    context: *mut c_void,
    pages: u32,
) -> Result<*mut Instance, Status> {
    let mut made = ptr::null_mut();
    let size = key.len();
    match unsafe { programs_instantiate(sandbox, key.as_ptr(), size, context, pages, &mut made) } {
        Status::Ok => Ok(made),
        status => Err(status),
    }
}

fn memory<'a>(instance: *const Instance) -> &'a mut [u8] {
    let mut place = ptr::null_mut();
    let size = unsafe { programs_memory(instance, &mut place) };
    unsafe { std::slice::from_raw_parts_mut(place, size) }
}

#[test]
fn host_functions_get_unsigned_arguments_and_give_results() {
    let mut scene = Scene::new(
        r#"(func (export "handle")
            (call $send (i32.const -1) (i64.const -2))
            (call $size (call $alloc (i32.const 7))))"#,
    );
    scene.host.result = 0xdead_ffff_fff0;
    assert_eq!(scene.call("handle"), Status::Ok);
    let calls = [(1, vec![0xffff_ffff, u64::MAX - 1]), (2, vec![7]), (0, vec![0xffff_fff0])];
    assert_eq!(scene.host.calls, calls);
}

#[test]
fn a_host_function_stops_the_execution() {
    let mut scene = Scene::new(
        r#"(func (export "handle") (call $size (i32.const 0)) (call $size (i32.const 1)))"#,
    );
    unsafe { programs_set_gas(scene.instance, 5) };
    scene.host.status = 1;
    assert_eq!(scene.call("handle"), Status::Stopped);
    assert_eq!(scene.host.calls.len(), 1);
    assert_eq!(unsafe { programs_gas(scene.instance) }, 5);
    scene.host.status = 0;
    assert_eq!(scene.call("handle"), Status::Ok);
}

#[test]
fn a_host_function_reaches_memory_and_gas_and_the_code_sees_it() {
    let mut scene = Scene::new(
        r#"(func (export "handle")
            (i64.store 1 (i32.const 0) (i64.const 41))
            (call $size (i32.const 0))
            (i32.store (i32.const 16) (i32.load (i32.const 0x3fffc)))
            (i64.store (i32.const 24) (i64.load 1 (i32.const 0)))
            (i32.store8 (i32.const 32) (i32.load8_u 1 (i32.const 67)))
            (i32.store8 (i32.const 33) (i32.load8_u 1 (i32.add (i32.const 131136) (i32.const 4)))))"#,
    );
    scene.host.action = Some(|instance| unsafe {
        assert_eq!(programs_gas(instance), 41);
        programs_set_gas(instance, 40);
        assert_eq!(programs_grow(instance, 1), Status::Ok);
        let memory = memory(instance);
        assert_eq!(memory.len(), 4 << 16);
        memory[0x3fffc..].copy_from_slice(&77_u32.to_le_bytes());
        assert_eq!(programs_open_pages(instance, 3, 4, 0), Status::Ok);
        assert_eq!(programs_open_pages(instance, 4, 5, 1), Status::Ok);
        assert_eq!(programs_call(instance, "nothing".as_ptr(), 7), Status::OtherTrap);
    });
    assert_eq!(scene.call("handle"), Status::Ok);
    assert_eq!(scene.memory()[16..20], 77_u32.to_le_bytes());
    assert_eq!(scene.memory()[24..32], 40_u64.to_le_bytes());
    assert_eq!(scene.memory()[32..34], [1, 1]);
}

#[test]
fn a_trap_leaves_the_gas_of_the_code() {
    let scene =
        Scene::new(r#"(func (export "handle") (global.set $gas (i64.const 9)) unreachable)"#);
    unsafe { programs_set_gas(scene.instance, 10) };
    assert_eq!(scene.call("handle"), Status::Unreachable);
    assert_eq!(unsafe { programs_gas(scene.instance) }, 9);
}

#[test]
fn traps_are_told_apart() {
    let scene = Scene::new(
        r#"(type $none (func)) (table 2 funcref) (elem (i32.const 0) $long)
        (func $long (param i64))
        (func $deep (export "deep") (call $deep))
        (func (export "beyond") (drop (i32.load (i32.const 0x2fffd))))
        (func (export "null") (call_indirect (type $none) (i32.const 1)))
        (func (export "outside") (call_indirect (type $none) (i32.const 2)))
        (func (export "signature") (call_indirect (type $none) (i32.const 0)))
        (func (export "zero") (drop (i32.div_u (i32.const 1) (i32.load (i32.const 0)))))
        (func (export "overflow")
            (drop (i64.div_s (i64.const 0x8000000000000000) (i64.load32_s (i32.const 64)))))
        (func (export "takes") (param i32))"#,
    );
    scene.memory()[64..68].fill(0xff);
    for (export, status) in [
        ("deep", Status::StackOverflow),
        ("beyond", Status::MemoryAccess),
        ("null", Status::Table),
        ("outside", Status::Table),
        ("signature", Status::Table),
        ("zero", Status::Arithmetic),
        ("overflow", Status::Arithmetic),
        ("absent", Status::OtherTrap),
        ("takes", Status::OtherTrap),
        ("memory", Status::OtherTrap),
        ("nothing", Status::Ok),
    ] {
        assert_eq!(scene.call(export), status, "{export}");
    }
}

#[test]
fn calls_may_be_as_deep_as_instrumentation_admits() {
    // 2 values for each call, with the 3 locals that page_checks.py adds
    let scene = Scene::new(
        r#"(global $depth (mut i32) (i32.const 18371))
        (func $down (export "down") (local i32 i32 i64)
            (global.set $depth (i32.sub (global.get $depth) (i32.const 1)))
            (if (global.get $depth) (then (call $down))))"#,
    );
    assert_eq!(scene.call("down"), Status::Ok);
}

#[test]
fn memory_has_the_data_and_grows_within_its_limit() {
    let scene = Scene::with_pages("", 5);
    assert_eq!(scene.memory().len(), 5 << 16);
    assert_eq!(&scene.memory()[8..12], b"data");
    assert_eq!(unsafe { programs_grow(scene.instance, 32_764) }, Status::OutOfBounds);
    assert_eq!(unsafe { programs_grow(scene.instance, u32::MAX) }, Status::OutOfBounds);
    assert_eq!(unsafe { programs_grow(scene.instance, 0) }, Status::Ok);
    let too_many = instantiate(scene.sandbox, b"key", ptr::null_mut(), 32_769);
    assert_eq!(too_many, Err(Status::OutOfBounds));
    assert_eq!(unsafe { programs_open_pages(scene.instance, 0, 131_073, 1) }, Status::OutOfBounds);
    assert_eq!(unsafe { programs_open_pages(scene.instance, 2, 1, 1) }, Status::OutOfBounds);
    assert_eq!(unsafe { programs_open_pages(scene.instance, 0, 131_072, 1) }, Status::Ok);
}

#[test]
fn instances_share_nothing() {
    let scene = Scene::new(r#"(func (export "handle") (i32.store (i32.const 0) (i32.const 1)))"#);
    assert_eq!(scene.call("handle"), Status::Ok);
    let second = instantiate(scene.sandbox, b"key", ptr::null_mut(), 2).unwrap();
    assert_eq!((scene.memory()[0], memory(second)[0]), (1, 0));
    unsafe { programs_instance_delete(second) };
}

#[test]
fn code_that_cannot_be_linked_is_refused() {
    let sandbox = sandbox();
    let exports = r#"(memory (export "memory") 1) (memory (export "pages") 35)
        (global (export "gear_gas") (mut i64) (i64.const 0))"#;
    for (text, reason) in [
        (format!(r#"(import "env" "gr_other" (func)) {exports}"#), "no such function"),
        (format!(r#"(import "host" "gr_size" (func (param i32))) {exports}"#), "another module"),
        (format!(r#"(import "env" "gr_size" (func (param i64))) {exports}"#), "another type"),
        (format!(r#"(import "env" "alloc" (func (param i32))) {exports}"#), "no result"),
        (format!(r#"(import "env" "gr_debug" (func (result i64))) {exports}"#), "a long result"),
        (
            format!(r#"(import "env" "gr_debug" (func (param{}))) {exports}"#, " i32".repeat(17)),
            "too many parameters",
        ),
        (format!(r#"(import "env" "gr_size" (global i32)) {exports}"#), "not a function"),
        (format!("(func $f) (start $f) {exports}"), "a start function"),
        (format!("(func (param f32)) {exports}"), "floats"),
        (format!("(func (drop (i32.const 0)) i32.add) {exports}"), "invalid"),
    ] {
        let code = wat::parse_str(format!("(module {text})")).unwrap();
        assert_eq!(compile(sandbox, b"key", &code), Status::NotInstantiated, "{reason}");
    }
    let any = format!(r#"(import "env" "gr_debug" (func (param i64) (result i32))) {exports}"#);
    let code = wat::parse_str(format!("(module {any})")).unwrap();
    assert_eq!(compile(sandbox, b"key", &code), Status::Ok);
    assert_eq!(compile(sandbox, b"key", b"\0asm"), Status::NotInstantiated);
    assert_eq!(compile(sandbox, b"key", b""), Status::NotInstantiated);
    for (text, reason) in [
        (format!(r#"{exports} (data (i32.const 65535) "..")"#), "data beyond the memory"),
        (format!("{exports} (table 1 funcref) (func $f) (elem (i32.const 1) $f)"), "elements"),
        (exports.replace("35", "4"), "small second memory"),
        (exports.replace("pages", "other"), "no second memory"),
        (exports.replace("gear_gas", "other"), "no gas"),
    ] {
        let code = wat::parse_str(format!("(module {text})")).unwrap();
        assert_eq!(compile(sandbox, b"key", &code), Status::Ok, "{reason}");
        let outcome = instantiate(sandbox, b"key", ptr::null_mut(), 1);
        assert_eq!(outcome, Err(Status::NotInstantiated), "{reason}");
    }
    unsafe { programs_sandbox_delete(sandbox) };
}

#[test]
fn code_used_least_is_forgotten() {
    let sandbox = sandbox();
    // 3 MiB each, so that there is room for two
    let data = format!(r#"(data (i32.const 0) "{}")"#, "x".repeat(100_000)).repeat(31);
    let code = program(&data);
    let has = |key: &[u8]| unsafe { programs_has(sandbox, key.as_ptr(), key.len()) } == 1;
    assert!(!has(b"a"));
    assert_eq!(instantiate(sandbox, b"a", ptr::null_mut(), 1), Err(Status::Unknown));
    for key in [b"a", b"b"] {
        assert_eq!(compile(sandbox, key, &code), Status::Ok);
    }
    let instance = instantiate(sandbox, b"a", ptr::null_mut(), 2).unwrap();
    assert_eq!(compile(sandbox, b"c", &code), Status::Ok);
    assert!(has(b"a") && !has(b"b") && has(b"c"));
    assert_eq!(compile(sandbox, b"c", &code), Status::Ok);
    assert!(has(b"a"), "the same key counts once");
    unsafe {
        programs_instance_delete(instance);
        programs_sandbox_delete(sandbox);
    }
}
