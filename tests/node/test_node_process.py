"""A node as a process: its first block, how it stops, restarts, reports and is watched."""

import json
import re
import signal
import socket
import time
from pathlib import Path

import pytest

from parachain.client.database.leveldb import open_leveldb
from parachain.client.executor.native_code import native_code
from parachain.node.chain import chain_spec, genesis_state
from parachain.node.service import SHUTDOWN_S
from tests.client.chain.real_node import RealNode
from tests.node.chain_spec_file import write_fast_chain
from tests.node.stored_chain import BLOCKS, database, hash_at
from tests.node_process import NodeProcess

#: The shutdown itself takes less than SHUTDOWN_S; this machine may be busy with other tests.
BUSY_MACHINE_S = 1.0

FINALIZED = "chain_finalizedHead"


@pytest.mark.parametrize(
    ("number", "log_format"), [(signal.SIGINT, "text"), (signal.SIGTERM, "json")]
)
def test_from_the_first_block_to_a_clean_end(
    number: signal.Signals, log_format: str, tmp_path: Path
) -> None:
    spec = write_fast_chain(tmp_path / "fast.json")
    flags = ("--dev", "--tmp", "--chain", spec, "--log-format", log_format)
    with NodeProcess.start(*flags) as node:
        with node.session() as session:
            session.call("chain_subscribeFinalizedHeads")
            session.wait_for_header(FINALIZED, 1)
            folder = Path(node.wait_for_line('Database: LevelDb at ([^"]*)')[1])
            assert folder.is_dir()
            asked_s = time.monotonic()  # with a client connected
            assert node.stop(number) == 0
            assert time.monotonic() - asked_s < SHUTDOWN_S + BUSY_MACHINE_S
        assert not folder.exists()
        assert f"{number.name}: shutting down" in node.log
        assert "Traceback" not in node.log
    if log_format == "json":
        lines = [json.loads(line) for line in node.log.splitlines()]
        assert {"timestamp", "level", "target", "message"} <= set(lines[0])
        assert any("Imported #1 " in line["message"] for line in lines)
        assert all(re.fullmatch(r"[\d-]{10}T[\d:]{8}\.\d{3}Z", line["timestamp"]) for line in lines)


def test_what_an_operator_sees() -> None:
    with NodeProcess.start("--dev", "--tmp", "--name", "Rosa", "--sealing", "manual") as node:
        for finalise in (True, False):
            node.rpc("engine_createBlock", True, finalise)
        node.wait_for_line(r"🏆 Imported #2 \(0x\w{4}…\w{4} → 0x\w{4}…\w{4}\)")
        log, metrics = node.log, node.metrics()
    for pattern in (
        r"📋 Chain specification: Development",
        r"🏷  Node name: Rosa",
        r"👤 Role: AUTHORITY",
        r"🏷  Local node identity is: 12D3KooW\w{44}",
        r"🎁 Prepared block for proposing at 1 \(\d+ ms\) hash: 0x\w{64};",
    ):
        assert re.search(rf"^\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d {pattern}", log, re.MULTILINE), log
    check_metrics(metrics)


def check_metrics(text: str) -> None:
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    chain = 'chain="gear_dev"'
    assert float(values[f'substrate_block_height{{{chain},status="best"}}']) == 2
    assert float(values[f'substrate_block_height{{{chain},status="finalized"}}']) == 1
    started_s = float(values[f"substrate_process_start_time_seconds{{{chain}}}"])
    assert abs(time.time_ns() / 1e9 - started_s) < 120
    for name in ("node_roles", "sub_libp2p_peers_count", "ready_transactions_number"):
        assert f"substrate_{name}{{{chain}}}" in values


def test_a_restart_continues_the_chain(base_path: Path) -> None:
    flags = ("--dev", "-d", base_path, "--sealing", "manual")
    with NodeProcess.start(*flags) as node:
        made = node.rpc("engine_createBlock", True, True)
        identity = node.wait_for_line("identity is: (.*)")[1]
        assert node.stop() == 0
    assert hash_at(base_path, BLOCKS + 1) == made["hash"]
    with NodeProcess.start(*flags) as node:
        assert node.rpc("chain_getFinalizedHead") == made["hash"]
        assert node.rpc("engine_createBlock", True, False)["hash"] != made["hash"]
        assert node.rpc("chain_getHeader")["number"] == hex(BLOCKS + 2)
        assert node.wait_for_line("identity is: (.*)")[1] == identity
        second = NodeProcess.start(*flags)
        with second:
            assert second.wait() == 1
        assert second.log.splitlines()[-1] == (
            f"Error: the database is locked: {database(base_path)}; another node is running on "
            "this base path: stop it, or choose another --base-path"
        )
        assert node.stop() == 0


@pytest.mark.parametrize(
    ("flag", "says"),
    [
        (
            "--rpc-port",
            "RPC cannot listen on 127.0.0.1:{} (Address already in use); choose another",
        ),
        ("--prometheus-port", "metrics cannot be served on 127.0.0.1:{} (Address already in use)"),
    ],
)
def test_a_port_in_use(flag: str, says: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with NodeProcess.start("--dev", "--tmp", flag, port) as node:
            assert node.wait() == 1
    last = node.log.splitlines()[-1]
    assert last.startswith("Error: ")
    assert says.format(port) in last
    assert "Traceback" not in node.log


#: Bytes that the database may still write to a file after the runtime's code of the first state.
LEFT_ON_DISK = 1 << 15


def test_a_full_disk_ends_the_node_in_one_line_and_loses_nothing(
    tmp_path: Path,
) -> None:
    """A limit on the size of files stands for the disk: LevelDB meets it in the same place."""
    spec = write_fast_chain(tmp_path / "fast.json")
    flags = ("--dev", "--chain", spec, "-d", tmp_path / "base")
    blocks = (len(native_code()) + LEFT_ON_DISK) // 512
    limited = ("sh", "-c", f'ulimit -f {blocks}; exec "$@"', "sh")
    with NodeProcess.start(*flags, prefix=limited) as node:
        assert node.wait() == 1
    folder = tmp_path / "base" / "chains" / "fast_dev" / "db"
    lines = node.log.splitlines()
    assert lines[-1].startswith(f"Error: no space left for the database: {folder}; free disk")
    assert "Traceback" not in node.log
    last = max(int(number) for number in re.findall(r"Imported #(\d+)", node.log))
    after = RealNode(genesis_state(chain_spec(str(spec))), open_leveldb(folder))
    assert after.chain.best.number >= last > 0
    after.store.close()
