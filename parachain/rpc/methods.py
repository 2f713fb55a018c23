"""How a namespace declares its methods, and the table of all of them.

A namespace is a list of declarations, made by a function that is given what the handlers need:

    def state_methods(chain: Chain) -> Namespace:
        return [
            method("state_getStorage", chain.storage_at, params(param("key", HEX), AT),
                   aliases=("state_getStorageAt",)),
            blocking("state_call", chain.call, params(...)),
            awaited("author_submitExtrinsic", pool.submit, params(param("extrinsic", HEX))),
            subscription("chain_subscribeNewHeads", "chain_newHead", "chain_unsubscribeNewHeads",
                         heads.follow, params()),
        ]

mypy checks each handler against its `params(...)`. A handler returns what orjson can render
(`RawJson` for JSON text at hand) and raises `RpcError` for every error the caller should see.

Out of scope: running handlers (`dispatch`, `subscriptions`).
"""

import enum
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVarTuple

from parachain.rpc.params import Params, params
from parachain.rpc.subscriptions import Sink

Ts = TypeVarTuple("Ts")


class Runs(enum.Enum):
    """Where a handler runs."""

    ON_LOOP = "on the event loop, at once: must return within about 100 us"
    IN_THREAD = "in one of `RpcConfig.worker_threads` threads"
    AWAITED = "as an async function in a task of its own"


@dataclass(frozen=True, slots=True)
class Method:
    """A method that answers once."""

    name: str
    aliases: tuple[str, ...]
    params: Params[*tuple[Any, ...]]
    handler: Callable[..., object]
    runs: Runs
    unsafe: bool


@dataclass(frozen=True, slots=True)
class Subscription:
    """A method that answers with an id and then notifies under `notification`."""

    name: str
    aliases: tuple[str, ...]
    notification: str
    unsubscribe: tuple[str, ...]
    params: Params[*tuple[Any, ...]]
    handler: Callable[..., Awaitable[None]]
    unsafe: bool


@dataclass(frozen=True, slots=True)
class Unsubscription:
    """The method that ends subscriptions of one kind and answers whether there was one."""

    subscription: Subscription


Declaration: TypeAlias = Method | Subscription
Namespace: TypeAlias = list[Declaration]
Entry: TypeAlias = Method | Subscription | Unsubscription


def method(
    name: str,
    handler: Callable[[*Ts], object],
    declared: Params[*Ts],
    *,
    aliases: tuple[str, ...] = (),
    unsafe: bool = False,
) -> Method:
    """Declare a method whose handler is quick and runs on the event loop."""
    return Method(name, aliases, declared, handler, Runs.ON_LOOP, unsafe)


def blocking(
    name: str,
    handler: Callable[[*Ts], object],
    declared: Params[*Ts],
    *,
    aliases: tuple[str, ...] = (),
    unsafe: bool = False,
) -> Method:
    """Declare a method whose handler blocks: it runs in a worker thread and may take seconds.

    When the client leaves or the server closes, the thread is left to finish by itself.
    """
    return Method(name, aliases, declared, handler, Runs.IN_THREAD, unsafe)


def awaited(
    name: str,
    handler: Callable[[*Ts], Awaitable[object]],
    declared: Params[*Ts],
    *,
    aliases: tuple[str, ...] = (),
    unsafe: bool = False,
) -> Method:
    """Declare a method whose handler is an async function; it is cancelled if the client leaves."""
    return Method(name, aliases, declared, handler, Runs.AWAITED, unsafe)


def subscription(
    name: str,
    notification: str,
    unsubscribe: str | tuple[str, ...],
    handler: Callable[[Sink, *Ts], Awaitable[None]],
    declared: Params[*Ts],
    *,
    aliases: tuple[str, ...] = (),
    unsafe: bool = False,
) -> Subscription:
    """Declare a subscription. What its handler must do is described at `Sink`."""
    names = (unsubscribe,) if isinstance(unsubscribe, str) else unsubscribe
    return Subscription(name, aliases, notification, names, declared, handler, unsafe)


class Registry:
    """Every name a client may call, in one table. `rpc_methods` is added and lists them all."""

    def __init__(self, namespaces: Iterable[Iterable[Declaration]]) -> None:
        table: dict[str, Entry] = {}
        for namespace in namespaces:
            for declaration in namespace:
                _register(table, declaration)
        _register(table, method("rpc_methods", self._list, params()))
        self.table: Mapping[str, Entry] = MappingProxyType(table)
        self._listing = {"methods": sorted(table)}

    def _list(self) -> object:
        return self._listing


def _register(table: dict[str, Entry], declaration: Declaration) -> None:
    entries: list[tuple[str, Entry]] = [(declaration.name, declaration)]
    entries += [(alias, declaration) for alias in declaration.aliases]
    if isinstance(declaration, Subscription):
        ending = Unsubscription(declaration)
        entries += [(name, ending) for name in declaration.unsubscribe]
    for name, entry in entries:
        if name in table:
            raise ValueError(f"the RPC method {name} is declared twice")
        table[name] = entry
