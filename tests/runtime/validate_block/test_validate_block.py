"""Honest candidates: the result is the head that the node has, whatever the blocks do."""

from parachain.client.chain.block import Block
from parachain.client.crypto.hashing import blake2_128, blake2_256
from parachain.client.crypto.keys import Scheme, pair_from_seed
from parachain.primitives.address import Id
from parachain.primitives.parachain import BlockDataVersion, ValidationResult
from parachain.runtime.frame.call import RuntimeCall
from parachain.runtime.gear.ids import program_id_from_user
from parachain.runtime.pallets import gear, system
from parachain.runtime.pallets.balances.calls import transfer_all, transfer_allow_death
from parachain.runtime.pallets.sudo.calls import sudo
from parachain.runtime.pallets.system import calls as system_calls
from tests.client.chain.real_node import UNIT
from tests.client.chain.small_node import BOB
from tests.runtime.gear.programs.actor import code_of
from tests.runtime.validate_block.candidates import RELAY_NUMBER, Collator

GAS = 10**10


def account(number: int) -> bytes:
    return blake2_256(number.to_bytes(4, "little"))


def transfer(number: int, amount: int = UNIT) -> RuntimeCall:
    return transfer_allow_death(Id(account(number)), amount)


def head_only(block: Block) -> ValidationResult:
    """The result without a relay chain: nothing is sent."""
    return ValidationResult(block.encoded_header, None, (), (), 0, RELAY_NUMBER)


def test_an_empty_block() -> None:
    collator = Collator()
    block = collator.block()
    assert collator.candidate(block).validate() == head_only(block)


def test_transfers_in_both_versions_of_block_data() -> None:
    collator = Collator()
    block = collator.block(*[transfer(number) for number in range(5)])
    candidate = collator.candidate(block)
    for version in BlockDataVersion:
        assert candidate._replace(version=version).validate() == head_only(block)


def test_reaped_accounts() -> None:
    """Deleting joins branches, for which the proof needs siblings that nothing else reads."""
    collator = Collator()
    heirs = [pair_from_seed(Scheme.SR25519, account(number)) for number in range(30)]
    collator.block(*[transfer_allow_death(Id(heir.public), 5 * UNIT) for heir in heirs])
    call = transfer_all(Id(BOB.public), False).encode()
    block = collator.make(*[collator.signed(heir, 0, call) for heir in heirs[::2]]).block
    state = collator.chain.state_at(block.hash)
    for place, heir in enumerate(heirs):
        key = system.account.prefix + blake2_128(heir.public) + heir.public
        assert state.exists(key) == bool(place % 2)
    assert collator.candidate(block).validate() == head_only(block)


def test_a_failing_call_is_part_of_a_block() -> None:
    collator = Collator()
    block = collator.block(transfer(1, 10**30), transfer(2))
    assert collator.candidate(block).validate() == head_only(block)


def test_large_values_and_prefixes() -> None:
    collator = Collator()
    keys = [b"large" + bytes((number,)) for number in range(20)]
    large = tuple((key, key * 20) for key in keys)
    collator.block(sudo(system_calls.set_storage(large)))
    block = collator.block(
        sudo(system_calls.kill_storage(tuple(keys[::3]))),
        sudo(system_calls.kill_prefix(b"large\x0c", 5)),
        sudo(system_calls.set_storage(((b"large\x01", b"small"), (b"larger", b"x" * 5000)))),
    )
    assert collator.candidate(block).validate() == head_only(block)
    block = collator.block(sudo(system_calls.kill_prefix(b"large", 7)))
    assert collator.candidate(block).validate() == head_only(block)


def test_several_blocks_that_build_on_each_other() -> None:
    collator = Collator()
    collator.block(transfer(1))
    blocks = [collator.block(transfer(number), transfer(number + 1)) for number in (1, 2, 3)]
    candidate = collator.candidate(*blocks)
    assert candidate.validate() == head_only(blocks[-1])
    alone = [collator.candidate(block) for block in blocks]
    assert len(candidate.proof) < sum(len(each.proof) for each in alone)


def test_programs_run_in_the_engine_of_the_validator() -> None:
    collator = Collator()
    code = code_of("c/ping")
    salt = b"salt"
    block = collator.block(gear.upload_program(code, salt, b"", GAS, 0, False))
    assert collator.candidate(block).validate() == head_only(block)
    ping = program_id_from_user(blake2_256, blake2_256(code), salt)
    block = collator.block(gear.send_message(ping, b"PING", GAS, 0, False))
    candidate = collator.candidate(block)
    assert any(len(item) > len(code) // 2 for item in candidate.proof), "the code is in the proof"
    assert candidate.validate() == head_only(block)


def test_two_hundred_transfers() -> None:
    collator = Collator()
    block = collator.block(*[transfer(number) for number in range(200)])
    assert len(block.extrinsics) > 200
    assert collator.candidate(block).validate() == head_only(block)
