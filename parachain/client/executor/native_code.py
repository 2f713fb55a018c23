"""The code that the native runtime stands for: the blob which was built of the same sources.

The builder writes a digest of the sources into the blob's section `wasm_blob_version`, as x.y.z
and 12 hex digits; so whether the two still belong together can be told without executing
anything. Not here: building it (`runtime_wasm.builder`), choosing (`runtime_executor`).
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from parachain.client.executor.wasm.blob import BlobError, uncompressed
from parachain.client.executor.wasm_sections import find_section
from parachain.primitives.scale import DecodeError

PACKAGE: Final = Path(__file__).parents[2]
"""The folder of the package `parachain`."""

CODE_FILE: Final = PACKAGE / "runtime.compact.compressed.wasm"
"""Where the blob lies, beside the sources; `make runtime` puts it there."""

#: Section with the version of a runtime as text: x.y.z-<what it was built from>.
BLOB_VERSION_SECTION: Final = b"wasm_blob_version"

#: Packages that a blob is made of.
PURE_PACKAGES: Final = ("primitives", "runtime")

_DIGEST_DIGITS: Final = 12


class MissingCodeError(Exception):
    """The blob has not been built."""

    def __init__(self) -> None:
        super().__init__(f"{CODE_FILE} is missing: `make runtime` builds the runtime's WebAssembly")


@cache
def native_code() -> bytes:
    """Return the blob, compressed as chains store it. Raises MissingCodeError."""
    try:
        return CODE_FILE.read_bytes()
    except FileNotFoundError:
        raise MissingCodeError from None


@cache
def is_built_of_sources() -> bool:
    """Whether the blob was built of the sources that this process runs. Raises MissingCodeError."""
    version = blob_version(native_code())
    return version is not None and version.endswith(f"-{sources_digest(PACKAGE)}")


def blob_version(code: bytes) -> str | None:
    """Return what a code says in its section `wasm_blob_version`, None if it has none.

    Raises BlobError if the code is no module.
    """
    try:
        section = find_section(uncompressed(code), BLOB_VERSION_SECTION)
        return None if section is None else section.decode()
    except (DecodeError, UnicodeDecodeError) as error:
        raise BlobError(str(error)) from error


def version_text(spec_version: int, digest: str) -> str:
    """Say which version a blob is, counting as Vara does: 1_09_01 is 1.9.1."""
    major, rest = divmod(spec_version, 10_000)
    minor, patch = divmod(rest, 100)
    return f"{major}.{minor}.{patch}-{digest}"


def sources_digest(package: Path) -> str:
    """Digest of the sources of a runtime, whose package `parachain` is in that folder."""
    digest = hashlib.sha256()
    for name in PURE_PACKAGES:
        for path in sorted((package / name).rglob("*.py")):
            content = path.read_bytes()
            where = path.relative_to(package).as_posix()
            digest.update(f"{where} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:_DIGEST_DIGITS]
