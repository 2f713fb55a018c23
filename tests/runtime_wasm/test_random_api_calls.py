"""Every function of the runtime's APIs on a busy chain, natively and by the blob."""

import pytest
from hypothesis import given, settings

from parachain.runtime import apis
from parachain.runtime.pallets.gear.runtime_api import gear_api
from tests.runtime_wasm import twins
from tests.runtime_wasm.busy_chain import busy_chain, known
from tests.runtime_wasm.random_encodings import RandomEncodings

GEAR = f"{gear_api.name}_"
#: Makes keys, which a host refuses here, each way of running a runtime in its own words.
NEEDS_KEYS = "SessionKeys_generate_session_keys"


@pytest.mark.parametrize("name", [name for name in apis.ENTRY_POINTS if name != NEEDS_KEYS])
def test_random_arguments(name: str) -> None:
    chain = busy_chain().node.chain
    codecs = apis.ENTRY_POINTS[name].fields.codecs
    examples = (60 if name.startswith(GEAR) else 10) if codecs else 1

    @settings(max_examples=examples)
    @given(RandomEncodings(known()).all_of(codecs))
    def call(args: bytes) -> None:
        twins.same(lambda: chain.overlay(chain.best.hash), name, args)

    call()


def test_there_are_no_keys() -> None:
    chain = busy_chain().node.chain
    for outcome in twins.outcomes(lambda: chain.overlay(chain.best.hash), NEEDS_KEYS, b"\0"):
        assert isinstance(outcome.result, twins.Panic)
