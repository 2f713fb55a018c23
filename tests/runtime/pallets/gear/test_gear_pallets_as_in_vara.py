"""Gear's storage pallets show clients what Vara's show them, and store under the same keys.

See tests/vectors/pallets/SOURCE.md and tests/vectors/gear_types/SOURCE.md. The prefixes are those
that @gear-js/api reads.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from parachain.primitives.scale import Codec, Composite, Variants
from parachain.runtime.frame.pallet import Pallet
from parachain.runtime.frame.pallet_id import pallet_account
from parachain.runtime.gear.ids import VOUCHER_ID
from parachain.runtime.gear.tasks import SCHEDULED_TASK, SendUserMessage
from parachain.runtime.pallets import (
    gear_bank,
    gear_gas,
    gear_messenger,
    gear_payment,
    gear_program,
    gear_scheduler,
    gear_voucher,
)
from parachain.runtime.pallets.gear_bank.declarations import BANK_ACCOUNT
from parachain.runtime.pallets.gear_gas.declarations import ERRORS
from parachain.runtime.pallets.gear_messenger.declarations import dispatches, mailboxes, waiting
from parachain.runtime.pallets.gear_program.declarations import memory_pages
from parachain.runtime.pallets.gear_scheduler.declarations import task_pool
from parachain.runtime.pallets.gear_voucher.declarations import VOUCHER_INFO
from tests.runtime.memory_ext import MemoryExt
from tests.runtime.pallets.gear.scene import (
    INTERVAL,
    PROGRAM,
    USER,
    delayed,
    dispatch_of,
    mail,
    message_id,
)
from tests.runtime.pallets.test_declarations_as_in_vara import declared, fields_of, type_name

VECTORS = Path(__file__).parents[3] / "vectors"
VARA = json.loads((VECTORS / "pallets" / "vara_gear_pallets.json").read_text())
TYPES = {
    t["path"]: t for t in json.loads((VECTORS / "gear_types" / "vara_gear_types.json").read_text())
}

PALLETS: dict[str, Pallet] = {
    p.name: p
    for p in (
        gear_program.pallet,
        gear_messenger.pallet,
        gear_scheduler.pallet,
        gear_gas.pallet,
        gear_payment.pallet,
        gear_voucher.pallet,
        gear_bank.pallet,
    )
}


@pytest.mark.parametrize("vara", VARA, ids=lambda vara: vara["name"])
@pytest.mark.parametrize("part", ["index", "storage", "calls", "events", "errors", "constants"])
def test_as_in_vara(vara: dict[str, Any], part: str) -> None:
    ours = declared(PALLETS[vara["name"]])[part]
    if isinstance(ours, list):
        for item, expected in zip(ours, vara[part], strict=True):
            assert item == expected
    assert ours == vara[part]


def described(codec: Codec[Any]) -> dict[str, Any]:
    info = codec.info
    assert isinstance(info, Composite | Variants)
    known: dict[str, Any] = {
        "path": info.path,
        "params": [[name, type_name(inner)] for name, inner in info.params],
    }
    if isinstance(info, Composite):
        known["fields"] = [[f.name or None, type_name(f.codec), f.rust_name] for f in info.fields]
    else:
        known["variants"] = [
            [v.name, v.index, [[f.name or None, type_name(f.codec), f.rust_name] for f in v.fields]]
            for v in info.variants
        ]
    return known


@pytest.mark.parametrize(
    "codec", [VOUCHER_ID, VOUCHER_INFO, gear_voucher.PREPAID_CALL], ids=lambda c: c.rust_name
)
def test_types_of_vouchers_are_as_in_vara(codec: Codec[Any]) -> None:
    known = described(codec)
    assert known == TYPES[known["path"]]


PREFIXES = {
    ("GearProgram", "ProgramStorage"): (
        "21e18623b1f0110bfe78526b5fa5629c82d53c47fd03d02d3fd1234743c48a59"
    ),
    ("GearProgram", "CodeMetadataStorage"): "9cc4aff86f7d7ef3b49a2b25dbfd759a",
    ("GearProgram", "OriginalCodeStorage"): "d4d20c8817526c2012606e6aa04c60f6",
    ("GearProgram", "InstrumentedCodeStorage"): "87cadbc2c13431b89e9c2033fa02ecee",
    ("GearProgram", "AllocationsStorage"): "a0eea4d66fb6ddadf0d8323e8c81d1b5",
    ("GearProgram", "MemoryPages"): "4ddfec7915328dd853a6479a8315bcfe",
    ("GearMessenger", "Mailbox"): (
        "18a58b6d6682176908e0320ab4d5d7eafade8a86028f74937a49e1a9f91f61cc"
    ),
    ("GearMessenger", "Waitlist"): "f597276cfcc205027d5028243c0d3f09",
    ("GearMessenger", "Dispatches"): "c2128ef50379c550282a527d9ebff1be",
    ("GearVoucher", "Vouchers"): (
        "5e38fffe33fb515ebc31c6d3f470a67b5037466161af2201334914a1746a4b4c"
    ),
    ("GearVoucher", "Issued"): "ed937736b9ddad8338981c62dfe7060b",
    ("GearGas", "GasNodes"): "363f12bf8a1b1ac325004d4cbb2f5370c54cfe50496b673608dda493f0eff8b1",
    ("GearScheduler", "TaskPool"): (
        "58a343ce2c047a34525916cbc7d52ca4d81b26dc14236997e01f7f2b4718d18a"
    ),
    ("GearBank", "Bank"): "fe2089d6ad76e3299c45adc986e199689cafe6d331ca6acb104bba8aab989019",
}


@pytest.mark.parametrize(("where", "prefix"), PREFIXES.items(), ids=lambda p: "".join(p[:2]))
def test_storage_prefix(where: tuple[str, str], prefix: str) -> None:
    name, item_name = where
    (item,) = (item for item in PALLETS[name].storage if item.name == item_name)
    assert item.prefix.hex()[-len(prefix) :] == prefix


def test_keys_are_the_ids_themselves() -> None:
    ext = MemoryExt()
    gear_messenger.mailbox.insert(ext, mail(1), INTERVAL)
    assert mailboxes.prefix + USER + message_id(1) in ext.state
    gear_messenger.waitlist.insert(ext, dispatch_of(2), INTERVAL)
    assert waiting.prefix + PROGRAM + message_id(2) in ext.state
    gear_messenger.queue.enqueue(ext, dispatch_of(3))
    assert dispatches.prefix + message_id(3) in ext.state
    task = SendUserMessage(message_id(4), True)
    gear_scheduler.task_pool.add(ext, 258, task)
    key = task_pool.prefix + b"\x02\x01\0\0" + b"\x04" + message_id(4) + b"\x01"
    assert ext.state[key] == b""
    assert key.endswith(SCHEDULED_TASK.encode(task))
    gear_program.memory.put_page(ext, PROGRAM, 0, 258, bytes(16384))
    assert memory_pages.prefix + PROGRAM + bytes(4) + b"\x02\x01\0\0" in ext.state


def test_values_are_laid_out_as_clients_read_them() -> None:
    ext = MemoryExt()
    gear_messenger.mailbox.insert(ext, mail(1), INTERVAL)
    raw = ext.state[mailboxes.prefix + USER + message_id(1)]
    message = message_id(1) + PROGRAM + USER + b"\x10pong" + b"\x04"
    assert raw == message + b"\x05\0\0\0" + b"\x22\0\0\0"
    gear_messenger.stash.insert(ext, delayed(1), INTERVAL)
    found = gear_messenger.stash.take(ext, message_id(1))
    assert found == (delayed(1), INTERVAL)
    record = gear_bank.BankAccount(1, 2)
    assert BANK_ACCOUNT.encode(record) == b"\x01" + bytes(15) + b"\x02" + bytes(15)
    info = gear_voucher.VoucherInfo(USER, (PROGRAM,), True, 7)
    assert VOUCHER_INFO.encode(info) == USER + b"\x01\x04" + PROGRAM + b"\x01" + b"\x07\0\0\0"


def test_the_double_option_of_an_update() -> None:
    codec = gear_voucher.update.fields.codecs[4]
    for value, raw in (
        (None, b"\x00"),
        (gear_voucher.AppendPrograms(None), b"\x01\x00"),
        (gear_voucher.AppendPrograms((PROGRAM,)), b"\x01\x01\x04" + PROGRAM),
    ):
        assert codec.encode(value) == raw
        assert codec.decode(raw) == value


def test_errors_of_the_gas_tree_are_in_the_order_of_its_reasons() -> None:
    names = ["".join(part.title() for part in reason.name.split("_")) for reason in gear_reasons()]
    assert [error.name for error in ERRORS] == names
    assert [error.index for error in ERRORS] == list(gear_reasons())


def gear_reasons() -> list[Any]:
    from parachain.runtime.gear.gas_tree import GasTreeReason

    return list(GasTreeReason)


def test_accounts_of_pallets() -> None:
    assert b"modlpy/gbank" + bytes(20) == gear_bank.BANK
    assert pallet_account(b"py/trsry") == gear_bank.TREASURY


def test_fields_have_the_names_of_parameters() -> None:
    """Only the id of a voucher is named shorter in Python."""
    for call in gear_voucher.pallet.calls.values():
        code = call.function.__code__
        parameters = code.co_varnames[2 : code.co_argcount]
        names = [name for name, _, _ in fields_of(call.fields)]
        assert [n.removesuffix("_id") for n in names] == list(parameters)
