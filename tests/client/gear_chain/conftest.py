"""A chain with programs, made once; tests continue copies of it."""

import pytest

from parachain.client.chain.genesis import GenesisState
from tests.client.chain.real_node import development


@pytest.fixture(scope="package")
def genesis() -> GenesisState:
    return development()
