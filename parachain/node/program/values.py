"""Payloads, amounts and ids as people write them on a command line and read them.

payload   0x and hex digits, @FILE for the content of a file, anything else as text
amount    plancks, or tokens with the symbol behind them: 1.5TVARA
id        0x and 64 hex digits; accounts and programs also as SS58 addresses
"""

import argparse
from pathlib import Path
from typing import Final

from parachain.primitives.ss58 import Ss58Error, decode_address, encode_address
from parachain.runtime.assembly import DECIMALS, SYMBOL
from parachain.runtime.pallets.system import SS58_PREFIX

_ID_BYTES: Final = 32
_MAX_AMOUNT: Final = 2**128 - 1
_MAX_DIGITS: Final = 100
_MAX_TEXT: Final = 1000


def payload(text: str) -> bytes:
    """Read a payload."""
    if text.startswith("@"):
        try:
            return Path(text[1:]).read_bytes()
        except OSError as error:
            raise argparse.ArgumentTypeError(f"{text[1:]}: {error.strerror}") from None
    if text.startswith("0x"):
        try:
            return bytes.fromhex(text[2:])
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not hexadecimal after 0x") from None
    return text.encode()


def identifier(text: str) -> bytes:
    """Read the id of a message, a code or a program."""
    if text.startswith("0x"):
        found = payload(text)
        if len(found) != _ID_BYTES:
            raise argparse.ArgumentTypeError(f"an id has 64 hex digits after 0x, not {text!r}")
        return found
    try:
        return decode_address(text).account
    except Ss58Error:
        raise argparse.ArgumentTypeError(f"{text!r} is not an id (0x and 64 hex digits)") from None


def amount(text: str) -> int:
    """Read an amount; return plancks."""
    number, decimals = text.strip(), 0
    if number.upper().endswith(SYMBOL):
        number, decimals = number[: -len(SYMBOL)].strip(), DECIMALS
    whole, _, rest = number.partition(".")
    digits = whole + rest.ljust(decimals, "0")
    is_number = whole and digits.isascii() and digits.isdigit() and len(digits) <= _MAX_DIGITS
    if is_number and len(rest) <= decimals and int(digits) <= _MAX_AMOUNT:
        return int(digits)
    raise argparse.ArgumentTypeError(
        f"{text!r} is not an amount: plancks, or tokens as in 1.5{SYMBOL}"
    )


def gas(text: str) -> int | None:
    """Read an amount of gas; None stands for `auto`."""
    if text == "auto":
        return None
    digits = text.replace("_", "")
    if digits.isascii() and digits.isdigit() and int(digits) < 1 << 64:
        return int(digits)
    raise argparse.ArgumentTypeError(f"{text!r} is not an amount of gas, nor `auto`")


def shown_hex(data: bytes) -> str:
    """Show bytes in full."""
    return "0x" + data.hex()


def shown_payload(data: bytes) -> str:
    """Show a payload: as text if it is readable, and in hex; cut if it is long."""
    if not data:
        return "empty"
    part = data[:_MAX_TEXT]
    more = f" ... ({len(data)} bytes)" if len(data) > _MAX_TEXT else ""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = ""
    if text.isprintable() and text and not more:
        return f'"{text}" {shown_hex(data)}'
    return shown_hex(part) + more


def shown_amount(plancks: int) -> str:
    """Show an amount in tokens, exactly."""
    whole, rest = divmod(plancks, 10**DECIMALS)
    digits = f".{rest:0{DECIMALS}d}".rstrip("0") if rest else ""
    return f"{whole}{digits} {SYMBOL}"


def shown_account(account: bytes) -> str:
    """Show an account of a user."""
    return encode_address(account, SS58_PREFIX)


def shown_gas(units: int) -> str:
    """Show an amount of gas."""
    return f"{units:,}"
