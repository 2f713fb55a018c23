"""GearBank: one account that holds what users have paid for gas, and values on their way.

    declarations   storage, constants and errors
    transfers      funds in and out; what is paid at the end of the block
    records        whose funds they are

Burned gas is paid to the treasury, all of it on this chain, when the block ends.
"""

from parachain.runtime.pallets.gear_bank.declarations import (
    BANK,
    GAS_MULTIPLIER_NOW,
    TREASURY,
    BankAccount,
    pallet,
)
from parachain.runtime.pallets.gear_bank.records import (
    account,
    deposit_gas,
    deposit_value,
    spend_gas,
    spend_gas_to,
    transfer_locked_value,
    transfer_value,
    withdraw_gas,
    withdraw_value,
)
from parachain.runtime.pallets.gear_bank.transfers import genesis

__all__ = [
    "BANK",
    "GAS_MULTIPLIER_NOW",
    "TREASURY",
    "BankAccount",
    "account",
    "deposit_gas",
    "deposit_value",
    "genesis",
    "pallet",
    "spend_gas",
    "spend_gas_to",
    "transfer_locked_value",
    "transfer_value",
    "withdraw_gas",
    "withdraw_value",
]
