"""Hashes as logs show them."""


def short(block_hash: bytes) -> str:
    """Return the first and last two bytes, as in `0x1234…abcd`."""
    return f"0x{block_hash[:2].hex()}…{block_hash[-2:].hex()}"
