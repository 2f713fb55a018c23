"""Blocks of random extrinsics, made natively and by the blob in step: valid, invalid, garbage."""

from collections.abc import Callable
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.client.state import NativeExt
from parachain.primitives.digest import PreRuntime
from parachain.primitives.header import HEADER, Header
from parachain.primitives.scale import BYTES, U64
from parachain.runtime.frame.call import RUNTIME_CALL
from parachain.runtime.pallets import aura, system, timestamp
from tests.runtime_wasm import twins
from tests.runtime_wasm.busy_chain import PEOPLE, busy_chain, known
from tests.runtime_wasm.random_encodings import Encodings, RandomEncodings
from tests.runtime_wasm.twins import Panic

APPLY = "BlockBuilder_apply_extrinsic"

#: Makes an extrinsic for the state it will meet.
Extrinsic = Callable[[NativeExt], bytes]


class TwinBlock:
    """A block in the making above the best one of the busy chain, natively and by the blob."""

    def __init__(self) -> None:
        chain = busy_chain().node.chain
        parent = chain.header(chain.best.hash)
        assert parent is not None
        slot = aura.slot_of(parent.digest)
        assert slot is not None
        self.native = chain.overlay(chain.best.hash)
        self._blob = chain.overlay(chain.best.hash)
        digest = (PreRuntime(aura.ENGINE_ID, U64.encode(slot + 1)),)
        header = Header(chain.best.hash, chain.best.number + 1, bytes(32), bytes(32), digest)
        self.call("Core_initialize_block", HEADER.encode(header))
        now = timestamp.set_time((slot + 1) * aura.slot_duration_ms(self.native))
        assert self.call(APPLY, BYTES.encode(b"\x04" + now.encode())) == b"\0\0"

    def call(self, method: str, args: bytes) -> bytes | Panic:
        """Call both, which must do the same. What a panic has changed is undone, as by a node."""
        results = []
        for ext, run in ((self.native, twins.natively), (self._blob, twins.in_the_blob)):
            ext.begin()
            results.append(run(ext, method, args))
            if isinstance(results[-1], Panic):
                while ext.depth:
                    ext.rollback()
            else:
                ext.commit()
        native, ours = results
        assert ours == native
        assert self._blob.changes() == self.native.changes()
        assert self._blob.child_changes() == self.native.child_changes()
        return native


@cache
def encodings() -> RandomEncodings:
    return RandomEncodings(known())


def _signed(who: int, call: bytes, late: int, tip: int) -> Extrinsic:
    pair = PEOPLE[who]

    def make(ext: NativeExt) -> bytes:
        nonce = system.account_nonce(ext, pair.public) + late
        return busy_chain().node.signed(pair, nonce, call, tip)

    return make


CALLS: Encodings = st.deferred(lambda: encodings().of(RUNTIME_CALL))
SIGNED = st.builds(
    _signed,
    st.integers(0, len(PEOPLE) - 1),
    CALLS,
    st.sampled_from((0,) * 9 + (1,)),
    st.sampled_from((0, 0, 1, 10**15)),
)
BARE = CALLS.map(lambda call: lambda _: BYTES.encode(b"\x04" + call))
GARBAGE = st.binary(max_size=60).map(lambda data: lambda _: BYTES.encode(data))


@settings(max_examples=100)
@given(st.lists(st.one_of(SIGNED, SIGNED, SIGNED, BARE, GARBAGE), min_size=1, max_size=6))
def test_random_blocks(extrinsics: list[Extrinsic]) -> None:
    block = TwinBlock()
    for make in extrinsics:
        block.call(APPLY, make(block.native))
    run = block.call("GearApi_gear_run_extrinsic", b"\0")
    assert isinstance(run, bytes)
    block.call(APPLY, run)
    assert isinstance(block.call("BlockBuilder_finalize_block", b""), bytes)
