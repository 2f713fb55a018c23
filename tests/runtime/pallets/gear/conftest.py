"""The indices of Gear's storage pallets, for tests that assemble no runtime of them."""

import pytest

from parachain.runtime.pallets import (
    gear_bank,
    gear_gas,
    gear_messenger,
    gear_payment,
    gear_program,
    gear_scheduler,
    gear_voucher,
)


@pytest.fixture(autouse=True)
def indices() -> None:
    """Vara's, which every runtime gives these pallets: setting them twice changes nothing."""
    gear_program.pallet.index = 100
    gear_messenger.pallet.index = 101
    gear_scheduler.pallet.index = 102
    gear_gas.pallet.index = 103
    gear_payment.pallet.index = 105
    gear_voucher.pallet.index = 107
    gear_bank.pallet.index = 108
