"""GearProgram: codes, programs and their memory.

    declarations   storage and errors
    codes          uploaded codes and what is known of them
    programs       the course of a program's life, its reservations and allocations
    memory         its pages

Others write `gear_program.codes.add(ext, ...)`. Only pallet Gear changes anything here.
"""

from parachain.runtime.pallets.gear_program import codes, memory, programs
from parachain.runtime.pallets.gear_program.declarations import pallet

__all__ = ["codes", "memory", "pallet", "programs"]
