"""One row of an inventory's table: its cells made values of a dossier or a record, and the secrecy it bears."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final

from sohoa.intake.inventory import secrecy
from sohoa.intake.inventory.cells import as_int, as_ordinal, number_of, split_type, strip_about, whole_notation
from sohoa.intake.inventory.dates import parse_date, parse_span
from sohoa.intake.inventory.grid import Cell, Grid, as_text
from sohoa.intake.inventory.headings import Heading
from sohoa.intake.inventory.model import InventoryNote
from sohoa.models import Secrecy

_TICKS: Final[dict[str | None, Secrecy]] = {"mark": "Mật", "mark_high": "Tối mật", "mark_top": "Tuyệt mật"}


class Row:
    """The cells of one row by their roles. What a person should know is added to `notes`."""

    def __init__(self, grid: Grid, heading: Heading, row: int, notes: list[InventoryNote]) -> None:
        self.grid, self.heading, self.row, self.notes = grid, heading, row, notes
        self.ordinal = as_ordinal(self.cell("ordinal"))

    def cell(self, role: str) -> Cell:
        """The cell under the heading of this role."""
        column, cells = self.heading.columns.get(role), self.grid.rows[self.row]
        return cells[column] if column is not None and column < len(cells) else None

    def text(self, role: str) -> str:
        """The same as one line of text, '' where it is empty."""
        return as_text(self.cell(role))

    def given(self, role: str) -> str | None:
        """The same, None where it is empty."""
        return self.text(role) or None

    def note(self, vi: str, en: str, *, serious: bool = False) -> None:
        """Tell a person something about this row."""
        self.notes.append(InventoryNote(vi=vi, en=en, sheet=self.grid.name, row=self.row + 1, serious=serious))

    def place(self) -> dict[str, Any]:
        """Where the paper and the row are."""
        return {"box": self.given("box"), "shelf": self.given("shelf"), "sheet": self.grid.name, "row": self.row + 1}

    def counts(self) -> tuple[int | None, int | None]:
        """Sheets and pages; `35/70` in one column gives both."""
        both = re.fullmatch(r"\s*(\d+)\s*/\s*(\d+)\s*", self.text("sheets_pages"))
        if both:
            return int(both[1]), int(both[2])
        sheets = "sheets_pages" if "sheets_pages" in self.heading.columns else "sheets"
        return as_int(self.cell(sheets)), as_int(self.cell("pages"))

    def dossier(self) -> dict[str, Any]:
        """The values of a DossierLine, from a list of dossiers or from the dossier's columns of a list of records."""
        start, end = parse_span(self.cell("dossier_time"))
        if "start" in self.heading.columns or "end" in self.heading.columns:
            start, end = parse_date(self.cell("start")), parse_date(self.cell("end"))
        code = self.given("dossier_code")
        if code is None and self.ordinal is None:
            self.note(
                "Hồ sơ không có số, ký hiệu. Bổ sung rồi đọc lại mục lục.",
                "The dossier has no file code. Add it and read the inventory again.",
                serious=True,
            )
        values: dict[str, Any] = {
            "code": code or (str(self.ordinal) if self.ordinal is not None else f"dòng {self.row + 1}"),
            "title": self.given("dossier_title"),
            "start": start,
            "end": end,
            "retention": self.given("retention"),
            **self.place(),
        }
        if not self.heading.is_record_table:
            # In a list of records these columns speak of the record.
            sheets, pages = self.counts()
            values |= {"sheets": sheets, "pages": pages, "access": self.given("access"), "note": self.given("note")}
        return values

    def record(self) -> dict[str, Any]:
        """The values of an InventoryLine."""
        notation, date = self.notation(), parse_date(self.cell("date"))
        if date is None and self.text("date"):
            self.note(
                "Không hiểu ngày tháng. Ghi dạng ngày/tháng/năm.",
                "The date was not understood. Write it as day/month/year.",
            )
        kind, subject = self.type_and_subject()
        year = as_int(self.cell("year"))
        return {
            "ordinal": self.ordinal,
            "number": number_of(notation) if notation else None,
            "notation": notation or None,
            "issued_date": date,
            "type": kind,
            "subject": subject,
            "author": self.given("author"),
            "pages": as_int(self.cell("pages")),
            "page_ref": self.given("page_ref") or self.given("sheets_pages"),
            "record_code": self.given("record_code"),
            "file_name": self.given("file_name"),
            "retention": self.given("retention"),
            "agency": self.given("agency"),
            "year": year if year and 1800 <= year <= 2100 else int(date[:4]) if date else None,
            "signer": self.given("signer"),
            "note": self.given("note"),
            **self.place(),
        }

    def type_and_subject(self) -> tuple[str | None, str | None]:
        """From two columns, or from «Tên loại và trích yếu» in one."""
        kind, subject = self.given("type"), self.text("subject")
        combined = self.text("type_subject")
        if combined:
            found, rest = split_type(combined)
            kind, subject = kind or found, subject or rest
        elif kind is None and subject:
            # The type often leads the subject of a table without a column for it; the subject stays as written.
            kind = split_type(subject)[0]
        return kind, (strip_about(subject) if subject else None)

    def notation(self) -> str:
        """The whole notation; a cell that Excel turned into a date is said, not guessed."""
        if any(isinstance(self.cell(role), dt.date) for role in ("notation", "number", "symbol")):
            self.note(
                "Excel đã đổi số, ký hiệu thành ngày tháng. Định dạng cột là Văn bản (Text) và nhập lại.",
                "Excel turned the notation into a date. Format the column as text and enter it again.",
            )
            return ""
        whole, number, symbol = self.text("notation"), self.text("number"), self.text("symbol")
        if whole and number and number_of(whole) is None:
            return whole_notation(number, whole)
        return whole or whole_notation(number, symbol)

    def mark(self) -> Secrecy | None:
        """The highest secrecy that any cell of the row puts on it, also those under headings that are not known."""
        roles = {column: role for role, column in self.heading.columns.items()}
        texts = self.grid.texts(self.row)
        return secrecy.highest(*(self._mark_of(roles.get(i), text) for i, text in enumerate(texts) if text))

    def _mark_of(self, role: str | None, text: str) -> Secrecy | None:
        if role == "secrecy":
            mark, understood = secrecy.from_column(text)
            if not understood:
                self.note(
                    "Không hiểu độ mật nên coi là Mật. Ghi rõ: Mật, Tối mật, Tuyệt mật hoặc để trống.",
                    "The secrecy was not understood and counts as Mật. Write Mật, Tối mật, Tuyệt mật or leave it empty.",
                    serious=True,
                )
            return mark
        if role in _TICKS:
            return secrecy.from_tick(text, _TICKS[role])
        if role == "access":
            return secrecy.from_access(text)
        return secrecy.from_note(text) if role == "note" else secrecy.from_title(text)
