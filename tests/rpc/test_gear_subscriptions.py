"""gear_subscribeUserMessageSent and gear_subscribeProgramStateChanges."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.rpc import gear_events, gear_subscriptions
from parachain.rpc.config import RpcConfig
from parachain.rpc.gear_subscriptions import PROGRAMS, MessageFilter, PayloadFilter
from parachain.runtime.frame.event import EVENTS_KEY
from parachain.runtime.gear.messages import ReplyDetails, UserMessage
from parachain.runtime.gear.reply_code import Error, RemovedFromWaitlist
from tests.rpc.gear_node import GearChain, GearNode, tell, write
from tests.rpc.legacy_node import hexed, settle
from tests.rpc.rpc_peer import WsClient

MESSAGES = "gear_subscribeUserMessageSent"
CHANGES = "gear_subscribeProgramStateChanges"
ZERO = "0x" + "00" * 32
PING, USER, OTHER = b"\x11" * 32, b"\x22" * 32, b"\x33" * 32
ACKNOWLEDGED = {
    "block": ZERO,
    "index": 0,
    "id": [0] * 32,
    "source": [0] * 32,
    "destination": [0] * 32,
    "payload": "0x",
    "value": "0",
    "ack": True,
}


def message(number: int, payload: bytes = b"", source: bytes = PING) -> UserMessage:
    return UserMessage(number.to_bytes(32, "big"), source, USER, payload, number, None)


async def subscribed(client: WsClient, name: str, argument: object) -> str:
    """Subscribe, and take the acknowledgement."""
    identifier = await client.call(name, argument)
    assert isinstance(identifier, str), identifier
    first = await told(client, identifier, name)
    assert first in (ACKNOWLEDGED, {"block_hash": ZERO, "program_ids": []})
    return identifier


async def told(client: WsClient, identifier: str, name: str = MESSAGES) -> Any:
    notification = await client.receive()
    assert notification["method"] == name, notification
    assert notification["params"]["subscription"] == identifier
    return notification["params"]["result"]


async def nothing_more(client: WsClient) -> None:
    """Fail if a notification is under way."""
    await settle()
    assert "methods" in await client.call("rpc_methods")


async def test_messages_are_told_as_they_are_sent() -> None:
    chain = GearChain()
    node = GearNode(chain.chain)
    async with node.client() as client:
        identifier = await subscribed(client, MESSAGES, {})
        chain.make()
        chain.make(tell(None))
        failed = ReplyDetails(b"\x77" * 32, Error(RemovedFromWaitlist()))
        sent = UserMessage(b"\x44" * 32, PING, USER, b"\xab\xcd", 2**100, None)
        block = chain.make(tell(None, sent, None, sent._replace(details=failed))).block
        plain = {
            "block": hexed(block.hash),
            "index": 1,
            "id": [0x44] * 32,
            "source": [0x11] * 32,
            "destination": [0x22] * 32,
            "payload": "0xabcd",
            "value": "1267650600228229401496703205376",
        }
        reply = {
            "to": [0x77] * 32,
            "code": "0x01030000",
            "code_description": "Error reply sent due to removal from waitlist",
        }
        assert await told(client, identifier) == plain
        assert await told(client, identifier) == {**plain, "index": 3, "reply": reply}
        assert await client.call("gear_unsubscribeUserMessageSent", identifier) is True
        chain.make(tell(sent))
        await nothing_more(client)


async def test_only_what_the_filter_wants() -> None:
    chain = GearChain()
    node = GearNode(chain.chain)
    async with node.client() as client:
        wanted = {
            "source": hexed(PING),
            "destination": hexed(USER),
            "payload_filters": [
                {"offset": 0, "pattern": hexed(b"ab")},
                {"offset": 3, "pattern": hexed(b"d")},
            ],
            "from_block": None,
            "finalized_only": False,
        }
        identifier = await subscribed(client, MESSAGES, wanted)
        chain.make(
            tell(
                message(1, b"abcd", OTHER),
                message(2, b"abcd")._replace(destination=OTHER),
                message(3, b"abc"),
                message(4, b"abcd?"),
                message(5, b"aBcd"),
            )
        )
        assert (await told(client, identifier))["value"] == "4"
        await nothing_more(client)


@given(
    st.binary(max_size=8),
    st.lists(st.tuples(st.integers(0, 9), st.binary(max_size=3)), max_size=3),
)
def test_patterns_match_inside_of_payloads(
    payload: bytes, filters: list[tuple[int, bytes]]
) -> None:
    wanted = MessageFilter(None, None, [PayloadFilter(*each) for each in filters], None, None)
    expected = all(
        offset + len(pattern) <= len(payload) and payload.startswith(pattern, offset)
        for offset, pattern in filters
    )
    assert wanted.matches(message(1, payload)) is expected


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        (None, "Invalid params"),
        ([], "Invalid params"),
        ({"source": "0x00"}, "Invalid params"),
        ({"payload_filters": [{"offset": 2**32, "pattern": "0x"}]}, "Invalid params"),
        (
            {"payload_filters": [{"offset": 0, "pattern": "0x" + "00" * 257}]},
            "payload_filters[0] longer than 256 bytes",
        ),
    ],
)
async def test_filters_that_are_refused(wanted: object, text: str) -> None:
    node = GearNode(GearChain().chain)
    async with node.client() as client:
        answer = await client.call(MESSAGES, wanted)
        assert (answer["error"]["code"], answer["error"]["message"]) == (-32602, text)


async def test_past_blocks_first(monkeypatch: pytest.MonkeyPatch) -> None:
    chain = GearChain()
    node = GearNode(chain.chain)
    blocks = [chain.make(tell(message(number))).block for number in range(1, 5)]
    async with node.client() as client:
        identifier = await subscribed(client, MESSAGES, {"from_block": 2})
        blocks.append(chain.make(tell(message(5))).block)
        for block in blocks[1:]:
            sent = await told(client, identifier)
            assert (sent["block"], sent["value"]) == (hexed(block.hash), str(block.number))
        await nothing_more(client)
        monkeypatch.setattr(gear_subscriptions, "MAX_BACKFILL_BLOCKS", 3)
        answer = await client.call(MESSAGES, {"from_block": 2})
        text = "requested backfill spans 4 blocks which exceeds limit 3"
        assert answer["error"] == {"code": -32602, "message": text}


async def test_nothing_before_the_block_that_is_named() -> None:
    chain = GearChain()
    node = GearNode(chain.chain)
    async with node.client() as client:
        identifier = await subscribed(client, MESSAGES, {"fromBlock": 3})
        for number in range(1, 5):
            chain.make(tell(message(number)))
        assert [(await told(client, identifier))["value"] for _ in range(2)] == ["3", "4"]


async def test_final_blocks_only() -> None:
    chain = GearChain()
    node = GearNode(chain.chain)
    async with node.client() as client:
        identifier = await subscribed(client, MESSAGES, {"finalized_only": True})
        blocks = [chain.make(tell(message(number))).block for number in range(1, 5)]
        await nothing_more(client)
        chain.chain.finalize(blocks[2].hash)  # and with it the two before
        assert [(await told(client, identifier))["value"] for _ in range(3)] == ["1", "2", "3"]
        again = await subscribed(client, MESSAGES, {"finalized_only": True, "from_block": 2})
        assert [(await told(client, again))["value"] for _ in range(2)] == ["2", "3"]
        await nothing_more(client)


async def test_every_block_of_a_branch_that_wins() -> None:
    ours, theirs = GearChain(), GearChain()
    node = GearNode(ours.chain)
    async with node.client() as client:
        identifier = await subscribed(client, MESSAGES, {})
        ours.make(tell(message(1)))
        branch = [theirs.make(tell(message(10)), skip=5).block]
        branch.append(theirs.make(tell(message(20))).block)
        assert (await told(client, identifier))["value"] == "1"
        ours.take(*branch)
        assert [(await told(client, identifier))["value"] for _ in range(2)] == ["10", "20"]


async def test_many_events_are_decoded_elsewhere_once(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[int] = []
    read = gear_events._sent

    def counted(raw: bytes) -> Any:
        decoded.append(len(raw))
        return read(raw)

    monkeypatch.setattr(gear_events, "_sent", counted)
    monkeypatch.setattr(gear_events, "MAX_BYTES_ON_LOOP", 50)
    chain = GearChain()
    node = GearNode(chain.chain)
    async with node.client() as client:
        identifiers = [await subscribed(client, MESSAGES, {}) for _ in range(3)]
        chain.make(tell(message(1)))
        sent = [await client.receive() for _ in range(3)]
        assert sorted(each["params"]["subscription"] for each in sent) == sorted(identifiers)
        assert len(decoded) == 1
        for number in range(2, 2 + 2 * gear_events.MAX_CACHED_BLOCKS):
            chain.make(tell(message(number)))
            sent = [await client.receive() for _ in range(3)]
            assert {each["params"]["result"]["value"] for each in sent} == {str(number)}


async def test_events_that_nobody_can_read(caplog: pytest.LogCaptureFixture) -> None:
    chain = GearChain()
    node = GearNode(chain.chain)
    async with node.client() as client:
        identifier = await subscribed(client, MESSAGES, {})
        chain.make(write(EVENTS_KEY, b"\x04\x00\x00\x00\x00\x00\xfe\x00"))
        chain.make(tell(message(2)))
        assert (await told(client, identifier))["value"] == "2"
    assert "events of block 1 cannot be read: " in caplog.text


async def test_changes_of_programs() -> None:
    chain = GearChain()
    node = GearNode(chain.chain)
    async with node.client() as client:
        all_of_them = await subscribed(client, CHANGES, None)
        some = await subscribed(client, CHANGES, [hexed(PING), hexed(OTHER)])
        none = await subscribed(client, CHANGES, [])
        chain.make(write(PROGRAMS + b"\x01", b"no program"))
        block = chain.make(
            write(PROGRAMS + USER, b"1"),
            write(PROGRAMS + PING, b"1"),
            write(PROGRAMS[:16] + USER * 2, b"1"),
        ).block
        received = [await client.receive() for _ in range(2)]
        changes = {each["params"]["subscription"]: each["params"]["result"] for each in received}
        where = hexed(block.hash)
        assert changes == {
            all_of_them: {"block_hash": where, "program_ids": [hexed(PING), hexed(USER)]},
            some: {"block_hash": where, "program_ids": [hexed(PING)]},
        }
        chain.make(write(PROGRAMS + PING, b"1"))  # the value that it had
        assert len([await client.receive() for _ in range(2)]) == 2
        for identifier in (all_of_them, some, none):
            assert await client.call("gear_unsubscribeProgramStateChanges", identifier) is True
        chain.make(write(PROGRAMS + PING, b"2"))
        await nothing_more(client)


async def test_too_many_programs() -> None:
    node = GearNode(GearChain().chain, RpcConfig(gear_max_batch_items=2))
    async with node.client() as client:
        ids = [hexed(PING), hexed(USER), hexed(PING)]
        assert await subscribed(client, CHANGES, ids)
        answer = await client.call(CHANGES, [*ids, hexed(OTHER)])
        assert answer["error"] == {
            "code": 8000,
            "message": "Runtime error",
            "data": "Program filter size must be lower than 2",
        }
