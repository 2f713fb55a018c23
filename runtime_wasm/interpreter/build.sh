#!/usr/bin/env bash
# Builds interpreter.wasm.zst and stdlib.zip out of CPython's source and the C files beside this one.
#
#   build.sh           builds in ./out (about two minutes) and replaces the kept files
#   build.sh --check   builds and compares with the kept files; 1 if they differ
#
# The same packages give the same bytes, wherever the folder is. What is needed is Debian 12 with
# the packages below and a `deb-src` entry for `apt-get source`.
set -euo pipefail
export LC_ALL=C TZ=UTC SOURCE_DATE_EPOCH=0 PYTHONHASHSEED=0

packages=(clang-19 lld-19 llvm-19 libclang-rt-19-dev-wasm32 wasi-libc python3.11-minimal libpython3.11-stdlib make zstd dpkg-dev)
clang_version=19.1.7
wasi_version='0.0~git20220510.9886d3d-2'
python_version=3.11.2
python_archive="python3.11_$python_version.orig.tar.gz"
python_sha256=2411c74bda5bbcfcddaf4531f66d1adc73f247f529aee981b029513aefdbf849

# What relay-chain validators accept. CPython relies on wrapping integers.
target=(--target=wasm32-wasi -mcpu=mvp -msign-ext -mmutable-globals)
optimize=(-O2 -DNDEBUG -fwrapv -ffunction-sections -fdata-sections)
emulated=(-D_WASI_EMULATED_SIGNAL -D_WASI_EMULATED_GETPID -D_WASI_EMULATED_PROCESS_CLOCKS)
stack_bytes=$((2 << 20))

here=$(cd "$(dirname "$0")" && pwd)
out=$here/out
source=$out/Python-$python_version
build=$out/build
python=/usr/bin/python3.11

fail() { echo "build.sh: $*" >&2; exit 1; }

require_packages() {
  local package missing=()
  for package in "${packages[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] || fail "missing: apt-get install --no-install-recommends ${missing[*]}"
  clang-19 -dumpversion | grep -qx "$clang_version" || fail "clang-19 must be $clang_version"
  [ "$(dpkg-query -W -f '${Version}' wasi-libc)" = "$wasi_version" ] || fail "wasi-libc must be $wasi_version"
}

fetch_source() {
  mkdir -p "$build"
  cd "$out"
  [ -f "$python_archive" ] || apt-get source --download-only --tar-only "python3.11" >/dev/null ||
    fail "no $python_archive: is there a deb-src entry? It may also be put into $out by hand"
  echo "$python_sha256  $python_archive" | sha256sum --check --quiet || fail "$python_archive is another one"
  [ -d "$source" ] || tar xzf "$python_archive"
}

compile_python() {
  cd "$build"
  local map=(-ffile-prefix-map="$source"=python -ffile-prefix-map="$build"=build)
  # configure runs programs of its own only for things that config.site tells it already
  [ -f Makefile ] ||
    CC="clang-19 --target=wasm32-wasi" CPP="clang-19 --target=wasm32-wasi -E" AR=llvm-ar-19 RANLIB=llvm-ranlib-19 \
    OPT="${optimize[*]}" CFLAGS="${target[*]} ${map[*]} ${emulated[*]} -Wno-int-conversion" \
    LDFLAGS="--target=wasm32-wasi -fuse-ld=$(command -v wasm-ld-19) -lwasi-emulated-signal -lwasi-emulated-getpid -lwasi-emulated-process-clocks" \
    CONFIG_SITE="$source/Tools/wasm/config.site-wasm32-wasi" \
    "$source/configure" --quiet --host=wasm32-unknown-wasi --build=x86_64-pc-linux-gnu --with-build-python="$python" \
      --without-pymalloc --disable-test-modules --disable-ipv6 --without-ensurepip >configure.log 2>&1 ||
    fail "configure failed, see $build/configure.log"
  # The core and the modules of modules.c; CPython's own lists, without what absent.c stands for.
  cat >objects.mk <<'MAKE'
include Makefile
MODULES = gcmodule _collectionsmodule itertoolsmodule _threadmodule _weakref _abc _bisectmodule _functoolsmodule _operator _struct _typingmodule
ABSENT = Parser/myreadline.o Python/dynload_stub.o Python/frozenmain.o
OBJECTS = $(filter-out $(ABSENT),$(PARSER_OBJS) $(OBJECT_OBJS) $(PYTHON_OBJS)) $(MODULES:%=Modules/%.o)
objects: $(OBJECTS)
	@echo $(sort $(OBJECTS)) >objects.txt
MAKE
  nice make --silent -f objects.mk objects >make.log 2>&1 || fail "make failed, see $build/make.log"
}

# The machinery of imports, as initialised data.
freeze_importlib() {
  cd "$build"
  mkdir -p frozen
  "$python" "$source/Programs/_freeze_module.py" importlib._bootstrap "$source/Lib/importlib/_bootstrap.py" frozen/importlib.h
  "$python" "$source/Tools/scripts/deepfreeze.py" frozen/importlib.h:importlib._bootstrap -o frozen/importlib.c >/dev/null
}

build_rust() {
  "$here/../rust/build.sh" || fail "the Rust library cannot be built, see runtime_wasm/rust/README.md"
}

compile_glue() {
  cd "$build"
  mkdir -p glue
  local flags=("${target[@]}" "${optimize[@]}" -std=c11 -fvisibility=hidden -ffile-prefix-map="$here"=interpreter
    -I"$here/../rust" -I"$source/Include/internal" -I"$source/Include" -I. -DPy_BUILD_CORE)
  local warnings=(-Wall -Wextra -Werror -Wno-missing-field-initializers) file
  for file in "$here"/*.c; do
    local own=()
    case $(basename "$file") in
      allocator.c) own=(-fno-builtin) ;; # or calloc would become a call of calloc
      absent.c | system.c) own=(-Wno-unused-parameter) ;;
    esac
    clang-19 "${flags[@]}" "${warnings[@]}" "${own[@]}" -c "$file" -o "glue/$(basename "$file" .c).o"
  done
  clang-19 "${flags[@]}" -w -c frozen/importlib.c -o glue/importlib.o
}

link() {
  cd "$build"
  # the C library without its allocator, for which allocator.c stands
  cp /usr/lib/wasm32-wasi/libc.a libc.a
  llvm-ar-19 d libc.a dlmalloc.o
  list_compiler
  # the stack first: it then ends in a trap and not in other data
  wasm-ld-19 --no-entry -z stack-size="$stack_bytes" --stack-first --export=__heap_base --strip-debug --gc-sections \
    glue/*.o $(cat objects.txt) "$here/../rust/out/liblinked.a" libc.a -L/usr/lib/wasm32-wasi \
    -lwasi-emulated-signal -lwasi-emulated-getpid -lwasi-emulated-process-clocks -lm \
    /usr/lib/llvm-19/lib/clang/19/lib/wasi/libclang_rt.builtins-wasm32.a -o named.wasm
  "$python" "$here/builder_only.py" named.wasm compiler.txt "$out/interpreter.wasm"
  "$python" "$here/stdlib_subset.py" "$source/Lib" "$out/stdlib.zip"
}

# Names of the functions of Python's parser and compiler, and of marshal.
list_compiler() {
  cd "$build"
  local pattern='Parser/|Python-ast|Python/ast|Python/compile|Python/symtable|Python/marshal' compiler rest
  compiler=$(tr ' ' '\n' <objects.txt | grep -E "$pattern")
  rest=$(tr ' ' '\n' <objects.txt | grep -vE "$pattern")
  functions_of $compiler >compiler.txt
  functions_of $rest glue/*.o "$here/../rust/out/liblinked.a" libc.a >others.txt
  comm -12 compiler.txt others.txt >ambiguous.txt
  [ ! -s ambiguous.txt ] || fail "other functions have names of the compiler's, see $build/ambiguous.txt"
}

functions_of() { llvm-nm-19 --defined-only "$@" 2>/dev/null | sed -n 's/^[0-9a-f]* [tTW] //p' | sort -u; }

check() {
  zstd -dc "$here/interpreter.wasm.zst" | cmp - "$out/interpreter.wasm" || fail "the kept interpreter is of other sources"
  cmp "$here/stdlib.zip" "$out/stdlib.zip" || fail "the kept standard modules are of another source"
  echo "the kept interpreter is what these sources give"
}

keep() {
  zstd -q -f --ultra -22 --no-check "$out/interpreter.wasm" -o "$here/interpreter.wasm.zst"
  chmod 644 "$here/interpreter.wasm.zst"
  cp "$out/stdlib.zip" "$here/stdlib.zip"
  stat -c '%n: %s bytes' "$here/interpreter.wasm.zst" "$out/interpreter.wasm" "$here/stdlib.zip"
}

require_packages
fetch_source
compile_python
freeze_importlib
build_rust
compile_glue
link
if [ "${1:-}" = --check ]; then check; else keep; fi
