"""Writing chain specifications, as `build-spec` and `export-state` print them.

The order of fields is that of polkadot-sdk's `sc-chain-spec`; fields the specification does not
know were dropped when it was read, for smoldot refuses them. A raw specification is written pair
by pair, so that a state of any size needs no memory here.
"""

import json
from collections.abc import Iterable
from typing import Any, BinaryIO

from parachain.node.chain_spec import ChainSpec

Pairs = Iterable[tuple[bytes, bytes]]


def write_plain(output: BinaryIO, spec: ChainSpec, code: bytes | None) -> None:
    """Write a specification that has a configuration, with the runtime's `:code` if it is given.

    Without, it is for this node alone, which puts its own code in.
    """
    genesis: dict[str, Any] = {} if code is None else {"code": _hex(code)}
    genesis["config"] = spec.config
    text = json.dumps({**_head(spec), "genesis": {"runtimeGenesis": genesis}}, indent=2)
    output.write(text.encode() + b"\n")


def write_raw(
    output: BinaryIO, spec: ChainSpec, top: Pairs, children: Iterable[tuple[bytes, Pairs]]
) -> None:
    """Write a specification whose first state is spelled out: pairs in order, child tries by id."""
    head = json.dumps(_head(spec), indent=2).removesuffix("\n}")
    output.write(f'{head},\n  "genesis": {{\n    "raw": {{\n      "top": '.encode())
    _write_pairs(output, top, " " * 6)
    output.write(b',\n      "childrenDefault": {')
    mark = ""
    for child, pairs in children:
        output.write(f'{mark}\n        "{_hex(child)}": '.encode())
        _write_pairs(output, pairs, " " * 8)
        mark = ","
    output.write(b"\n      }" if mark else b"}")
    output.write(b"\n    }\n  }\n}\n")


def _head(spec: ChainSpec) -> dict[str, Any]:
    out: dict[str, Any] = {
        "name": spec.name,
        "id": spec.chain_id,
        "chainType": spec.chain_type,
        "bootNodes": list(spec.boot_nodes),
        "telemetryEndpoints": list(spec.telemetry) or None,
        "protocolId": spec.protocol_id,
        "properties": spec.properties,
    }
    if spec.relay_chain is not None:
        out["relay_chain"] = spec.relay_chain
    if spec.para_id is not None:
        out["para_id"] = spec.para_id
    out["codeSubstitutes"] = {}
    return out


def _write_pairs(output: BinaryIO, pairs: Pairs, indent: str) -> None:
    """Write a JSON object of hexadecimal strings; its closing brace stands at `indent`."""
    output.write(b"{")
    mark = ""
    for key, value in pairs:
        output.write(f'{mark}\n{indent}  "{_hex(key)}": "{_hex(value)}"'.encode())
        mark = ","
    output.write(f"\n{indent}}}".encode() if mark else b"}")


def _hex(raw: bytes) -> str:
    return "0x" + raw.hex()
