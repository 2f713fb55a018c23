"""dev_*: blocks, storage, head and time of a development chain, as Chopsticks offers them.

Source: AcalaNetwork/chopsticks, packages/core/src/rpc/dev. Differences: a change of storage is a
block of its own, whose hash is answered; values are given raw, by key; messages from a relay chain
are not supported; a date without a time zone is UTC.
"""

from datetime import UTC, datetime
from typing import Final

from parachain.client.chain.chain import Chain
from parachain.rpc.backend import Authoring, AuthoringError
from parachain.rpc.jsonrpc import RpcError
from parachain.rpc.methods import Namespace, awaited, method
from parachain.rpc.params import object_of, param, params
from parachain.rpc.parsers import (
    HASH,
    HEX,
    U32,
    ParamError,
    Parser,
    list_of,
    optional,
    wrong,
)
from parachain.rpc.render import render_bytes

REFUSED: Final = 1
"""The code of every refusal of Chopsticks."""

UNSUPPORTED: Final = ("dmp", "ump", "hrmp", "unsafeBlockHeight", "relayChainStateOverrides")

DATE_FORMATS: Final = ("%b %d, %Y", "%B %d, %Y")
"""What people write besides ISO 8601: Jan 1, 2023."""

MAX_TIME_MS: Final = 253_402_300_799_999
"""The end of the year 9999."""


def dev_methods(chain: Chain, authoring: Authoring) -> Namespace:
    """Return the methods of dev_*. They change the chain: unsafe."""

    async def new_block(wish: tuple[int | None, int | None, list[bytes] | None]) -> object:
        count, to, transactions = wish
        wanted = to - chain.best.number if to else count
        created = await _authored(authoring, transactions)
        for _ in range(1, 1 if wanted is None else wanted):
            created = await _authored(authoring, None)
        return render_bytes(created)

    async def set_storage(
        values: list[tuple[bytes, bytes | None]], block_hash: bytes | None
    ) -> object:
        if block_hash not in (None, chain.best.hash):
            raise RpcError(REFUSED, "storage can be changed above the best block only")
        try:
            return render_bytes(await authoring.set_storage(dict(values)))
        except AuthoringError as error:
            raise RpcError(REFUSED, str(error)) from None

    async def set_head(block: bytes | int) -> object:
        block_hash = _find(chain, block)
        try:
            await authoring.set_head(block_hash)
        except AuthoringError as error:
            raise RpcError(REFUSED, str(error)) from None
        return render_bytes(block_hash)

    def time_travel(timestamp_ms: int) -> object:
        try:
            return authoring.travel(timestamp_ms)
        except AuthoringError as error:
            raise RpcError(REFUSED, str(error)) from None

    return [
        awaited("dev_newBlock", new_block, params(param("params", NEW_BLOCK)), unsafe=True),
        awaited(
            "dev_setStorage",
            set_storage,
            params(param("values", RAW_VALUES), param("blockHash", optional(HASH))),
            unsafe=True,
        ),
        awaited("dev_setHead", set_head, params(param("hashOrNumber", BLOCK)), unsafe=True),
        method("dev_timeTravel", time_travel, params(param("date", DATE)), unsafe=True),
    ]


async def _authored(authoring: Authoring, transactions: list[bytes] | None) -> bytes:
    try:
        return (await authoring.create_block(transactions=transactions)).block_hash
    except AuthoringError as error:
        raise RpcError(REFUSED, str(error)) from None


def _find(chain: Chain, block: bytes | int) -> bytes:
    """Hash of a block given by hash, number, or (0 and below) distance from the best one."""
    if isinstance(block, bytes):
        found = block if chain.header(block) is not None else None
    else:
        found = chain.hash_at(block if block > 0 else chain.best.number + block)
    if found is None:
        shown = render_bytes(block) if isinstance(block, bytes) else block
        raise RpcError(REFUSED, f"Block not found {shown}")
    return found


def _parse_new_block(value: object) -> tuple[int | None, int | None, list[bytes] | None]:
    if value is None:
        return None, None, None
    wish = _WISH.parse(value)
    assert isinstance(value, dict), "the parser has seen to it"
    for name in UNSUPPORTED:
        if value.get(name) is not None:
            raise ParamError("not supported: there is no relay chain", f".{name}")
    return wish


_WISH: Final = object_of(
    params(
        param("count", optional(U32)),
        param("to", optional(U32)),
        param("transactions", optional(list_of(HEX))),
    )
)
NEW_BLOCK: Final = Parser(_parse_new_block, required=False)


def _parse_pair(value: object) -> tuple[bytes, bytes | None]:
    match value:
        case [key, None]:
            return HEX.parse(key), None
        case [key, item]:
            return HEX.parse(key), HEX.parse(item)
        case _:
            raise wrong("[key, value or null]", value)


def _parse_values(value: object) -> list[tuple[bytes, bytes | None]]:
    if isinstance(value, dict):
        raise ParamError("values by pallet and item are not supported: give [[key, value], ...]")
    return _PAIRS.parse(value)


_PAIRS: Final = list_of(Parser(_parse_pair))
RAW_VALUES: Final = Parser(_parse_values)


def _parse_block(value: object) -> bytes | int:
    if type(value) is int:
        return value
    return HASH.parse(value)


BLOCK: Final = Parser(_parse_block)


def _parse_date(value: object) -> int:
    """Read milliseconds since the Unix epoch, or a date."""
    if type(value) is int:
        timestamp_ms = value
    elif isinstance(value, str):
        timestamp_ms = _milliseconds(value)
    else:
        raise wrong("a date or milliseconds", value)
    if not 0 <= timestamp_ms <= MAX_TIME_MS:
        raise RpcError(REFUSED, "Invalid date")
    return timestamp_ms


def _milliseconds(text: str) -> int:
    for style in (None, *DATE_FORMATS):
        try:
            if style is None:
                moment = datetime.fromisoformat(text)
            else:
                moment = datetime.strptime(text, style)  # noqa: DTZ007  the zone is set below
        except ValueError:
            continue
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return round(moment.timestamp() * 1000)
    raise RpcError(REFUSED, "Invalid date")


DATE: Final = Parser(_parse_date)
