"""Programs that answer: counter, ping, hasher, sorter, vault, factory."""

import hashlib

import pytest

from parachain.runtime.gear.ids import program_id_from_program
from parachain.runtime.gear.program import ActiveProgram, Terminated
from parachain.runtime.gear.reply_code import AUTO_REPLY, MANUAL_REPLY, Error
from parachain.runtime.pallets import gear, gear_bank
from parachain.runtime.pallets.gear_program import programs
from tests.runtime.gear.core.hashing import blake2_256
from tests.runtime.gear.programs.actor import (
    Actor,
    code_of,
    deploy,
    reply_to,
    sent_to_users,
)
from tests.runtime.gear.programs.calls import u32, u64, u128
from tests.runtime.pallets.gear_pallet.blocks import Blocks
from tests.runtime.pallets.scene import ALICE, BOB, ED, EVE, FUNDS, UNIT


def test_counter(blocks: Blocks) -> None:
    counter = deploy(blocks, "c/counter", u32(40))
    assert counter.state() == u32(40)
    assert [counter.answer(each) for each in (b"inc", b"inc", b"inc", b"dec", b"get")] == [
        u32(number) for number in (41, 42, 43, 42, 42)
    ]
    assert counter.state() == u32(42)
    assert counter.state("metahash") == b"counter: u32 -> u32".ljust(32, b"\0")


def test_a_panic_changes_nothing_and_says_why(blocks: Blocks) -> None:
    counter = deploy(blocks, "c/counter")
    reply = counter.ask(b"double", value=UNIT)
    assert isinstance(reply.code, Error)
    assert (reply.payload, reply.value) == (b"inc, dec or get", UNIT)
    assert counter.state() == u32(0)


@pytest.mark.parametrize("size", [0, 1, 4, 5, 100, 10_000])
def test_ping(blocks: Blocks, size: int) -> None:
    ping = deploy(blocks, "c/ping")
    assert ping.answer(b"PING") == b"PONG"
    payload = bytes(range(256)) * 40
    assert ping.answer(payload[:size]) == payload[:size]


@pytest.mark.parametrize(
    ("size", "times"), [(0, 1), (55, 1), (56, 1), (64, 2), (1000, 3), (9, 100)]
)
def test_hasher(blocks: Blocks, size: int, times: int) -> None:
    data = bytes(range(250)) * 4
    expected = data[:size]
    for _ in range(times):
        expected = hashlib.sha256(expected).digest()
    hasher = deploy(blocks, "c/hasher")
    assert hasher.answer(u32(times) + data[:size]) == expected


def _numbers(count: int, seed: int) -> list[int]:
    found = []
    for _ in range(count):
        seed ^= seed << 13 & 0xFFFFFFFF
        seed ^= seed >> 17
        seed ^= seed << 5 & 0xFFFFFFFF
        found.append(seed)
    return sorted(found)


@pytest.mark.parametrize("count", [1, 2, 1000, 20_000])
def test_sorter(blocks: Blocks, count: int) -> None:
    sorter = deploy(blocks, "c/sorter")
    expected = _numbers(count, 7)
    answer = sorter.answer(u32(count) + u32(7))
    assert answer == u32(expected[0]) + u32(expected[count // 2]) + u32(expected[-1])
    # its memory was freed
    assert not programs.allocations(blocks.ext, sorter.id)


def test_large(blocks: Blocks) -> None:
    large = deploy(blocks, "c/large")
    mask = 2**32 - 1
    x, y = 12_345, 1
    for number in range(8 * 256):
        x = (x * 31 + (y >> 7) + number) & mask
        if x & 64:
            y ^= x << 3 & mask
        else:
            x = (x + y) & mask
    assert large.answer(u32(12_345)) == u32(x) + u32(y)


def test_vault_gives_back_what_it_got(blocks: Blocks) -> None:
    vault = deploy(blocks, "c/vault")
    vault.do(value=5 * UNIT)
    assert vault.ask(value=2 * UNIT, who=BOB).code == AUTO_REPLY
    assert vault.state() == u128(7 * UNIT)
    assert blocks.free(vault.id) == ED + 7 * UNIT
    before = blocks.free(ALICE)
    reply = vault.ask(b"w" + u128(3 * UNIT))
    assert (reply.code, reply.value) == (MANUAL_REPLY, 3 * UNIT)
    assert blocks.free(ALICE) > before + 2 * UNIT
    assert vault.ask(b"w" + u128(3 * UNIT)).payload == b"not that much"
    assert vault.state() == u128(4 * UNIT)
    assert blocks.free(vault.id) == ED + 4 * UNIT


def test_vault_pays_later_on_gas_of_its_own(blocks: Blocks) -> None:
    vault = deploy(blocks, "c/vault")
    vault.do(value=5 * UNIT)
    vault.answer(b"p" + EVE + u128(2 * UNIT) + u32(4))
    assert vault.state() == u128(3 * UNIT)
    assert gear_bank.account(blocks.ext, vault.id).value == 2 * UNIT
    blocks.next(3)
    assert blocks.free(EVE) == 0
    blocks.run()
    (payment,) = sent_to_users(blocks)
    assert (payment.destination, payment.payload, payment.value) == (EVE, b"payment", 2 * UNIT)
    # it waits in the mailbox, until Eve takes it
    assert blocks.free(EVE) == 0
    blocks.call(gear.claim_value(payment.id), EVE)
    blocks.next()
    assert blocks.free(EVE) == 2 * UNIT


def test_factory(blocks: Blocks) -> None:
    deploy(blocks, "c/counter")
    factory = deploy(blocks, "c/factory", blake2_256(code_of("c/counter")), value=9 * UNIT)
    message = factory.tell(u64(0) + u32(0) + u32(5))
    blocks.run()
    reply = reply_to(message, sent_to_users(blocks))
    assert reply is not None
    child = program_id_from_program(blake2_256, message, blake2_256(code_of("c/counter")), u32(0))
    assert (reply.code, reply.payload) == (MANUAL_REPLY, child)
    blocks.next()
    assert Actor(blocks, child).answer(b"inc") == u32(6)
    assert blocks.free(child) == ED
    assert factory.state() == u32(1) + u32(1) + u32(0)


def test_factory_whose_children_fail(blocks: Blocks) -> None:
    deploy(blocks, "c/counter")
    factory = deploy(blocks, "c/factory", blake2_256(code_of("c/counter")), value=9 * UNIT)
    before = blocks.free(factory.id)
    child = factory.answer(u64(10_000_000_000) + u32(2) + b"too long")
    assert isinstance(programs.get(blocks.ext, child), ActiveProgram)
    blocks.next(3)
    assert programs.get(blocks.ext, child) == Terminated(factory.id)
    assert factory.state() == u32(1) + u32(0) + u32(1)
    # what the child had is its creator's again
    assert (blocks.free(child), blocks.free(factory.id)) == (0, before)


def test_factory_of_a_code_that_is_not_there(blocks: Blocks) -> None:
    factory = deploy(blocks, "c/factory", bytes(32), value=9 * UNIT)
    child = factory.answer(u64(0) + u32(0))
    assert programs.get(blocks.ext, child) is None
    assert factory.state() == u32(1) + u32(0) + u32(1)
    assert blocks.free(ALICE) < FUNDS
