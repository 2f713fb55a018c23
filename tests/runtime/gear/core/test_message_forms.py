"""Messages and dispatches on their way through queue, stash, execution, waitlist and mailbox."""

import pytest

from parachain.runtime.gear import changes, dispatch, messages, packets
from parachain.runtime.gear.dispatch import ContextStore, Dispatch, DispatchKind, StoredDispatch
from parachain.runtime.gear.ids import (
    SYSTEM_ACTOR,
    program_id_from_user,
    reply_id,
    signal_id,
)
from parachain.runtime.gear.messages import (
    Message,
    ReplyDetails,
    SignalDetails,
    StoredMessage,
    UserMessage,
    UserStoredMessage,
)
from parachain.runtime.gear.program import (
    ActiveProgram,
    Exited,
    Initialized,
    Uninitialized,
    is_initialized,
)
from parachain.runtime.gear.reply_code import (
    AUTO_REPLY,
    Error,
    ExecutionSignal,
    RemovedFromWaitlist,
    SimpleExecutionError,
)
from parachain.runtime.gear.termination import MessageWaitedType
from tests.runtime.gear.core.hashing import blake2_256, some_id

ID, SOURCE, DESTINATION = some_id(1), some_id(2), some_id(3)
SENT = Message(ID, SOURCE, DESTINATION, b"data", 500, 7, None)
KEPT = StoredMessage(ID, SOURCE, DESTINATION, b"data", 7, None)
SIGNAL = SignalDetails(some_id(4), ExecutionSignal(SimpleExecutionError.RAN_OUT_OF_GAS))
REPLY = ReplyDetails(some_id(4), AUTO_REPLY)


def test_queue_and_stash_forget_the_gas() -> None:
    fresh = Dispatch(DispatchKind.HANDLE, SENT)
    queued = StoredDispatch(DispatchKind.HANDLE, KEPT, None)
    assert dispatch.stored(fresh) == queued
    assert dispatch.released(dispatch.stored_delayed(fresh)) == queued


def test_execution_and_back() -> None:
    queued = StoredDispatch(DispatchKind.HANDLE, KEPT, ContextStore(local_nonce=4))
    executed = dispatch.incoming(queued, 300)
    assert executed.message.gas_limit == 300
    assert dispatch.returned(executed, DESTINATION, queued.context) == queued


def test_mailbox_keeps_what_is_no_reply() -> None:
    seen = messages.user_message(KEPT)
    assert seen == UserMessage(ID, SOURCE, DESTINATION, b"data", 7, None)
    assert messages.user_stored_message(seen) == UserStoredMessage(
        ID, SOURCE, DESTINATION, b"data", 7
    )
    replied = messages.user_message(KEPT._replace(details=REPLY))
    with pytest.raises(ValueError, match="mailbox"):
        messages.user_stored_message(replied)


def test_users_get_no_signals() -> None:
    with pytest.raises(ValueError, match="signal"):
        messages.user_message(KEPT._replace(details=SIGNAL))


def test_kinds_of_details() -> None:
    failed = ReplyDetails(ID, Error(RemovedFromWaitlist()))
    assert [messages.is_reply(each) for each in (None, SIGNAL, REPLY, failed)] == [
        False,
        False,
        True,
        True,
    ]
    assert [messages.is_error_reply(each) for each in (None, SIGNAL, REPLY, failed)] == [
        False,
        False,
        False,
        True,
    ]


def test_signal() -> None:
    assert packets.signal_dispatch(blake2_256, some_id(4), DESTINATION, SIGNAL.code) == Dispatch(
        DispatchKind.SIGNAL,
        Message(signal_id(blake2_256, some_id(4)), SYSTEM_ACTOR, DESTINATION, b"", None, 0, SIGNAL),
    )


def test_reply_by_the_system() -> None:
    packet = packets.error_reply_packet(b"why", 9, RemovedFromWaitlist())
    made = packets.reply_dispatch(blake2_256, SOURCE, DESTINATION, ID, packet)
    assert made.message == Message(
        reply_id(blake2_256, ID),
        SOURCE,
        DESTINATION,
        b"why",
        None,
        9,
        ReplyDetails(ID, Error(RemovedFromWaitlist())),
    )


def test_init_by_a_user() -> None:
    packet = packets.init_packet_from_user(blake2_256, some_id(9), b"salt", b"go", 10, 3)
    assert packet.program_id == program_id_from_user(blake2_256, some_id(9), b"salt")
    assert packets.init_dispatch(ID, SOURCE, packet) == Dispatch(
        DispatchKind.INIT, Message(ID, SOURCE, packet.program_id, b"go", 10, 3, None)
    )


def test_only_an_initialized_program_is_initialized() -> None:
    active = ActiveProgram(0, 0, {}, some_id(5), Uninitialized(ID), 1)
    assert not is_initialized(active)
    assert is_initialized(active._replace(state=Initialized()))
    assert not is_initialized(Exited(ID))


def test_entry_points_by_kind() -> None:
    assert dispatch.ENTRY_POINTS[DispatchKind.REPLY] == "handle_reply"
    assert len(dispatch.ENTRY_POINTS) == len(DispatchKind)


def test_reason_of_a_wait() -> None:
    encoded = [
        changes.MESSAGE_WAITED_REASON.encode(changes.waited_reason(each))
        for each in MessageWaitedType
    ]
    assert encoded == [b"\0\0", b"\0\1", b"\0\2", b"\0\3"]
