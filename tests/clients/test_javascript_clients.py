"""The JavaScript clients: each script of @gear-js/api, polkadot.js, polkadot-api and Chopsticks."""

from collections.abc import Iterator

import pytest

from tests.clients.client_node import (
    HERE,
    assert_no_trouble,
    fast_chain,
    run_script,
    running_node,
)
from tests.node_process import NodeProcess

#: Scripts that need a development chain of their own, and its flags.
OWN_CHAIN = {
    "chopsticks/fork": ("--sealing", "manual"),
    "gear/messages": ("--sealing", "instant"),
    "gear/programs": ("--sealing", "instant"),
    "papi/forks": ("--sealing", "manual"),
    "polkadot_js/default_slots": (),
    "polkadot_js/instant_sealing": ("--sealing", "instant"),
    "polkadot_js/pool": ("--sealing", "manual"),
}
SCRIPTS = sorted(
    path.relative_to(HERE).as_posix().removesuffix(".test.mjs")
    for folder in ("chopsticks", "gear", "papi", "polkadot_js")
    for path in (HERE / folder).glob("*.test.mjs")
)


@pytest.fixture(scope="module")
def fast_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeProcess]:
    """A node with short slots that scripts share; each has accounts of its own."""
    with running_node(fast_chain(tmp_path_factory.mktemp("chain"))) as node:
        yield node


@pytest.mark.parametrize("script", [name for name in SCRIPTS if name not in OWN_CHAIN])
def test_with_short_slots(script: str, fast_node: NodeProcess) -> None:
    run_script(script, fast_node.ws_url)
    assert_no_trouble(fast_node)


@pytest.mark.parametrize("script", OWN_CHAIN)
def test_on_a_chain_of_its_own(script: str) -> None:
    with running_node("dev", *OWN_CHAIN[script]) as node:
        run_script(script, node.ws_url)
    assert_no_trouble(node)
