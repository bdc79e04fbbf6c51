"""The vault: where everything derived from a file stays until its secrecy verdict.

A folder of mode 0700 with the pages read so far, unpacked zip members, temporary files of the programs called,
and a small private store of names and titles that may not be written anywhere else yet.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sohoa.errors import StoreError
from sohoa.intake.scratch import left_behind
from sohoa.stores.oserrors import full, store_error, translated


class Vault:
    """The vault of one installation. Everything in it can be thrown away; the next run makes it again."""

    def __init__(self, root: Path) -> None:
        """Open or create it with mode 0700; `StoreError` classes when that is not possible."""
        self.root = root
        try:
            for folder in (root, self.tmp, root / "work", root / "scratch"):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            root.chmod(0o700)
        except OSError as error:
            raise store_error(error) from error
        self.names = PrivateNames(root / "private.db")

    @property
    def tmp(self) -> Path:
        """Temporary folder of the workers and of the programs they call."""
        return self.root / "tmp"

    def work(self, unit_key: str) -> Path:
        """Folder of the pages read so far of one unit."""
        return self.root / "work" / unit_key

    def scratch(self, batch_id: str) -> Path:
        """Folder of the unpacked zip members of one batch."""
        folder = self.root / "scratch" / batch_id
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def drop_unit(self, unit_key: str) -> None:
        """Forget everything about a unit."""
        shutil.rmtree(self.work(unit_key), ignore_errors=True)
        self.names.drop([f"unit:{unit_key}"])

    def drop_scratch(self, batch_id: str) -> None:
        """Forget the unpacked members of a batch."""
        shutil.rmtree(self.root / "scratch" / batch_id, ignore_errors=True)

    def sweep(self, units_in_work: Iterable[str]) -> int:
        """Empty the vault of what no unfinished unit needs; gives the number of orphans removed.

        Call it only when no other run uses this vault.
        """
        keep = set(units_in_work)
        orphans = [folder for folder in (self.root / "work").iterdir() if folder.name not in keep]
        orphans += list((self.root / "scratch").iterdir()) + list(self.tmp.iterdir())
        with translated():
            orphans += left_behind(self.root)
        for orphan in orphans:
            with translated():
                if orphan.is_dir() and not orphan.is_symlink():
                    shutil.rmtree(orphan, ignore_errors=True)
                else:
                    orphan.unlink(missing_ok=True)
        return len(orphans)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let no other process of this machine come, go or sweep meanwhile."""
        with translated():
            lock = (self.root / "vault.lock").open("w")
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def close(self) -> None:
        """Give up the private store's connection."""
        self.names.close()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file of the vault whole or not at all, power cuts included; makes its folder. Raises `StoreError` classes."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with partial.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise store_error(error) from error


@contextmanager
def _translated() -> Iterator[None]:
    """Raise what SQLite says of the disk as a store error."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        name = str(getattr(error, "sqlite_errorname", "SQLITE_ERROR"))
        if name == "SQLITE_FULL" or name.startswith("SQLITE_IOERR"):
            raise full() from error
        if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
            raise store_error(OSError(errno.EROFS, "")) from error
        raise StoreError(
            f"Kho tạm kín không dùng được ({name}). Dừng các chương trình khác dùng thư mục dữ liệu rồi chạy lại.",
            f"The vault cannot be used ({name}). Stop other programs that use the data folder and run again.",
        ) from error


class PrivateNames:
    """Names, titles and places of files by key, in SQLite with secure delete; safe between threads."""

    def __init__(self, path: Path) -> None:
        """Open or create it; `StoreFullError`, `StoreDeniedError`, `StoreError`, as all its methods."""
        self._lock = threading.Lock()
        with translated(), _translated():
            path.touch(mode=0o600, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
            # No WAL: what is deleted must not stay in a log beside the file.
            self._connection.execute("PRAGMA secure_delete=ON")
            self._connection.execute("PRAGMA journal_mode=DELETE")
            self._connection.execute("PRAGMA synchronous=NORMAL")
            self._connection.execute("CREATE TABLE IF NOT EXISTS private (key TEXT PRIMARY KEY, value TEXT NOT NULL)")

    def put(self, entries: Mapping[str, Mapping[str, Any]]) -> None:
        """Store the entries, all or none."""
        rows = [(key, json.dumps(value, sort_keys=True)) for key, value in entries.items()]
        with self._lock, _translated(), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("INSERT OR REPLACE INTO private VALUES (?, ?)", rows)

    def get(self, key: str) -> dict[str, Any] | None:
        """The entry of a key, or None."""
        with self._lock, _translated():
            row = self._connection.execute("SELECT value FROM private WHERE key = ?", (key,)).fetchone()
        return None if row is None else dict(json.loads(row[0]))

    def some(self, keys: Iterable[str]) -> dict[str, dict[str, Any]]:
        """The entries of those keys that have one."""
        with self._lock, _translated():
            rows = self._connection.execute(
                "SELECT key, value FROM private WHERE key IN (SELECT value FROM json_each(?))", (json.dumps([*keys]),)
            ).fetchall()
        return {key: dict(json.loads(value)) for key, value in rows}

    def entries(self, prefix: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """All entries whose key begins with the prefix, in the order of their keys."""
        with self._lock, _translated():
            rows = self._connection.execute(
                "SELECT key, value FROM private WHERE key >= ? AND key < ? ORDER BY key",
                (prefix, prefix + "\U0010ffff"),
            ).fetchall()
        for key, value in rows:
            yield key, json.loads(value)

    def drop(self, keys: Iterable[str]) -> None:
        """Remove the entries for good (overwritten, not only unlinked)."""
        rows = [(key,) for key in keys]
        with self._lock, _translated(), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("DELETE FROM private WHERE key = ?", rows)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
