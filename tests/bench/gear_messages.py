"""Programs and their messages on a chain: blocks authored by one node and imported by another.

Everything runs as in the node, between LevelDB and LevelDB, on one core. A unit of gas is a
picosecond of the reference's time, so that 10^12 of them are a nominal second. Times are those of
the processor, the best of some rounds: other programs can only add to them.

    full block       programs send PING to a program as often as the block's gas allows, and get
                     PONG: every message is dequeued, executed and answered, with its gas
    from users       a block of PINGs that users send, their transactions included; the limit on
                     the weight of transactions allows no more in a block
    computing        messages that fill, sort and hash an array
    crowded state    the full block again, beside programs each of which has a message that waits
"""

from collections.abc import Callable, Iterator
from time import thread_time
from typing import Final

from parachain.runtime.pallets.balances import EXISTENTIAL_DEPOSIT
from parachain.runtime.pallets.gear_messenger.declarations import waiting
from parachain.runtime.pallets.gear_program.declarations import programs
from tests.bench.block import one_core
from tests.bench.gear_programs import COMPUTER, FACTORY, PING, SENDER, WAITER, program
from tests.bench.gear_scene import GearScene, Made, gear_scene, message
from tests.bench.row import Row, at_most

#: Messages of each of the two senders of a full block: 0.88 nominal seconds in all.
SENT: Final = 600
SENDERS: Final = 2
#: Messages of users, of which a block takes no more; each with more gas than it needs.
FROM_USERS: Final = 150
PING_GAS: Final = 2_000_000_000
#: Arrays that one message sorts and hashes: 0.4 nominal seconds.
ARRAYS: Final = 20
ROUNDS: Final = 7
CROWD: Final = 10_000
#: Programs that one message creates; gas of the message that waits in each of them.
CREATED: Final = 400
WAITING_GAS: Final = 1_000_000_000


def best(rounds: int, make: Callable[[], Made]) -> Made:
    """The least times of some blocks, after one that is not counted."""
    make()
    made = [make() for _ in range(rounds)]
    return made[0]._replace(
        authoring=min(each.authoring for each in made),
        importing=min(each.importing for each in made),
    )


def _both(what: str, made: Made, limit: float) -> Iterator[Row]:
    """What a nominal second takes."""
    target = at_most(limit)
    for verb, seconds in (("author", made.authoring), ("import", made.importing)):
        yield Row(f"{verb} 10^12 gas of {what}", made.per_nominal_second(seconds), "s", target)


def _full_block(scene: GearScene, sender: bytes, rounds: int) -> Made:
    return best(rounds, lambda: scene.block(*[message(sender) for _ in range(SENDERS)]))


def _a_message(made: Made) -> float:
    """Microseconds a message takes, authored or imported, whichever is more."""
    return max(made.authoring, made.importing) / made.messages * 1e6


def _crowd(scene: GearScene, size: int) -> None:
    """Create programs, each with a message that waits."""
    code = scene.upload_code(program(WAITER))
    count = min(size, CREATED)
    factory = scene.upload(program(FACTORY, code=code, gas=WAITING_GAS, count=count))
    for _ in range(0, size, count):
        scene.block(message(factory, value=count * EXISTENTIAL_DEPOSIT))
    while scene.block().messages:
        pass
    state = scene.author.chain.state_at(scene.author.chain.best.hash)
    assert sum(1 for _ in state.keys(waiting.prefix)) >= size
    assert sum(1 for _ in state.keys(programs.prefix)) >= size


def rows(
    sent: int = SENT,
    from_users: int = FROM_USERS,
    arrays: int = ARRAYS,
    rounds: int = ROUNDS,
    crowd: int = CROWD,
) -> Iterator[Row]:
    """Measure; most of the time goes into making the crowd."""
    with one_core(), gear_scene(thread_time) as scene:
        ping = scene.upload(program(PING))
        sender = scene.upload(program(SENDER, target=ping, count=sent))
        full = _full_block(scene, sender, rounds)
        yield from _both("small ping messages, a full block", full, 1)
        yield Row("one of these messages", _a_message(full), "us", at_most(500))
        pings = [message(ping, b"PING", PING_GAS)] * from_users
        users = best(rounds, lambda: scene.block(*pings))
        yield Row("a ping message of a user, its transaction included", _a_message(users), "us")
        computer = scene.upload(program(COMPUTER, rounds=arrays))
        computing = best(rounds, lambda: scene.block(*[message(computer)] * 2))
        yield from _both("messages that fill, sort and hash", computing, 0.3)
        _crowd(scene, crowd)
        crowded = _a_message(_full_block(scene, sender, rounds))
        around = f"{crowd:,} programs and as many waiting messages"
        yield Row(f"one of them beside {around}", crowded, "us")
        more = max(crowded / _a_message(full) - 1, 0) * 100
        yield Row(f"what {around} add to it", more, "%", at_most(20))
