"""Key pairs of the three signature schemes, made from seeds or secret URIs.

Derivation and signing follow `sp_core::{sr25519, ed25519, ecdsa}`, so a URI names the same key
here as in `subkey` or polkadot.js. A `KeyPair` holds its secret in memory and never prints it.
New keys are made from bytes the caller drew: nothing here is random, except the nonce that
schnorrkel mixes into an sr25519 signature.
"""

from enum import StrEnum
from typing import Final

import bip39
import ed25519_zebra
import sr25519
from coincurve import PrivateKey

from parachain.client.crypto import secret_uri
from parachain.client.crypto.hashing import blake2_256
from parachain.client.crypto.secret_uri import Junction, SecretUri, SecretUriError

SEED_SIZE: Final = 32
_SR25519_SECRET_SIZE: Final = 64


class Scheme(StrEnum):
    """A signature scheme, by the name that command lines and RPC clients use."""

    SR25519 = "sr25519"
    ED25519 = "ed25519"
    ECDSA = "ecdsa"


class KeyPair:
    """A secret key with its public key: 32 bytes, or 33 (compressed) for ECDSA.

    `secret` is the scheme's own form: the seed for ed25519 and ECDSA, the expanded 64 bytes of
    schnorrkel for sr25519.
    """

    __slots__ = ("_secret", "public", "scheme")

    scheme: Scheme
    public: bytes

    def __init__(self, scheme: Scheme, public: bytes, secret: bytes) -> None:
        self.scheme = scheme
        self.public = public
        self._secret = secret

    def __repr__(self) -> str:
        return f"KeyPair({self.scheme}, public=0x{self.public.hex()})"

    def sign(self, message: bytes) -> bytes:
        """Sign `message`: 64 bytes, or 65 for ECDSA (over the BLAKE2-256 hash, with recovery id).

        sr25519 uses the context "substrate".
        """
        if self.scheme is Scheme.ECDSA:
            key = PrivateKey(self._secret)
            return key.sign_recoverable(blake2_256(message), hasher=None)
        if self.scheme is Scheme.SR25519:
            signature: bytes = sr25519.sign((self.public, self._secret), message)
        else:
            signature = ed25519_zebra.ed_sign(self._secret, message)
        return signature

    @property
    def account_id(self) -> bytes:
        """The 32-byte account of this key: the key itself, or the BLAKE2-256 hash for ECDSA."""
        return blake2_256(self.public) if self.scheme is Scheme.ECDSA else self.public


def pair_from_seed(scheme: Scheme, seed: bytes) -> KeyPair:
    """Make the pair of a 32-byte seed; sr25519 also takes an expanded secret key of 64 bytes.

    Raises SecretUriError if the seed has another length or is not a key of the scheme.
    """
    expanded = scheme is Scheme.SR25519 and len(seed) == _SR25519_SECRET_SIZE
    if len(seed) != SEED_SIZE and not expanded:
        raise SecretUriError(f"a seed has {SEED_SIZE} bytes, not {len(seed)}")
    try:
        if expanded:
            return KeyPair(scheme, sr25519.public_from_secret_key(seed), seed)
        if scheme is Scheme.SR25519:
            return KeyPair(scheme, *sr25519.pair_from_seed(seed))
        if scheme is Scheme.ED25519:
            _, public = ed25519_zebra.ed_from_seed(seed)
            return KeyPair(scheme, public, seed)
        return KeyPair(scheme, PrivateKey(seed).public_key.format(), seed)
    except ValueError:
        raise SecretUriError(f"the seed is not a {scheme} secret key") from None


def pair_from_uri(
    text: str, scheme: Scheme = Scheme.SR25519, password: str | None = None
) -> KeyPair:
    """Make the pair a secret URI names, for example `//Alice` or `0x...//stash`.

    `password`, when given, takes the place of the one in the URI.

    Raises SecretUriError: malformed text, unknown words, a wrong checksum of the phrase, or a
    soft junction in a scheme that has none.
    """
    uri = secret_uri.parse(text)
    if password is not None:
        uri = uri._replace(password=password)
    pair = pair_from_seed(scheme, _seed(uri))
    for step in uri.junctions:
        pair = _derive(pair, step)
    return pair


def seed_from_uri(text: str, password: str | None = None) -> bytes | None:
    """Return the seed of a secret URI, None if junctions lead away from it. Raises SecretUriError.

    `password` as for `pair_from_uri`.
    """
    uri = secret_uri.parse(text)
    if uri.junctions:
        return None
    return _seed(uri if password is None else uri._replace(password=password))


def _seed(uri: SecretUri) -> bytes:
    if uri.phrase.startswith("0x"):
        try:
            return bytes.fromhex(uri.phrase[2:])
        except ValueError:
            raise SecretUriError("the seed after 0x is not hexadecimal") from None
    try:
        seed: bytes = bip39.bip39_to_mini_secret(uri.phrase, uri.password)
    except ValueError:
        raise SecretUriError("the phrase is not a BIP-39 mnemonic in English") from None
    return seed


def _derive(pair: KeyPair, step: Junction) -> KeyPair:
    secret = pair._secret  # noqa: SLF001  a derivation is the one other reader of the secret
    if pair.scheme is Scheme.SR25519:
        derive = sr25519.hard_derive_keypair if step.hard else sr25519.derive_keypair
        _, public, child = derive((step.chain_code, pair.public, secret), b"")
        return KeyPair(pair.scheme, public, child)
    if not step.hard:
        raise SecretUriError(f"{pair.scheme} has no soft junctions")
    domain = "Ed25519HDKD" if pair.scheme is Scheme.ED25519 else "Secp256k1HDKD"
    encoding = secret_uri.encoded_text(domain) + secret + step.chain_code
    return pair_from_seed(pair.scheme, blake2_256(encoding))
