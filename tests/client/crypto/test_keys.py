"""Keys from secret URIs: `subkey inspect` prints the same public keys for these URIs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from substrateinterface import Keypair, KeypairType

from parachain.client.crypto import secret_uri
from parachain.client.crypto.keys import Scheme, pair_from_seed, pair_from_uri
from parachain.client.crypto.secret_uri import DEV_PHRASE, SecretUri, SecretUriError, junction

SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
KNOWN_URIS = [
    (Scheme.SR25519, "//Alice", "d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d"),
    (Scheme.SR25519, "//Bob", "8eaf04151687736326c9fea17e25fc5287613693c912909cb226aa4794f26a48"),
    (Scheme.SR25519, "//Alice//stash",
     "be5ddb1579b72e84524fc29e78609e3caf42e85aa118ebfe0b0ad404b5bdd25f"),
    (Scheme.SR25519, "/Alice", "d6c71059dbbe9ad2b0ed3f289738b800836eb425544ce694825285b958ca755e"),
    (Scheme.ED25519, "//Alice", "88dc3417d5058ec4b4503e0c12ea1a0a89be200fe98922423d4334014fa6b0ee"),
    (Scheme.ED25519, "//Bob", "d17c2d7823ebf260fd138f2d7e27d114c0145d968b5ff5006125f2414fadae69"),
    (Scheme.ECDSA, "//Alice",
     "020a1091341fe5664bfa1782d5e04779689068c916b04cb365ec3153755684d9a1"),
    (Scheme.ECDSA, "//Bob", "0390084fdbf27d2b79d26a4f13f0ccd982cb755a661969143c37cbc49ef5b91f27"),
]  # fmt: skip
# polkadot-sdk substrate/primitives/core/src/{sr25519,ed25519,ecdsa}.rs, the *_test_vector tests
KNOWN_SEEDS = [
    (Scheme.SR25519, "44a996beb1eef7bdcab976ab6d2ca26104834164ecf28fb375600576fcc6eb0f"),
    (Scheme.ED25519, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"),
    (Scheme.ECDSA, "028db55b05db86c0b1786ca49f095d76344c9e6056b2f02701a7e7f3c20aabfd91"),
]


@pytest.mark.parametrize(("scheme", "uri", "public"), KNOWN_URIS)
def test_known_uris(scheme: Scheme, uri: str, public: str) -> None:
    assert pair_from_uri(uri, scheme).public.hex() == public
    assert pair_from_uri(DEV_PHRASE + uri, scheme).public.hex() == public


@pytest.mark.parametrize(("scheme", "public"), KNOWN_SEEDS)
def test_known_seeds(scheme: Scheme, public: str) -> None:
    assert pair_from_seed(scheme, SEED).public.hex() == public
    assert pair_from_uri("0x" + SEED.hex(), scheme).public.hex() == public


def test_account_of_an_ecdsa_key_is_its_hash() -> None:
    alice = pair_from_uri("//Alice", Scheme.ECDSA)
    account = "01e552298e47454041ea31273b4b630c64c104e4514aa3643490b8aaca9cf8ed"
    assert alice.account_id.hex() == account
    assert pair_from_uri("//Alice").account_id == pair_from_uri("//Alice").public


NAMES = st.text("abcXYZ019", min_size=1, max_size=12)


@given(st.lists(st.tuples(st.sampled_from(["/", "//"]), NAMES), max_size=3))
def test_sr25519_paths_as_substrate_interface_derives_them(path: list[tuple[str, str]]) -> None:
    uri = DEV_PHRASE + "".join(slash + name for slash, name in path)
    other = Keypair.create_from_uri(uri, crypto_type=KeypairType.SR25519)
    assert pair_from_uri(uri).public == other.public_key


def test_junctions_numbers_short_and_long_text() -> None:
    assert junction("1", hard=False).chain_code == bytes([1]) + bytes(31)
    assert junction(str(2**64 - 1), hard=True).chain_code == bytes([255] * 8) + bytes(24)
    assert junction(str(2**64), hard=True).chain_code[:2] == bytes([20 << 2]) + b"1"
    assert junction("Alice", hard=True).chain_code == b"\x14Alice" + bytes(26)
    assert len(junction("x" * 64, hard=True).chain_code) == 32


def test_password_is_part_of_the_key_and_may_be_given_apart() -> None:
    with_password = pair_from_uri(DEV_PHRASE + "//a///secret").public
    assert with_password != pair_from_uri(DEV_PHRASE + "//a").public
    assert with_password == pair_from_uri(DEV_PHRASE + "//a", password="secret").public
    assert secret_uri.parse("///a/b///c") == SecretUri(DEV_PHRASE, (), "a/b///c")


def test_expanded_sr25519_secret_and_repr_hides_it() -> None:
    alice = pair_from_uri("//Alice")
    again = pair_from_seed(Scheme.SR25519, alice._secret)
    assert again.public == alice.public
    assert alice._secret.hex() not in repr(alice)


BAD = [
    ("bottom drive", "mnemonic"),
    (DEV_PHRASE.replace("walk", "zoo"), "mnemonic"),
    ("0xabc", "hexadecimal"),
    ("0xabcd", "32 bytes"),
    ("//", "expected"),
    ("//Alice/", "expected"),
    ("sd.asd", "expected"),
    ("///a\n", "expected"),
    ("x" * 2000, "at most"),
]


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize(("uri", "reason"), BAD)
def test_bad_uris(scheme: Scheme, uri: str, reason: str) -> None:
    with pytest.raises(SecretUriError, match=reason):
        pair_from_uri(uri, scheme)


def test_no_soft_junctions_outside_sr25519_and_no_zero_key_in_ecdsa() -> None:
    for scheme in (Scheme.ED25519, Scheme.ECDSA):
        with pytest.raises(SecretUriError, match="soft"):
            pair_from_uri("/soft", scheme)
    with pytest.raises(SecretUriError, match="not a ecdsa"):
        pair_from_seed(Scheme.ECDSA, bytes(32))


@given(st.text(max_size=60))
def test_foreign_text_raises_only_secret_uri_error(text: str) -> None:
    try:
        secret_uri.parse(text)
    except SecretUriError:
        return
