"""Rent: how long something may be held for the gas there is, what is locked, what is charged.

Messages in a mailbox, in the waitlist and in the stash, and gas reservations, are held until an
expected block, at which a task ends the hold. As the scheduler may be late, `reserve_for` blocks
more are paid ahead. Source: gear, vara/pallets/gear/src/internal.rs, and
protocol/processor/src/ext.rs for what programs prepay.
"""

from typing import NamedTuple, Optional

from parachain.runtime.gear.gas_tree import LockId
from parachain.runtime.gear.ids import ActorId, MessageId
from parachain.runtime.gear.intervals import Interval
from parachain.runtime.gear.messages import MessageDetails, is_reply
from parachain.runtime.gear.tasks import RemoveFromWaitlist, ScheduledTask, WakeMessage
from parachain.runtime.gear.termination import MessageWaitedType

_MAX_BLOCK = 2**32 - 1
_MAX_GAS = 2**64 - 1


class RentCosts(NamedTuple):
    """Gas for holding something for a block, in the order of LockId, and blocks paid in reserve."""

    mailbox: int
    waitlist: int
    reservation: int
    dispatch_stash: int
    reserve_for: int

    def per_block(self, lock_id: LockId) -> int:
        """The gas for a block in that place."""
        return self[lock_id]


class HoldBound(NamedTuple):
    """A hold that begins in block `now` and ends by a task in block `expected`."""

    lock_id: LockId
    cost: int
    reserve_for: int
    now: int
    expected: int

    @property
    def expected_duration(self) -> int:
        """Blocks until the task."""
        return max(0, self.expected - self.now)

    @property
    def deadline(self) -> int:
        """The last block that is paid ahead."""
        return min(self.expected + self.reserve_for, _MAX_BLOCK)

    @property
    def deadline_duration(self) -> int:
        """Blocks that are paid ahead."""
        return max(0, self.deadline - self.now)

    @property
    def lock_amount(self) -> int:
        """Gas to lock for the hold."""
        return min(self.deadline_duration * self.cost, _MAX_GAS)


def hold_until(costs: RentCosts, lock_id: LockId, now: int, expected: int) -> HoldBound:
    """A hold that ends in block `expected`."""
    return HoldBound(lock_id, costs.per_block(lock_id), costs.reserve_for, now, expected)


def hold_for(costs: RentCosts, lock_id: LockId, now: int, duration: int) -> HoldBound:
    """A hold of `duration` blocks."""
    return hold_until(costs, lock_id, now, min(now + duration, _MAX_BLOCK))


def longest_hold(costs: RentCosts, lock_id: LockId, now: int, gas: int) -> HoldBound:
    """The longest hold that `gas` pays for, its reserve included."""
    duration = min(gas // max(costs.per_block(lock_id), 1), _MAX_BLOCK)
    deadline = min(now + duration, _MAX_BLOCK)
    return hold_until(costs, lock_id, now, max(0, deadline - costs.reserve_for))


def wait_hold(costs: RentCosts, now: int, gas_limit: int, duration: Optional[int]) -> HoldBound:
    """The hold of a message that waits, for `duration` blocks or as long as its gas allows.

    Raises ValueError for no block at all, which system calls have made impossible.
    """
    hold = longest_hold(costs, LockId.WAITLIST, now, gas_limit)
    if duration is not None:
        asked = hold_for(costs, LockId.WAITLIST, now, duration)
        if asked.expected <= hold.expected:
            hold = asked
    if hold.expected_duration == 0:
        raise ValueError("no block to wait: gas %d, duration %r" % (gas_limit, duration))
    return hold


def wait_task(
    waited_type: MessageWaitedType, program: ActorId, message: MessageId
) -> ScheduledTask:
    """What happens when the hold of a waiting message ends: it is woken, or it has failed."""
    if waited_type in (MessageWaitedType.WAIT_FOR, MessageWaitedType.WAIT_UP_TO_FULL):
        return WakeMessage(program, message)
    return RemoveFromWaitlist(program, message)


def prepaid_rent(costs: RentCosts, lock_id: LockId, duration: int) -> int:
    """What a system call takes from a program for a hold of `duration` blocks."""
    blocks = min(costs.reserve_for + duration, _MAX_BLOCK)
    return min(blocks * costs.per_block(lock_id), _MAX_GAS)


def reservation_price(costs: RentCosts, amount: int, duration: int) -> int:
    """What a gas reservation takes from a program: the gas itself and its rent."""
    return min(amount + prepaid_rent(costs, LockId.RESERVATION, duration), _MAX_GAS)


def rent_due(costs: RentCosts, lock_id: LockId, interval: Interval, now: int, prepaid: int) -> int:
    """What a hold has cost when it ends in block `now`; never more than was locked for it."""
    paid_until = min(now, interval.finish + costs.reserve_for, _MAX_BLOCK)
    return min(prepaid, max(0, paid_until - interval.start) * costs.per_block(lock_id))


def user_message_gas(asked: Optional[int], available: int, threshold: int) -> int:
    """Gas of a message to a user: what the sender gave, else the threshold if there is as much.

    `available` is the limit of the paying node, less the rent of the stash if the message is
    delayed.
    """
    if asked is not None:
        return asked
    return threshold if available >= threshold else 0


def goes_to_mailbox(details: Optional[MessageDetails], gas: int, threshold: int) -> bool:
    """Whether a message to a user is kept for an answer."""
    return not is_reply(details) and gas >= threshold
