"""Derivation of ids.

Ids of builtin actors are those of the Vara runtime. The code id and the program id of the demo
program are those that gear-js asserts, apis/gear/test/GenerateId.test.ts.
"""

import pytest

from parachain.runtime.gear import ids
from tests.runtime.gear.core.hashing import blake2_256, some_id

BUILTINS = {
    1: "6b6e292c382945e80bf51af2ba7fe9f458dcff81ae6075c46f9095e1bbecdc37",
    2: "77f65ef190e11bfecb8fc8970fd3749e94bed66a23ec2f7a3623e785d0816761",
    3: "f2816ced0b15749595392d3a18b5a2363d6fefe5b3b6153739f218151b7acdbf",
    4: "8263cd9fc648e101f1cd8585dc0b193445c3750a63bf64a39cdf58de14826299",
}


@pytest.mark.parametrize("number", BUILTINS)
def test_ids_of_builtin_actors(number: int) -> None:
    assert ids.builtin_id(blake2_256, number).hex() == BUILTINS[number]


def test_program_id_as_clients_derive_it() -> None:
    code = bytes.fromhex("4b701fedb61456cd75df8ae6348f73aa9f529f2363f9ce76398f14aba15f01d6")
    assert ids.program_id_from_user(blake2_256, code, b"1234").hex() == (
        "86220eab422209d36e01f443a98564d2c3149e845713e4924e15d55d3b4acd78"
    )


def test_every_id_is_the_hash_of_its_tag_and_parts() -> None:
    message, code, user = some_id(1), some_id(2), some_id(3)

    def preimage(data: bytes) -> bytes:
        return data

    assert ids.code_id(preimage, b"\0asm") == b"\0asm"
    assert ids.program_id_from_user(preimage, code, b"salt") == (
        b"program_from_user" + code + b"salt"
    )
    assert ids.program_id_from_program(preimage, message, code, b"salt") == (
        b"program_from_wasm" + message + code + b"salt"
    )
    assert ids.message_id_from_user(preimage, 258, user, 5) == (
        b"external" + b"\x02\x01\0\0" + user + b"\x05" + bytes(15)
    )
    assert ids.outgoing_message_id(preimage, message, 7) == b"outgoing" + message + b"\x07\0\0\0"
    assert ids.reply_id(preimage, message) == b"reply" + message
    assert ids.signal_id(preimage, message) == b"signal" + message
    assert ids.reservation_id(preimage, message, 9) == (
        b"reservation" + message + b"\x09" + bytes(7)
    )
    assert ids.voucher_id(preimage, 1) == b"voucher\x01" + bytes(7)


def test_system_actor() -> None:
    assert ids.SYSTEM_ACTOR == b"geargeargeargeargeargeargeargear"
    assert len(ids.ACTOR_ID.encode(ids.SYSTEM_ACTOR)) == 32
