"""Command line of the builder."""

import argparse
import sys
import time
from pathlib import Path

from runtime_wasm.builder.blob import build, compress
from runtime_wasm.builder.checks import BlobError, check_compressed
from runtime_wasm.builder.guest_instance import GuestError
from runtime_wasm.builder.releases import ReleaseError, add, release_of
from runtime_wasm.builder.sizes import sizes


def main() -> int:
    """Build the blob of the runtime; 1 if that fails."""
    parser = argparse.ArgumentParser(prog="python -m runtime_wasm.builder", description=__doc__)
    parser.add_argument("out", nargs="?", type=Path, help="file for the compressed blob")
    parser.add_argument("--raw", type=Path, help="file for the module before compression")
    parser.add_argument("--sizes", action="store_true", help="list the largest parts")
    parser.add_argument(
        "--release", action="store_true", help="record it as the blob of its spec_version"
    )
    parser.add_argument(
        "--root", type=Path, default=Path(), help="folder that holds parachain/ (default: here)"
    )
    arguments = parser.parse_args()
    begin = time.monotonic()
    try:
        blob = build(arguments.root)
        if arguments.raw:
            arguments.raw.write_bytes(blob.module)
        if arguments.sizes:
            print("\n".join(sizes(blob, arguments.root)))
        if arguments.out:
            code = compress(blob.module)
            check_compressed(code)
            arguments.out.parent.mkdir(parents=True, exist_ok=True)
            arguments.out.write_bytes(code)
            if arguments.release:
                add(release_of(code))
            seconds = time.monotonic() - begin
            print(
                f"{arguments.out}: {len(code):,} bytes, {len(blob.module):,} before compression, "
                f"{len(blob.entry_points)} entry points, {seconds:.1f} s"
            )
    except (GuestError, BlobError, ReleaseError, OSError) as error:
        print(f"the runtime cannot be built: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
