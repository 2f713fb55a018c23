#!/bin/sh
# Build what is written in Rust for WebAssembly:
#
#   out/liblinked.a                                     for the interpreter, see linked.h
#   ../../parachain/client/crypto/bls12_381.wasm        for the native node; kept
#
# It needs Debian's packages rustc-web, cargo-web, rust-web-src, lld-19 and llvm-19, and the crates
# that Cargo.lock names. Their versions decide the bytes: the same ones give the same files, whatever
# the folder. The core library is compiled anew, as the one that comes with the compiler uses
# instructions that a relay chain does not take.
set -eu
cd "$(dirname "$0")"

CARGO=${CARGO:-/usr/bin/cargo}
export RUSTC="${RUSTC:-/usr/bin/rustc}"
LINKER=${LINKER:-wasm-ld-19}
AR=${AR:-llvm-ar-19}

# -Zbuild-std and the -Z options belong to no release yet.
export RUSTC_BOOTSTRAP=1
sources=$(cd "$("$RUSTC" --print sysroot)/lib/rustlib/src/rust" && pwd -P)
registry=${CARGO_HOME:-$HOME/.cargo}/registry/src
target=wasm32-unknown-unknown

# build PACKAGE CODEGEN-OPTIONS: no paths of this machine, no text that is only for debugging.
build() {
    RUSTFLAGS="$2 -Clinker=$LINKER -Zfmt-debug=none -Zlocation-detail=none \
--remap-path-prefix=$sources=rust --remap-path-prefix=$registry=crates --remap-path-prefix=$PWD=." \
        "$CARGO" build --locked --quiet --release -p "$1" --target "$target" \
        --target-dir "out/$1" -Zbuild-std=core,alloc
}

# WebAssembly 1.0 with mutable globals and sign extension.
build linked "-Ctarget-cpu=mvp -Ctarget-feature=+mutable-globals,+sign-ext"
cp "out/linked/$target/release/liblinked.a" out/liblinked.a
# The interpreter has what the compiler's own functions do from libc and compiler-rt.
"$AR" d out/liblinked.a "$("$AR" t out/liblinked.a | grep '^compiler_builtins')"

# Only our wasmtime runs this one; products of 128 bits make it five times faster.
build standalone "-Ctarget-feature=+wide-arithmetic"
install -m 644 "out/standalone/$target/release/bls12_381_standalone.wasm" \
    ../../parachain/client/crypto/bls12_381.wasm

sha256sum out/liblinked.a ../../parachain/client/crypto/bls12_381.wasm
