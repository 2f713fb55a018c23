"""`key ...`: the keys are those of subkey, and what is wrong is said without the secret."""

import io
import json
import sys
from pathlib import Path

import pytest

from parachain.node.keystore import AURA, Keystore
from tests.node.command_line import CommandLine

#: Seed, sr25519 and ed25519 public keys of the development phrase, and those of //Alice, as
#: polkadot-sdk's `subkey inspect` shows them.
PHRASE = "bottom drive obey lake curtain smoke basket hold race lonely fit walk"
SEED = "0xfac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e"
PHRASE_PUBLIC = "0x46ebddef8cd9bb167dc30878d7113b7e168e6f0646beffd77d69d39bad76b47a"
ALICE = "0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d"
ALICE_ED25519 = "0x88dc3417d5058ec4b4503e0c12ea1a0a89be200fe98922423d4334014fa6b0ee"
ALICE_ECDSA = "0x020a1091341fe5664bfa1782d5e04779689068c916b04cb365ec3153755684d9a1"
ALICE_SS58 = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"

NODE_KEY = "00" * 31 + "01"
PEER_ID = "12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp"


def test_inspecting_a_phrase(command_line: CommandLine) -> None:
    outcome = command_line.ok("key", "inspect", PHRASE, "--network", 42, "--output-type", "json")
    assert json.loads(outcome.out) == {
        "secretPhrase": PHRASE,
        "secretSeed": SEED,
        "publicKey": PHRASE_PUBLIC,
        "ss58PublicKey": "5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV",
        "accountId": PHRASE_PUBLIC,
        "ss58Address": "5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV",
        "networkId": "42",
    }


def test_inspecting_a_uri(command_line: CommandLine) -> None:
    text = command_line.ok("key", "inspect", "//Alice", "--network", 42).out.decode()
    assert text.splitlines() == [
        "Secret Key URI `//Alice` is account:",
        "  Network ID:        42",
        "  Secret seed:       n/a",
        f"  Public key (hex):  {ALICE}",
        f"  Account ID:        {ALICE}",
        f"  Public key (SS58): {ALICE_SS58}",
        f"  SS58 Address:      {ALICE_SS58}",
    ]


@pytest.mark.parametrize("flags", [("--public", ALICE), (ALICE_SS58,)])
def test_inspecting_what_is_public(command_line: CommandLine, flags: tuple[str, ...]) -> None:
    text = command_line.ok("key", "inspect", *flags).out.decode()
    assert text.startswith("Public Key URI `")
    assert f"  Account ID:        {ALICE}\n" in text
    assert "Secret" not in text


@pytest.mark.parametrize(
    ("scheme", "public"),
    [("sr25519", ALICE), ("ed25519", ALICE_ED25519), ("ecdsa", ALICE_ECDSA)],
)
def test_schemes(command_line: CommandLine, scheme: str, public: str) -> None:
    flags = ("--scheme", scheme, "--output-type", "json")
    assert (
        json.loads(command_line.ok("key", "inspect", "//Alice", *flags).out)["publicKey"] == public
    )


@pytest.mark.parametrize("words", [12, 24])
def test_generated_keys_can_be_inspected(command_line: CommandLine, words: int) -> None:
    flags = ("--output-type", "json", "--password", "secret")
    made = command_line.ok("key", "generate", "--words", words, *flags).out
    phrase = json.loads(made)["secretPhrase"]
    assert len(phrase.split()) == words
    assert command_line.ok("key", "inspect", phrase, *flags).out == made
    without = command_line.ok("key", "inspect", phrase, "--output-type", "json").out
    assert json.loads(without)["publicKey"] != json.loads(made)["publicKey"]


def test_a_secret_in_a_file(command_line: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "alice"
    file.write_text("//Alice\n")
    assert ALICE.encode() in command_line.ok("key", "inspect", file).out


def test_inserted_keys_are_found_by_the_node(command_line: CommandLine, tmp_path: Path) -> None:
    flags = ("--suri", "//Alice", "--key-type", "aura")
    outcome = command_line.ok("key", "insert", *flags, "--dev", "-d", tmp_path)
    assert outcome.out.decode() == f"{ALICE}\n"
    keystore = Keystore(tmp_path / "chains" / "gear_dev" / "keystore")
    assert keystore.has(AURA, bytes.fromhex(ALICE[2:]))
    command_line.ok("key", "insert", *flags, "--keystore-path", tmp_path / "keys")
    assert Keystore(tmp_path / "keys").has(AURA, bytes.fromhex(ALICE[2:]))


def test_the_default_keystore(command_line: CommandLine, home: Path) -> None:
    command_line.ok("key", "insert", "--suri", "//Bob", "--key-type", "aura", "--chain", "local")
    assert len(list((home / "chains" / "gear_local_testnet" / "keystore").iterdir())) == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("inspect", "bottom drive hush"), "not a secret URI: the phrase is not a BIP-39 mnemonic"),
        (("inspect", "x" * 300), "not a secret URI: the phrase is not a BIP-39"),
        (("inspect", "x" * 2000), "not a secret URI: a secret URI has at most 1024 characters"),
        (("inspect", "hush\0hush"), "not a secret URI: expected <phrase or 0x seed>"),
        (("inspect", "//Alice", "--network", "46"), "--network: the network prefix 46 is reserved"),
        (("inspect", "--public", "0x12"), "a public key has 64 hex digits"),
        (("inspect", "//Alice/soft", "--scheme", "ed25519"), "ed25519 has no soft junctions"),
        (
            ("insert", "--dev", "--suri", "//Alice", "--key-type", "auras"),
            "Invalid key type ID format (should be of length four)",
        ),
        (("insert", "--suri", "//Alice", "--key-type", "aura", "--chain", "x"), "'x' is neither"),
        (("inspect-node-key", "--file", "/nowhere"), "cannot read the node key /nowhere: No such"),
        (("generate-node-key", "--file", "/dev/null/x"), "cannot write the node key /dev/null/x"),
    ],
)
def test_mistakes_do_not_show_secrets(
    command_line: CommandLine, arguments: tuple[str, ...], says: str
) -> None:
    line = command_line.fails("key", *arguments)
    assert says in line
    assert "hush" not in line
    assert "xxx" not in line


def test_node_keys(command_line: CommandLine, tmp_path: Path) -> None:
    for flags in ((), ("--bin",)):
        file = tmp_path / f"key{len(flags)}"
        made = command_line.ok("key", "generate-node-key", "--file", file, *flags)
        assert made.out == b""
        shown = command_line.ok("key", "inspect-node-key", "--file", file)
        assert shown.out.decode() == made.err
        assert file.stat().st_mode & 0o777 == 0o600
        assert "File exists" in command_line.fails("key", "generate-node-key", "--file", file)


def test_node_keys_through_pipes(
    command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = command_line.ok("key", "generate-node-key")
    for text, says in ((made.out, made.err), (NODE_KEY.encode(), f"{PEER_ID}\n")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
        assert command_line.ok("key", "inspect-node-key").out.decode() == says
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff" * 1000)))
    line = command_line.fails("key", "inspect-node-key")
    assert line == "standard input must be 64 hex digits"
