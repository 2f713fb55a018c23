"""Reply and signal codes: 4-byte form, numbers, words.

The bytes are those of gear, protocol/errors/src/simple.rs; the words those of its Display.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.runtime.gear import reply_code as rc
from parachain.runtime.gear.reply_code import SimpleExecutionError as Failed
from parachain.runtime.gear.reply_code import SimpleUnavailableActorError as Away
from parachain.runtime.gear.reply_text import reply_code_text

CODES: list[tuple[rc.ReplyCode, str, str]] = [
    (rc.AUTO_REPLY, "00000000", "Success reply sent due to automatic sending"),
    (rc.MANUAL_REPLY, "00010000", "Success reply sent due to manual sending"),
    (
        rc.Error(rc.Execution(Failed.RAN_OUT_OF_GAS)),
        "01000000",
        "Error reply sent due to execution error (Message ran out of gas)",
    ),
    (
        rc.Error(rc.Execution(Failed.UNREACHABLE_INSTRUCTION)),
        "01000400",
        "Error reply sent due to execution error (Program called WASM `unreachable` instruction)",
    ),
    (
        rc.Error(rc.Execution(Failed.UNSUPPORTED)),
        "0100ff00",
        "Error reply sent due to execution error (<unsupported error>)",
    ),
    (
        rc.Error(rc.UnavailableActor(Away.PROGRAM_EXITED)),
        "01020000",
        "Error reply sent due to destination actor is unavailable (Program exited)",
    ),
    (
        rc.Error(rc.UnavailableActor(Away.REINSTRUMENTATION_FAILURE)),
        "01020400",
        (
            "Error reply sent due to destination actor is unavailable "
            "(Program re-instrumentation failed)"
        ),
    ),
    (
        rc.Error(rc.RemovedFromWaitlist()),
        "01030000",
        "Error reply sent due to removal from waitlist",
    ),
    (
        rc.Error(rc.UnsupportedReason()),
        "01ff0000",
        "Error reply sent due to <unsupported reason>",
    ),
    (rc.UnsupportedCode(), "ff000000", "<unsupported reply code>"),
]


@pytest.mark.parametrize(("code", "form", "text"), CODES, ids=[form for _, form, _ in CODES])
def test_forms_of_reply_codes(code: rc.ReplyCode, form: str, text: str) -> None:
    assert rc.reply_code_bytes(code).hex() == form
    assert rc.reply_code_from_bytes(bytes.fromhex(form)) == code
    assert reply_code_text(code) == text
    assert rc.is_error(code) is (form[:2] == "01")


@pytest.mark.parametrize(
    ("form", "read_as"),
    [
        ("00020000", rc.Success(rc.SuccessReplyReason.UNSUPPORTED)),
        ("01010000", rc.Error(rc.UnsupportedReason())),  # retired
        ("01040000", rc.Error(rc.UnsupportedReason())),  # retired
        ("01000600", rc.Error(rc.Execution(Failed.UNSUPPORTED))),
        ("01020500", rc.Error(rc.UnavailableActor(Away.UNSUPPORTED))),
        ("02000000", rc.UnsupportedCode()),
        ("00010909", rc.MANUAL_REPLY),
    ],
)
def test_unknown_bytes_become_unsupported(form: str, read_as: rc.ReplyCode) -> None:
    assert rc.reply_code_from_bytes(bytes.fromhex(form)) == read_as


@given(st.binary(min_size=4, max_size=4))
def test_any_four_bytes_are_a_code(data: bytes) -> None:
    code = rc.reply_code_from_bytes(data)
    assert rc.reply_code_from_bytes(rc.reply_code_bytes(code)) == code


@pytest.mark.parametrize(
    ("code", "number"),
    [
        (rc.ExecutionSignal(Failed.USERSPACE_PANIC), 100),
        (rc.ExecutionSignal(Failed.RAN_OUT_OF_GAS), 101),
        (rc.ExecutionSignal(Failed.BACKEND_ERROR), 102),
        (rc.ExecutionSignal(Failed.MEMORY_OVERFLOW), 103),
        (rc.ExecutionSignal(Failed.UNREACHABLE_INSTRUCTION), 104),
        (rc.ExecutionSignal(Failed.STACK_LIMIT_EXCEEDED), 105),
        (rc.RemovedFromWaitlistSignal(), 200),
        (rc.ExecutionSignal(Failed.UNSUPPORTED), 2**32 - 1),
    ],
)
def test_numbers_of_signal_codes(code: rc.SignalCode, number: int) -> None:
    assert rc.signal_code_number(code) == number
    assert rc.signal_code_from_number(number) == code


@pytest.mark.parametrize("number", [0, 99, 106, 199, 201])
def test_numbers_without_a_signal_code(number: int) -> None:
    assert rc.signal_code_from_number(number) is None
