"""What the pallet declares besides its calls: proxies, announcements, constants, errors, events."""

from typing import NamedTuple, Tuple

from parachain.primitives.account import ACCOUNT_ID
from parachain.primitives.dispatch_error import DISPATCH_RESULT
from parachain.primitives.scale import H256, U16, U32, U128, bounded_vec, fields, struct, tuple_of
from parachain.runtime.frame.hashers import Hasher
from parachain.runtime.frame.pallet import Pallet
from parachain.runtime.pallets.proxy.permissions import PROXY_TYPE, ProxyType

pallet = Pallet("Proxy", "pallet_proxy")

PROXY_DEPOSIT_BASE = pallet.constant(
    "ProxyDepositBase", U128, 94_500_000_000_000, "Plancks reserved for having proxies."
)
PROXY_DEPOSIT_FACTOR = pallet.constant(
    "ProxyDepositFactor", U128, 297_000_000_000_000, "Plancks reserved for each proxy."
)
MAX_PROXIES = pallet.constant("MaxProxies", U32, 32, "Proxies an account can have.")
MAX_PENDING = pallet.constant("MaxPending", U32, 32, "Announcements a proxy can have pending.")
ANNOUNCEMENT_DEPOSIT_BASE = pallet.constant(
    "AnnouncementDepositBase", U128, 94_500_000_000_000, "Plancks reserved for announcing."
)
ANNOUNCEMENT_DEPOSIT_FACTOR = pallet.constant(
    "AnnouncementDepositFactor",
    U128,
    594_000_000_000_000,
    "Plancks reserved for each announcement.",
)


class ProxyDefinition(NamedTuple):
    """A proxy: who it is, what it may do, and how many blocks ahead it must announce it."""

    delegate: bytes
    proxy_type: ProxyType
    delay: int


PROXY_DEFINITION = struct(
    "pallet_proxy::ProxyDefinition",
    ProxyDefinition,
    fields(
        ("delegate", ACCOUNT_ID.named("AccountId")),
        ("proxy_type", PROXY_TYPE),
        ("delay", U32.named("BlockNumber")),
    ),
    params=(("AccountId", ACCOUNT_ID), ("ProxyType", PROXY_TYPE), ("BlockNumber", U32)),
)


class Announcement(NamedTuple):
    """A call that a proxy has announced: for whom, its hash, and the block."""

    real: bytes
    call_hash: bytes
    height: int


ANNOUNCEMENT = struct(
    "pallet_proxy::Announcement",
    Announcement,
    fields(
        ("real", ACCOUNT_ID.named("AccountId")),
        ("call_hash", H256.named("Hash")),
        ("height", U32.named("BlockNumber")),
    ),
    params=(("AccountId", ACCOUNT_ID), ("Hash", H256), ("BlockNumber", U32)),
)

_NO_PROXIES: Tuple[Tuple[ProxyDefinition, ...], int] = ((), 0)
_NO_ANNOUNCEMENTS: Tuple[Tuple[Announcement, ...], int] = ((), 0)

proxies = pallet.map(
    "Proxies",
    Hasher.TWOX_64_CONCAT,
    ACCOUNT_ID,
    tuple_of(bounded_vec(PROXY_DEFINITION, MAX_PROXIES), U128),
    _NO_PROXIES,
    "Proxies by the account they act for, sorted, and the deposit for them.",
)
announcements = pallet.map(
    "Announcements",
    Hasher.TWOX_64_CONCAT,
    ACCOUNT_ID,
    tuple_of(bounded_vec(ANNOUNCEMENT, MAX_PENDING), U128),
    _NO_ANNOUNCEMENTS,
    "Pending announcements by proxy, and the deposit for them.",
)

TOO_MANY = pallet.error(0, "TooMany", "There are too many proxies or announcements.")
NOT_FOUND = pallet.error(1, "NotFound", "There is no such proxy or announcement.")
NOT_PROXY = pallet.error(2, "NotProxy", "The sender is no proxy of the account.")
UNPROXYABLE = pallet.error(3, "Unproxyable", "The type of the proxy forbids the call.")
DUPLICATE = pallet.error(4, "Duplicate", "The account is such a proxy already.")
NO_PERMISSION = pallet.error(5, "NoPermission", "The sender was not created by these parameters.")
UNANNOUNCED = pallet.error(6, "Unannounced", "The call was not announced, or not long enough ago.")
NO_SELF_PROXY = pallet.error(7, "NoSelfProxy", "An account cannot be its own proxy.")

_WHO = ACCOUNT_ID.named("T::AccountId")
_TYPE = PROXY_TYPE.named("T::ProxyType")
_DELAY = U32.named("BlockNumberFor<T>")
_CHANGE = fields(("delegator", _WHO), ("delegatee", _WHO), ("proxy_type", _TYPE), ("delay", _DELAY))

PROXY_EXECUTED = pallet.event(
    0,
    "ProxyExecuted",
    fields(("result", DISPATCH_RESULT.named("DispatchResult"))),
    "A proxy made a call.",
)
PURE_CREATED = pallet.event(
    1,
    "PureCreated",
    fields(("pure", _WHO), ("who", _WHO), ("proxy_type", _TYPE), ("disambiguation_index", U16)),
    "An account without a key was created, with a proxy.",
)
ANNOUNCED = pallet.event(
    2,
    "Announced",
    fields(("real", _WHO), ("proxy", _WHO), ("call_hash", H256.named("CallHashOf<T>"))),
    "A proxy announced a call.",
)
PROXY_ADDED = pallet.event(3, "ProxyAdded", _CHANGE, "An account has one more proxy.")
PROXY_REMOVED = pallet.event(4, "ProxyRemoved", _CHANGE, "An account has one proxy less.")
