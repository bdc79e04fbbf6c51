"""Dates as people write them in inventories, to ISO 8601, as exact as they are and no more."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from sohoa.intake.inventory.grid import Cell, as_text
from sohoa.text.normal import fold

_YEARS: Final = range(1800, 2101)
_EXCEL_DAYS: Final = range(1462, 73051)
"""Serial numbers of 1904 to 2099 in Excel's 1900 system; smaller ones are years or counts."""
_FULL: Final = re.compile(r"(?<!\d)(\d{1,2})\s*[/.\-\s]\s*(\d{1,2})\s*[/.\-\s]\s*(\d{4}|\d{2})(?!\d)")
_ISO: Final = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?![\d])")
_WORDS: Final = re.compile(r"(?:ngay\s*([\d.…_]*)[\s,.]*)?thang\s*(\d{1,2})[\s,./-]*(?:nam\s*)?(\d{4})")
_MONTH: Final = re.compile(r"(?<![\d/.-])(\d{1,2})\s*[/.-]\s*(\d{4})(?!\d)")
_BLANK_DAY: Final = re.compile(r"[_….\s]+/\s*(\d{1,2})\s*/\s*(\d{4})")
_YEAR: Final = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_BETWEEN: Final = re.compile(r"\s*(?:–|—|->|→|\bden(?:\s+ngay)?\b|\s-\s)\s*")


def parse_date(cell: Cell) -> str | None:
    """ISO 8601 (`2015-03-05`, `2015-03` or `2015`), or None. Day before month, as in Vietnam, unless that is impossible."""
    if isinstance(cell, dt.date):
        return cell.isoformat() if cell.year in _YEARS else None
    if isinstance(cell, int | float):
        if cell in _YEARS:
            return str(int(cell))
        if int(cell) in _EXCEL_DAYS:
            return (dt.date(1899, 12, 30) + dt.timedelta(days=int(cell))).isoformat()
        return None
    if not cell:
        return None
    text = fold(as_text(cell))
    if match := _ISO.search(text):
        return _iso(match[1], match[2], match[3])
    if match := _FULL.search(text):
        return _iso(_century(match[3]), match[2], match[1])
    if match := _WORDS.search(text):
        return _iso(match[3], match[2], match[1] or None)
    if match := _BLANK_DAY.search(text) or _MONTH.search(text):
        return _iso(match[2], match[1], None)
    if match := _YEAR.search(text):
        return match[1] if int(match[1]) in _YEARS else None
    return None


def parse_span(cell: Cell) -> tuple[str | None, str | None]:
    """Beginning and end of a period: `2015 - 2016`, `05/01/2015-20/12/2015`, `01/2015 đến 12/2015`; one date is both."""
    if not isinstance(cell, str):
        one = parse_date(cell)
        return one, one
    text = fold(as_text(cell)).removeprefix("tu ")
    if months := re.fullmatch(r"\s*(?:thang\s*)?(\d{1,2})\s*[-–]\s*(\d{1,2})\s*/\s*(\d{4})\s*", text):
        return _iso(months[3], months[1], None), _iso(months[3], months[2], None)
    parts = [p for p in _BETWEEN.split(text) if p.strip()]
    if len(parts) != 2:
        # Without blanks around it the hyphen is found between two whole dates or two years.
        match = re.fullmatch(r"\s*(\d{1,2}/\d{1,2}/\d{2,4}|\d{1,2}/\d{4}|\d{4})\s*-\s*(\S+)\s*", text)
        parts = [match[1], match[2]] if match else [text]
    if len(parts) == 2:
        start, end = parse_date(parts[0]), parse_date(parts[1])
        if start is None and end is not None and parts[0].strip().isdigit():
            start = _iso(end[:4], parts[0].strip(), None)
        return start, end
    one = parse_date(text)
    return one, one


def _century(year: str) -> str:
    if len(year) == 4:
        return year
    # Two digits: nothing is dated in the future.
    this = dt.date.today().year % 100
    return f"20{year}" if int(year) <= this else f"19{year}"


def _iso(year: str, month: str, day: str | None) -> str | None:
    numbers = re.sub(r"\D", "", day or "")
    y, m, d = int(year), int(month), int(numbers) if numbers else 0
    if y not in _YEARS:
        return None
    if m > 12 and 1 <= d <= 12:
        m, d = d, m
    if not 1 <= m <= 12:
        return str(y)
    if not d:
        return f"{y}-{m:02d}"
    try:
        return dt.date(y, m, d).isoformat()
    except ValueError:
        return f"{y}-{m:02d}"
