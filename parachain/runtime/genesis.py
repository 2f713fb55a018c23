"""Genesis: from a JSON configuration to the first state, and the presets the runtime knows.

The configuration has a section for each pallet that needs one, named as FRAME's
`RuntimeGenesisConfig` (lower camel case). Accounts are SS58 addresses of any network or
`0x` with 64 hex digits; amounts are integers in plancks. Whatever is unknown or of the wrong shape
is a `GenesisError` that names the place.
"""

from typing import Any, Dict, List, Optional, Tuple

from parachain.primitives.json_text import JsonError, parse_json
from parachain.primitives.ss58 import Ss58Error, decode_address, encode_address
from parachain.runtime.assembly import DECIMALS
from parachain.runtime.frame.ext import Ext
from parachain.runtime.frame.runtime import Runtime
from parachain.runtime.pallets import (
    aura,
    balances,
    gear_bank,
    gear_builtin,
    gear_gas,
    sudo,
    system,
    timestamp,
    transaction_payment,
)

#: One token in plancks.
TOKEN = 10**DECIMALS

#: Where FRAME keeps the version of a pallet's storage.
STORAGE_VERSION_NAME = ":__STORAGE_VERSION__:"

MAX_ACCOUNTS = 1_000_000
MAX_AUTHORITIES = 100_000

#: With less, no message could be given the gas that its program's code costs to load.
MIN_BLOCK_GAS = 10**9
#: A unit of gas is a picosecond of weight, and a block has no more of that.
MAX_BLOCK_GAS = system.BLOCK_WEIGHTS.max_block.ref_time


class GenesisError(ValueError):
    """The configuration cannot be used; the message says what and where."""


class _Section:
    """A JSON object that is read field by field, knowing where it stands."""

    def __init__(self, value: Any, where: str) -> None:
        if not isinstance(value, dict):
            raise GenesisError(f"{where} must be an object")
        self._rest: Dict[str, Any] = dict(value)
        self.where = where

    def take(self, name: str) -> Any:
        """Return the field and count it as read; None where it is absent."""
        return self._rest.pop(name, None)

    def end(self) -> None:
        """Refuse what nobody has read."""
        if self._rest:
            names = ", ".join(sorted(self._rest))
            raise GenesisError(f"{self.where} has unknown fields: {names}")

    def account(self, name: str) -> Optional[bytes]:
        """Return an account, or None where it is absent."""
        value = self.take(name)
        return None if value is None else _account(value, f"{self.where}.{name}")

    def items(self, name: str, limit: int) -> List[Any]:
        """Return a list, empty where it is absent."""
        value = self.take(name)
        if value is None:
            return []
        if not isinstance(value, list) or len(value) > limit:
            raise GenesisError(f"{self.where}.{name} must be a list of at most {limit}")
        return value

    def integer(self, name: str, least: int, most: int, default: int) -> int:
        """Return an integer in a range, or the default where it is absent."""
        value = self.take(name)
        return default if value is None else _integer(value, least, most, f"{self.where}.{name}")


def _integer(value: Any, least: int, most: int, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise GenesisError(f"{where} must be an integer from {least} to {most}")
    return value


def _account(value: Any, where: str) -> bytes:
    if not isinstance(value, str):
        raise GenesisError(f"{where} must be an address")
    if value.startswith("0x"):
        try:
            raw = bytes.fromhex(value[2:])
        except ValueError:
            raw = b""
        if len(raw) != 32:
            raise GenesisError(f"{where} must have 64 hex digits after 0x")
        return raw
    try:
        return decode_address(value).account
    except Ss58Error as error:
        raise GenesisError(f"{where}: {error}") from None


def _system(ext: Ext, section: _Section) -> None:  # noqa: ARG001  the section is empty in FRAME
    system.genesis(ext)


def _balances(ext: Ext, section: _Section) -> None:
    endowed: Dict[bytes, int] = {}
    for position, pair in enumerate(section.items("balances", MAX_ACCOUNTS)):
        where = f"{section.where}.balances[{position}]"
        if not isinstance(pair, list) or len(pair) != 2:
            raise GenesisError(f"{where} must be [account, amount]")
        who = _account(pair[0], where)
        if who in endowed:
            raise GenesisError(f"{where}: the account has a balance already")
        endowed[who] = _integer(pair[1], balances.EXISTENTIAL_DEPOSIT, 2**128 - 1, where)
    if sum(endowed.values()) >= 2**128:
        raise GenesisError(f"{section.where}.balances exceed a u128 together")
    balances.genesis(ext, tuple(endowed.items()))


def _aura(ext: Ext, section: _Section) -> None:
    authorities = tuple(
        _account(value, f"{section.where}.authorities[{position}]")
        for position, value in enumerate(section.items("authorities", MAX_AUTHORITIES))
    )
    if len(authorities) != len(dict.fromkeys(authorities)):
        raise GenesisError(f"{section.where}.authorities has one twice")
    aura.genesis(ext, authorities)


def _timestamp(ext: Ext, section: _Section) -> None:
    default = timestamp.DEFAULT_SLOT_DURATION_MS
    timestamp.genesis(ext, section.integer("slotDurationMs", 200, 600_000, default))


def _transaction_payment(ext: Ext, section: _Section) -> None:
    multiplier = section.integer("multiplier", 1, 2**128 - 1, 10**18)
    transaction_payment.genesis(ext, multiplier)


def _sudo(ext: Ext, section: _Section) -> None:
    key = section.account("key")
    if key is not None:
        sudo.genesis(ext, key)


def _gear(ext: Ext, section: _Section) -> None:
    default = gear_gas.DEFAULT_BLOCK_GAS_LIMIT
    limit = section.integer("blockGasLimit", MIN_BLOCK_GAS, MAX_BLOCK_GAS, default)
    gear_gas.allowance.genesis(ext, limit)
    gear_bank.genesis(ext)


_SECTIONS = (
    ("system", _system),
    ("timestamp", _timestamp),
    ("aura", _aura),
    ("balances", _balances),
    ("transactionPayment", _transaction_payment),
    ("sudo", _sudo),
    ("gear", _gear),
)


def build_state(ext: Ext, runtime: Runtime, config: str) -> None:
    """Write the first state from a JSON configuration; `:code` is the host's to set.

    Raises GenesisError; then the state is of no use.
    """
    try:
        whole = _Section(parse_json(config), "genesis")
    except JsonError as error:
        raise GenesisError(f"the genesis configuration is not JSON: {error}") from None
    for name, build in _SECTIONS:
        given = whole.take(name)
        section = _Section({} if given is None else given, name)
        build(ext, section)
        section.end()
    whole.end()
    for pallet in runtime.pallets:
        key = pallet.prefix + ext.twox_128(STORAGE_VERSION_NAME.encode())
        ext.put(key, pallet.storage_version.to_bytes(2, "little"))


# -- presets -----------------------------------------------------------------------------------

#: sr25519 accounts of the well-known development keys, `subkey inspect //Alice` and so on.
_ALICE = "d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d"
_BOB = "8eaf04151687736326c9fea17e25fc5287613693c912909cb226aa4794f26a48"
_CHARLIE = "90b5ab205c6974c9ea841be688864633dc9ca8a357843eeacf2314649965fe22"
_DAVE = "306721211d5404bd9da88e0204360a1a9ab8b87c66c1bc2fcdd37f3c2222cc20"
_EVE = "e659a7a1628cdd93febc04a4e0646ea20e9f5f0ce097d9a05290d4a9e054df4e"
_FERDIE = "1cbd2d43530a44705ad088af313e18f80b53ef16b36177cd4b77b846f2a5f07c"
_ALICE_STASH = "be5ddb1579b72e84524fc29e78609e3caf42e85aa118ebfe0b0ad404b5bdd25f"
#: The treasury exists from the start, so that fees have somewhere to go.
_TREASURY = transaction_payment.TREASURY.hex()
#: Accounts that must be able to receive any amount, however small: they get what keeps them alive.
_ENDOWED = tuple(who.hex() for who in (gear_bank.BANK, *gear_builtin.ACTORS))


def _preset(authorities: Tuple[str, ...], funded: Tuple[Tuple[str, int], ...]) -> str:
    def address(account: str) -> str:
        return '"' + encode_address(bytes.fromhex(account), system.SS58_PREFIX) + '"'

    keys = ",".join(address(account) for account in authorities)
    balance_of = [(account, tokens * TOKEN) for account, tokens in funded]
    balance_of += [(account, balances.EXISTENTIAL_DEPOSIT) for account in _ENDOWED]
    pairs = ",".join(f"[{address(account)},{amount}]" for account, amount in balance_of)
    return (
        f'{{"aura":{{"authorities":[{keys}]}},"balances":{{"balances":[{pairs}]}},'
        f'"sudo":{{"key":{address(_ALICE)}}}}}'
    )


def preset(name: str) -> Optional[str]:
    """Return the configuration of a preset as JSON, or None if there is none of that name."""
    if name == "development":
        return _preset(
            (_ALICE,),
            (
                (_ALICE, 1_000_000_000),
                (_BOB, 1_000_000_000),
                (_ALICE_STASH, 100),
                (_TREASURY, 1),
            ),
        )
    if name == "local_testnet":
        everyone = (_ALICE, _BOB, _CHARLIE, _DAVE, _EVE, _FERDIE)
        funded = tuple((account, 1_000_000_000) for account in everyone)
        return _preset((_ALICE, _BOB), (*funded, (_TREASURY, 1)))
    return None


#: Names of the presets, as sp_genesis_builder spells them.
PRESETS: Tuple[str, ...] = ("development", "local_testnet")

#: The configuration in which every section has its default.
EMPTY = "{}"
