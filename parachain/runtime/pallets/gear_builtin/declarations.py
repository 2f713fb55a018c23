"""What pallet_gear_builtin declares: nothing but itself. Builtin actors have no storage here."""

from parachain.runtime.frame.pallet import Pallet

pallet = Pallet("GearBuiltin", "pallet_gear_builtin", storage_version=1)
