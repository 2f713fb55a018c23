"""A Substrate-compatible node with a runtime in pure Python, layer by layer.

A *blockchain* is a list of blocks, each naming its parent by hash. A block holds *extrinsics*
(`primitives.extrinsic`): signed transactions of users, and inherents that its author adds.
Executing them changes the *state*, a map of keys to values committed to by the root of a *trie*
(`primitives.trie`). Everything is encoded in *SCALE* (`primitives.scale`).

What a block does to the state is decided by the *runtime* (`runtime`): pallets (`runtime.pallets`),
declared with `runtime.frame`, put together in `runtime.assembly`, run by `runtime.executive`,
entered by name through `runtime.apis`. It sees the world through `runtime.frame.ext.Ext` only.

The *client* is the runtime's host. It keeps states (`client.state`) and blocks (`client.chain`) in
a database (`client.database`), calls the runtime (`client.executor`), holds transactions until a
block takes them (`client.pool`), and makes blocks in its slots (`client.authoring`). It does no
waiting: times and random bytes are arguments, threads are its caller's.

Users come in through JSON-RPC (`rpc`). The process around it all, with its command line, keys,
logs and tasks, is `node`.

`runtime.gear` is the engine of Gear's messages and programs, without any pallet. Out of scope so
far: networking and the relay chain.
"""
