"""A CSV inventory: its encoding and its delimiter found out."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path
from typing import Final

from sohoa.intake.inventory.grid import MAX_COLUMNS, MAX_ROWS, MAX_TEXT, Grid, broken, clean, too_large
from sohoa.intake.inventory.headings import find_heading
from sohoa.text.legacy import detect_legacy, looks_vietnamese, to_unicode

_SAMPLE: Final = 200_000
_DELIMITERS: Final = (",", ";", "\t", "|")


def read_csv(path: Path) -> list[Grid]:
    """The one sheet of a CSV file, named by nothing. `InventoryError` when it is no text or too long."""
    text = decode(path.read_bytes()).replace("\x00", "")
    best = max(_DELIMITERS, key=lambda d: _score(text[:_SAMPLE], d))
    rows = []
    try:
        for row in _rows(text, best):
            rows.append([clean(c) for c in row[:MAX_COLUMNS]])
            if len(rows) > MAX_ROWS:
                raise too_large()
    except csv.Error:
        raise broken() from None
    return [Grid("", rows)]


def decode(raw: bytes) -> str:
    """The text of a file in UTF-8, UTF-16, cp1258, cp1252, TCVN3 or VNI, the last two still to be converted."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if raw.startswith(mark):
            return raw.decode(name, "replace")
    head = raw[:4096]
    if head.count(0) > len(head) // 5:
        # Latin text in UTF-16 has a zero in every second byte; which half tells the byte order.
        order = "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"
        return raw.decode(order, "replace")
    if head.count(0):
        raise broken()
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    candidates = [raw.decode("latin-1"), raw.decode("cp1258", "replace"), raw.decode("cp1252", "replace")]
    sample = candidates[0][:_SAMPLE]
    if detect_legacy(sample):
        return candidates[0]
    return max(candidates[1:], key=lambda text: looks_vietnamese(to_unicode(text[:_SAMPLE])))


def _rows(text: str, delimiter: str) -> list[list[str]]:
    csv.field_size_limit(MAX_TEXT * 10)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _score(text: str, delimiter: str) -> tuple[int, float]:
    """Heading columns recognised with this delimiter, then how even the rows are."""
    try:
        rows = _rows(text, delimiter)[:60]
    except csv.Error:
        return 0, 0.0
    widths = [len(r) for r in rows if any(r)]
    if not widths:
        return 0, 0.0
    usual = max(set(widths), key=widths.count)
    grid = Grid("", [[clean(to_unicode(c)) for c in r[:MAX_COLUMNS]] for r in rows])
    heading = find_heading(grid, 0, len(grid.rows))
    return (len(heading.columns) if heading else 0), (widths.count(usual) / len(widths) if usual > 1 else 0.0)
