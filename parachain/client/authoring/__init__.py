"""Authoring: when to make a block, what goes into it, and the seal on it.

Synchronous machines that take the time as an argument; the node sleeps between their answers.
Out of scope: choosing among forks and storing blocks (`parachain.client.chain`).
"""
