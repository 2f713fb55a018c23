"""Blocks executed through the runtime's entry points, with real signatures."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parachain.client.chain.inherents import inherent_data
from parachain.client.crypto.keys import KeyPair, Scheme, pair_from_uri
from parachain.client.executor.executor import NoSuchEntryPoint, RuntimePanic
from parachain.client.executor.native import NativeExecutor
from parachain.node.chain import chain_spec, genesis_state
from parachain.primitives.address import Id
from parachain.primitives.digest import PreRuntime, Seal
from parachain.primitives.header import HEADER, Header, header_hash
from parachain.primitives.scale import BYTES, COMPACT_U32, U32, Err, Ok, vec
from parachain.primitives.signature import MULTI_SIGNATURE, Ecdsa, Ed25519, Sr25519
from parachain.primitives.transaction_validity import (
    TRANSACTION_VALIDITY_ERROR,
    InvalidTransaction,
    UnknownTransaction,
)
from parachain.runtime import apis
from parachain.runtime.apis import APPLY_RESULT
from parachain.runtime.frame.extrinsic import UNCHECKED_EXTRINSIC, encode_bare
from parachain.runtime.pallets import balances, system, timestamp
from tests.runtime.memory_ext import MemoryExt

UNIT = 10**12
SLOT = 500_000_000
NOW_MS = SLOT * 3000 + 100
ALICE, BOB = pair_from_uri("//Alice"), pair_from_uri("//Bob")
EXECUTOR = NativeExecutor()
KINDS: dict[Scheme, Any] = {
    Scheme.SR25519: Sr25519,
    Scheme.ED25519: Ed25519,
    Scheme.ECDSA: Ecdsa,
}
EXTRINSICS = vec(UNCHECKED_EXTRINSIC)


def genesis_ext() -> tuple[MemoryExt, bytes]:
    """The development chain's first state, and the hash of its first block."""
    ext = MemoryExt()
    for key, value in genesis_state(chain_spec("dev")).top.items():
        ext.put(key, value)
    ext.seal_block()
    empty = ext.ordered_root([])
    header = Header(bytes(32), 0, ext.storage_root(), empty, ())
    return ext, header_hash(header, ext.blake2_256)


class Chain:
    """One chain built by hand: state, head, and the block being made."""

    def __init__(self) -> None:
        self.ext, self.genesis_hash = genesis_ext()
        self.parent_hash, self.number, self.slot = self.genesis_hash, 0, SLOT

    def call(self, method: str, args: bytes = b"") -> bytes:
        return EXECUTOR.call(self.ext, method, args)

    def begin(self) -> None:
        self.number += 1
        self.slot += 1
        digest = (PreRuntime(b"aura", self.slot.to_bytes(8, "little")),)
        header = Header(self.parent_hash, self.number, bytes(32), bytes(32), digest)
        assert self.call("Core_initialize_block", HEADER.encode(header)) == b"\0"

    def inherents(self) -> tuple[bytes, ...]:
        data = inherent_data(self.slot * 3000 + 100, self.slot)
        return EXTRINSICS.decode(self.call("BlockBuilder_inherent_extrinsics", data))

    def apply(self, extrinsic: bytes) -> Any:
        self.ext.begin()
        outcome = APPLY_RESULT.decode(self.call("BlockBuilder_apply_extrinsic", extrinsic))
        if isinstance(outcome, Err):
            self.ext.rollback()
        else:
            self.ext.commit()
        return outcome

    def finish(self) -> Header:
        header = HEADER.decode(self.call("BlockBuilder_finalize_block"))
        self.parent_hash = header_hash(header, self.ext.blake2_256)
        self.ext.seal_block()
        return header

    def open(self) -> list[bytes]:
        """Begin a block with its inherents; return them."""
        self.begin()
        made = list(self.inherents())
        for extrinsic in made:
            assert self.apply(extrinsic) == Ok(Ok(()))
        return made

    def signed(self, key: KeyPair, nonce: int, call: bytes, tip: int = 0) -> bytes:
        explicit = b"\0" + COMPACT_U32.encode(nonce) + COMPACT_U32.encode(tip) + b"\0"
        implicit = U32.encode(20000) + U32.encode(1) + self.genesis_hash * 2 + b"\0"
        payload = call + explicit + implicit
        if len(payload) > 256:
            payload = self.ext.blake2_256(payload)
        kind = KINDS[key.scheme]
        signature = MULTI_SIGNATURE.encode(kind(key.sign(payload)))
        return BYTES.encode(b"\x84\0" + key.account_id + signature + explicit + call)


def transfer(to: bytes, amount: int) -> bytes:
    return balances.transfer_keep_alive(Id(to), amount).encode()


def free(ext: MemoryExt, who: bytes) -> int:
    return system.get_account_data(ext, who).free


def test_a_block_made_is_a_block_accepted() -> None:
    chain, other = Chain(), Chain()
    extrinsics = chain.open()
    for nonce in range(3):
        extrinsics.append(chain.signed(ALICE, nonce, transfer(BOB.account_id, UNIT)))
        assert chain.apply(extrinsics[-1]) == Ok(Ok(()))
    header = chain.finish()
    assert header.number == 1
    assert free(chain.ext, BOB.account_id) == 1_000_000_003 * UNIT
    block = HEADER.encode(header) + EXTRINSICS.encode(tuple(extrinsics))
    other.call("Core_execute_block", block)
    assert other.ext.storage_root() == header.state_root


def test_every_scheme_may_sign() -> None:
    chain = Chain()
    chain.open()
    for nonce, scheme in enumerate((Scheme.ED25519, Scheme.ECDSA, Scheme.SR25519)):
        key = pair_from_uri("//Dave", scheme)
        funding = transfer(key.account_id, 50 * UNIT)
        assert chain.apply(chain.signed(ALICE, nonce, funding)) == Ok(Ok(()))
        call = transfer(BOB.account_id, UNIT)
        assert chain.apply(chain.signed(key, 0, call)) == Ok(Ok(())), scheme
        other = pair_from_uri("//Eve", scheme)
        forged = chain.signed(other, 1, call).replace(other.account_id, key.account_id)
        assert chain.apply(forged) == Err(InvalidTransaction.BAD_PROOF), scheme


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda c: c.signed(ALICE, 1, transfer(BOB.account_id, 1)), InvalidTransaction.FUTURE),
        (lambda c: c.signed(BOB, 0, transfer(BOB.account_id, 1), tip=2**29), None),
        (
            lambda c: c.signed(pair_from_uri("//Poor"), 0, transfer(BOB.account_id, 1)),
            InvalidTransaction.PAYMENT,
        ),
        (lambda _: encode_bare(timestamp.set_time(NOW_MS + 3000)), "panic"),
    ],
)
def test_what_may_not_be_included(change: Any, reason: Any) -> None:
    chain = Chain()
    chain.open()
    extrinsic = change(chain)
    if reason == "panic":
        with pytest.raises(RuntimePanic, match="set twice"):
            chain.apply(extrinsic)
    elif reason is None:
        assert chain.apply(extrinsic) == Ok(Ok(()))
    else:
        before = chain.ext.storage_root()
        assert chain.apply(extrinsic) == Err(reason)
        assert chain.ext.storage_root() == before


def test_a_nonce_serves_once() -> None:
    chain = Chain()
    chain.open()
    extrinsic = chain.signed(ALICE, 0, transfer(BOB.account_id, UNIT))
    assert chain.apply(extrinsic) == Ok(Ok(()))
    assert chain.apply(extrinsic) == Err(InvalidTransaction.STALE)


def test_a_call_that_fails_is_included_and_pays() -> None:
    chain = Chain()
    chain.open()
    before = free(chain.ext, ALICE.account_id)
    outcome = chain.apply(chain.signed(ALICE, 0, transfer(BOB.account_id, 10**40 % 2**120)))
    assert isinstance(outcome.value, Err)
    assert free(chain.ext, ALICE.account_id) < before
    assert system.account_nonce(chain.ext, ALICE.account_id) == 1


def _refused(header: Header, extrinsics: list[bytes], why: str) -> None:
    with pytest.raises(RuntimePanic, match=why):
        Chain().call(
            "Core_execute_block", HEADER.encode(header) + EXTRINSICS.encode(tuple(extrinsics))
        )


def test_a_false_header_is_refused_with_its_reason() -> None:
    chain = Chain()
    extrinsics = chain.open()
    header = chain.finish()
    other = bytes(32)
    _refused(header._replace(state_root=other), extrinsics, "state root")
    _refused(header._replace(extrinsics_root=other), extrinsics, "extrinsics root")
    _refused(header._replace(number=0), extrinsics, "genesis")
    _refused(header._replace(parent_hash=other), extrinsics, "state root")
    _refused(header, [], "no timestamp")
    _refused(header, [*extrinsics, *extrinsics], "set twice")
    sealed = header._replace(digest=(*header.digest, Seal(b"aura", bytes(64))))
    _refused(sealed, extrinsics, "digest items")
    late = header._replace(digest=(PreRuntime(b"aura", (SLOT + 9).to_bytes(8, "little")),))
    _refused(late, extrinsics, "slot")


def test_inherents_come_first() -> None:
    chain = Chain()
    extrinsics = chain.open()
    extrinsics.append(chain.signed(ALICE, 0, transfer(BOB.account_id, UNIT)))
    chain.apply(extrinsics[-1])
    header = chain.finish()
    _refused(header, extrinsics[::-1], "comes after other extrinsics")


def test_validity_is_told_without_leaving_a_trace() -> None:
    chain = Chain()
    extrinsic = chain.signed(ALICE, 0, transfer(BOB.account_id, UNIT))
    args = b"\x02" + extrinsic + chain.genesis_hash
    chain.ext.begin()
    answer = chain.call("TaggedTransactionQueue_validate_transaction", args)
    chain.ext.rollback()
    assert answer[0] == 0
    bare = encode_bare(balances.transfer_keep_alive(Id(BOB.account_id), 1))
    chain.ext.begin()
    answer = chain.call("TaggedTransactionQueue_validate_transaction", b"\x02" + bare + bytes(32))
    assert TRANSACTION_VALIDITY_ERROR.decode(answer[1:]) is (
        UnknownTransaction.NO_UNSIGNED_VALIDATOR
    )


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_hostile_extrinsics_are_refused_or_included_never_more(data: st.DataObject) -> None:
    chain = _OPEN
    good = chain.signed(ALICE, 0, transfer(BOB.account_id, UNIT))
    start = len(good) - len(BYTES.decode(good))
    body = bytearray(BYTES.decode(good))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(body)))
        body[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    raw = BYTES.encode(bytes(body)) if data.draw(st.booleans()) else good[:start] + bytes(body)
    chain.ext.begin()
    try:
        chain.call("BlockBuilder_apply_extrinsic", raw)
    except RuntimePanic as panic:
        refusal = str(panic)
    else:
        refusal = ""
    finally:
        chain.ext.rollback()
    assert "trapped" not in refusal


@given(st.sampled_from(sorted(apis.ENTRY_POINTS)), st.binary(max_size=120))
@settings(max_examples=300, deadline=None)
def test_entry_points_answer_or_panic_on_any_bytes(name: str, args: bytes) -> None:
    chain = _OPEN
    chain.ext.begin()
    try:
        chain.call(name, args)
    except RuntimePanic as panic:
        refusal = str(panic)
    else:
        refusal = ""
    finally:
        chain.ext.rollback()
    assert "trapped" not in refusal


_OPEN = Chain()
_OPEN.open()


def test_unknown_entry_points_are_named() -> None:
    with pytest.raises(NoSuchEntryPoint, match="GearApi_missing"):
        Chain().call("GearApi_missing")
