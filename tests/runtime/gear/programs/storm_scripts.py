"""Scripts for tests/programs/c/storm.c, written by chance, and whom they can name."""

from random import Random

from parachain.runtime.gear.ids import program_id_from_user
from tests.runtime.gear.core.hashing import blake2_256
from tests.runtime.gear.programs.actor import code_of
from tests.runtime.pallets.scene import BOB, EVE

STORMS = 3
CODE = blake2_256(code_of("c/storm"))
PING = blake2_256(code_of("c/ping"))
#: All that storms can name: each other, a user, an account that does not exist, a program.
ACTORS = (
    *(program_id_from_user(blake2_256, CODE, bytes([number])) for number in range(STORMS)),
    BOB,
    EVE,
    program_id_from_user(blake2_256, PING, b""),
)
SENDER = 255


class ScriptWriter:
    """Writes scripts by chance; messages in messages, down to a depth."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def script(self, depth: int, limit: int = 1500) -> bytes:
        """Some steps, and perhaps one after which nothing comes."""
        random = self._random
        steps = b""
        for _ in range(random.randint(1, 5)):
            step = self._step(depth)
            if len(steps) + len(step) <= limit:
                steps += step
        if random.random() < 0.35 and len(steps) + 2 <= limit:
            steps += random.choice((b"w", b"t", b"t", b"p", b"l", b"i", b"x" + self._who()))
        return steps

    def _step(self, depth: int) -> bytes:
        random = self._random
        letter = random.choice("ssssssrrkkgnqyydcaebozfu")
        match letter:
            case "s":
                tail = (
                    self._who() + self._gas() + self._blocks() + self._value() + self._data(depth)
                )
            case "r":
                tail = self._value() + self._data(0)
            case "n":
                tail = self._few() + self._who() + self._few() + self._value() + self._data(depth)
            case "c":
                tail = random.choice((PING, CODE, bytes(32)))
                tail += self._gas() + self._value() + self._data(0)
            case "o" | "z":
                tail = self._data(depth, 64)
            case "k":
                tail = self._few() + self._few()
            case "g":
                tail = self._gas() + self._blocks()
            case "y" | "d":
                tail = self._gas()
            case "f" | "u":
                tail = bytes((random.choice((0, 1, 1, 2, 3, 4)),))
            case _:
                tail = self._few()
        return letter.encode() + tail

    def _data(self, depth: int, limit: int = 255) -> bytes:
        data = self.script(depth - 1, limit) if depth else b""
        return bytes((len(data),)) + data

    def _who(self) -> bytes:
        return bytes((self._random.choice((0, 0, 1, 1, 2, 2, 3, 4, 5, SENDER)),))

    def _gas(self) -> bytes:
        return self._random.choice((b"\x00", b"\x00", b"\x01", b"\xa0", b"\xff"))

    def _value(self) -> bytes:
        return self._random.choice((0, 0, 1, 1000, 2**32 - 1)).to_bytes(4, "little")

    def _few(self) -> bytes:
        return bytes((self._random.randint(0, 3),))

    def _blocks(self) -> bytes:
        return bytes((self._random.choice((0, 0, 0, 1, 2, 5)),))
