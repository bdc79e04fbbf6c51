"""Readings as bytes and back: gzipped JSON, the same bytes for the same reading."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence

from pydantic import TypeAdapter, ValidationError

from sohoa.errors import CorruptObjectError
from sohoa.models import PageReading

_PAGES = TypeAdapter(tuple[PageReading, ...])


def dump_readings(pages: Sequence[PageReading]) -> bytes:
    """The pages without the seconds they took (two runs must give the same bytes)."""
    timeless = tuple(page.model_copy(update={"seconds": 0.0}) for page in pages)
    return gzip.compress(_PAGES.dump_json(timeless, exclude_defaults=True), compresslevel=6, mtime=0)


def load_readings(stored: bytes) -> tuple[PageReading, ...]:
    """The pages that `dump_readings` wrote. CorruptObjectError where the bytes are something else."""
    try:
        return _PAGES.validate_json(gzip.decompress(stored))
    except (OSError, EOFError, zlib.error, ValidationError):
        raise CorruptObjectError(
            "Kết quả nhận dạng đã lưu bị hỏng. Đọc lại tệp này.",
            "The stored reading is damaged. Read the file again.",
        ) from None
