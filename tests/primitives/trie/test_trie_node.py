"""The byte form of nodes: one form per node, and nothing but DecodeError for anything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.primitives.scale import DecodeError
from parachain.primitives.trie import EMPTY_NODE, Node, decode_node, encode_node

HASHES = st.binary(min_size=32, max_size=32)
PATHS = st.one_of(
    st.text("0123456789abcdef", max_size=20),
    st.sampled_from([0, 14, 15, 16, 30, 31, 62, 63, 64, 317, 318, 319, 1000]).map("a".__mul__),
)
REFERENCES = st.one_of(
    HASHES.map(b"\x80".__add__),
    st.binary(min_size=1, max_size=31).map(lambda node: bytes((len(node) << 2,)) + node),
)


@st.composite
def nodes(draw: st.DrawFn) -> Node:
    hashed = draw(st.booleans())
    value: bytes | None = draw(HASHES if hashed else st.binary(max_size=100))
    children = draw(st.none() | st.dictionaries(st.integers(0, 15), REFERENCES, min_size=1))
    if children is None:
        return Node(draw(PATHS), value, hashed)
    if draw(st.booleans()):
        value, hashed = None, False
    bitmap = sum(1 << place for place in children)
    references = b"".join(children[place] for place in sorted(children))
    return Node(draw(PATHS), value, hashed, bitmap, references)


def fields(node: Node) -> tuple[object, ...]:
    return node.partial, node.value, node.hashed, node.bitmap, node.references


@given(nodes())
def test_round_trip(node: Node) -> None:
    encoded = encode_node(node)
    assert fields(decode_node(encoded)) == fields(node)
    assert encode_node(decode_node(encoded)) == encoded


@given(nodes(), st.binary(min_size=1, max_size=3))
def test_trailing_bytes_are_refused(node: Node, trailing: bytes) -> None:
    with pytest.raises(DecodeError):
        decode_node(encode_node(node) + trailing)


@given(nodes())
def test_every_cut_is_refused(node: Node) -> None:
    encoded = encode_node(node)
    for size in range(len(encoded)):
        with pytest.raises(DecodeError):
            decode_node(encoded[:size])


@given(st.one_of(st.binary(max_size=200), nodes().map(encode_node)), st.data())
def test_any_bytes_decode_canonically_or_raise(data: bytes, choice: st.DataObject) -> None:
    if data:
        changed = bytearray(data)
        changed[choice.draw(st.integers(0, len(data) - 1))] ^= choice.draw(st.integers(0, 255))
        data = bytes(changed)
    try:
        node = decode_node(data)
    except DecodeError:
        return
    assert encode_node(node) == data


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (EMPTY_NODE, "starts with 0x00"),
        (b"\x01", "starts with 0x01"),
        (b"\x41\x1a\x00", "padding"),
        (b"\x80\x00\x00", "without children"),
        (b"\x80\x01\x00\x81", "length byte 0x81"),
        (b"\x80\x01\x00\x84" + bytes(33), "length byte 0x84"),
        (b"\x80\x01\x00\x00", "length byte 0x00"),
        (b"\x40\x01\x00", "shortest form"),
        (b"\x40\xfe\xff\xff\xff", "cut short"),
        (b"\x7f" + b"\xff" * 1000, "cut short"),
    ],
)
def test_reasons(data: bytes, reason: str) -> None:
    with pytest.raises(DecodeError, match=reason):
        decode_node(data)


def test_omitted_children_only_where_allowed() -> None:
    node = decode_node(b"\x80\x03\x00\x00\x00", allow_omitted=True)
    assert node.children()[:3] == [b"\x00", b"\x00", None]


@given(nodes())
def test_children_one_by_one_and_together(node: Node) -> None:
    children = node.children()
    assert [node.child(place) for place in range(16)] == children
    assert b"".join(c for c in children if isinstance(c, bytes)) == node.references
