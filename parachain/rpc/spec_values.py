"""Hex strings as the JSON-RPC interface specification has them.

"The value must either be empty, or start with 0x" (json-rpc-interface-spec, api.md). The legacy
methods are stricter, see `parsers.HEX`.
"""

from typing import Final

from parachain.rpc.parsers import HEX, Parser


def _parse(value: object) -> bytes:
    return b"" if value == "" else HEX.parse(value)


SPEC_HEX: Final = Parser(_parse)
"""Reads "0x..." or "" as bytes of any number."""
