"""Mailbox, waitlist and stash keep messages with the time they may stay."""

from parachain.runtime.gear.intervals import Interval
from parachain.runtime.pallets.gear_messenger import mailbox, stash, waitlist
from parachain.runtime.pallets.gear_messenger.declarations import (
    MAILBOX_DUPLICATE_KEY,
    MAILBOX_ELEMENT_NOT_FOUND,
    WAITLIST_DUPLICATE_KEY,
    WAITLIST_ELEMENT_NOT_FOUND,
)
from tests.runtime.memory_ext import MemoryExt
from tests.runtime.pallets.gear.scene import (
    INTERVAL,
    OTHER_PROGRAM,
    OTHER_USER,
    PROGRAM,
    USER,
    delayed,
    dispatch_of,
    mail,
    message_id,
)
from tests.runtime.pallets.scene import fails


def test_mailbox_insert_peek_remove() -> None:
    ext = MemoryExt()
    mailbox.insert(ext, mail(1), INTERVAL)
    assert mailbox.contains(ext, USER, message_id(1))
    assert not mailbox.contains(ext, OTHER_USER, message_id(1))
    assert mailbox.peek(ext, USER, message_id(1)) == mail(1)
    assert mailbox.peek(ext, USER, message_id(2)) is None
    assert mailbox.remove(ext, USER, message_id(1)) == (mail(1), INTERVAL)
    assert ext.state == {}


def test_mailbox_errors() -> None:
    ext = MemoryExt()
    mailbox.insert(ext, mail(1), INTERVAL)
    with fails(ext, MAILBOX_DUPLICATE_KEY):
        mailbox.insert(ext, mail(1), Interval(6, 7))
    with fails(ext, MAILBOX_ELEMENT_NOT_FOUND):
        mailbox.remove(ext, OTHER_USER, message_id(1))
    with fails(ext, MAILBOX_ELEMENT_NOT_FOUND):
        mailbox.remove(ext, USER, message_id(2))


def test_mailboxes_are_apart() -> None:
    ext = MemoryExt()
    for number in range(1, 6):
        mailbox.insert(ext, mail(number), INTERVAL)
    mailbox.insert(ext, mail(9, OTHER_USER), INTERVAL)
    found = [message for message, _ in mailbox.iterate(ext, USER)]
    assert found == sorted([mail(number) for number in range(1, 6)])
    assert list(mailbox.iterate(ext, OTHER_USER)) == [(mail(9, OTHER_USER), INTERVAL)]


def test_waitlist_insert_remove() -> None:
    ext = MemoryExt()
    waitlist.insert(ext, dispatch_of(1), INTERVAL)
    assert waitlist.contains(ext, PROGRAM, message_id(1))
    assert not waitlist.contains(ext, OTHER_PROGRAM, message_id(1))
    assert waitlist.remove(ext, PROGRAM, message_id(1)) == (dispatch_of(1), INTERVAL)
    assert ext.state == {}


def test_waitlist_errors() -> None:
    ext = MemoryExt()
    waitlist.insert(ext, dispatch_of(1), INTERVAL)
    with fails(ext, WAITLIST_DUPLICATE_KEY):
        waitlist.insert(ext, dispatch_of(1), INTERVAL)
    with fails(ext, WAITLIST_ELEMENT_NOT_FOUND):
        waitlist.remove(ext, OTHER_PROGRAM, message_id(1))


def test_waitlist_of_a_program_is_drained_by_message_id() -> None:
    ext = MemoryExt()
    for number in range(1, 8):
        waitlist.insert(ext, dispatch_of(number), INTERVAL)
    waitlist.insert(ext, dispatch_of(8, OTHER_PROGRAM), INTERVAL)
    ids = sorted(message_id(number) for number in range(1, 8))
    assert [entry.message.id for entry, _ in waitlist.iterate(ext, PROGRAM)] == ids
    drained = []
    for entry, interval in waitlist.drain(ext, PROGRAM):
        assert not waitlist.contains(ext, PROGRAM, entry.message.id)
        assert interval == INTERVAL
        drained.append(entry.message.id)
    assert drained == ids
    assert list(waitlist.iterate(ext, PROGRAM)) == []
    assert waitlist.contains(ext, OTHER_PROGRAM, message_id(8))


def test_stash() -> None:
    ext = MemoryExt()
    stash.insert(ext, delayed(1), INTERVAL)
    assert stash.contains(ext, message_id(1))
    assert stash.take(ext, message_id(1)) == (delayed(1), INTERVAL)
    assert stash.take(ext, message_id(1)) is None
    assert not stash.contains(ext, message_id(1))
