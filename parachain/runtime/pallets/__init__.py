"""The pallets: one module or package each, named as the pallet."""
