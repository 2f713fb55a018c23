"""The bank: deposits, refunds, payments, burned gas, and what happens to accounts too small.

Topics and names follow the reference's tests of pallet_gear_bank.
"""

from collections.abc import Callable

import pytest

from parachain.runtime.frame.error import InvalidBlock, PalletError
from parachain.runtime.gear.gas_tree import ValuePerGas
from parachain.runtime.pallets import authorship, balances, gear_bank, system
from parachain.runtime.pallets.gear_bank.declarations import (
    INSUFFICIENT_BALANCE,
    INSUFFICIENT_BANK_BALANCE,
    INSUFFICIENT_DEPOSIT,
    INSUFFICIENT_GAS_BALANCE,
    INSUFFICIENT_VALUE_BALANCE,
    OVERFLOW,
    accounts,
    bank_address,
    on_finalize_transfers,
    on_finalize_value,
    unused_value,
)
from parachain.runtime.pallets.gear_bank.transfers import (
    check_nothing_is_promised,
    pay_what_is_promised,
)
from tests.runtime.memory_ext import MemoryExt
from tests.runtime.pallets.scene import ALICE, BOB, CHARLIE, DAVE, ED, EVE, FUNDS, chain, fails

BANK, TREASURY = gear_bank.BANK, gear_bank.TREASURY
PRICE = ValuePerGas(100)
#: Gas that costs ten existential deposits.
GAS = 10 * ED // 100
NOTHING = gear_bank.BankAccount(0, 0)


def bank(*funds: tuple[bytes, int], own: int = ED, treasury: int = ED) -> MemoryExt:
    """A bank with a deposit of its own, and accounts that have FUNDS."""
    own_accounts = ((BANK, own), (TREASURY, treasury))
    everyone = funds or tuple((who, FUNDS) for who in (ALICE, BOB, CHARLIE, DAVE))
    ext = chain(*[(who, amount) for who, amount in (*own_accounts, *everyone) if amount])
    gear_bank.genesis(ext)
    authorship.block_author.put(ext, DAVE)
    return ext


def free(ext: MemoryExt, who: bytes) -> int:
    return balances.free_balance(ext, who)


def test_the_address_of_the_bank_is_stored() -> None:
    ext = bank()
    assert ext.state[bank_address.prefix] == BANK
    assert bank_address.get(MemoryExt()) == BANK


# -- deposits ----------------------------------------------------------------------------------


def test_deposits_of_several_users() -> None:
    ext = bank()
    gear_bank.deposit_gas(ext, ALICE, GAS, keep_alive=False)
    gear_bank.deposit_gas(ext, ALICE, 1, keep_alive=True)
    gear_bank.deposit_value(ext, ALICE, 7, keep_alive=False)
    gear_bank.deposit_value(ext, BOB, 5, keep_alive=True)
    assert gear_bank.account(ext, ALICE) == gear_bank.BankAccount(10 * ED + 100, 7)
    assert gear_bank.account(ext, BOB) == gear_bank.BankAccount(0, 5)
    assert gear_bank.account(ext, CHARLIE) == NOTHING
    assert free(ext, BANK) == ED + 10 * ED + 100 + 7 + 5
    assert free(ext, ALICE) == FUNDS - 10 * ED - 100 - 7


def test_deposit_may_delete_the_account_unless_it_is_kept_alive() -> None:
    ext = bank((ALICE, 10 * ED))
    for deposit in (gear_bank.deposit_value, gear_bank.deposit_gas):
        amount = 10 * ED if deposit is gear_bank.deposit_value else GAS
        with fails(ext, INSUFFICIENT_BALANCE):
            deposit(ext, ALICE, amount, True)
    gear_bank.deposit_gas(ext, ALICE, GAS, keep_alive=False)
    assert not system.account_exists(ext, ALICE)
    assert gear_bank.account(ext, ALICE) == gear_bank.BankAccount(10 * ED, 0)


@pytest.mark.parametrize("keep_alive", [True, False])
def test_deposit_insufficient_balance(*, keep_alive: bool) -> None:
    ext = bank((ALICE, 10 * ED))
    with fails(ext, INSUFFICIENT_BALANCE):
        gear_bank.deposit_gas(ext, ALICE, GAS + 1, keep_alive)
    with fails(ext, INSUFFICIENT_BALANCE):
        gear_bank.deposit_value(ext, ALICE, 10 * ED + 1, keep_alive)
    with fails(ext, INSUFFICIENT_BALANCE):
        gear_bank.deposit_value(ext, EVE, 1, keep_alive)


def test_deposit_insufficient_deposit() -> None:
    ext = bank(own=0)
    with fails(ext, INSUFFICIENT_DEPOSIT):
        gear_bank.deposit_value(ext, ALICE, ED - 1, keep_alive=False)
    with fails(ext, INSUFFICIENT_DEPOSIT):
        gear_bank.deposit_gas(ext, ALICE, 1, keep_alive=False)


def test_deposit_overflow() -> None:
    ext = bank()
    with fails(ext, OVERFLOW):
        gear_bank.deposit_value(ext, ALICE, 2**128 - 1, keep_alive=False)


def test_nothing_is_done_for_nothing() -> None:
    ext = bank()
    before = dict(ext.state)
    gear_bank.deposit_gas(ext, ALICE, 0, keep_alive=True)
    gear_bank.deposit_value(ext, EVE, 0, keep_alive=True)
    gear_bank.withdraw_gas(ext, EVE, 0, PRICE)
    gear_bank.withdraw_value(ext, EVE, 0)
    gear_bank.spend_gas(ext, EVE, 0, PRICE)
    gear_bank.transfer_value(ext, EVE, ALICE, 0)
    gear_bank.transfer_locked_value(ext, EVE, ALICE, 0)
    assert ext.state == before


# -- refunds and payments ----------------------------------------------------------------------


def test_withdraw_all() -> None:
    ext = bank()
    gear_bank.deposit_gas(ext, ALICE, GAS, keep_alive=False)
    gear_bank.deposit_value(ext, ALICE, 5, keep_alive=False)
    gear_bank.withdraw_gas(ext, ALICE, GAS, PRICE)
    assert gear_bank.account(ext, ALICE) == gear_bank.BankAccount(0, 5)
    gear_bank.withdraw_value(ext, ALICE, 5)
    assert not accounts.contains(ext, ALICE)
    assert (free(ext, ALICE), free(ext, BANK)) == (FUNDS, ED)


def test_gas_is_paid_back_at_the_price_it_was_bought_for() -> None:
    ext = bank()
    gear_bank.deposit_gas(ext, ALICE, 60, keep_alive=False)
    gear_bank.withdraw_gas(ext, ALICE, 200, ValuePerGas(25))
    assert gear_bank.account(ext, ALICE) == gear_bank.BankAccount(1000, 0)


def test_small_amounts_for_deleted_accounts_stay_unused() -> None:
    ext = bank((ALICE, 10 * ED), (BOB, 10 * ED))
    gear_bank.deposit_gas(ext, ALICE, GAS, keep_alive=False)
    gear_bank.withdraw_gas(ext, ALICE, 1, PRICE)
    assert unused_value.get(ext) == 100
    gear_bank.deposit_value(ext, BOB, 5 * ED, keep_alive=False)
    gear_bank.transfer_value(ext, BOB, EVE, ED - 1)
    assert unused_value.get(ext) == 100 + ED - 1
    assert not system.account_exists(ext, ALICE)
    assert not system.account_exists(ext, EVE)
    gear_bank.withdraw_gas(ext, ALICE, ED // 100, PRICE)
    assert free(ext, ALICE) == ED
    gear_bank.withdraw_gas(ext, ALICE, 1, PRICE)
    assert free(ext, ALICE) == ED + 100
    assert unused_value.get(ext) == 100 + ED - 1


def test_transfer_value() -> None:
    ext = bank()
    gear_bank.deposit_value(ext, ALICE, 5 * ED, keep_alive=False)
    gear_bank.transfer_value(ext, ALICE, BOB, 2 * ED)
    gear_bank.transfer_value(ext, ALICE, EVE, ED)
    gear_bank.transfer_value(ext, ALICE, ALICE, ED)
    assert gear_bank.account(ext, ALICE) == gear_bank.BankAccount(0, ED)
    assert (free(ext, ALICE), free(ext, BOB), free(ext, EVE)) == (
        FUNDS - 4 * ED,
        FUNDS + 2 * ED,
        ED,
    )


def test_transfer_locked_value_moves_the_record_alone() -> None:
    ext = bank()
    gear_bank.deposit_value(ext, ALICE, 5, keep_alive=False)
    gear_bank.transfer_locked_value(ext, ALICE, EVE, 5)
    assert not accounts.contains(ext, ALICE)
    assert gear_bank.account(ext, EVE) == gear_bank.BankAccount(0, 5)
    assert free(ext, BANK) == ED + 5


Refused = Callable[[MemoryExt, bytes], None]

TOO_MUCH: list[tuple[Refused, PalletError]] = [
    (lambda ext, who: gear_bank.withdraw_gas(ext, who, 2, PRICE), INSUFFICIENT_GAS_BALANCE),
    (lambda ext, who: gear_bank.spend_gas(ext, who, 2, PRICE), INSUFFICIENT_GAS_BALANCE),
    (lambda ext, who: gear_bank.withdraw_value(ext, who, 101), INSUFFICIENT_VALUE_BALANCE),
    (lambda ext, who: gear_bank.transfer_value(ext, who, BOB, 101), INSUFFICIENT_VALUE_BALANCE),
    (
        lambda ext, who: gear_bank.transfer_locked_value(ext, who, BOB, 101),
        INSUFFICIENT_VALUE_BALANCE,
    ),
]


@pytest.mark.parametrize("who", [ALICE, CHARLIE], ids=["with a record", "without"])
@pytest.mark.parametrize(("attempt", "error"), TOO_MUCH)
def test_more_than_the_record_has(attempt: Refused, error: PalletError, who: bytes) -> None:
    ext = bank()
    gear_bank.deposit_gas(ext, ALICE, 1, keep_alive=False)
    gear_bank.deposit_value(ext, ALICE, 100, keep_alive=False)
    gear_bank.deposit_gas(ext, BOB, 1000, keep_alive=False)
    with fails(ext, error):
        attempt(ext, who)


def test_insufficient_bank_balance() -> None:
    """It never happens: somebody must have robbed the bank."""
    ext = bank()
    gear_bank.deposit_gas(ext, ALICE, GAS, keep_alive=False)
    gear_bank.deposit_value(ext, ALICE, 10 * ED, keep_alive=False)
    balances.transfer(ext, BANK, EVE, 20 * ED, balances.Preservation.EXPENDABLE)
    with fails(ext, INSUFFICIENT_BANK_BALANCE):
        gear_bank.withdraw_gas(ext, ALICE, GAS, PRICE)
    with fails(ext, INSUFFICIENT_BANK_BALANCE):
        gear_bank.spend_gas(ext, ALICE, GAS, PRICE)
    with fails(ext, INSUFFICIENT_BANK_BALANCE):
        gear_bank.withdraw_value(ext, ALICE, 10 * ED)
    with fails(ext, INSUFFICIENT_BANK_BALANCE):
        gear_bank.transfer_locked_value(ext, ALICE, BOB, 10 * ED)


# -- burned gas --------------------------------------------------------------------------------


def test_burned_gas_is_paid_to_the_treasury_when_the_block_ends() -> None:
    ext = bank()
    gear_bank.deposit_gas(ext, ALICE, GAS, keep_alive=False)
    gear_bank.deposit_gas(ext, BOB, GAS, keep_alive=False)
    gear_bank.spend_gas(ext, ALICE, 3, PRICE)
    gear_bank.spend_gas_to(ext, CHARLIE, BOB, 4, PRICE)
    assert gear_bank.account(ext, ALICE) == gear_bank.BankAccount(10 * ED - 300, 0)
    assert free(ext, TREASURY) == ED
    assert on_finalize_value.get(ext) == 700
    assert list(on_finalize_transfers.iterate(ext)) == [(TREASURY, 700)]
    pay_what_is_promised(ext, 1)
    assert free(ext, TREASURY) == ED + 700
    assert (free(ext, CHARLIE), free(ext, DAVE)) == (FUNDS, FUNDS)
    assert on_finalize_value.get(ext) == 0
    assert list(on_finalize_transfers.iterate(ext)) == []
    assert check_nothing_is_promised(ext, 2).ref_time == 50_000_000
    assert ext.logs == []


def test_what_is_promised_is_not_available() -> None:
    ext = bank((ALICE, 11 * ED), own=ED)
    gear_bank.deposit_gas(ext, ALICE, GAS, keep_alive=False)
    gear_bank.spend_gas(ext, ALICE, GAS, PRICE)
    balances.transfer(ext, BANK, ALICE, ED, balances.Preservation.EXPENDABLE)
    gear_bank.deposit_value(ext, ALICE, 10, keep_alive=False)
    gear_bank.withdraw_value(ext, ALICE, 10)
    accounts.put(ext, ALICE, gear_bank.BankAccount(0, 10))
    with fails(ext, INSUFFICIENT_BANK_BALANCE):
        gear_bank.withdraw_value(ext, ALICE, 10)


def test_a_treasury_that_does_not_exist_gets_no_small_amounts() -> None:
    ext = bank(treasury=0)
    gear_bank.deposit_gas(ext, ALICE, GAS, keep_alive=False)
    gear_bank.spend_gas(ext, ALICE, 3, PRICE)
    pay_what_is_promised(ext, 1)
    assert unused_value.get(ext) == 300
    assert not system.account_exists(ext, TREASURY)
    gear_bank.spend_gas(ext, ALICE, ED // 100, PRICE)
    pay_what_is_promised(ext, 2)
    assert free(ext, TREASURY) == ED
    assert unused_value.get(ext) == 300


def test_gas_is_not_burned_without_an_author() -> None:
    ext = bank()
    authorship.block_author.kill(ext)
    gear_bank.deposit_gas(ext, ALICE, GAS, keep_alive=False)
    with pytest.raises(InvalidBlock, match="without author"):
        gear_bank.spend_gas(ext, ALICE, 1, PRICE)


def test_broken_promises_are_logged() -> None:
    ext = bank()
    on_finalize_transfers.put(ext, ALICE, 5 * ED)
    check_nothing_is_promised(ext, 1)
    pay_what_is_promised(ext, 1)
    assert [line.message.partition(" ")[0] for line in ext.logs] == ["block"] * 3
    assert free(ext, ALICE) == FUNDS
