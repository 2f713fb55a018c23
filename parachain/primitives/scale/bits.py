"""BitVec<u8, Lsb0>: the number of bits, then the bits, the lowest of each byte first."""

from typing import Tuple

from parachain.primitives.scale.codec import BitSequence, Codec, Composite, Readable
from parachain.primitives.scale.compact import COMPACT_U32, encode_count
from parachain.primitives.scale.errors import DecodeError, EncodeError
from parachain.primitives.scale.integers import U8, UNIT

#: `bitvec::order::Lsb0`, which exists in metadata only.
_LSB0 = UNIT.described(Composite("bitvec::order::Lsb0", ()), "Lsb0")


def _encode(value: Tuple[bool, ...]) -> bytes:
    if not isinstance(value, (tuple, list)):
        raise EncodeError("%r is not a tuple of bool" % (value,))
    packed = 0
    for index, bit in enumerate(value):
        if bit is True:
            packed |= 1 << index
        elif bit is not False:
            raise EncodeError("%r is not a bool" % (bit,), ("[%d]" % index,))
    return encode_count(len(value)) + packed.to_bytes((len(value) + 7) >> 3, "little")


def _read(data: bytes, pos: int) -> Tuple[Tuple[bool, ...], int]:
    count, pos = COMPACT_U32.readable.read(data, pos)
    end = pos + ((count + 7) >> 3)
    if end > len(data):
        raise DecodeError("%d bits in %d bytes" % (count, len(data) - pos))
    if count & 7 and data[end - 1] >> (count & 7):
        raise DecodeError("bits are set above the last one")
    return tuple([byte >> bit & 1 == 1 for byte in data[pos:end] for bit in range(8)][:count]), end


def bit_vec() -> Codec[Tuple[bool, ...]]:
    """BitVec<u8, Lsb0>; a tuple of bool. Bits above the last one must be zero."""
    return Codec(Readable(_encode, _read), BitSequence(U8, _LSB0), "BitVec<u8, Lsb0>", 1)
