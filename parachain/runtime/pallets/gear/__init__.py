"""Gear: programs, the messages between them and users, and the processing of both."""

from parachain.runtime.pallets.gear import block, calls, prepaid
from parachain.runtime.pallets.gear.declarations import pallet

__all__ = ["block", "calls", "pallet", "prepaid"]
