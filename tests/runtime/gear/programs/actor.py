"""Programs of tests/programs on a chain in memory: upload them, ask them, look at their state."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from parachain.runtime.gear.execution import ExecutableProgram
from parachain.runtime.gear.execution_for_reply import execute_for_reply
from parachain.runtime.gear.ids import ActorId, MessageId, program_id_from_user
from parachain.runtime.gear.intervals import EMPTY
from parachain.runtime.gear.messages import ReplyDetails, UserMessage
from parachain.runtime.gear.program import ActiveProgram
from parachain.runtime.gear.reply_code import AUTO_REPLY, MANUAL_REPLY, ReplyCode
from parachain.runtime.pallets import gear
from parachain.runtime.pallets.gear.execution import host_of, program_code
from parachain.runtime.pallets.gear_program import codes, memory, programs
from tests.runtime.pallets.gear_pallet.blocks import Blocks
from tests.runtime.pallets.scene import ALICE

PROGRAMS = Path(__file__).resolve().parents[3] / "programs"
GAS = 100_000_000_000


@cache
def code_of(name: str) -> bytes:
    """The kept WebAssembly of a program, such as "c/ping"."""
    return (PROGRAMS / f"{name}.wasm").read_bytes()


class Reply(NamedTuple):
    """What the reply to a message says."""

    code: ReplyCode
    payload: bytes
    value: int


class Actor:
    """A program on the chain."""

    def __init__(self, blocks: Blocks, address: ActorId) -> None:
        self.blocks = blocks
        self.id = address

    def tell(
        self, payload: bytes = b"", *, value: int = 0, gas: int = GAS, who: bytes = ALICE
    ) -> MessageId:
        """Put a message into the queue; return its id."""
        self.blocks.events()
        self.blocks.call(gear.send_message(self.id, payload, gas, value, True), who)
        ((name, message, *_),) = self.blocks.events()
        assert name == "MessageQueued"
        return bytes(message)

    def ask(
        self, payload: bytes = b"", *, value: int = 0, gas: int = GAS, who: bytes = ALICE
    ) -> Reply:
        """Send a message and let the block run; return the reply, which must come at once."""
        message = self.tell(payload, value=value, gas=gas, who=who)
        self.blocks.run()
        reply = reply_to(message, sent_to_users(self.blocks))
        assert reply is not None
        self.blocks.next()
        return reply

    def answer(self, payload: bytes = b"", *, value: int = 0, gas: int = GAS) -> bytes:
        """The payload of a reply by the program itself, if it was asked."""
        reply = self.ask(payload, value=value, gas=gas)
        assert reply.code == MANUAL_REPLY, reply
        return reply.payload

    def do(self, payload: bytes = b"", *, value: int = 0, gas: int = GAS) -> None:
        """Send a message that is executed without a reply by the program itself."""
        reply = self.ask(payload, value=value, gas=gas)
        assert reply.code == AUTO_REPLY, reply

    def state(self, entry: str = "state", payload: bytes = b"") -> bytes:
        """What the program says of its state to a client, outside of any block."""
        ext = self.blocks.ext
        found = programs.get(ext, self.id)
        assert isinstance(found, ActiveProgram)
        metadata, code = codes.metadata(ext, found.code_id), codes.instrumented(ext, found.code_id)
        assert metadata is not None
        assert code is not None
        executable = ExecutableProgram(
            self.id,
            program_code(found.code_id, code),
            metadata.static_pages,
            metadata.stack_end,
            programs.allocations(ext, self.id) or EMPTY,
            lambda page: memory.page(ext, self.id, found.memory_infix, page),
        )
        return execute_for_reply(host_of(ext), executable, entry, payload, GAS, 1, 1)


def deploy(
    blocks: Blocks,
    name: str,
    payload: bytes = b"",
    *,
    value: int = 0,
    salt: bytes = b"",
    gas: int = GAS,
) -> Actor:
    """Upload a program of Alice's and let it initialize."""
    code = code_of(name)
    blocks.call(gear.upload_program(code, salt, payload, gas, value, True))
    blocks.next()
    blocks.events()
    hashed = blocks.ext.blake2_256
    return Actor(blocks, program_id_from_user(hashed, hashed(code), salt))


def sent_to_users(blocks: Blocks) -> list[UserMessage]:
    """What programs have sent to users since the last time."""
    return [event[1] for event in blocks.events() if event[0] == "UserMessageSent"]


def reply_to(message: MessageId, sent: list[UserMessage]) -> Reply | None:
    """Find the reply to a message."""
    for each in sent:
        match each.details:
            case ReplyDetails(to, code) if to == message:
                return Reply(code, each.payload, each.value)
    return None
