from parachain.client.chain.finality import FinalityConfig, LaggingFinality
from parachain.client.chain.tree_route import BlockId, TreeRoute


def block(name: str) -> BlockId:
    return BlockId(name.encode(), int(name[1:]))


def route(common: str, *enacted: str) -> TreeRoute:
    return TreeRoute((), block(common), tuple(block(name) for name in enacted))


def test_the_parent_of_the_best_block_is_finalised_once_it_is_old_enough() -> None:
    machine = LaggingFinality(FinalityConfig())
    machine.on_best_block(route("a0", "a1"), now_ms=1_000)
    assert machine.due(now_ms=9_000) is None
    assert machine.next_due_ms() is None
    machine.on_best_block(route("a1", "a2"), now_ms=1_200)
    assert machine.next_due_ms() == 1_500
    assert machine.due(now_ms=1_499) is None
    assert machine.due(now_ms=1_500) == block("a1")
    machine.on_finalised(block("a1"))
    assert machine.due(now_ms=9_000) is None


def test_several_blocks_are_finalised_at_once() -> None:
    machine = LaggingFinality(FinalityConfig(lag_blocks=2))
    for number in range(6):
        machine.on_best_block(route(f"a{number}", f"a{number + 1}"), now_ms=number)
    assert machine.due(now_ms=502) == block("a3")
    assert machine.due(now_ms=10_000) == block("a4")


def test_a_reorganisation_forgets_what_was_retracted() -> None:
    machine = LaggingFinality(FinalityConfig(lag_blocks=0))
    machine.on_best_block(route("a0", "a1", "a2"), now_ms=0)
    machine.on_best_block(route("a1", "b2", "b3"), now_ms=400)
    assert machine.due(now_ms=500) == block("a1")
    assert machine.due(now_ms=900) == block("b3")


def test_a_clock_set_back_finalises_later_and_never_wrongly() -> None:
    machine = LaggingFinality(FinalityConfig())
    machine.on_best_block(route("a0", "a1", "a2"), now_ms=10_000)
    assert machine.due(now_ms=5_000) is None
    assert machine.due(now_ms=10_500) == block("a1")
