"""The host's cryptography: hashes, signatures, addresses and key pairs.

Thin, typed functions over C and Rust libraries. Nothing here knows of blocks, storage or
configuration, and nothing here keeps state. Out of scope: where secret keys are stored
(`parachain.node.keystore`).
"""
