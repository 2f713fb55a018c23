"""The course of messages: what one run of the queue tells; programs that do as they are told."""

from typing import Any, NamedTuple

from parachain.runtime.gear.changes import DispatchStatus
from parachain.runtime.gear.ids import program_id_from_user
from parachain.runtime.gear.messages import ReplyDetails, UserMessage
from parachain.runtime.gear.reply_code import ReplyCode
from parachain.runtime.pallets import gear, gear_program
from parachain.runtime.pallets.gear.declarations import gear_block_number
from tests.runtime.pallets.gear_pallet.blocks import Blocks
from tests.runtime.pallets.gear_pallet.programs import RESULT, must, program, syscall
from tests.runtime.pallets.gear_pallet.traffic import GAS
from tests.runtime.pallets.scene import ALICE

SUCCESS, FAILED = DispatchStatus.SUCCESS, DispatchStatus.FAILED
NOT_EXECUTED = DispatchStatus.NOT_EXECUTED

#: Where a program has the first byte of its payload, which says what it is to do.
COMMAND = 40


#: Where a program notes the id of a message that is going to wait.
NOTED = 3072
NOTE = syscall("gr_message_id", NOTED)
#: Wake the message that was noted.
WAKE = must("gr_wake", NOTED, 0, RESULT)


class Processed(NamedTuple):
    """A run of the queue: its events, and the gas that the block has burned by it."""

    events: list[tuple[Any, ...]]
    burned: int

    def of(self, name: str) -> list[tuple[Any, ...]]:
        """Values of all events of one kind."""
        return [event[1:] for event in self.events if event[0] == name]

    @property
    def total(self) -> int:
        """Messages that were processed."""
        dispatched = self.of("MessagesDispatched")
        return int(dispatched[0][0]) if dispatched else 0

    @property
    def statuses(self) -> dict[bytes, DispatchStatus]:
        """What became of messages from users."""
        dispatched = self.of("MessagesDispatched")
        return dict(dispatched[0][1]) if dispatched else {}

    @property
    def changed(self) -> tuple[bytes, ...]:
        """Programs whose memory was written."""
        dispatched = self.of("MessagesDispatched")
        return tuple(dispatched[0][2]) if dispatched else ()

    @property
    def told(self) -> list[UserMessage]:
        """Messages to users that are no replies."""
        return [sent[0] for sent in self.of("UserMessageSent") if sent[0].details is None]

    def reply(self, message: bytes) -> UserMessage:
        """The reply to a message of a user."""
        replies: list[UserMessage] = [sent[0] for sent in self.of("UserMessageSent")]
        (found,) = [
            reply
            for reply in replies
            if isinstance(reply.details, ReplyDetails) and reply.details.to == message
        ]
        return found

    def code(self, message: bytes) -> ReplyCode:
        """The code of the reply to a message of a user."""
        details = self.reply(message).details
        assert details is not None
        return details.code

    @property
    def woken(self) -> list[bytes]:
        return [woken[0] for woken in self.of("MessageWoken")]

    @property
    def waited(self) -> dict[bytes, int]:
        """Messages that wait, with the block in which that ends."""
        return {waited[0]: waited[3] for waited in self.of("MessageWaited")}


def process(blocks: Blocks, max_gas: int | None = None) -> Processed:
    """Process the queue and go on to the next block."""
    blocks.events()
    burned = blocks.run(max_gas)
    events = blocks.events()
    blocks.next()
    return Processed(events, burned)


def pass_blocks(blocks: Blocks, count: int) -> None:
    """Let blocks go by; what happens in them is not looked at."""
    blocks.next(count)
    blocks.events()


def jump(blocks: Blocks, block: int) -> None:
    """Go on to a Gear block far away, as if those in between had nothing to do."""
    gear_block_number.put(blocks.ext, block - 1)
    pass_blocks(blocks, 1)
    assert gear.block_number(blocks.ext) == block


def begin(
    blocks: Blocks,
    code: bytes,
    *,
    payload: bytes = b"",
    value: int = 0,
    salt: bytes = b"",
    gas: int = GAS,
    who: bytes = ALICE,
) -> tuple[bytes, bytes]:
    """Upload a program; return its id and that of its first message, which is in the queue."""
    blocks.events()
    blocks.call(gear.upload_program(code, salt, payload, gas, value, False), who)
    (queued,) = [event for event in blocks.events() if event[0] == "MessageQueued"]
    hashed = blocks.ext.blake2_256
    assert queued[3] == program_id_from_user(hashed, hashed(code), salt)
    return queued[3], queued[1]


def tell(
    blocks: Blocks,
    program_id: bytes,
    payload: bytes = b"",
    *,
    gas: int = GAS,
    value: int = 0,
    who: bytes = ALICE,
) -> bytes:
    """Send a message; return its id."""
    blocks.events()
    blocks.call(gear.send_message(program_id, payload, gas, value, False), who)
    message: bytes = blocks.events()[-1][1]
    return message


def commands(*bodies: str) -> str:
    """Do the body whose number is the first byte of the payload; the first one without any."""
    chosen = ""
    for number in reversed(range(len(bodies))):
        met = f"(i32.eq (i32.load8_u (i32.const {COMMAND})) (i32.const {number}))"
        chosen = f"(if {met} (then {bodies[number]}) (else {chosen}))"
    forget = f"(i32.store8 (i32.const {COMMAND}) (i32.const 0))"
    read = syscall("gr_read", 0, 1, COMMAND, RESULT + 128)
    return (
        forget
        + syscall("gr_size", RESULT + 192)
        + (f"(if (i32.load (i32.const {RESULT + 192})) (then {read})) {chosen}")
    )


def stages(*bodies: str, at: int = 4096) -> str:
    """Do the first body at the first execution, the second at the second, ..., kept in memory."""
    chosen = ""
    for number in reversed(range(len(bodies))):
        met = f"(i32.eq (i32.load (i32.const {at})) (i32.const {number}))"
        go_on = f"(i32.store (i32.const {at}) (i32.const {number + 1}))"
        chosen = f"(if {met} (then {go_on} {bodies[number]}) (else {chosen}))"
    return chosen


def until(blocks_: int, then: str, otherwise: str) -> str:
    """Act by whether so many blocks have passed since the height that is noted at 2000."""
    passed = (
        "(i32.ge_u (i32.load (i32.const 2004)) "
        f"(i32.add (i32.load (i32.const 2000)) (i32.const {blocks_})))"
    )
    return syscall("gr_block_height", 2004) + f"(if {passed} (then {then}) (else {otherwise}))"


def knowing(to: bytes, *, value: int = 0, **bodies: str) -> bytes:
    """A program that knows an address, at TO with a value, as system calls take them."""
    return program(data=bytes(32) + to + value.to_bytes(16, "little"), **bodies)


def mark(address: int, value: int = 1) -> str:
    """Leave a trace in memory."""
    return f"(i32.store (i32.const {address}) (i32.const {value}))"


def word(blocks: Blocks, program_id: bytes, address: int) -> int:
    """What a program has in its stored memory."""
    page = gear_program.memory.page(blocks.ext, program_id, 0, address // 16_384)
    return 0 if page is None else int.from_bytes(page[address % 16_384 :][:4], "little")
