"""The overlay against a stack of dicts, with nested transactions, child tries and appends."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from parachain.primitives.scale import COMPACT_U32, DecodeError, encode_compact
from parachain.primitives.storage.overlay import AppendedVec, Layer, Overlay

KEYS = st.lists(st.sampled_from(b"\x00\x01\xff"), max_size=3).map(bytes)
VALUES = st.binary(max_size=2)
CHILDREN = st.sampled_from([None, b"x", b"y"])
LIMITS = st.none() | st.integers(0, 4)

PARENT = {b"": b"root", b"\x00": b"0", b"\x00\x01": b"\x08ab", b"\x01\x01": b"11", b"\xff": b"f"}
PARENT_CHILD = {b"\x00\x00": b"c", b"\x01": b"\x04z", b"\xff\xff": b"d"}


class FakeTrie:
    """A parent trie: a dict."""

    def __init__(self, pairs: dict[bytes, bytes]) -> None:
        self.pairs = pairs

    def get(self, key: bytes) -> bytes | None:
        return self.pairs.get(key)

    def next_key(self, key: bytes) -> bytes | None:
        return min((k for k in self.pairs if k > key), default=None)

    def keys(self, prefix: bytes) -> Iterator[bytes]:
        return iter(sorted(k for k in self.pairs if k.startswith(prefix)))


class FakeState(FakeTrie):
    def child(self, child: bytes) -> FakeTrie:
        return FakeTrie(PARENT_CHILD if child == b"x" else {})


Model = dict[bytes | None, dict[bytes, bytes]]


class OverlayMachine(RuleBasedStateMachine):
    """Every operation on the overlay and on a copy of the whole state per transaction."""

    def __init__(self) -> None:
        super().__init__()
        self.overlay = Overlay(FakeState(PARENT))
        self.models: list[Model] = [{None: dict(PARENT), b"x": dict(PARENT_CHILD), b"y": {}}]

    def layer(self, child: bytes | None) -> Layer:
        return self.overlay.main if child is None else self.overlay.child(child)

    def pairs(self, child: bytes | None) -> dict[bytes, bytes]:
        return self.models[-1][child]

    @rule(child=CHILDREN, key=KEYS, value=VALUES)
    def put(self, child: bytes | None, key: bytes, value: bytes) -> None:
        self.layer(child).put(key, value)
        self.pairs(child)[key] = value

    @rule(child=CHILDREN, key=KEYS)
    def delete(self, child: bytes | None, key: bytes) -> None:
        self.layer(child).put(key, None)
        self.pairs(child).pop(key, None)

    @rule(child=CHILDREN, key=KEYS)
    def append(self, child: bytes | None, key: bytes) -> None:
        self.layer(child).append(key, b"i")
        old = self.pairs(child).get(key, b"")
        try:
            count, start = COMPACT_U32.readable.read(old, 0)
        except DecodeError:
            count, start = 0, len(old)
        self.pairs(child)[key] = encode_compact(count + 1) + old[start:] + b"i"

    @rule(child=CHILDREN, prefix=KEYS)
    def clear_prefix(self, child: bytes | None, prefix: bytes) -> None:
        below = PARENT if child is None else PARENT_CHILD if child == b"x" else {}
        visited = sum(key.startswith(prefix) for key in below)
        assert self.layer(child).clear_prefix(prefix, None) == (visited, True)
        pairs = self.pairs(child)
        for key in [key for key in pairs if key.startswith(prefix)]:
            del pairs[key]

    @rule(child=CHILDREN, key=KEYS)
    def read(self, child: bytes | None, key: bytes) -> None:
        pairs = self.pairs(child)
        assert self.layer(child).get(key) == pairs.get(key)
        following = min((k for k in pairs if k > key), default=None)
        assert self.layer(child).next_key(key) == following

    @rule()
    def begin(self) -> None:
        self.overlay.begin()
        self.models.append({child: dict(pairs) for child, pairs in self.models[-1].items()})

    @precondition(lambda self: len(self.models) > 1)
    @rule()
    def commit(self) -> None:
        self.overlay.commit()
        self.models[-2:] = [self.models[-1]]

    @precondition(lambda self: len(self.models) > 1)
    @rule()
    def rollback(self) -> None:
        self.overlay.rollback()
        self.models.pop()

    @invariant()
    def changes_lead_from_the_parent_to_the_model(self) -> None:
        assert self.overlay.depth == len(self.models) - 1
        children = self.overlay.child_changes()
        for child, below in ((None, PARENT), (b"x", PARENT_CHILD), (b"y", {})):
            after: dict[bytes, bytes | None] = dict(below)
            after |= self.overlay.changes() if child is None else children.get(child, {})
            assert {k: v for k, v in after.items() if v is not None} == self.pairs(child)


TestOverlay = OverlayMachine.TestCase
TestOverlay.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


@given(st.sets(KEYS), st.dictionaries(KEYS, VALUES | st.none()), KEYS, LIMITS)
def test_clear_prefix_counts_as_the_host_function(
    below: set[bytes], written: dict[bytes, bytes | None], prefix: bytes, limit: int | None
) -> None:
    parent = FakeState(dict.fromkeys(below, b"p"))
    overlay = Overlay(parent)
    for key, value in written.items():
        overlay.main.put(key, value)
    under = sorted(key for key in below if key.startswith(prefix))
    visited = under if limit is None else under[:limit]
    result = overlay.main.clear_prefix(prefix, limit)
    assert result == (len(visited), len(visited) == len(under))
    for key in visited:
        assert overlay.main.get(key) is None
    for key, value in written.items():
        if key.startswith(prefix):
            assert overlay.main.get(key) is None
        else:
            assert overlay.main.get(key) == value


def test_a_limit_applies_to_the_parent_only() -> None:
    overlay = Overlay(FakeState({b"pa": b"1", b"pb": b"2", b"pc": b"3"}))
    overlay.main.put(b"pd", b"4")
    assert overlay.main.clear_prefix(b"p", 2) == (2, False)
    assert overlay.main.get(b"pd") is None
    assert overlay.main.get(b"pc") == b"3"
    # Removed keys are visited again, so the same limit makes no progress: as in Substrate.
    assert overlay.main.clear_prefix(b"p", 2) == (2, False)


def test_transactions_must_be_open() -> None:
    overlay = Overlay(FakeState({}))
    for use in (overlay.commit, overlay.rollback):
        with pytest.raises(RuntimeError, match="no storage transaction"):
            use()


def test_rolled_back_appends() -> None:
    overlay = Overlay(FakeState({b"ev": b"\x04a"}))
    layer = overlay.main
    layer.append(b"ev", b"b")
    overlay.begin()
    layer.append(b"ev", b"c")
    overlay.begin()
    layer.put(b"ev", b"\x00")
    layer.append(b"ev", b"d")
    assert layer.get(b"ev") == b"\x04d"
    overlay.rollback()
    assert layer.get(b"ev") == b"\x0cabc"
    overlay.rollback()
    assert layer.get(b"ev") == b"\x08ab"


@pytest.mark.parametrize("stored", [b"", b"\x01", b"\xff" * 80, b"\x03\xff\xff"])
def test_appending_to_what_is_no_vector_starts_anew(stored: bytes) -> None:
    vec = AppendedVec(stored)
    vec.push(b"x")
    assert vec.encoded() == b"\x04x"


def test_appending_crosses_the_widths_of_the_count() -> None:
    vec = AppendedVec(b"\x00")
    for count in range(1, 70):
        vec.push(b"i")
        assert vec.encoded() == encode_compact(count) + b"i" * count


def test_appending_many_items_copies_none() -> None:
    overlay = Overlay(FakeState({}))
    for _ in range(50_000):
        overlay.begin()
        overlay.main.append(b"events", b"e" * 100)
        overlay.commit()
    assert overlay.changes()[b"events"] == encode_compact(50_000) + b"e" * 5_000_000
