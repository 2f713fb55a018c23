"""The same transactions give the same state whatever the order of Python's hashes."""

import io
import os
import subprocess
import sys
import threading

from parachain.client.chain.block_file import write_binary
from parachain.client.chain.chain import Chain
from tests.client.chain.real_node import UNIT, RealNode, development
from tests.client.chain.small_node import ALICE, BOB, SmallNode

PROGRAM = """
import sys
from parachain.client.chain.block_file import read_binary
from parachain.client.chain.notifications import BlockOrigin
from tests.client.chain.real_node import NOW_MS, RealNode, development
node = RealNode(development())
for block in read_binary(sys.stdin.buffer):
    print(node.chain.import_block(block, BlockOrigin.FILE, NOW_MS + 3_600_000))
"""


def imported(seed: str, file: bytes) -> str:
    """Import a file of blocks in a fresh process; importing compares all roots."""
    environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": "."}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=file,
        env=environment,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode()


def test_roots_do_not_depend_on_the_hash_seed() -> None:
    node = RealNode(development())
    for number in range(4):
        node.make(
            node.transfer(ALICE, 2 * number, bytes((number,)) * 32, UNIT),
            node.transfer(BOB, number, ALICE.public, 5),
            node.transfer(ALICE, 2 * number + 1, BOB.public, 7),
        )
    file = io.BytesIO()
    write_binary(file, node.chain.canonical_blocks(1, 4), 4)
    first, second = (imported(seed, file.getvalue()) for seed in ("1", "4242"))
    assert first == second
    assert first.count("Imported(") == 4


def look_until(stop: threading.Event, chain: Chain, seen: list[int], wrong: list[str]) -> None:
    while not stop.is_set():
        snapshot = chain.snapshot()
        known = {snapshot.finalised.hash}
        for block, parent in snapshot.unfinalised:
            if parent not in known:
                wrong.append(f"block {block.number} came before its parent")
            known.add(block.hash)
        if snapshot.best.hash not in known or not chain.leaves():
            wrong.append("the best block is missing")
        if chain.header(snapshot.best.hash) is None or chain.hash_at(1) is None:
            wrong.append("a block of the snapshot cannot be read")
        seen.append(snapshot.best.number)


def test_readers_in_other_threads_see_whole_states_of_the_chain() -> None:
    node = SmallNode()
    node.grow(1)
    stop = threading.Event()
    seen: list[int] = []
    wrong: list[str] = []
    readers = [
        threading.Thread(target=look_until, args=(stop, node.chain, seen, wrong)) for _ in range(2)
    ]
    for reader in readers:
        reader.start()
    for _ in range(40):
        blocks = node.grow(3)
        node.grow(1, parent=blocks[0].hash, skip=9)
        node.chain.finalize(blocks[1].hash)
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert seen
