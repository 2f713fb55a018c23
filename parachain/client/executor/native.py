"""The native executor: the runtime of this very process, called by entry point name.

Everything goes in and out as SCALE bytes, so that an executor of WebAssembly blobs can
take its place call by call.
"""

import logging
from typing import Final

from parachain.client.executor.executor import Executor, NoSuchEntryPoint, RuntimePanic
from parachain.primitives.scale import DecodeError, EncodeError
from parachain.runtime import apis
from parachain.runtime.assembly import RUNTIME
from parachain.runtime.frame.error import DispatchFailed, InvalidBlock, InvalidTransactionFailed
from parachain.runtime.frame.ext import Ext, HostRefused

__all__ = ["Executor", "NativeExecutor", "NoSuchEntryPoint", "RuntimePanic"]


#: What a bug in a pallet raises. A compiled runtime would trap there: the call has failed, the
#: node goes on. Errors of the host, such as a missing trie node or a full disk, are none of these.
_BUGS: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EncodeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)

_log = logging.getLogger("gear.runtime")


class NativeExecutor:
    """Runs the runtime of this process."""

    def call(self, ext: Ext, method: str, args: bytes) -> bytes:
        """Run `method` on encoded `args`. Raises RuntimePanic with the reason."""
        try:
            return apis.call(ext, method, args)
        except apis.UnknownEntryPoint as error:
            raise NoSuchEntryPoint(str(error)) from None
        except InvalidBlock as error:
            raise RuntimePanic(str(error)) from error
        except DecodeError as error:
            raise RuntimePanic(f"bad input data for {method}: {error}") from error
        except (DispatchFailed, InvalidTransactionFailed, HostRefused) as error:
            raise RuntimePanic(f"{method} failed: {error}") from error
        except _BUGS as bug:
            _log.exception("a bug of the runtime in %s", method)
            raise RuntimePanic(f"{method} trapped: {type(bug).__name__}: {bug}") from bug


#: spec_name and spec_version of the runtime in this process.
NATIVE_SPEC_NAME: str = RUNTIME.version.spec_name
NATIVE_SPEC_VERSION: int = RUNTIME.version.spec_version
