"""Tables of an inventory read row by row: dossiers and lines, with the headings and footers around them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from sohoa.intake.inventory import secrecy
from sohoa.intake.inventory.cells import as_int
from sohoa.intake.inventory.grid import Grid, as_text
from sohoa.intake.inventory.headings import Heading, find_heading, heading_at, role_of
from sohoa.intake.inventory.model import InventoryNote
from sohoa.intake.inventory.rows import Row
from sohoa.intake.inventory.totals import Unit, is_footer, total_in_words, totals
from sohoa.models import Secrecy
from sohoa.text.normal import fold

_DOSSIER_NAMED: Final = re.compile(
    r"(?:ho so so|ma ho so|so(?:,)? (?:va )?ky hieu ho so|ho so(?=\s*:)|don vi bao quan(?: so)?|dvbq(?: so)?)\s*[:.]?\s*([0-9a-z][^\s,;:|]*)"
)
_NAMES: Final[dict[Unit, tuple[str, str]]] = {
    "dossiers": ("hồ sơ", "dossiers"),
    "records": ("văn bản", "records"),
    "sheets": ("tờ", "sheets"),
    "pages": ("trang", "pages"),
}
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
        body = range(heading.end, min(heading.end + 200, len(self.grid.rows)))
        self.has_ordinals = any(Row(self.grid, heading, r, []).ordinal is not None for r in body)

    def new_heading(self, row: int) -> Heading | None:
        """A heading repeated on the next printed page, or of another table below."""
        cells = [c for c in self.grid.rows[row] if c is not None]
        # Numbers, dates and long texts are data; this is asked of every row, so it must be cheap.
        if len(cells) < 3 or not all(isinstance(c, str) and len(c) <= 80 for c in cells):
            return None
        if sum(1 for c in dict.fromkeys(map(str, cells)) if role_of(as_text(c)) is not None) < 2:
            return None
        found = [h for h in (heading_at(self.grid, row, n) for n in (1, 2, 3)) if h is not None]
        best = max(found, key=lambda h: 10 * len(h.columns) - (h.end - h.start), default=None)
        return best if best is not None and len(best.columns) >= 3 else None

    def joined(self, row: int) -> str:
        return " ".join(dict.fromkeys(t for t in self.grid.texts(row) if t))

    # -- rows

    def row(self, row: int) -> None:
        texts = self.grid.texts(row)
        filled = [i for i, t in enumerate(texts) if t]
        if not filled or self.is_numbering(texts) or self.is_continued(row, filled):
            return
        distinct = list(dict.fromkeys(texts[i] for i in filled))
        cells = Row(self.grid, self.heading, row, self.table.notes)
        if cells.ordinal is None and len(distinct) <= 4 and any(is_footer(t) for t in distinct):
            self.foot(cells, " ".join(distinct))
        elif self.is_line(cells, distinct):
            self.line(cells)
        elif not self.footer:
            self.section(cells, distinct)

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

    def is_line(self, row: Row, distinct: list[str]) -> bool:
        """A row of the table, not a section, a remark or a signature."""
        if self.heading.is_record_table:
            named = [r for r in ("notation", "number", "file_name", "record_code", "date") if row.text(r)]
            told = bool(row.text("subject") or row.text("type_subject"))
        else:
            roles = ("dossier_code", "retention", "dossier_time", "sheets", "sheets_pages")
            named = [r for r in roles if row.text(r)]
            told = bool(row.text("dossier_title"))
        if self.footer and row.ordinal is None:
            return len(named) >= 2 and told and not self.has_ordinals
        if len(distinct) == 1:
            # One text alone is a section, unless it stands under the subject of a table without running numbers.
            alone = len([t for t in self.grid.texts(row.row) if t]) == 1 and not self.grid.texts(row.row)[0]
            return told and not self.has_ordinals and alone
        wanted = 2 if self.has_ordinals else 1
        return (told or bool(named)) and (row.ordinal is not None or len(named) + told >= wanted)

    def section(self, row: Row, distinct: list[str]) -> None:
        """A text between the lines: a dossier's name, a secrecy for what follows, or the rest of a long subject."""
        text = " ".join(distinct)
        folded = fold(text)
        if self.heading.is_record_table and (code := _named_dossier(text)) and not _FORMAL.match(folded):
            self.dossier = code
        last = self.table.lines[-1] if self.table.lines else None
        subject = row.text("subject") or row.text("type_subject")
        if len(distinct) == 1 and last is not None and subject == text and text[:1].islower():
            # A long subject that runs on in a row of its own.
            last.values["subject"] = f"{last.values.get('subject') or ''} {text}".strip()
            last.mark = secrecy.highest(last.mark, secrecy.from_title(text))
            return
        mark = secrecy.from_heading(text)
        # A section keeps its mark until the next; a stray remark between lines takes none away.
        if mark is not None or len(distinct) == 1:
            self.section_mark = mark

    def foot(self, row: Row, text: str) -> None:
        """A total is compared with the rows above it."""
        self.footer = True
        stated = totals(text)
        words = total_in_words(text)
        if words is not None:
            stated.append((words[1] or ("records" if self.heading.is_record_table else "dossiers"), words[0]))
        columns: tuple[Unit, ...] = ("sheets", "pages")
        for unit in columns:
            number = as_int(row.cell(unit))
            if number is not None and not any(u == unit for u, _ in stated):
                stated.append((unit, number))
        for unit, number in dict.fromkeys(stated):
            have = self.counted.get(unit)
            if not have or have == number:
                continue
            vi, en = _NAMES[unit]
            row.note(
                f"Dòng tổng ghi {number} {vi} nhưng các dòng phía trên cộng được {have}. Kiểm tra xem mục lục có thiếu dòng không.",
                f"The total says {number} {en}, the rows above add up to {have}. Check whether the inventory lacks rows.",
                serious=True,
            )

    def count(self, unit: Unit, number: int | None) -> None:
        if number is not None:
            self.counted[unit] = self.counted.get(unit, 0) + number

    def line(self, row: Row) -> None:
        """A dossier, or a record with what its row says of its dossier."""
        mark = secrecy.highest(row.mark(), self.section_mark, self.sheet_mark)
        sheets, pages = row.counts()
        self.count("sheets", sheets)
        self.count("pages", pages)
        if not self.heading.is_record_table:
            self.count("dossiers", 1)
            self.table.dossiers.append(RawDossier(row.dossier(), mark))
            return
        self.count("records", 1)
        code = row.given("dossier_code")
        if code and (row.given("dossier_title") or code != self.dossier):
            self.table.dossiers.append(RawDossier(row.dossier()))
        self.dossier = code or self.dossier
        self.table.lines.append(RawLine(row.record(), self.dossier, mark))

    def close(self) -> None:
        """Rows whose formula has no stored result."""
        rows = sorted(set(self.grid.uncounted))
        if rows:
            Row(self.grid, self.heading, min(rows[0], len(self.grid.rows) - 1), self.table.notes).note(
                f"{len(rows)} dòng có công thức chưa được tính. Mở tệp bằng Excel, lưu lại rồi đọc lại mục lục.",
                f"{len(rows)} rows hold formulas without a result. Open the file in Excel, save it and read the inventory again.",
                serious=True,
            )


def _named_dossier(text: str) -> str | None:
    """The file code that a title or section row names: «Hồ sơ số: 01.2015», «ĐVBQ số 12»."""
    match = _DOSSIER_NAMED.search(fold(text))
    if match is None or not any(c.isdigit() for c in match[1]):
        return None
    start, end = match.span(1)
    # Folding keeps the length of NFC Vietnamese, so the code can be cut out as it was written.
    code = text[start:end] if len(fold(text)) == len(text) else match[1]
    return code.rstrip(".")
