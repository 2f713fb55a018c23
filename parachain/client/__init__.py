"""The runtime's host: states, blocks, execution, transactions, authoring. No waiting, no clock."""
