"""The fake host itself, against a plain model: what pallet tests rely on."""

from hypothesis import given
from hypothesis import strategies as st

from tests.runtime.memory_ext import MemoryExt

KEYS = st.binary(min_size=1, max_size=2)
STEPS = st.lists(
    st.tuples(st.sampled_from(("put", "delete", "begin", "commit", "rollback")), KEYS), max_size=40
)


@given(STEPS, KEYS)
def test_nested_transactions_and_order_of_keys(steps: list[tuple[str, bytes]], at: bytes) -> None:
    ext, model = MemoryExt(), [dict[bytes, bytes]()]
    for count, (step, key) in enumerate(steps):
        if step == "put":
            ext.put(key, bytes((count,)))
            model[-1][key] = bytes((count,))
        elif step == "delete":
            ext.delete(key)
            model[-1].pop(key, None)
        elif step == "begin":
            ext.begin()
            model.append(dict(model[-1]))
        elif len(model) > 1:
            if step == "commit":
                ext.commit()
                model[-2:] = [model[-1]]
            else:
                ext.rollback()
                model.pop()
        assert ext.state == model[-1]
        assert ext.next_key(at) == min((key for key in model[-1] if key > at), default=None)


def test_append_counts_the_items() -> None:
    ext = MemoryExt()
    for count in range(70):
        ext.append(b"v", bytes((count,)))
    assert ext.get(b"v") == (70 << 2 | 1).to_bytes(2, "little") + bytes(range(70))


def test_only_keys_of_the_parent_state_count_against_a_limit() -> None:
    ext = MemoryExt({b"p1": b"", b"p2": b"", b"p3": b"", b"q": b""})
    ext.put(b"p0", b"new")
    ext.put(b"p3", b"changed")
    assert ext.clear_prefix(b"p", 1) == (1, False)
    assert list(ext.state) == [b"p2", b"q"]
    ext.seal_block()
    assert ext.clear_prefix(b"p", 5) == (1, True)
    assert list(ext.state) == [b"q"]


def test_child_tries_are_apart_and_part_of_the_root() -> None:
    ext = MemoryExt({b"k": b"v"})
    plain = ext.storage_root()
    ext.begin()
    ext.child_put(b"c", b"k", b"other")
    assert (ext.get(b"k"), ext.child_get(b"c", b"k")) == (b"v", b"other")
    assert ext.child_next_key(b"c", b"") == b"k"
    assert ext.storage_root() != plain
    ext.rollback()
    assert ext.storage_root() == plain
    assert ext.child_get(b"c", b"k") is None
