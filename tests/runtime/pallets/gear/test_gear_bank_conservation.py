"""Whatever is done with the bank: it has what its records, promises and losses add up to."""

from collections.abc import Callable

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from parachain.runtime.frame.error import DispatchFailed
from parachain.runtime.gear.gas_tree import ValuePerGas
from parachain.runtime.pallets import authorship, balances, gear_bank, system
from parachain.runtime.pallets.gear_bank.declarations import (
    INSUFFICIENT_BALANCE,
    INSUFFICIENT_GAS_BALANCE,
    INSUFFICIENT_VALUE_BALANCE,
    accounts,
    on_finalize_transfers,
    on_finalize_value,
    unused_value,
)
from parachain.runtime.pallets.gear_bank.transfers import pay_what_is_promised
from tests.runtime.pallets.scene import ALICE, BOB, CHARLIE, ED, EVE, chain

BANK = gear_bank.BANK
PRICE = ValuePerGas(100)

whom = st.sampled_from((ALICE, BOB, CHARLIE, EVE))
#: Plancks around the existential deposit, and small ones.
value = st.one_of(st.integers(0, 200), st.integers(ED - 100, 3 * ED))
gas = st.one_of(st.integers(0, 200), st.integers(ED // 100 - 2, 3 * ED // 100))


class BankMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.ext = chain((BANK, ED), (ALICE, 5 * ED), (BOB, 3 * ED), (CHARLIE, ED))
        gear_bank.genesis(self.ext)
        authorship.block_author.put(self.ext, CHARLIE)
        self.burned = 0
        self.issued = balances.total_issuance.get(self.ext)

    def attempt(self, action: Callable[[], None], refusal: object) -> bool:
        """Do it as a dispatch does; the only refusal is that there is too little."""
        before = dict(self.ext.state)
        self.ext.begin()
        try:
            action()
        except DispatchFailed as failed:
            failure = failed
        else:
            self.ext.commit()
            return True
        self.ext.rollback()
        assert self.ext.state == before
        assert failure.error == refusal
        return False

    @rule(who=whom, amount=gas, keep_alive=st.booleans())
    def deposit_gas(self, who: bytes, amount: int, keep_alive: bool) -> None:
        self.attempt(
            lambda: gear_bank.deposit_gas(self.ext, who, amount, keep_alive),
            INSUFFICIENT_BALANCE.value(),
        )

    @rule(who=whom, amount=value, keep_alive=st.booleans())
    def deposit_value(self, who: bytes, amount: int, keep_alive: bool) -> None:
        self.attempt(
            lambda: gear_bank.deposit_value(self.ext, who, amount, keep_alive),
            INSUFFICIENT_BALANCE.value(),
        )

    @rule(who=whom, amount=gas)
    def withdraw_gas(self, who: bytes, amount: int) -> None:
        self.attempt(
            lambda: gear_bank.withdraw_gas(self.ext, who, amount, PRICE),
            INSUFFICIENT_GAS_BALANCE.value(),
        )

    @rule(who=whom, amount=gas)
    def spend_gas(self, who: bytes, amount: int) -> None:
        if self.attempt(
            lambda: gear_bank.spend_gas(self.ext, who, amount, PRICE),
            INSUFFICIENT_GAS_BALANCE.value(),
        ):
            self.burned += amount * 100

    @rule(who=whom, dest=whom, amount=value)
    def transfer_value(self, who: bytes, dest: bytes, amount: int) -> None:
        self.attempt(
            lambda: gear_bank.transfer_value(self.ext, who, dest, amount),
            INSUFFICIENT_VALUE_BALANCE.value(),
        )

    @rule(who=whom, dest=whom, amount=value)
    def transfer_locked_value(self, who: bytes, dest: bytes, amount: int) -> None:
        self.attempt(
            lambda: gear_bank.transfer_locked_value(self.ext, who, dest, amount),
            INSUFFICIENT_VALUE_BALANCE.value(),
        )

    @rule()
    def end_block(self) -> None:
        pay_what_is_promised(self.ext, system.block_number(self.ext))
        assert on_finalize_value.get(self.ext) == 0
        assert self.ext.logs == []

    @invariant()
    def nothing_is_lost(self) -> None:
        ext = self.ext
        records = [record for _, record in accounts.iterate(ext)]
        assert all(record.gas + record.value > 0 for record in records)
        promised = on_finalize_value.get(ext)
        assert promised == sum(amount for _, amount in on_finalize_transfers.iterate(ext))
        owed = sum(record.gas + record.value for record in records)
        assert balances.free_balance(ext, BANK) == ED + owed + promised + unused_value.get(ext)
        paid = balances.free_balance(ext, gear_bank.TREASURY)
        assert paid + promised <= self.burned <= paid + promised + unused_value.get(ext)

    @invariant()
    def issuance_falls_by_dust_alone(self) -> None:
        """Accounts that a deposit leaves below the existential deposit lose the rest."""
        everything = sum(info.data.free for _, info in system.account.iterate(self.ext))
        assert everything == balances.total_issuance.get(self.ext) <= self.issued


TestBankConservation = BankMachine.TestCase
TestBankConservation.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
