"""The blobs that were released: one for each version of the runtime, and never another.

What a chain runs is known by its version: two blobs of one version would let nodes disagree. So a
blob that differs from the released one needs a higher `spec_version`
(`parachain/runtime/pallets/system/version.py`); a test holds that.
"""

import json
from pathlib import Path
from typing import Final, NamedTuple

from parachain.client.crypto.hashing import blake2_256
from parachain.client.executor.native_code import blob_version
from parachain.client.executor.wasm.version import embedded_version

RELEASES: Final = Path(__file__).parents[1] / "releases.json"


class Release(NamedTuple):
    """A released blob: its `spec_version`, its own text for it, BLAKE2-256 of it as stored."""

    spec_version: int
    blob_version: str
    code_hash: str


class ReleaseError(Exception):
    """The blob may not be released under its version; the message says why."""


def release_of(code: bytes) -> Release:
    """What a blob would be released as. Raises ReleaseError, BlobError."""
    version, text = embedded_version(code), blob_version(code)
    if version is None or text is None:
        raise ReleaseError("the blob does not say which version it is")
    return Release(version.spec_version, text, "0x" + blake2_256(code).hex())


def read_releases(path: Path = RELEASES) -> tuple[Release, ...]:
    """All releases, the first one first."""
    return tuple(Release(**each) for each in json.loads(path.read_text(encoding="utf-8")))


def check(release: Release, released: tuple[Release, ...]) -> None:
    """Raise ReleaseError unless a blob is the released one, or of a version above all of them."""
    if not released or release in released[-1:]:
        return
    newest = released[-1]
    if release.spec_version <= newest.spec_version:
        raise ReleaseError(
            f"the runtime differs from {newest.blob_version}, which was released as spec_version "
            f"{newest.spec_version}: its own, {release.spec_version}, must be higher"
        )


def add(release: Release, path: Path = RELEASES) -> None:
    """Record a release. Raises ReleaseError."""
    released = read_releases(path)
    check(release, released)
    if release not in released:
        kept = [each._asdict() for each in (*released, release)]
        path.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
