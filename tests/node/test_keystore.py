"""The keystore: Substrate's directory layout, keys in memory, and files that are not keys."""

import json
import stat
from pathlib import Path

import pytest

from parachain.client.crypto.keys import Scheme, pair_from_uri
from parachain.client.crypto.signatures import ed25519_verify, sr25519_verify
from parachain.node.keystore import (
    AURA,
    GRANDPA,
    MAX_KEY_FILE_SIZE,
    Keystore,
    KeystoreError,
    key_type_id,
    keystore_directory,
)

ALICE = pair_from_uri("//Alice")
ALICE_ED = pair_from_uri("//Alice", Scheme.ED25519)
FILE = "61757261" + ALICE.public.hex()


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return keystore_directory(tmp_path, "dev")


def test_layout_is_substrates(tmp_path: Path, directory: Path) -> None:
    Keystore(directory).insert(AURA, "//Alice", ALICE.public)
    path = tmp_path / "chains" / "dev" / "keystore" / FILE
    assert path.read_text() == '"//Alice"'
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in directory.iterdir()] == [FILE]


def test_keys_survive_a_restart_and_sign(directory: Path) -> None:
    Keystore(directory).insert(AURA, "//Alice", ALICE.public)
    Keystore(directory).insert(GRANDPA, "//Alice", ALICE_ED.public)
    keystore = Keystore(directory)
    assert keystore.has(AURA, ALICE.public)
    assert not keystore.has(GRANDPA, ALICE.public)
    assert keystore.public_keys(AURA) == [ALICE.public]
    assert keystore.public_keys(b"babe") == []
    signature = keystore.sign(AURA, ALICE.public, b"slot")
    assert signature is not None
    assert sr25519_verify(signature, b"slot", ALICE.public)
    vote = keystore.sign(GRANDPA, ALICE_ED.public, b"vote")
    assert vote is not None
    assert ed25519_verify(vote, b"vote", ALICE_ED.public)
    assert keystore.sign(b"babe", ALICE.public, b"slot") is None


def test_development_keys_stay_in_memory(directory: Path) -> None:
    keystore = Keystore(directory)
    keystore.insert_pair(AURA, ALICE)
    assert keystore.public_keys(AURA) == [ALICE.public]
    assert keystore.pair(AURA, ALICE.public) is ALICE
    assert not directory.exists()
    assert Keystore().public_keys(AURA) == []
    assert Keystore().sign(AURA, ALICE.public, b"") is None


def test_generated_keys_are_of_the_seed_given(directory: Path) -> None:
    public = Keystore(directory).generate(AURA, Scheme.SR25519, bytes(range(32)))
    again = Keystore(directory).pair(AURA, public)
    assert again is not None
    assert again.public == pair_from_uri("0x" + bytes(range(32)).hex()).public
    with pytest.raises(KeystoreError, match="32 bytes"):
        Keystore().generate(AURA, Scheme.SR25519, b"short")


def test_password_apart_from_the_phrase(directory: Path) -> None:
    phrase = "bottom drive obey lake curtain smoke basket hold race lonely fit walk"
    public = pair_from_uri(phrase + "//x///pw").public
    Keystore(directory, password="pw").insert(AURA, phrase + "//x", public)
    assert Keystore(directory, password="pw").pair(AURA, public) is not None
    with pytest.raises(KeystoreError, match="another key"):
        Keystore(directory).pair(AURA, public)


@pytest.mark.parametrize(
    ("uri", "public", "reason"),
    [
        ("//Bob", ALICE.public, "another key"),
        ("not a phrase", ALICE.public, "mnemonic"),
        ("//Alice", b"short", "5 bytes"),
        ("//Alice", bytes(33), "another key"),
    ],
)
def test_insert_refuses_what_does_not_match(
    directory: Path, uri: str, public: bytes, reason: str
) -> None:
    keystore = Keystore(directory)
    with pytest.raises(KeystoreError, match=reason) as caught:
        keystore.insert(AURA, uri, public)
    assert uri not in str(caught.value)
    assert not directory.exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"//Alice", b"17", b'["//Alice"]', b'"//Bob"', b"\xff\xfe", b"[" * 5000,
     b'"' + b"a" * MAX_KEY_FILE_SIZE + b'"'],
)  # fmt: skip
def test_files_that_hold_no_key(directory: Path, content: bytes) -> None:
    directory.mkdir(parents=True)
    (directory / FILE).write_bytes(content)
    keystore = Keystore(directory)
    assert keystore.has(AURA, ALICE.public)
    with pytest.raises(KeystoreError):
        keystore.pair(AURA, ALICE.public)


def test_foreign_file_names_are_ignored(directory: Path) -> None:
    directory.mkdir(parents=True)
    for name in ("61757261", "61757261zz", "README", f".{FILE}.part", "61757261" + "00" * 5):
        (directory / name).write_text(json.dumps("//Alice"))
    assert Keystore(directory).public_keys(AURA) == []


def test_a_directory_that_cannot_be_written(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(KeystoreError, match="cannot write"):
        Keystore(blocked).insert(AURA, "//Alice", ALICE.public)
    with pytest.raises(KeystoreError, match="cannot read"):
        Keystore(blocked).pair(AURA, ALICE.public)


@pytest.mark.parametrize("text", ["", "aur", "auras", "äura", "\ud800aaa"])
def test_key_types_have_four_bytes(text: str) -> None:
    with pytest.raises(KeystoreError, match="Invalid key type ID format"):
        key_type_id(text)
    assert key_type_id("aura") == AURA
