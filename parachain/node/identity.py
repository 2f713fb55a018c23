"""The network identity of a node: an ed25519 key, and the peer id that names it.

A peer id is the base58 of an identity multihash around the key in libp2p's protobuf form
(https://github.com/libp2p/specs, peer-ids). The secret comes from `--node-key`,
`--node-key-file`, or a file under the base path that is made on the first start.
"""

import os
from pathlib import Path
from typing import Final

import base58

from parachain.client.crypto.keys import KeyPair, Scheme, pair_from_seed

SECRET_SIZE: Final = 32
#: Protobuf: key type 1 (Ed25519), then 32 bytes of data.
_PROTOBUF_KEY: Final = b"\x08\x01\x12\x20"
#: Multihash 0 (identity) of 36 bytes.
_IDENTITY_OF_36: Final = b"\x00\x24"

#: Where Substrate keeps it, under `<base path>/chains/<chain id>`.
SECRET_FILE: Final = Path("network") / "secret_ed25519"


class IdentityError(Exception):
    """The node key cannot be used; the message says where it came from and why."""


def peer_id(public: bytes) -> str:
    """Return the peer id of a 32-byte ed25519 public key."""
    return base58.b58encode(_IDENTITY_OF_36 + _PROTOBUF_KEY + public).decode()


def parse_secret(text: str, source: str) -> bytes:
    """Read 64 hex digits, with or without 0x. Raises IdentityError naming `source`."""
    try:
        secret = bytes.fromhex(text.strip().removeprefix("0x"))
    except ValueError:
        secret = b""
    if len(secret) != SECRET_SIZE:
        raise IdentityError(f"{source} must be {2 * SECRET_SIZE} hex digits")
    return secret


def read_secret(path: Path) -> bytes:
    """Read a secret file: 32 raw bytes, or hex. Raises IdentityError."""
    try:
        with path.open("rb") as file:
            raw = file.read(4 * SECRET_SIZE)
    except OSError as error:
        raise IdentityError(f"cannot read the node key {path}: {error.strerror}") from error
    if len(raw) == SECRET_SIZE:
        return raw
    return parse_secret(raw.decode("ascii", "replace"), f"the node key in {path}")


def write_secret(path: Path, secret: bytes) -> None:
    """Write a secret file that only its owner may read. Raises IdentityError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secret)
    except OSError as error:
        raise IdentityError(f"cannot write the node key {path}: {error.strerror}") from error


def known_node_key(
    secret_hex: str | None, secret_file: Path | None, folder: Path | None
) -> KeyPair | None:
    """Return the key of the node: given as hex, in a file, or kept under `folder`; None if none is.

    Raises IdentityError.
    """
    if secret_hex is not None:
        secret = parse_secret(secret_hex, "--node-key")
    elif secret_file is not None:
        secret = read_secret(secret_file)
    elif folder is not None and (folder / SECRET_FILE).exists():
        secret = read_secret(folder / SECRET_FILE)
    else:
        return None
    return pair_from_seed(Scheme.ED25519, secret)


def node_key(
    secret_hex: str | None, secret_file: Path | None, folder: Path | None, random: bytes
) -> KeyPair:
    """Return the key of the node.

    The known one, or `random` (32 bytes the caller drew), which is kept under `folder` then.
    Without a folder the key lives as long as the process. Raises IdentityError.
    """
    known = known_node_key(secret_hex, secret_file, folder)
    if known is not None:
        return known
    if folder is not None:
        write_secret(folder / SECRET_FILE, random)
    return pair_from_seed(Scheme.ED25519, random)
