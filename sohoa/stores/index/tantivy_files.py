"""Generations of a tantivy index on the disk: a pointer file names the serving one and is renamed atomically.

<root>/current.json      {"generation": "g-…", "schema": 1}
<root>/g-…/records/      tantivy directory of record entries
<root>/g-…/pages/        tantivy directory of page entries
<root>/write.lock        held (flock) by the one writer, for the length of a call
<root>/rebuild.lock      held by a rebuild until it switches
"""

from __future__ import annotations

import fcntl
import json
import os
import random
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, cast

import tantivy

from sohoa.errors import StoreBusyError, StoreDeniedError, StoreError
from sohoa.stores.index.tantivy_schema import SCHEMA_VERSION, page_schema, record_schema
from sohoa.stores.oserrors import full, translated

LOCK_SECONDS = 15.0
"""How long a writer waits for another to finish its call."""

Stamp = tuple[int, int, int]


class Searchers(NamedTuple):
    """A consistent look at one generation; stays valid whatever is written afterwards."""

    generation: str
    records: tantivy.Searcher
    pages: tantivy.Searcher
    record_schema: tantivy.Schema
    page_schema: tantivy.Schema


@dataclass
class Reader:
    """One open tantivy directory, reloaded when its `meta.json` was replaced."""

    path: Path

    def __post_init__(self) -> None:
        self.index = tantivy.Index.open(str(self.path))
        self.index.config_reader("manual")
        self.stamp: Stamp | None = None

    def searcher(self) -> tantivy.Searcher:
        stamp = stamp_of(self.path / "meta.json")
        if stamp != self.stamp:
            self.index.reload()
            self.stamp = stamp
        return self.index.searcher()


def count_of(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    """How many entries a query finds."""
    return int(cast(Any, searcher.search(query, 1)).count)


def stamp_of(path: Path) -> Stamp:
    """What changes when a file is replaced by another."""
    facts = path.stat()
    return facts.st_ino, facts.st_mtime_ns, facts.st_size


def read_pointer(root: Path) -> str | None:
    """Name of the serving generation; None before the first write. `StoreError` when its schema is another's."""
    with translated():
        try:
            pointer = json.loads((root / "current.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except ValueError:
            raise damaged() from None
    if not isinstance(pointer, dict) or pointer.get("schema") != SCHEMA_VERSION:
        raise StoreError(
            "Chỉ mục do một phiên bản khác của chương trình ghi. Chạy «sohoa reindex» để dựng lại.",
            "The index was written by another version of this program. Run `sohoa reindex` to build it anew.",
        )
    return str(pointer["generation"])


def write_pointer(root: Path, generation: str) -> None:
    """Serve this generation from now on."""
    with translated():
        partial = root / f".current-{secrets.token_hex(6)}"
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump({"generation": generation, "schema": SCHEMA_VERSION}, stream)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(root / "current.json")
        folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
        os.fsync(folder)
        os.close(folder)


def new_generation(root: Path) -> str:
    """Make the folders of a generation that nobody serves yet; its name."""
    name = f"g-{time.strftime('%Y%m%d%H%M%S', time.gmtime())}-{secrets.token_hex(4)}"
    with translated(), tantivy_errors():
        for kind, schema in (("records", record_schema()), ("pages", page_schema())):
            folder = root / name / kind
            make_root(folder.parent)
            folder.mkdir(0o700)
            tantivy.Index(schema, path=str(folder))
    return name


def drop_others(root: Path, keep: str | None) -> None:
    """Remove every generation but one, and pointers that were never renamed."""
    with translated():
        for path in root.glob("g-*"):
            if path.name != keep:
                shutil.rmtree(path, ignore_errors=True)
        for path in root.glob(".current-*"):
            path.unlink(missing_ok=True)


def make_root(root: Path) -> None:
    """The folder and its parents, the folder itself of mode 0700."""
    with translated():
        root.parent.mkdir(parents=True, exist_ok=True)
        root.mkdir(0o700, exist_ok=True)


@contextmanager
def locked(root: Path, name: str, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold a lock over all processes; `StoreBusyError` when another keeps it longer than `seconds`."""
    make_root(root)
    with translated():
        handle = os.open(root / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        until = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise busy() from None
                time.sleep(random.uniform(0.01, 0.05))
        yield
    finally:
        os.close(handle)


@contextmanager
def tantivy_errors() -> Iterator[None]:
    """Raise tantivy's errors as store errors; its messages hold paths and stay out of the sentence."""
    try:
        with translated():
            yield
    except ValueError as error:
        said = str(error)
        if "LockBusy" in said:
            raise busy() from error
        if "No space left" in said or "os error 28" in said:
            raise full() from error
        if "Permission denied" in said:
            raise StoreDeniedError(
                "Không có quyền ghi thư mục chỉ mục. Sửa quyền của thư mục dữ liệu rồi chạy lại.",
                "No right to write the index folder. Correct the rights of the data folder and run again.",
            ) from error
        raise damaged() from error


def busy() -> StoreBusyError:
    """Another process is writing the index."""
    return StoreBusyError(
        "Một tiến trình khác đang ghi chỉ mục. Chờ nó xong rồi chạy lại.",
        "Another process is writing the index. Wait until it is done and run again.",
    )


def damaged() -> StoreError:
    """The files of the index cannot be used."""
    return StoreError(
        "Chỉ mục không đọc hoặc ghi được. Chạy «sohoa reindex» để dựng lại từ danh mục và kho đối tượng.",
        "The index cannot be read or written. Run `sohoa reindex` to build it anew from catalogue and objects.",
    )
