"""Proxy: accounts that act for others, with limited rights or after an announcement.

Source: polkadot-sdk stable2409, substrate/frame/proxy; the types of proxies are Vara's.
"""

from parachain.runtime.pallets.proxy.calls import (
    add_proxy,
    announce,
    create_pure,
    kill_pure,
    proxy,
    proxy_announced,
    reject_announcement,
    remove_announcement,
    remove_proxies,
    remove_proxy,
)
from parachain.runtime.pallets.proxy.declarations import (
    Announcement,
    ProxyDefinition,
    announcements,
    pallet,
    proxies,
)
from parachain.runtime.pallets.proxy.delegation import (
    announcement_deposit,
    proxy_deposit,
    pure_account,
)
from parachain.runtime.pallets.proxy.permissions import ProxyType, is_superset, permits

__all__ = [
    "Announcement",
    "ProxyDefinition",
    "ProxyType",
    "add_proxy",
    "announce",
    "announcement_deposit",
    "announcements",
    "create_pure",
    "is_superset",
    "kill_pure",
    "pallet",
    "permits",
    "proxies",
    "proxy",
    "proxy_announced",
    "proxy_deposit",
    "pure_account",
    "reject_announcement",
    "remove_announcement",
    "remove_proxies",
    "remove_proxy",
]
