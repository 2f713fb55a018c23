"""What the engine in Rust says about prepared code is what the Python that writes it says."""

import re
from pathlib import Path

from parachain.runtime.gear.instrumentation.instrument import GAS_GLOBAL
from parachain.runtime.gear.page_access import GAS, MAX_MEMORY_PAGES, PAGE_BITS, READABLE, WRITABLE
from parachain.runtime.gear.page_checks import MEMORY_EXPORT, PAGES_EXPORT

RUST = Path(__file__).parents[2] / "runtime_wasm" / "rust"


def test_places_in_prepared_code() -> None:
    text = (RUST / "programs/src/page_accounting.rs").read_text()
    names = re.findall(r'const (\w+): &str = "(\w+)";', text)
    assert dict(names) == {
        "MEMORY_EXPORT": MEMORY_EXPORT,
        "PAGES_EXPORT": PAGES_EXPORT,
        "GAS_EXPORT": GAS_GLOBAL,
    }
    found: dict[str, int] = {}
    for name, first, more in re.findall(r"const (\w+): u\w+ = (\w+)(?: \+ (\w+))?;", text):
        terms = [first, more] if more else [first]
        found[name] = sum(found[term] if term in found else int(term) for term in terms)
    gear_pages = MAX_MEMORY_PAGES << (16 - PAGE_BITS)
    assert found == {
        "MAX_MEMORY_PAGES": MAX_MEMORY_PAGES,
        "GEAR_PAGES": gear_pages,
        "GAS": GAS,
        "READABLE": READABLE,
        "WRITABLE": WRITABLE,
        "USED": WRITABLE + gear_pages,
    }


def test_statuses_have_the_same_numbers_in_c_and_rust() -> None:
    header = (RUST / "linked.h").read_text()
    rust = (RUST / "programs/src/status.rs").read_text()
    in_c = re.findall(r"PROGRAMS_\w+ = (\d+)", header)
    in_rust = re.findall(r"^    \w+ = (\d+),", rust, re.MULTILINE)
    assert in_c == in_rust
    assert len(in_c) == 12
