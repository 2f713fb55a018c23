"""A chain in memory to ask questions about."""

import pytest

from tests.runtime.pallets.gear_pallet.blocks import Blocks


@pytest.fixture
def blocks() -> Blocks:
    """A chain in its first block."""
    return Blocks()
