"""The database: an ordered key-value store with atomic, synced batches.

`open_leveldb` for a node, `MemoryStore` for tests; both are a `KeyValueStore`. All that can go
wrong is a `DatabaseError`, whose one line is meant for the operator.
"""

from parachain.client.database.errors import DatabaseError
from parachain.client.database.leveldb import LevelDb, open_leveldb
from parachain.client.database.store import KeyValueStore, MemoryStore, WriteBatch

__all__ = [
    "DatabaseError",
    "KeyValueStore",
    "LevelDb",
    "MemoryStore",
    "WriteBatch",
    "open_leveldb",
]
