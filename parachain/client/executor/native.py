"""The native executor: the runtime of this very process, called by entry point name.

Everything goes in and out as SCALE bytes, so that an executor of WebAssembly blobs can
take its place call by call.
"""

from parachain.client.executor.executor import Executor, NoSuchEntryPoint, RuntimePanic
from parachain.primitives.scale import DecodeError
from parachain.runtime import apis
from parachain.runtime.assembly import RUNTIME
from parachain.runtime.frame.error import DispatchFailed, InvalidBlock, InvalidTransactionFailed
from parachain.runtime.frame.ext import Ext

__all__ = ["Executor", "NativeExecutor", "NoSuchEntryPoint", "RuntimePanic"]


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
        except (DispatchFailed, InvalidTransactionFailed) as error:
            raise RuntimePanic(f"{method} failed: {error}") from error


#: spec_name and spec_version of the runtime in this process.
NATIVE_SPEC_NAME: str = RUNTIME.version.spec_name
NATIVE_SPEC_VERSION: int = RUNTIME.version.spec_version
