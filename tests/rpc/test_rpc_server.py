"""The server on loopback sockets: binding, many clients, policies by listener, closing in time."""

import errno
import logging
import os
import random
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
import trio
import trio.testing

from parachain.rpc.config import ListenAddress, MethodsPolicy, RpcConfig
from parachain.rpc.methods import Declaration, Registry, blocking
from parachain.rpc.params import params
from parachain.rpc.server import Server
from tests.rpc.rpc_peer import HttpClient, Sample, WsClient

ANY_PORT = (ListenAddress("127.0.0.1", 0),)


class Loopback:
    """A server on loopback; the streams dialled are closed after it has ended."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.port = 0
        self.streams: list[trio.SocketStream] = []

    async def dial(self) -> trio.SocketStream:
        self.streams.append(await trio.open_tcp_stream("127.0.0.1", self.port))
        return self.streams[-1]

    async def websocket(self) -> WsClient:
        client = WsClient(await self.dial())
        head = await client.handshake(Host=f"localhost:{self.port}")
        assert head.startswith(b"HTTP/1.1 101 ")
        return client


@asynccontextmanager
async def listening(config: RpcConfig, *more: Declaration) -> AsyncIterator[Loopback]:
    config = replace(config, shutdown_grace_s=0.1)
    server = Server(config, Registry([Sample().namespace(), more]), random.Random(1))
    loopback = Loopback(server)
    try:
        with trio.fail_after(10):
            async with trio.open_nursery() as nursery:
                addresses: list[tuple[str, int]] = await nursery.start(server.run)
                loopback.port = addresses[0][1]
                yield loopback
                server.close()
    finally:  # also after a failure, which would else show up in the next test
        for stream in loopback.streams:
            stream.socket.close()


async def test_http_and_websocket_on_one_port() -> None:
    async with listening(RpcConfig(listen=ANY_PORT)) as loopback:
        http = HttpClient(await loopback.dial())
        status, body = await http.request(
            "GET", "/health", headers={"Host": f"localhost:{loopback.port}"}
        )
        assert (status, body[:9]) == (200, b'{"peers":')
        client = await loopback.websocket()
        assert await client.call("test_echo", 1) == 1
        await client.close()
        assert await client.ended() == 1000


async def test_twenty_clients_at_once() -> None:
    async def work(loopback: Loopback) -> None:
        client = await loopback.websocket()
        for number in range(20):
            assert await client.call("test_echo", number) == number
            assert await client.call("test_blockingEcho", number) == number

    async with listening(RpcConfig(listen=ANY_PORT)) as loopback, trio.open_nursery() as nursery:
        for _ in range(20):
            nursery.start_soon(work, loopback)


async def test_a_large_message_there_and_back() -> None:
    async with listening(RpcConfig(listen=ANY_PORT)) as loopback:
        client = await loopback.websocket()
        text = "x" * (5 << 20)
        assert await client.call("test_echo", text) == text


@pytest.mark.parametrize(
    ("policy", "allowed"),
    [(MethodsPolicy.AUTO, True), (MethodsPolicy.SAFE, False), (MethodsPolicy.UNSAFE, True)],
)
async def test_the_unsafe_policy_on_loopback(policy: MethodsPolicy, allowed: bool) -> None:
    async with listening(RpcConfig(listen=ANY_PORT, methods=policy)) as loopback:
        answer = await (await loopback.websocket()).call("test_secret")
        assert (answer == "secret") is allowed


async def test_auto_denies_unsafe_methods_on_an_exposed_address() -> None:
    config = RpcConfig(listen=(ListenAddress("0.0.0.0", 0),))
    async with listening(config) as loopback:
        answer = await (await loopback.websocket()).call("test_secret")
        assert answer["error"]["code"] == -32601


async def test_a_port_taken() -> None:
    async with listening(RpcConfig(listen=ANY_PORT)) as first:
        taken = first.port
        second = Server(
            RpcConfig(listen=(ListenAddress("127.0.0.1", taken),)),
            Registry([]),
            random.Random(1),
        )
        with pytest.raises(OSError, match=os.strerror(errno.EADDRINUSE)):
            await second.run()
        address = ListenAddress("127.0.0.1", taken, free_port_if_taken=True)
        async with listening(RpcConfig(listen=(address,))) as other:
            assert other.port != taken
            assert await (await other.websocket()).call("test_echo", 1) == 1


async def test_an_optional_address_that_cannot_be_had(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    unusable = ListenAddress("192.0.2.1", 0, optional=True)  # TEST-NET-1: nobody's own
    async with listening(RpcConfig(listen=(*ANY_PORT, unusable))) as loopback:
        assert await (await loopback.websocket()).call("test_echo", 1) == 1
        await trio.testing.wait_all_tasks_blocked()
    assert "cannot listen on 192.0.2.1" in caplog.text
    assert f"Running JSON-RPC server: addr=127.0.0.1:{loopback.port}" in caplog.text


async def test_closing_does_not_wait_for_a_stuck_thread_or_client() -> None:
    release = threading.Event()
    entered = trio.Event()
    token = trio.lowlevel.current_trio_token()

    def stick() -> object:
        token.run_sync_soon(entered.set)
        release.wait(10)
        return None

    async with listening(
        RpcConfig(listen=ANY_PORT), blocking("test_stick", stick, params())
    ) as loopback:
        client = await loopback.websocket()
        await client.send({"jsonrpc": "2.0", "id": 1, "method": "test_stick"})
        await entered.wait()
        began = trio.current_time()
    assert trio.current_time() - began < 1
    assert loopback.server.busy_threads == 1
    release.set()


async def test_closing_is_quick_when_clients_cooperate() -> None:
    async with listening(RpcConfig(listen=ANY_PORT)) as loopback:
        client = await loopback.websocket()
        idle = await loopback.dial()
        await client.call("test_listen")
        began = trio.current_time()
        loopback.server.close()
        assert await client.ended() == 1001
        await client.stream.aclose()
        assert await idle.receive_some(1) == b""
    assert trio.current_time() - began < 0.5
