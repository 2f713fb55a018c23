"""`NodeProcess`: a node as an operator runs it, for tests; and `Session`, a WebSocket client of it.

    with NodeProcess.start("--dev", "--tmp", "--sealing", "manual") as node:
        node.rpc("engine_createBlock", True, True)

Ports are free ones unless the flags say otherwise. Nothing sleeps: waiting means to wait for a line
of the log, a message, or the end of the process. Leaving the block ends the process, however the
test ended.
"""

import json
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Condition, Thread
from types import TracebackType
from typing import IO, Any, Final, Self

from websockets.sync.client import ClientConnection, connect

COMMAND: Final = (sys.executable, "-m", "parachain.node.cli")

#: Generous, for a machine that does other things as well; nothing waits so long in vain.
START_TIMEOUT_S: Final = 60.0
TIMEOUT_S: Final = 30.0

_PORTS: Final = ("--rpc-port", "0", "--prometheus-port", "0", "--port", "0")
_RPC_LINE: Final = r"Running JSON-RPC server: addr=127\.0\.0\.1:(\d+)"
_METRICS_LINE: Final = r"Prometheus exporter started at 127\.0\.0\.1:(\d+)"


class NodeProcessError(AssertionError):
    """The node did not do what the test waits for; the message ends with its log."""


class RpcCallError(Exception):
    """The node answered a call with an error."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error)
        self.code: int = error["code"]
        self.message: str = error["message"]
        self.data: Any = error.get("data")


class NodeProcess:
    """A running node and its log. Made by `start`."""

    def __init__(self, process: "subprocess.Popen[str]", log: IO[str]) -> None:
        self.process = process
        self._stderr = log
        self._lines: list[str] = []
        self._ended = False
        self._changed = Condition()
        self._reader = Thread(target=self._read, name="log of a node", daemon=True)

    @classmethod
    def start(cls, *flags: object, prefix: Sequence[str] = (), cwd: Path | None = None) -> Self:
        """Start a node with these flags, on free ports. `prefix` is a command that runs it."""
        arguments = [*prefix, *COMMAND, *_PORTS, *(str(flag) for flag in flags)]
        process = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=cwd,
        )
        assert process.stderr is not None
        node = cls(process, process.stderr)
        node._reader.start()
        return node

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()

    def _read(self) -> None:
        for line in self._stderr:
            with self._changed:
                self._lines.append(line.rstrip("\n"))
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    # -- the log -------------------------------------------------------------------------------

    @property
    def log(self) -> str:
        """Everything the node has logged."""
        with self._changed:
            return "\n".join(self._lines)

    def wait_for_line(self, pattern: str, timeout_s: float = TIMEOUT_S) -> re.Match[str]:
        """Wait for a line of the log that matches, those already there included."""
        expression = re.compile(pattern)
        deadline = time.monotonic() + timeout_s
        seen = 0
        with self._changed:
            while True:
                for line in self._lines[seen:]:
                    if found := expression.search(line):
                        return found
                seen = len(self._lines)
                left_s = deadline - time.monotonic()
                if self._ended or left_s <= 0:
                    why = "ended" if self._ended else f"did not within {timeout_s} s"
                    log = "\n".join(self._lines)
                    raise NodeProcessError(f"no line matches {pattern!r}: the node {why}\n{log}")
                self._changed.wait(left_s)

    # -- where it listens ----------------------------------------------------------------------

    @property
    def rpc_port(self) -> int:
        """Port of HTTP and WebSocket on 127.0.0.1; waits for the node to listen."""
        return int(self.wait_for_line(_RPC_LINE, START_TIMEOUT_S)[1])

    @property
    def http_url(self) -> str:
        """Address for JSON-RPC over HTTP."""
        return f"http://127.0.0.1:{self.rpc_port}"

    @property
    def ws_url(self) -> str:
        """Address for JSON-RPC over WebSocket."""
        return f"ws://127.0.0.1:{self.rpc_port}"

    @property
    def metrics_url(self) -> str:
        """Address of the metrics."""
        port = self.wait_for_line(_METRICS_LINE, START_TIMEOUT_S)[1]
        return f"http://127.0.0.1:{port}/metrics"

    # -- clients -------------------------------------------------------------------------------

    def rpc(self, method: str, *params: object) -> Any:
        """Call a method over HTTP. Raises RpcCallError."""
        call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        request = urllib.request.Request(
            self.http_url, json.dumps(call).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
            return _result(json.load(answer))

    @contextmanager
    def session(self) -> Iterator["Session"]:
        """Connect over WebSocket."""
        with connect(self.ws_url, compression=None, max_size=None) as connection:
            yield Session(connection)

    def metrics(self) -> str:
        """Read the metrics in Prometheus' text form."""
        with urllib.request.urlopen(self.metrics_url, timeout=TIMEOUT_S) as answer:
            text: str = answer.read().decode()
        return text

    # -- its end -------------------------------------------------------------------------------

    def wait(self, timeout_s: float = TIMEOUT_S) -> int:
        """Wait for the process to end by itself; return its exit code."""
        try:
            code = self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            raise NodeProcessError(f"still running after {timeout_s} s\n{self.log}") from None
        self._reader.join()
        self._stderr.close()
        return code

    def stop(self, number: signal.Signals = signal.SIGTERM, timeout_s: float = TIMEOUT_S) -> int:
        """Ask the node to end, and return its exit code."""
        self.process.send_signal(number)
        return self.wait(timeout_s)

    def kill(self) -> None:
        """End the process at once, as a power cut would; nothing happens if it has ended."""
        if self.process.poll() is None:
            self.process.kill()
        self.wait()


def _result(answer: dict[str, Any]) -> Any:
    if "error" in answer:
        raise RpcCallError(answer["error"])
    return answer["result"]


class Session:
    """JSON-RPC over one WebSocket. Raises websockets' ConnectionClosed when the node has gone."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._calls = 0
        #: Notifications that came while something else was waited for, with their method.
        self._waiting: deque[tuple[str, Any]] = deque()

    def call(self, method: str, *params: object) -> Any:
        """Call a method; return its result, for a subscription the id. Raises RpcCallError."""
        self._calls += 1
        call = {"jsonrpc": "2.0", "id": self._calls, "method": method, "params": params}
        self._connection.send(json.dumps(call))
        while True:
            message = json.loads(self._connection.recv(TIMEOUT_S))
            if message.get("id") == self._calls:
                return _result(message)
            self._waiting.append((message["method"], message["params"]["result"]))

    def notification(self, timeout_s: float = TIMEOUT_S) -> tuple[str, Any]:
        """Wait for the next notification: its method and result. Raises TimeoutError."""
        if self._waiting:
            return self._waiting.popleft()
        message = json.loads(self._connection.recv(timeout_s))
        return message["method"], message["params"]["result"]

    def wait_for_header(self, method: str, number: int) -> Any:
        """Return the first header of at least this number in notifications of `method`."""
        while True:
            name, header = self.notification()
            if name == method and int(header["number"], 16) >= number:
                return header
