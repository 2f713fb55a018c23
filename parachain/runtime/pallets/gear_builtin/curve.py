"""The BLS12-381 actor: operations on the curve, by the host's library, for the gas they weigh.

A request is the number of the operation and one or two byte vectors; the reply is the number and
one vector. Points and scalars are encoded as ark-scale 0.0.13 does for host calls: uncompressed,
unchecked, vectors with a count of 8 bytes. What comes after a request is not looked at, except
by MapToG2Affine. The value of the message comes back with the reply. Source: gear,
vara/sdk/builtins/{bls381,common}, weights of vara/pallets/gear-builtin/src/weights.rs.
"""

from typing import Dict, NamedTuple, Optional, Tuple

from parachain.primitives.scale import BYTES, COMPACT_U32, DecodeError
from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.messages import StoredMessage
from parachain.runtime.pallets.gear_builtin.actors import (
    BLS12_381,
    Budget,
    BuiltinActor,
    BuiltinReply,
    refuse,
)

#: What the sender is told of a message that is no request.
DECODING_ERROR = "Message decoding error"

MULTI_MILLER_LOOP = 0
FINAL_EXPONENTIATION = 1
MSM_G1 = 2
MSM_G2 = 3
PROJECTIVE_MUL_G1 = 4
PROJECTIVE_MUL_G2 = 5
AGGREGATE_G1 = 6
MAP_TO_G2_AFFINE = 7

#: Bytes of the count of items with which an encoded vector begins.
_COUNT_BYTES = 8

_U32_MASK = 2**32 - 1


class Cost(NamedTuple):
    """Gas of an operation: a base and so much for each item."""

    base: int
    item: int

    def of(self, count: int) -> int:
        """Gas for so many items."""
        return self.base + self.item * count


DECODE_BYTES = Cost(260_000, 170)


class Operation(NamedTuple):
    """One operation.

    arguments  byte vectors that it takes.
    counted    position of the argument whose count of items the cost goes by, if any.
    uneven     what is said if the counts of both arguments differ; None if they may.
    failed     what is said if the library refuses.
    """

    arguments: int
    counted: Optional[int]
    cost: Cost
    uneven: Optional[str]
    failed: str


_AGGREGATION = Operation(1, 0, Cost(21_926_923, 823_645), None, DECODING_ERROR)

OPERATIONS: Dict[int, Operation] = {
    MULTI_MILLER_LOOP: Operation(
        2,
        0,
        Cost(718_724_360, 186_286_179),
        "Multi Miller loop: uneven item count",
        "Multi Miller loop host-call failed",
    ),
    FINAL_EXPONENTIATION: Operation(
        1, None, Cost(632_624_000, 0), None, "Final exponentiation host-call failed"
    ),
    MSM_G1: Operation(
        2,
        0,
        Cost(507_746_409, 6_150_713),
        "Multi scalar multiplication: uneven item count",
        "MSM G1 computation failed",
    ),
    MSM_G2: Operation(
        2,
        0,
        Cost(1_726_420_814, 16_003_288),
        "Multi scalar multiplication: uneven item count",
        "MSM G2 computation failed",
    ),
    PROJECTIVE_MUL_G1: Operation(
        2, 1, Cost(41_994_000, 45_822_591), None, "Projective multiplication G1 failed"
    ),
    PROJECTIVE_MUL_G2: Operation(
        2, 1, Cost(125_816_000, 139_208_889), None, "Projective multiplication G2 failed"
    ),
    AGGREGATE_G1: _AGGREGATION,
}

MAP_COST = Cost(480_170_089, 681)
_MAP_FAILED = "Message mapping error"


def _handle(ext: Ext, message: StoredMessage, budget: Budget) -> BuiltinReply:
    payload = message.payload
    number = payload[0] if payload else None
    if number == MAP_TO_G2_AFFINE:
        argument, failed = _message_to_map(payload, budget), _MAP_FAILED
    else:
        operation = None if number is None else OPERATIONS.get(number)
        if number is None or operation is None:
            refuse(DECODING_ERROR)
        argument, failed = _arguments(payload, operation, budget), operation.failed
    answer = ext.bls12_381(number, argument)
    if answer is None:
        refuse(failed)
    return BuiltinReply(bytes((number,)) + BYTES.encode(answer), message.value)


def _arguments(payload: bytes, operation: Operation, budget: Budget) -> bytes:
    """Return the byte vectors of a request, paid for. Raises BuiltinRefused, OutOfAllowance."""
    start = pos = 1
    vectors = []
    for _ in range(operation.arguments):
        vector, pos = _vector(payload, pos, budget)
        vectors.append(vector)
    count = 0
    if operation.counted is not None:
        count = _count(vectors[operation.counted])
        if operation.uneven is not None and _count(vectors[1]) != count:
            refuse(operation.uneven)
    budget.charge(operation.cost.of(count & _U32_MASK))
    if operation is _AGGREGATION and count == 0:
        refuse("Empty G1 points list")
    return payload[start:pos]


def _vector(payload: bytes, pos: int, budget: Budget) -> Tuple[bytes, int]:
    length, pos = _length(payload, pos)
    budget.charge(DECODE_BYTES.of(length))
    end = pos + length
    if end > len(payload):
        refuse(DECODING_ERROR)
    return payload[pos:end], end


def _length(payload: bytes, pos: int) -> Tuple[int, int]:
    try:
        return COMPACT_U32.read(payload, pos)
    except DecodeError:
        refuse(DECODING_ERROR)


def _count(vector: bytes) -> int:
    if len(vector) < _COUNT_BYTES:
        refuse(DECODING_ERROR)
    return int.from_bytes(vector[:_COUNT_BYTES], "little")


def _message_to_map(payload: bytes, budget: Budget) -> bytes:
    length, pos = _length(payload, 1)
    if length != len(payload) - pos:
        refuse(DECODING_ERROR)
    budget.charge(MAP_COST.of(length))
    return payload[1:]


BLS12_381_ACTOR = BuiltinActor(BLS12_381, 0, _handle)
