"""Custom sections of WebAssembly modules."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.client.executor.wasm_sections import (
    MAGIC_AND_VERSION,
    custom_sections,
    encode_section,
    find_section,
)
from parachain.primitives.scale import DecodeError

SECTIONS = st.lists(st.tuples(st.binary(max_size=200), st.binary(max_size=300)), max_size=4)


@given(SECTIONS)
def test_what_is_encoded_is_found(sections: list[tuple[bytes, bytes]]) -> None:
    code = MAGIC_AND_VERSION + b"\x01\x01\x00"  # an empty type section comes first
    code += b"".join(encode_section(name, content) for name, content in sections)
    assert list(custom_sections(code)) == sections
    for name, _ in sections:
        first = next(content for each, content in sections if each == name)
        assert find_section(code, name) == first
    assert find_section(code, b"\xff" * 201) is None


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for code in (data, MAGIC_AND_VERSION + data):
        with contextlib.suppress(DecodeError):
            list(custom_sections(code))


@pytest.mark.parametrize("end", ["00", "0003", "000002ab", "00ffffffffff7f", "0080"])
def test_broken_modules(end: str) -> None:
    with pytest.raises(DecodeError):
        list(custom_sections(MAGIC_AND_VERSION + bytes.fromhex(end)))
