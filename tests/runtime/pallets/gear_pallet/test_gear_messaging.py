"""Messages between users and programs: what is sent, answered, told, refused or undone.

Named as the reference's tests of pallet_gear.
"""

import pytest

from parachain.runtime.gear.changes import (
    HandleEntry,
    InitEntry,
    MessageWaitedRuntimeReason,
    ProgramActive,
    ProgramSet,
    ProgramTerminated,
)
from parachain.runtime.gear.dispatch import ContextStore
from parachain.runtime.gear.ids import outgoing_message_id, program_id_from_user
from parachain.runtime.gear.program import Initialized, Uninitialized
from parachain.runtime.gear.reply_code import (
    AUTO_REPLY,
    MANUAL_REPLY,
    Error,
    SimpleUnavailableActorError,
    UnavailableActor,
)
from parachain.runtime.pallets import gear, gear_program, system
from parachain.runtime.pallets.gear.declarations import GAS_LIMIT_TOO_HIGH
from parachain.runtime.pallets.gear_bank.declarations import INSUFFICIENT_BALANCE
from parachain.runtime.pallets.gear_messenger import queue
from tests.runtime.pallets.gear_pallet.blocks import Blocks
from tests.runtime.pallets.gear_pallet.course import (
    FAILED,
    NOTE,
    SUCCESS,
    WAKE,
    begin,
    commands,
    knowing,
    mark,
    process,
    stages,
    tell,
    word,
)
from tests.runtime.pallets.gear_pallet.programs import DATA, RESULT, must, program, reply, syscall
from tests.runtime.pallets.gear_pallet.traffic import GAS, TO, everything_is_over, upload
from tests.runtime.pallets.scene import ALICE, BOB, EVE, FUNDS, UNIT, fails

UNINITIALIZED = Error(UnavailableActor(SimpleUnavailableActorError.UNINITIALIZED))
SEND = must("gr_send_wgas", TO, DATA, 0, 10_000_000, 0, RESULT)


# -- from users --------------------------------------------------------------------------------


def test_send_message_works(blocks: Blocks) -> None:
    """To a program it is queued, to a user it is a transfer."""
    address = upload(blocks, program())
    blocks.events()
    blocks.call(gear.send_message(address, b"hello", GAS, UNIT, False))
    (event,) = blocks.events()
    message = event[1]
    assert event == ("MessageQueued", message, ALICE, address, HandleEntry())
    (queued,) = queue.iterate(blocks.ext)
    assert (queued.message.payload, queued.message.value) == (b"hello", UNIT)
    blocks.call(gear.send_message(EVE, b"", 0, UNIT, False))
    assert (blocks.free(EVE), queue.length(blocks.ext)) == (UNIT, 1)


def test_send_message_expected_failure(blocks: Blocks) -> None:
    address = upload(blocks, program())
    too_much = gear.send_message(address, b"", GAS, FUNDS, False)
    with fails(blocks.ext, INSUFFICIENT_BALANCE):
        blocks.call(too_much)
    with fails(blocks.ext, GAS_LIMIT_TOO_HIGH):
        blocks.call(gear.send_message(address, b"", 750_000_000_001, 0, False))


def test_send_message_uninitialized_program(blocks: Blocks) -> None:
    """Messages are refused until a reply lets the initialization end.

    The reference has this as defer_program_initialization, too.
    """
    code = knowing(BOB, init=stages(NOTE + SEND + syscall("gr_wait"), ""), handle_reply=WAKE)
    address, first = begin(blocks, code)
    state = gear_program.programs.active(blocks.ext, address).state
    assert state == Uninitialized(first)
    (asked,) = process(blocks).told
    message = tell(blocks, address)
    assert process(blocks).code(message) == UNINITIALIZED
    blocks.call(gear.send_reply(asked.id, b"", 10**9, 0, False), BOB)
    assert process(blocks).statuses[first] is SUCCESS
    assert gear_program.programs.active(blocks.ext, address).state == Initialized()
    assert process(blocks).total == 0


def test_uninitialized_program_should_accept_replies(blocks: Blocks) -> None:
    code = knowing(BOB, init=SEND + syscall("gr_wait"), handle_reply=mark(4096))
    address, _ = begin(blocks, code)
    (asked,) = process(blocks).told
    blocks.call(gear.send_reply(asked.id, b"", 10**9, 0, False), BOB)
    assert list(process(blocks).statuses.values()) == [SUCCESS]
    assert word(blocks, address, 4096) == 1


def test_messages_processing_works(blocks: Blocks) -> None:
    """In the order of sending, those of programs behind those of users."""
    address = upload(blocks, knowing(BOB, handle=stages(*[SEND] * 3)))
    messages = [tell(blocks, address) for _ in range(3)]
    assert [queued.message.id for queued in queue.iterate(blocks.ext)] == messages
    done = process(blocks)
    assert list(done.statuses) == sorted(messages)
    assert [told.id for told in done.told] == [
        outgoing_message_id(blocks.ext.blake2_256, message, 0) for message in messages
    ]


@pytest.mark.parametrize("ended", [False, True])
def test_message_processing_for_non_existing_destination(blocks: Blocks, ended: bool) -> None:
    """A program that ends after the message was queued."""
    code = program(init="unreachable" if ended else "")
    address, first = begin(blocks, code)
    message = tell(blocks, address)
    done = process(blocks)
    terminated = Error(UnavailableActor(SimpleUnavailableActorError.INITIALIZATION_FAILURE))
    assert done.code(message) == (terminated if ended else AUTO_REPLY)
    assert done.statuses[first] is (FAILED if ended else SUCCESS)
    everything_is_over(blocks)


# -- events ------------------------------------------------------------------------------------


def test_events_logging_works(blocks: Blocks) -> None:
    """The life of a program in events, the extrinsic's and those of the block's end."""
    code = program()
    hashed = blocks.ext.blake2_256
    address = program_id_from_user(hashed, hashed(code), b"")
    now = gear.block_number(blocks.ext)
    blocks.call(gear.upload_program(code, b"", b"", GAS, 0, False))
    uploaded = blocks.events()
    assert [name for name, *_ in uploaded] == ["CodeChanged", "ProgramChanged", "MessageQueued"]
    assert uploaded[1] == ("ProgramChanged", address, ProgramSet(2**32 - 1))
    message = uploaded[2][1]
    assert uploaded[2] == ("MessageQueued", message, ALICE, address, InitEntry())
    done = process(blocks)
    assert [name for name, *_ in done.events] == [
        "UserMessageSent",
        "ProgramChanged",
        "MessagesDispatched",
    ]
    assert done.events[1] == ("ProgramChanged", address, ProgramActive(now))
    assert done.events[2] == ("MessagesDispatched", 1, {message: SUCCESS}, ())


def test_init_message_logging_works(blocks: Blocks) -> None:
    address, message = begin(blocks, program(init="unreachable"))
    done = process(blocks)
    assert done.of("ProgramChanged") == [(address, ProgramTerminated())]
    assert done.statuses == {message: FAILED}


def test_program_lifecycle_works(blocks: Blocks) -> None:
    good, first = begin(blocks, program())
    bad, second = begin(blocks, program(init="unreachable"))
    for each, message in ((good, first), (bad, second)):
        assert gear_program.programs.active(blocks.ext, each).state == Uninitialized(message)
    process(blocks)
    assert gear_program.programs.active(blocks.ext, good).state == Initialized()
    assert gear_program.programs.memory_infix(blocks.ext, bad) is None


def test_wait_is_told(blocks: Blocks) -> None:
    address = upload(blocks, program(handle=syscall("gr_wait")))
    message = tell(blocks, address)
    ((waiting, origin, reason, _),) = process(blocks).of("MessageWaited")
    assert (waiting, origin, reason.reason) == (
        message,
        None,
        MessageWaitedRuntimeReason.WAIT_CALLED,
    )


# -- between programs --------------------------------------------------------------------------


def test_two_programs_composition_works(blocks: Blocks) -> None:
    """b(a(x)): the answer of one goes into the other's."""
    note_reply = must("gr_read", 0, 4, 5000, RESULT) + WAKE
    double = must("gr_read", 0, 4, 5000, RESULT) + (
        "(i32.store (i32.const 5000) (i32.mul (i32.load (i32.const 5000)) (i32.const 2)))"
    )
    doubler = upload(blocks, program(handle=double + must("gr_reply", 5000, 4, 0, RESULT)))
    ask = must("gr_read", 0, 4, 5000, RESULT) + must("gr_send_wgas", TO, 5000, 4, 10**9, 0, RESULT)
    handle = stages(
        NOTE + ask + syscall("gr_wait"), must("gr_reply", 5000, 4, 0, RESULT) + mark(4096, 0)
    )
    inner = upload(blocks, knowing(doubler, handle=handle, handle_reply=note_reply), b"inner")
    outer = upload(
        blocks,
        knowing(inner, handle=handle.replace("1000000000", "5000000000"), handle_reply=note_reply),
        b"outer",
    )
    message = tell(blocks, outer, (21).to_bytes(4, "little"))
    assert process(blocks).reply(message).payload == (42).to_bytes(4, "little")
    everything_is_over(blocks)


def distributor(blocks: Blocks, children: "tuple[bytes, ...]", salt: bytes) -> bytes:
    """Adds the payload to what it has, and passes half of it on to each child."""
    add = must("gr_read", 0, 4, 5000, RESULT) + (
        "(i32.store (i32.const 4096) (i32.add (i32.load (i32.const 4096)) "
        "(i32.load (i32.const 5000)))) (i32.store (i32.const 5000) (i32.shr_u "
        "(i32.load (i32.const 5000)) (i32.const 1)))"
    )
    data = bytes(32) + b"".join(child + bytes(16) for child in children)
    sends = "".join(must("gr_send", TO + 48 * n, 5000, 4, 0, RESULT) for n in range(len(children)))
    return upload(blocks, program(handle=add + sends, data=data), salt)


def test_distributor_distribute(blocks: Blocks) -> None:
    """A tree of programs shares what its root is given; distributor_initialize makes it."""
    leaves = tuple(distributor(blocks, (), bytes([n])) for n in range(2))
    branch = distributor(blocks, leaves, b"b")
    root = distributor(blocks, (branch,), b"root")
    assert [word(blocks, each, 4096) for each in (root, branch, *leaves)] == [0] * 4
    tell(blocks, root, (100).to_bytes(4, "little"))
    assert process(blocks).total == 4 + 3  # and the automatic replies
    assert [word(blocks, each, 4096) for each in (root, branch, *leaves)] == [100, 50, 25, 25]
    everything_is_over(blocks)


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (must("gr_send_input", TO, 2, 3, 0, RESULT), b"lay"),
        (must("gr_send_input_wgas", TO, 0, 5, 10_000, 0, RESULT), b"relay"),
    ],
)
def test_relay_messages(blocks: Blocks, action: str, expected: bytes) -> None:
    """The payload, or a part of it, goes on to another."""
    address = upload(blocks, knowing(BOB, handle=action))
    tell(blocks, address, b"relay")
    (told,) = process(blocks).told
    assert told.payload == expected


def test_relay_as_a_reply(blocks: Blocks) -> None:
    address = upload(blocks, program(handle=must("gr_reply_input", 1, 4, 0, RESULT)))
    message = tell(blocks, address, b"relay")
    done = process(blocks)
    assert (done.reply(message).payload, done.code(message)) == (b"elay", MANUAL_REPLY)


# -- what programs must not do, or do wrong ----------------------------------------------------


def test_state_rollback(blocks: Blocks) -> None:
    """What fails leaves no trace in memory, and sends nothing; what leaves does."""
    handle = commands(mark(4096) + SEND + "unreachable", mark(4096, 2) + SEND + syscall("gr_leave"))
    address = upload(blocks, knowing(BOB, handle=handle))
    failed = tell(blocks, address)
    done = process(blocks)
    assert (done.statuses, done.told, done.changed) == ({failed: FAILED}, [], ())
    assert word(blocks, address, 4096) == 0
    tell(blocks, address, b"\1")
    done = process(blocks)
    assert (len(done.told), done.changed) == (1, (address,))
    assert word(blocks, address, 4096) == 2


@pytest.mark.parametrize(
    ("call", "error"),
    [
        pytest.param(
            syscall("gr_send", TO, 2**31, 1, 0, 4096), 201, id="backend_errors_handled_in_program"
        ),
        pytest.param(syscall("gr_read", 0, 99, 5000, 4096), 104, id="check_gr_read_error_works"),
        pytest.param(
            syscall("gr_reply_push", 5000, 8_000_000, 4096), 201, id="outside of the memory"
        ),
        pytest.param(
            syscall("gr_send_wgas", TO, DATA, 0, 2**63, 0, 4096), 100, id="more gas than it has"
        ),
    ],
)
def test_errors_that_programs_are_told(blocks: Blocks, call: str, error: int) -> None:
    address = upload(blocks, knowing(BOB, handle=call))
    message = tell(blocks, address)
    assert process(blocks).statuses == {message: SUCCESS}
    assert word(blocks, address, 4096) == error


def test_check_reply_push_payload_exceed(blocks: Blocks) -> None:
    """8 MiB and no more."""
    allocate = "(drop (call $alloc (i32.const 130)))"
    most = 8 * 1024 * 1024
    pushes = must("gr_reply_push", 131_072, most, RESULT) + syscall(
        "gr_reply_push", 131_072, 1, 4096
    )
    address = upload(blocks, program(handle=allocate + pushes))
    message = tell(blocks, address, gas=700_000_000_000)
    assert process(blocks).statuses == {message: SUCCESS}
    assert word(blocks, address, 4096) == 300


def test_outgoing_messages_bytes_limit_exceeded(blocks: Blocks) -> None:
    """64 MiB of payloads in one execution: the eighth of 8 MiB is one byte too much with it."""
    allocate = "(drop (call $alloc (i32.const 130)))"
    most = 8 * 1024 * 1024
    push = syscall("gr_send_init", 4100) + (
        "(call $gr_send_push (i32.load (i32.const 4104)) (i32.const 131072) "
        f"(i32.const {most}) (i32.const 4096))"
    )
    one_more = push.replace(f"(i32.const {most})", "(i32.const 1)")
    address = upload(blocks, program(handle=allocate + push * 8 + one_more))
    message = tell(blocks, address, gas=700_000_000_000)
    assert process(blocks).statuses == {message: SUCCESS}
    assert word(blocks, address, 4096) == 311


def test_call_forbidden_function(blocks: Blocks) -> None:
    """Gas calculations forbid gr_gas_available; messages may call it."""
    address = upload(blocks, program(handle=syscall("gr_gas_available", 4096)))
    message = tell(blocks, address)
    assert process(blocks).statuses == {message: SUCCESS}
    assert word(blocks, address, 4096) > 0


@pytest.mark.parametrize(
    "call", [syscall("gr_source", 5000), reply(), syscall("gr_system_reserve_gas", 1, 5000)]
)
def test_dispatch_kind_forbidden_function(blocks: Blocks, call: str) -> None:
    """In a signal some functions trap."""
    aside = must("gr_system_reserve_gas", 2 * 10**9, RESULT)
    address = upload(blocks, program(handle=aside + "unreachable", handle_signal=mark(4096) + call))
    message = tell(blocks, address)
    done = process(blocks)
    assert (done.total, set(done.statuses.values())) == (2, {FAILED})
    assert done.statuses[message] is FAILED
    assert word(blocks, address, 4096) == 0


def test_replies_denied_in_handle_reply(blocks: Blocks) -> None:
    answer = syscall("gr_reply", DATA, 1, 0, 4096)
    address = upload(blocks, knowing(BOB, handle=SEND, handle_reply=answer))
    tell(blocks, address)
    (asked,) = process(blocks).told
    blocks.call(gear.send_reply(asked.id, b"", 10**9, 0, False), BOB)
    process(blocks)
    assert word(blocks, address, 4096) == 108
    everything_is_over(blocks)


def test_double_read_works(blocks: Blocks) -> None:
    twice = must("gr_read", 0, 4, 5000, RESULT) + must("gr_read", 2, 2, 5004, RESULT)
    address = upload(blocks, program(handle=twice + must("gr_reply", 5000, 6, 0, RESULT)))
    message = tell(blocks, address, b"read")
    assert process(blocks).reply(message).payload == b"readad"


def test_check_random_works(blocks: Blocks) -> None:
    """A hash of the subject and of what nobody knew before the block below."""
    random = syscall("gr_random", DATA, 5000) + must("gr_reply", 5000, 36, 0, RESULT)
    address = upload(blocks, program(handle=random, data=b"subject".ljust(32)))
    first, second = tell(blocks, address), tell(blocks, address)
    hashed = blocks.ext.blake2_256
    parent = system.parent_hash(blocks.ext)
    block = system.block_number(blocks.ext) - 1
    done = process(blocks)
    for message in (first, second):
        value = hashed(b"subject".ljust(32) + hashed(message + parent))
        assert done.reply(message).payload == block.to_bytes(4, "little") + value


def test_incorrect_store_context(blocks: Blocks) -> None:
    """A message that has been executed before does not move its value again."""
    address = upload(blocks, program(handle=mark(4096)))
    message = tell(blocks, address)
    dispatch = queue.dequeue(blocks.ext)
    assert dispatch is not None
    context = ContextStore(local_nonce=1024, reservation_nonce=5)
    queue.enqueue(blocks.ext, dispatch._replace(context=context))
    assert process(blocks).statuses == {message: SUCCESS}
    assert word(blocks, address, 4096) == 1
    everything_is_over(blocks)
