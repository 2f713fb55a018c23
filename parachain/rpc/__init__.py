'''JSON-RPC over HTTP and WebSocket: the server, and how a namespace of methods is written.

A namespace is a module with one function that returns a list of declarations:

    """chain_*: headers and blocks."""

    from parachain.rpc.jsonrpc import RpcError
    from parachain.rpc.methods import Namespace, awaited, blocking, method, subscription
    from parachain.rpc.params import CONNECTION, param, params
    from parachain.rpc.parsers import BLOCK_NUMBER, HASH, list_or_one, optional
    from parachain.rpc.subscriptions import Sink

    AT = param("hash", optional(HASH))

    def chain_methods(chain: Chain) -> Namespace:
        """Return the methods of chain_*."""

        def header(at: bytes | None) -> object:
            found = chain.header(at or chain.best)
            return None if found is None else render_header(found)

        async def new_heads(sink: Sink) -> None:
            with chain.best_headers() as headers:
                await sink.accept()
                async for header in headers:
                    await sink.send(render_header(header))

        return [
            method("chain_getHeader", header, params(AT)),
            subscription("chain_subscribeNewHeads", "chain_newHead", "chain_unsubscribeNewHeads",
                         new_heads, params(), aliases=("subscribe_newHead",)),
        ]

Declaring (`methods`): name, handler, `params(...)`; then by keyword `aliases=(...)` and
`unsafe=True`, which is checked before the handler is called. mypy compares handler and parameters.

    method(...)        handler runs on the event loop: at most some 100 us, no waiting
    blocking(...)      handler runs in a worker thread: database scans, runtime calls
    awaited(...)       handler is an async function in a task of its own
    subscription(name, notification, unsubscribe name or names, handler, params(...))

Parameters (`params`, `parsers`): by position or name; parsers HEX, hex_bytes(max), HASH,
fixed_hex(n), BLOCK_NUMBER, number_or_hex(bits), U32, U64, unsigned(bits), BOOL, STRING, JSON,
choice(...), optional(p), list_of(p, max), list_or_one(p), object_of(params(...)), `p.map(function)`
to convert further. A parser complains by `ParamError`; the client is told -32602 and where.
`CONNECTION` as first parameter hands the handler the caller's `Connection` (`number`,
`allows_unsafe`, `on_close(callback)`, `nursery`), to which the state of chainHead_v1_* and the like
belongs.

Results: whatever orjson renders: dicts with str keys, lists, tuples, str, int below 2**64, bool,
None, and `jsonrpc.RawJson(bytes)` for JSON text at hand. Not bytes and not NamedTuples. A `method`
that starts something which notifies returns `announced.Announced(result, opened)`: the client gets
the answer first.

Errors: `raise RpcError(code, message, data)`. Anything else raised is logged with its traceback and
answered with -32603.

Subscriptions (`subscriptions.Sink`): the handler is `async def handler(sink, *arguments)`. It
raises `RpcError` to refuse the call or does `await sink.accept()`, which answers with `sink.id`;
then `await sink.send(result)` waits while the client is behind, and `sink.send_nowait(result)`, for
callbacks on the event loop, never waits but drops the subscription of a client too far behind. The
handler is cancelled when the client unsubscribes or leaves, so what it holds is released by `with`
and `finally`; `sink.connection`, `sink.closed` and `sink.wait_closed()` serve code outside of it.
Returning ends the subscription silently; an `RpcError` raised after accepting is sent last.

Serving: `Server(config, Registry([chain_methods(chain), ...]), random.SystemRandom())`, then
`await nursery.start(server.run)` and `server.close()`. `rpc_methods` is built in; GET /health and
/health/readiness are answered from `system_health`.

How it is made: `jsonrpc`, `parsers`, `params`, `methods`, `access` are pure; `dispatch` and
`subscriptions` run handlers for one connection; `http`, `websocket` and `server` move bytes.
'''
