"""A version of the runtime names one blob."""

from pathlib import Path

import pytest

from parachain.client.executor.native_code import native_code
from parachain.runtime.assembly import RUNTIME
from runtime_wasm.builder.releases import (
    Release,
    ReleaseError,
    add,
    check,
    read_releases,
    release_of,
)

FIRST = Release(20_000, "2.0.0-0123456789ab", "0x" + "11" * 32)


def test_the_runtime_is_the_released_one_or_newer() -> None:
    """If this fails, raise `spec_version`: the runtime has changed since its release."""
    check(release_of(native_code()), read_releases())


def test_what_a_blob_is_released_as() -> None:
    release = release_of(native_code())
    assert release.spec_version == RUNTIME.version.spec_version
    assert release.blob_version.startswith("2.")


@pytest.mark.parametrize(
    "other",
    [
        FIRST._replace(code_hash="0x" + "22" * 32),
        FIRST._replace(blob_version="2.0.0-ffffffffffff"),
        FIRST._replace(spec_version=19_999),
    ],
)
def test_a_changed_blob_with_an_old_version_is_refused(other: Release) -> None:
    with pytest.raises(ReleaseError, match="must be higher"):
        check(other, (FIRST,))


def test_releases_are_recorded_once(tmp_path: Path) -> None:
    path = tmp_path / "releases.json"
    path.write_text("[]")
    second = FIRST._replace(spec_version=20_100, code_hash="0x" + "22" * 32)
    for release in (FIRST, FIRST, second, second):
        add(release, path)
    assert read_releases(path) == (FIRST, second)
    with pytest.raises(ReleaseError):
        add(FIRST, path)
