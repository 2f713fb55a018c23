"""The WebSocket driver over in-memory streams: order, flow control, limits, broken frames, the end.

Where time matters it is trio's mock clock, which jumps to the next timeout when everybody waits.
"""

import pytest
import trio
import trio.testing
from websockets.frames import Frame, Opcode

from parachain.rpc.config import RpcConfig
from parachain.rpc.websocket import LINGER_S
from tests.rpc.rpc_peer import ConnectionEndedError, Peer, WsClient, errors, serving


async def test_calls_and_pipelining() -> None:
    async with serving() as peer:
        client = await peer.websocket()
        assert await client.call("test_echo", [1]) == [1]
        for number in range(100):
            call = {"jsonrpc": "2.0", "id": number, "method": "test_echo", "params": [number]}
            client.frames.send_text(str(call).replace("'", '"').encode())
        await client.flush()
        assert [(await client.receive())["result"] for _ in range(100)] == list(range(100))


async def test_a_waiting_call_holds_up_no_other() -> None:
    async with serving() as peer:
        client = await peer.websocket()
        await client.send({"jsonrpc": "2.0", "id": 1, "method": "test_wait"})
        assert await client.call("test_echo", "meanwhile") == "meanwhile"
        peer.sample.gate.set()
        assert await client.receive() == {"jsonrpc": "2.0", "id": 1, "result": "waited"}


async def test_binary_and_fragmented_messages() -> None:
    message = b'{"jsonrpc":"2.0","id":1,"method":"test_echo","params":["x"]}'
    async with serving() as peer:
        client = await peer.websocket()
        await client.send_frames(Frame(Opcode.BINARY, message))
        assert (await client.receive())["result"] == "x"
        parts = [Frame(Opcode.CONT, message[i : i + 1], fin=False) for i in range(1, len(message))]
        ping = Frame(Opcode.PING, b"between")
        first = Frame(Opcode.TEXT, message[:1], fin=False)
        await client.send_frames(first, *parts, ping, Frame(Opcode.CONT, b""))
        assert (await client.receive())["result"] == "x"


async def test_malformed_messages_are_answered_and_the_connection_lives() -> None:
    async with serving() as peer:
        client = await peer.websocket()
        for junk in (b"", b"nope", b"\xff\xfe", b"[" * 5000):
            await client.send(junk)
            assert (await client.receive())["error"]["code"] == -32700
        assert await client.call("test_echo", 1) == 1


async def test_notifications_follow_the_id_in_order() -> None:
    async with serving() as peer:
        client = await peer.websocket()
        identifier = await client.call("test_count", 300)
        assert isinstance(identifier, str)
        assert len(identifier) == 16
        assert identifier.isalnum()
        for number in range(300):
            assert await client.receive() == {
                "jsonrpc": "2.0",
                "method": "test_counted",
                "params": {"subscription": identifier, "result": number},
            }
        # The handler has returned, so the subscription is over.
        assert await client.call("test_uncount", identifier) is False


async def test_ids_in_a_batch_precede_the_notifications() -> None:
    async with serving() as peer:
        client = await peer.websocket()
        subscribe = {"jsonrpc": "2.0", "method": "test_count", "params": [1]}
        echo = {"jsonrpc": "2.0", "id": 3, "method": "test_blockingEcho", "params": ["between"]}
        await client.send([{**subscribe, "id": 1}, echo, {**subscribe, "id": 2}])
        answers = await client.receive()
        ids = [answers[0]["result"], answers[2]["result"]]
        notified = [(await client.receive())["params"]["subscription"] for _ in range(2)]
        assert sorted(notified) == sorted(ids)


async def test_unsubscribing_ends_the_handler_and_answers_whether_there_was_one() -> None:
    async with serving() as peer:
        client = await peer.websocket()
        first = await client.call("test_listen")
        second = await client.call("test_listen")
        assert first != second
        assert await client.call("test_uncount", first) is False  # another kind's
        assert await client.call("test_unlisten", first) is True
        assert await client.call("test_unlisten", first) is False
        assert await client.call("test_off", second) is True
        junk: object
        for junk in (None, 5, [], "x"):
            assert await client.call("test_unlisten", junk) is False
        assert await client.call("test_unlisten") is False
        assert peer.sample.ended == [first, second]
        assert all(sink.closed for sink in peer.sample.sinks)
        assert not peer.sample.sinks[0].send_nowait("too late")
        with pytest.raises(trio.ClosedResourceError):
            await peer.sample.sinks[0].send("too late")
        assert await client.call("test_echo", "nothing before") == "nothing before"


async def test_another_connection_cannot_unsubscribe() -> None:
    async with serving() as peer:
        client, stranger = await peer.websocket(), await peer.websocket()
        identifier = await client.call("test_listen")
        assert await stranger.call("test_unlisten", identifier) is False
        assert peer.sample.sinks[0].send_nowait("still here")
        assert (await client.receive())["params"]["result"] == "still here"


async def test_a_refused_subscription_answers_with_the_handlers_error() -> None:
    async with serving() as peer:
        client = await peer.websocket()
        answer = await client.call("test_reject")
        assert answer["error"] == {"code": 1010, "message": "Invalid Transaction"}


async def test_a_handler_that_fails_late_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    async with serving() as peer:
        client = await peer.websocket()
        for code, message in ((1234, "went wrong"), (0, "Internal error")):
            identifier = await client.call("test_late", code)
            assert (await client.receive())["params"]["result"] == "fine so far"
            assert (await client.receive())["params"] == {
                "subscription": identifier,
                "error": {"code": code or -32603, "message": message},
            }
            assert await client.call("test_unlate", identifier) is False
    assert caplog.text.count("ZeroDivisionError: a bug of ours") == 1


async def test_a_handler_must_decide(caplog: pytest.LogCaptureFixture) -> None:
    async with serving() as peer:
        client = await peer.websocket()
        assert (await client.call("test_idle"))["error"]["code"] == -32603
    assert "without accepting or refusing" in caplog.text


async def test_subscriptions_are_limited_per_connection() -> None:
    async with serving(RpcConfig(max_subscriptions_per_connection=2)) as peer:
        client, other = await peer.websocket(), await peer.websocket()
        first = await client.call("test_listen")
        await client.call("test_listen")
        assert (await client.call("test_listen"))["error"] == {
            "code": -32006,
            "message": "Too many subscriptions on the connection",
            "data": "Exceeded max limit of 2",
        }
        assert isinstance(await other.call("test_listen"), str)
        assert await client.call("test_unlisten", first) is True
        assert isinstance(await client.call("test_listen"), str)


async def test_subscriptions_of_a_batch_that_is_too_big_are_closed() -> None:
    async with serving(RpcConfig(max_response_bytes=250)) as peer:
        client = await peer.websocket()
        listen = {"jsonrpc": "2.0", "id": 1, "method": "test_listen"}
        repeat = {"jsonrpc": "2.0", "id": 1, "method": "test_repeat", "params": ["x", 200]}
        await client.send([listen, repeat])
        assert (await client.receive())["error"]["code"] == -32011
        await trio.testing.wait_all_tasks_blocked()
        assert peer.sample.sinks == []  # its handler was cancelled while waiting to be announced


async def test_the_end_of_a_connection_ends_all_that_belongs_to_it() -> None:
    async with serving() as peer:
        client = await peer.websocket()
        identifier = await client.call("test_listen")
        number = await client.call("test_whoami")
        await client.send({"jsonrpc": "2.0", "id": 1, "method": "test_wait"})
        await client.close()
        assert await client.ended() == 1000
        await trio.testing.wait_all_tasks_blocked()
        assert peer.sample.ended == [identifier]
        assert peer.sample.gone == [number]
        assert peer.server.sockets == 0


async def test_a_client_that_just_disappears() -> None:
    async with serving() as peer:
        client = await peer.websocket()
        await client.call("test_listen")
        await client.stream.aclose()
        await trio.testing.wait_all_tasks_blocked()
        assert len(peer.sample.ended) == 1
        assert peer.server.sockets == 0


async def test_a_message_too_big_is_explained_then_the_connection_closes() -> None:
    async with serving(RpcConfig(max_request_bytes=100)) as peer:
        client = await peer.websocket()
        await client.send(b" " * 101)
        assert (await client.receive())["error"] == {
            "code": -32007,
            "message": "Request is too big",
            "data": "Exceeded max limit of 100",
        }
        assert await client.ended() == 1009


async def test_fragments_are_limited_together() -> None:
    async with serving(RpcConfig(max_request_bytes=100)) as peer:
        client = await peer.websocket()
        fragments = [Frame(Opcode.CONT, b" " * 30, fin=False) for _ in range(4)]
        await client.send_frames(Frame(Opcode.TEXT, b" ", fin=False), *fragments)
        assert (await client.receive())["error"]["code"] == -32007
        assert await client.ended() == 1009


@pytest.mark.parametrize(
    "broken",
    [
        b"\x81\x05hello",  # not masked
        b"\xc1\x80\0\0\0\0",  # a reserved bit
        b"\x83\x80\0\0\0\0",  # an unknown opcode
        b"\x80\x80\0\0\0\0",  # a continuation of nothing
        b"\x09\x80\0\0\0\0",  # a fragmented ping
        b"\x89\xfe\x00\x7e\0\0\0\0" + b"\0" * 126,  # a ping too long
        b"\x01\x80\0\0\0\0\x81\x80\0\0\0\0",  # a message inside a message
        b"\x88\x81\0\0\0\0x",  # half a close code
    ],
)
async def test_broken_frames_close_with_a_protocol_error(
    broken: bytes, autojump_clock: trio.testing.MockClock
) -> None:
    async with serving(within_s=9999) as peer:
        client = await peer.websocket()
        await client.stream.send_all(broken)
        assert await client.ended() == 1002
        await trio.sleep(LINGER_S)  # for the client's half, which does not come
        await trio.testing.wait_all_tasks_blocked()
        assert autojump_clock.current_time() == pytest.approx(LINGER_S)
        assert peer.server.sockets == 0


async def test_a_silent_client_is_disconnected_after_three_missed_pings(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with serving(within_s=9999) as peer:
        client = await peer.websocket()
        began = autojump_clock.current_time()
        with pytest.raises(ConnectionEndedError):  # the client's answers to pings are not flushed
            await client.receive()
        # 30 s: heard 30 s ago. 60 s: not longer than 60 s. Missed at 90, 120 and 150 s.
        assert autojump_clock.current_time() - began == pytest.approx(150)
        assert client.closed_with is None


async def test_a_client_that_answers_pings_stays(autojump_clock: trio.testing.MockClock) -> None:
    async with serving(within_s=9999) as peer:
        client = await peer.websocket()
        await client.call("test_listen")
        while autojump_clock.current_time() < 1000:
            with trio.move_on_after(10):
                client.frames.receive_data(await client.stream.receive_some(100))
                await client.flush()
        assert await client.call("test_echo", "alive") == "alive"


async def stalled(peer: Peer) -> WsClient:
    """Return a client whose socket takes nothing until it reads."""
    return await peer.websocket(lockstep=True)


async def test_send_waits_for_a_slow_client_and_nothing_is_lost() -> None:
    async with serving(RpcConfig(message_buffer_per_connection=8)) as peer:
        client = await stalled(peer)
        sink_id = await client.call("test_count", 1000)
        for number in range(1000):
            assert (await client.receive())["params"] == {"subscription": sink_id, "result": number}


async def test_send_nowait_drops_the_subscription_of_a_slow_client() -> None:
    async with serving(RpcConfig(message_buffer_per_connection=8)) as peer:
        client = await stalled(peer)
        await client.call("test_listen")
        slow = peer.sample.sinks[0]
        assert slow.send_nowait("in the socket")
        await trio.testing.wait_all_tasks_blocked()
        assert [slow.send_nowait(number) for number in range(9)] == [True] * 8 + [False]
        assert slow.closed
        received = [(await client.receive())["params"] for _ in range(10)]
        assert [message.get("result") for message in received] == ["in the socket", *range(8), None]
        assert "too slowly" in received[-1]["error"]["message"]
        assert await client.call("test_unlisten", slow.id) is False


async def test_send_nowait_counts_per_subscription_so_a_fast_client_may_have_many() -> None:
    async with serving(RpcConfig(message_buffer_per_connection=8)) as peer:
        client = await peer.websocket()
        for _ in range(50):
            await client.call("test_listen")
        for burst in range(20):
            assert all(sink.send_nowait(burst) for sink in peer.sample.sinks)
            for _ in range(50):
                assert (await client.receive())["params"]["result"] == burst


async def test_bytes_waiting_are_limited_too() -> None:
    async with serving(RpcConfig(max_response_bytes=1000)) as peer:
        client = await stalled(peer)
        await client.call("test_listen")
        slow = peer.sample.sinks[0]
        slow.send_nowait("in the socket")
        await trio.testing.wait_all_tasks_blocked()
        assert [slow.send_nowait("x" * 600) for _ in range(3)] == [True, True, False]


async def test_a_client_that_never_reads_is_disconnected(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with serving(RpcConfig(write_timeout_s=20), within_s=9999) as peer:
        client = await stalled(peer)
        await client.call("test_listen")
        peer.sample.sinks[0].send_nowait("unread")
        began = autojump_clock.current_time()
        await peer.sample.sinks[0].wait_closed()
        assert autojump_clock.current_time() - began == pytest.approx(20)
        await trio.testing.wait_all_tasks_blocked()
        assert peer.server.sockets == 0


async def test_a_flood_of_calls_is_not_read_further_than_the_buffer() -> None:
    async with serving(RpcConfig(message_buffer_per_connection=8)) as peer:
        client = await peer.websocket()
        wait = b'{"jsonrpc":"2.0","id":1,"method":"test_wait"}'
        await client.send_frames(*[Frame(Opcode.TEXT, wait)] * 100)
        await trio.testing.wait_all_tasks_blocked()
        assert peer.sample.waiting == 8
        peer.sample.gate.set()
        answers = [await client.receive() for _ in range(100)]
        assert errors(answers) == [None] * 100
        assert peer.sample.waiting == 100


async def test_closing_the_server_finishes_calls_and_says_goodbye() -> None:
    async with serving() as peer, trio.open_nursery() as nursery:
        nursery.start_soon(peer.server.run)
        client = await peer.websocket()
        await client.send({"jsonrpc": "2.0", "id": 1, "method": "test_wait"})
        await trio.testing.wait_all_tasks_blocked()
        peer.server.close()
        await trio.testing.wait_all_tasks_blocked()
        peer.sample.gate.set()
        assert (await client.receive())["result"] == "waited"
        with pytest.raises(ConnectionEndedError):
            await client.receive()
        assert client.closed_with == 1001


@pytest.mark.parametrize("disappears", [False, True])
async def test_closing_the_server_at_any_step_of_a_client_leaving(disappears: bool) -> None:
    for steps in range(25):  # turns of the event loop from the client's last word to its end
        async with serving() as peer:
            client = await peer.websocket()
            await client.call("test_listen")
            if disappears:
                await client.stream.aclose()
            else:
                await client.close()
            for _ in range(steps):
                await trio.lowlevel.checkpoint()
            peer.server._service.close()
            await trio.testing.wait_all_tasks_blocked()
