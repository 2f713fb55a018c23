"""Builtin actors: messages to them are answered at once, by users and programs alike."""

import pytest

from parachain.runtime.gear.changes import DispatchStatus
from parachain.runtime.gear.messages import ReplyDetails
from parachain.runtime.gear.reply_code import MANUAL_REPLY, Error
from parachain.runtime.pallets import gear, gear_builtin, proxy
from parachain.runtime.pallets.gear_builtin import actor_id
from parachain.runtime.pallets.gear_builtin.absent import NOT_AVAILABLE
from parachain.runtime.pallets.gear_builtin.actors import (
    Budget,
    BuiltinOutOfAllowance,
    BuiltinRefused,
)
from parachain.runtime.pallets.gear_builtin.proxying import (
    DECODING_ERROR,
    REQUEST,
    AddProxy,
    RemoveProxy,
)
from parachain.runtime.pallets.proxy.permissions import ProxyType
from tests.runtime.pallets.gear_pallet.blocks import Blocks
from tests.runtime.pallets.gear_pallet.traffic import GAS, everything_is_over
from tests.runtime.pallets.scene import ALICE, BOB, ED, UNIT

PROXY = actor_id(4)


def ask(blocks: Blocks, number: int, payload: bytes, value: int = 0, gas: int = GAS) -> bytes:
    """Send a message to an actor and process it; return its id."""
    blocks.call(gear.send_message(actor_id(number), payload, gas, value, True))
    message: bytes = blocks.events()[0][1]
    blocks.run()
    return message


@pytest.mark.parametrize("number", [2, 3])
def test_actors_that_are_absent(blocks: Blocks, number: int) -> None:
    before = blocks.free(ALICE)
    message = ask(blocks, number, b"hello", UNIT)
    sent, dispatched = blocks.events()
    assert sent[1].payload == NOT_AVAILABLE.encode()
    assert isinstance(sent[1].details.code, Error)
    assert dispatched[1:] == (1, {message: DispatchStatus.FAILED}, ())
    blocks.next()
    assert blocks.free(ALICE) == before  # no gas burned, the value is back
    everything_is_over(blocks)


def test_add_and_remove_proxy(blocks: Blocks) -> None:
    for request in (AddProxy(BOB, ProxyType.ANY), RemoveProxy(BOB, ProxyType.ANY)):
        message = ask(blocks, 4, REQUEST.encode(request), UNIT)
        sent = next(event for event in blocks.events() if event[0] == "UserMessageSent")
        assert sent[1].details == ReplyDetails(message, MANUAL_REPLY)
        assert sent[1].value == UNIT
        delegates = [definition.delegate for definition in proxy.proxies.get(blocks.ext, ALICE)[0]]
        assert delegates == ([BOB] if isinstance(request, AddProxy) else [])
        blocks.next()
    everything_is_over(blocks)


def test_any_value_comes_back(blocks: Blocks) -> None:
    """Even less than an account needs to exist."""
    ask(blocks, 4, REQUEST.encode(AddProxy(BOB, ProxyType.ANY)), 1)
    assert blocks.free(PROXY) == ED
    blocks.next()
    everything_is_over(blocks)


def test_errors_of_proxies_are_named(blocks: Blocks) -> None:
    ask(blocks, 4, REQUEST.encode(RemoveProxy(BOB, ProxyType.ANY)))
    assert blocks.events()[0][1].payload == b"NotFound"


def test_proxy_does_not_understand(blocks: Blocks) -> None:
    ask(blocks, 4, b"\x09")
    assert blocks.events()[0][1].payload == DECODING_ERROR.encode()


def test_too_little_gas(blocks: Blocks) -> None:
    ask(blocks, 4, REQUEST.encode(AddProxy(BOB, ProxyType.ANY)), gas=1000)
    assert blocks.events()[0][1].payload == b""
    assert proxy.proxies.get(blocks.ext, ALICE)[0] == ()


def test_block_without_gas(blocks: Blocks) -> None:
    payload = REQUEST.encode(AddProxy(BOB, ProxyType.ANY))
    blocks.call(gear.send_message(PROXY, payload, GAS, 0, True))
    blocks.run(max_gas=50_000_000)
    assert proxy.proxies.get(blocks.ext, ALICE)[0] == ()
    blocks.next()
    blocks.run()
    assert len(proxy.proxies.get(blocks.ext, ALICE)[0]) == 1


def test_budget() -> None:
    budget = Budget(10, 5)
    with pytest.raises(BuiltinOutOfAllowance):
        budget.charge(6)
    with pytest.raises(BuiltinRefused):
        budget.charge(11)
    budget.charge(5)
    assert (budget.gas.burned, budget.allowance.left) == (5, 0)


def test_nobody_can_take_the_address(blocks: Blocks) -> None:
    assert gear_builtin.is_builtin(PROXY)
    assert not gear_builtin.is_builtin(actor_id(5))
    assert blocks.number == 1
