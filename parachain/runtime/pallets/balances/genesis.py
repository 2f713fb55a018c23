"""Balances at genesis.

Source: substrate/frame/balances/src/lib.rs, GenesisConfig.
"""

from typing import Dict, Sequence, Tuple

from parachain.runtime.frame.ext import Ext
from parachain.runtime.pallets import system
from parachain.runtime.pallets.balances.declarations import (
    EXISTENTIAL_DEPOSIT,
    IS_NEW_LOGIC,
    MAX_BALANCE,
    total_issuance,
)
from parachain.runtime.pallets.system import AccountData


def genesis(ext: Ext, balances: Sequence[Tuple[bytes, int]]) -> None:
    """Endow accounts; the total issuance is their sum.

    Raises ValueError for an account given twice, an amount below the existential deposit, or a
    sum that no balance can hold.
    """
    seen: Dict[bytes, int] = {}
    for who, amount in balances:
        if who in seen:
            raise ValueError(f"balances: account 0x{who.hex()} is given twice")
        if amount < EXISTENTIAL_DEPOSIT:
            raise ValueError(
                f"balances: account 0x{who.hex()} gets {amount}, "
                f"below the existential deposit of {EXISTENTIAL_DEPOSIT}"
            )
        seen[who] = amount
    total = sum(seen.values())
    if total > MAX_BALANCE:
        raise ValueError(f"balances: the sum {total} does not fit into 128 bits")
    total_issuance.put(ext, total)
    for who, amount in balances:
        system.inc_providers(ext, who)
        system.account_store_set(ext, who, AccountData(amount, 0, 0, IS_NEW_LOGIC))
