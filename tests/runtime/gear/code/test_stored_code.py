"""Encodings of what is stored of a code, against Vara's metadata and by hand."""

import json
from pathlib import Path

from parachain.primitives.scale import Composite, Variants
from parachain.runtime.gear.code.stored import (
    CODE_METADATA,
    INSTANTIATED_SECTION_SIZES,
    INSTRUMENTATION_STATUS,
    INSTRUMENTED_CODE,
    CodeMetadata,
    InstantiatedSectionSizes,
    InstrumentationFailed,
    Instrumented,
    InstrumentedCode,
    NotInstrumented,
)
from parachain.runtime.gear.dispatch import DispatchKind

VECTORS = Path(__file__).parents[3] / "vectors" / "gear_types" / "vara_gear_types.json"
VARA = {entry["path"]: entry for entry in json.loads(VECTORS.read_text())}


def test_types_are_those_of_vara() -> None:
    for codec in (INSTANTIATED_SECTION_SIZES, INSTRUMENTED_CODE, CODE_METADATA):
        info = codec.info
        assert isinstance(info, Composite)
        wanted = [(name, spelling) for name, _, spelling in VARA[info.path]["fields"]]
        assert [(field.name, field.rust_name) for field in info.fields] == wanted
    status = INSTRUMENTATION_STATUS.info
    assert isinstance(status, Variants)
    for variant, (name, index, fields) in zip(
        status.variants, VARA[status.path]["variants"], strict=True
    ):
        assert (variant.name, variant.index) == (name, index)
        assert [field.name for field in variant.fields] == [field for field, _, _ in fields]


def test_metadata_by_hand() -> None:
    value = CodeMetadata(
        88, (DispatchKind.INIT, DispatchKind.HANDLE), 17, 16, Instrumented(2000, 261)
    )
    encoded = "5800000008000111000000011000000001d007000005010000"
    assert CODE_METADATA.encode(value).hex() == encoded
    assert CODE_METADATA.decode(bytes.fromhex(encoded)) == value


def test_instrumented_code_by_hand() -> None:
    value = InstrumentedCode(b"\0asm", InstantiatedSectionSizes(1, 2, 3, 4, 5, 6))
    encoded = "100061736d" + "".join(f"0{n}000000" for n in range(1, 7))
    assert INSTRUMENTED_CODE.encode(value).hex() == encoded


def test_failure_keeps_the_rest() -> None:
    value = CodeMetadata(5, (DispatchKind.INIT,), 1, None, Instrumented(1900, 70))
    failed = value.failed(2000)
    assert failed == value._replace(instrumentation_status=InstrumentationFailed(2000))
    assert (failed.weights_version, failed.instrumented_code_len) == (2000, None)
    unknown = value._replace(instrumentation_status=NotInstrumented())
    assert (unknown.weights_version, unknown.instrumented_code_len) == (None, None)
