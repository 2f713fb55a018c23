"""A runtime of a hundred lines for tests of the chain: Aura, a clock, and writing to storage.

An extrinsic is a SCALE byte string; its first byte says what it does:
    t + u64      the time (inherent; must come first)
    s + k v      put the value v (the rest) at the key k (one byte)
    x            does not fit the block (ExhaustsResources)
    i            invalid (Stale)
    o            opens a storage transaction, writes, and panics
"""

from parachain.client.chain.aura import slot_of
from parachain.client.chain.genesis import GenesisState
from parachain.client.chain.inherents import TIMESTAMP
from parachain.client.executor.executor import NoSuchEntryPoint, RuntimePanic
from parachain.primitives.body import decode_body, encode_body, read_body
from parachain.primitives.digest import PreRuntime
from parachain.primitives.header import HEADER, Header
from parachain.primitives.inherent import (
    CHECK_INHERENTS_RESULT,
    INHERENT_DATA,
    CheckInherentsResult,
)
from parachain.primitives.runtime_version import RUNTIME_VERSION, RuntimeVersion
from parachain.primitives.scale import BYTES, H256, U64, option, vec
from parachain.runtime.frame.ext import Ext

SLOT_MS = 3_000
MAX_DRIFT_MS = 30_000
AUTHORITIES = b"authorities"
HEAD = b"head"
TIME = b"time"
BODY = b"body"
CORE = bytes.fromhex("df6acb689907609b")
VERSION = RuntimeVersion("small", "small", 1, 1, 1, ((CORE, 4),), 1, 1)
INCLUDED, STALE, EXHAUSTED = b"\x00\x00", b"\x01\x00\x03", b"\x01\x00\x06"


def genesis(*authorities: bytes, **values: bytes) -> GenesisState:
    top = {key.encode(): value for key, value in values.items()}
    return GenesisState(top | {AUTHORITIES: vec(H256).encode(authorities)}, {})


def put(key: bytes, value: bytes) -> bytes:
    return BYTES.encode(b"s" + key + value)


class SmallRuntime:
    """An Executor."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def call(self, ext: Ext, method: str, args: bytes) -> bytes:
        self.calls.append(method)
        function = getattr(self, method, None)
        if function is None:
            raise NoSuchEntryPoint(method)
        answer: bytes = function(ext, args)
        return answer

    def Core_version(self, _ext: Ext, _args: bytes) -> bytes:  # noqa: N802  entry points
        return RUNTIME_VERSION.encode(VERSION)

    def Metadata_metadata_at_version(self, _ext: Ext, args: bytes) -> bytes:  # noqa: N802
        return option(BYTES).encode(b"meta" if args == b"\x0e\0\0\0" else None)

    def AuraApi_slot_duration(self, _ext: Ext, _args: bytes) -> bytes:  # noqa: N802
        return U64.encode(SLOT_MS)

    def AuraApi_authorities(self, ext: Ext, _args: bytes) -> bytes:  # noqa: N802
        return ext.get(AUTHORITIES) or b"\x00"

    def Core_initialize_block(self, ext: Ext, args: bytes) -> bytes:  # noqa: N802
        header = HEADER.decode(args)
        digest = tuple(item for item in header.digest if isinstance(item, PreRuntime))
        zero = bytes(32)
        ext.put(HEAD, HEADER.encode(Header(header.parent_hash, header.number, zero, zero, digest)))
        ext.put(BODY, b"\x00")
        ext.delete(TIME)
        return b"\x00"

    def BlockBuilder_inherent_extrinsics(self, _ext: Ext, args: bytes) -> bytes:  # noqa: N802
        return encode_body((BYTES.encode(b"t" + INHERENT_DATA.decode(args)[TIMESTAMP]),))

    def BlockBuilder_check_inherents(self, _ext: Ext, args: bytes) -> bytes:  # noqa: N802
        _, pos = HEADER.read(args, 0)
        body, pos = read_body(args, pos)
        now = U64.decode(INHERENT_DATA.decode(args[pos:])[TIMESTAMP])
        time = U64.decode(BYTES.decode(body[0])[1:])
        okay = time <= now + MAX_DRIFT_MS
        errors = {} if okay else {TIMESTAMP: b"\x01"}
        return CHECK_INHERENTS_RESULT.encode(CheckInherentsResult(okay, not okay, errors))

    def BlockBuilder_apply_extrinsic(self, ext: Ext, args: bytes) -> bytes:  # noqa: N802
        call = BYTES.decode(args)
        kind = call[:1]
        if kind == b"t":
            ext.put(TIME, call[1:])
        elif kind == b"s":
            ext.put(b"value" + call[1:2], call[2:])
        elif kind == b"o":
            ext.begin()
            ext.put(b"value?", b"left behind")
            raise RuntimePanic("out of luck")
        else:
            return EXHAUSTED if kind == b"x" else STALE
        ext.append(BODY, args)
        return INCLUDED

    def BlockBuilder_finalize_block(self, ext: Ext, _args: bytes) -> bytes:  # noqa: N802
        header = HEADER.decode(ext.get(HEAD) or b"")
        time = ext.get(TIME)
        if time is None or U64.decode(time) // SLOT_MS != slot_of(header):
            raise RuntimePanic("the time is not in the slot")
        root = ext.ordered_root(decode_body(ext.get(BODY) or b""))
        return HEADER.encode(header._replace(state_root=ext.storage_root(), extrinsics_root=root))

    def Core_execute_block(self, ext: Ext, args: bytes) -> bytes:  # noqa: N802
        header, pos = HEADER.read(args, 0)
        self.Core_initialize_block(ext, args[:pos])
        for extrinsic in decode_body(args[pos:]):
            if self.BlockBuilder_apply_extrinsic(ext, extrinsic) != INCLUDED:
                raise RuntimePanic("an extrinsic may not be included")
        computed: Header = HEADER.decode(self.BlockBuilder_finalize_block(ext, b""))
        if computed != header:
            raise RuntimePanic("the header does not follow from the extrinsics")
        return b""
