"""A chain with Gear's pallets for tests of whole programs."""

import pytest

from tests.runtime.pallets.gear_pallet.blocks import PALLETS, Blocks


@pytest.fixture
def blocks() -> Blocks:
    """A chain in its first block."""
    for index, pallet in PALLETS.items():
        pallet.index = index
    return Blocks()
