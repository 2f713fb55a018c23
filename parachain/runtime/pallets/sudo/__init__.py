"""Sudo: one account that may act as root, for chains in development.

Source: polkadot-sdk stable2409, substrate/frame/sudo.
"""

from parachain.runtime.pallets.sudo.calls import (
    genesis,
    remove_key,
    set_key,
    sudo,
    sudo_as,
    sudo_unchecked_weight,
)
from parachain.runtime.pallets.sudo.declarations import key, pallet

__all__ = [
    "genesis",
    "key",
    "pallet",
    "remove_key",
    "set_key",
    "sudo",
    "sudo_as",
    "sudo_unchecked_weight",
]
