"""What pallet_gear_bank declares: who has how much in the bank, and what it pays at block's end."""

from typing import NamedTuple

from parachain.primitives.account import ACCOUNT_ID
from parachain.primitives.per_things import PERCENT
from parachain.primitives.scale import U128, fields, struct
from parachain.runtime.frame.hashers import Hasher
from parachain.runtime.frame.pallet import Pallet
from parachain.runtime.frame.pallet_id import PALLET_ID, pallet_account
from parachain.runtime.gear.gas_tree import GAS_MULTIPLIER, ValuePerGas

pallet = Pallet("GearBank", "pallet_gear_bank", storage_version=1)

_ID = pallet.constant(
    "PalletId", PALLET_ID, b"py/gbank", "What the account of the bank is derived from."
)
GAS_MULTIPLIER_NOW = pallet.constant(
    "GasMultiplier",
    GAS_MULTIPLIER.named("GasMultiplier<Self>"),
    ValuePerGas(100),
    "What a unit of gas costs, in plancks.",
)
TREASURY = pallet.constant(
    "TreasuryAddress",
    ACCOUNT_ID.named("AccountIdOf<Self>"),
    pallet_account(b"py/trsry"),
    "The account of the treasury.",
)
TREASURY_GAS_FEE_SHARE = pallet.constant(
    "TreasuryGasFeeShare", PERCENT, 100, "Percent of the price of burned gas for the treasury."
)
TREASURY_TX_FEE_SHARE = pallet.constant(
    "TreasuryTxFeeShare", PERCENT, 100, "Percent of the fees of transactions for the treasury."
)

#: The account that everything in the bank is in.
BANK = pallet_account(_ID)


class BankAccount(NamedTuple):
    """Plancks in the bank that belong to one account.

    gas     the price of gas that it has bought and that is not burned yet.
    value   what it has sent with messages and what has not arrived yet.
    """

    gas: int
    value: int


BANK_ACCOUNT = struct(
    "pallet_gear_bank::pallet::BankAccount",
    BankAccount,
    fields(("gas", U128.named("Balance")), ("value", U128.named("Balance"))),
    params=(("Balance", U128),),
).remembering(64)

accounts = pallet.optional_map(
    "Bank", Hasher.IDENTITY, ACCOUNT_ID, BANK_ACCOUNT, "What is in the bank, by whom it belongs to."
)
bank_address = pallet.value("BankAddress", ACCOUNT_ID, BANK, "The account of the bank.")
unused_value = pallet.value(
    "UnusedValue", U128, 0, "Plancks that the bank could not pay out: too few for a new account."
)
on_finalize_transfers = pallet.optional_map(
    "OnFinalizeTransfers",
    Hasher.IDENTITY,
    ACCOUNT_ID,
    U128,
    "What the bank pays at the end of this block, and to whom.",
)
on_finalize_value = pallet.value(
    "OnFinalizeValue", U128, 0, "All that the bank pays at the end of this block."
)

INSUFFICIENT_BALANCE = pallet.error(
    0, "InsufficientBalance", "The account cannot pay what it is to deposit."
)
INSUFFICIENT_GAS_BALANCE = pallet.error(
    1, "InsufficientGasBalance", "The account has less for gas in the bank."
)
INSUFFICIENT_VALUE_BALANCE = pallet.error(
    2, "InsufficientValueBalance", "The account has less value in the bank."
)
INSUFFICIENT_BANK_BALANCE = pallet.error(
    3, "InsufficientBankBalance", "The bank itself has less; never happens to Gear."
)
INSUFFICIENT_DEPOSIT = pallet.error(
    4, "InsufficientDeposit", "The deposit would not keep the bank alive; never happens to Gear."
)
OVERFLOW = pallet.error(
    5, "Overflow", "The bank would have more than there can be; never happens to Gear."
)
