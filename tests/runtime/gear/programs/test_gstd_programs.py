"""Programs in Rust with the real gstd: functions that await replies, locks, reservations."""

from parachain.primitives.scale import BYTES, COMPACT_U32, STR, U32, U64, U128, vec
from parachain.runtime.gear.reply_code import MANUAL_REPLY
from parachain.runtime.pallets.gear_messenger import waitlist
from tests.runtime.gear.core.hashing import blake2_256
from tests.runtime.gear.programs.actor import (
    Actor,
    code_of,
    deploy,
    reply_to,
    sent_to_users,
)
from tests.runtime.pallets.gear_pallet.blocks import Blocks
from tests.runtime.pallets.scene import ALICE, BOB, CHARLIE, ED, UNIT

NOBODY = b"\x00"


def _pair(blocks: Blocks) -> tuple[Actor, Actor]:
    """The one that answers at once, and the one that asks it first."""
    second = deploy(blocks, "rust/async_pair", NOBODY)
    return second, deploy(blocks, "rust/async_pair", b"\x01" + second.id, salt=b"first")


def _shout(text: str) -> bytes:
    return b"\x00" + STR.encode(text)


def _shouted(text: str, *by: Actor) -> bytes:
    addresses = COMPACT_U32.encode(len(by)) + b"".join(each.id for each in by)
    return b"\x00" + STR.encode(text) + addresses


COUNT = b"\x01"


def test_async_reply(blocks: Blocks) -> None:
    second, first = _pair(blocks)
    assert second.answer(_shout("alone")) == _shouted("ALONE", second)
    assert first.answer(_shout("both")) == _shouted("BOTH!", second, first)
    assert second.answer(COUNT) == b"\x01" + U32.encode(2)
    assert first.answer(COUNT) == b"\x01" + U32.encode(1)


def test_questions_wait_for_the_lock(blocks: Blocks) -> None:
    """All are asked in one block, and answered one after the other, in the order they came."""
    second, first = _pair(blocks)
    asked = [first.tell(_shout(text)) for text in ("a", "b", "c")]
    blocks.run()
    sent = sent_to_users(blocks)
    replies = [reply_to(message, sent) for message in asked]
    assert [each.payload for each in replies if each] == [
        _shouted(text, second, first) for text in ("A!", "B!", "C!")
    ]
    blocks.next()
    assert not any(waitlist.contains(blocks.ext, first.id, message) for message in asked)


def test_a_partner_that_fails_does_not_keep_the_lock(blocks: Blocks) -> None:
    """The signal of the failure, for which gstd puts gas aside, gives the lock back."""
    other = deploy(blocks, "c/counter")
    first = deploy(blocks, "rust/async_pair", b"\x01" + other.id)
    reply = first.ask(_shout("hello"))
    assert b"the partner's answer" in reply.payload
    # what was done before waiting stays
    assert first.answer(COUNT) == b"\x01" + U32.encode(1)


def test_text_that_is_no_question(blocks: Blocks) -> None:
    reply = deploy(blocks, "rust/async_pair", NOBODY).ask(b"\x07")
    assert b"Question" in reply.payload


# -- auction -----------------------------------------------------------------------------------

OK, REFUSED = b"\x00", b"\x01"
DEPOSIT, PRICE = b"\x00", b"\x0c"


def _open(name: str, least: int, blocks: int) -> bytes:
    tags = vec(STR).encode(("Old", " rare "))
    return (
        b"\x05" + STR.encode(name) + STR.encode("") + tags + U128.encode(least) + U32.encode(blocks)
    )


def _bid(auction: int, amount: int) -> bytes:
    return b"\x07" + U64.encode(auction) + U128.encode(amount)


def _withdraw(amount: int) -> bytes:
    return b"\x01" + U128.encode(amount)


def _balance(auction: Actor, who: bytes) -> int:
    answer = auction.state(payload=b"\x00" + who)
    return U128.decode(answer[1:])


def _house(blocks: Blocks) -> Actor:
    """An auction house where Alice, Bob and Charlie have a hundred units each."""
    house = deploy(blocks, "rust/auction")
    for who in (ALICE, BOB, CHARLIE):
        assert house.ask(DEPOSIT, value=100 * UNIT, who=who).code == MANUAL_REPLY
    return house


def test_auction(blocks: Blocks) -> None:
    house = _house(blocks)
    opened = house.answer(_open("a clock", 5 * UNIT, 6))
    assert opened == OK + b"\x04" + U64.encode(0) + ALICE + opened[-4:]
    assert house.ask(_bid(0, 4 * UNIT), who=BOB).payload == REFUSED + b"\x04" + U128.encode(
        5 * UNIT
    )
    assert house.ask(_bid(0, 6 * UNIT), who=BOB).payload[:1] == OK
    assert house.ask(_bid(0, 50 * UNIT), who=CHARLIE).payload[:1] == OK
    assert [_balance(house, who) // UNIT for who in (ALICE, BOB, CHARLIE)] == [100, 100, 50]
    told = []
    for _ in range(6):
        blocks.run()
        told += [each.payload for each in sent_to_users(blocks) if each.destination == CHARLIE]
        blocks.next()
    assert told == [b'"a clock" is yours for 50000000000000']
    assert [_balance(house, who) // UNIT for who in (ALICE, BOB, CHARLIE)] == [150, 100, 50]
    # by tag, as it was written in lower case
    found = house.state(payload=b"\x03" + STR.encode("RARE"))
    assert found == b"\x03" + COMPACT_U32.encode(1) + U64.encode(0) + U128.encode(50 * UNIT)
    text = BYTES.decode(house.state(payload=b"\x06" + U64.encode(0))[1:])
    assert b"status: Sold" in text


def test_auction_balances_are_values(blocks: Blocks) -> None:
    house = _house(blocks)
    reply = house.ask(_withdraw(40 * UNIT), who=BOB)
    assert (reply.code, reply.value) == (MANUAL_REPLY, 40 * UNIT)
    assert _balance(house, BOB) == 60 * UNIT
    assert house.ask(_withdraw(61 * UNIT), who=BOB).payload[:2] == REFUSED + b"\x00"
    assert blocks.free(house.id) == ED + 260 * UNIT


def test_auction_bids_what_another_program_says(blocks: Blocks) -> None:
    house = _house(blocks)
    other = deploy(blocks, "rust/auction", salt=b"other")
    for each, least in ((house, 2), (other, 9)):
        assert each.answer(_open("a clock", least, 50))[:1] == OK
    elsewhere = b"\x0a" + U64.encode(0) + other.id + U64.encode(0)
    message = house.tell(elsewhere, who=BOB)
    blocks.run()
    reply = reply_to(message, sent_to_users(blocks))
    assert reply is not None
    assert reply.payload == OK + b"\x06" + U64.encode(0) + BOB + U128.encode(9)
    blocks.next()
    assert house.answer(PRICE + U64.encode(0)) == OK + b"\x0b\x01" + U128.encode(9)


def test_auction_founds_another(blocks: Blocks) -> None:
    house = _house(blocks)
    answer = house.answer(b"\x0b" + blake2_256(code_of("rust/auction")) + BYTES.encode(b"salt"))
    assert answer[:2] == OK + b"\x0a"
    founded = Actor(blocks, answer[2:])
    assert founded.answer(DEPOSIT, value=UNIT)[:2] == OK + b"\x00"
    assert _balance(founded, ALICE) == UNIT
