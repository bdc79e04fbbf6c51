"""What an inventory (mục lục) says: its dossiers, its lines, and what a person should know about it."""

from __future__ import annotations

from dataclasses import dataclass

from sohoa.language import Sentence
from sohoa.models import Secrecy, Value


class DossierLine(Value):
    """One dossier (hồ sơ). `start` and `end` are ISO 8601, as exact as the inventory is (`2015`, `2015-03`, `2015-03-05`)."""

    code: str
    """File code as written (số và ký hiệu hồ sơ, hồ sơ số, đơn vị bảo quản)."""
    title: str | None = None
    start: str | None = None
    end: str | None = None
    retention: str | None = None
    sheets: int | None = None
    """Number of sheets (số tờ)."""
    pages: int | None = None
    box: str | None = None
    shelf: str | None = None
    access: str | None = None
    """Terms of use (chế độ sử dụng) as written."""
    secrecy: Secrecy | None = None
    note: str | None = None
    sheet: str = ""
    row: int = 0


class InventoryLine(Value):
    """One record (văn bản) of the inventory. `row` counts from 1 as the spreadsheet shows it."""

    key: str
    """Stable while the file name, the record code, the dossier and ordinal, or the notation, date and subject stay."""
    dossier_code: str | None = None
    ordinal: int | None = None
    number: str | None = None
    """Number (số) without the notation: `638`."""
    notation: str | None = None
    """The whole as written: `638-KH/TU`, `75/KH-UBND`."""
    issued_date: str | None = None
    """ISO 8601, partial allowed: `2015-05`, `2015`."""
    type: str | None = None
    """Type (tên loại) as written: `Kế hoạch`."""
    subject: str | None = None
    author: str | None = None
    pages: int | None = None
    page_ref: str | None = None
    """Which sheet or page of the dossier (tờ số, trang số), as written."""
    record_code: str | None = None
    """Code of the record (mã văn bản, docCode = file code + ordinal)."""
    file_name: str | None = None
    secrecy: Secrecy | None = None
    """From a column, the note, the title, the heading above it, or the dossier: the highest of them."""
    retention: str | None = None
    agency: str | None = None
    year: int | None = None
    signer: str | None = None
    box: str | None = None
    shelf: str | None = None
    note: str | None = None
    sheet: str = ""
    row: int = 0


class InventoryNote(Value):
    """Something a person should know: a total that does not agree, a cell that was not understood. Names no content."""

    vi: str
    en: str
    sheet: str = ""
    row: int | None = None
    serious: bool = False

    def __str__(self) -> str:
        return str(Sentence(self.vi, self.en))


@dataclass(frozen=True, eq=False)
class Inventory:
    """An inventory as read. Compared by identity, so that an index over it can be kept beside it."""

    path_name: str
    dossiers: tuple[DossierLine, ...] = ()
    lines: tuple[InventoryLine, ...] = ()
    notes: tuple[InventoryNote, ...] = ()

    @property
    def problems(self) -> tuple[InventoryNote, ...]:
        """The notes that need a person before the start."""
        return tuple(n for n in self.notes if n.serious)
