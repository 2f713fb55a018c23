"""The first state: presets, and configurations that are refused with their place."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.client.crypto.keys import pair_from_uri
from parachain.runtime import genesis
from parachain.runtime.assembly import RUNTIME
from parachain.runtime.genesis import EMPTY, PRESETS, TOKEN, GenesisError, build_state, preset
from parachain.runtime.pallets import (
    aura,
    balances,
    gear_bank,
    gear_builtin,
    gear_gas,
    sudo,
    system,
)
from tests.runtime.memory_ext import MemoryExt

ALICE = pair_from_uri("//Alice").public
HEX_ALICE = "0x" + ALICE.hex()


def built(config: Any) -> MemoryExt:
    ext = MemoryExt()
    build_state(ext, RUNTIME, config if isinstance(config, str) else json.dumps(config))
    return ext


def test_the_development_preset() -> None:
    text = preset("development")
    assert text is not None
    ext = built(text)
    assert aura.authorities.get(ext) == (ALICE,)
    assert sudo.key.get(ext) == ALICE
    assert system.get_account_data(ext, ALICE).free == 1_000_000_000 * TOKEN
    endowed = (gear_bank.BANK, *gear_builtin.ACTORS)
    for who in endowed:
        assert system.get_account_data(ext, who).free == balances.EXISTENTIAL_DEPOSIT
    issued = 2_000_000_101 * TOKEN + len(endowed) * balances.EXISTENTIAL_DEPOSIT
    assert balances.total_issuance.get(ext) == issued
    assert gear_gas.allowance.block_gas_limit(ext) == 750_000_000_000


def test_the_names_in_presets_are_those_of_the_known_keys() -> None:
    text = preset("local_testnet")
    assert text is not None
    ext = built(text)
    assert aura.authorities.get(ext) == tuple(
        pair_from_uri(f"//{n}").public for n in ("Alice", "Bob")
    )
    for name in ("Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie"):
        assert system.get_account_data(ext, pair_from_uri(f"//{name}").public).free
    stash = pair_from_uri("//Alice//stash").public.hex()
    assert stash == genesis._ALICE_STASH
    assert preset("mainnet") is None
    assert all(preset(name) for name in PRESETS)


def test_every_pallet_has_a_storage_version() -> None:
    ext = built(EMPTY)
    name = ext.twox_128(b":__STORAGE_VERSION__:")
    for pallet in RUNTIME.pallets:
        assert ext.get(pallet.prefix + name) == pallet.storage_version.to_bytes(2, "little")


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ("{", "not JSON"),
        ([], "genesis must be an object"),
        ({"staking": {}}, "genesis has unknown fields: staking"),
        ({"aura": []}, "aura must be an object"),
        ({"sudo": 0}, "sudo must be an object"),
        ({"aura": {"keys": []}}, "aura has unknown fields: keys"),
        ({"aura": {"authorities": [HEX_ALICE, HEX_ALICE]}}, "has one twice"),
        ({"aura": {"authorities": "x"}}, "must be a list"),
        ({"balances": {"balances": [[HEX_ALICE]]}}, r"balances\[0\] must be \[account, amount\]"),
        ({"balances": {"balances": [[HEX_ALICE, 1]]}}, "must be an integer from"),
        ({"balances": {"balances": [[HEX_ALICE, True]]}}, "must be an integer from"),
        ({"balances": {"balances": [[HEX_ALICE, TOKEN]] * 2}}, "has a balance already"),
        ({"balances": {"balances": [["0x12", TOKEN]]}}, "64 hex digits"),
        ({"balances": {"balances": [["5Grw", TOKEN]]}}, "not the address"),
        ({"sudo": {"key": 7}}, "sudo.key must be an address"),
        ({"timestamp": {"slotDurationMs": 0}}, "timestamp.slotDurationMs must be an integer"),
        ({"gear": {"blockGasLimit": 0}}, "gear.blockGasLimit must be an integer"),
    ],
)
def test_what_is_refused_and_where(config: Any, says: str) -> None:
    with pytest.raises(GenesisError, match=says):
        built(config)


def test_balances_that_no_issuance_holds() -> None:
    most = 2**128 - 1
    pairs = [["0x" + bytes([n] * 32).hex(), most] for n in (1, 2)]
    with pytest.raises(GenesisError, match="exceed a u128"):
        built({"balances": {"balances": pairs}})


SECTIONS = st.sampled_from(["system", "aura", "balances", "sudo", "timestamp", "other"])
VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=5) | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["authorities", "balances", "key", "slotDurationMs"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@given(st.dictionaries(SECTIONS, VALUES, max_size=3))
def test_any_configuration_is_built_or_refused(config: dict[str, Any]) -> None:
    try:
        built(config)
    except GenesisError:
        return
