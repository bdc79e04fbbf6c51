"""One file looked through before it is read: its hash, its pages, and every reason why it cannot be used."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

from sohoa.errors import ChangedError, DamagedError, LimitError, NotAScanError, SohoaError
from sohoa.intake.facts import Clock, FileFacts, PageFacts
from sohoa.intake.kinds import sniff
from sohoa.intake.regular import held, unreadable
from sohoa.models import Kind
from sohoa.settings import Limits

__all__ = ["FileFacts", "PageFacts", "hash_file", "probe"]

_CHUNK: Final = 1 << 20


def hash_file(path: Path) -> str:
    """SHA-256 of the bytes, in hexadecimal. Errors as `regular.held`, and `ChangedError` when somebody writes to it."""
    with held(path) as still:
        return _hash(still)


def _hash(still: Path) -> str:
    """Hash a file that is held open."""
    digest = hashlib.sha256()
    try:
        with still.open("rb") as file:
            before = os.fstat(file.fileno())
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                if file.tell() > before.st_size:
                    break
            after = os.fstat(file.fileno())
    except OSError as error:
        raise unreadable(error) from None
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise changed()
    return digest.hexdigest()


def changed() -> ChangedError:
    """The sentence for a file that somebody writes to meanwhile."""
    return ChangedError(
        "Tệp đang được ghi hoặc đã thay đổi trong lúc đọc. Chờ chép xong rồi chạy lại.",
        "The file is being written or changed while it was read. Wait until it is copied completely, then run again.",
    )


def probe(path: Path, limits: Limits) -> FileFacts:
    """Facts of a PDF or picture, from its structure and headers; no page is decoded.

    Raises `EncryptedError`, `DamagedError`, `LimitError`, `NotAScanError`, `RefusedError`, `UnreadableError`,
    `NotFoundError`, `ChangedError`. Time is checked between pages; run it in a process with limits (a worker, or
    `guard.Guard`) where files come from strangers.
    """
    clock = Clock(limits)
    kind = sniff(path)
    if kind == "zip":
        raise NotAScanError(
            "Đây là tệp zip; các tệp bên trong được đọc riêng. Đưa thư mục chứa nó vào.",
            "This is a zip; what it holds is read file by file. Bring in the folder it lies in.",
        )
    with held(path) as still:
        return _facts(still, kind, limits, clock)


def _facts(still: Path, kind: Kind, limits: Limits, clock: Clock) -> FileFacts:
    try:
        size = still.stat().st_size
    except OSError as error:
        raise unreadable(error) from None
    if size > limits.file_bytes:
        raise LimitError(
            f"Tệp lớn hơn {limits.file_bytes // 1024**2} MB (giới hạn file_bytes). Chia nhỏ tệp.",
            f"The file is larger than {limits.file_bytes // 1024**2} MB (limit file_bytes). Split it.",
        )
    sha256 = _hash(still)
    try:
        pages, repaired = _pages(still, kind, size, limits, clock)
    except SohoaError:
        raise
    except MemoryError:
        raise LimitError(
            "Tệp đòi quá nhiều bộ nhớ (giới hạn worker_memory_mb), giống bom nén. Kiểm tra nguồn gốc hoặc quét lại.",
            "The file asks for too much memory (limit worker_memory_mb), like a bomb. Check where it comes from or scan it again.",
        ) from None
    except OSError as error:
        # Pillow says with an OSError without number that a header is broken.
        raise (unreadable(error) if error.errno else damaged()) from None
    except Exception:  # the readers of hostile formats fail in ways that no list covers
        raise damaged() from None
    if not pages:
        raise damaged()
    return FileFacts(kind=kind, size=size, sha256=sha256, pages=len(pages), page_facts=tuple(pages), repaired=repaired)


def damaged() -> DamagedError:
    """The sentence for a file whose structure cannot be followed."""
    return DamagedError(
        "Cấu trúc tệp bị hỏng, không mở được. Chép lại từ nguồn hoặc quét lại.",
        "The file's structure is broken; it does not open. Copy it again from its source or scan it again.",
    )


def _pages(path: Path, kind: Kind, size: int, limits: Limits, clock: Clock) -> tuple[list[PageFacts], bool]:
    if kind == "pdf":
        from sohoa.intake.probe_pdf import pdf_pages

        return pdf_pages(path, limits, clock)
    if kind == "tiff":
        from sohoa.intake.tiff import tiff_pages

        return tiff_pages(path, limits, clock), False
    from sohoa.intake.pictures import picture_pages

    return picture_pages(path, kind, size, limits), False
