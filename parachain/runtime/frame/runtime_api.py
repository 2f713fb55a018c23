"""Runtime APIs: functions that the host and clients call by name (`state_call`).

An API is declared once; from the declaration come the entry point by name, the list of APIs in
the runtime version (id = first 8 bytes of blake2b-64 of the trait's name) and the metadata.
"""

from typing import Any, Callable, List, NamedTuple, Tuple, TypeVar, TypeVarTuple, Unpack

from parachain.primitives.scale import Codec, DecodeError, Fields
from parachain.runtime.frame.ext import Ext

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class ApiMethod(NamedTuple):
    """One function of an API: its name without the trait, its arguments and its result."""

    name: str
    fields: Any  # Fields[*Ts]; mypy checks them against the function in RuntimeApi.method
    output: Codec[Any]
    function: Callable[..., Any]
    doc: str

    def call(self, ext: Ext, args: bytes) -> bytes:
        """Run it on encoded arguments. Raises DecodeError if they are malformed."""
        values, end = self.fields.read(args, 0)
        if end != len(args):
            raise DecodeError(f"{len(args) - end} trailing bytes", (self.name,))
        return self.output.encode(self.function(ext, *values))


class RuntimeApi:
    """A trait of runtime functions with its version."""

    __slots__ = ("doc", "identifier", "methods", "name", "version")

    def __init__(self, name: str, version: int, identifier: bytes, doc: str) -> None:
        self.name = name
        self.version = version
        self.identifier = identifier
        self.doc = doc
        self.methods: List[ApiMethod] = []

    def method(
        self, fields: Fields[Unpack[Ts]], output: Codec[T]
    ) -> Callable[[Callable[[Ext, Unpack[Ts]], T]], Callable[[Ext, Unpack[Ts]], T]]:
        """Declare the decorated function as a method of this API, under its own name."""

        def declare(function: Callable[[Ext, Unpack[Ts]], T]) -> Callable[[Ext, Unpack[Ts]], T]:
            doc = function.__doc__ or ""
            self.methods.append(ApiMethod(function.__name__, fields, output, function, doc))
            return function

        return declare


def entry_points(apis: Tuple[RuntimeApi, ...]) -> "dict[str, ApiMethod]":
    """All methods by the name the host calls them, such as `Core_version`."""
    return {f"{api.name}_{method.name}": method for api in apis for method in api.methods}
