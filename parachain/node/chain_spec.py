"""Chain specifications: the JSON files by which nodes agree on a chain's first state.

Reads the form that polkadot-sdk's `sc-chain-spec` and smoldot know: a plain specification carries
the runtime's code and a JSON configuration (`runtimeGenesis`), a raw one the state itself (`raw`).

Not here: writing them (`chain_spec_writer`), building the state from the configuration (the
runtime does), and where databases lie.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from parachain.runtime.assembly import DECIMALS, SYMBOL
from parachain.runtime.pallets.system import SS58_PREFIX

T = TypeVar("T")

#: A specification of a large chain is some 20 MiB; what is larger is not one.
MAX_SPEC_BYTES: Final = 256 << 20

#: A chain's id becomes a folder name.
MAX_ID_LENGTH: Final = 64

CHAIN_TYPES: Final = ("Development", "Local", "Live")

PROPERTIES: Final[dict[str, Any]] = {
    "ss58Format": SS58_PREFIX,
    "tokenDecimals": DECIMALS,
    "tokenSymbol": SYMBOL,
}

#: Names an operator may give to --chain: preset of the runtime, name, id, type.
BUILT_IN: Final = {
    "dev": ("development", "Development", "gear_dev", "Development"),
    "local": ("local_testnet", "Local Testnet", "gear_local_testnet", "Local"),
}


class ChainSpecError(Exception):
    """The chain specification cannot be used; the message says which file and why."""


@dataclass(frozen=True, slots=True)
class ChainSpec:
    """A chain specification. Exactly one of `raw_state` and `config` is set."""

    name: str
    chain_id: str
    chain_type: str | dict[str, str]
    properties: dict[str, Any]
    #: Genesis key-value pairs, or None for a specification that is not raw.
    raw_state: dict[bytes, bytes] | None = None
    #: Child tries of a raw specification by their id, without the well-known prefix.
    raw_children: dict[bytes, dict[bytes, bytes]] = field(default_factory=dict)
    #: The runtime's genesis configuration as JSON, or None for a raw specification.
    config: dict[str, Any] | None = None
    #: `:code` of a specification that is not raw; None takes the node's own runtime.
    code: bytes | None = None
    boot_nodes: tuple[str, ...] = ()
    protocol_id: str | None = None
    #: Fields of a parachain's specification, absent on a chain without relay.
    relay_chain: str | None = None
    para_id: int | None = None
    telemetry: tuple[Any, ...] = field(default=())


def load(path: Path) -> ChainSpec:
    """Read a specification from a file. Raises ChainSpecError."""
    try:
        if path.stat().st_size > MAX_SPEC_BYTES:
            raise ChainSpecError(f"{path} is larger than {MAX_SPEC_BYTES} bytes")
        raw = path.read_bytes()
    except OSError as error:
        raise ChainSpecError(f"cannot read the chain spec {path}: {error.strerror}") from error
    try:
        value = json.loads(raw, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise ChainSpecError(f"the chain spec {path} is not JSON: {error}") from error
    try:
        return parse(value)
    except ChainSpecError as error:
        raise ChainSpecError(f"the chain spec {path}: {error}") from None


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


def parse(value: Any) -> ChainSpec:
    """Make a specification of a JSON value. Raises ChainSpecError naming the field."""
    if not isinstance(value, dict):
        raise ChainSpecError("it must be a JSON object")
    genesis = _member(value, "genesis", dict)
    raw_state = config = code = None
    raw_children: dict[bytes, dict[bytes, bytes]] = {}
    if "raw" in genesis:
        raw = _member(genesis, "raw", dict)
        raw_state = _pairs(_member(raw, "top", dict), "genesis.raw.top")
        raw_children = _children(_optional(raw, "childrenDefault", dict) or {})
    elif "runtimeGenesis" in genesis:
        runtime = _member(genesis, "runtimeGenesis", dict)
        config = _config(runtime)
        code = _bytes(runtime["code"], "genesis.runtimeGenesis.code") if "code" in runtime else None
    else:
        raise ChainSpecError("genesis holds neither `raw` nor `runtimeGenesis`")
    return ChainSpec(
        name=_member(value, "name", str),
        chain_id=_chain_id(_member(value, "id", str)),
        chain_type=_chain_type(value.get("chainType", "Live")),
        properties=_properties(value),
        raw_state=raw_state,
        raw_children=raw_children,
        config=config,
        code=code,
        boot_nodes=_texts(value, "bootNodes"),
        protocol_id=_optional(value, "protocolId", str),
        relay_chain=_optional(value, "relay_chain", str) or _optional(value, "relayChain", str),
        para_id=_optional(value, "para_id", int) or _optional(value, "paraId", int),
        telemetry=tuple(_optional(value, "telemetryEndpoints", list) or ()),
    )


_JSON_NAMES: Final = {dict: "object", str: "string", list: "array", int: "number"}


def _member(value: dict[str, Any], name: str, kind: type[T]) -> T:
    found = value.get(name)
    if not isinstance(found, kind) or isinstance(found, bool):
        raise ChainSpecError(f"`{name}` must be a JSON {_JSON_NAMES[kind]}")
    if isinstance(found, str):
        _check_unicode(name, found)
    return found


def _check_unicode(name: str, text: str) -> None:
    """Refuse halves of surrogate pairs, which JSON can escape and no log or client can show."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ChainSpecError(f"`{name}` is not Unicode text") from None


def _optional(value: dict[str, Any], name: str, kind: type[T]) -> T | None:
    return None if value.get(name) is None else _member(value, name, kind)


def _texts(value: dict[str, Any], name: str) -> tuple[str, ...]:
    found = _optional(value, name, list) or []
    if not all(isinstance(item, str) for item in found):
        raise ChainSpecError(f"`{name}` must be an array of strings")
    return tuple(found)


def _properties(value: dict[str, Any]) -> dict[str, Any]:
    found = _optional(value, "properties", dict) or {}
    try:
        text = json.dumps(found, ensure_ascii=False, allow_nan=False)
    except (ValueError, RecursionError) as error:
        raise ChainSpecError(f"`properties` cannot be written again: {error}") from None
    _check_unicode("properties", text)
    return found


def _chain_id(text: str) -> str:
    allowed = text.replace("_", "a").replace("-", "a")
    if not (allowed.isascii() and allowed.isalnum() and len(text) <= MAX_ID_LENGTH):
        raise ChainSpecError(
            f"`id` names a folder: up to {MAX_ID_LENGTH} letters, digits, - and _, not {text!r}"
        )
    return text


def _chain_type(value: Any) -> str | dict[str, str]:
    if value in CHAIN_TYPES and isinstance(value, str):
        return value
    if isinstance(value, dict) and list(value) == ["Custom"] and isinstance(value["Custom"], str):
        return {"Custom": value["Custom"]}
    raise ChainSpecError(
        f'`chainType` must be one of {", ".join(CHAIN_TYPES)} or {{"Custom": ...}}'
    )


def _bytes(value: Any, where: str) -> bytes:
    if not isinstance(value, str) or not value.startswith("0x"):
        raise ChainSpecError(f"{where} must be a string of hex digits after 0x")
    try:
        return bytes.fromhex(value[2:])
    except ValueError:
        raise ChainSpecError(f"{where} is not hexadecimal") from None


def _pairs(found: dict[str, Any], where: str) -> dict[bytes, bytes]:
    return {
        _bytes(key, f"a key of {where}"): _bytes(value, f"{where}.{key:.80}")
        for key, value in found.items()
    }


def _children(found: dict[str, Any]) -> dict[bytes, dict[bytes, bytes]]:
    where = "genesis.raw.childrenDefault"
    out = {}
    for key, child in found.items():
        if not isinstance(child, dict):
            raise ChainSpecError(f"{where}.{key:.80} must be a JSON object")
        out[_bytes(key, f"a key of {where}")] = _pairs(child, f"{where}.{key:.80}")
    return out


def _config(runtime: dict[str, Any]) -> dict[str, Any]:
    """Return the runtime's configuration: given whole, or as a patch of the (empty) default."""
    for name in ("config", "patch"):
        if name in runtime:
            return _member(runtime, name, dict)
    raise ChainSpecError("genesis.runtimeGenesis holds neither `config` nor `patch`")


def built_in(name: str, preset: dict[str, Any]) -> ChainSpec:
    """Return the specification the node brings for `dev` or `local`."""
    _, title, chain_id, chain_type = BUILT_IN[name]
    return ChainSpec(
        name=title,
        chain_id=chain_id,
        chain_type=chain_type,
        properties=dict(PROPERTIES),
        config=preset,
    )
