"""SS58 addresses against known ones, and against another implementation for every prefix."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scalecodec.utils import ss58 as reference

from parachain.primitives import ss58
from parachain.primitives.ss58 import Ss58Error

ALICE = bytes.fromhex("d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d")
KNOWN = [
    (42, "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"),
    (0, "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5"),
    (2, "HNZata7iMYWmk5RvZRTiAsSDhV8366zq2YGb3tLH5Upf74F"),
    (137, "kGkLEU3e3XXkJp2WK4eNpVmSab5xUNL9QtmLPh8QfCL2EgotW"),
]
PREFIXES = st.integers(0, ss58.MAX_PREFIX).filter(lambda prefix: prefix not in (46, 47))
PAYLOADS = st.binary(min_size=32, max_size=32)


@pytest.mark.parametrize(("prefix", "address"), KNOWN)
def test_addresses_of_alice(prefix: int, address: str) -> None:
    assert ss58.encode_address(ALICE, prefix) == address
    assert ss58.decode_address(address) == (ALICE, prefix)


@given(PAYLOADS, PREFIXES)
def test_round_trip(payload: bytes, prefix: int) -> None:
    assert ss58.decode_address(ss58.encode_address(payload, prefix)) == (payload, prefix)


@given(st.binary(min_size=32, max_size=32), PREFIXES)
def test_same_as_the_reference_implementation(payload: bytes, prefix: int) -> None:
    address = ss58.encode_address(payload, prefix)
    assert reference.ss58_encode(payload, prefix) == address
    assert reference.ss58_decode(address) == payload.hex()


@given(PAYLOADS, PREFIXES, st.data())
def test_one_wrong_character_is_noticed(payload: bytes, prefix: int, data: st.DataObject) -> None:
    address = ss58.encode_address(payload, prefix)
    index = data.draw(st.integers(0, len(address) - 1))
    letter = data.draw(
        st.sampled_from("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
    )
    assume(letter != address[index])
    with pytest.raises(Ss58Error):
        ss58.decode_address(address[:index] + letter + address[index + 1 :])


@given(st.text(max_size=80))
def test_foreign_text_raises_only_ss58_error(text: str) -> None:
    with pytest.raises(Ss58Error):
        ss58.decode_address(text)


@pytest.mark.parametrize(
    ("payload", "prefix", "reason"),
    [
        (bytes(31), 42, "32 bytes"),
        (bytes(32), -1, "not in 0..16383"),
        (bytes(32), 16384, "not in 0..16383"),
        (bytes(32), 46, "reserved"),
    ],
)
def test_what_has_no_address(payload: bytes, prefix: int, reason: str) -> None:
    with pytest.raises(Ss58Error, match=reason):
        ss58.encode_address(payload, prefix)
