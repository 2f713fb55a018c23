#!/bin/sh
# Build what is written in Rust for WebAssembly:
#
#   out/liblinked.a                                     for the interpreter, see linked.h
#   ../../parachain/client/crypto/bls12_381.wasm        for the native node; kept
#
# It needs Debian's packages rustc-web, cargo-web, rust-web-src and lld-19, and the crates that
# Cargo.lock names. Their versions decide the bytes: the same ones give the same files, whatever
# the folder. The core library is compiled anew, as the one that comes with the compiler uses
# instructions that a relay chain does not take.
set -eu
cd "$(dirname "$0")"

CARGO=${CARGO:-/usr/bin/cargo}
export RUSTC="${RUSTC:-/usr/bin/rustc}"
LINKER=${LINKER:-wasm-ld-19}

# -Z options and -Zbuild-std belong to no release yet.
export RUSTC_BOOTSTRAP=1
sources=$(cd "$("$RUSTC" --print sysroot)/lib/rustlib/src/rust" && pwd -P)
registry="${CARGO_HOME:-$HOME/.cargo}/registry/src"
# WebAssembly 1.0 with mutable globals and sign extension; no text that is only for debugging.
export RUSTFLAGS="-Ctarget-cpu=mvp -Ctarget-feature=+mutable-globals,+sign-ext -Clinker=$LINKER \
-Zfmt-debug=none -Zlocation-detail=none \
--remap-path-prefix=$sources=rust --remap-path-prefix=$registry=crates --remap-path-prefix=$PWD=."

target=wasm32-unknown-unknown
for package in linked; do
    "$CARGO" build --locked --quiet --release --target "$target" --target-dir out/target \
        -Zbuild-std=core,alloc -p "$package"
done
cp "out/target/$target/release/liblinked.a" out/liblinked.a
