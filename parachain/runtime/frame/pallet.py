"""`Pallet`: the declarations of one pallet, collected while its module is imported.

The index of a pallet is given by `construct_runtime`, once, not by the pallet.
"""

from typing import (
    Any,
    Callable,
    Dict,
    List,
    NamedTuple,
    Optional,
    Tuple,
    TypeVar,
    TypeVarTuple,
    Unpack,
)

from parachain.primitives.dispatch_info import DispatchClass, Pays, PostDispatchInfo
from parachain.primitives.scale import Codec, Fields
from parachain.primitives.transaction_validity import TransactionSource, ValidTransaction
from parachain.primitives.twox import twox_128
from parachain.primitives.weight import Weight
from parachain.runtime.frame.call import (
    CallDeclaration,
    ClassOf,
    PaysOf,
    RuntimeCall,
    WeightOf,
)
from parachain.runtime.frame.error import PalletError
from parachain.runtime.frame.event import Event
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.hashers import Hasher
from parachain.runtime.frame.inherent import InherentProvider
from parachain.runtime.frame.origin import Origin
from parachain.runtime.frame.storage import (
    OptionalMap,
    OptionalValue,
    StorageItem,
    StorageMap,
    StorageValue,
)

T = TypeVar("T")
K = TypeVar("K")
K2 = TypeVar("K2")
Ts = TypeVarTuple("Ts")


#: Whether an unsigned call may be included, and under which conditions.
ValidateUnsigned = Callable[[Ext, TransactionSource, RuntimeCall], ValidTransaction]


class Constant(NamedTuple):
    """A constant as the metadata shows it."""

    name: str
    codec: Codec[Any]
    value: Any
    doc: str


class OriginDeclaration(NamedTuple):
    """A pallet's own kind of origin, a variant of the outer OriginCaller."""

    codec: Codec[Any]
    value_class: type


class Pallet:
    """Name, path and declarations of a pallet. Everything is written at import and then read.

    `instantiable` says that the Rust pallet has an instance parameter `I`, which its types show.
    """

    def __init__(
        self,
        name: str,
        path: str,
        doc: str = "",
        storage_version: int = 0,
        *,
        instantiable: bool = False,
    ) -> None:
        self.name = name
        self.path = path
        self.doc = doc
        self.storage_version = storage_version
        self.instantiable = instantiable
        self.index = 0
        self.prefix = twox_128(name.encode())
        self.storage: List[StorageItem[Any]] = []
        self.errors: List[PalletError] = []
        self.events: List[Event[Unpack[Tuple[Any, ...]]]] = []
        self.constants: List[Constant] = []
        self.calls: Dict[int, CallDeclaration] = {}
        self.origin: Optional[OriginDeclaration] = None
        self.inherent: Optional[InherentProvider] = None
        #: A mandatory call that authors put in without signature behind all other extrinsics.
        self.closing_call: Optional[CallDeclaration] = None
        self.validate_unsigned: Optional[
            Callable[[Ext, TransactionSource, RuntimeCall], ValidTransaction]
        ] = None
        self.initializers: List[Callable[[Ext, int], Weight]] = []
        self.finalizers: List[Callable[[Ext, int], None]] = []
        self.idlers: List[Callable[[Ext, int, Weight], Weight]] = []
        self.upgraders: List[Callable[[Ext], Weight]] = []
        self.offchain_workers: List[Callable[[Ext, int], None]] = []

    # -- constants, errors, events ---------------------------------------------------------

    def constant(self, name: str, codec: Codec[T], value: T, doc: str) -> T:
        """Declare a constant and return its value."""
        self.constants.append(Constant(name, codec, value, doc))
        return value

    def error(self, index: int, name: str, doc: str) -> PalletError:
        """Declare an error."""
        error = PalletError(self, index, name, doc)
        self.errors.append(error)
        return error

    def event(
        self, index: int, name: str, fields: Fields[Unpack[Ts]], doc: str
    ) -> Event[Unpack[Ts]]:
        """Declare an event."""
        event = Event(self, index, name, fields, doc)
        self.events.append(event)
        return event

    # -- storage -----------------------------------------------------------------------------

    def _item_prefix(self, name: str) -> bytes:
        return self.prefix + twox_128(name.encode())

    def value(self, name: str, codec: Codec[T], default: T, doc: str) -> StorageValue[T]:
        """Declare a single value that reads as `default` where it is absent."""
        item = StorageValue(self._item_prefix(name), name, codec, default, doc)
        self.storage.append(item)
        return item

    def optional(self, name: str, codec: Codec[T], doc: str) -> OptionalValue[T]:
        """Declare a single value that may be absent."""
        item = OptionalValue(self._item_prefix(name), name, (), codec, None, doc)
        self.storage.append(item)
        return item

    def map(
        self, name: str, hasher: Hasher, key: Codec[K], codec: Codec[T], default: T, doc: str
    ) -> StorageMap[K, T]:
        """Declare a map with a default."""
        return self._map(name, ((hasher, key),), codec, default, doc)

    def optional_map(
        self, name: str, hasher: Hasher, key: Codec[K], codec: Codec[T], doc: str
    ) -> OptionalMap[K, T]:
        """Declare a map without a default."""
        return self._optional_map(name, ((hasher, key),), codec, doc)

    def double_map(
        self,
        name: str,
        first: Tuple[Hasher, Codec[K]],
        second: Tuple[Hasher, Codec[K2]],
        codec: Codec[T],
        default: T,
        doc: str,
    ) -> StorageMap[Tuple[K, K2], T]:
        """Declare a map of two keys with a default; keys are passed as one tuple."""
        return self._map(name, (first, second), codec, default, doc)

    def optional_double_map(
        self,
        name: str,
        first: Tuple[Hasher, Codec[K]],
        second: Tuple[Hasher, Codec[K2]],
        codec: Codec[T],
        doc: str,
    ) -> OptionalMap[Tuple[K, K2], T]:
        """Declare a map of two keys without a default."""
        return self._optional_map(name, (first, second), codec, doc)

    def n_map(
        self,
        name: str,
        keys: Tuple[Tuple[Hasher, Codec[Any]], ...],
        codec: Codec[T],
        default: T,
        doc: str,
    ) -> StorageMap[Tuple[Any, ...], T]:
        """Declare a map of any number of keys with a default."""
        return self._map(name, keys, codec, default, doc)

    def optional_n_map(
        self, name: str, keys: Tuple[Tuple[Hasher, Codec[Any]], ...], codec: Codec[T], doc: str
    ) -> OptionalMap[Tuple[Any, ...], T]:
        """Declare a map of any number of keys without a default."""
        return self._optional_map(name, keys, codec, doc)

    def _map(
        self,
        name: str,
        keys: Tuple[Tuple[Hasher, Codec[Any]], ...],
        codec: Codec[T],
        default: T,
        doc: str,
    ) -> StorageMap[Any, T]:
        item: StorageMap[Any, T] = StorageMap(
            self._item_prefix(name), name, keys, codec, default, doc
        )
        self.storage.append(item)
        return item

    def _optional_map(
        self, name: str, keys: Tuple[Tuple[Hasher, Codec[Any]], ...], codec: Codec[T], doc: str
    ) -> OptionalMap[Any, T]:
        item: OptionalMap[Any, T] = OptionalMap(
            self._item_prefix(name), name, keys, codec, None, doc
        )
        self.storage.append(item)
        return item

    # -- calls ---------------------------------------------------------------------------------

    def call(
        self,
        index: int,
        fields: Fields[Unpack[Ts]],
        weight: WeightOf,
        dispatch_class: ClassOf = DispatchClass.NORMAL,
        pays: PaysOf = Pays.YES,
    ) -> Callable[
        [Callable[[Ext, Origin, Unpack[Ts]], Optional[PostDispatchInfo]]], CallDeclaration
    ]:
        """Declare the decorated function as a dispatchable.

        The name becomes a `CallDeclaration`: `transfer(dest, 5)` builds a call, and
        `transfer.function(ext, origin, dest, 5)` runs it. mypy checks the function's
        parameters against `fields`. The docstring is the call's documentation.
        """

        def declare(
            function: Callable[[Ext, Origin, Unpack[Ts]], Optional[PostDispatchInfo]],
        ) -> CallDeclaration:
            if index in self.calls:
                raise ValueError(f"{self.name} declares call {index} twice")
            declaration = CallDeclaration(
                self, index, fields, function, weight, dispatch_class, pays
            )
            self.calls[index] = declaration
            return declaration

        return declare

    # -- hooks -----------------------------------------------------------------------------------

    def on_initialize(self, function: Callable[[Ext, int], Weight]) -> Callable[[Ext, int], Weight]:
        """Run the decorated function at the start of each block; it returns its weight."""
        self.initializers.append(function)
        return function

    def on_finalize(self, function: Callable[[Ext, int], None]) -> Callable[[Ext, int], None]:
        """Run the decorated function at the end of each block."""
        self.finalizers.append(function)
        return function

    def on_idle(
        self, function: Callable[[Ext, int, Weight], Weight]
    ) -> Callable[[Ext, int, Weight], Weight]:
        """Run the decorated function with the weight a block has left; it returns what it used."""
        self.idlers.append(function)
        return function

    def on_runtime_upgrade(self, function: Callable[[Ext], Weight]) -> Callable[[Ext], Weight]:
        """Run the decorated function in the first block of a new runtime."""
        self.upgraders.append(function)
        return function

    def offchain_worker(self, function: Callable[[Ext, int], None]) -> Callable[[Ext, int], None]:
        """Run the decorated function off chain, after import of a block."""
        self.offchain_workers.append(function)
        return function
