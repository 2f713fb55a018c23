"""The pool follows the chain: inclusion, reorganisations, finality, validation again, mortality."""

from collections.abc import Sequence

import pytest

from parachain.client.chain.tree_route import BlockId, TreeRoute
from parachain.client.crypto.hashing import blake2_256
from parachain.client.pool.banned import BanList
from parachain.client.pool.config import PoolConfig
from parachain.client.pool.errors import TemporarilyBannedError
from parachain.client.pool.maintenance import (
    Answer,
    apply_answers,
    enact,
    finalize,
    maintain,
    prepare_enactment,
)
from parachain.client.pool.pool import TransactionPool
from parachain.client.pool.transaction import Purpose, ValidationRequest, Validity
from parachain.client.pool.watchers import (
    Dropped,
    FinalityTimeout,
    Finalized,
    Future,
    InBlock,
    Invalid,
    Ready,
    Retracted,
    Status,
    Usurped,
    Watchers,
)
from parachain.primitives.transaction_validity import (
    InvalidTransaction,
    TransactionSource,
    UnknownTransaction,
    ValidTransaction,
)

EXTERNAL = TransactionSource.EXTERNAL
GENESIS = BlockId(bytes(32), 0)
INHERENT = b"\x0c\x04\x00\x00"


def block(name: str, number: int) -> BlockId:
    return BlockId(blake2_256(name.encode()), number)


def valid(requires: str = "", provides: str = "t", longevity: int = 1000) -> ValidTransaction:
    return ValidTransaction(
        1, tuple(requires.encode().split()), tuple(provides.encode().split()), longevity, True
    )


def signed(name: str) -> bytes:
    return b"\x10\x84" + name.encode()


def hash_of(name: str) -> bytes:
    return blake2_256(signed(name))


class Node:
    """A pool, a chain it is told of, and a runtime whose answers are written down."""

    def __init__(self, config: PoolConfig | None = None) -> None:
        self.pool = TransactionPool(config or PoolConfig(), GENESIS)
        self.answers: dict[str, Validity] = {}
        self.asked: list[tuple[str, Purpose, int]] = []
        self.seen: dict[str, list[Status]] = {}
        self.now_ms = 0

    def validate(self, request: ValidationRequest) -> Validity:
        name = request.data[2:].decode()
        self.asked.append((name, request.purpose, request.at.number))
        return self.answers[name]

    def submit(self, name: str, validity: Validity) -> None:
        self.answers[name] = validity
        statuses = self.seen.setdefault(name, [])
        self.pool.submit(signed(name), EXTERNAL, self.validate, self.now_ms, statuses.append)
        self.asked.clear()

    def move(
        self,
        enacted: Sequence[tuple[BlockId, str]],
        retracted: Sequence[tuple[BlockId, str]] = (),
        common: BlockId = GENESIS,
    ) -> None:
        """Each block with the names of its transactions; all have an inherent first."""
        route = TreeRoute(tuple(b for b, _ in retracted), common, tuple(b for b, _ in enacted))
        bodies = {
            each.hash: [INHERENT, *map(signed, names.split())]
            for each, names in (*enacted, *retracted)
        }
        self.asked.clear()
        maintain(self.pool, route, bodies, self.validate, self.now_ms)

    def ready(self) -> list[str]:
        return [each.data[2:].decode() for each in self.pool.ready()]


ONE, TWO = block("one", 1), block("two", 2)
FORK_ONE, FORK_TWO = block("fork one", 1), block("fork two", 2)


def test_from_ready_to_finalized() -> None:
    node = Node()
    node.submit("a", valid("", "a"))
    node.submit("b", valid("a", "b"))
    node.move([(ONE, "a b")])
    assert node.ready() == []
    finalize(node.pool, [ONE.hash, ONE.hash])
    assert node.seen["a"] == [Ready(), InBlock(ONE.hash, 1), Finalized(ONE.hash, 1)]
    assert node.seen["b"] == [Ready(), InBlock(ONE.hash, 2), Finalized(ONE.hash, 2)]
    assert node.pool.status()[:5] == (0, 0, 0, 0, 0)
    assert node.asked == []


def test_a_block_of_another_author_satisfies_and_usurps() -> None:
    node = Node()
    node.submit("mine", valid("", "n0"))
    node.submit("next", valid("n0", "n1"))
    node.submit("waits", valid("m0", "m1"))
    node.answers |= {"theirs": valid("", "n0"), "other": valid("", "m0")}
    node.answers["next"] = valid("", "n1")
    node.answers["waits"] = valid("", "m1")
    node.move([(ONE, "theirs other")])
    assert node.ready() == ["next", "waits"]
    assert node.seen["mine"] == [Ready(), Usurped(hash_of("theirs"))]
    assert node.seen["waits"] == [Future(), Ready()]
    asked_for_tags = [each for each in node.asked if each[1] is Purpose.ENACTED]
    assert asked_for_tags == [("theirs", Purpose.ENACTED, 0), ("other", Purpose.ENACTED, 0)]


def test_an_empty_pool_asks_nothing() -> None:
    node = Node()
    node.move([(ONE, "unknown")])
    assert node.asked == []


def test_ancestors_of_what_is_in_a_block_are_checked_first() -> None:
    node = Node(PoolConfig(revalidation_batch=1))
    node.submit("z", valid("", "z"))
    node.submit("n0", valid("", "n0"))
    node.submit("n1", valid("n0", "n1"))
    node.answers |= {"n0 of another": valid(), "n0": InvalidTransaction.STALE}
    node.answers["n1'"] = valid("n0", "n1")
    node.move([(ONE, "n1'")])
    assert node.asked == [("n1'", Purpose.ENACTED, 0), ("n0", Purpose.REVALIDATION, 1)]
    assert node.seen["n0"] == [Ready(), Invalid()]
    assert node.seen["n1"] == [Ready(), Usurped(hash_of("n1'"))]
    assert node.ready() == ["z"]


def test_reorganisation_takes_transactions_back() -> None:
    node = Node()
    node.submit("a", valid("", "a"))
    node.submit("b", valid("a", "b"))
    node.submit("kept", valid("b", "c"))
    node.answers["kept"] = valid("", "c")
    node.move([(ONE, "a"), (TWO, "b")])
    assert node.ready() == ["kept"]
    node.move([(FORK_ONE, "b a"), (FORK_TWO, "")], retracted=[(TWO, "b"), (ONE, "a")])
    assert node.seen["a"] == [
        Ready(),
        InBlock(ONE.hash, 1),
        Retracted(ONE.hash),
        InBlock(FORK_ONE.hash, 2),
    ]
    third = block("third", 3)
    node.answers |= {"b": valid("", "b"), "kept": valid("b", "c")}
    node.move([(ONE, "a"), (TWO, ""), (third, "")], retracted=[(FORK_TWO, ""), (FORK_ONE, "b a")])
    assert node.ready() == ["b", "kept"]
    assert node.seen["b"][-2:] == [Retracted(FORK_ONE.hash), Ready()]
    assert node.pool.counters.resubmitted == 1


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        (InvalidTransaction.STALE, Invalid()),
        (UnknownTransaction.CANNOT_LOOKUP, Invalid()),
        (valid("", "taken"), Usurped(hash_of("holder"))),
        (valid("", ""), Invalid()),
    ],
)
def test_retracted_transactions_that_cannot_come_back(answer: Validity, end: Status) -> None:
    node = Node()
    node.submit("a", valid("", "a"))
    node.submit("holder", valid("", "taken"))
    node.move([(ONE, "a")])
    node.answers["a"] = answer
    node.move([(FORK_ONE, ""), (FORK_TWO, "")], retracted=[(ONE, "a")])
    assert node.seen["a"][-2:] == [Retracted(ONE.hash), end]
    assert node.ready() == ["holder"]


def test_a_block_while_the_answers_are_out() -> None:
    node = Node()
    node.submit("a", valid("", "a"))
    node.submit("b", valid("", "b"))
    node.move([(ONE, "a")])
    bodies = {ONE.hash: [signed("a")], TWO.hash: [signed("a"), signed("b")]}
    route = TreeRoute((ONE,), GENESIS, (FORK_ONE,))
    requests = enact(node.pool, route, bodies, [], 0)
    assert [request.purpose for request in requests] == [Purpose.RETRACTED, Purpose.REVALIDATION]
    later = TreeRoute((), FORK_ONE, (TWO,))
    assert [each.hash for each in prepare_enactment(node.pool, later, bodies)] == [hash_of("a")]
    enact(node.pool, later, bodies, [], 0)
    apply_answers(node.pool, [Answer(each, valid("", "x")) for each in requests], 0)
    assert node.ready() == []
    assert node.seen["a"][-1] == InBlock(TWO.hash, 0)
    assert node.seen["b"][-1] == InBlock(TWO.hash, 1)


def test_revalidation_in_batches_oldest_first() -> None:
    node = Node(PoolConfig(revalidation_batch=2))
    for name in "abcd":
        node.submit(name, valid("", name))
    node.answers["a"] = InvalidTransaction.PAYMENT
    node.answers["b"] = UnknownTransaction.CANNOT_LOOKUP
    node.answers["c"] = valid("gap", "c")
    node.move([(ONE, "")])
    assert [name for name, _, _ in node.asked] == ["a", "b"]
    assert node.ready() == ["b", "c", "d"]
    with pytest.raises(TemporarilyBannedError):
        node.submit("a", valid())
    node.answers["b"] = valid("", "b")
    node.move([(TWO, "")], common=ONE)
    assert [name for name, _, _ in node.asked] == ["b", "c"]
    assert sorted(node.ready()) == ["b", "d"]
    assert node.seen["c"] == [Ready(), Future()]


def test_mortality() -> None:
    node = Node()
    node.submit("short", valid("", "a", longevity=2))
    node.submit("child", valid("a", "b", longevity=9))
    node.submit("waits", valid("x", "c", longevity=1))
    node.answers |= dict.fromkeys(("short", "child", "waits"), UnknownTransaction.CANNOT_LOOKUP)
    node.move([(ONE, "")])
    assert node.seen["waits"] == [Future(), Invalid()]
    assert node.ready() == ["short", "child"]
    node.move([(TWO, "")], common=ONE)
    assert node.ready() == []
    assert node.seen["short"] == node.seen["child"] == [Ready(), Invalid()]
    node.submit("child", valid("", "b"))  # only the expired one itself is banned
    with pytest.raises(TemporarilyBannedError):
        node.submit("short", valid("", "a"))


def test_promotions_by_a_block_respect_the_limits() -> None:
    node = Node(PoolConfig(max_ready=1))
    node.submit("f1", valid("x", "1"))
    node.submit("f2", valid("x", "2"))
    node.answers |= {"giver": valid("", "x"), "f1": valid("", "1"), "f2": valid("", "2")}
    node.move([(ONE, "giver")])
    assert node.ready() == ["f2"]
    assert node.seen["f1"] == [Future(), Ready(), Dropped()]


def test_watching_ends_when_finality_does_not_come() -> None:
    node = Node(PoolConfig(finality_timeout_blocks=3))
    node.submit("a", valid())
    node.move([(ONE, "a")])
    parent = ONE
    for number in range(2, 5):
        assert node.seen["a"] == [Ready(), InBlock(ONE.hash, 1)]
        child = block(f"n{number}", number)
        node.move([(child, "")], common=parent)
        parent = child
    assert node.seen["a"][-1] == FinalityTimeout(ONE.hash)
    finalize(node.pool, [ONE.hash])
    assert len(node.seen["a"]) == 3


def test_going_back_without_a_new_block() -> None:
    node = Node()
    node.submit("a", valid())
    node.move([(ONE, "a")])
    node.move([], retracted=[(ONE, "a")])
    assert node.pool.best == GENESIS
    assert node.ready() == ["a"]


def test_watches_of_one_transaction_are_independent() -> None:
    watchers = Watchers(finality_timeout_blocks=9, max_watchers=9)
    first: list[Status] = []
    second: list[Status] = []
    first_id = watchers.watch(b"tx", first.append)
    watchers.watch(b"tx", second.append)
    watchers.included(ONE, [b"other", b"tx", b"tx"])
    watchers.unwatch(first_id)
    watchers.finalized(ONE.hash)
    watchers.notify(b"tx", Invalid())
    assert first == [InBlock(ONE.hash, 1)]
    assert second == [InBlock(ONE.hash, 1), Finalized(ONE.hash, 1)]
    assert len(watchers) == 0
    assert not watchers.is_watched(b"tx")


def test_a_watch_that_ends_in_a_block_leaves_nothing_behind() -> None:
    watchers = Watchers(finality_timeout_blocks=9, max_watchers=9)
    seen: list[Status] = []
    watch_id = watchers.watch(b"tx", seen.append)
    watchers.included(ONE, [b"tx"])
    watchers.unwatch(watch_id)
    for last in (watchers.finalized, watchers.retracted):
        last(ONE.hash)
    assert seen == [InBlock(ONE.hash, 0)]
    assert (watchers._included, watchers._block_of) == ({}, {})


def test_bans_are_bounded_and_end() -> None:
    bans = BanList(ban_time_ms=10, max_banned=2)
    bans.ban([b"a"], 0)
    bans.ban([b"b"], 1)
    bans.ban([b"a"], 2)
    bans.ban([b"c"], 3)
    assert [bans.is_banned(each, 4) for each in (b"a", b"b", b"c")] == [True, False, True]
    assert not bans.is_banned(b"a", 12)
    bans.forget_expired(12)
    assert len(bans) == 1
    bans.lift([b"c", b"unknown"])
    assert len(bans) == 0
