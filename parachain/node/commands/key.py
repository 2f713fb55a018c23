"""`key generate | inspect | insert | generate-node-key | inspect-node-key`, as in subkey."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

import bip39

from parachain.client.crypto.keys import (
    KeyPair,
    Scheme,
    pair_from_seed,
    pair_from_uri,
    seed_from_uri,
)
from parachain.client.crypto.secret_uri import MAX_URI_LENGTH, SecretUriError
from parachain.node.arguments import add_chain, chain_name, database_base_path
from parachain.node.identity import (
    SECRET_SIZE,
    IdentityError,
    parse_secret,
    peer_id,
    read_secret,
    write_secret,
)
from parachain.node.keystore import Keystore, KeystoreError, key_type_id, keystore_directory
from parachain.node.output import output
from parachain.primitives.ss58 import Ss58Error, decode_address, encode_address
from parachain.runtime.pallets.system import SS58_PREFIX

DEFAULT_NETWORK = SS58_PREFIX

#: Bytes of entropy by number of words (BIP-39).
ENTROPY = {12: 16, 15: 20, 18: 24, 21: 28, 24: 32}


_PHRASE, _SECRET_URI, _PUBLIC_URI = "secretPhrase", "secretKeyUri", "publicKeyUri"
_TITLES = {
    _PHRASE: "Secret phrase:       {}",
    _SECRET_URI: "Secret Key URI `{}` is account:",
    _PUBLIC_URI: "Public Key URI `{}` is account:",
}


class KeyCommandError(Exception):
    """The key command cannot do what it was asked; the message says why."""


def add(commands: Any) -> None:
    """Add `key` and its sub-commands."""
    parser = commands.add_parser("key", help="generate, inspect and insert keys")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    generate = actions.add_parser("generate", help="make a random key")
    generate.add_argument("--words", type=int, choices=sorted(ENTROPY), default=12)
    _add_output(generate)
    generate.set_defaults(run=_generate)
    inspect = actions.add_parser("inspect", help="show the public parts of a key")
    inspect.add_argument("uri", help="secret URI, mnemonic phrase, hex seed, or an address")
    inspect.add_argument("--public", action="store_true", help="`uri` is a public key in hex")
    _add_output(inspect)
    inspect.set_defaults(run=_inspect)
    insert = actions.add_parser("insert", help="put a key into the keystore")
    add_chain(insert)
    insert.add_argument("--suri", required=True, help="secret URI, or a file that holds one")
    insert.add_argument("--key-type", required=True, help="four letters, such as aura")
    insert.add_argument("--scheme", choices=[s.value for s in Scheme], default="sr25519")
    insert.add_argument("--keystore-path", type=Path, help="keystore folder")
    insert.set_defaults(run=_insert)
    node = actions.add_parser("generate-node-key", help="make a network identity")
    node.add_argument("--file", type=Path, help="file to write; standard output without it")
    node.add_argument("--bin", action="store_true", help="write raw bytes instead of hex")
    node.set_defaults(run=_generate_node_key)
    shown = actions.add_parser("inspect-node-key", help="show the peer id of a node key")
    shown.add_argument("--file", type=Path, help="file of the key; standard input without it")
    shown.set_defaults(run=_inspect_node_key)


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scheme", choices=[s.value for s in Scheme], default="sr25519")
    parser.add_argument("--network", type=int, default=DEFAULT_NETWORK, help="SS58 prefix (137)")
    parser.add_argument("--password", default=None, help="password of the phrase")
    parser.add_argument("--output-type", choices=("text", "json"), default="text")


def _show(
    args: argparse.Namespace,
    kind: str,
    uri: str,
    public: bytes,
    account: bytes,
    seed: bytes | None = None,
) -> None:
    """Print what is known of a key, in the form of subkey. `kind` says what `uri` is."""
    try:
        address = encode_address(account, args.network)
        ss58_public = encode_address(public, args.network) if len(public) == len(account) else None
    except Ss58Error as error:
        raise KeyCommandError(f"--network: {error}") from None
    shown_seed = "n/a" if seed is None else "0x" + seed.hex()
    if args.output_type == "json":
        found = {
            kind: uri,
            "secretSeed": None if kind == _PUBLIC_URI else shown_seed,
            "publicKey": "0x" + public.hex(),
            "ss58PublicKey": ss58_public,
            "accountId": "0x" + account.hex(),
            "ss58Address": address,
            "networkId": str(args.network),
        }
        present = {name: value for name, value in found.items() if value is not None}
        _print(json.dumps(present, indent=2))
        return
    lines = [_TITLES[kind].format(uri), f"  Network ID:        {args.network}"]
    if kind != _PUBLIC_URI:
        lines.append(f"  Secret seed:       {shown_seed}")
    lines.append(f"  Public key (hex):  0x{public.hex()}")
    lines.append(f"  Account ID:        0x{account.hex()}")
    if ss58_public is not None:
        lines.append(f"  Public key (SS58): {ss58_public}")
    lines.append(f"  SS58 Address:      {address}")
    _print("\n".join(lines))


def _print(text: str) -> None:
    with output(None) as out:
        out.write(text.encode(errors="surrogateescape") + b"\n")


def _pair(args: argparse.Namespace, uri: str) -> KeyPair:
    try:
        return pair_from_uri(uri, Scheme(args.scheme), getattr(args, "password", None))
    except SecretUriError as error:
        raise KeyCommandError(f"not a secret URI: {error}") from None


def _show_secret(args: argparse.Namespace, uri: str) -> None:
    pair = _pair(args, uri)
    kind = _PHRASE if len(uri.split()) in ENTROPY and "/" not in uri else _SECRET_URI
    seed = seed_from_uri(uri, args.password)
    _show(args, kind, uri, pair.public, pair.account_id, seed)


def _generate(args: argparse.Namespace) -> None:
    _show_secret(args, bip39.bip39_generate(args.words))


def _inspect(args: argparse.Namespace) -> None:
    text: str = args.uri
    if args.public:
        public = parse_hex(text)
        _show(args, _PUBLIC_URI, text, public, public)
        return
    try:
        account = decode_address(text).account
    except Ss58Error:
        _show_secret(args, _secret_uri(text))
    else:
        _show(args, _PUBLIC_URI, text, account, account)


def _secret_uri(text: str) -> str:
    """Return a secret URI, or the one in the file that is named instead."""
    try:
        if not Path(text).is_file():
            return text
        with Path(text).open(encoding="utf-8") as file:
            return file.read(MAX_URI_LENGTH + 1).strip()
    except (OSError, ValueError):  # neither may be quoted: it could be the secret
        return text


def parse_hex(text: str) -> bytes:
    """Read a 32-byte public key. Raises KeyCommandError."""
    try:
        public = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        public = b""
    if len(public) != 32:
        raise KeyCommandError("a public key has 64 hex digits")
    return public


def _insert(args: argparse.Namespace) -> None:
    uri = _secret_uri(args.suri)
    pair = _pair(args, uri)
    folder = args.keystore_path
    if folder is None:
        from parachain.node.chain import chain_id  # noqa: PLC0415  loads the runtime

        folder = keystore_directory(database_base_path(args), chain_id(chain_name(args)))
    try:
        Keystore(folder).insert(key_type_id(args.key_type), uri, pair.public)
    except KeystoreError as error:
        raise KeyCommandError(str(error)) from error
    _print("0x" + pair.public.hex())


def _generate_node_key(args: argparse.Namespace) -> None:
    secret = os.urandom(SECRET_SIZE)
    written = secret if args.bin else secret.hex().encode()
    if args.file is None:
        with output(None) as out:
            out.write(written)
    else:
        try:
            write_secret(args.file, written)
        except IdentityError as error:
            raise KeyCommandError(str(error)) from error
    print(_peer_id(secret), file=sys.stderr)  # noqa: T201  as Substrate: key out, id aside


def _inspect_node_key(args: argparse.Namespace) -> None:
    try:
        if args.file is None:
            secret = parse_secret(_read_stdin(), "standard input")
        else:
            secret = read_secret(args.file)
    except IdentityError as error:
        raise KeyCommandError(str(error)) from error
    _print(_peer_id(secret))


def _read_stdin() -> str:
    """Read a little more than a node key has."""
    return sys.stdin.buffer.read(4 * SECRET_SIZE).decode("ascii", "replace")


def _peer_id(secret: bytes) -> str:
    return peer_id(pair_from_seed(Scheme.ED25519, secret).public)
