"""The object store in a folder: one atomic rename publishes the bytes together with their hash.

A content-addressed key (`originals/ab/<sha256>`) is a plain file: its name is its hash. Any other key is a folder that
holds one file, `object-<sha256>`. So no sidecar can be lost or disagree, and because renaming onto a folder that is
not empty fails, two writers cannot both create a key: the second sees the first one's hash.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import io
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from sohoa.errors import StoreError, StoreFullError
from sohoa.language import Sentence
from sohoa.stores.objects.base import CHUNK, ROOM, ObjectFacts, Source, changed, conflict, corrupt, hash_file, missing
from sohoa.stores.objects.keys import addressed_hash, check_key
from sohoa.stores.oserrors import translated

_PARTIAL = ".partial"
_YOUNG = 60.0
"""Seconds for which an unlocked unfinished write is left alone: its writer may be about to lock it."""


class FolderStore:
    """Objects as files of mode 0600 in folders of mode 0700; unfinished writes lie in `.partial` of the same disk."""

    notices: tuple[Sentence, ...] = ()

    def __init__(self, root: Path) -> None:
        self.root = root
        self._swept = False

    def put_file(self, key: str, path: Path, sha256: str) -> ObjectFacts:
        with path.open("rb") as stream:
            return self._put(key, Source(stream), sha256)

    def put_bytes(self, key: str, data: bytes) -> ObjectFacts:
        return self._put(key, io.BytesIO(data), hashlib.sha256(data).hexdigest())

    def get(self, key: str) -> bytes:
        with translated():
            path, sha256 = self._find(key)
            data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise corrupt()
        return data

    def fetch(self, key: str, target: Path) -> ObjectFacts:
        with translated():
            path, sha256 = self._find(key)
            partial = target.with_name(f".{secrets.token_hex(8)}.part")
            try:
                with path.open("rb") as source, _create(partial) as sink:
                    size, found = _copy(source, sink)
                if found != sha256:
                    raise corrupt()
                partial.replace(target)
            finally:
                partial.unlink(missing_ok=True)
        return ObjectFacts(size, sha256, 1)

    def stat(self, key: str) -> ObjectFacts | None:
        with translated():
            place = self._place(key)
            files = [place] if place.is_file() else _inner(place)
            if not files:
                return None
            size = files[0].stat().st_size
        return ObjectFacts(size, _hash_of(files[0]), len(files))

    def keys(self, prefix: str = "") -> Iterator[str]:
        with translated():
            yield from sorted(key for key in self._walk(prefix) if key.startswith(prefix))

    def withdraw(self, key: str) -> int:
        with translated():
            place = self._place(key)
            files = [place] if place.is_file() else _inner(place)
            for file in files:
                file.unlink()
            folder = place if place.is_dir() else place.parent
            if folder.is_dir():
                _sync(folder)
            while folder != self.root and folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
                folder = folder.parent
                _sync(folder)
        return len(files)

    def check(self, room: int = ROOM) -> None:
        with translated():
            self._prepare()
            probe = self.root / _PARTIAL / f"check-{secrets.token_hex(8)}"
            try:
                with _create(probe) as stream:
                    stream.write(b"sohoa")
                    os.fsync(stream.fileno())
            finally:
                probe.unlink(missing_ok=True)
            free = shutil.disk_usage(self.root).free
        if free < room:
            raise StoreFullError(
                f"Ổ đĩa của kho đối tượng chỉ còn {free // 1024**2} MiB. Giải phóng chỗ trống rồi chạy lại.",
                f"The disk of the object store has only {free // 1024**2} MiB left. Free some room and run again.",
            )

    def _put(self, key: str, stream: Source | BinaryIO, sha256: str) -> ObjectFacts:
        if (named := addressed_hash(key)) and named != sha256:
            raise conflict()
        with translated():
            place = self._place(key)
            self._prepare()
            if (facts := self._existing(key, sha256)) is not None:
                return facts
            with self._unfinished() as (folder, sink):
                size, found = _copy(stream, sink)
                if found != sha256:
                    raise changed()
                # Read back what the disk has; only then give it its name.
                if hash_file(folder / "data") != (size, sha256):
                    raise corrupt()
                self._publish(folder, place, sha256)
            facts = self._existing(key, sha256)
        if facts is None:
            raise missing()
        return facts

    def _existing(self, key: str, sha256: str) -> ObjectFacts | None:
        """What the key holds, if it holds exactly these bytes; an error if others."""
        facts = self.stat(key)
        if facts is None:
            return None
        if facts.sha256 != sha256:
            raise conflict()
        path, _ = self._find(key)
        if hash_file(path) != (facts.size, sha256):
            raise corrupt()
        return facts

    def _publish(self, folder: Path, place: Path, sha256: str) -> None:
        _make(place.parent, self.root)
        if addressed_hash(place.name):
            # A second writer of the same hash replaces equal bytes by equal bytes.
            (folder / "data").rename(place)
        else:
            ready = folder / "ready"
            ready.mkdir(0o700)
            (folder / "data").rename(ready / f"object-{sha256}")
            _sync(ready)
            try:
                ready.rename(place)
            except OSError as error:
                # Somebody else created the key meanwhile: the caller compares what it holds.
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
        _sync(place.parent)

    @contextmanager
    def _unfinished(self) -> Iterator[tuple[Path, BinaryIO]]:
        """A locked file in a folder of its own; whatever is left of it afterwards is removed."""
        folder = self.root / _PARTIAL / secrets.token_hex(12)
        folder.mkdir(0o700)
        try:
            with _create(folder / "data") as stream:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield folder, stream
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _prepare(self) -> None:
        """Make the folders; once a process, sweep what killed writers left."""
        _make(self.root / _PARTIAL, self.root.parent)
        if self._swept:
            return
        self._swept = True
        for folder in (self.root / _PARTIAL).iterdir():
            with suppress(OSError):
                if folder.is_dir() and not _in_use(folder):
                    shutil.rmtree(folder, ignore_errors=True)
                elif folder.is_file() and time.time() - folder.stat().st_mtime > _YOUNG:
                    folder.unlink()

    def _place(self, key: str) -> Path:
        return self.root / check_key(key)

    def _find(self, key: str) -> tuple[Path, str]:
        place = self._place(key)
        files = [place] if place.is_file() else _inner(place)
        if not files:
            raise missing()
        if len(files) > 1:
            raise conflict()
        return files[0], _hash_of(files[0])

    def _walk(self, prefix: str) -> Iterator[str]:
        start = self.root / prefix.rpartition("/")[0] if "/" in prefix else self.root
        for folder, names, files in os.walk(start):
            if _PARTIAL in names:
                names.remove(_PARTIAL)
            relative = Path(folder).relative_to(self.root)
            if any(name.startswith("object-") for name in files):
                yield relative.as_posix()
            else:
                yield from ((relative / name).as_posix() for name in files)


def _copy(source: Source | BinaryIO, sink: BinaryIO) -> tuple[int, str]:
    """Copy, flush to the disk; bytes copied and their SHA-256."""
    digest = hashlib.sha256()
    size = 0
    while block := source.read(CHUNK):
        digest.update(block)
        sink.write(block)
        size += len(block)
    sink.flush()
    os.fsync(sink.fileno())
    return size, digest.hexdigest()


def _create(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")


def _make(folder: Path, above: Path) -> None:
    """Make a folder and its parents below `above` with mode 0700 and write them to the disk."""
    if folder.is_dir():
        return
    if folder != above:
        _make(folder.parent, above)
    folder.mkdir(0o700, exist_ok=True, parents=folder == above)
    _sync(folder.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _inner(place: Path) -> list[Path]:
    """The files of a key that is a folder, sorted; one, unless somebody meddled."""
    return sorted(place.glob("object-*")) if place.is_dir() else []


def _hash_of(path: Path) -> str:
    named = addressed_hash(path.name) or addressed_hash(path.name.removeprefix("object-"))
    if named is None:
        raise StoreError(
            "Trong kho đối tượng có tệp lạ, không do chương trình ghi. Chạy «sohoa verify».",
            "The object store holds a file that this program did not write. Run `sohoa verify`.",
        )
    return named


def _in_use(folder: Path) -> bool:
    """True while a living writer holds the lock, or may be about to take it (it does before its first byte)."""
    data = folder / "data"
    if not data.exists():
        return time.time() - folder.stat().st_mtime < _YOUNG
    with data.open("rb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return data.stat().st_size == 0 and time.time() - data.stat().st_mtime < _YOUNG
