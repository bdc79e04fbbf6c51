"""What every object store does: bytes under a key, written once, checked by hash, never overwritten."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from sohoa.errors import ChangedError, CorruptObjectError, MissingObjectError, ObjectConflictError
from sohoa.intake.regular import unreadable
from sohoa.language import Sentence

CHUNK = 1024 * 1024
"""Bytes read and hashed at a time."""

ROOM = 64 * 1024**2
"""Bytes that `check` wants free unless told otherwise."""


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """Size in bytes, SHA-256 in hex, and how many versions the store holds (1 unless something went wrong)."""

    size: int
    sha256: str
    versions: int


class ObjectStore(Protocol):
    """One interface for the folder and the S3 servers. Errors are `StoreError` and its subclasses."""

    @property
    def notices(self) -> tuple[Sentence, ...]:
        """What the operator should know about this store's guarantees; filled by `check`."""

    def put_file(self, key: str, path: Path, sha256: str) -> ObjectFacts:
        """Store the file's bytes. The same bytes again change nothing; other bytes raise `ObjectConflictError`.

        `ChangedError` when the file does not have this hash (any more), `UnreadableError` when its disk fails: nothing
        is stored then.
        """

    def put_bytes(self, key: str, data: bytes) -> ObjectFacts:
        """Store the bytes; otherwise as `put_file`."""

    def get(self, key: str) -> bytes:
        """The bytes, checked by hash. `MissingObjectError`, `CorruptObjectError`."""

    def fetch(self, key: str, target: Path) -> ObjectFacts:
        """Stream the bytes into `target` (mode 0600), which appears only when the hash is right."""

    def stat(self, key: str) -> ObjectFacts | None:
        """Size, hash and versions without reading the bytes; None when the key holds nothing."""

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Every key that begins with `prefix`, sorted."""

    def withdraw(self, key: str) -> int:
        """Remove every version and every trace of an unfinished write; returns how many versions there were.

        `RetainedObjectError` where the server's retention forbids it, with the date.
        """

    def check(self, room: int = ROOM) -> None:
        """Reachable, writable, `room` bytes free; else `StoreUnreachableError`, `StoreDeniedError`, `StoreFullError`."""


class Source:
    """The file that is being stored: when its own disk fails, that is the file's fault and not the store's."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        """As of the stream; `UnreadableError` when its disk fails."""
        try:
            return self._stream.read(size)
        except OSError as error:
            raise unreadable(error) from None


def hash_file(path: Path) -> tuple[int, str]:
    """Size in bytes and SHA-256 (hex) of a file."""
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as stream:
        while block := stream.read(CHUNK):
            digest.update(block)
            size += len(block)
    return size, digest.hexdigest()


def missing() -> MissingObjectError:
    """No object has this key."""
    return MissingObjectError(
        "Kho đối tượng không có dữ liệu này. Chạy «sohoa verify» để biết còn thiếu gì.",
        "The object store does not hold this. Run `sohoa verify` to see what else is missing.",
    )


def corrupt() -> CorruptObjectError:
    """The stored bytes do not have the hash they were stored with."""
    return CorruptObjectError(
        "Dữ liệu trong kho đối tượng đã bị hỏng (sai mã băm). Khôi phục từ bản sao lưu.",
        "The stored bytes are damaged (the hash is wrong). Restore them from a backup.",
    )


def changed() -> ChangedError:
    """The source file no longer has the hash it came in with."""
    return ChangedError(
        "Tệp đã thay đổi sau khi được nhận vào. Chờ sao chép xong rồi chạy lại.",
        "The file changed after it was taken in. Wait until it has been copied completely, then run again.",
    )


def conflict() -> ObjectConflictError:
    """The key holds other bytes."""
    return ObjectConflictError(
        "Khóa này đã giữ dữ liệu khác; kho không bao giờ ghi đè. Chạy «sohoa verify».",
        "This key already holds other bytes; the store never overwrites. Run `sohoa verify`.",
    )
