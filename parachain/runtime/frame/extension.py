"""Transaction extensions: what every signed extrinsic carries besides its call.

Each extension has a part in the extrinsic (`codec`), a part that is only signed (`implicit`),
and checks around the dispatch. Shaped after sp_runtime::traits::SignedExtension of
polkadot-sdk stable2409, which the extension order of Vara uses.
"""

from typing import Any, Callable, NamedTuple, Optional

from parachain.primitives.dispatch_error import DispatchError
from parachain.primitives.dispatch_info import DispatchInfo, PostDispatchInfo
from parachain.primitives.scale import Codec
from parachain.primitives.transaction_validity import ValidTransaction
from parachain.runtime.frame.call import RuntimeCall
from parachain.runtime.frame.ext import Ext


class Dispatched(NamedTuple):
    """What an extension is told of the extrinsic: its call, dispatch info and length in bytes."""

    call: RuntimeCall
    info: DispatchInfo
    length: int


def no_implicit(ext: Ext, value: Any) -> Any:  # noqa: ARG001  one signature for all
    """Nothing that is signed and not sent: the implicit part of most extensions."""
    return ()


def _no_check(ext: Ext, value: Any, who: bytes, tx: Dispatched) -> Optional[ValidTransaction]:  # noqa: ARG001
    return None


def _no_preparation(ext: Ext, value: Any, who: bytes, tx: Dispatched) -> Any:  # noqa: ARG001
    return None


class TransactionExtension(NamedTuple):
    """One extension as a record of its codecs and functions.

    `validate` is asked by the pool and may raise InvalidTransactionFailed; `prepare` runs
    before the dispatch (it may raise the same, then the extrinsic is not applied) and what it
    returns is handed to `post_dispatch`. The `bare_*` functions are the same for extrinsics
    without a signature. Functions that are None have nothing to do.
    """

    identifier: str
    #: Type of the part inside the extrinsic; its path is what clients show.
    codec: Codec[Any]
    #: Type of the part that is signed but not sent.
    implicit_codec: Codec[Any]
    #: (ext, value) -> the implicit part.
    implicit: Callable[[Ext, Any], Any] = no_implicit
    #: (ext, value, who, tx) -> what it adds to the validity, or None.
    validate: Callable[[Ext, Any, bytes, Dispatched], Optional[ValidTransaction]] = _no_check
    #: (ext, value, who, tx) -> state for post_dispatch.
    prepare: Callable[[Ext, Any, bytes, Dispatched], Any] = _no_preparation
    #: (ext, prepared, tx, post_info, error or None); `prepared` is None for bare extrinsics.
    post_dispatch: Optional[
        Callable[[Ext, Any, Dispatched, PostDispatchInfo, Optional[DispatchError]], None]
    ] = None
    bare_validate: Optional[Callable[[Ext, Dispatched], Optional[ValidTransaction]]] = None
    bare_prepare: Optional[Callable[[Ext, Dispatched], None]] = None
