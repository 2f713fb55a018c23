"""The Gear message engine: rules of programs, messages and gas, without any pallet."""
