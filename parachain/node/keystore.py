"""The node's keystore: the secret keys it authors and votes with, by key type and public key.

Keys rest in a directory laid out as Substrate's: one file per key, named by the hexadecimal key
type followed by the public key, holding the secret URI as a JSON string. So keys that operators
or zombienet placed there are found, and files written here serve a Substrate node. Keys of the
development accounts stay in memory. Source: polkadot-sdk `substrate/client/keystore/src/local.rs`.

Out of scope: encryption at rest (as in Substrate, file permissions protect the directory; a
password may be kept apart from the phrase), remote signers. Blocking file I/O on each first use
of a key; not safe for several threads at once.
"""

import json
import os
from pathlib import Path
from typing import Final

from parachain.client.crypto.keys import KeyPair, Scheme, pair_from_uri
from parachain.client.crypto.secret_uri import MAX_URI_LENGTH, SecretUriError

KEY_TYPE_SIZE: Final = 4

AURA: Final = b"aura"
GRANDPA: Final = b"gran"

MAX_KEY_FILE_SIZE: Final = 6 * MAX_URI_LENGTH + 2
"""Bytes: the longest secret URI, each character escaped, in quotes. Bounds what a file costs."""

_SCHEMES_OF_SIZE: Final = {32: (Scheme.SR25519, Scheme.ED25519), 33: (Scheme.ECDSA,)}


class KeystoreError(Exception):
    """A key is malformed, missing, or does not match its public key; never shows the secret."""


def key_type_id(text: str) -> bytes:
    """Encode a key type as RPC clients write it ("aura"). Raises KeystoreError."""
    try:
        return _checked_type(text.encode())
    except UnicodeEncodeError as error:
        raise KeystoreError("Invalid key type ID format (not Unicode text)") from error


def keystore_directory(base_path: Path, chain_id: str) -> Path:
    """Name the keystore directory of the chain with this chain-spec id."""
    return base_path / "chains" / chain_id / "keystore"


def _checked_type(key_type: bytes) -> bytes:
    if len(key_type) != KEY_TYPE_SIZE:
        raise KeystoreError("Invalid key type ID format (should be of length four)")
    return key_type


class Keystore:
    """Keys in a directory, with those in memory on top.

    `directory` is created on the first insertion; None keeps every key in memory. `password`
    replaces the password part of every URI read from the directory. A key that was read once
    stays known until the process ends, also when its file is removed.
    """

    def __init__(self, directory: Path | None = None, password: str | None = None) -> None:
        self._directory = directory
        self._password = password
        self._pairs: dict[tuple[bytes, bytes], KeyPair] = {}

    def insert(self, key_type: bytes, uri: str, public: bytes) -> None:
        """Store the key of a secret URI, whose public key must be `public`.

        The scheme is the one in which it is. Raises KeystoreError, also if the file cannot be
        written.
        """
        pair = self._matching_pair(uri, public)
        if self._directory is not None:
            self._write(self._directory, _file_name(key_type, public), uri)
        self._pairs[_checked_type(key_type), public] = pair

    def insert_pair(self, key_type: bytes, pair: KeyPair) -> None:
        """Keep a key in memory only: development accounts."""
        self._pairs[_checked_type(key_type), pair.public] = pair

    def generate(self, key_type: bytes, scheme: Scheme, seed: bytes) -> bytes:
        """Store the key of 32 random bytes the caller drew, and return its public key."""
        uri = "0x" + seed.hex()
        try:
            pair = pair_from_uri(uri, scheme)
        except SecretUriError as error:
            raise KeystoreError(str(error)) from error
        self.insert(key_type, uri, pair.public)
        return pair.public

    def has(self, key_type: bytes, public: bytes) -> bool:
        """Whether there is such a key, in memory or as a file (which is not read)."""
        if (key_type, public) in self._pairs:
            return True
        return self._directory is not None and (
            (self._directory / _file_name(key_type, public)).is_file()
        )

    def public_keys(self, key_type: bytes) -> list[bytes]:
        """List the public keys of a type, sorted."""
        found = {public for kind, public in self._pairs if kind == key_type}
        if self._directory is not None and self._directory.is_dir():
            prefix = _checked_type(key_type).hex()
            for entry in self._directory.iterdir():
                public = _public_of(entry.name, prefix)
                if public is not None:
                    found.add(public)
        return sorted(found)

    def pair(self, key_type: bytes, public: bytes) -> KeyPair | None:
        """Look up a key, reading its file the first time; None if there is none.

        Raises KeystoreError if the file holds no secret URI, or that of another key.
        """
        pair = self._pairs.get((key_type, public))
        if pair is not None or self._directory is None:
            return pair
        path = self._directory / _file_name(key_type, public)
        try:
            with path.open("rb") as file:
                text = file.read(MAX_KEY_FILE_SIZE + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise KeystoreError(f"cannot read {path}: {error.strerror}") from error
        try:
            uri = json.loads(text) if len(text) <= MAX_KEY_FILE_SIZE else None
        except (ValueError, RecursionError):
            uri = None
        if not isinstance(uri, str):
            raise KeystoreError(f"{path} does not hold a secret URI as a JSON string")
        pair = self._matching_pair(uri, public)
        self._pairs[key_type, public] = pair
        return pair

    def sign(self, key_type: bytes, public: bytes, message: bytes) -> bytes | None:
        """Sign `message` with a key; None if there is none. Raises KeystoreError as `pair`."""
        pair = self.pair(key_type, public)
        return None if pair is None else pair.sign(message)

    def _matching_pair(self, uri: str, public: bytes) -> KeyPair:
        problem = f"no signature scheme has public keys of {len(public)} bytes"
        for scheme in _SCHEMES_OF_SIZE.get(len(public), ()):
            try:
                pair = pair_from_uri(uri, scheme, self._password)
            except SecretUriError as error:
                problem = str(error)
                continue
            if pair.public == public:
                return pair
            problem = "the secret URI is of another key"
        raise KeystoreError(f"key 0x{public.hex()}: {problem}")

    def _write(self, directory: Path, name: str, uri: str) -> None:
        partial = directory / f".{name}.part"  # a leading dot is no hexadecimal digit
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(uri, file)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(directory / name)
        except OSError as error:
            raise KeystoreError(f"cannot write to {directory}: {error.strerror}") from error


def _file_name(key_type: bytes, public: bytes) -> str:
    return _checked_type(key_type).hex() + public.hex()


def _public_of(file_name: str, type_prefix: str) -> bytes | None:
    if not file_name.startswith(type_prefix):
        return None
    try:
        public = bytes.fromhex(file_name.removeprefix(type_prefix))
    except ValueError:
        return None
    return public if len(public) in _SCHEMES_OF_SIZE else None
