import hashlib

from hypothesis import given, settings
from hypothesis import strategies as st

from parachain.primitives.digest import Other, PreRuntime, RuntimeEnvironmentUpdated
from parachain.primitives.dispatch_error import BadOrigin
from parachain.primitives.dispatch_info import (
    DispatchClass,
    DispatchInfo,
    Pays,
    PostDispatchInfo,
)
from parachain.primitives.trie import EMPTY_ROOT, ordered_root
from parachain.primitives.weight import Weight
from parachain.runtime.frame.call import AS_DECLARED
from parachain.runtime.frame.event import ApplyExtrinsic, Finalization, Initialization
from parachain.runtime.pallets import system
from parachain.runtime.pallets.system import storage
from tests.runtime.blocks import ALICE, PARENT, begin, names, open_block, recorded, slot_item
from tests.runtime.memory_ext import MemoryExt

BASE = system.BLOCK_WEIGHTS.per_class.normal.base_extrinsic.ref_time
INFO = DispatchInfo(Weight(1000, 10), DispatchClass.NORMAL, Pays.YES)


def blake2_256(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=32).digest()


def test_genesis() -> None:
    ext = MemoryExt()
    system.genesis(ext)
    assert system.block_hash(ext, 0) == b"E" * 32  # 69 in every byte
    assert system.parent_hash(ext) == b"E" * 32
    upgrade = storage.last_runtime_upgrade.get(ext)
    assert upgrade == (20_000, "gear-parachain")
    assert storage.LAST_RUNTIME_UPGRADE.encode(upgrade).hex() == "82380100" + "38" + (
        b"gear-parachain".hex()
    )
    assert storage.upgraded_to_u32_references.get(ext)
    assert storage.upgraded_to_triple_references.get(ext)
    assert ext.get(b":extrinsic_index") == bytes(4)
    assert len(ext.state) == 6
    assert not system.runtime_upgraded(ext, system.RUNTIME_VERSION)


def test_upgrade_hooks_are_due_once_per_version() -> None:
    ext = open_block()
    later = system.RUNTIME_VERSION._replace(spec_version=20_001)
    assert system.runtime_upgraded(ext, later)
    assert not system.runtime_upgraded(ext, later)
    assert not system.runtime_upgraded(ext, system.RUNTIME_VERSION), "versions never decrease"
    assert system.runtime_upgraded(ext, later._replace(spec_name="other"))


def test_initialize_sets_the_scene() -> None:
    ext = open_block(7, slot=3)
    assert system.block_number(ext) == 7
    assert system.parent_hash(ext) == PARENT
    assert system.block_hash(ext, 6) == PARENT
    assert system.block_hash(ext, 5) == bytes(32)
    assert system.digest(ext) == (slot_item(3),)
    assert system.extrinsic_index(ext) == 0
    entropy = blake2_256(b"frame_system::initialize" + PARENT)
    assert ext.get(b":intrablock_entropy") == entropy
    assert not system.inherents_applied(ext)
    system.note_inherents_applied(ext)
    assert system.inherents_applied(ext)


def test_phases_follow_the_course_of_the_block() -> None:
    ext = open_block(1)
    begin(ext, 2)
    ext.put(storage.execution_phase.prefix, b"\x02")
    system.inc_providers(ext, b"1" * 32)
    system.note_finished_initialize(ext)
    system.inc_providers(ext, b"2" * 32)
    system.note_applied_extrinsic(ext, None, INFO, AS_DECLARED)
    system.inc_providers(ext, b"3" * 32)
    system.note_applied_extrinsic(ext, BadOrigin(), INFO, AS_DECLARED)
    system.note_finished_extrinsics(ext)
    system.inc_providers(ext, b"4" * 32)
    assert [event.phase for event in recorded(ext)] == [
        Initialization(),
        ApplyExtrinsic(0),
        ApplyExtrinsic(0),
        ApplyExtrinsic(1),
        ApplyExtrinsic(1),
        Finalization(),
    ]
    assert names(ext) == [
        "System.NewAccount",
        "System.NewAccount",
        "System.ExtrinsicSuccess",
        "System.NewAccount",
        "System.ExtrinsicFailed",
        "System.NewAccount",
    ]
    assert system.extrinsic_index(ext) is None
    assert storage.extrinsic_count.get(ext) == 2


def test_outcomes_tell_the_weight_that_was_used_with_the_base_weight() -> None:
    ext = open_block()
    system.note_applied_extrinsic(ext, None, INFO, AS_DECLARED)
    system.note_applied_extrinsic(ext, None, INFO, PostDispatchInfo(Weight(400, 99), Pays.NO))
    system.note_applied_extrinsic(
        ext, BadOrigin(), INFO, PostDispatchInfo(Weight(5000, 5), Pays.YES)
    )
    outcomes = [event.values for event in recorded(ext)]
    assert outcomes == [
        (DispatchInfo(Weight(BASE + 1000, 10), DispatchClass.NORMAL, Pays.YES),),
        (DispatchInfo(Weight(BASE + 400, 10), DispatchClass.NORMAL, Pays.NO),),
        (BadOrigin(), DispatchInfo(Weight(BASE + 1000, 5), DispatchClass.NORMAL, Pays.YES)),
    ]


def test_finalize_returns_the_header_and_leaves_nothing_behind() -> None:
    ext = open_block(1, slot=9)
    before = set(ext.state)
    extrinsics = [b"\x10" + bytes(4), b"\x81\x02" + b"x" * 160]
    for encoded in extrinsics:
        system.note_extrinsic(ext, encoded)
        system.note_applied_extrinsic(ext, None, INFO, AS_DECLARED)
    system.deposit_log(ext, Other(b"said"))
    system.note_finished_extrinsics(ext)
    header = system.finalize(ext)
    assert (header.number, header.parent_hash) == (1, PARENT)
    assert header.digest == (slot_item(9), Other(b"said"))
    assert header.extrinsics_root == ordered_root(extrinsics, 0, blake2_256)
    assert header.state_root == ext.storage_root()
    added = set(ext.state) - before
    assert added == {storage.events.prefix, storage.event_count.prefix}
    assert b":extrinsic_index" not in ext.state
    assert b":intrablock_entropy" not in ext.state


def test_an_empty_body_has_the_empty_root() -> None:
    ext = open_block()
    system.note_finished_extrinsics(ext)
    assert system.finalize(ext).extrinsics_root == EMPTY_ROOT


def test_hashes_of_blocks_are_kept_for_2400_blocks_and_that_of_genesis_for_ever() -> None:
    ext = open_block(1)
    for number in (2400, 2401, 2402, 2403):
        begin(ext, number)
        storage.block_hashes.put(ext, max(number - 2401, 0), b"h" * 32)
        system.note_finished_extrinsics(ext)
        system.finalize(ext)
    known = [number for number in range(4) if storage.block_hashes.contains(ext, number)]
    assert known == [0]


def test_reset_forgets_events_and_topics() -> None:
    ext = open_block()
    topic = b"t" * 32
    system.NEW_ACCOUNT.deposit_indexed(ext, (topic, ALICE), ALICE)
    assert storage.event_topics.get(ext, topic) == ((1, 0),)
    assert storage.events.get(ext)[0].topics == (topic, ALICE)
    ext.seal_block()
    system.reset_events(ext)
    assert storage.events.get(ext) == ()
    assert not ext.keys_with(storage.event_topics.prefix)
    assert storage.event_count.get(ext) == 0


def test_nothing_is_recorded_at_genesis() -> None:
    ext = MemoryExt()
    system.genesis(ext)
    system.inc_providers(ext, ALICE)
    assert storage.events.get(ext) == ()


def test_logs_are_appended_in_order() -> None:
    ext = open_block(1, slot=1)
    system.deposit_log(ext, RuntimeEnvironmentUpdated())
    system.deposit_log(ext, PreRuntime(b"test", b"\x01"))
    kinds = [type(item).__name__ for item in system.digest(ext)]
    assert kinds == ["PreRuntime", "RuntimeEnvironmentUpdated", "PreRuntime"]


def test_weight_is_counted_by_class_and_saturates() -> None:
    ext = open_block()
    system.register_extra_weight_unchecked(ext, Weight(5, 6), DispatchClass.MANDATORY)
    system.register_extra_weight_unchecked(ext, Weight(1, 1), DispatchClass.NORMAL)
    system.register_extra_weight_unchecked(ext, Weight(2, 0), DispatchClass.OPERATIONAL)
    assert system.block_weight(ext) == (Weight(1, 1), Weight(2, 0), Weight(5, 6))
    assert system.total_block_weight(ext) == Weight(8, 7)
    most = 2**64 - 1
    system.register_extra_weight_unchecked(ext, Weight(most, most), DispatchClass.MANDATORY)
    assert system.total_block_weight(ext) == Weight(most, most)


@settings(max_examples=30)
@given(st.lists(st.binary(max_size=80), max_size=70))
def test_the_extrinsics_root_is_that_of_the_extrinsics(extrinsics: list[bytes]) -> None:
    ext = open_block()
    for encoded in extrinsics:
        system.note_extrinsic(ext, encoded)
        system.note_applied_extrinsic(ext, None, INFO, AS_DECLARED)
    system.note_finished_extrinsics(ext)
    assert system.finalize(ext).extrinsics_root == ordered_root(extrinsics, 0, blake2_256)
