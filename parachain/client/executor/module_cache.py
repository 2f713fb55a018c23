"""Compiled programs, in memory and on disk.

A file holds native code, which is run as it is. So files are only read from a folder that nobody
else may write to, and only if their header names the engine, its settings and the very code; files
that do not qualify are compiled anew. Nothing here decides what is run: that is the code's hash.
"""

import hashlib
import logging
import os
import stat
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Final

from wasmtime import Engine, Module, WasmtimeError

from parachain.runtime.gear.sandbox import InstantiationError, ProgramCode

#: Bytes of native code kept in memory: about a thousand programs of the usual size.
MEMORY_BYTES: Final = 512 * 1024 * 1024

_MAGIC: Final = b"gear-parachain compiled program 1\n"
_DIGEST_SIZE: Final = 32

_log = logging.getLogger("gear.sandbox")


def _digest(*parts: bytes) -> bytes:
    state = hashlib.blake2b(digest_size=_DIGEST_SIZE)
    for part in parts:
        state.update(len(part).to_bytes(8, "little"))
        state.update(part)
    return state.digest()


class ModuleCache:
    """Modules by the key of their code. May be used by several threads.

    `prepare` turns instrumented code into what is compiled; `fingerprint` names `prepare`, the
    engine and its settings. Without a `folder` nothing outlives the process.
    """

    def __init__(
        self,
        engine: Engine,
        prepare: Callable[[bytes], bytes],
        fingerprint: bytes,
        folder: Path | None = None,
        memory_bytes: int = MEMORY_BYTES,
    ) -> None:
        self._engine = engine
        self._prepare = prepare
        self._fingerprint = fingerprint
        self._folder = folder
        self._room = memory_bytes
        self._lock = threading.Lock()
        self._modules: OrderedDict[bytes, tuple[Module, int]] = OrderedDict()

    def get(self, code: ProgramCode) -> Module:
        """The compiled module. Raises InstantiationError if the code cannot be compiled."""
        with self._lock:
            known = self._modules.get(code.key)
            if known is not None:
                self._modules.move_to_end(code.key)
                return known[0]
        module, size = self._load(code.load())
        with self._lock:
            self._modules[code.key] = (module, size)
            self._room -= size
            while self._room < 0 and len(self._modules) > 1:
                _, (_, freed) = self._modules.popitem(last=False)
                self._room += freed
        return module

    def _load(self, code: bytes) -> tuple[Module, int]:
        digest = _digest(self._fingerprint, code)
        path = None if self._folder is None else self._folder / digest.hex()
        stored = None if path is None else _read(path, _MAGIC + digest)
        if stored is not None:
            try:
                return Module.deserialize(self._engine, stored), len(stored)
            except WasmtimeError as error:
                _log.warning("compiled program %s is not usable: %s", path, error)
        try:
            module = Module(self._engine, self._prepare(code))
        except WasmtimeError as error:
            raise InstantiationError(f"the code does not compile: {error}") from error
        native = bytes(module.serialize())
        if path is not None:
            _write(path, _MAGIC + digest, native)
        return module, len(native)


def open_folder(path: Path) -> Path:
    """Make the folder of a cache if there is none, and see that it is ours alone.

    Raises PermissionError if others own it or may write to it.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or not _is_ours(found):
        raise PermissionError(f"{path} is not a folder that only this user may write to")
    return path


def _is_ours(found: os.stat_result) -> bool:
    others = stat.S_IWGRP | stat.S_IWOTH
    return found.st_uid == os.geteuid() and not found.st_mode & others


def _read(path: Path, header: bytes) -> bytes | None:
    """What `_write` has written with the same header, else None."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        _log.warning("compiled program %s cannot be read: %s", path, error)
        return None
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or not _is_ours(found):
            _log.warning("compiled program %s is not a file that only this user may write", path)
            return None
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read()
    finally:
        os.close(descriptor)
    start = len(header) + _DIGEST_SIZE
    native = content[start:]
    if content[:start] != header + _digest(native):
        _log.warning("compiled program %s is damaged", path)
        return None
    return native


def _write(path: Path, header: bytes, native: bytes) -> None:
    """Write the file as a whole or not at all. A full disk is no reason to stop."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(unfinished, flags, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(header + _digest(native) + native)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("compiled program %s cannot be kept: %s", path, error)
