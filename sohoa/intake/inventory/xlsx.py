"""Sheets of an XLSX workbook: values as stored, merged areas, hidden sheets, formulas without a result."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree  # the parser's expat refuses entity bombs since 2.4.1

import openpyxl
from openpyxl.utils.cell import range_boundaries

from sohoa.errors import InventoryError, SohoaError
from sohoa.intake.inventory.grid import (
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_SHEETS,
    MAX_UNPACKED,
    Grid,
    Merge,
    broken,
    clean,
    fill_merges,
    too_large,
)
from sohoa.intake.zipguard import open_zip
from sohoa.settings import Limits

_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT: Final = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_DOCTYPE: Final = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_MAX_MERGES: Final = 100_000
_BLANK_RUN: Final = 5_000
"""Blank rows after which the rest of a sheet is taken for formatting only."""


def read_xlsx(path: Path) -> list[Grid]:
    """The sheets in order. `InventoryError` when broken, too large, or with declarations that no spreadsheet needs."""
    try:
        with open_zip(path, Limits()) as archive:
            _check(archive)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                # Read-only: cells come as a stream, and external links are never opened.
                book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
            try:
                return [_sheet(archive, sheet) for sheet in book.worksheets[:MAX_SHEETS]]
            finally:
                book.close()
    except InventoryError:
        raise
    except SohoaError:
        raise broken() from None
    except Exception:  # a hostile workbook fails in ways that no list covers
        raise broken() from None


def _check(archive: zipfile.ZipFile) -> None:
    infos = archive.infolist()
    if sum(i.file_size for i in infos) > MAX_UNPACKED:
        raise too_large()
    for info in infos:
        if info.filename.endswith((".xml", ".rels")):
            with archive.open(info) as part:
                if _DOCTYPE.search(part.read(4096)):
                    raise broken()


def _sheet(archive: zipfile.ZipFile, sheet: Any) -> Grid:
    # Some programs write a wrong dimension; without it every row is read.
    sheet.reset_dimensions()
    rows: list[list[Any]] = []
    blank = 0
    for values in sheet.iter_rows(values_only=True):
        row = [clean(v) for v in values[:MAX_COLUMNS]]
        while row and row[-1] is None:
            row.pop()
        blank = 0 if row else blank + 1
        if blank > _BLANK_RUN:
            break
        rows.append(row)
        if len(rows) > MAX_ROWS + _BLANK_RUN:
            raise too_large()
    while rows and not rows[-1]:
        rows.pop()
    grid = Grid(sheet.title, rows, hidden=sheet.sheet_state != "visible")
    part = str(sheet._worksheet_path)
    merges, grid.uncounted = _merges_and_formulas(archive.read(part), len(rows))
    fill_merges(grid, merges)
    return grid


def _merges_and_formulas(xml: bytes, rows: int) -> tuple[list[Merge], list[int]]:
    """Merged areas, and rows with a formula whose result was never stored (openpyxl gives an empty cell for them)."""
    merges: list[Merge] = []
    uncounted: list[int] = []
    for _, element in ElementTree.iterparse(io.BytesIO(xml)):  # noqa: S314 (no declarations: see _check)
        tag = element.tag.replace(_STRICT, _MAIN)
        if tag == f"{_MAIN}mergeCell" and len(merges) < _MAX_MERGES:
            left, top, right, bottom = range_boundaries(element.get("ref", ""))
            if left and top and right and bottom:
                merges.append((top - 1, left - 1, bottom - 1, right - 1))
        elif tag == f"{_MAIN}c":
            found = {child.tag.replace(_STRICT, _MAIN): child.text for child in element}
            # An empty text is a result, too; an empty value of any other type is none.
            counted = found.get(f"{_MAIN}v") or (element.get("t") == "str" and f"{_MAIN}v" in found)
            if f"{_MAIN}f" in found and not counted and len(uncounted) < rows:
                row = re.sub(r"\D", "", element.get("r", ""))
                if row:
                    uncounted.append(int(row) - 1)
        elif tag == f"{_MAIN}row":
            element.clear()
    return merges, uncounted
