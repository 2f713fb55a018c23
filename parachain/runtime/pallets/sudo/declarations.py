"""What the pallet declares besides its calls: the key, an error and events."""

from parachain.primitives.account import ACCOUNT_ID
from parachain.primitives.dispatch_error import DISPATCH_RESULT
from parachain.primitives.scale import fields, option
from parachain.runtime.frame.pallet import Pallet

pallet = Pallet("Sudo", "pallet_sudo")

key = pallet.optional("Key", ACCOUNT_ID, "The account that may act as root.")

REQUIRE_SUDO = pallet.error(0, "RequireSudo", "The sender is not the sudo account.")

_WHO = ACCOUNT_ID.named("T::AccountId")
_RESULT = fields(("sudo_result", DISPATCH_RESULT.named("DispatchResult")))

SUDID = pallet.event(0, "Sudid", _RESULT, "A call was made as root.")
KEY_CHANGED = pallet.event(
    1,
    "KeyChanged",
    fields(("old", option(_WHO).named("Option<T::AccountId>")), ("new", _WHO)),
    "Another account became the sudo account.",
)
KEY_REMOVED = pallet.event(2, "KeyRemoved", fields(), "There is no sudo account any more.")
SUDO_AS_DONE = pallet.event(
    3, "SudoAsDone", _RESULT, "A call was made in the name of another account."
)
