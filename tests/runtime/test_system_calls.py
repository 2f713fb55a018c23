import hashlib

import pytest

from parachain.client.executor.wasm.blob import compressed
from parachain.primitives.digest import RuntimeEnvironmentUpdated
from parachain.primitives.dispatch_info import DispatchClass, Pays
from parachain.primitives.scale import BYTES, U32
from parachain.primitives.transaction_validity import InvalidTransaction, TransactionSource
from parachain.primitives.weight import Weight
from parachain.runtime.frame.call import RuntimeCall, dispatch, dispatch_info
from parachain.runtime.frame.error import DispatchFailed, InvalidTransactionFailed
from parachain.runtime.frame.origin import NONE, ROOT, Origin, signed
from parachain.runtime.pallets import system
from parachain.runtime.pallets.system import storage
from parachain.runtime.pallets.system.upgrade import code_version
from tests.runtime.blocks import ALICE, names, open_block, reason, recorded

MAGIC = b"\0asm\x01\0\0\0"


def leb128(value: int) -> bytes:
    out = b""
    while value >= 0x80:
        out += bytes((value & 0x7F | 0x80,))
        value >>= 7
    return out + bytes((value,))


def section(kind: int, content: bytes) -> bytes:
    return bytes((kind,)) + leb128(len(content)) + content


def blob(name: str = "gear-parachain", spec_version: int = 20_001) -> bytes:
    """A module as cargo makes it: some code, then the version as SCALE in a custom section."""
    version = BYTES.encode(name.encode()) + BYTES.encode(b"impl") + U32.encode(1)
    version += U32.encode(spec_version) + U32.encode(0) + b"\0" + U32.encode(1) + b"\x01"
    named = leb128(len("runtime_version")) + b"runtime_version" + version
    core = bytes.fromhex("df6acb689907609b") + U32.encode(4)
    apis = section(0, leb128(len("runtime_apis")) + b"runtime_apis" + core)
    return MAGIC + section(1, b"\0" * 300) + section(0, b"\x04name") + section(0, named) + apis


def hash_of(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=32).digest()


def call_name(call: RuntimeCall) -> str:
    return call.declaration.name


ROOT_ONLY = [
    system.set_heap_pages(1),
    system.set_code(blob()),
    system.set_code_without_checks(b""),
    system.set_storage(((b"k", b"v"),)),
    system.kill_storage((b"k",)),
    system.kill_prefix(b"k", 1),
    system.authorize_upgrade(bytes(32)),
    system.authorize_upgrade_without_checks(bytes(32)),
]


@pytest.mark.parametrize("call", ROOT_ONLY, ids=call_name)
@pytest.mark.parametrize("origin", [NONE, signed(ALICE)], ids=["none", "signed"])
def test_only_root_may(call: RuntimeCall, origin: Origin) -> None:
    ext = open_block()
    before = dict(ext.state)
    with pytest.raises(DispatchFailed) as failed:
        dispatch(ext, call, origin)
    assert reason(failed.value) == "BadOrigin"
    assert ext.state == before


@pytest.mark.parametrize("call", ROOT_ONLY, ids=call_name)
def test_calls_of_root_are_operational(call: RuntimeCall) -> None:
    assert dispatch_info(call).dispatch_class is DispatchClass.OPERATIONAL


def test_remarks() -> None:
    ext = open_block()
    for origin in (ROOT, NONE, signed(ALICE)):
        dispatch(ext, system.remark(b"any"), origin)
    assert names(ext) == []
    dispatch(ext, system.remark_with_event(b"said"), signed(ALICE))
    assert recorded(ext)[0][1:] == ("System.Remarked", (ALICE, hash_of(b"said")))
    with pytest.raises(DispatchFailed):
        dispatch(ext, system.remark_with_event(b"said"), NONE)


def test_raw_storage() -> None:
    ext = open_block()
    dispatch(ext, system.set_storage(((b"a1", b"x"), (b"a2", b"y"), (b"b", b""))), ROOT)
    assert (ext.get(b"a1"), ext.get(b"b")) == (b"x", b"")
    dispatch(ext, system.kill_storage((b"a1", b"absent")), ROOT)
    assert ext.get(b"a1") is None
    dispatch(ext, system.kill_prefix(b"a", 0), ROOT)
    assert ext.get(b"a2") is None, "what the block itself wrote does not count"


def test_kill_prefix_removes_no_more_than_said() -> None:
    ext = open_block()
    for key in (b"p1", b"p2", b"p3", b"q"):
        ext.put(key, b"v")
    ext.seal_block()
    dispatch(ext, system.kill_prefix(b"p", 2), ROOT)
    assert [key for key in ext.state if len(key) < 3] == [b"p3", b"q"]


def test_heap_pages() -> None:
    ext = open_block()
    dispatch(ext, system.set_heap_pages(64), ROOT)
    assert ext.get(b":heappages") == (64).to_bytes(8, "little")
    assert system.digest(ext) == (RuntimeEnvironmentUpdated(),)


def test_set_code_takes_the_rest_of_the_block() -> None:
    ext = open_block()
    code = blob()
    post = dispatch(ext, system.set_code(code), ROOT)
    assert post == (system.BLOCK_WEIGHTS.max_block, Pays.YES)
    assert ext.get(b":code") == code
    assert isinstance(system.digest(ext)[0], RuntimeEnvironmentUpdated)
    assert names(ext) == ["System.CodeUpdated"]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (blob("other"), "InvalidSpecName"),
        (blob(spec_version=20_000), "SpecVersionNeedsToIncrease"),
        (blob(spec_version=1), "SpecVersionNeedsToIncrease"),
        (b"", "FailedToExtractRuntimeVersion"),
        (MAGIC, "FailedToExtractRuntimeVersion"),
        (compressed(blob())[:-1], "FailedToExtractRuntimeVersion"),
        (blob()[:-20], "FailedToExtractRuntimeVersion"),
    ],
    ids=["name", "same", "lower", "empty", "no section", "cut frame", "cut"],
)
def test_set_code_refuses(code: bytes, error: str) -> None:
    ext = open_block()
    with pytest.raises(DispatchFailed) as failed:
        dispatch(ext, system.set_code(code), ROOT)
    assert reason(failed.value) == f"System.{error}"
    assert ext.get(b":code") is None
    dispatch(ext, system.set_code_without_checks(code), ROOT)
    assert ext.get(b":code") == code


def test_compressed_code_is_taken() -> None:
    ext = open_block()
    code = compressed(blob())
    assert code_version(ext, code) == ("gear-parachain", 20_001)
    dispatch(ext, system.set_code(code), ROOT)
    assert ext.get(b":code") == code


def test_anyone_may_apply_what_was_authorized() -> None:
    ext = open_block()
    code = blob()
    apply = system.apply_authorized_upgrade(code)
    with pytest.raises(DispatchFailed) as failed:
        dispatch(ext, apply, signed(ALICE))
    assert reason(failed.value) == "System.NothingAuthorized"
    dispatch(ext, system.authorize_upgrade(hash_of(code)), ROOT)
    with pytest.raises(DispatchFailed) as failed:
        dispatch(ext, system.apply_authorized_upgrade(code + b"\0"), signed(ALICE))
    assert reason(failed.value) == "System.Unauthorized"
    post = dispatch(ext, apply, signed(ALICE))
    assert post.pays_fee is Pays.NO
    assert ext.get(b":code") == code
    assert storage.authorized_upgrade.get(ext) is None
    assert [event[1:] for event in recorded(ext)] == [
        ("System.UpgradeAuthorized", (hash_of(code), True)),
        ("System.CodeUpdated", ()),
    ]


def test_the_version_is_checked_only_if_the_authorization_says_so() -> None:
    ext = open_block()
    code = blob("other")
    dispatch(ext, system.authorize_upgrade(hash_of(code)), ROOT)
    with pytest.raises(DispatchFailed) as failed:
        dispatch(ext, system.apply_authorized_upgrade(code), NONE)
    assert reason(failed.value) == "System.InvalidSpecName"
    dispatch(ext, system.authorize_upgrade_without_checks(hash_of(code)), ROOT)
    dispatch(ext, system.apply_authorized_upgrade(code), NONE)
    assert ext.get(b":code") == code


def test_authorized_code_needs_no_signature() -> None:
    ext = open_block()
    code = blob()
    check = storage.pallet.validate_unsigned
    assert check is not None
    call = system.apply_authorized_upgrade(code)
    for refused in (call, system.remark(b"")):
        with pytest.raises(InvalidTransactionFailed) as failed:
            check(ext, TransactionSource.EXTERNAL, refused)
        assert failed.value.error is InvalidTransaction.CALL
    dispatch(ext, system.authorize_upgrade(hash_of(code)), ROOT)
    valid = check(ext, TransactionSource.EXTERNAL, call)
    assert valid == (100, (), (hash_of(code),), 2**64 - 1, True)


def test_weights_are_the_published_ones() -> None:
    assert dispatch_info(system.remark(b"12345678")).weight == Weight(1_482_000 + 8 * 337, 0)
    assert dispatch_info(system.remark_with_event(b"1")).weight == Weight(4_377_312, 0)
    # 2.892 us, one read of 25 us and two writes of 100 us.
    assert dispatch_info(system.set_heap_pages(1)).weight == Weight(227_892_000, 1485)
    two = system.set_storage(((b"a", b""), (b"b", b"")))
    assert dispatch_info(two).weight == Weight(1_613_000 + 2 * 599_523 + 200_000_000, 0)
    # The root names nine keys; ten are charged.
    nine = dispatch_info(system.kill_prefix(b"", 9)).weight
    assert nine == Weight(2_995_000 + 11_551_830 + 1_250_000_000, 93 + 700)
