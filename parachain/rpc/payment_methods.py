"""payment_*: what a transaction would cost.

Source: polkadot-sdk stable2409, substrate/frame/transaction-payment/rpc. Fees are decimal strings
in one method and hex in the other, as there.
"""

from typing import Final

from parachain.client.chain.chain import Chain
from parachain.primitives.dispatch_info import DISPATCH_CLASS
from parachain.primitives.extrinsic import unframe
from parachain.primitives.scale import U32, U128, DecodeError, option, tuple_of
from parachain.primitives.weight import WEIGHT
from parachain.rpc.client_errors import CLIENT_ERRORS, api_error_text, call_error_text
from parachain.rpc.jsonrpc import RpcError
from parachain.rpc.methods import Namespace, blocking
from parachain.rpc.params import param, params
from parachain.rpc.parsers import HASH, HEX, optional
from parachain.rpc.render import render_number

RUNTIME_ERROR: Final = 1
DECODE_ERROR: Final = 2

_INFO: Final = tuple_of(WEIGHT, DISPATCH_CLASS, U128)
_DETAILS: Final = tuple_of(option(tuple_of(U128, U128, U128)), U128)
_EXTRINSIC: Final = params(param("encodedXt", HEX), param("at", optional(HASH)))


def payment_methods(chain: Chain) -> Namespace:
    """Return the methods of payment_*."""

    def ask(name: str, extrinsic: bytes, at: bytes | None, problem: str) -> bytes:
        block_hash = chain.best.hash if at is None else at
        try:
            unframe(extrinsic)
        except DecodeError as error:
            raise RpcError(DECODE_ERROR, problem, str(error)) from None
        args = extrinsic + U32.encode(len(extrinsic))
        try:
            return chain.runtime_call(block_hash, f"TransactionPaymentApi_{name}", args)
        except CLIENT_ERRORS as error:
            text = api_error_text(call_error_text(error, block_hash))
            raise RpcError(RUNTIME_ERROR, problem, text) from None

    def query_info(extrinsic: bytes, at: bytes | None) -> object:
        answer = ask("query_info", extrinsic, at, "Unable to query dispatch info.")
        weight, dispatch_class, fee = _INFO.decode(answer)
        return {
            "weight": {"ref_time": weight.ref_time, "proof_size": weight.proof_size},
            "class": dispatch_class.name.lower(),
            "partialFee": str(fee),
        }

    def query_fee_details(extrinsic: bytes, at: bytes | None) -> object:
        answer = ask("query_fee_details", extrinsic, at, "Unable to query fee details.")
        inclusion, _ = _DETAILS.decode(answer)
        if inclusion is None:
            return {"inclusionFee": None}
        base, by_length, by_weight = inclusion
        return {
            "inclusionFee": {
                "baseFee": render_number(base),
                "lenFee": render_number(by_length),
                "adjustedWeightFee": render_number(by_weight),
            }
        }

    return [
        blocking("payment_queryInfo", query_info, _EXTRINSIC),
        blocking("payment_queryFeeDetails", query_fee_details, _EXTRINSIC),
    ]
