"""What `gear-parachain program` does with a running node: it is a client like any other.

    connection   JSON-RPC over a WebSocket
    remote       the chain behind it: submitting calls, events of blocks
    journey      a message from its extrinsic to its reply
    watching     events of programs, as they happen
    values       payloads, amounts and ids as people write and read them
    report       what is printed

Types come from this program's own runtime, so a chain with another one is refused by name.
"""
