"""What the check of a folder found: counts, findings, estimates; as values, JSON, rows of a table and a workbook."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final, Literal

import openpyxl
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from sohoa.intake.inventory.model import InventoryNote
from sohoa.language import Sentence, say
from sohoa.models import Value

Fault = Literal[
    "missing", "extra", "duplicate", "unreadable", "encrypted", "damaged", "refused", "low_dpi", "blank", "rotated",
    "failed_look",
]  # fmt: skip

FAULTS: Final[dict[str, tuple[Sentence, Sentence]]] = {
    "missing": (
        Sentence("Có trong mục lục, không có tệp", "In the inventory, no file"),
        Sentence("Quét bổ sung hoặc sửa mục lục", "Scan it or correct the inventory"),
    ),
    "extra": (
        Sentence("Có tệp, không thấy trong mục lục", "A file, not in the inventory"),
        Sentence("Đặt tên theo mục lục hoặc bổ sung dòng mục lục", "Name it as in the inventory or add a line"),
    ),
    "duplicate": (
        Sentence("Trùng nội dung với tệp khác", "Same bytes as another file"),
        Sentence("Kiểm tra có quét nhầm hoặc chép thừa không", "See whether it was scanned or copied by mistake"),
    ),
    "unreadable": (
        Sentence("Không đọc được", "Cannot be read"),
        Sentence("Cấp quyền đọc hoặc chép lại tệp", "Give the right to read or copy it again"),
    ),
    "encrypted": (
        Sentence("Có mật khẩu", "Has a password"),
        Sentence("Gỡ mật khẩu rồi nộp lại", "Remove the password and deliver again"),
    ),
    "damaged": (
        Sentence("Tệp hỏng", "Broken file"),
        Sentence("Chép lại từ nguồn hoặc quét lại", "Copy it again from its source or scan again"),
    ),
    "refused": (
        Sentence("Không phải bản quét được nhận", "Not a scan that is accepted"),
        Sentence("Chuyển sang PDF, TIFF, JPEG, PNG hoặc bỏ ra ngoài", "Turn it into PDF, TIFF, JPEG, PNG or take it out"),
    ),
    "low_dpi": (
        Sentence("Độ phân giải dưới 200 dpi", "Under 200 dpi"),
        Sentence("Quét lại từ 200 dpi trở lên", "Scan again at 200 dpi or more"),
    ),
    "blank": (
        Sentence("Trang trắng", "Blank page"),
        Sentence("Xác nhận mặt sau trắng, nếu không thì quét lại", "Confirm a blank back, else scan again"),
    ),
    "rotated": (
        Sentence("Trang bị xoay", "Turned page"),
        Sentence("Không bắt buộc: sohoa tự xoay; lần sau đặt giấy đúng chiều", "Not required: sohoa turns it; feed upright next time"),
    ),
    "failed_look": (
        Sentence("Không dựng được ảnh trang", "The page cannot be shown"),
        Sentence("Quét lại trang này", "Scan this page again"),
    ),
}  # fmt: skip
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


class Finding(Value):
    """One thing that is wrong. `name` is a file of the folder or a line of the inventory; never tells of a secret line."""

    fault: Fault
    name: str
    page: int | None = None
    detail: str = ""
    """What exactly: the sentence of the error, the name of the other file, the dpi."""

    @property
    def what(self) -> str:
        return str(FAULTS[self.fault][0])

    @property
    def todo(self) -> str:
        return str(FAULTS[self.fault][1])


class CheckReport(Value):
    """The result of a check. Sizes in bytes, times in seconds."""

    folder: str
    files: int
    """Sightings: files, zip members and zips."""
    units: int
    """Records to read, as far as the files tell."""
    pages: int
    total_bytes: int
    kinds: dict[str, int]
    inventory_lines: int | None = None
    matched_lines: int | None = None
    secret_lines: int = 0
    """Lines with a secrecy mark; their files are neither opened nor named."""
    findings: tuple[Finding, ...] = ()
    notes: tuple[InventoryNote, ...] = ()
    pages_looked_at: int = 0
    disk_needed: int = 0
    disk_free: int = 0
    seconds_needed: float = 0.0

    @property
    def disk_too_small(self) -> bool:
        return self.disk_needed > self.disk_free

    @property
    def sampled(self) -> bool:
        """Not every page was looked at: blank and turned pages are a sample."""
        return self.pages_looked_at < self.pages

    @property
    def counts(self) -> dict[str, int]:
        """Findings by fault, all faults named."""
        return {fault: sum(1 for f in self.findings if f.fault == fault) for fault in FAULTS}

    def to_json(self) -> dict[str, Any]:
        """Everything as plain values for `--json`."""
        data = self.model_dump(mode="json")
        data["counts"] = self.counts
        data["disk_too_small"], data["sampled"] = self.disk_too_small, self.sampled
        for row, finding in zip(data["findings"], self.findings, strict=True):
            row["what"], row["todo"] = finding.what, finding.todo
        return data

    @property
    def has_problems(self) -> bool:
        """Something needs a person before the start. Blank and turned pages do not, sohoa deals with them."""
        harmless = ("blank", "rotated", "duplicate")
        return (
            self.disk_too_small
            or any(f.fault not in harmless for f in self.findings)
            or any(n.serious for n in self.notes)
        )

    def rows(self) -> list[tuple[str, str, str, str, str]]:
        """Rows of a table: what is wrong, file, page, detail, what to do."""
        return [(f.what, f.name, str(f.page or ""), f.detail, f.todo) for f in self.findings]

    def summary(self) -> list[str]:
        """Sentences under the table: counts, inventory, disk, time."""
        sentences = [
            Sentence(
                f"{self.files} tệp, {self.units} văn bản, {self.pages} trang, {_size(self.total_bytes)}.",
                f"{self.files} files, {self.units} records, {self.pages} pages, {_size(self.total_bytes)}.",
            )
        ]
        if self.inventory_lines is not None:
            sentences.append(
                Sentence(
                    f"Mục lục có {self.inventory_lines} dòng; {self.matched_lines} dòng đã nhận ra theo tên tệp, phần còn lại được đối chiếu theo nội dung khi đọc.",
                    f"The inventory has {self.inventory_lines} lines; {self.matched_lines} are matched by file name, the others by content when read.",
                )
            )
        if self.sampled and self.pages_looked_at:
            sentences.append(
                Sentence(
                    f"Trang trắng và trang xoay chỉ xem trên mẫu {self.pages_looked_at} trong {self.pages} trang.",
                    f"Blank and turned pages were looked for in a sample of {self.pages_looked_at} of {self.pages} pages.",
                )
            )
        needed, free = _size(self.disk_needed), _size(self.disk_free)
        if self.disk_too_small:
            sentences.append(
                Sentence(
                    f"Ổ đĩa không đủ: cần khoảng {needed}, còn trống {free}. Dọn ổ đĩa hoặc chọn thư mục dữ liệu khác.",
                    f"The disk is too small: about {needed} are needed, {free} are free. Make room or choose another data folder.",
                )
            )
        else:
            sentences.append(
                Sentence(
                    f"Cần khoảng {needed} trên đĩa, còn trống {free}.",
                    f"About {needed} of disk are needed, {free} are free.",
                )
            )
        hours, minutes = divmod(max(1, round(self.seconds_needed / 60)), 60)
        sentences.append(
            Sentence(f"Thời gian dự kiến: {hours} giờ {minutes} phút.", f"It will take about {hours} h {minutes} min.")
        )
        return [str(s) for s in (*sentences, *(Sentence(_placed(n, n.vi), _placed(n, n.en)) for n in self.notes))]

    def write_xlsx(self, path: Path) -> None:
        """The workbook to send back to those who scanned: a sheet of faults, a sheet of counts, in Vietnamese."""
        book = openpyxl.Workbook()
        faults = book.active
        assert faults is not None
        faults.title = "Lỗi cần xử lý"
        _fill(
            faults,
            ("STT", "Tệp", "Trang", "Lỗi", "Chi tiết", "Việc cần làm"),
            [
                (i, f.name, f.page, FAULTS[f.fault][0].vi, f.detail, FAULTS[f.fault][1].vi)
                for i, f in enumerate(self.findings, start=1)
            ],
            (6, 48, 8, 32, 60, 48),
        )
        _fill(book.create_sheet("Tổng hợp"), ("Nội dung", "Số lượng"), self._summary(), (52, 18))
        if self.notes:
            rows = [(n.sheet, n.row, n.vi) for n in self.notes]
            _fill(book.create_sheet("Mục lục"), ("Trang tính", "Dòng", "Ghi chú"), rows, (24, 8, 90))
        book.save(path)

    def _summary(self) -> list[tuple[Any, ...]]:
        counted = self.counts
        rows: list[tuple[Any, ...]] = [
            ("Số tệp", self.files),
            ("Số văn bản (đơn vị đọc)", self.units),
            ("Số trang", self.pages),
            ("Số trang đã xem ảnh" + (" (chọn mẫu)" if self.sampled else ""), self.pages_looked_at),
        ]
        if self.inventory_lines is not None:
            rows += [("Số dòng mục lục", self.inventory_lines), ("Số dòng mục lục đã có tệp", self.matched_lines)]
        return rows + [(text.vi, counted[fault]) for fault, (text, _) in FAULTS.items()]


def _placed(note: InventoryNote, text: str) -> str:
    """A note with its sheet and row in front."""
    place = " ".join(str(p) for p in (note.sheet, note.row) if p)
    return f"[{place}] {text}" if place else text


def _size(count: int) -> str:
    """Bytes for people: 1,5 GB in Vietnamese writing is `1,5 GB`, in English `1.5 GB`."""
    if count < 1024**3:
        return f"{count / 1024**2:.0f} MB"
    return say(f"{count / 1024**3:.1f}".replace(".", ","), f"{count / 1024**3:.1f}") + " GB"


def _fill(sheet: Any, heading: tuple[str, ...], rows: list[tuple[Any, ...]], widths: tuple[int, ...]) -> None:
    """A table with a frozen, filtered heading; every text stays text, also one that begins like a formula."""
    line = Side(style="thin", color="BFBFBF")
    border = Border(left=line, right=line, top=line, bottom=line)
    for index, (title, width) in enumerate(zip(heading, widths, strict=True), start=1):
        cell = sheet.cell(row=1, column=index, value=title)
        cell.font, cell.fill, cell.border = Font(bold=True), PatternFill("solid", fgColor="DDEBF7"), border
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(index)].width = width
    for number, row in enumerate(rows, start=2):
        for index, value in enumerate(row, start=1):
            cell = sheet.cell(row=number, column=index)
            if isinstance(value, str):
                cell.value = _ILLEGAL.sub("?", value)[:32_000]
                cell.data_type = "s"
            else:
                cell.value = value
            cell.border = border
            cell.alignment = Alignment(vertical="top", wrap_text=True)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(heading))}{len(rows) + 1}"
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
