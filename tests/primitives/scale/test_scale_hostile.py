"""Hostile and non-canonical bytes: DecodeError with the path, in bounded time and memory."""

from typing import Any, NamedTuple

import pytest

from parachain.primitives.scale import (
    BOOL,
    BYTES,
    COMPACT_U8,
    COMPACT_U32,
    COMPACT_U64,
    COMPACT_U128,
    MAX_NESTING,
    MAX_ZERO_SIZE_ELEMENTS,
    STR,
    U8,
    U16,
    U32,
    U64,
    U128,
    U256,
    UNIT,
    Codec,
    DecodeError,
    Readable,
    array,
    bit_vec,
    bounded_bytes,
    bounded_vec,
    btree_map,
    btree_set,
    enum,
    fields,
    forward,
    opaque,
    option,
    result,
    struct,
    tuple_of,
    variant,
    vec,
    weak_bounded_vec,
)
from tests.primitives.scale.three_way import refuses_value, twins_agree


class Inner(NamedTuple):
    """Two fields."""

    flag: bool
    name: str


class Outer(NamedTuple):
    """Fields of several kinds."""

    number: int
    inners: tuple[Inner, ...]
    maybe: int | None


INNER = struct("tests::Inner", Inner, fields(("flag", BOOL), ("name", STR)))
OUTER = struct(
    "tests::Outer",
    Outer,
    fields(("number", U32), ("inners", vec(INNER)), ("maybe", option(COMPACT_U32))),
)


class Leaf(NamedTuple):
    """The end of a tree."""


class Node(NamedTuple):
    """A tree of trees."""

    children: tuple[Any, ...]


class Wrapped(NamedTuple):
    """A tree in its own encoding."""

    tree: Any


TREE = forward("Tree")
TREE.bind(
    enum(
        "tests::Tree",
        variant(0, "Leaf", Leaf),
        variant(1, "Node", Node, fields(("children", vec(TREE)))),
        variant(2, "Wrapped", Wrapped, fields(("tree", opaque(TREE)))),
    )
)

REFUSED = [
    ("short u32", U32, "000000", "u32 needs 4 bytes"),
    ("bool 2", BOOL, "02", "bool is 0 or 1, not 2"),
    ("option 2", option(U8), "0200", "0 or 1, not 2"),
    ("result 2", result(U8, U8), "0200", "0 or 1, not 2"),
    ("compact without bytes", COMPACT_U32, "", "compact needs a byte"),
    ("compact cut", COMPACT_U32, "01", "cut short"),
    ("compact 1 in two bytes", COMPACT_U32, "0500", "shortest form"),
    ("compact 1 in four bytes", COMPACT_U32, "06000000", "shortest form"),
    ("compact 1 in five bytes", COMPACT_U32, "0301000000", "shortest form"),
    ("compact with a zero on top", COMPACT_U64, "0700000000 01 00".replace(" ", ""), None),
    ("compact u8 of 256", COMPACT_U8, "0104", "256 does not fit Compact<u8>"),
    ("compact u32 of 2**32", COMPACT_U32, "070000000001", "does not fit"),
    ("compact u128 of 2**128", COMPACT_U128, "37" + "00" * 16 + "01", "does not fit"),
    ("compact of 67 bytes", COMPACT_U128, "ff" + "ff" * 67, "does not fit"),
    ("length beyond the end", BYTES, "0c6161", "3 elements of 1 or more bytes in 2 bytes"),
    ("four billion bytes", BYTES, "03ffffffff", "4294967295 elements"),
    ("four billion numbers", vec(U128), "03ffffffff", "4294967295 elements"),
    ("four billion structs", vec(INNER), "03ffffffff00", "4294967295 elements"),
    ("four billion map entries", btree_map(U8, U8), "03ffffffff", "4294967295 elements"),
    ("four billion bits", bit_vec(), "03ffffffff", "4294967295 bits"),
    ("billions of nothing", vec(UNIT), "03ffffffff", "empty elements"),
    ("not UTF-8", STR, "08c328", "not UTF-8"),
    ("a surrogate", STR, "0ceda080", "not UTF-8"),
    ("over-long UTF-8", STR, "08c080", "not UTF-8"),
    ("a set not sorted", btree_set(U8), "080201", r"\[1\]: not above the key before it"),
    ("a set with a duplicate", btree_set(U16), "0801000100", r"\[1\]: not above"),
    ("a map not sorted", btree_map(U8, BOOL), "0c010003000200", r"\[2\]: not above"),
    ("a map with a duplicate", btree_map(U8, BOOL), "0801000101", r"\[1\]: not above"),
    ("too many", bounded_vec(U8, 2), "0c010203", "3 elements, the limit is 2"),
    ("too long", bounded_bytes(2), "0c010203", "3 bytes, the limit is 2"),
    ("stray bits", bit_vec(), "0c08", "above the last one"),
    ("array cut", array(U16, 2), "010002", r"\[1\]: u16 needs 2 bytes"),
    ("opaque with more inside", opaque(U8), "080102", "1 trailing bytes"),
    ("opaque with less inside", opaque(U16), "0401", "u16 needs 2 bytes"),
    ("path", OUTER, "00000000" + "08" + "0000" + "0204" + "00", r"^inners\[1\]\.flag: bool"),
    ("deeper path", tuple_of(U8, OUTER), "00" + "00000000" + "00" + "0101", r"^1\.maybe: compact"),
    ("unknown variant", TREE, "03", "tests::Tree has no variant 3"),
    ("no variant", TREE, "", "needs a byte for its variant"),
    ("variant's path", TREE, "01080003", r"^Node\.children\[1\]: tests::Tree has no variant 3"),
]


@pytest.mark.parametrize(
    ("codec", "data", "message"),
    [pytest.param(codec, data, message, id=name) for name, codec, data, message in REFUSED],
)
def test_refused_with_a_reason(codec: Codec[Any], data: str, message: str | None) -> None:
    raw = bytes.fromhex(data)
    with pytest.raises(DecodeError, match=message):
        codec.decode(raw)
    twins_agree(codec, raw)


def test_zero_size_elements_have_their_own_limit() -> None:
    codec = vec(UNIT)
    most = ((),) * MAX_ZERO_SIZE_ELEMENTS
    assert codec.decode(codec.encode(most)) == most
    with pytest.raises(DecodeError, match="at most 16384"):
        codec.decode(codec.encode(((),) * (MAX_ZERO_SIZE_ELEMENTS + 1)))


def test_weak_bounds_are_not_enforced() -> None:
    codec = weak_bounded_vec(U8, 2)
    assert codec.decode(codec.encode((1, 2, 3))) == (1, 2, 3)


def nest(levels: int, step: bytes, end: bytes) -> bytes:
    return step * levels + end


def test_nesting_is_accepted_up_to_the_limit() -> None:
    data = nest(MAX_NESTING - 1, b"\x01\x04", b"\x00")
    tree = TREE.decode(data)
    assert TREE.encode(tree) == data
    with pytest.raises(DecodeError, match="more than 64 levels of Tree") as caught:
        TREE.decode(nest(MAX_NESTING, b"\x01\x04", b"\x00"))
    assert caught.value.path[:3] == ("Node", "children", "[0]")


def test_nesting_counts_through_encodings_in_encodings() -> None:
    tree: Any = Leaf()
    for _ in range(MAX_NESTING - 1):
        tree = Wrapped(tree)
    assert TREE.decode(TREE.encode(tree)) == tree
    with pytest.raises(DecodeError, match="more than 64 levels"):
        TREE.decode(TREE.encode(Wrapped(tree)))


def test_width_is_no_depth() -> None:
    tree = Node((Node((Leaf(),) * 500),) * 50)
    assert TREE.decode(TREE.encode(tree)) == tree
    forest = vec(TREE)
    assert len(forest.decode(forest.encode((Leaf(),) * 20_000))) == 20_000


@pytest.mark.parametrize("levels", [1, 63, 64, 65, 1000, 500_000])
def test_deep_garbage_costs_two_passes(levels: int) -> None:
    """Exponential or quadratic work would not end here; nor does the interpreter's stack."""
    for step in (b"\x01\x04", b"\x01\x08\x00"):
        with pytest.raises(DecodeError):
            TREE.decode(nest(levels, step, b"\x07"))
        twins_agree(vec(TREE), b"\x04" + nest(levels, step, b"\x07"))


def test_a_codec_written_by_hand_inside_recursion_costs_two_passes() -> None:
    """Readers of the public interface inside a recursive type do not start over at each level."""
    call = forward("Call")
    body = fields(("calls", vec(call)), ("end", U8))

    def read(data: bytes, pos: int) -> tuple[Any, int]:
        reads.append(pos)
        return body.read(data, pos)

    reads: list[int] = []
    call.bind(Codec(Readable(body.encode, read), call.info, "Call", 2, recursive=True))
    with pytest.raises(DecodeError, match="end: u8 needs 1 bytes"):
        call.decode(b"\x04" * 40 + b"\x00")
    assert len(reads) <= 2 * 41


def test_values_that_do_not_fit() -> None:
    assert "256 does not fit u8" in refuses_value(U8, 256)
    assert "-1 does not fit u64" in refuses_value(U64, -1)
    assert "does not fit U256" in refuses_value(U256, 1 << 256)
    assert "does not fit Compact<u8>" in refuses_value(COMPACT_U8, 256)
    assert "does not fit Compact<u128>" in refuses_value(COMPACT_U128, 1 << 128)
    assert "does not fit Compact<u32>" in refuses_value(COMPACT_U32, -1)
    assert "not a bool" in refuses_value(BOOL, 1)
    assert "UTF-8" in refuses_value(STR, "\ud800")
    assert "not bytes" in refuses_value(BYTES, "text")
    assert "the limit is 2" in refuses_value(bounded_vec(U8, 2), (1, 2, 3))
    assert "twice" in refuses_value(btree_set(U8), (1, 2, 1))
    assert "is no variant" in refuses_value(TREE, (1,))
    assert refuses_value(OUTER, Outer(1, (Inner(True, "a"), Inner(2, "b")), None)).startswith(  # type: ignore[arg-type]  # the wrong value is the point
        "inners[1].flag: 2 is not"
    )
    assert refuses_value(TREE, Node((Leaf(), Node((7,))))).startswith(
        "Node.children[1].Node.children[0]"
    )


def test_forward_is_bound_once_and_before_use() -> None:
    codec = forward("Late")
    with pytest.raises(ValueError, match="not bound yet"):
        codec.readable.read(b"\x00", 0)
    with pytest.raises(ValueError, match="need not end"):
        codec.bind(UNIT)
    codec.bind(U8)
    assert codec.decode(b"\x07") == 7
    with pytest.raises(ValueError, match="bound already"):
        codec.bind(U8)


def test_what_cannot_be_told_apart_is_refused_when_built() -> None:
    with pytest.raises(ValueError, match="option of Option<u8>"):
        option(option(U8))
    with pytest.raises(ValueError, match="part of a key"):
        btree_set(tuple_of(U8, btree_map(U8, U8)))
    with pytest.raises(ValueError, match="share an index or a class"):
        enum("tests::Twice", variant(0, "A", Leaf), variant(1, "B", Leaf))
