"""A sheet as plain rows of cells, whatever file it came from; limits, merged cells and legacy text are dealt with here."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from sohoa.errors import InventoryError
from sohoa.text.legacy import Legacy, convert, detect_legacy, is_mojibake, to_unicode
from sohoa.text.normal import nfc

MAX_BYTES: Final = 100 * 1024**2
MAX_UNPACKED: Final = 1024**3
MAX_ROWS: Final = 300_000
MAX_COLUMNS: Final = 256
MAX_TEXT: Final = 10_000
MAX_SHEETS: Final = 2_000
_MAX_FILLED: Final = 2_000_000

Cell = str | int | float | dt.date | None
Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column, counted from 0, inclusive."""


@dataclass
class Grid:
    """One sheet. `rows` count from 0 here, from 1 for people. Merged cells all carry the value of their first."""

    name: str
    rows: list[list[Cell]]
    hidden: bool = False
    continued: set[tuple[int, int]] = field(default_factory=set)
    """Cells that repeat the one above them, because they were merged downwards."""
    uncounted: list[int] = field(default_factory=list)
    """Rows (from 0) with a formula that has no stored result."""

    def texts(self, row: int) -> list[str]:
        """The row's cells as one-line text, empty ones as ''."""
        return [as_text(c) for c in self.rows[row]] if 0 <= row < len(self.rows) else []


def clean(value: object) -> Cell:
    """A raw value as a cell: text in NFC and cut at a limit, dates without time, True/False as text, blanks as None."""
    if value is None or isinstance(value, bool):
        return None if value is None else ("x" if value else None)
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, int):
        return value
    # No-break spaces stay until legacy text is converted: in mojibake they are half of an «à». `as_text` drops them.
    text = nfc(str(value)[:MAX_TEXT]).replace("\x00", "").strip(" \t\r\n")
    return text if text.strip() else None


def as_text(cell: Cell) -> str:
    """A cell as one line of text; dates as dd/mm/yyyy."""
    if cell is None:
        return ""
    if isinstance(cell, dt.date):
        return f"{cell.day:02d}/{cell.month:02d}/{cell.year}"
    return " ".join(str(cell).split())


def fill_merges(grid: Grid, merges: Iterable[Merge]) -> None:
    """Give every cell of a merged area the value of its first, within limits: areas may claim a whole sheet."""
    left = _MAX_FILLED
    for top, start, bottom, end in merges:
        if not 0 <= top < len(grid.rows):
            continue
        value = grid.rows[top][start] if start < len(grid.rows[top]) else None
        if value is None:
            continue
        last = min(end, MAX_COLUMNS - 1)
        for row in range(top, min(bottom, len(grid.rows) - 1) + 1):
            left -= last - start + 1
            if left < 0:
                return
            cells = grid.rows[row]
            cells.extend([None] * (last + 1 - len(cells)))
            for column in range(start, last + 1):
                cells[column] = value
                if row > top:
                    grid.continued.add((row, column))


def convert_legacy(grid: Grid) -> Legacy | str | None:
    """Turn TCVN3, VNI or mojibake text into Unicode, judged over the whole sheet; says which it was."""
    strings = [c for row in grid.rows for c in row if isinstance(c, str) and not c.isascii()]
    if not strings:
        return None
    sample = "\n".join(strings[:2000])
    if is_mojibake(sample):
        _each(grid, to_unicode)
        return "mojibake"
    encoding = detect_legacy(sample)
    if encoding is not None:
        known: Legacy = encoding
        _each(grid, lambda text: convert(text, known))
        return encoding
    # A sheet may mix fonts: columns in TCVN3 beside columns in Unicode.
    if any(detect_legacy(s) for s in strings[:2000]):
        _each(grid, to_unicode)
        return "tcvn3"
    return None


def _each(grid: Grid, change: object) -> None:
    assert callable(change)
    for row in grid.rows:
        for i, cell in enumerate(row):
            if isinstance(cell, str) and not cell.isascii():
                row[i] = change(cell)
    grid.name = str(change(grid.name))


def too_large() -> InventoryError:
    """The sentence for an inventory over the limits."""
    return InventoryError(
        f"Mục lục quá lớn (tối đa {MAX_BYTES // 1024**2} MB, {MAX_ROWS} dòng). Tách thành nhiều tệp theo phông hoặc theo năm.",
        f"The inventory is too large (at most {MAX_BYTES // 1024**2} MB, {MAX_ROWS} rows). Split it by fonds or year.",
    )


def broken() -> InventoryError:
    """The sentence for an inventory that does not open."""
    return InventoryError(
        "Tệp mục lục bị hỏng hoặc không phải bảng tính. Mở bằng Excel, lưu lại dạng .xlsx rồi thử lại.",
        "The inventory is broken or no spreadsheet. Open it in Excel, save it as .xlsx and try again.",
    )


def locked() -> InventoryError:
    """The sentence for an inventory with a password."""
    return InventoryError(
        "Tệp mục lục có mật khẩu. Gỡ mật khẩu trong Excel (Tệp › Thông tin › Bảo vệ) rồi thử lại.",
        "The inventory has a password. Remove it in Excel (File › Info › Protect) and try again.",
    )
