"""Writes `muc-luc.xlsx`: the list of dossiers and the list of records, in the form of NĐ 30/2020/NĐ-CP, annex V."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.worksheet import Worksheet

from sohoa.sample.places import PROVINCE
from sohoa.sample.special import zip_files

_BOLD, _PLAIN = Font(name="Times New Roman", size=12, bold=True), Font(name="Times New Roman", size=12)
_THIN = Side(style="thin")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_FIXED_DAY = dt.datetime(2025, 7, 1, 8, 0, 0)

RECORD_COLUMNS = (
    "STT", "Số, ký hiệu hồ sơ", "Số, ký hiệu văn bản", "Ngày tháng năm văn bản", "Tên loại và trích yếu nội dung văn bản",
    "Tác giả văn bản", "Tờ số", "Trang số", "Độ mật", "Thời hạn bảo quản", "Tên tệp", "Ghi chú",
)  # fmt: skip
FIRST_RECORD_ROW = 6
"""Row of the first record line in sheet 2."""


@dataclass(frozen=True)
class DossierLine:
    """A line of sheet 1."""

    file_code: str
    title: str
    start: dt.date
    end: dt.date
    retention: str
    sheets: int
    pages: int
    box: str
    note: str


@dataclass(frozen=True)
class RecordLine:
    """A line of sheet 2, as its cells say it."""

    file_code: str
    ordinal: int
    """STT, counted from 1 in each dossier; `fileCode.ordinal` names the scan."""
    reference: str
    issued: dt.date | str
    subject: str
    author: str
    sheet: str
    page: str
    secrecy: str
    retention: str
    file_name: str
    note: str


def write_inventory(path: Path, dossiers: list[DossierLine], records: list[RecordLine]) -> None:
    """Write the inventory, the same bytes for the same lines."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = "Mục lục hồ sơ"
    _dossier_sheet(first, dossiers)
    _record_sheet(book.create_sheet("Mục lục văn bản"), records)
    out = io.BytesIO()
    book.properties.creator = "Văn thư"
    book.properties.created = _FIXED_DAY
    book.save(out)
    with zipfile.ZipFile(out) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    # openpyxl enters the time of saving.
    core = members["docProps/core.xml"].decode()
    members["docProps/core.xml"] = re.sub(
        r"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{_FIXED_DAY:%Y-%m-%dT%H:%M:%SZ}", core
    ).encode()
    zip_files(path, members)


def _head(sheet: Worksheet, title: str, columns: int, note: str) -> None:
    lines = (
        (f"LƯU TRỮ LỊCH SỬ TỈNH {PROVINCE.upper()}", _BOLD),
        (title, Font(name="Times New Roman", size=14, bold=True)),
        (note, Font(name="Times New Roman", size=12, italic=True)),
    )
    for row, (text, font) in enumerate(lines, start=1):
        sheet.cell(row, 1, text).font = font
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=columns)
        sheet.cell(row, 1).alignment = _MIDDLE


def _row(sheet: Worksheet, row: int, cells: tuple[str | int | dt.date, ...], font: Font = _PLAIN) -> None:
    for column, value in enumerate(cells, start=1):
        cell = sheet.cell(row, column, value if value != "" else None)
        cell.font, cell.border = font, _BOX
        cell.alignment = _MIDDLE if font is _BOLD else Alignment(vertical="top", wrap_text=True)
        if isinstance(value, dt.date):
            cell.number_format = "dd/mm/yyyy"


def _dossier_sheet(sheet: Worksheet, lines: list[DossierLine]) -> None:
    _head(sheet, "MỤC LỤC HỒ SƠ, TÀI LIỆU NỘP LƯU", 9, "Giai đoạn 2012 - 2025")
    _row(
        sheet,
        4,
        (
            "Số TT",
            "Số, ký hiệu hồ sơ",
            "Tiêu đề hồ sơ",
            "Thời gian tài liệu",
            "",
            "Thời hạn bảo quản",
            "Số tờ/ Số trang",
            "Hộp số",
            "Ghi chú",
        ),
        _BOLD,
    )
    _row(sheet, 5, ("", "", "", "Bắt đầu", "Kết thúc", "", "", "", ""), _BOLD)
    sheet.merge_cells("D4:E4")
    for column in "ABCFGHI":
        sheet.merge_cells(f"{column}4:{column}5")
    for index, line in enumerate(lines, start=1):
        _row(
            sheet, 5 + index,
            (index, line.file_code, line.title, f"{line.start:%d/%m/%Y}", f"{line.end:%d/%m/%Y}", line.retention,
             f"{line.sheets}/{line.pages}", line.box, line.note),
        )  # fmt: skip
    _foot(sheet, 7 + len(lines), len(lines), "hồ sơ (đơn vị bảo quản)", 9)
    _widths(sheet, (7, 22, 60, 12, 12, 12, 10, 9, 16))


def _record_sheet(sheet: Worksheet, lines: list[RecordLine]) -> None:
    columns = len(RECORD_COLUMNS)
    _head(sheet, "MỤC LỤC VĂN BẢN, TÀI LIỆU TRONG HỒ SƠ", columns, "(Kèm theo Mục lục hồ sơ, tài liệu nộp lưu)")
    _row(sheet, 4, (*RECORD_COLUMNS[:6], "Vị trí trong hồ sơ", "", *RECORD_COLUMNS[8:]), _BOLD)
    _row(sheet, 5, ("",) * 6 + ("Tờ số", "Trang số") + ("",) * 4, _BOLD)
    sheet.merge_cells("G4:H4")
    for column in "ABCDEFIJKL":
        sheet.merge_cells(f"{column}4:{column}5")
    for index, line in enumerate(lines, start=1):
        _row(
            sheet, FIRST_RECORD_ROW - 1 + index,
            (line.ordinal, line.file_code, line.reference, line.issued, line.subject, line.author, line.sheet, line.page,
             line.secrecy, line.retention, line.file_name, line.note),
        )  # fmt: skip
    _foot(sheet, FIRST_RECORD_ROW + 1 + len(lines), len(lines), "văn bản, tài liệu", columns)
    _widths(sheet, (6, 22, 20, 13, 60, 34, 8, 9, 10, 12, 30, 18))


def _foot(sheet: Worksheet, row: int, count: int, what: str, columns: int) -> None:
    said = in_words(count)
    for offset, text in enumerate(
        (f"Mục lục này gồm: {count} {what}.", f"Viết bằng chữ: {said[:1].upper()}{said[1:]} {what}.")
    ):
        sheet.cell(row + offset, 1, text).font = _PLAIN
        sheet.merge_cells(start_row=row + offset, start_column=1, end_row=row + offset, end_column=columns)
    sheet.cell(row + 3, columns - 2, "Người lập").font = _BOLD
    sheet.cell(row + 4, columns - 2, "(Ký, ghi rõ họ tên)").font = _PLAIN


def _widths(sheet: Worksheet, widths: tuple[int, ...]) -> None:
    for column, width in zip("ABCDEFGHIJKL", widths, strict=False):
        sheet.column_dimensions[column].width = width


_ONES = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def in_words(number: int) -> str:
    """A number from 0 to 999,999 in Vietnamese words: 105 → «một trăm linh năm»."""
    if number < 10:
        return _ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        head = "mười" if tens == 1 else f"{_ONES[tens]} mươi"
        if ones == 0:
            return head
        tail = "lăm" if ones == 5 else "mốt" if ones == 1 and tens > 1 else _ONES[ones]
        return f"{head} {tail}"
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        head = f"{_ONES[hundreds]} trăm"
        return head if not rest else f"{head} linh {_ONES[rest]}" if rest < 10 else f"{head} {in_words(rest)}"
    thousands, rest = divmod(number, 1000)
    head = f"{in_words(thousands)} nghìn"
    return (
        head
        if not rest
        else f"{head} {'không trăm ' if rest < 100 else ''}{'linh ' if rest < 10 else ''}{in_words(rest)}"
    )
