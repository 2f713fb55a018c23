"""Nodes of the gas tree: how much gas there is for a message or a reservation, and who paid.

Source: gear, vara/common/src/gas_provider/node.rs.
"""

from enum import IntEnum
from typing import Any, NamedTuple, Optional, Tuple, TypeVar, Union

from parachain.primitives.account import ACCOUNT_ID, AccountId
from parachain.primitives.scale import (
    BOOL,
    U32,
    U64,
    U128,
    Codec,
    array,
    enum,
    fields,
    newtype,
    struct,
    variant,
)
from parachain.runtime.gear.ids import MESSAGE_ID, RESERVATION_ID, MessageId, ReservationId


class LockId(IntEnum):
    """What gas of a node is locked for: a place in `NodeLock`."""

    MAILBOX = 0
    WAITLIST = 1
    RESERVATION = 2
    DISPATCH_STASH = 3


class NodeId(NamedTuple):
    """The node of a message."""

    id: MessageId


class ReservationNodeId(NamedTuple):
    """The node of a gas reservation."""

    id: ReservationId


GasNodeId = Union[NodeId, ReservationNodeId]

GAS_NODE_ID: Codec[GasNodeId] = enum(
    "gear_common::gas_provider::node::GasNodeId",
    variant(0, "Node", NodeId, fields(("0", MESSAGE_ID.named("T")))),
    variant(1, "Reservation", ReservationNodeId, fields(("0", RESERVATION_ID.named("U")))),
    params=(("T", MESSAGE_ID), ("U", RESERVATION_ID)),
)


class ValuePerGas(NamedTuple):
    """A unit of gas costs this many plancks."""

    value: int


class GasPerValue(NamedTuple):
    """A planck buys this many units of gas. No chain uses it."""

    gas: int


GasMultiplier = Union[ValuePerGas, GasPerValue]

GAS_MULTIPLIER: Codec[GasMultiplier] = enum(
    "gear_common::GasMultiplier",
    variant(0, "ValuePerGas", ValuePerGas, fields(("0", U128.named("Balance")))),
    variant(1, "GasPerValue", GasPerValue, fields(("0", U64.named("Gas")))),
    params=(("Balance", U128), ("Gas", U64)),
)


def gas_to_value(multiplier: GasMultiplier, gas: int) -> int:
    """What the gas costs, in plancks. Raises ValueError if a planck buys more than one unit."""
    if isinstance(multiplier, GasPerValue):
        raise ValueError("gas cheaper than a planck has no price")  # noqa: TRY004  # of its class
    return min(gas * multiplier.value, 2**128 - 1)


#: Gas locked for each purpose, in the order of LockId.
NodeLock = Tuple[int, ...]

_LOCKED = array(U64, len(LockId)).named("[Balance; cardinality::<LockId>()]")
NODE_LOCK: Codec[NodeLock] = newtype(
    "gear_common::gas_provider::node::NodeLock", _LOCKED, (("Balance", U64),)
)
NO_LOCK: NodeLock = (0,) * len(LockId)


class ChildrenRefs(NamedTuple):
    """How many children a node has with gas of their own, and how many that live on its gas."""

    spec_refs: int = 0
    unspec_refs: int = 0


CHILDREN_REFS: Codec[ChildrenRefs] = struct(
    "gear_common::gas_provider::node::ChildrenRefs",
    ChildrenRefs,
    fields(("spec_refs", U32), ("unspec_refs", U32)),
)


class External(NamedTuple):
    """The root of a tree: gas that an account has bought for a message, or as a reply deposit."""

    owner: AccountId
    multiplier: GasMultiplier
    value: int
    lock: NodeLock = NO_LOCK
    system_reserve: int = 0
    refs: ChildrenRefs = ChildrenRefs()
    consumed: bool = False
    deposit: bool = False


class Cut(NamedTuple):
    """Gas cut off from a tree, for a place in a mailbox or the stash; never has children."""

    owner: AccountId
    multiplier: GasMultiplier
    value: int
    lock: NodeLock = NO_LOCK


class Reserved(NamedTuple):
    """A gas reservation: cut off from a tree, and the root of a new one once it is used."""

    owner: AccountId
    multiplier: GasMultiplier
    value: int
    lock: NodeLock = NO_LOCK
    refs: ChildrenRefs = ChildrenRefs()
    consumed: bool = False


class SpecifiedLocal(NamedTuple):
    """A message that was given gas of its own by another message."""

    parent: GasNodeId
    root: GasNodeId
    value: int
    lock: NodeLock = NO_LOCK
    system_reserve: int = 0
    refs: ChildrenRefs = ChildrenRefs()
    consumed: bool = False


class UnspecifiedLocal(NamedTuple):
    """A message that lives on the gas of its parent; never has children."""

    parent: GasNodeId
    root: GasNodeId
    lock: NodeLock = NO_LOCK
    system_reserve: int = 0


#: Nodes that have gas of their own and may have children.
Parent = Union[External, Reserved, SpecifiedLocal]
#: Nodes that have gas of their own.
Provider = Union[External, Cut, Reserved, SpecifiedLocal]
#: Nodes that have gas put aside for a signal.
SystemReservable = Union[External, SpecifiedLocal, UnspecifiedLocal]
AnyProvider = TypeVar("AnyProvider", bound=Provider)
GasNode = Union[External, Cut, Reserved, SpecifiedLocal, UnspecifiedLocal]

_OWNER = ACCOUNT_ID.named("ExternalId")
_MULTIPLIER = GAS_MULTIPLIER.named("GasMultiplier<Funds, Balance>")
_ID = GAS_NODE_ID.named("Id")
_GAS = U64.named("Balance")
_LOCK = NODE_LOCK.named("NodeLock<Balance>")

GAS_NODE: Codec[GasNode] = enum(
    "gear_common::gas_provider::node::GasNode",
    variant(
        0,
        "External",
        External,
        fields(
            ("id", _OWNER),
            ("multiplier", _MULTIPLIER),
            ("value", _GAS),
            ("lock", _LOCK),
            ("system_reserve", _GAS),
            ("refs", CHILDREN_REFS),
            ("consumed", BOOL),
            ("deposit", BOOL),
        ),
    ),
    variant(
        1,
        "Cut",
        Cut,
        fields(("id", _OWNER), ("multiplier", _MULTIPLIER), ("value", _GAS), ("lock", _LOCK)),
    ),
    variant(
        2,
        "Reserved",
        Reserved,
        fields(
            ("id", _OWNER),
            ("multiplier", _MULTIPLIER),
            ("value", _GAS),
            ("lock", _LOCK),
            ("refs", CHILDREN_REFS),
            ("consumed", BOOL),
        ),
    ),
    variant(
        3,
        "SpecifiedLocal",
        SpecifiedLocal,
        fields(
            ("parent", _ID),
            ("root", _ID),
            ("value", _GAS),
            ("lock", _LOCK),
            ("system_reserve", _GAS),
            ("refs", CHILDREN_REFS),
            ("consumed", BOOL),
        ),
    ),
    variant(
        4,
        "UnspecifiedLocal",
        UnspecifiedLocal,
        fields(("parent", _ID), ("root", _ID), ("lock", _LOCK), ("system_reserve", _GAS)),
    ),
    params=(
        ("ExternalId", ACCOUNT_ID),
        ("Id", GAS_NODE_ID),
        ("Balance", U64),
        ("Funds", U128),
    ),
)


#: Where every Provider has its value.
_VALUE = External._fields.index("value")


def with_value(node: AnyProvider, value: int) -> AnyProvider:
    """The node with another value, as `_replace` makes it in twice the time."""
    values: Any = node  # any of several classes, alike in this
    made: AnyProvider = values._make((*values[:_VALUE], value, *values[_VALUE + 1 :]))
    return made


def parent_of(node: GasNode) -> Optional[GasNodeId]:
    """The node it hangs on; None of a root and of what was cut off."""
    return node.parent if isinstance(node, (SpecifiedLocal, UnspecifiedLocal)) else None


def is_consumed(node: GasNode) -> bool:
    """Whether the node was consumed and is kept for its children."""
    return isinstance(node, (External, Reserved, SpecifiedLocal)) and node.consumed


def is_patron(node: GasNode) -> bool:
    """Whether something relies on the gas of the node: itself, or children without own gas."""
    if not isinstance(node, (External, Reserved, SpecifiedLocal)):
        return False
    return not node.consumed or node.refs.unspec_refs != 0


def total_gas(node: GasNode) -> int:
    """All gas in the node: free, locked and put aside."""
    value = 0 if isinstance(node, UnspecifiedLocal) else node.value
    aside = 0 if isinstance(node, (Cut, Reserved)) else node.system_reserve
    return value + sum(node.lock) + aside
