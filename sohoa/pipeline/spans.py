"""Where records lie in files: their stable ids and the runs of pages they are made of."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Span:
    """Pages `first_page` to `last_page` of one file, which begin at `unit_page` of the unit; all counted from 1."""

    sha256: str
    first_page: int
    last_page: int
    unit_page: int


def record_id(fonds: str, unit_key: str, first_page: int) -> str:
    """Stable id of the record that begins on this page of this unit."""
    return "vb-" + hashlib.sha256(f"{fonds}\0{unit_key}\0{first_page}".encode()).hexdigest()[:16]


def spans(files: Sequence[dict[str, Any]], pages: tuple[int, int]) -> list[Span]:
    """The page runs, file by file, of the unit's pages from first to last (counted from 1 over all its files)."""
    first, last = pages
    result, before = [], 0
    for file in files:
        begin, end = max(first, before + 1), min(last, before + file["pages"])
        if begin <= end:
            result.append(Span(file["sha256"], begin - before, end - before, begin))
        before += file["pages"]
    return result
