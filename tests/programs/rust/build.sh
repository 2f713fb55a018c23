#!/bin/sh
# Build the programs in Rust, with Debian's compiler, which has its library's source beside it, and
# record the result:
#   apt install rustc-web cargo-web rust-web-src lld-19
# Others: RUSTC, CARGO, WASM_LD. Crates come from crates.io as Cargo.lock says.
set -eu
cd "$(dirname "$0")"
root=$(cd ../../.. && pwd)
cargo_home=${CARGO_HOME:-$HOME/.cargo}

export RUSTC="${RUSTC:-/usr/bin/rustc}"
export RUSTC_BOOTSTRAP=1 # for -Zbuild-std: Debian has no compiled library for this target
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${TMPDIR:-/tmp}/gear-programs}"
export RUSTFLAGS="-C linker=${WASM_LD:-wasm-ld-19} -C linker-flavor=wasm-ld \
-C link-arg=--import-memory -C link-arg=--allow-undefined -C link-arg=-zstack-size=65536 \
--remap-path-prefix=$cargo_home/registry/src= --remap-path-prefix=$PWD= \
--remap-path-prefix=$("$RUSTC" --print sysroot)/lib/rustlib/src/rust=rust"

"${CARGO:-/usr/bin/cargo}" build --release --locked --target wasm32v1-none -Zbuild-std=core,alloc

python=$root/.venv/bin/python
for program in async_pair auction; do
    "$python" "$root/tools/add_stack_end.py" \
        "$CARGO_TARGET_DIR/wasm32v1-none/release/$program.wasm" "$program.wasm"
done
"$python" "$root/tools/build_programs.py" --record
