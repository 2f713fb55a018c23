"""What a proxy may do: the types of proxies, as Vara has them, and the calls each lets through.

Pallets go by their names, so that those that are not in this runtime yet are filtered from the
day they are. Source: gear, vara/runtime/vara/src/lib.rs (ProxyType, InstanceFilter).
"""

from enum import IntEnum

from parachain.primitives.scale import c_enum
from parachain.runtime.frame.call import RuntimeCall


class ProxyType(IntEnum):
    """Types of proxies. ANY is the default, with full permissions."""

    ANY = 0
    NON_TRANSFER = 1
    GOVERNANCE = 2
    STAKING = 3
    IDENTITY_JUDGEMENT = 4
    CANCEL_PROXY = 5


PROXY_TYPE = c_enum("vara_runtime::ProxyType", ProxyType)

#: Pallets through which funds can leave an account, or that allow anything.
_TRANSFERRING = (
    "Balances",
    "Vesting",
    "Sudo",
    "Gear",
    "GearEthBridge",
    "GearVoucher",
    "StakingRewards",
)
_GOVERNING = (
    "Treasury",
    "ConvictionVoting",
    "Referenda",
    "FellowshipCollective",
    "FellowshipReferenda",
    "Whitelist",
)


def permits(proxy_type: ProxyType, call: RuntimeCall) -> bool:
    """Whether a proxy of this type may make `call`; calls inside it are asked for themselves."""
    pallet, name = call.declaration.pallet.name, call.declaration.name
    if proxy_type is ProxyType.ANY:
        return True
    if proxy_type is ProxyType.NON_TRANSFER:
        return pallet not in _TRANSFERRING
    if proxy_type is ProxyType.GOVERNANCE:
        return pallet in _GOVERNING
    if proxy_type is ProxyType.STAKING:
        return pallet == "Staking"
    if proxy_type is ProxyType.IDENTITY_JUDGEMENT:
        return pallet == "Utility" or (pallet == "Identity" and name == "provide_judgement")
    return pallet == "Proxy" and name == "reject_announcement"


def is_superset(first: ProxyType, second: ProxyType) -> bool:
    """Whether the first type may do all that the second may."""
    if first is second or first is ProxyType.ANY:
        return True
    return second is not ProxyType.ANY and first is ProxyType.NON_TRANSFER
