"""Round trips of every stored type, and hostile bytes: DecodeError, never anything else."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.primitives.scale import Codec, DecodeError, EncodeError
from parachain.runtime.gear import (
    answers,
    changes,
    dispatch,
    ids,
    intervals,
    messages,
    pages,
    program,
    reply_code,
    reservation,
    tasks,
)
from parachain.runtime.gear import gas_tree as gt

ID = st.binary(min_size=32, max_size=32)
U32 = st.integers(0, 2**32 - 1)
U64 = st.integers(0, 2**64 - 1)
U128 = st.integers(0, 2**128 - 1)
PAYLOAD = st.binary(max_size=40)

execution_errors = st.sampled_from(reply_code.SimpleExecutionError)
unavailable_errors = st.sampled_from(reply_code.SimpleUnavailableActorError)
error_reasons = st.one_of(
    st.builds(reply_code.Execution, execution_errors),
    st.builds(reply_code.UnavailableActor, unavailable_errors),
    st.builds(reply_code.RemovedFromWaitlist),
    st.builds(reply_code.UnsupportedReason),
)
reply_codes = st.one_of(
    st.builds(reply_code.Success, st.sampled_from(reply_code.SuccessReplyReason)),
    st.builds(reply_code.Error, error_reasons),
    st.builds(reply_code.UnsupportedCode),
)
signal_codes = st.one_of(
    st.builds(reply_code.ExecutionSignal, execution_errors),
    st.builds(reply_code.RemovedFromWaitlistSignal),
)
reply_details = st.builds(messages.ReplyDetails, ID, reply_codes)
details = st.one_of(st.none(), reply_details, st.builds(messages.SignalDetails, ID, signal_codes))
stored_messages = st.builds(messages.StoredMessage, ID, ID, ID, PAYLOAD, U128, details)
user_messages = st.builds(
    messages.UserMessage, ID, ID, ID, PAYLOAD, U128, st.none() | reply_details
)
kinds = st.sampled_from(dispatch.DispatchKind)
id_sets = st.lists(ID, unique=True, max_size=4).map(lambda found: tuple(sorted(found)))
contexts = st.builds(dispatch.ContextStore, id_sets, U64, st.none() | U64, U32)
stored_dispatches = st.builds(dispatch.StoredDispatch, kinds, stored_messages, st.none() | contexts)
slots = st.builds(reservation.GasReservationSlot, U64, U32, U32)
states = st.builds(program.Uninitialized, ID) | st.builds(program.Initialized)
active = st.builds(
    program.ActiveProgram, U32, U32, st.dictionaries(ID, slots, max_size=3), ID, states, U32
)
node_ids = st.builds(gt.NodeId, ID) | st.builds(gt.ReservationNodeId, ID)
multipliers = st.builds(gt.ValuePerGas, U128) | st.builds(gt.GasPerValue, U64)
locks = st.tuples(U64, U64, U64, U64)
refs = st.builds(gt.ChildrenRefs, U32, U32)
gas_nodes = st.one_of(
    st.builds(gt.External, ID, multipliers, U64, locks, U64, refs, st.booleans(), st.booleans()),
    st.builds(gt.Cut, ID, multipliers, U64, locks),
    st.builds(gt.Reserved, ID, multipliers, U64, locks, refs, st.booleans()),
    st.builds(gt.SpecifiedLocal, node_ids, node_ids, U64, locks, U64, refs, st.booleans()),
    st.builds(gt.UnspecifiedLocal, node_ids, node_ids, locks, U64),
)
scheduled_tasks = st.one_of(
    st.builds(tasks.RemoveFromMailbox, ID, ID),
    st.builds(tasks.RemoveFromWaitlist, ID, ID),
    st.builds(tasks.WakeMessage, ID, ID),
    st.builds(tasks.SendDispatch, ID),
    st.builds(tasks.SendUserMessage, ID, st.booleans()),
    st.builds(tasks.RemoveGasReservation, ID, ID),
)
page_sets = st.sets(st.integers(0, 60), max_size=30).map(
    lambda found: tuple_of_intervals(sorted(found))
)
woken_reasons = st.one_of(
    st.builds(changes.WokenByRuntime, st.sampled_from(changes.MessageWokenRuntimeReason)),
    st.builds(changes.WokenBySystem, st.sampled_from(changes.MessageWokenSystemReason)),
)
read_reasons = st.one_of(
    st.builds(changes.ReadByUser, st.sampled_from(changes.UserMessageReadRuntimeReason)),
    st.builds(changes.ReadBySystem, st.sampled_from(changes.UserMessageReadSystemReason)),
)
program_changes = st.one_of(
    st.builds(changes.ProgramActive, U32),
    st.builds(changes.ProgramInactive),
    st.builds(changes.ProgramTerminated),
    st.builds(changes.ProgramSet, U32),
)
reply_infos = st.builds(answers.ReplyInfo, PAYLOAD, U128, reply_codes)


def tuple_of_intervals(found: list[int]) -> intervals.Intervals:
    pages_of: intervals.Intervals = ()
    for page in found:
        pages_of = intervals.insert(pages_of, page, page)
    return pages_of


CASES: list[tuple[Codec[Any], st.SearchStrategy[Any]]] = [
    (reply_code.REPLY_CODE, reply_codes),
    (reply_code.SIGNAL_CODE, signal_codes),
    (messages.STORED_MESSAGE, stored_messages),
    (messages.USER_MESSAGE, user_messages),
    (
        messages.USER_STORED_MESSAGE,
        st.builds(messages.UserStoredMessage, ID, ID, ID, PAYLOAD, U128),
    ),
    (dispatch.CONTEXT_STORE, contexts),
    (dispatch.STORED_DISPATCH, stored_dispatches),
    (
        dispatch.STORED_DELAYED_DISPATCH,
        st.builds(dispatch.StoredDelayedDispatch, kinds, stored_messages),
    ),
    (dispatch.LINKED_NODE, st.builds(dispatch.LinkedNode, st.none() | ID, stored_dispatches)),
    (intervals.INTERVAL, st.builds(intervals.Interval, U32, U32)),
    (intervals.INTERVALS_TREE, page_sets),
    (
        program.PROGRAM,
        active | st.builds(program.Exited, ID) | st.builds(program.Terminated, ID),
    ),
    (tasks.SCHEDULED_TASK, scheduled_tasks),
    (gt.GAS_NODE_ID, node_ids),
    (gt.GAS_NODE, gas_nodes),
    (changes.MESSAGE_WOKEN_REASON, woken_reasons),
    (changes.USER_MESSAGE_READ_REASON, read_reasons),
    (changes.PROGRAM_CHANGE_KIND, program_changes),
    (
        answers.CALCULATE_REPLY_FOR_HANDLE_RESULT,
        st.builds(
            answers.CalculateReplyForHandleResult,
            reply_infos,
            st.lists(user_messages, max_size=2).map(tuple),
        ),
    ),
]


@pytest.mark.parametrize(
    ("codec", "values"), CASES, ids=lambda case: getattr(case, "rust_name", "")
)
@given(data=st.data())
def test_round_trip_and_its_prefixes(
    codec: Codec[Any], values: st.SearchStrategy[Any], data: st.DataObject
) -> None:
    value = data.draw(values)
    encoded = codec.encode(value)
    assert codec.decode(encoded) == value
    cut = data.draw(st.integers(0, len(encoded) - 1))
    with pytest.raises(DecodeError):
        codec.decode(encoded[:cut])
    with pytest.raises(DecodeError):
        codec.decode(encoded + b"\0")


@pytest.mark.parametrize(
    ("codec", "values"), CASES, ids=lambda case: getattr(case, "rust_name", "")
)
@given(data=st.binary(max_size=120))
def test_hostile_bytes(codec: Codec[Any], values: st.SearchStrategy[Any], data: bytes) -> None:
    del values
    try:
        value = codec.decode(data)
    except DecodeError:
        return
    assert codec.encode(value) == data


@pytest.mark.parametrize(
    ("codec", "data", "reason"),
    [
        (reply_code.REPLY_CODE, b"\x01\x01", "no variant 1"),
        (reply_code.REPLY_CODE, b"\x01\x04", "no variant 4"),
        (reply_code.REPLY_CODE, b"\x02", "no variant 2"),
        (dispatch.DISPATCH_KIND, b"\x04", "no variant 4"),
        (tasks.SCHEDULED_TASK, b"\x06" + bytes(64), "no variant 6"),
        (intervals.INTERVALS_TREE, b"\x04" + b"\x05\0\0\0" + b"\x04\0\0\0", "interval 0"),
        (
            intervals.INTERVALS_TREE,
            b"\x08" + b"\0\0\0\0\x04\0\0\0" + b"\x05\0\0\0\x06\0\0\0",
            "interval 1",
        ),
        (messages.PAYLOAD, b"\x02\x00\x00\x02", "bytes"),
        (pages.PAGE_BUF, bytes(16383), "needs 16384 bytes"),
        (changes.MESSAGE_WAITED_REASON, b"\x01\x00", "no variant 0"),
    ],
)
def test_refused_bytes_and_why(codec: Codec[Any], data: bytes, reason: str) -> None:
    with pytest.raises(DecodeError, match=reason):
        codec.decode(data)


def test_payload_above_the_limit() -> None:
    too_long = bytes(messages.MAX_PAYLOAD_SIZE + 1)
    with pytest.raises(EncodeError):
        messages.PAYLOAD.encode(too_long)
    length = (len(too_long) << 2 | 2).to_bytes(4, "little")
    with pytest.raises(DecodeError, match="limit"):
        messages.PAYLOAD.decode(length + too_long)


def test_intervals_that_touch_are_not_encoded() -> None:
    with pytest.raises(EncodeError, match="interval 1"):
        intervals.INTERVALS_TREE.encode(((0, 3), (4, 5)))


def test_page_is_its_raw_bytes() -> None:
    page = bytes(range(256)) * 64
    assert pages.PAGE_BUF.encode(page) == page


def test_tasks_run_in_the_order_of_their_bytes() -> None:
    a, b = bytes(32), b"\xff" + bytes(31)
    due: list[tasks.ScheduledTask] = [
        tasks.RemoveGasReservation(a, a),
        tasks.SendUserMessage(a, to_mailbox=False),
        tasks.WakeMessage(b, a),
        tasks.RemoveFromWaitlist(b, b),
        tasks.WakeMessage(a, b),
        tasks.SendDispatch(a),
        tasks.RemoveFromMailbox(b, a),
    ]
    ordered = sorted(due, key=tasks.SCHEDULED_TASK.encode)
    assert [type(task).__name__ for task in ordered] == [
        "RemoveFromMailbox",
        "RemoveFromWaitlist",
        "WakeMessage",
        "WakeMessage",
        "SendDispatch",
        "SendUserMessage",
        "RemoveGasReservation",
    ]
    assert ordered[2] == tasks.WakeMessage(a, b)


def test_variants_of_equal_fields_differ() -> None:
    one = ids.SYSTEM_ACTOR
    ended: list[program.Program] = [program.Exited(one), program.Terminated(one)]
    assert ended[0] != ended[1]
    keys: list[gt.GasNodeId] = [gt.NodeId(one), gt.ReservationNodeId(one)]
    assert keys[0] != keys[1]
