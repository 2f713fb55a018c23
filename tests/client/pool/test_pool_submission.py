"""The pool's front door: two phases, refusals with their JSON-RPC errors, limits, watches."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.client.chain.tree_route import BlockId, TreeRoute
from parachain.client.crypto.hashing import blake2_256
from parachain.client.pool.config import PoolConfig
from parachain.client.pool.errors import (
    AlreadyImportedError,
    ImmediatelyDroppedError,
    InvalidTransactionError,
    NoTagsProvidedError,
    PoolError,
    RejectedFutureError,
    TemporarilyBannedError,
    TooLowPriorityError,
    TooManyWatchersError,
    UnactionableError,
    refusal,
)
from parachain.client.pool.maintenance import enact
from parachain.client.pool.pool import TransactionPool
from parachain.client.pool.transaction import (
    Purpose,
    ValidationRequest,
    Validity,
    is_bare,
    validated,
)
from parachain.client.pool.watchers import (
    Broadcast,
    Dropped,
    Future,
    Invalid,
    Ready,
    Status,
    Usurped,
)
from parachain.primitives.transaction_validity import (
    CustomInvalid,
    CustomUnknown,
    InvalidTransaction,
    TransactionSource,
    TransactionValidityError,
    UnknownTransaction,
    ValidTransaction,
)

GENESIS = BlockId(bytes(32), 0)
EXTERNAL = TransactionSource.EXTERNAL
BAN_MS = PoolConfig().ban_time_ms
FOREVER = (1 << 64) - 1


def valid(requires: str = "", provides: str = "t", priority: int = 1, **rest: int) -> Validity:
    return ValidTransaction(
        priority=priority,
        requires=tuple(requires.encode().split()),
        provides=tuple(provides.encode().split()),
        longevity=rest.get("longevity", 64),
        propagate=bool(rest.get("propagate", True)),
    )


class Desk:
    """Submits to a pool with the validity each call names."""

    def __init__(self, config: PoolConfig | None = None) -> None:
        self.pool = TransactionPool(config or PoolConfig(), GENESIS)
        self.seen: list[tuple[str, Status]] = []

    def submit(self, name: str, validity: Validity, now_ms: int = 0) -> bytes:
        def record(status: Status) -> None:
            self.seen.append((name, status))

        data = name.encode()
        return self.pool.submit(data, EXTERNAL, lambda _: validity, now_ms, record).hash

    def queues(self) -> tuple[list[str], list[str]]:
        return (
            [each.data.decode() for each in self.pool.ready()],
            [each.data.decode() for each in self.pool.futures()],
        )


def test_two_phases() -> None:
    desk = Desk()
    request = desk.pool.prepare(b"tx", TransactionSource.LOCAL, now_ms=0)
    assert request == ValidationRequest(
        Purpose.SUBMISSION, b"tx", blake2_256(b"tx"), TransactionSource.LOCAL, GENESIS
    )
    assert desk.queues() == ([], [])
    imported = desk.pool.import_validated(request, valid(), now_ms=5)
    assert imported.hash == blake2_256(b"tx")
    assert imported.watch_id is None
    found = desk.pool.transaction(imported.hash)
    assert found is not None
    assert (found.source, found.valid_till, found.data) == (TransactionSource.LOCAL, 64, b"tx")
    assert desk.pool.is_provided(b"t")
    assert not desk.pool.is_provided(b"u")


def test_first_statuses_and_promotion() -> None:
    desk = Desk()
    announced: list[bytes] = []
    desk.pool.add_import_listener(announced.append)
    waits = desk.submit("waits", valid("t", "w"))
    gives = desk.submit("gives", valid())
    assert desk.queues() == (["gives", "waits"], [])
    assert desk.seen == [("waits", Future()), ("gives", Ready()), ("waits", Ready())]
    assert announced == [gives, waits]


def test_known_and_banned_transactions_are_refused_before_validation() -> None:
    desk = Desk()
    tx_hash = desk.submit("tx", valid())
    with pytest.raises(AlreadyImportedError) as caught:
        desk.pool.prepare(b"tx", EXTERNAL, 0)
    assert caught.value.data == f"0x{tx_hash.hex()}"
    assert [each.hash for each in desk.pool.remove_invalid([tx_hash], 0)] == [tx_hash]
    assert desk.seen[-1] == ("tx", Invalid())
    with pytest.raises(TemporarilyBannedError):
        desk.submit("tx", valid(), now_ms=BAN_MS - 1)
    desk.submit("tx", valid(), now_ms=BAN_MS)


def test_two_submissions_of_one_transaction_in_flight() -> None:
    desk = Desk()
    first, second = (desk.pool.prepare(b"tx", EXTERNAL, 0) for _ in range(2))
    desk.pool.import_validated(first, valid(), 0)
    with pytest.raises(AlreadyImportedError):
        desk.pool.import_validated(second, valid(), 0)


def test_invalid_is_banned_unknown_is_not() -> None:
    desk = Desk()
    with pytest.raises(InvalidTransactionError):
        desk.submit("tx", InvalidTransaction.PAYMENT)
    with pytest.raises(TemporarilyBannedError):
        desk.submit("tx", valid())
    with pytest.raises(PoolError):
        desk.submit("other", UnknownTransaction.CANNOT_LOOKUP)
    desk.submit("other", valid())
    assert desk.seen == [("other", Ready())]


def test_replacement_tells_the_loser_who_won() -> None:
    desk = Desk()
    desk.submit("cheap", valid())
    with pytest.raises(TooLowPriorityError):
        desk.submit("same", valid())
    winner = desk.submit("dear", valid(priority=2))
    assert desk.seen == [("cheap", Ready()), ("dear", Ready()), ("cheap", Usurped(winner))]


def test_what_was_valid_before_a_block_with_its_tags_is_outdated() -> None:
    desk = Desk()
    desk.submit("first", valid())
    request = desk.pool.prepare(b"second", EXTERNAL, 0)
    block = BlockId(bytes([1]) * 32, 1)
    enact(desk.pool, TreeRoute((), GENESIS, (block,)), {block.hash: [b"first"]}, [], 0)
    with pytest.raises(InvalidTransactionError, match="outdated"):
        desk.pool.import_validated(request, valid(), 0)
    with pytest.raises(TemporarilyBannedError):
        desk.submit("first", valid())


@pytest.mark.parametrize(
    ("config", "validity", "error"),
    [
        (PoolConfig(), valid(provides=""), NoTagsProvidedError),
        (PoolConfig(authors_blocks=False), valid(propagate=False), UnactionableError),
        (PoolConfig(accept_future=False), valid("missing"), RejectedFutureError),
        (PoolConfig(max_watchers=0), valid(), TooManyWatchersError),
        (PoolConfig(max_ready=0), valid(), ImmediatelyDroppedError),
        (PoolConfig(max_ready_bytes=1), valid(), ImmediatelyDroppedError),
        (PoolConfig(max_future=0), valid("missing"), ImmediatelyDroppedError),
    ],
)
def test_refusals_leave_nothing_behind(
    config: PoolConfig, validity: Validity, error: type[PoolError]
) -> None:
    desk = Desk(config)
    with pytest.raises(error):
        desk.submit("tx", validity)
    assert desk.pool.status()[:5] == (0, 0, 0, 0, 0)
    assert desk.seen == []


def test_the_worst_goes_first_with_what_depends_on_it() -> None:
    desk = Desk(PoolConfig(max_ready=3))
    desk.submit("old", valid("", "a", priority=1))
    desk.submit("child", valid("a", "b", priority=9))
    desk.submit("new", valid("", "c", priority=1))
    desk.submit("best", valid("", "d", priority=5))
    assert desk.queues() == (["best", "new"], [])
    assert desk.seen[-2:] == [("old", Dropped()), ("child", Dropped())]
    with pytest.raises(TemporarilyBannedError):
        desk.submit("old", valid("", "a"))
    desk.submit("third", valid("", "e", priority=2))
    with pytest.raises(ImmediatelyDroppedError):
        desk.submit("low", valid("", "f", priority=0))
    assert desk.pool.counters.dropped == 3


def test_bytes_count_too_and_the_future_queue_has_its_own_limits() -> None:
    desk = Desk(PoolConfig(max_ready_bytes=10, max_future=1, max_future_bytes=6))
    desk.submit("12345", valid("", "a", priority=2))
    desk.submit("abcdefgh", valid("", "b", priority=3))
    assert desk.queues()[0] == ["abcdefgh"]
    desk.submit("f1", valid("x", "c", priority=2))
    desk.submit("f2", valid("x", "d", priority=3))
    assert desk.queues()[1] == ["f2"]
    with pytest.raises(ImmediatelyDroppedError):
        desk.submit("f3-too-long", valid("x", "e", priority=9))
    assert desk.queues()[1] == []


def test_order_of_authoring_and_reports_of_the_author() -> None:
    desk = Desk()
    desk.submit("a0", valid("", "a0", priority=1))
    desk.submit("a1", valid("a0", "a1", priority=9))
    desk.submit("b0", valid("", "b0", priority=5))
    desk.submit("b1", valid("b0", "b1", priority=5))
    desk.submit("short", valid("", "s", priority=5, longevity=3))
    desk.submit("both", valid("a1 b1", "c", priority=9))
    assert desk.queues()[0] == ["short", "b0", "b1", "a0", "a1", "both"]
    taken = []
    iterator = desk.pool.ready()
    for transaction in iterator:
        taken.append(transaction.data.decode())
        if transaction.data == b"b0":
            iterator.report_invalid(transaction)
    assert taken == ["short", "b0", "a0", "a1"]


def test_the_iterator_is_a_snapshot() -> None:
    desk = Desk()
    first = desk.submit("first", valid("", "a"))
    iterator = desk.pool.ready()
    desk.submit("second", valid("", "b", priority=9))
    desk.pool.remove_invalid([first], 0)
    assert [each.data for each in iterator] == [b"first"]


def test_watching_what_is_there_already() -> None:
    desk = Desk(PoolConfig(max_watchers=2))
    tx_hash = desk.submit("tx", valid())
    seen: list[Status] = []
    watch_id = desk.pool.watch(tx_hash, seen.append)
    assert watch_id is not None
    assert desk.pool.watch(bytes(32), seen.append) is None
    with pytest.raises(TooManyWatchersError):
        desk.pool.watch(tx_hash, seen.append)
    desk.pool.on_broadcast({tx_hash: ["peer"], bytes(32): ["peer"]})
    desk.pool.unwatch(watch_id)
    desk.pool.unwatch(watch_id)
    desk.pool.remove_invalid([tx_hash], 0)
    assert seen == [Ready(), Broadcast(("peer",))]
    assert desk.seen == [("tx", Ready()), ("tx", Broadcast(("peer",))), ("tx", Invalid())]
    assert desk.pool.status().watched == 0


# polkadot-sdk substrate/client/rpc-api/src/author/error.rs and
# substrate/primitives/runtime/src/transaction_validity.rs
TABLE: list[tuple[Callable[[], PoolError], int, str, str | None]] = [
    (lambda: refusal(InvalidTransaction.STALE), 1010, "Invalid Transaction",
     "Transaction is outdated"),
    (lambda: refusal(InvalidTransaction.PAYMENT), 1010, "Invalid Transaction",
     "Inability to pay some fees (e.g. account balance too low)"),
    (lambda: refusal(CustomInvalid(7)), 1010, "Invalid Transaction", "Custom error: 7"),
    (lambda: refusal(UnknownTransaction.CANNOT_LOOKUP), 1011, "Unknown Transaction Validity",
     "CannotLookup"),
    (lambda: refusal(CustomUnknown(3)), 1011, "Unknown Transaction Validity", "Custom(3)"),
    (TemporarilyBannedError, 1012, "Transaction is temporarily banned", None),
    (lambda: AlreadyImportedError(b"\xab" * 32), 1013, "Transaction Already Imported",
     "0x" + "ab" * 32),
    (lambda: TooLowPriorityError(9, 8, b""), 1014, "Priority is too low: (9 vs 8)",
     "The transaction has too low priority to replace another transaction already in the pool."),
    (ImmediatelyDroppedError, 1016, "Immediately Dropped",
     "The transaction couldn't enter the pool because of the limit"),
    (UnactionableError, 1018, "Unactionable",
     ("The transaction is unactionable since it is not propagable and the local node does not"
      " author blocks")),
    (NoTagsProvidedError, 1019, "No tags provided",
     "Transaction does not provide any tags, so the pool can't identify it"),
    (RejectedFutureError, 1021, "The pool is not accepting future transactions", None),
]  # fmt: skip


@pytest.mark.parametrize(("make", "code", "message", "data"), TABLE)
def test_json_rpc_errors_are_substrates(
    make: Callable[[], PoolError], code: int, message: str, data: str | None
) -> None:
    error = make()
    assert (error.code, error.message, error.data) == (code, message, data)


@given(
    st.one_of(
        st.sampled_from([*InvalidTransaction, *UnknownTransaction]),
        st.builds(CustomInvalid, st.integers(0, 255)),
        st.builds(CustomUnknown, st.integers(0, 255)),
    )
)
def test_every_reason_of_the_runtime_has_an_error(reason: TransactionValidityError) -> None:
    error = refusal(reason)
    assert error.code in (1010, 1011)
    assert error.data


def test_eternal_transactions_and_repeated_tags() -> None:
    request = ValidationRequest(Purpose.SUBMISSION, b"", b"", EXTERNAL, BlockId(b"", 7))
    eternal = ValidTransaction(0, (b"a", b"a"), (b"b", b"c", b"b"), FOREVER, True)
    made = validated(request, eternal)
    assert (made.valid_till, made.requires, made.provides) == (FOREVER, (b"a",), (b"b", b"c"))


@pytest.mark.parametrize(
    ("data", "bare"),
    [
        ("280403000b", True),
        ("4d0284", False),
        ("1005", True),
        ("1045", False),
        ("", False),
        ("04", False),
        ("0300010004", False),
        ("030001000004", True),
    ],
)
def test_bare_extrinsics_are_known_by_their_version_byte(data: str, bare: bool) -> None:
    assert is_bare(bytes.fromhex(data)) == bare


@given(st.binary(max_size=12))
def test_version_byte_of_hostile_bytes(data: bytes) -> None:
    assert is_bare(data) in (True, False)
