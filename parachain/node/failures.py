"""Failures an operator can cause and mend: each says in its message what, where and how."""

from typing import Final

from parachain.client.chain.block_file import BlockFileError
from parachain.client.chain.blocks import CorruptDatabaseError
from parachain.client.chain.opening import OtherChainError
from parachain.client.crypto.secret_uri import SecretUriError
from parachain.client.database import DatabaseError
from parachain.node.arguments import ArgumentError
from parachain.node.chain_spec import ChainSpecError
from parachain.node.commands.key import KeyCommandError
from parachain.node.commands.stored_chain import CommandError
from parachain.node.identity import IdentityError
from parachain.node.keystore import KeystoreError
from parachain.node.log import LogFilterError
from parachain.node.metrics import MetricsError
from parachain.node.output import OutputError

FAILURES: Final = (
    ArgumentError,
    BlockFileError,
    ChainSpecError,
    CommandError,
    CorruptDatabaseError,
    DatabaseError,
    IdentityError,
    KeyCommandError,
    KeystoreError,
    LogFilterError,
    MetricsError,
    OSError,
    OutputError,
    OtherChainError,
    SecretUriError,
)
