"""What the test suite does on chains is done by the blob with the same effect; see `shadow`."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final, NamedTuple

import pytest

ROOT: Final = Path(__file__).parents[2]


class Compared(NamedTuple):
    """How much was compared."""

    calls: int
    blocks: int


def shadowed(*arguments: str) -> Compared:
    """Run tests in a process of their own, whose tests are other ones than this one's."""
    command = (sys.executable, "-m", "pytest", "-q", "-p", "tests.runtime_wasm.shadow", *arguments)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    found = re.search(r"the blob agrees on (\d+) calls and (\d+) blocks", done.stdout)
    assert found is not None
    return Compared(int(found[1]), int(found[2]))


def test_calls_of_all_pallets() -> None:
    tests = ("tests/runtime/pallets", "tests/runtime/test_system_calls.py")
    assert shadowed(*tests).calls > 4500


def test_blocks() -> None:
    """Blocks of RPC's and the node's tests are of the same kinds."""
    tests = (
        "tests/client/chain/test_real_chain.py",
        "tests/client/chain/test_chain_determinism.py",
        "tests/runtime/validate_block",
    )
    assert shadowed(*tests).blocks > 100


HOSTILE: Final = "tests/runtime/gear/programs/test_hostile_actors.py"
#: Messages that take more memory than the blob has: pages of programs, or payloads they send.
TOO_LARGE: Final = {
    "pages": f"{HOSTILE}::test_attack[b'm'-100000000000-"
    "Error(reason=Execution(error=<SimpleExecutionError.RAN_OUT_OF_GAS: 0>))-b'']",
    "pages in init": f"{HOSTILE}::test_attack_in_init[b'm']",
    "payloads": f"{HOSTILE}::test_large_payloads_are_paid_for_by_the_byte",
}


@pytest.mark.slow
def test_messages_of_programs() -> None:
    deselected = [argument for test in TOO_LARGE.values() for argument in ("--deselect", test)]
    assert shadowed("tests/runtime/gear/programs", *deselected).calls > 5000


@pytest.mark.slow
@pytest.mark.xfail(strict=True, reason="programs may take more memory than the blob has")
@pytest.mark.parametrize("what", TOO_LARGE)
def test_messages_that_take_much_memory(what: str) -> None:
    shadowed(TOO_LARGE[what])
