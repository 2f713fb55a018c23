"""`ChainFeed`: news reach the event loop in order, none twice, none lost."""

import pytest
import trio
import trio.testing

from parachain.client.chain.notifications import ImportedBlock, Notification
from parachain.rpc.chain_feed import MAX_BEHIND, ChainFeed
from tests.client.chain.small_node import SmallNode


def number(news: Notification) -> int:
    assert isinstance(news, ImportedBlock)
    return news.block.number


async def test_following_begins_where_the_snapshot_ends() -> None:
    small = SmallNode()
    feed = ChainFeed(small.chain)
    feed.attach()
    small.grow(2)  # noted, not yet published
    with feed.follow() as (snapshot, news), feed.listen() as everything:
        assert snapshot.best.number == 2
        small.grow(2)
        assert [number(await news.receive()) for _ in range(2)] == [3, 4]
        assert [number(await everything.receive()) for _ in range(4)] == [1, 2, 3, 4]
        feed.detach()
        small.grow(1)
        await trio.testing.wait_all_tasks_blocked()
        with pytest.raises(trio.WouldBlock):
            news.receive_nowait()


async def test_changes_of_another_thread_follow_the_snapshot_without_a_gap() -> None:
    small = SmallNode()
    feed = ChainFeed(small.chain)
    feed.attach()

    async def follow(task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        with feed.follow() as (snapshot, news):
            task_status.started()
            expected = list(range(snapshot.best.number + 1, 61))
            assert [number(await news.receive()) for _ in expected] == expected

    with trio.fail_after(10):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(trio.to_thread.run_sync, lambda: small.grow(60))
            for _ in range(50):
                await nursery.start(follow)


async def test_who_does_not_read_is_cut_off() -> None:
    small = SmallNode()
    feed = ChainFeed(small.chain)
    feed.attach()
    with feed.listen() as news:
        small.grow(MAX_BEHIND + 1)
        await trio.testing.wait_all_tasks_blocked()
        assert [number(item) async for item in news] == list(range(1, MAX_BEHIND + 1))


async def test_a_failing_callback_does_not_keep_news_from_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    small = SmallNode()
    feed = ChainFeed(small.chain)
    feed.attach()
    seen: list[int] = []

    def fail(_news: Notification) -> None:
        raise ZeroDivisionError("a bug of ours")

    feed.call(fail)
    feed.call(lambda news: seen.append(number(news)))
    with feed.listen() as news:
        small.grow(1)
        assert number(await news.receive()) == 1
    assert seen == [1]
    assert "a listener of the chain failed" in caplog.text
