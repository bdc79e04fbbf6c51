"""Tables of an inventory read row by row: dossiers and lines, with the headings and footers around them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any, Final

from sohoa.intake.inventory import secrecy
from sohoa.intake.inventory.cells import as_int, as_ordinal, number_of, split_type, strip_about, whole_notation
from sohoa.intake.inventory.dates import parse_date, parse_span
from sohoa.intake.inventory.grid import Cell, Grid, as_text
from sohoa.intake.inventory.headings import Heading, find_heading, heading_at
from sohoa.intake.inventory.model import InventoryNote
from sohoa.intake.inventory.totals import Unit, is_footer, total_in_words, totals
from sohoa.models import Secrecy
from sohoa.text.normal import fold

_DOSSIER_NAMED: Final = re.compile(
    r"(?:ho so so|ma ho so|so(?:,)? (?:va )?ky hieu ho so|ho so|don vi bao quan(?: so)?|dvbq(?: so)?)\s*[:.]?\s*([0-9a-z][^\s,;:|]*)"
)
_FORMAL: Final = re.compile(r"^(cong hoa xa hoi|dang cong san|doc lap|muc luc|danh muc|phong|trang \d|\(?kem theo)")


@dataclass
class RawDossier:
    """A dossier's cells, made values; `values` has the names of DossierLine."""

    values: dict[str, Any]
    own_mark: Secrecy | None = None


@dataclass
class RawLine:
    """A record's cells, made values; `values` has the names of InventoryLine."""

    values: dict[str, Any]
    named_dossier: str | None = None
    mark: Secrecy | None = None


@dataclass
class Table:
    """What one sheet gave."""

    sheet: str
    dossiers: list[RawDossier] = field(default_factory=list)
    lines: list[RawLine] = field(default_factory=list)
    notes: list[InventoryNote] = field(default_factory=list)
    found: bool = False


def read_table(grid: Grid) -> Table:
    """Everything in one sheet. A sheet without a heading that is known gives no lines (`found` is False)."""
    reader = _Reader(grid)
    heading = find_heading(grid, 0, len(grid.rows))
    if heading is None:
        return reader.table
    reader.table.found = True
    reader.before(heading.start)
    reader.begin(heading)
    row = heading.end
    while row < len(grid.rows):
        again = reader.new_heading(row)
        if again is not None:
            reader.begin(again)
            row = again.end
            continue
        reader.row(row)
        row += 1
    reader.close()
    return reader.table


class _Reader:
    """The state while going down one sheet."""

    def __init__(self, grid: Grid) -> None:
        self.grid, self.table = grid, Table(grid.name)
        self.heading = Heading(0, 0, {})
        self.sheet_mark = secrecy.from_heading(grid.name)
        self.section_mark: Secrecy | None = None
        self.dossier: str | None = None
        self.footer = False
        self.counted: dict[Unit, int] = {}
        self.has_ordinals = False

    # -- headings, sections, footers

    def before(self, stop: int) -> None:
        """The title rows above the first table: the dossier they name, the secrecy they put on all below."""
        for row in range(stop):
            if len({cell for cell in self.grid.rows[row] if cell is not None}) > 2:
                continue  # a row of column headings, whose «Độ mật» names a column
            text = self.joined(row)
            self.dossier = _named_dossier(text) or self.dossier
            self.sheet_mark = secrecy.highest(self.sheet_mark, secrecy.from_heading(text))

    def begin(self, heading: Heading) -> None:
        self.heading, self.footer, self.section_mark = heading, False, None
        self.counted = {}
        column = heading.columns.get("ordinal")
        body = range(heading.end, min(heading.end + 200, len(self.grid.rows)))
        numbered = sum(1 for r in body if column is not None and as_ordinal(self.at(r, column)) is not None)
        self.has_ordinals = numbered > 0

    def new_heading(self, row: int) -> Heading | None:
        """A heading repeated on the next printed page, or of another table below."""
        cells = [c for c in self.grid.rows[row] if c is not None]
        if len(cells) < 3 or any(isinstance(c, dt.date) for c in cells):
            return None
        found = [h for h in (heading_at(self.grid, row, n) for n in (1, 2, 3)) if h is not None]
        best = max(found, key=lambda h: 10 * len(h.columns) - (h.end - h.start), default=None)
        return best if best is not None and len(best.columns) >= 3 else None

    def joined(self, row: int) -> str:
        return " ".join(dict.fromkeys(t for t in self.grid.texts(row) if t))

    def at(self, row: int, column: int | None) -> Cell:
        cells = self.grid.rows[row]
        return cells[column] if column is not None and column < len(cells) else None

    def cell(self, row: int, role: str) -> Cell:
        return self.at(row, self.heading.columns.get(role))

    def text(self, row: int, role: str) -> str:
        return as_text(self.cell(row, role))

    # -- rows

    def row(self, row: int) -> None:
        texts = self.grid.texts(row)
        filled = [i for i, t in enumerate(texts) if t]
        if not filled or self.is_numbering(texts) or self.is_continued(row, filled):
            return
        distinct = list(dict.fromkeys(texts[i] for i in filled))
        ordinal = as_ordinal(self.cell(row, "ordinal"))
        if ordinal is None and len(distinct) <= 4 and any(is_footer(t) for t in distinct):
            self.foot(row, " ".join(distinct))
            return
        if self.is_line(row, ordinal, distinct):
            self.line(row, ordinal)
        elif not self.footer:
            self.section(row, distinct)

    def is_numbering(self, texts: list[str]) -> bool:
        """The row of column numbers under a heading: (1) (2) (3), or 1 2 3 4, or A B 1 2."""
        given = [t.strip("()[]. ") for t in texts if t]
        if len(given) < 3:
            return False
        numbers = [int(t) for t in given if t.isdigit() and len(t) < 4]
        rest = [t for t in given if not t.isdigit()]
        return numbers == list(range(1, len(numbers) + 1)) and len(numbers) >= 3 and all(len(t) == 1 for t in rest)

    def is_continued(self, row: int, filled: list[int]) -> bool:
        """A row that only repeats merged cells of the one above is no line of its own."""
        return all((row, column) in self.grid.continued for column in filled)

    def is_line(self, row: int, ordinal: int | None, distinct: list[str]) -> bool:
        main = "subject" if "subject" in self.heading.columns else "type_subject"
        if self.heading.is_record_table:
            named = [r for r in ("notation", "number", "file_name", "record_code", "date") if self.text(row, r)]
            told = bool(self.text(row, main))
        else:
            named = [
                r for r in ("dossier_code", "retention", "dossier_time", "sheets", "sheets_pages") if self.text(row, r)
            ]
            told = bool(self.text(row, "dossier_title"))
        if self.footer and ordinal is None:
            return len(named) >= 2 and told and not self.has_ordinals
        if len(distinct) == 1:
            # One text alone is a section, unless it stands under the subject of a table without running numbers.
            return (
                told
                and not self.has_ordinals
                and len([t for t in self.grid.texts(row) if t]) == 1
                and not self.is_first(row)
            )
        return (told or bool(named)) and (ordinal is not None or len(named) + told >= (2 if self.has_ordinals else 1))

    def is_first(self, row: int) -> bool:
        """The one text of the row stands in its first column."""
        return bool(self.grid.texts(row)) and bool(self.grid.texts(row)[0])

    def section(self, row: int, distinct: list[str]) -> None:
        text = " ".join(distinct)
        folded = fold(text)
        if self.heading.is_record_table and (code := _named_dossier(text)) and not _FORMAL.match(folded):
            self.dossier = code
        last = self.table.lines[-1] if self.table.lines else None
        subject = self.text(row, "subject") or self.text(row, "type_subject")
        if len(distinct) == 1 and last is not None and subject == text and text[:1].islower():
            # A long subject that runs on in a row of its own.
            last.values["subject"] = f"{last.values.get('subject') or ''} {text}".strip()
            last.mark = secrecy.highest(last.mark, secrecy.from_title(text))
            return
        mark = secrecy.from_heading(text)
        # A section keeps its mark until the next; a stray remark between lines takes none away.
        if mark is not None or len(distinct) == 1:
            self.section_mark = mark

    def foot(self, row: int, text: str) -> None:
        self.footer = True
        counts: dict[Unit, int] = {
            "dossiers": self.counted.get("dossiers", 0),
            "records": self.counted.get("records", 0),
        }
        counts.update({u: self.counted[u] for u in ("sheets", "pages") if u in self.counted})
        stated = totals(text)
        words = total_in_words(text)
        if words is not None:
            unit = words[1] or ("records" if self.heading.is_record_table else "dossiers")
            stated.append((unit, words[0]))
        for role, unit in (("sheets", "sheets"), ("pages", "pages")):
            number = as_int(self.cell(row, role)) if role in self.heading.columns else None
            if number is not None and not any(u == unit for u, _ in stated):
                stated.append((unit, number))
        names = {
            "dossiers": ("hồ sơ", "dossiers"),
            "records": ("văn bản", "records"),
            "sheets": ("tờ", "sheets"),
            "pages": ("trang", "pages"),
        }
        for unit, number in dict.fromkeys(stated):
            have = counts.get(unit)
            if not have or have == number:
                continue
            vi, en = names[unit]
            self.note(
                row,
                f"Dòng tổng ghi {number} {vi} nhưng các dòng phía trên cộng được {have}. Kiểm tra xem mục lục có thiếu dòng không.",
                f"The total says {number} {en}, the rows above add up to {have}. Check whether the inventory lacks rows.",
                serious=True,
            )

    def note(self, row: int, vi: str, en: str, *, serious: bool = False) -> None:
        self.table.notes.append(InventoryNote(vi=vi, en=en, sheet=self.grid.name, row=row + 1, serious=serious))

    def count(self, unit: Unit, number: int | None) -> None:
        if number is not None:
            self.counted[unit] = self.counted.get(unit, 0) + number

    # -- values

    def line(self, row: int, ordinal: int | None) -> None:
        mark = self.mark(row)
        places = {"box": self.text(row, "box") or None, "shelf": self.text(row, "shelf") or None}
        code = self.text(row, "dossier_code") or None
        if not self.heading.is_record_table:
            self.dossier_line(row, ordinal, code, mark, places)
            return
        title = self.text(row, "dossier_title")
        if code and (title or code != self.dossier):
            start, end = parse_span(self.cell(row, "dossier_time"))
            values = {"code": code, "title": title or None, "start": start, "end": end, **places}
            retention = self.text(row, "retention") or None
            self.table.dossiers.append(RawDossier({**values, "retention": retention, **self.place(row)}))
        self.dossier = code or self.dossier
        self.record_line(row, ordinal, mark, places)

    def place(self, row: int) -> dict[str, Any]:
        return {"sheet": self.grid.name, "row": row + 1}

    def dossier_line(
        self, row: int, ordinal: int | None, code: str | None, mark: Secrecy | None, places: dict[str, Any]
    ) -> None:
        start, end = parse_span(self.cell(row, "dossier_time"))
        if "start" in self.heading.columns or "end" in self.heading.columns:
            start, end = parse_date(self.cell(row, "start")), parse_date(self.cell(row, "end"))
        sheets, pages = as_int(self.cell(row, "sheets")), as_int(self.cell(row, "pages"))
        both = re.fullmatch(r"\s*(\d+)\s*/\s*(\d+)\s*", self.text(row, "sheets_pages"))
        if both:
            sheets, pages = int(both[1]), int(both[2])
        elif "sheets_pages" in self.heading.columns:
            sheets = as_int(self.cell(row, "sheets_pages"))
        if code is None and ordinal is None:
            self.note(
                row,
                "Hồ sơ không có số, ký hiệu. Bổ sung rồi đọc lại mục lục.",
                "The dossier has no file code. Add it and read the inventory again.",
                serious=True,
            )
        self.count("dossiers", 1)
        self.count("sheets", sheets)
        self.count("pages", pages)
        values = {
            "code": code or (str(ordinal) if ordinal is not None else f"dòng {row + 1}"),
            "title": self.text(row, "dossier_title") or None,
            "start": start,
            "end": end,
            "retention": self.text(row, "retention") or None,
            "sheets": sheets,
            "pages": pages,
            "access": self.text(row, "access") or None,
            "note": self.text(row, "note") or None,
            **places,
            **self.place(row),
        }
        self.table.dossiers.append(RawDossier(values, mark))

    def record_line(self, row: int, ordinal: int | None, mark: Secrecy | None, places: dict[str, Any]) -> None:
        notation = self.notation(row)
        kind, subject = self.text(row, "type") or None, self.text(row, "subject")
        combined = self.text(row, "type_subject")
        if combined:
            found, rest = split_type(combined)
            kind, subject = kind or found, subject or rest
        elif kind is None and subject:
            # The type often leads the subject of a table without a column for it; the subject stays as written.
            kind = split_type(subject)[0]
        subject = strip_about(subject) if subject else ""
        date = parse_date(self.cell(row, "date"))
        if date is None and self.text(row, "date"):
            self.note(
                row,
                "Không hiểu ngày tháng. Ghi dạng ngày/tháng/năm.",
                "The date was not understood. Write it as day/month/year.",
            )
        year = as_int(self.cell(row, "year"))
        pages = as_int(self.cell(row, "pages"))
        self.count("records", 1)
        self.count("pages", pages)
        self.count("sheets", as_int(self.cell(row, "sheets")))
        values = {
            "ordinal": ordinal,
            "number": number_of(notation) if notation else None,
            "notation": notation or None,
            "issued_date": date,
            "type": kind,
            "subject": subject or None,
            "author": self.text(row, "author") or None,
            "pages": pages,
            "page_ref": self.text(row, "page_ref") or self.text(row, "sheets_pages") or None,
            "record_code": self.text(row, "record_code") or None,
            "file_name": self.text(row, "file_name") or None,
            "retention": self.text(row, "retention") or None,
            "agency": self.text(row, "agency") or None,
            "year": year if year and 1800 <= year <= 2100 else int(date[:4]) if date else None,
            "signer": self.text(row, "signer") or None,
            "note": self.text(row, "note") or None,
            **places,
            **self.place(row),
        }
        self.table.lines.append(RawLine(values, self.dossier, mark))

    def notation(self, row: int) -> str:
        """The whole notation; a cell that Excel turned into a date is said, not guessed."""
        for role in ("notation", "number", "symbol"):
            if isinstance(self.cell(row, role), dt.date):
                self.note(
                    row,
                    "Excel đã đổi số, ký hiệu thành ngày tháng. Định dạng cột là Văn bản (Text) và nhập lại.",
                    "Excel turned the notation into a date. Format the column as text and enter it again.",
                )
                return ""
        whole = self.text(row, "notation")
        number, symbol = self.text(row, "number"), self.text(row, "symbol")
        if whole and number and number_of(whole) is None:
            return whole_notation(number, whole)
        return whole or whole_notation(number, symbol)

    def mark(self, row: int) -> Secrecy | None:
        """The highest secrecy that any cell of the row, its section or its sheet puts on it."""
        marks: list[Secrecy | None] = [self.section_mark, self.sheet_mark]
        known = {column: role for role, column in self.heading.columns.items()}
        for column, text in enumerate(self.grid.texts(row)):
            if not text or (
                "m" not in text.lower()
                and known.get(column) not in _TICKS
                and known.get(column) not in ("secrecy", "access")
            ):
                continue
            role = known.get(column)
            if role == "secrecy":
                mark, understood = secrecy.from_column(text)
                marks.append(mark)
                if not understood:
                    self.note(
                        row,
                        "Không hiểu độ mật nên coi là Mật. Ghi rõ: Mật, Tối mật, Tuyệt mật hoặc để trống.",
                        "The secrecy was not understood and counts as Mật. Write Mật, Tối mật, Tuyệt mật or leave it empty.",
                        serious=True,
                    )
            elif role == "access":
                marks.append(secrecy.from_access(text))
            elif role in _TICKS:
                marks.append(secrecy.from_tick(text, _TICKS[role]))
            elif role == "note":
                marks.append(secrecy.from_note(text))
            else:
                marks.append(secrecy.from_title(text))
        return secrecy.highest(*marks)

    def close(self) -> None:
        """Rows whose formula has no stored result."""
        rows = sorted(set(self.grid.uncounted))
        if rows:
            self.note(
                rows[0],
                f"{len(rows)} dòng có công thức chưa được tính. Mở tệp bằng Excel, lưu lại rồi đọc lại mục lục.",
                f"{len(rows)} rows hold formulas without a result. Open the file in Excel, save it and read the inventory again.",
                serious=True,
            )


_TICKS: Final[dict[str | None, Secrecy]] = {"mark": "Mật", "mark_high": "Tối mật", "mark_top": "Tuyệt mật"}


def _named_dossier(text: str) -> str | None:
    """The file code that a title or section row names: «Hồ sơ số: 01.2015», «ĐVBQ số 12»."""
    match = _DOSSIER_NAMED.search(fold(text))
    if match is None or not any(c.isdigit() for c in match[1]):
        return None
    start, end = match.span(1)
    # Folding keeps the length of NFC Vietnamese, so the code can be cut out as it was written.
    code = text[start:end] if len(fold(text)) == len(text) else match[1]
    return code.rstrip(".")
