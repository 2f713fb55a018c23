"""Reply codes in words, as the RPC shows them to people.

The wording is the reference's, because clients display and match it. Source: the Display of the
errors in gear, protocol/errors/src/simple.rs.
"""

from parachain.runtime.gear.reply_code import (
    ErrorReplyReason,
    Execution,
    ReplyCode,
    SimpleExecutionError,
    SimpleUnavailableActorError,
    Success,
    SuccessReplyReason,
    UnavailableActor,
    UnsupportedCode,
    UnsupportedReason,
)

_SUCCESS = {
    SuccessReplyReason.AUTO: "automatic sending",
    SuccessReplyReason.MANUAL: "manual sending",
    SuccessReplyReason.UNSUPPORTED: "<unsupported reason>",
}
_EXECUTION = {
    SimpleExecutionError.RAN_OUT_OF_GAS: "Message ran out of gas",
    SimpleExecutionError.MEMORY_OVERFLOW: "Program reached memory limit",
    SimpleExecutionError.BACKEND_ERROR: "Message ran into uncatchable error",
    SimpleExecutionError.USERSPACE_PANIC: "Message panicked",
    SimpleExecutionError.UNREACHABLE_INSTRUCTION: "Program called WASM `unreachable` instruction",
    SimpleExecutionError.STACK_LIMIT_EXCEEDED: "Program reached stack limit",
    SimpleExecutionError.UNSUPPORTED: "<unsupported error>",
}
_UNAVAILABLE = {
    SimpleUnavailableActorError.PROGRAM_EXITED: "Program exited",
    SimpleUnavailableActorError.INITIALIZATION_FAILURE: (
        "Program was terminated due failed initialization"
    ),
    SimpleUnavailableActorError.UNINITIALIZED: "Program is not initialized yet",
    SimpleUnavailableActorError.PROGRAM_NOT_CREATED: "Program was not created",
    SimpleUnavailableActorError.REINSTRUMENTATION_FAILURE: "Program re-instrumentation failed",
    SimpleUnavailableActorError.UNSUPPORTED: "<unsupported error>",
}


def error_reply_text(reason: ErrorReplyReason) -> str:
    """What went wrong, in words."""
    match reason:
        case Execution(error):
            return "execution error (%s)" % _EXECUTION[error]
        case UnavailableActor(unavailable):
            return "destination actor is unavailable (%s)" % _UNAVAILABLE[unavailable]
        case UnsupportedReason():
            return "<unsupported reason>"
        case _:
            return "removal from waitlist"


def reply_code_text(code: ReplyCode) -> str:
    """The `code_description` of a reply."""
    match code:
        case Success(reason):
            return "Success reply sent due to %s" % _SUCCESS[reason]
        case UnsupportedCode():
            return "<unsupported reply code>"
        case _:
            return "Error reply sent due to %s" % error_reply_text(code.reason)
