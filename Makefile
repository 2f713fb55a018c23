# The commands of a developer. Everything that is missing is installed into .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: dev test test-slow check bench runtime release interpreter interpreter-check chain-specs programs program format clean

dev: $(BLOB) ## start the development chain
	$(BIN)/gear-parachain --dev --tmp

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v < (3, 13) else "Python 3.11 or 3.12 is needed, this is %d.%d" % v)'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is needed: apt install python3-venv"; exit 1; }
	@echo "Installing the pinned dependencies into $(VENV); half a minute the first time"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps -e .
	@touch $@

CLIENTS := tests/clients/node_modules/.installed
$(CLIENTS): tests/clients/package.json tests/clients/package-lock.json
	@command -v npm >/dev/null || { echo "Node.js 20 with npm is needed for the client tests"; exit 1; }
	@echo "Installing the JavaScript clients"
	@cd tests/clients && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

test: $(BLOB) $(CLIENTS) ## the tests, the JavaScript clients included
	$(BIN)/python -m pytest -q -m "not slow"

test-slow: $(BLOB) ## the tests that take minutes: a node killed a hundred times
	$(BIN)/python -m pytest -q -m slow

check: $(STAMP) ## formatting, lints, types, import contracts, runtime subset
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy parachain tests tools runtime_wasm/builder
	$(BIN)/lint-imports
	$(BIN)/python tools/check_runtime_subset.py

bench: $(BLOB) ## print the speed table, write bench.json
	$(BIN)/python -m tests.bench

# The chain's :code. What it is made of decides when it is made anew.
BLOB := parachain/runtime.compact.compressed.wasm
BLOB_SOURCES := $(shell find parachain/primitives parachain/runtime runtime_wasm/builder -name '*.py') runtime_wasm/interpreter/interpreter.wasm.zst runtime_wasm/interpreter/stdlib.zip
$(BLOB): $(BLOB_SOURCES) $(STAMP)
	@echo "Building the runtime's WebAssembly"
	@$(BIN)/python -m runtime_wasm.builder $@

runtime: $(BLOB) ## build the runtime's WebAssembly, the chain's :code, if its sources have changed

release: $(BLOB) ## record the blob as the one of its spec_version
	$(BIN)/python -m runtime_wasm.builder $(BLOB) --release

interpreter: ## build the interpreter that the blob consists of; needs Debian 12 and a C compiler
	runtime_wasm/interpreter/build.sh

interpreter-check: ## build the interpreter and compare it with the one that is kept
	runtime_wasm/interpreter/build.sh --check

chain-specs: $(BLOB) ## write chain_specs/ anew, after a change of the runtime
	$(BIN)/gear-parachain build-spec --chain dev --without-code --disable-default-bootnode > chain_specs/development.json
	$(BIN)/gear-parachain build-spec --chain local --without-code --disable-default-bootnode > chain_specs/local.json

programs: $(STAMP) ## build the C programs of tests/programs anew, after a change of their sources
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[programs]'
	$(BIN)/python tools/build_programs.py

program: $(STAMP) ## build one program in C: make program C=path/to/program.c
	@test -n "$(C)" || { echo "Say which file: make program C=path/to/program.c"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[programs]'
	$(BIN)/python tools/build_programs.py $(C)

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) tests/clients/node_modules build *.egg-info
