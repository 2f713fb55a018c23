"""A development chain on which all sorts of things have happened, and whom one can name on it."""

from functools import cache
from random import Random
from typing import Final, NamedTuple

from hypothesis import strategies as st

from parachain.client.crypto.hashing import blake2_256
from parachain.client.crypto.keys import KeyPair, Scheme, pair_from_seed
from parachain.primitives.address import Id
from parachain.runtime.frame.call import RuntimeCall
from parachain.runtime.frame.ext import Ext
from parachain.runtime.gear.ids import program_id_from_user
from parachain.runtime.pallets import gear, gear_voucher, multisig, proxy, system
from parachain.runtime.pallets.balances.calls import transfer_allow_death
from parachain.runtime.pallets.gear_messenger.declarations import mailboxes, waiting
from parachain.runtime.pallets.gear_voucher.declarations import vouchers
from parachain.runtime.pallets.proxy import ProxyType
from parachain.runtime.pallets.utility.calls import batch
from tests.client.chain.real_node import UNIT, RealNode
from tests.client.chain.small_node import ALICE, BOB
from tests.runtime.gear.programs.actor import code_of
from tests.runtime.gear.programs.storm_scripts import ACTORS, STORMS, ScriptWriter
from tests.runtime.validate_block.candidates import genesis
from tests.runtime_wasm.random_encodings import Encodings

GAS: Final = 20 * 10**9

PEOPLE: Final = (
    ALICE,
    BOB,
    *(pair_from_seed(Scheme.SR25519, bytes((n,)) * 32) for n in range(3)),
)
CODES: Final = tuple(
    code_of(f"c/{name}") for name in ("ping", "counter", "waiter", "storm", "vault", "reserver")
)
#: Programs of these, with an empty salt.
PROGRAMS: Final = tuple(program_id_from_user(blake2_256, blake2_256(c), b"") for c in CODES)
STRANGER: Final = bytes(range(32))

#: The storm's script that sends a message with gas to who began it: it goes to the mailbox.
_TO_SENDER: Final = b"s\xff\x14\x00" + bytes(4) + b"\x05hello"


class BusyChain(NamedTuple):
    """The node, and ids of messages that wait or lie in a mailbox, and of vouchers."""

    node: RealNode
    messages: tuple[bytes, ...]
    vouchers: tuple[bytes, ...]


class _Author:
    def __init__(self, node: RealNode) -> None:
        self.node = node
        self._nonces = dict.fromkeys((pair.public for pair in PEOPLE), 0)

    def block(self, *calls: RuntimeCall, who: KeyPair = ALICE) -> None:
        first = self._nonces[who.public]
        self._nonces[who.public] += len(calls)
        numbered = enumerate(calls, first)
        self.node.make(*[self.node.signed(who, nonce, call.encode()) for nonce, call in numbered])


@cache
def busy_chain() -> BusyChain:
    """Make it once; nobody adds blocks to it."""
    node = RealNode(genesis())
    author = _Author(node)
    author.block(*[transfer_allow_death(Id(pair.public), 1000 * UNIT) for pair in PEOPLE[2:]])
    for code in CODES:
        author.block(gear.upload_program(code, b"", b"", GAS, 0, False))
    for number in range(STORMS):
        salt, names = bytes((number,)), b"".join(ACTORS)
        author.block(gear.upload_program(CODES[3], salt, names, GAS, 5 * UNIT, False))
    author.block(
        gear.send_message(PROGRAMS[2], b"w", GAS, 0, False),
        gear.send_message(PROGRAMS[4], b"", GAS, 3 * UNIT, False),
        gear.send_message(ACTORS[0], _TO_SENDER, GAS, 0, False),
        gear_voucher.issue(BOB.public, 100 * UNIT, (PROGRAMS[0], PROGRAMS[1]), True, 10_000),
        proxy.add_proxy(Id(BOB.public), ProxyType.ANY, 0),
        proxy.add_proxy(Id(PEOPLE[2].public), ProxyType.ANY, 3),
    )
    others = tuple(sorted((BOB.public, PEOPLE[2].public)))
    remark = system.remark_with_event(b"together")
    hashed = blake2_256(remark.encode())
    author.block(
        multisig.approve_as_multi(2, others, None, hashed, system.DB_WEIGHT.reads_writes(1, 1))
    )
    author.block(batch((remark, remark)), who=BOB)
    author.block()
    ext = node.chain.overlay(node.chain.best.hash)
    return BusyChain(node, _messages(ext), tuple(keys[1] for keys, _ in vouchers.iterate(ext)))


def _messages(ext: Ext) -> tuple[bytes, ...]:
    waits = tuple(keys[1] for keys, _ in waiting.iterate(ext))
    lies = tuple(keys[1] for keys, _ in mailboxes.iterate(ext))
    assert waits
    assert lies
    return waits + lies


def _payload(seed: int) -> bytes:
    return ScriptWriter(Random(seed)).script(2)


@cache
def known() -> dict[str, Encodings]:
    """What to put for types of which a random value would mean nothing."""
    chain = busy_chain()
    people = tuple(pair.public for pair in PEOPLE)
    actors = (*PROGRAMS, *ACTORS)
    accounts = st.sampled_from((*people, *actors[:2], STRANGER))
    payloads = st.integers(0, 1 << 32).map(_payload)
    return {
        "sp_core::crypto::AccountId32": accounts,
        "sp_runtime::multiaddress::MultiAddress": accounts.map(lambda who: b"\0" + who)
        | st.just(b"\1\0"),
        "gprimitives::ActorId": st.sampled_from((*actors, *people, STRANGER)),
        "primitive_types::H256": st.sampled_from((*PROGRAMS, ACTORS[0], *people, *chain.messages)),
        "gprimitives::MessageId": st.sampled_from((*chain.messages, STRANGER)),
        "gprimitives::CodeId": st.sampled_from((*map(blake2_256, CODES), STRANGER)),
        "pallet_gear_voucher::internal::VoucherId": st.sampled_from((*chain.vouchers, STRANGER)),
        "Bytes": payloads | st.sampled_from((*CODES[:2], b"PING", b"inc", b"w", b"u\2\0\0\0")),
    }
