"""Pallet Gear shows clients what Vara's shows them; see tests/vectors/pallets/SOURCE.md."""

import json
from pathlib import Path
from typing import Any

import pytest

from parachain.runtime.frame.docs import doc_lines
from parachain.runtime.pallets import gear, gear_builtin
from parachain.runtime.pallets.gear.declarations import PROGRAM_CONSTRUCTION_FAILED, RENT_POOL
from tests.runtime.memory_ext import MemoryExt
from tests.runtime.pallets.test_declarations_as_in_vara import declared

VECTORS = Path(__file__).parents[3] / "vectors" / "pallets" / "vara_pallet_gear.json"
VARA = json.loads(VECTORS.read_text())
OURS = {pallet.name: pallet for pallet in (gear.pallet, gear_builtin.pallet)}


@pytest.mark.parametrize("vara", VARA, ids=lambda vara: vara["name"])
@pytest.mark.parametrize("part", ["index", "storage", "calls", "events", "errors", "constants"])
def test_gear_as_in_vara(vara: dict[str, Any], part: str) -> None:
    ours = declared(OURS[vara["name"]])[part]
    if isinstance(ours, list):
        for item, expected in zip(ours, vara[part], strict=True):
            assert item == expected
    assert ours == vara[part]


def test_text_that_clients_match() -> None:
    assert doc_lines(PROGRAM_CONSTRUCTION_FAILED.doc) == ("Failed to create a program.",)


def test_rent_pool() -> None:
    assert MemoryExt().blake2_256(b"py/strwd" + b"gear rent pool") == RENT_POOL


def test_builtin_ids() -> None:
    assert {actor.number: address.hex()[:8] for address, actor in gear_builtin.ACTORS.items()} == {
        1: "6b6e292c",
        2: "77f65ef1",
        3: "f2816ced",
        4: "8263cd9f",
    }
