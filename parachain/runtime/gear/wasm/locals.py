"""Types of a function's locals, without writing out what a few bytes declare by the thousand."""

from typing import List, Tuple

from parachain.runtime.gear.wasm.errors import ValidationError

#: Most locals of a function, parameters included (wasmparser, MAX_WASM_FUNCTION_LOCALS).
MAX_LOCALS = 50_000
#: Locals whose types are written out, as those with a low index are the ones in use.
WRITTEN_OUT = 256


class Locals:
    """Parameters, then the groups a body declares. `first` holds the types of the lowest ones."""

    __slots__ = ("_ends", "_types", "count", "first")

    def __init__(self, params: bytes, groups: Tuple[Tuple[int, int], ...]) -> None:
        self.first = bytearray(params)
        self.count = len(params)
        self._ends: List[int] = [self.count]
        self._types = bytearray((0,))  # the parameters are all in `first`
        for count, kind in groups:
            if count:
                self.count += count
                if self.count > MAX_LOCALS:
                    raise ValidationError("more than %d locals" % MAX_LOCALS)
                room = WRITTEN_OUT - len(self.first)
                if room > 0:
                    self.first += bytes((kind,)) * min(count, room)
                self._ends.append(self.count)
                self._types.append(kind)

    def type_of(self, index: int) -> int:
        """Type of any local. Raises ValidationError if there is none."""
        if index < len(self.first):
            return self.first[index]
        if index >= self.count:
            raise ValidationError("unknown local %d" % index)
        low, high = 0, len(self._ends) - 1  # the first group that ends behind the index
        while low < high:
            middle = (low + high) // 2
            if self._ends[middle] > index:
                high = middle
            else:
                low = middle + 1
        return self._types[low]
