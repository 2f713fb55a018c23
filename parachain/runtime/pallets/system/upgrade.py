"""Replacing the runtime code: who may, with which blob, and what it leaves in the block.

The new code runs from the next block on. Source: frame_system, polkadot-sdk stable2409.
"""

from typing import NamedTuple, Optional

from parachain.primitives.digest import RuntimeEnvironmentUpdated
from parachain.primitives.scale import STR, U32, DecodeError, fields
from parachain.runtime.frame.error import DispatchFailed, ensure, fail
from parachain.runtime.frame.ext import Ext
from parachain.runtime.pallets.system.block import CODE, deposit_log
from parachain.runtime.pallets.system.storage import (
    CODE_UPDATED,
    FAILED_TO_EXTRACT_RUNTIME_VERSION,
    INVALID_SPEC_NAME,
    NOTHING_AUTHORIZED,
    SPEC_VERSION_NEEDS_TO_INCREASE,
    UNAUTHORIZED,
    UPGRADE_AUTHORIZED,
    CodeUpgradeAuthorization,
    authorized_upgrade,
)
from parachain.runtime.pallets.system.version import RUNTIME_VERSION

#: The fields that every layout of RuntimeVersion begins with.
_HEAD = fields(
    ("spec_name", STR),
    ("impl_name", STR),
    ("authoring_version", U32),
    ("spec_version", U32),
    ("impl_version", U32),
)


class CodeVersion(NamedTuple):
    """Name and version that decide whether a code may replace the running runtime."""

    spec_name: str
    spec_version: int


def code_version(ext: Ext, code: bytes) -> Optional[CodeVersion]:
    """Return what a runtime's code says of itself, None if it says nothing."""
    encoded = ext.runtime_version(code)
    if encoded is None:
        return None
    try:
        (spec_name, _, _, spec_version, _), _ = _HEAD.read(encoded, 0)
    except DecodeError:
        return None
    return CodeVersion(spec_name, spec_version)


def can_set_code(ext: Ext, code: bytes) -> None:
    """Check that `code` is a later version of this runtime.

    Fails with FailedToExtractRuntimeVersion, InvalidSpecName or SpecVersionNeedsToIncrease.
    """
    version = code_version(ext, code)
    if version is None:
        fail(FAILED_TO_EXTRACT_RUNTIME_VERSION)
    ensure(version.spec_name == RUNTIME_VERSION.spec_name, INVALID_SPEC_NAME)
    ensure(version.spec_version > RUNTIME_VERSION.spec_version, SPEC_VERSION_NEEDS_TO_INCREASE)


def update_code_in_storage(ext: Ext, code: bytes) -> None:
    """Install `code`, and tell it in the digest and by the event CodeUpdated."""
    ext.put(CODE, code)
    deposit_log(ext, RuntimeEnvironmentUpdated())
    CODE_UPDATED.deposit(ext)


def authorize(ext: Ext, code_hash: bytes, check_version: bool) -> None:
    """Let anyone install the code with this hash; an earlier authorization is replaced."""
    authorized_upgrade.put(ext, CodeUpgradeAuthorization(code_hash, check_version))
    UPGRADE_AUTHORIZED.deposit(ext, code_hash, check_version)


def validate_authorized_upgrade(ext: Ext, code: bytes) -> bytes:
    """Return the hash of `code` if it was authorized.

    Fails with NothingAuthorized, Unauthorized, or as `can_set_code` does.
    """
    authorization = authorized_upgrade.get(ext)
    if authorization is None:
        fail(NOTHING_AUTHORIZED)
    actual = ext.blake2_256(code)
    ensure(actual == authorization.code_hash, UNAUTHORIZED)
    if authorization.check_version:
        can_set_code(ext, code)
    return actual


def is_authorized(ext: Ext, code: bytes) -> bool:
    """Whether `validate_authorized_upgrade` succeeds."""
    try:
        validate_authorized_upgrade(ext, code)
    except DispatchFailed:
        return False
    return True
