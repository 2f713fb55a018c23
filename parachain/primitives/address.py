"""MultiAddress: the forms in which an extrinsic may name an account.

Chains without account indices, such as this one, look up `Id` only. Source: polkadot-sdk,
primitives/runtime/src/multiaddress.rs.
"""

from typing import NamedTuple, Tuple, Union

from parachain.primitives.account import ACCOUNT_ID, AccountId
from parachain.primitives.scale import (
    BYTES,
    COMPACT_UNIT,
    UNIT,
    Codec,
    enum,
    fields,
    fixed_bytes,
    variant,
)


class Id(NamedTuple):
    """The account itself."""

    account: AccountId


class Index(NamedTuple):
    """A number given to the account; of the unit type here, which takes no bytes."""

    number: Tuple[()]


class Raw(NamedTuple):
    """Bytes whose meaning is left to the chain."""

    data: bytes


class Address32(NamedTuple):
    """32 bytes that are not an account id."""

    data: bytes


class Address20(NamedTuple):
    """20 bytes, as Ethereum uses."""

    data: bytes


MultiAddress = Union[Id, Index, Raw, Address32, Address20]

MULTI_ADDRESS: Codec[MultiAddress] = enum(
    "sp_runtime::multiaddress::MultiAddress",
    variant(0, "Id", Id, fields(("0", ACCOUNT_ID.named("AccountId")))),
    variant(1, "Index", Index, fields(("0", COMPACT_UNIT.named("AccountIndex")))),
    variant(2, "Raw", Raw, fields(("0", BYTES))),
    variant(3, "Address32", Address32, fields(("0", fixed_bytes(32)))),
    variant(4, "Address20", Address20, fields(("0", fixed_bytes(20)))),
    params=(("AccountId", ACCOUNT_ID), ("AccountIndex", UNIT)),
)
