"""The dependency graph: scenarios, and its invariants under any operations with any tags."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.client.pool.entry import Entry
from parachain.client.pool.errors import (
    AlreadyImportedError,
    CycleDetectedError,
    PoolError,
    TooLowPriorityError,
)
from parachain.client.pool.graph import Change, Outcome, TransactionGraph
from parachain.client.pool.ready import Candidate, ReadyTransactions
from parachain.client.pool.transaction import Transaction
from parachain.primitives.transaction_validity import TransactionSource


def tags(text: str) -> tuple[bytes, ...]:
    return tuple(text.encode().split())


def tx(
    name: str, requires: str = "", provides: str = "", priority: int = 1, validated_at: int = 0
) -> Transaction:
    data = name.encode()
    return Transaction(
        data=data,
        hash=data,
        source=TransactionSource.EXTERNAL,
        priority=priority,
        requires=tags(requires),
        provides=tags(provides or name),
        valid_till=64,
        propagate=True,
        validated_at=validated_at,
    )


def told(changes: list[Change]) -> list[tuple[str, str]]:
    return [(change.transaction.data.decode(), change.outcome.name) for change in changes]


def names(graph: TransactionGraph) -> tuple[str, str]:
    ready, future = (
        " ".join(sorted(tx_hash.decode() for tx_hash in queue))
        for queue in (graph.ready, graph.future)
    )
    return ready, future


def order(graph: TransactionGraph) -> ReadyTransactions:
    return ReadyTransactions(
        {
            tx_hash: Candidate(entry.transaction, entry.position, graph.parents(entry))
            for tx_hash, entry in graph.ready.items()
        }
    )


def filled(*transactions: Transaction) -> TransactionGraph:
    graph = TransactionGraph()
    for transaction in transactions:
        graph.insert(transaction)
    return graph


def test_a_missing_tag_promotes_a_whole_subgraph() -> None:
    graph = filled(tx("1", "0"), tx("3", "2"), tx("2", "1", "2 x"), tx("4", "x y", priority=9))
    assert names(graph) == ("", "1 2 3 4")
    changes = graph.insert(tx("5", provides="0 y"))
    assert told(changes) == [(name, "READY") for name in "51234"]
    assert [each.data for each in order(graph)] == [b"5", b"1", b"2", b"4", b"3"]


def test_the_same_transaction_twice() -> None:
    graph = filled(tx("a"), tx("b", "missing"))
    for name in ("a", "b"):
        with pytest.raises(AlreadyImportedError):
            graph.insert(tx(name))


def test_replacement_needs_more_than_the_priorities_together() -> None:
    graph = filled(tx("a", priority=5), tx("b", priority=5))
    for priority in (5, 10):
        with pytest.raises(TooLowPriorityError, match="10 vs"):
            graph.insert(tx("c", provides="a b", priority=priority))
    changes = graph.insert(tx("c", provides="a b", priority=11))
    assert told(changes) == [("c", "READY"), ("a", "USURPED"), ("b", "USURPED")]
    assert {change.by for change in changes[1:]} == {b"c"}


def test_dependants_of_a_replaced_transaction_stay_if_their_tag_does() -> None:
    graph = filled(tx("a", provides="x y"), tx("bx", "x"), tx("by", "y"), tx("cy", "by"))
    changes = graph.insert(tx("n", provides="x", priority=2))
    assert told(changes)[0] == ("n", "READY")
    assert sorted(told(changes)[1:]) == [("a", "USURPED"), ("by", "USURPED"), ("cy", "USURPED")]
    assert [each.data for each in order(graph)] == [b"n", b"bx"]


def test_conflicting_future_transactions_are_settled_on_promotion() -> None:
    graph = filled(tx("low", "t", "z", 1), tx("high", "t", "z", 50), tx("same", "t", "z", 50))
    changes = graph.insert(tx("t"))
    assert told(changes) == [
        ("t", "READY"),
        ("low", "READY"),
        ("high", "READY"),
        ("low", "USURPED"),
        ("same", "USURPED"),
    ]
    assert names(graph) == ("high t", "")


def test_a_transaction_that_needs_itself() -> None:
    with pytest.raises(CycleDetectedError):
        filled(tx("a", "t", "t"))


def test_replacing_an_own_ancestor_is_a_cycle_and_changes_nothing() -> None:
    graph = filled(tx("a"), tx("b", "a"), tx("c", "b"))
    before = names(graph)
    with pytest.raises(CycleDetectedError):
        graph.insert(tx("n", "c", "a", priority=9))
    assert names(graph) == before
    assert len(list(order(graph))) == 3


def test_the_later_transaction_of_a_cycle_is_dropped_when_promoted() -> None:
    graph = filled(tx("1", "0", "x"), tx("3", "x", "y"), tx("2", "y", "0", priority=9))
    changes = graph.insert(tx("4", provides="0"))
    assert told(changes)[-1] == ("2", "INVALID")
    assert names(graph) == ("1 3 4", "")


def test_removal_takes_dependants_along_but_not_what_waits() -> None:
    graph = filled(tx("a"), tx("b", "a"), tx("c", "b"), tx("f", "c missing"), tx("z"))
    assert [each.data for each in graph.remove([b"b", b"nothing"])] == [b"b", b"c"]
    assert names(graph) == ("a z", "f")
    graph.insert(tx("missing"))
    assert names(graph) == ("a missing z", "f")
    assert [each.data for each in graph.remove([b"f"])] == [b"f"]


def test_a_block_takes_out_what_it_holds_and_promotes_the_rest() -> None:
    graph = filled(tx("a"), tx("b", "a"), tx("c", "b"), tx("f", "0 b"))
    changes = graph.prune(1, [b"a", b"b"], {b"0": b"foreign"})
    assert told(changes) == [("f", "READY")]
    assert names(graph) == ("c f", "")
    assert not graph.parents(graph.ready[b"c"])


def test_a_block_usurps_other_holders_of_its_tags() -> None:
    graph = filled(tx("a", provides="t u"), tx("bt", "t"), tx("bu", "u"), tx("f", "missing", "t"))
    changes = graph.prune(1, [], {b"t": b"foreign"})
    assert sorted(told(changes)) == [("a", "USURPED"), ("bu", "USURPED"), ("f", "USURPED")]
    assert {change.by for change in changes} == {b"foreign"}
    assert names(graph) == ("bt", "")


def test_ancestors_of_what_is_in_a_block_are_suspect() -> None:
    graph = filled(tx("a"), tx("b", "a"), tx("c", "b"), tx("d", "c"), tx("z"))
    graph.prune(1, [], {b"c": b"foreign"})
    assert [name for name in "abdz" if graph.ready[name.encode()].suspect] == ["a", "b"]


def test_tags_of_recent_blocks_count_for_what_was_validated_before() -> None:
    graph = TransactionGraph()
    graph.prune(7, [], {b"t": b"foreign"})
    graph.insert(tx("early", "t", validated_at=6))
    graph.insert(tx("late", "t", validated_at=7))
    assert names(graph) == ("early", "late")
    graph.forget_recent()
    graph.insert(tx("forgotten", "t", validated_at=6))
    assert names(graph) == ("early", "forgotten late")


def test_a_retracted_transaction_that_returns_goes_before_what_needs_it() -> None:
    graph = filled(tx("a"), tx("b", "a", priority=9))
    graph.prune(1, [b"a"], {})
    graph.forget_recent()
    assert [each.data for each in order(graph)] == [b"b"]
    graph.insert(tx("a"))
    assert [each.data for each in order(graph)] == [b"a", b"b"]
    assert [each.data for each in graph.remove([b"a"])] == [b"a", b"b"]


def test_update_moves_with_all_that_depends_on_it() -> None:
    graph = filled(tx("a"), tx("b", "a"), tx("c", "b"))
    assert told(graph.update(tx("a", "new"))) == [(name, "FUTURE") for name in "abc"]
    assert names(graph) == ("", "a b c")
    assert told(graph.update(tx("a"))) == [(name, "READY") for name in "bca"]
    assert graph.update(tx("a", validated_at=5)) == []
    assert graph.ready[b"a"].transaction.validated_at == 5
    assert graph.update(tx("unknown")) == []


def test_update_to_a_tag_that_is_taken() -> None:
    graph = filled(tx("a", priority=5), tx("b"))
    changes = graph.update(tx("b", provides="a"))
    assert [(change.outcome, change.by) for change in changes] == [(Outcome.USURPED, b"a")]
    assert names(graph) == ("a", "")


TAGS = st.lists(st.sampled_from([b"a", b"b", b"c", b"d", b"e"]), max_size=3, unique=True)
ANY = st.builds(
    Transaction,
    data=st.just(b""),
    hash=st.integers(0, 12).map(lambda number: bytes([number])),
    source=st.just(TransactionSource.EXTERNAL),
    priority=st.integers(0, 4),
    requires=TAGS.map(tuple),
    provides=TAGS.filter(bool).map(tuple),
    valid_till=st.integers(0, 3),
    propagate=st.booleans(),
    validated_at=st.integers(0, 3),
).map(lambda each: each._replace(data=bytes(each.hash[0] % 4)))
HASHES = st.lists(st.integers(0, 12).map(lambda number: bytes([number])), max_size=2)
OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("insert"), ANY),
        st.tuples(st.just("update"), ANY),
        st.tuples(st.just("remove"), HASHES),
        st.tuples(st.just("prune"), HASHES, st.dictionaries(st.sampled_from([b"a", b"b"]), ANY)),
        st.tuples(st.just("forget")),
    ),
    max_size=30,
)


def is_missing_something(graph: TransactionGraph, entry: Entry) -> bool:
    return any(
        graph.provider(tag) is None and tag not in entry.from_state
        for tag in entry.transaction.requires
    )


def check(graph: TransactionGraph) -> None:
    assert not graph.ready.keys() & graph.future.keys()
    provided = [tag for entry in graph.ready.values() for tag in entry.transaction.provides]
    assert len(provided) == len(set(provided)) == len(graph._providers)
    for entry in graph.ready.values():
        assert not is_missing_something(graph, entry)
        assert all(
            graph.provider(tag) == entry.transaction.hash for tag in entry.transaction.provides
        )
    assert all(is_missing_something(graph, entry) for entry in graph.future.values())
    requirers = {
        (tag, entry.transaction.hash)
        for entry in graph.entries()
        for tag in entry.transaction.requires
    }
    assert requirers == {(tag, each) for tag, found in graph._requirers.items() for each in found}
    assert all(graph._requirers.values())
    for size, queue in ((graph.ready_bytes, graph.ready), (graph.future_bytes, graph.future)):
        assert size == sum(len(entry.transaction.data) for entry in queue.values())
    assert len(list(order(graph))) == len(graph.ready), "a cycle"
    lowest = min(
        graph.ready.values(), key=lambda e: (e.transaction.priority, e.position), default=None
    )
    assert graph.worst_ready() == (lowest and lowest.transaction.hash)


@given(OPERATIONS)
@settings(max_examples=200)
def test_invariants_hold_whatever_happens(operations: list[tuple[str, ...]]) -> None:
    graph = TransactionGraph()
    apply = {
        "insert": graph.insert,
        "update": graph.update,
        "remove": graph.remove,
        "forget": graph.forget_recent,
        "prune": lambda included, others: graph.prune(
            len(graph._recent), included, {tag: each.hash for tag, each in others.items()}
        ),
    }
    for name, *arguments in operations:
        before = set(graph.ready) | set(graph.future)
        try:
            result = apply[name](*arguments)  # type: ignore[operator]  # arguments fit the name
        except PoolError:
            assert before == set(graph.ready) | set(graph.future)
            result = None
        check(graph)
        for change in result or ():
            if isinstance(change, Change):
                gone = change.outcome in (Outcome.USURPED, Outcome.INVALID)
                assert not gone or change.transaction.hash not in graph
                assert (change.outcome is Outcome.USURPED) == (change.by is not None)
