"""offchain_localStorage*: values an operator leaves for off-chain workers.

Source: polkadot-sdk stable2409, substrate/client/rpc-api/src/offchain. Kept in memory, for as long
as the node runs.
"""

from typing import Final

from parachain.rpc.jsonrpc import RpcError
from parachain.rpc.methods import Namespace, method
from parachain.rpc.params import param, params
from parachain.rpc.parsers import HEX, choice
from parachain.rpc.render import render_optional

UNAVAILABLE_KIND: Final = 5001
STORE_FULL: Final = 5002

PERSISTENT: Final = "PERSISTENT"
LOCAL: Final = "LOCAL"

MAX_STORED_BYTES: Final = 16 << 20
"""Keys and values together: generous for workers' settings, harmless for the process."""

_KIND: Final = param("kind", choice(PERSISTENT, LOCAL))
_KEY: Final = param("key", HEX)


class LocalStorage:
    """Keys and values, bounded."""

    def __init__(self, max_bytes: int = MAX_STORED_BYTES) -> None:
        self._max_bytes = max_bytes
        self._values: dict[bytes, bytes] = {}
        self._size = 0

    def get(self, key: bytes) -> bytes | None:
        """Value at `key`, or None."""
        return self._values.get(key)

    def set(self, key: bytes, value: bytes) -> bool:
        """Set a value; False if there is no room."""
        size = self._size + len(key) + len(value) - self._cost(key)
        if size > self._max_bytes:
            return False
        self._values[key] = value
        self._size = size
        return True

    def clear(self, key: bytes) -> None:
        """Remove a value."""
        self._size -= self._cost(key)
        self._values.pop(key, None)

    def _cost(self, key: bytes) -> int:
        value = self._values.get(key)
        return 0 if value is None else len(key) + len(value)


def offchain_methods(storage: LocalStorage) -> Namespace:
    """Return the methods of offchain_*, all of them unsafe."""

    def get(kind: str, key: bytes) -> object:
        _check(kind)
        return render_optional(storage.get(key))

    def put(kind: str, key: bytes, value: bytes) -> object:
        _check(kind)
        if not storage.set(key, value):
            raise RpcError(STORE_FULL, "The local storage is full")
        return None

    def clear(kind: str, key: bytes) -> object:
        _check(kind)
        storage.clear(key)
        return None

    return [
        method("offchain_localStorageGet", get, params(_KIND, _KEY), unsafe=True),
        method(
            "offchain_localStorageSet", put, params(_KIND, _KEY, param("value", HEX)), unsafe=True
        ),
        method("offchain_localStorageClear", clear, params(_KIND, _KEY), unsafe=True),
    ]


def _check(kind: str) -> None:
    if kind == LOCAL:
        raise RpcError(UNAVAILABLE_KIND, "This storage kind is not available yet")
