"""Primitives: the data types of the chain and their encodings, pure and without state.

    scale                   the codec; everything else here is declared with it
    trie                    Merkle-Patricia tries and storage proofs
    header digest           what a block commits to
    extrinsic era address   what users send
    signature account
    weight dispatch_info    what a call costs, and how it ended
    dispatch_error
    transaction_validity    what pool and block author ask of a transaction
    inherent                what the author's node tells the runtime
    runtime_version         which runtime this is
    per_things fixed_point  fractions as integers
    twox blake2b ss58       names and addresses, known before there is a host

Not here: behaviour. Whatever reads storage or decides anything is `parachain.runtime`.
"""
