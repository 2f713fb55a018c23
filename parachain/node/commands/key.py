"""`key generate | inspect | insert | generate-node-key | inspect-node-key`, as in subkey."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

import bip39

from parachain.client.crypto.keys import KeyPair, Scheme, pair_from_seed, pair_from_uri
from parachain.client.crypto.secret_uri import SecretUriError
from parachain.node.arguments import add_chain, base_path, chain_name
from parachain.node.identity import (
    SECRET_SIZE,
    IdentityError,
    parse_secret,
    peer_id,
    read_secret,
    write_secret,
)
from parachain.node.keystore import Keystore, KeystoreError, key_type_id, keystore_directory
from parachain.primitives.ss58 import Ss58Error, decode_address, encode_address

DEFAULT_NETWORK = 137

#: Bytes of entropy by number of words (BIP-39).
ENTROPY = {12: 16, 15: 20, 18: 24, 21: 28, 24: 32}


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


def _show(args: argparse.Namespace, secret: str | None, public: bytes, account: bytes) -> None:
    try:
        address = encode_address(account, args.network)
    except Ss58Error as error:
        raise KeyCommandError(f"--network: {error}") from None
    rows = {
        "publicKey": "0x" + public.hex(),
        "accountId": "0x" + account.hex(),
        "ss58Address": address,
        "networkId": str(args.network),
        "scheme": args.scheme,
    }
    if secret is not None:
        rows = {"secretPhrase": secret, **rows}
    if args.output_type == "json":
        print(json.dumps(rows, indent=2))  # noqa: T201  the command's output
        return
    names = {
        "secretPhrase": "Secret phrase",
        "publicKey": "Public key (hex)",
        "accountId": "Account ID",
        "ss58Address": "SS58 address",
        "networkId": "Network ID",
        "scheme": "Scheme",
    }
    for name, value in rows.items():
        print(f"{names[name] + ':':<18} {value}")  # noqa: T201  the command's output


def _pair(args: argparse.Namespace, uri: str) -> KeyPair:
    try:
        return pair_from_uri(uri, Scheme(args.scheme), getattr(args, "password", None))
    except SecretUriError as error:
        raise KeyCommandError(f"not a secret URI: {error}") from None


def _generate(args: argparse.Namespace) -> None:
    phrase = bip39.bip39_generate(args.words)
    pair = _pair(args, phrase)
    _show(args, phrase, pair.public, pair.account_id)


def _inspect(args: argparse.Namespace) -> None:
    text: str = args.uri
    if args.public:
        public = parse_hex(text)
        _show(args, None, public, public)
        return
    try:
        address = decode_address(text)
    except Ss58Error:
        pair = _pair(args, text)
        _show(args, text, pair.public, pair.account_id)
        return
    _show(args, None, address.account, address.account)


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
    uri: str = args.suri
    if Path(uri).is_file():
        uri = Path(uri).read_text(encoding="utf-8").strip()
    pair = _pair(args, uri)
    folder = args.keystore_path
    if folder is None:
        from parachain.node.chain import chain_id  # noqa: PLC0415  loads the runtime

        root = base_path(args)
        if root is None:
            raise KeyCommandError("say where: --base-path or --keystore-path")
        folder = keystore_directory(root, chain_id(chain_name(args)))
    try:
        Keystore(folder).insert(key_type_id(args.key_type), uri, pair.public)
    except KeystoreError as error:
        raise KeyCommandError(str(error)) from error
    print("0x" + pair.public.hex())  # noqa: T201  the command's output


def _generate_node_key(args: argparse.Namespace) -> None:
    secret = os.urandom(SECRET_SIZE)
    written = secret if args.bin else secret.hex().encode()
    if args.file is None:
        sys.stdout.buffer.write(written)
        sys.stdout.flush()
    else:
        try:
            write_secret(args.file, written)
        except IdentityError as error:
            raise KeyCommandError(str(error)) from error
    print(_peer_id(secret), file=sys.stderr)  # noqa: T201  as Substrate: key out, id aside


def _inspect_node_key(args: argparse.Namespace) -> None:
    try:
        if args.file is None:
            secret = parse_secret(sys.stdin.read(), "standard input")
        else:
            secret = read_secret(args.file)
    except IdentityError as error:
        raise KeyCommandError(str(error)) from error
    print(_peer_id(secret))  # noqa: T201  the command's output


def _peer_id(secret: bytes) -> str:
    return peer_id(pair_from_seed(Scheme.ED25519, secret).public)
