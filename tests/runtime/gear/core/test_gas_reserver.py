"""Gas reservations of a program: topics of the reference's tests, named alike."""

import pytest

from parachain.runtime.gear.dispatch import ContextStore
from parachain.runtime.gear.ext_error import ErrorCode, ExtError
from parachain.runtime.gear.ids import reservation_id
from parachain.runtime.gear.reservation import (
    Created,
    Exists,
    GasReservationMap,
    GasReservationSlot,
    GasReserver,
    Removed,
    SystemReservation,
    Unreserved,
    gas_reserver,
    reservation_map,
    system_reservation,
)
from tests.runtime.gear.core.hashing import blake2_256, some_id
from tests.runtime.gear.core.scene import MESSAGE, incoming

OLD = some_id(50)
OLD_SLOT = GasReservationSlot(900, 3, 12)


def reserver(slots: GasReservationMap | None = None, limit: int = 256) -> GasReserver:
    return gas_reserver(blake2_256, incoming(), slots or {}, limit)


def is_refused(made: GasReserver, reservation: bytes) -> bool:
    for action in (made.unreserve, made.mark_used, made.check_not_used):
        with pytest.raises(ExtError) as caught:
            action(reservation)
        assert caught.value.code is ErrorCode.INVALID_RESERVATION_ID
    return True


def test_max_reservations_limit_works() -> None:
    made = reserver(limit=256)
    for _ in range(257):
        made.reserve(100, 10)
    with pytest.raises(ExtError) as caught:
        made.reserve(100, 10)
    assert caught.value.code is ErrorCode.RESERVATIONS_LIMIT_REACHED


def test_removed_ones_do_not_count() -> None:
    made = reserver({OLD: OLD_SLOT}, limit=0)
    with pytest.raises(ExtError):
        made.reserve(1, 1)
    made.unreserve(OLD)
    made.reserve(1, 1)


def test_mark_used_for_unreserved_fails() -> None:
    made = reserver()
    fresh = made.reserve(1, 10)
    made.unreserve(fresh)
    assert is_refused(made, fresh)


def test_mark_used_twice_fails() -> None:
    made = reserver({OLD: OLD_SLOT})
    for each in (made.reserve(1, 10), OLD):
        made.check_not_used(each)
        made.mark_used(each)
        assert is_refused(made, each)
        assert made.limit_of(each) is not None


def test_remove_reservation_twice_fails() -> None:
    made = reserver({OLD: OLD_SLOT})
    made.unreserve(OLD)
    assert is_refused(made, OLD)
    assert made.limit_of(OLD) is None


def test_remove_non_existing_reservation_fails() -> None:
    assert is_refused(reserver(), some_id(77))
    assert reserver().limit_of(some_id(77)) is None


def test_fresh_reserve_unreserve() -> None:
    made = reserver()
    fresh = made.reserve(10_000, 5)
    assert fresh == reservation_id(blake2_256, MESSAGE, 0)
    assert made.limit_of(fresh) == 10_000
    assert made.unreserve(fresh) == Unreserved(10_000, 5)
    # The number was used up, which must be stored.
    assert made.changes() == ()
    assert made.nonce == 1


def test_existing_reserve_unreserve() -> None:
    made = reserver({OLD: OLD_SLOT})
    assert made.changes() is None
    assert made.unreserve(OLD) == Unreserved(900, None)
    assert made.changes() == ((OLD, Removed(12)),)


def test_use_is_a_change() -> None:
    made = reserver({OLD: OLD_SLOT})
    made.mark_used(OLD)
    assert made.changes() == ((OLD, Exists(900, 3, 12, used=True)),)


def test_nonce_continues_after_a_wait() -> None:
    dispatch = incoming(context=ContextStore((), 4, None, 0))
    made = gas_reserver(blake2_256, dispatch, {}, 256)
    assert made.reserve(1, 1) == reservation_id(blake2_256, MESSAGE, 4)
    assert made.nonce == 5


def test_an_id_is_never_made_twice() -> None:
    made = reserver({reservation_id(blake2_256, MESSAGE, 0): OLD_SLOT})
    with pytest.raises(AssertionError, match="nonce"):
        made.reserve(1, 1)


def test_map_after_an_execution() -> None:
    made = reserver({OLD: OLD_SLOT, some_id(51): OLD_SLOT})
    fresh = made.reserve(10_000, 5)
    made.unreserve(some_id(51))
    states = made.changes()
    assert states is not None
    assert [each for each, _ in states] == sorted([OLD, some_id(51), fresh])
    assert dict(states)[fresh] == Created(10_000, 5, used=False)
    assert reservation_map(states, 100, lambda duration: 100 + duration) == {
        OLD: OLD_SLOT,
        fresh: GasReservationSlot(10_000, 100, 105),
    }


def test_system_reservation_before_an_execution() -> None:
    assert system_reservation(incoming()) == SystemReservation(None, None)
    assert not system_reservation(incoming()).has_any()
    waited = system_reservation(incoming(context=ContextStore((), 0, 0, 0)))
    assert waited == SystemReservation(None, 0)
    assert waited.has_any()
