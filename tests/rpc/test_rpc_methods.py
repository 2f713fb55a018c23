"""The registry, and how one connection's messages are dispatched. No transport here."""

import logging
import random
from typing import Any

import orjson
import pytest
import trio

from parachain.rpc.config import MethodsPolicy, RpcConfig
from parachain.rpc.connection import Connection, Transport
from parachain.rpc.dispatch import Dispatcher
from parachain.rpc.methods import Registry, method, subscription
from parachain.rpc.params import params
from parachain.rpc.service import Service
from tests.rpc.rpc_peer import Sample, errors


def dispatcher(config: RpcConfig | None = None, *, allows_unsafe: bool = True) -> Dispatcher:
    registry = Registry([Sample().namespace()])
    service = Service(registry.table, config or RpcConfig(), random.Random(1))
    return service.http_dispatcher(
        service.new_connection(Transport.HTTP, allows_unsafe=allows_unsafe)
    )


async def ask(asked: Dispatcher, message: object) -> Any:
    raw = message if isinstance(message, bytes) else orjson.dumps(message)
    answer = await asked.answer(raw)
    return None if answer is None else orjson.loads(answer)


def call(name: str, *arguments: object, identifier: object = 1) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": identifier, "method": name, "params": arguments}


def test_the_policy_decides_who_may_call_unsafe_methods() -> None:
    assert RpcConfig().allows_unsafe(loopback=True)
    assert not RpcConfig().allows_unsafe(loopback=False)
    assert not RpcConfig(methods=MethodsPolicy.SAFE).allows_unsafe(loopback=True)
    assert RpcConfig(methods=MethodsPolicy.UNSAFE).allows_unsafe(loopback=False)


async def test_rpc_methods_lists_every_name_sorted_with_aliases_and_itself() -> None:
    names = (await ask(dispatcher(), call("rpc_methods")))["result"]["methods"]
    assert names == sorted(names)
    expected = {"rpc_methods", "test_echo", "test_same", "test_listen", "test_unlisten", "test_off"}
    assert expected <= set(names)
    assert "test_listening" not in names  # the name of a notification is no method


def test_a_name_is_declared_once() -> None:
    echo = method("a", lambda: 1, params(), aliases=("b",))
    with pytest.raises(ValueError, match="b is declared twice"):
        Registry([[echo], [method("b", lambda: 1, params())]])
    handler = Sample().listen
    with pytest.raises(ValueError, match="a is declared twice"):
        Registry([[subscription("a", "n", "a", handler, params())]])


@pytest.mark.parametrize("name", ["test_echo", "test_same", "test_blockingEcho"])
async def test_results(name: str) -> None:
    answer = await ask(dispatcher(), call(name, {"deep": [1, None]}))
    assert answer == {"jsonrpc": "2.0", "id": 1, "result": {"deep": [1, None]}}


async def test_errors_of_handlers_are_answers(caplog: pytest.LogCaptureFixture) -> None:
    asked = dispatcher()
    assert (await ask(asked, call("test_refuse")))["error"] == {
        "code": 1010,
        "message": "Invalid Transaction",
        "data": "Transaction has a bad signature",
    }
    assert not caplog.records


@pytest.mark.parametrize("name", ["test_crash", "test_blockingCrash"])
async def test_bugs_are_logged_and_answered(name: str, caplog: pytest.LogCaptureFixture) -> None:
    asked = dispatcher()
    answer = await ask(asked, call(name))
    assert answer["error"] == {"code": -32603, "message": "Internal error"}
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert name in record.getMessage()
    assert record.exc_info is not None
    assert record.exc_info[0] is ZeroDivisionError
    assert (await ask(asked, call("test_echo", 1)))["result"] == 1


async def test_a_result_that_is_not_json_is_our_bug(caplog: pytest.LogCaptureFixture) -> None:
    registry = Registry([[method("m", lambda: b"bytes", params())]])
    service = Service(registry.table, RpcConfig(), random.Random(1))
    connection = Connection(1, Transport.HTTP, allows_unsafe=False)
    answer = await ask(service.http_dispatcher(connection), call("m"))
    assert answer["error"]["code"] == -32603
    assert "m failed" in caplog.text


async def test_unknown_methods_and_bad_parameters() -> None:
    asked = dispatcher()
    answer = await ask(asked, call("nobody_knows", identifier="x"))
    assert answer == {
        "jsonrpc": "2.0",
        "id": "x",
        "error": {"code": -32601, "message": "Method not found"},
    }
    answer = await ask(asked, call("test_repeat", 5))
    assert answer["error"]["code"] == -32602
    assert answer["error"]["data"] == "text: expected a string, found number 5"


@pytest.mark.parametrize("name", ["test_secret", "test_private"])
async def test_unsafe_methods_are_denied_as_substrate_denies_them(name: str) -> None:
    answer = await ask(dispatcher(allows_unsafe=False), call(name))
    assert answer["error"] == {
        "code": -32601,
        "message": "RPC call is unsafe to be called externally",
    }


async def test_subscriptions_need_a_websocket() -> None:
    asked = dispatcher()
    answer = await ask(asked, call("test_listen"))
    assert answer["error"]["code"] == -32603
    assert (await ask(asked, call("test_unlisten", "x")))["error"]["code"] == -32603


async def test_notifications_are_neither_run_nor_answered() -> None:
    asked = dispatcher()
    assert await ask(asked, {"jsonrpc": "2.0", "method": "test_crash"}) is None
    assert await ask(asked, [{"jsonrpc": "2.0", "method": "test_crash"}]) is None


async def test_batches_are_answered_in_order() -> None:
    answers = await ask(
        dispatcher(),
        [
            call("test_blockingEcho", "a", identifier=1),
            5,
            {"jsonrpc": "2.0", "method": "test_echo"},
            call("nobody_knows", identifier=2),
            call("test_echo", "b", identifier="3"),
            call("test_listen", identifier=4),
            {"id": 5},
        ],
    )
    assert [answer["id"] for answer in answers] == [1, None, 2, "3", 4, 5]
    assert errors(answers) == [None, -32600, -32601, None, -32603, -32600]


async def test_batch_limits() -> None:
    assert (await ask(dispatcher(), []))["error"]["code"] == -32600
    two = [call("test_echo", 1), call("test_echo", 2)]
    assert len(await ask(dispatcher(RpcConfig(max_batch_items=2)), two)) == 2
    answer = await ask(dispatcher(RpcConfig(max_batch_items=1)), two)
    assert answer["error"] == {
        "code": -32010,
        "message": "The batch request was too large",
        "data": "Exceeded max limit of 1",
    }
    answer = await ask(dispatcher(RpcConfig(max_batch_items=0)), two)
    assert answer["error"]["code"] == -32005


async def test_answers_too_big() -> None:
    asked = dispatcher(RpcConfig(max_response_bytes=200))
    big = call("test_repeat", "x", 150)
    assert (await ask(asked, call("test_repeat", "x", 200)))["error"]["code"] == -32008
    assert len((await ask(asked, big))["result"]) == 150
    answer = await ask(asked, [big, big])
    assert (answer["id"], answer["error"]["code"]) == (None, -32011)


async def test_a_long_batch_lets_others_run() -> None:
    turns = 0

    async def count_turns() -> None:
        nonlocal turns
        while True:
            await trio.lowlevel.checkpoint()
            turns += 1

    async with trio.open_nursery() as nursery:
        nursery.start_soon(count_turns)
        answers = await ask(dispatcher(), [call("test_echo", 1)] * 320)
        nursery.cancel_scope.cancel()
    assert len(answers) == 320
    assert turns >= 5  # of 10: the scheduler shuffles


def test_close_callbacks_run_once_even_if_one_fails(caplog: pytest.LogCaptureFixture) -> None:
    connection = Connection(1, Transport.WEBSOCKET, allows_unsafe=True)
    seen: list[str] = []

    def fail() -> None:
        raise ZeroDivisionError

    connection.on_close(lambda: seen.append("first"))
    connection.on_close(fail)
    connection.on_close(lambda: seen.append("second"))
    connection.close()
    connection.close()
    connection.on_close(lambda: seen.append("late"))
    assert seen == ["first", "second", "late"]
    assert "callback failed" in caplog.text
