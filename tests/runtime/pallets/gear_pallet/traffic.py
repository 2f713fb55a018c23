"""What tests of messages do again and again: upload, send, look at what users get."""

from parachain.runtime.gear.ids import program_id_from_user
from parachain.runtime.gear.messages import UserMessage
from parachain.runtime.pallets import gear, gear_bank
from parachain.runtime.pallets.gear_gas.declarations import gas_nodes
from parachain.runtime.pallets.gear_messenger import queue
from parachain.runtime.pallets.gear_scheduler.declarations import task_pool
from tests.runtime.pallets.gear_pallet.blocks import Blocks
from tests.runtime.pallets.gear_pallet.programs import (
    DATA,
    program,
    send_with_gas,
)
from tests.runtime.pallets.scene import ALICE, BOB

GAS = 20_000_000_000
#: Where programs find an address and 16 bytes of value.
TO = DATA + 32


def upload(blocks: Blocks, code: bytes, salt: bytes = b"") -> bytes:
    """Upload a program, let it initialize; return its id. Events are forgotten."""
    blocks.call(gear.upload_program(code, salt, b"", GAS, 0, False))
    blocks.next()
    blocks.events()
    hashed = blocks.ext.blake2_256
    return program_id_from_user(hashed, hashed(code), salt)


def send(blocks: Blocks, to: bytes, value: int = 0, gas: int = GAS) -> bytes:
    """Send a message from Alice; return its id. Events are forgotten."""
    blocks.call(gear.send_message(to, b"", gas, value, False))
    (queued,) = blocks.events()
    message: bytes = queued[1]
    return message


def message_to_user(blocks: Blocks) -> tuple[UserMessage, int | None]:
    """The one message that a user was sent and that is no reply."""
    sent = [event[1:] for event in blocks.events() if event[0] == "UserMessageSent"]
    ((message, expiration),) = [each for each in sent if each[0].details is None]
    return message, expiration


def mailer(gas: int, value: int = 0, delay: int = 0, to: bytes = BOB) -> bytes:
    """A program that sends `to` a message with that gas."""
    address = bytes(32) + to + value.to_bytes(16, "little")
    return program(handle=send_with_gas(TO, gas, delay=delay), handle_reply="", data=address)


def everything_is_over(blocks: Blocks) -> None:
    """No message is anywhere, no gas is left, nobody has anything in the bank."""
    ext = blocks.ext
    assert not list(gas_nodes.iterate(ext))
    assert not list(task_pool.iterate(ext))
    assert queue.length(ext) == 0
    assert gear_bank.account(ext, ALICE) == (0, 0)
