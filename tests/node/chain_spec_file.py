"""Chain specifications for tests: the development chain with short slots."""

import json
from pathlib import Path

from parachain.node.chain import chain_spec

SLOT_MS = 200


def write_fast_chain(path: Path) -> Path:
    """Write a specification of a development chain that has a block every 200 ms."""
    spec = chain_spec("dev")
    assert spec.config is not None
    config = {**spec.config, "timestamp": {"slotDurationMs": SLOT_MS}}
    value = {
        "name": "Fast Development",
        "id": "fast_dev",
        "chainType": "Development",
        "properties": spec.properties,
        "genesis": {"runtimeGenesis": {"config": config}},
    }
    path.write_text(json.dumps(value))
    return path
