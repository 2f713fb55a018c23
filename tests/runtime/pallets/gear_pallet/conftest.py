"""The indices of all Gear pallets, for tests that assemble no runtime of them."""

import pytest

from tests.runtime.pallets.gear_pallet.blocks import PALLETS, Blocks


@pytest.fixture(autouse=True)
def indices() -> None:
    """Vara's, which every runtime gives these pallets: setting them twice changes nothing."""
    for index, pallet in PALLETS.items():
        pallet.index = index


@pytest.fixture
def blocks(indices: None) -> Blocks:  # noqa: ARG001  before anything is encoded
    """A chain in its first block."""
    return Blocks()
