"""The runtime of this chain: which pallets at which index, and the transaction extensions.

Indices and names of pallets shared with Vara are Vara's; what only a parachain has lives at 40
to 79. The order is the order in which hooks run.
"""

from functools import cache

from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.metadata.merkleized import metadata_hash
from parachain.runtime.frame.runtime import construct_runtime
from parachain.runtime.pallets import (
    async_backing,
    aura,
    authorship,
    balances,
    gear,
    gear_bank,
    gear_builtin,
    gear_gas,
    gear_messenger,
    gear_payment,
    gear_program,
    gear_scheduler,
    gear_voucher,
    multisig,
    proxy,
    sudo,
    system,
    timestamp,
    transaction_payment,
    utility,
)

RUNTIME = construct_runtime(
    system.RUNTIME_VERSION,
    (
        (0, system.pallet),
        (1, timestamp.pallet),
        (40, aura.pallet),
        (43, async_backing.pallet),
        (2, authorship.pallet),
        (5, balances.pallet),
        (6, transaction_payment.pallet),
        (8, utility.pallet),
        (25, proxy.pallet),
        (26, multisig.pallet),
        (99, sudo.pallet),
        (100, gear_program.pallet),
        (101, gear_messenger.pallet),
        (102, gear_scheduler.pallet),
        (103, gear_gas.pallet),
        (104, gear.pallet),
        (105, gear_payment.pallet),
        (107, gear_voucher.pallet),
        (108, gear_bank.pallet),
        (109, gear_builtin.pallet),
    ),
    (
        system.STAKING_BLACK_LIST,
        system.CHECK_NON_ZERO_SENDER,
        system.CHECK_SPEC_VERSION,
        system.CHECK_TX_VERSION,
        system.CHECK_GENESIS,
        system.CHECK_MORTALITY,
        system.CHECK_NONCE,
        system.CHECK_WEIGHT,
        transaction_payment.CHARGE_TRANSACTION_PAYMENT,
        system.CHECK_METADATA_HASH,
    ),
)

#: The token as wallets show it; the metadata hash commits to both.
SYMBOL = "TVARA"
DECIMALS = 12


@cache
def _metadata_hash() -> bytes:
    """Some 50 ms of hashing, done when the first extrinsic asks for it."""
    return metadata_hash(RUNTIME, system.SS58_PREFIX, DECIMALS, SYMBOL)


def _bound_hash(ext: Ext) -> bytes:  # noqa: ARG001  depends on the code alone, not on the state
    return _metadata_hash()


system.METADATA_HASH.bind(_bound_hash)
