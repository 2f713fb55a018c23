"""Eras: for how many blocks a signed extrinsic is valid.

A mortal era has a period, a power of two from 4 to 65536 blocks, and a phase, the block number
modulo the period at which it begins. Periods above 4096 keep the phase in steps of period / 4096:

    byte 0        byte 1
    pppp eeee     pppp pppp     period = 2 << eeee, phase = p * max(period >> 12, 1)

Immortal is one zero byte. Source: polkadot-sdk, primitives/runtime/src/generic/era.rs.
"""

from typing import NamedTuple, Tuple

from parachain.primitives.scale import (
    U8,
    Codec,
    DecodeError,
    EncodeError,
    Field,
    Readable,
    Variant,
    Variants,
)

MIN_PERIOD = 4
MAX_PERIOD = 1 << 16

#: What stands for "never" as the block of an immortal era's death.
NEVER = (1 << 64) - 1


class Era(NamedTuple):
    """Period and phase in blocks; period 0 means immortal."""

    period: int
    phase: int

    @property
    def is_immortal(self) -> bool:
        """Whether the extrinsic never expires."""
        return self.period == 0

    def birth(self, current: int) -> int:
        """First block of the era that block `current` lies in; 0 if immortal."""
        if self.period == 0:
            return 0
        past = max(current, self.phase) - self.phase
        return past - past % self.period + self.phase

    def death(self, current: int) -> int:
        """First block at which the era that block `current` lies in is over."""
        return NEVER if self.period == 0 else self.birth(current) + self.period


IMMORTAL = Era(0, 0)

#: `_new(Era, (period, phase))` is what `Era(period, phase)` does, in half the time.
_new = tuple.__new__


def _step(period: int) -> int:
    return max(period >> 12, 1)


def mortal(period: int, current: int) -> Era:
    """The era of about `period` blocks that begins at block `current`, or shortly before.

    The period is raised to the next power of two and kept within MIN_PERIOD and MAX_PERIOD.
    """
    power = 1 << max(period - 1, 0).bit_length()
    period = min(max(power, MIN_PERIOD), MAX_PERIOD)
    phase = current % period
    return Era(period, phase - phase % _step(period))


def _encode(era: Era) -> bytes:
    if (
        not isinstance(era, Era)
        or not isinstance(era.period, int)
        or not isinstance(era.phase, int)
    ):
        raise EncodeError("%r is not an era" % (era,))
    period, phase = era
    if period == 0 and phase == 0:
        return b"\x00"
    exponent = period.bit_length() - 2
    if not 1 <= exponent <= 15 or period != 2 << exponent:
        raise EncodeError("a period of %d blocks" % period)
    if not 0 <= phase < period or phase % _step(period):
        raise EncodeError("phase %d of a period of %d blocks" % (phase, period))
    return (exponent | phase // _step(period) << 4).to_bytes(2, "little")


def _read(data: bytes, pos: int) -> Tuple[Era, int]:
    if pos >= len(data):
        raise DecodeError("an era needs a byte")
    if data[pos] == 0:
        return IMMORTAL, pos + 1
    if pos + 2 > len(data):
        raise DecodeError("a mortal era needs two bytes")
    packed = int.from_bytes(data[pos : pos + 2], "little")
    period = 2 << (packed & 15)
    phase = (packed >> 4) * _step(period)
    if period < MIN_PERIOD or phase >= period:
        raise DecodeError("phase %d of a period of %d blocks" % (phase, period))
    return Era(period, phase), pos + 2


def _read_fast(data: bytes, pos: int) -> Tuple[Era, int]:
    """As `_read`, without saying what is wrong."""
    first = data[pos]
    if first == 0:
        return IMMORTAL, pos + 1
    exponent = first & 15
    phase = (first | data[pos + 1] << 8) >> 4
    if exponent > 11:
        phase <<= exponent - 11
    period = 2 << exponent
    if phase >= period or exponent == 0:
        raise ValueError
    return _new(Era, (period, phase)), pos + 2


def _describe() -> Variants:
    """Metadata has a variant for every first byte, each followed by the second."""
    second = (Field("", U8, ""),)
    mortals = [Variant("Mortal%d" % first, first, second) for first in range(1, 256)]
    return Variants("sp_runtime::generic::era::Era", (Variant("Immortal", 0), *mortals))


ERA: Codec[Era] = Codec(
    Readable(_encode, _read), _describe(), "Era", 1, fast=Readable(_encode, _read_fast)
)
