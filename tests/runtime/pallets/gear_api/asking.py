"""Questions by way of the encoded entry points, which must leave the state as it is."""

from typing import Any

from parachain.primitives.scale import Err, Ok
from parachain.runtime.apis import ENTRY_POINTS
from parachain.runtime.gear.answers import CalculateReplyForHandleResult, GasInfo
from parachain.runtime.pallets import gear_gas
from parachain.runtime.pallets.gear.calculation.handle_kind import Handle, HandleKind
from tests.runtime.pallets.gear_pallet.blocks import Blocks
from tests.runtime.pallets.scene import ALICE

#: Where the chain has all the gas of a block, and the node says nothing of allowances.
PLENTY = 750_000_000_000


def ask(blocks: Blocks, name: str, *args: Any) -> Any:
    """Call an entry point by its name; the answer is what it decodes to."""
    method = ENTRY_POINTS[name]
    with blocks.nothing_changes():
        before = blocks.ext.storage_root()
        encoded = method.call(blocks.ext, method.fields.encode(args))
        assert blocks.ext.storage_root() == before
    return method.output.decode(encoded)


def _answered(answer: Any) -> Any:
    assert isinstance(answer, Ok), answer
    return answer.value


def refusal(answer: Any) -> str:
    """The text of an answer that is none."""
    assert isinstance(answer, Err), answer
    text: bytes = answer.error
    return text.decode()


def try_gas_info(
    blocks: Blocks,
    kind: HandleKind,
    *,
    payload: bytes = b"",
    value: int = 0,
    other_panics: bool = True,
    gas: int | None = None,
    multiplier: int | None = None,
    who: bytes = ALICE,
) -> Any:
    return ask(
        blocks,
        "GearApi_calculate_gas_info",
        who,
        kind,
        payload,
        value,
        other_panics,
        gas,
        multiplier,
    )


def first_gas_info(blocks: Blocks, kind: HandleKind, **rest: Any) -> GasInfo:
    """The answer to one question."""
    info: GasInfo = _answered(try_gas_info(blocks, kind, **rest))
    return info


def gas_info(blocks: Blocks, kind: HandleKind, **rest: Any) -> GasInfo:
    """Ask twice, as nodes do: the second time with the limit found at first."""
    limit = first_gas_info(blocks, kind, **rest).min_limit
    return first_gas_info(blocks, kind, gas=limit, **rest)


def gas_to(blocks: Blocks, program: bytes, **rest: Any) -> GasInfo:
    return gas_info(blocks, Handle(program), **rest)


def try_reply(
    blocks: Blocks,
    program: bytes,
    payload: bytes = b"",
    *,
    gas: int = PLENTY,
    value: int = 0,
    multiplier: int = 6,
    who: bytes = ALICE,
) -> Any:
    args = (who, program, payload, gas, value, multiplier)
    short = ask(blocks, "GearApi_calculate_reply_for_handle", *args)
    answer = ask(blocks, "GearApi_calculate_reply_for_handle_result", *args)
    if isinstance(answer, Err):
        assert short == answer
    else:
        assert short == Ok(answer.value.reply)
    return answer


def reply_to(
    blocks: Blocks, program: bytes, payload: bytes = b"", **rest: Any
) -> CalculateReplyForHandleResult:
    """What a message from Alice would be replied."""
    result: CalculateReplyForHandleResult = _answered(try_reply(blocks, program, payload, **rest))
    return result


def try_state(
    blocks: Blocks, program: bytes, payload: bytes = b"", multiplier: int | None = None
) -> Any:
    return ask(blocks, "GearApi_read_state", program, payload, multiplier)


def state(blocks: Blocks, program: bytes, payload: bytes = b"") -> bytes:
    answer: bytes = _answered(try_state(blocks, program, payload))
    return answer


def block_gas_limit(blocks: Blocks) -> int:
    return gear_gas.allowance.block_gas_limit(blocks.ext)
