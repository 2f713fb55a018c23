"""LevelDB and its fake behave alike, and every failure is one clear line."""

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parachain.client.database import (
    DatabaseError,
    KeyValueStore,
    LevelDb,
    MemoryStore,
    WriteBatch,
    open_leveldb,
)
from parachain.client.database.errors import explain

KEYS = st.lists(st.sampled_from(b"\x00\x01\xfe\xff"), max_size=3).map(bytes)
PUTS = st.lists(st.tuples(KEYS, st.binary(max_size=3) | st.none()), max_size=12)


@pytest.fixture(params=["leveldb", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[KeyValueStore]:
    made: KeyValueStore = (
        open_leveldb(tmp_path / "db") if request.param == "leveldb" else MemoryStore()
    )
    yield made
    made.close()


def batch_of(puts: list[tuple[bytes, bytes | None]]) -> WriteBatch:
    batch = WriteBatch()
    for key, value in puts:
        if value is None:
            batch.delete(key)
        else:
            batch.put(key, value)
    return batch


def test_single_operations(store: KeyValueStore) -> None:
    assert store.get(b"a") is None
    store.put(b"a", b"1")
    assert store.get(b"a") == b"1"
    store.delete(b"a")
    store.delete(b"a")
    assert store.get(b"a") is None


def test_batches_apply_in_order(store: KeyValueStore) -> None:
    batch = batch_of([(b"a", b"1"), (b"a", None), (b"b", b"2"), (b"b", b"3"), (b"c", None)])
    assert len(batch) == 5
    assert store.get(b"b") is None
    store.write(batch)
    assert list(store.iterate()) == [(b"b", b"3")]


def test_iteration_is_over_a_snapshot(store: KeyValueStore) -> None:
    store.write(batch_of([(b"a", b"1"), (b"b", b"2")]))
    pairs = store.iterate()
    assert next(pairs) == (b"a", b"1")
    store.write(batch_of([(b"b", None), (b"c", b"3")]))
    assert list(pairs) == [(b"b", b"2")]


def test_use_after_close(store: KeyValueStore) -> None:
    store.close()
    batch = WriteBatch()
    batch.put(b"a", b"b")
    for use in (
        lambda: store.get(b"a"),
        lambda: store.put(b"a", b"b"),
        lambda: store.write(batch),
        lambda: list(store.iterate()),
    ):
        with pytest.raises(DatabaseError, match="closed"):
            use()


@pytest.fixture(scope="module")
def level(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LevelDb]:
    made = open_leveldb(tmp_path_factory.mktemp("model") / "db")
    yield made
    made.close()


@given(puts=PUTS, prefix=KEYS, start=KEYS | st.none(), reverse=st.booleans())
def test_both_stores_against_a_dict(
    level: LevelDb,
    puts: list[tuple[bytes, bytes | None]],
    prefix: bytes,
    start: bytes | None,
    reverse: bool,
) -> None:
    memory = MemoryStore()
    model: dict[bytes, bytes] = {}
    for key, value in puts:
        model.pop(key, None)
        if value is not None:
            model[key] = value
    expected = sorted(
        (
            (key, value)
            for key, value in model.items()
            if key.startswith(prefix)
            and (start is None or (key <= start if reverse else key >= start))
        ),
        reverse=reverse,
    )
    level.write(batch_of([(key, None) for key, _ in level.iterate()]), sync=False)
    for store in (level, memory):
        store.write(batch_of(puts), sync=False)
        assert list(store.iterate()) == sorted(model.items())
        assert list(store.iterate(prefix, start, reverse=reverse)) == expected


def test_content_survives_reopening(tmp_path: Path) -> None:
    first = open_leveldb(tmp_path / "new" / "folder")
    first.write(batch_of([(bytes((i,)), b"v" * i) for i in range(100)]))
    first.close()
    second = open_leveldb(tmp_path / "new" / "folder")
    assert len(list(second.iterate())) == 100
    second.close()


def test_a_locked_database_is_one_line(tmp_path: Path) -> None:
    holder = open_leveldb(tmp_path)
    script = (
        "import sys; from pathlib import Path\n"
        "from parachain.client.database import DatabaseError, open_leveldb\n"
        "try: open_leveldb(Path(sys.argv[1]))\n"
        "except DatabaseError as error: print(error)\n"
    )
    elsewhere = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True
    )
    with pytest.raises(DatabaseError) as here:
        open_leveldb(tmp_path)
    holder.close()
    for line in (str(here.value), elsewhere.stdout.strip()):
        assert line.startswith(f"the database is locked: {tmp_path}; another node")
        assert "\n" not in line


#: A limit on the size of files stands for a full disk: LevelDB meets it in the same place.
FILL: Final = """
import json, resource, sys
from pathlib import Path
from parachain.client.database import DatabaseError, WriteBatch, open_leveldb
store = open_leveldb(Path(sys.argv[1]))
limit = 1 << 20
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
written = 0
try:
    while True:
        batch = WriteBatch()
        batch.put(b"n", written.to_bytes(4, "big"))
        batch.put(b"data%d" % written, b"x" * 100_000)
        store.write(batch)
        written += 1
except DatabaseError as error:
    print(json.dumps([str(error), written]))
"""


def test_a_full_disk_is_one_line_and_loses_nothing(tmp_path: Path) -> None:
    assert resource.RLIMIT_FSIZE is not None
    run = subprocess.run(
        [sys.executable, "-c", FILL, str(tmp_path)], capture_output=True, text=True, check=True
    )
    line, written = json.loads(run.stdout)
    assert line.startswith(f"no space left for the database: {tmp_path}; free disk space")
    store = open_leveldb(tmp_path)
    assert store.get(b"n") == (written - 1).to_bytes(4, "big")
    assert store.get(b"data%d" % written) is None
    store.close()


def test_damage_is_one_line(tmp_path: Path) -> None:
    store = open_leveldb(tmp_path)
    store.write(batch_of([(b"a", b"1")]))
    store.close()
    manifest = next(tmp_path.glob("MANIFEST-*"))
    manifest.write_bytes(b"\xff" * len(manifest.read_bytes()))
    with pytest.raises(DatabaseError, match="the database is damaged") as caught:
        open_leveldb(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "db").write_text("not a folder")
    with pytest.raises(DatabaseError, match="a file is in the way"):
        open_leveldb(tmp_path / "db")


@pytest.mark.parametrize(
    ("reason", "what"),
    [
        ("IO error: /x/000005.log: No space left on device", "no space left"),
        ("IO error: /x/000005.log: Disk quota exceeded", "no space left"),
        ("IO error: /x/LOCK: Permission denied", "may not be written"),
        ("[Errno 13] Permission denied: '/x'", "may not be written"),
        ("[Errno 30] Read-only file system: '/x'", "may not be written"),
        ("Corruption: checksum mismatch", "damaged"),
        ("IO error: /x/000007.ldb: Too many open files", "too many open files"),
        ("IO error: something\nnew", "the database failed (IO error: something new)"),
    ],
)
def test_explanations(reason: str, what: str) -> None:
    assert what in str(explain(reason, "/x"))
