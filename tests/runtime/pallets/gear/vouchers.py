"""A voucher that Alice issues to Eve, and a stand-in for pallet Gear that makes prepaid calls."""

from typing import Any

from parachain.client.crypto.hashing import blake2_256
from parachain.primitives.dispatch_info import Pays, PostDispatchInfo
from parachain.primitives.weight import Weight
from parachain.runtime.frame.ext import Ext
from parachain.runtime.pallets import gear_voucher
from parachain.runtime.pallets.gear_voucher import (
    GearCall,
    PrepaidCall,
    PrepaidCallsDispatcher,
    SendMessage,
    SendReply,
    UploadCode,
    VoucherInfo,
    vouchers,
)
from tests.runtime.memory_ext import MemoryExt
from tests.runtime.pallets.gear.scene import (
    PROGRAM,
    make,
    message_id,
)
from tests.runtime.pallets.scene import (
    ALICE,
    ED,
    EVE,
)

#: Alice issues vouchers to Eve, who has nothing.
OWNER, SPENDER = ALICE, EVE
FIRST = blake2_256(b"voucher" + (1).to_bytes(8, "little"))
SECOND = blake2_256(b"voucher" + (2).to_bytes(8, "little"))
DURATION = 20
#: Issued in block 1.
EXPIRY = 1 + DURATION + 1

PING = SendMessage(PROGRAM, b"ping", 1000, 5, keep_alive=True)
REPLY = SendReply(message_id(1), b"pong", 1000, 5, keep_alive=True)
CODE = UploadCode(b"\0asm")


def issue(
    ext: MemoryExt,
    programs: tuple[bytes, ...] | None = None,
    *,
    balance: int = 10 * ED,
    code_uploading: bool = False,
    duration: int = DURATION,
    owner: bytes = OWNER,
) -> None:
    call = gear_voucher.issue(SPENDER, balance, programs, code_uploading, duration)
    make(ext, call, owner)


def update(ext: MemoryExt, who: bytes = OWNER, **changes: Any) -> None:
    names = ("move_ownership", "balance_top_up", "append_programs", "code_uploading")
    arguments = [changes.pop(name, None) for name in (*names, "prolong_duration")]
    assert not changes
    make(ext, gear_voucher.update(SPENDER, FIRST, *arguments), who)


def info(ext: MemoryExt) -> VoucherInfo:
    found = vouchers.get(ext, (SPENDER, FIRST))
    assert found is not None
    return found


def programs_from(first: int, count: int) -> tuple[bytes, ...]:
    return tuple(sorted(message_id(number) for number in range(first, first + count)))


class FakeGear:
    """Records the calls it is to make, and says what they weigh."""

    def __init__(self) -> None:
        self.made: list[tuple[bytes, bytes, GearCall]] = []

    def weight(self, call: GearCall) -> Weight:
        return Weight(len(call), 0)

    def dispatch(
        self, _ext: Ext, who: bytes, sponsor: bytes, call: GearCall
    ) -> PostDispatchInfo | None:
        self.made.append((who, sponsor, call))
        return PostDispatchInfo(Weight(1, 0), Pays.YES)

    def dispatcher(self) -> PrepaidCallsDispatcher:
        return PrepaidCallsDispatcher(self.weight, self.dispatch)


def use(ext: MemoryExt, call: PrepaidCall, *, who: bytes = SPENDER) -> FakeGear:
    gear = FakeGear()
    gear_voucher.make_prepaid(ext, who, FIRST, call, gear.dispatcher())
    return gear


def revoke(ext: MemoryExt, who: bytes = OWNER) -> None:
    make(ext, gear_voucher.revoke(SPENDER, FIRST), who)
