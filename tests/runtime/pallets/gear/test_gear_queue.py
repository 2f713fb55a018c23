"""The queue of messages is a queue, also for messages put back, and notices broken links."""

from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.runtime.frame.error import PalletError
from parachain.runtime.gear.dispatch import ContextStore
from parachain.runtime.pallets.gear_messenger import block_counters, queue
from parachain.runtime.pallets.gear_messenger.declarations import (
    QUEUE_DUPLICATE_KEY,
    QUEUE_ELEMENT_NOT_FOUND,
    QUEUE_HEAD_SHOULD_NOT_BE_SET,
    QUEUE_TAIL_HAS_NEXT_KEY,
    QUEUE_TAIL_SHOULD_BE_SET,
    QUEUE_TAIL_SHOULD_NOT_BE_SET,
    dispatch_count,
    dispatches,
    head,
    tail,
)
from tests.runtime.memory_ext import MemoryExt
from tests.runtime.pallets.gear.scene import dispatch_of, message_id
from tests.runtime.pallets.scene import fails


def three() -> MemoryExt:
    ext = MemoryExt()
    block_counters.begin_block(ext, 1)
    for number in (1, 2, 3):
        queue.enqueue(ext, dispatch_of(number))
    return ext


def test_messages_leave_in_the_order_in_which_they_came() -> None:
    ext = three()
    assert queue.length(ext) == 3
    assert list(queue.iterate(ext)) == [dispatch_of(number) for number in (1, 2, 3)]
    assert [queue.dequeue(ext) for _ in range(4)] == [dispatch_of(n) for n in (1, 2, 3)] + [None]
    assert queue.length(ext) == 0
    assert not head.exists(ext)
    assert not tail.exists(ext)
    assert block_counters.dequeued(ext) == 3
    assert block_counters.queue_processing_allowed(ext)


def test_a_message_put_back_comes_first_and_ends_the_processing() -> None:
    ext = three()
    taken = queue.dequeue(ext)
    assert taken is not None
    assert block_counters.dequeued(ext) == 1
    queue.requeue(ext, taken._replace(context=ContextStore()))
    assert block_counters.dequeued(ext) == 0
    assert not block_counters.queue_processing_allowed(ext)
    assert [d.message.id for d in queue.iterate(ext)] == [message_id(n) for n in (1, 2, 3)]
    block_counters.begin_block(ext, 2)
    assert block_counters.queue_processing_allowed(ext)
    assert queue.dequeue(ext) == dispatch_of(1, context=ContextStore())


def test_a_message_put_back_into_an_empty_queue_is_also_the_last() -> None:
    ext = MemoryExt()
    queue.requeue(ext, dispatch_of(1))
    queue.enqueue(ext, dispatch_of(2))
    assert [d.message.value for d in queue.iterate(ext)] == [1, 2]
    assert block_counters.dequeued(ext) == 0


def test_nothing_is_queued_twice() -> None:
    ext = three()
    with fails(ext, QUEUE_DUPLICATE_KEY):
        queue.enqueue(ext, dispatch_of(2))
    with fails(ext, QUEUE_DUPLICATE_KEY):
        queue.requeue(ext, dispatch_of(2))


def test_clear_leaves_nothing_but_counters() -> None:
    ext = three()
    before = MemoryExt()
    block_counters.begin_block(before, 1)
    queue.clear(ext)
    assert ext.state == before.state
    assert queue.dequeue(ext) is None
    assert list(queue.iterate(ext)) == []


def broken(name: str) -> MemoryExt:
    ext = three()
    match name:
        case "no head":
            head.kill(ext)
        case "no tail":
            tail.kill(ext)
        case "first is missing":
            dispatches.remove(ext, message_id(1))
        case "last is missing":
            dispatches.remove(ext, message_id(3))
        case _:
            tail.put(ext, message_id(2))
    return ext


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("no head", QUEUE_TAIL_SHOULD_NOT_BE_SET),
        ("first is missing", QUEUE_ELEMENT_NOT_FOUND),
    ],
)
def test_dequeue_notices(name: str, error: PalletError) -> None:
    ext = broken(name)
    with fails(ext, error):
        queue.dequeue(ext)


def test_dequeue_notices_a_missing_tail_at_the_end() -> None:
    ext = broken("no tail")
    queue.dequeue(ext)
    queue.dequeue(ext)
    with fails(ext, QUEUE_TAIL_SHOULD_BE_SET):
        queue.dequeue(ext)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("no tail", QUEUE_HEAD_SHOULD_NOT_BE_SET),
        ("last is missing", QUEUE_ELEMENT_NOT_FOUND),
        ("last has a next", QUEUE_TAIL_HAS_NEXT_KEY),
    ],
)
def test_enqueue_notices(name: str, error: PalletError) -> None:
    ext = broken(name)
    with fails(ext, error):
        queue.enqueue(ext, dispatch_of(4))


def test_requeue_notices_a_missing_head() -> None:
    ext = broken("no head")
    with fails(ext, QUEUE_TAIL_SHOULD_NOT_BE_SET):
        queue.requeue(ext, dispatch_of(4))


def test_iteration_notices_a_missing_message() -> None:
    ext = broken("last is missing")
    with fails(ext, QUEUE_ELEMENT_NOT_FOUND):
        list(queue.iterate(ext))


def test_counters_of_a_block() -> None:
    ext = MemoryExt()
    assert block_counters.sent(ext) == 0
    assert block_counters.queue_processing_allowed(ext)
    block_counters.decrease_dequeued(ext)
    assert ext.state == {}
    block_counters.increase_sent(ext)
    block_counters.increase_dequeued(ext)
    block_counters.decrease_dequeued(ext)
    block_counters.decrease_dequeued(ext)
    assert (block_counters.sent(ext), block_counters.dequeued(ext)) == (1, 0)
    block_counters.deny_queue_processing(ext)
    assert block_counters.begin_block(ext, 2).ref_time == 300_000_000
    assert (block_counters.sent(ext), block_counters.dequeued(ext)) == (0, 0)
    assert block_counters.queue_processing_allowed(ext)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["enqueue", "requeue", "dequeue", "return"]), max_size=30))
def test_it_behaves_like_a_double_ended_queue(steps: list[str]) -> None:
    ext = MemoryExt()
    expected: deque[int] = deque()
    for number, step in enumerate(steps, 1):
        if step == "enqueue":
            queue.enqueue(ext, dispatch_of(number))
            expected.append(number)
        elif step == "requeue":
            queue.requeue(ext, dispatch_of(number))
            expected.appendleft(number)
        else:
            taken = queue.dequeue(ext)
            assert taken == (dispatch_of(expected.popleft()) if expected else None)
            if taken is not None and step == "return":
                queue.requeue(ext, taken)
                expected.appendleft(taken.message.value)
        assert [dispatch.message.value for dispatch in queue.iterate(ext)] == list(expected)
        assert queue.length(ext) == len(expected) == len(list(dispatches.iterate(ext)))
        first = message_id(expected[0]) if expected else None
        last = message_id(expected[-1]) if expected else None
        assert (head.get(ext), tail.get(ext)) == (first, last)
    assert dispatch_count.get(ext) == len(expected)
