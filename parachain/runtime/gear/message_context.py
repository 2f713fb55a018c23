"""What a program sends and wakes during one execution, and the limits on that.

Nothing leaves before the execution has succeeded; `outcome` then says what does. Gas and value
are the business of the system calls, which come here last. Source: gear,
protocol/core/src/message/context.rs.
"""

from typing import Dict, List, NamedTuple, Optional, Tuple

from parachain.runtime.gear.dispatch import (
    ContextStore,
    Dispatch,
    DispatchKind,
    IncomingDispatch,
)
from parachain.runtime.gear.ext_error import ErrorCode, ExtError
from parachain.runtime.gear.ids import (
    ActorId,
    Blake2b256,
    MessageId,
    ReservationId,
    outgoing_message_id,
)
from parachain.runtime.gear.messages import MAX_PAYLOAD_SIZE, IncomingMessage
from parachain.runtime.gear.packets import (
    HandlePacket,
    InitPacket,
    ReplyPacket,
    handle_dispatch,
    init_dispatch,
    reply_dispatch,
)


class ContextSettings(NamedTuple):
    """Fees of system calls, in gas, and limits of one execution.

    outgoing_limit        messages that a message may begin to send, over all its executions.
    outgoing_bytes_limit  bytes of handle payloads in one execution.
    """

    sending_fee: int
    scheduled_sending_fee: int
    waiting_fee: int
    waking_fee: int
    reservation_fee: int
    outgoing_limit: int
    outgoing_bytes_limit: int


class InputRange(NamedTuple):
    """A part of the current message's payload that was found to be inside it."""

    start: int
    end: int


class Sent(NamedTuple):
    """A dispatch that leaves: after how many blocks, and on which reservation's gas."""

    dispatch: Dispatch
    delay: int
    reservation: Optional[ReservationId]


class ContextOutcome(NamedTuple):
    """What an execution that succeeded has sent, in the order in which it leaves."""

    dispatches: Tuple[Sent, ...]
    awakening: Tuple[Tuple[MessageId, int], ...]
    reply_deposits: Tuple[Tuple[MessageId, int], ...]
    reply_sent: bool


class MessageContext:
    """The current message and what has been made of it so far.

    Every refusal is an ExtError, and leaves everything as it was unless said otherwise.
    """

    __slots__ = (
        "_awakening",
        "_blake2_256",
        "_bytes",
        "_deposits",
        "_handles",
        "_initialized",
        "_inits",
        "_may_reply",
        "_nonce",
        "_payloads",
        "_reply",
        "_reply_payload",
        "_sent",
        "_store",
        "current",
        "kind",
        "program_id",
        "settings",
    )

    def __init__(
        self,
        blake2_256: Blake2b256,
        dispatch: IncomingDispatch,
        program_id: ActorId,
        settings: ContextSettings,
    ) -> None:
        self._blake2_256 = blake2_256
        self._store = ContextStore() if dispatch.context is None else dispatch.context
        self._nonce = self._store.local_nonce
        #: Keys are what was sent or created: messages by this execution, programs by any of them.
        self._sent: Dict[MessageId, None] = {}
        self._initialized: Dict[ActorId, None] = dict.fromkeys(self._store.initialized)
        #: Payload by handle; None once it was committed.
        self._payloads: Dict[int, Optional[bytearray]] = {}
        self._reply_payload = bytearray()
        self._bytes = 0
        self._inits: List[Sent] = []
        self._handles: List[Sent] = []
        self._reply: Optional[Sent] = None
        self._awakening: Dict[MessageId, int] = {}
        self._deposits: Dict[MessageId, int] = {}
        self.kind: DispatchKind = dispatch.kind
        self._may_reply = self.kind in (DispatchKind.INIT, DispatchKind.HANDLE)
        self.current: IncomingMessage = dispatch.message
        self.program_id = program_id
        self.settings = settings

    @property
    def reply_sent(self) -> bool:
        """Whether this execution has replied."""
        return self._reply is not None

    @property
    def reply_destination(self) -> ActorId:
        """Who gets the reply: the sender of the current message."""
        return self.current.source

    def init_program(self, packet: InitPacket, delay: int) -> Tuple[MessageId, ActorId]:
        """Create a program; return the ids of its first message and its own.

        Refuses: DUPLICATE_INIT, OUTGOING_MESSAGES_AMOUNT_LIMIT_EXCEEDED.
        """
        program = packet.program_id
        if program in self._initialized:
            raise ExtError(ErrorCode.DUPLICATE_INIT)
        nonce = self._next_nonce()
        message = outgoing_message_id(self._blake2_256, self.current.id, nonce)
        self._payloads[nonce] = None
        self._initialized[program] = None
        self._sent[message] = None
        self._inits.append(Sent(init_dispatch(message, self.program_id, packet), delay, None))
        return message, program

    def send_init(self) -> int:
        """Begin a message; return its handle.

        Refuses: OUTGOING_MESSAGES_AMOUNT_LIMIT_EXCEEDED.
        """
        handle = self._next_nonce()
        self._payloads[handle] = bytearray()
        return handle

    def send_push(self, handle: int, data: bytes) -> None:
        """Append to the payload of a message begun.

        Refuses: OUT_OF_BOUNDS (no such handle in this execution), LATE_ACCESS (committed),
        OUTGOING_MESSAGES_BYTES_LIMIT_EXCEEDED, MAX_MESSAGE_SIZE_EXCEED.
        """
        payload = self._open(handle)
        total = self._counted(len(data))
        _check_size(len(payload) + len(data))
        payload += data
        self._bytes = total

    def send_push_input(self, handle: int, part: InputRange) -> None:
        """Append a part of the current payload. Refuses as `send_push` does."""
        self.send_push(handle, self.current.payload[part.start : part.end])

    def send_commit(
        self,
        handle: int,
        packet: HandlePacket,
        delay: int,
        reservation: Optional[ReservationId],
    ) -> MessageId:
        """Send a message begun; its payload is what was pushed and then the packet's.

        Refuses as `send_push` does.
        """
        payload = self._open(handle)
        total = self._counted(len(packet.payload))
        _check_size(len(payload) + len(packet.payload))
        message = outgoing_message_id(self._blake2_256, self.current.id, handle)
        whole = packet
        if payload:
            whole = packet._replace(payload=bytes(payload) + packet.payload)
        self._handles.append(
            Sent(handle_dispatch(message, self.program_id, whole), delay, reservation)
        )
        self._payloads[handle] = None
        self._sent[message] = None
        self._bytes = total
        return message

    def check_input_range(self, offset: int, length: int) -> InputRange:
        """Find `length` bytes at `offset` in the current payload.

        Refuses: OUT_OF_BOUNDS_INPUT_SLICE_OFFSET, OUT_OF_BOUNDS_INPUT_SLICE_LENGTH.
        """
        size = len(self.current.payload)
        if offset >= size:
            raise ExtError(ErrorCode.OUT_OF_BOUNDS_INPUT_SLICE_OFFSET)
        if length > size - offset:
            raise ExtError(ErrorCode.OUT_OF_BOUNDS_INPUT_SLICE_LENGTH)
        return InputRange(offset, offset + length)

    def reply_push(self, data: bytes) -> None:
        """Append to the payload of the reply.

        Refuses: INCORRECT_ENTRY_FOR_REPLY, LATE_ACCESS (sent), MAX_MESSAGE_SIZE_EXCEED.
        """
        self._check_reply_availability()
        if self.reply_sent:
            raise ExtError(ErrorCode.LATE_ACCESS)
        _check_size(len(self._reply_payload) + len(data))
        self._reply_payload += data

    def reply_push_input(self, part: InputRange) -> None:
        """Append a part of the current payload. Refuses as `reply_push` does."""
        self.reply_push(self.current.payload[part.start : part.end])

    def reply_commit(self, packet: ReplyPacket, reservation: Optional[ReservationId]) -> MessageId:
        """Send the reply; its payload is what was pushed and then the packet's.

        Refuses: INCORRECT_ENTRY_FOR_REPLY, DUPLICATE_REPLY, MAX_MESSAGE_SIZE_EXCEED.
        """
        self._check_reply_availability()
        if self.reply_sent:
            raise ExtError(ErrorCode.DUPLICATE_REPLY)
        pushed = self._reply_payload
        _check_size(len(pushed) + len(packet.payload))
        dispatch = reply_dispatch(
            self._blake2_256,
            self.program_id,
            self.current.source,
            self.current.id,
            packet if not pushed else packet._replace(payload=bytes(pushed) + packet.payload),
        )
        self._reply = Sent(dispatch, 0, reservation)
        return dispatch.message.id

    def wake(self, message: MessageId, delay: int) -> None:
        """Wake a message of this program. Refuses: DUPLICATE_WAKING."""
        if message in self._awakening:
            raise ExtError(ErrorCode.DUPLICATE_WAKING)
        self._awakening[message] = delay

    def reply_deposit(self, message: MessageId, amount: int) -> None:
        """Pay ahead for handling the reply to a message that this execution has sent.

        Refuses: DUPLICATE_REPLY_DEPOSIT, INCORRECT_MESSAGE_FOR_REPLY_DEPOSIT.
        """
        if message in self._deposits:
            raise ExtError(ErrorCode.DUPLICATE_REPLY_DEPOSIT)
        if message not in self._sent:
            raise ExtError(ErrorCode.INCORRECT_MESSAGE_FOR_REPLY_DEPOSIT)
        self._deposits[message] = amount

    def outcome(self) -> ContextOutcome:
        """What leaves: programs created, then messages, then the reply."""
        dispatches = [*self._inits, *self._handles]
        if self._reply is not None:
            dispatches.append(self._reply)
        return ContextOutcome(
            tuple(dispatches),
            tuple(self._awakening.items()),
            tuple(self._deposits.items()),
            self.reply_sent,
        )

    def store(self, reservation_nonce: int, system_reservation: Optional[int]) -> ContextStore:
        """What the next execution of the message must know.

        `reservation_nonce` is the reserver's at the end, `system_reservation` what this execution
        has put aside: None if it has not.
        """
        before = self._store.system_reservation
        if system_reservation is not None:
            total = (before or 0) + system_reservation
            before = min(total, 2**64 - 1)
        initialized = tuple(sorted(self._initialized))
        return ContextStore(initialized, reservation_nonce, before, self._nonce)

    def _next_nonce(self) -> int:
        nonce = self._nonce
        if nonce >= self.settings.outgoing_limit:
            raise ExtError(ErrorCode.OUTGOING_MESSAGES_AMOUNT_LIMIT_EXCEEDED)
        self._nonce = nonce + 1
        return nonce

    def _open(self, handle: int) -> bytearray:
        if handle not in self._payloads:
            raise ExtError(ErrorCode.OUT_OF_BOUNDS)
        payload = self._payloads[handle]
        if payload is None:
            raise ExtError(ErrorCode.LATE_ACCESS)
        return payload

    def _counted(self, size: int) -> int:
        total = self._bytes + size
        if total > self.settings.outgoing_bytes_limit:
            raise ExtError(ErrorCode.OUTGOING_MESSAGES_BYTES_LIMIT_EXCEEDED)
        return total

    def _check_reply_availability(self) -> None:
        if not self._may_reply:
            raise ExtError(ErrorCode.INCORRECT_ENTRY_FOR_REPLY)


def _check_size(size: int) -> None:
    if size > MAX_PAYLOAD_SIZE:
        raise ExtError(ErrorCode.MAX_MESSAGE_SIZE_EXCEED)
