"""Sheets of an XLS workbook (BIFF 2–8), with merged areas and dates."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import xlrd

from sohoa.errors import InventoryError
from sohoa.intake.inventory.grid import MAX_COLUMNS, MAX_ROWS, MAX_SHEETS, Grid, broken, clean, fill_merges, locked


def read_xls(path: Path) -> list[Grid]:
    """The sheets in order. `InventoryError` when broken or with a password."""
    try:
        # What xlrd wants to tell about odd files goes nowhere: it would print cell contents.
        book = xlrd.open_workbook(str(path), formatting_info=True, logfile=io.StringIO())
        return [_sheet(book, sheet) for sheet in book.sheets()[:MAX_SHEETS]]
    except InventoryError:
        raise
    except xlrd.XLRDError as error:
        # An encrypted .xlsx is an OLE file without a workbook stream.
        if "ncrypt" in str(error) or "Can't find workbook" in str(error):
            raise locked() from None
        raise broken() from None
    except Exception:  # xlrd trusts the file's own lengths; a hostile one fails anywhere
        raise broken() from None


def _sheet(book: Any, sheet: Any) -> Grid:
    rows = []
    for index in range(min(sheet.nrows, MAX_ROWS)):
        cells = [_value(book, cell) for cell in sheet.row(index)[:MAX_COLUMNS]]
        rows.append([clean(c) for c in cells])
    grid = Grid(sheet.name, rows, hidden=sheet.visibility != 0)
    # xlrd's areas are half open.
    fill_merges(grid, [(r0, c0, r1 - 1, c1 - 1) for r0, r1, c0, c1 in sheet.merged_cells])
    return grid


def _value(book: Any, cell: Any) -> object:
    if cell.ctype == xlrd.XL_CELL_DATE:
        with contextlib.suppress(xlrd.XLDateError, ValueError, OverflowError):
            return xlrd.xldate_as_datetime(cell.value, book.datemode)
        return cell.value
    if cell.ctype in (xlrd.XL_CELL_TEXT, xlrd.XL_CELL_NUMBER):
        return cell.value
    return bool(cell.value) if cell.ctype == xlrd.XL_CELL_BOOLEAN else None
