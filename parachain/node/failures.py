"""Failures an operator can cause and mend: each says in its message what, where and how."""

from typing import Final

from parachain.client.chain.block_file import BlockFileError
from parachain.client.chain.blocks import CorruptDatabaseError
from parachain.client.chain.opening import OtherChainError
from parachain.client.crypto.secret_uri import SecretUriError
from parachain.client.database import DatabaseError
from parachain.client.executor.native_code import MissingCodeError
from parachain.node.arguments import ArgumentError
from parachain.node.chain_spec import ChainSpecError
from parachain.node.commands.key import KeyCommandError
from parachain.node.commands.stored_chain import CommandError
from parachain.node.identity import IdentityError
from parachain.node.keystore import KeystoreError
from parachain.node.log import LogFilterError
from parachain.node.metrics import MetricsError
from parachain.node.output import OutputError
from parachain.node.program.connection import NodeConnectionError, NodeRefusalError
from parachain.node.program.journey import NoReplyError
from parachain.node.program.remote import (
    CallFailedError,
    OtherRuntimeError,
    UnreadableAnswerError,
)
from parachain.primitives.trie import TrieError

FAILURES: Final = (
    ArgumentError,
    CallFailedError,
    BlockFileError,
    ChainSpecError,
    CommandError,
    CorruptDatabaseError,
    DatabaseError,
    IdentityError,
    KeyCommandError,
    KeystoreError,
    LogFilterError,
    MissingCodeError,
    NodeConnectionError,
    NodeRefusalError,
    NoReplyError,
    MetricsError,
    OSError,
    OutputError,
    OtherChainError,
    OtherRuntimeError,
    SecretUriError,
    TrieError,
    UnreadableAnswerError,
)


def explain(failure: BaseException) -> str:
    """Return the one line for a failure."""
    if isinstance(failure, OSError) and failure.strerror:  # without the number
        where = "" if failure.filename is None else f"{failure.filename}: "
        return where + failure.strerror
    if isinstance(failure, TrieError):  # nobody who asked for a pruned state lets this through
        return str(CorruptDatabaseError(str(failure)))
    return " ".join(str(failure).split())
