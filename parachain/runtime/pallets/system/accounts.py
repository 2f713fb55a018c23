"""Accounts: nonces, the references that keep an account alive, and where its balances are kept.

An account exists while it has a provider (such as a balance above the existential deposit) or
is sufficient by itself. Consumers (locks, holds, session keys) need a provider and forbid to
remove the last one. Source: frame_system's Pallet and StoredMap impls, polkadot-sdk stable2409.
"""

from parachain.primitives.address import Id, MultiAddress
from parachain.primitives.dispatch_error import (
    CannotLookup,
    ConsumerRemaining,
    NoProviders,
    TooManyConsumers,
)
from parachain.runtime.frame.error import fail_with
from parachain.runtime.frame.ext import Ext
from parachain.runtime.pallets.system.storage import (
    KILLED_ACCOUNT,
    NEW_ACCOUNT,
    AccountData,
    AccountInfo,
    account,
)

#: Most consumers that `inc_consumers` allows on one account.
MAX_CONSUMERS = 16

#: Reference counters are u32 and saturate there.
_MAX_COUNT = 2**32 - 1

_LOG_TARGET = "runtime::system"
_LOG_ERROR = 0


def lookup(address: MultiAddress) -> bytes:
    """Return the account an address names. Fails with CannotLookup unless it is an `Id`."""
    if not isinstance(address, Id):
        fail_with(CannotLookup())
    return address.account


def account_exists(ext: Ext, who: bytes) -> bool:
    """Whether anything is stored for the account."""
    return account.contains(ext, who)


def account_nonce(ext: Ext, who: bytes) -> int:
    """Return how many transactions the account has sent."""
    return account.get(ext, who).nonce


def inc_account_nonce(ext: Ext, who: bytes) -> None:
    """Count one transaction of the account."""
    nonce, consumers, providers, sufficients, data = account.get(ext, who)
    account.put(ext, who, AccountInfo(nonce + 1, consumers, providers, sufficients, data))


# -- providers and sufficients -----------------------------------------------------------------


def inc_providers(ext: Ext, who: bytes) -> bool:
    """Add a provider. Returns whether that created the account (event NewAccount)."""
    nonce, consumers, providers, sufficients, data = account.get(ext, who)
    created = providers == 0 and sufficients == 0
    providers = min(providers + 1, _MAX_COUNT)
    account.put(ext, who, AccountInfo(nonce, consumers, providers, sufficients, data))
    if created:
        NEW_ACCOUNT.deposit(ext, who)
    return created


def dec_providers(ext: Ext, who: bytes) -> bool:
    """Take a provider away, once for every `inc_providers`. Returns whether the account is gone.

    Fails with ConsumerRemaining if the last provider of an account in use would go.
    """
    if not account.contains(ext, who):
        ext.log(_LOG_ERROR, _LOG_TARGET, "a provider is removed from an account that is gone")
        return True
    nonce, consumers, providers, sufficients, data = account.get(ext, who)
    if providers == 0:
        ext.log(_LOG_ERROR, _LOG_TARGET, "more providers are removed than were added")
        providers = 1
    if providers == 1 and consumers == 0 and sufficients == 0:
        account.remove(ext, who)
        KILLED_ACCOUNT.deposit(ext, who)
        return True
    if providers == 1 and consumers > 0:
        fail_with(ConsumerRemaining())
    account.put(ext, who, AccountInfo(nonce, consumers, providers - 1, sufficients, data))
    return False


def inc_sufficients(ext: Ext, who: bytes) -> bool:
    """Make the account exist by itself. Returns whether that created it (event NewAccount)."""
    nonce, consumers, providers, sufficients, data = account.get(ext, who)
    created = providers == 0 and sufficients == 0
    sufficients = min(sufficients + 1, _MAX_COUNT)
    account.put(ext, who, AccountInfo(nonce, consumers, providers, sufficients, data))
    if created:
        NEW_ACCOUNT.deposit(ext, who)
    return created


def dec_sufficients(ext: Ext, who: bytes) -> bool:
    """Undo one `inc_sufficients`. Returns whether the account is gone."""
    if not account.contains(ext, who):
        ext.log(_LOG_ERROR, _LOG_TARGET, "a sufficient is removed from an account that is gone")
        return True
    nonce, consumers, providers, sufficients, data = account.get(ext, who)
    if sufficients == 0:
        ext.log(_LOG_ERROR, _LOG_TARGET, "more sufficients are removed than were added")
        sufficients = 1
    if sufficients == 1 and providers == 0:
        account.remove(ext, who)
        KILLED_ACCOUNT.deposit(ext, who)
        return True
    account.put(ext, who, AccountInfo(nonce, consumers, providers, sufficients - 1, data))
    return False


def reference_count(ext: Ext, who: bytes) -> int:
    """Providers and sufficients together."""
    info = account.get(ext, who)
    return info.providers + info.sufficients


# -- consumers -----------------------------------------------------------------------------------


def inc_consumers(ext: Ext, who: bytes) -> None:
    """Add a consumer. Fails with NoProviders, or with TooManyConsumers at MAX_CONSUMERS."""
    info = account.get(ext, who)
    if info.providers == 0:
        fail_with(NoProviders())
    if info.consumers >= MAX_CONSUMERS:
        fail_with(TooManyConsumers())
    _put_consumers(ext, who, info, info.consumers + 1)


def inc_consumers_without_limit(ext: Ext, who: bytes) -> None:
    """Add a consumer, however many there are. Fails with NoProviders."""
    info = account.get(ext, who)
    if info.providers == 0:
        fail_with(NoProviders())
    _put_consumers(ext, who, info, min(info.consumers + 1, _MAX_COUNT))


def dec_consumers(ext: Ext, who: bytes) -> None:
    """Take a consumer away, once for every one that was added."""
    info = account.get(ext, who)
    if info.consumers == 0:
        ext.log(_LOG_ERROR, _LOG_TARGET, "more consumers are removed than were added")
    _put_consumers(ext, who, info, max(info.consumers - 1, 0))


def _put_consumers(ext: Ext, who: bytes, info: AccountInfo, consumers: int) -> None:
    nonce, _, providers, sufficients, data = info
    account.put(ext, who, AccountInfo(nonce, consumers, providers, sufficients, data))


def is_provider_required(ext: Ext, who: bytes) -> bool:
    """Whether the account has consumers."""
    return account.get(ext, who).consumers != 0


def can_dec_provider(ext: Ext, who: bytes) -> bool:
    """Whether `dec_providers` would succeed."""
    info = account.get(ext, who)
    return info.consumers == 0 or info.providers > 1


def can_accrue_consumers(ext: Ext, who: bytes, amount: int) -> bool:
    """Whether so many consumers may be added with `inc_consumers`."""
    info = account.get(ext, who)
    return info.providers > 0 and info.consumers + amount <= MAX_CONSUMERS


def can_inc_consumer(ext: Ext, who: bytes) -> bool:
    """Whether `inc_consumers` would succeed."""
    return can_accrue_consumers(ext, who, 1)


# -- the data of an account ----------------------------------------------------------------------


def get_account_data(ext: Ext, who: bytes) -> AccountData:
    """Return the balances of the account, zeros if there is none."""
    return account.get(ext, who).data


def account_store_set(ext: Ext, who: bytes, data: AccountData) -> None:
    """Set the balances of an account that exists; of one without references nothing is kept.

    What frame_system does as `AccountStore` after the closure: adjust references first.
    """
    nonce, consumers, providers, sufficients, _ = account.get(ext, who)
    if providers or sufficients:
        account.put(ext, who, AccountInfo(nonce, consumers, providers, sufficients, data))
    else:
        account.remove(ext, who)
