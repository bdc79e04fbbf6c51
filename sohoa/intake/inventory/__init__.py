"""The inventory (mục lục hồ sơ, mục lục văn bản) from XLSX, XLS or CSV, columns known by their Vietnamese headings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sohoa.errors import InventoryError, SohoaError
from sohoa.intake.inventory import secrecy
from sohoa.intake.inventory.cells import key_of
from sohoa.intake.inventory.csvs import read_csv
from sohoa.intake.inventory.grid import MAX_BYTES, Grid, broken, convert_legacy, too_large
from sohoa.intake.inventory.model import DossierLine, Inventory, InventoryLine, InventoryNote
from sohoa.intake.inventory.tables import RawLine, Table, read_table
from sohoa.intake.inventory.xls import read_xls
from sohoa.intake.inventory.xlsx import read_xlsx
from sohoa.intake.kinds import read_head
from sohoa.models import Secrecy
from sohoa.text.normal import fold

__all__ = ["DossierLine", "Inventory", "InventoryLine", "InventoryNote", "read_inventory"]

_OLE = b"\xd0\xcf\x11\xe0"
_OLD_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")


def read_inventory(path: Path) -> Inventory:
    """Dossiers, lines and notes of an inventory; the format is known by content. `InventoryError` says what to do.

    The file is hostile input: sizes are limited, formulas are never computed (their stored results count), links to
    other files are never followed.
    """
    try:
        head = read_head(path)
        size = path.stat().st_size
    except SohoaError as error:
        raise InventoryError(error.sentence.vi, error.sentence.en) from None
    if size > MAX_BYTES:
        raise too_large()
    grids = _grids(path, head)
    notes: list[InventoryNote] = []
    tables: list[Table] = []
    for grid in grids:
        encoding = convert_legacy(grid)
        if encoding:
            notes.append(_converted(grid, encoding))
        if grid.hidden:
            if read_table(grid).found:
                notes.append(_hidden(grid))
            continue
        table = read_table(grid)
        if table.found:
            tables.append(table)
            notes.extend(table.notes)
        elif any(len([c for c in row if c is not None]) > 1 for row in grid.rows):
            notes.append(_unknown(grid))
    if not tables:
        raise InventoryError(
            "Không nhận ra cột nào của mục lục. Cần một dòng tiêu đề, ví dụ: STT, Số ký hiệu văn bản, Ngày tháng, Trích yếu.",
            "No column of the inventory was recognised. It needs a heading row, such as: STT, Số ký hiệu văn bản, Ngày tháng, Trích yếu.",
        )
    dossiers = _dossiers(tables, notes)
    lines = _lines(tables, dossiers)
    if not lines and not dossiers:
        raise InventoryError(
            "Mục lục không có dòng nào. Kiểm tra lại tệp.", "The inventory has no rows. Check the file."
        )
    return Inventory(path.name, tuple(dossiers.values()), tuple(lines), tuple(notes))


def _grids(path: Path, head: bytes) -> list[Grid]:
    if head.startswith(b"PK"):
        return read_xlsx(path)
    if head.startswith(_OLE) or head.startswith(_OLD_BIFF):
        return read_xls(path)
    if not head.strip():
        raise InventoryError("Tệp mục lục rỗng. Chọn đúng tệp.", "The inventory is empty. Choose the right file.")
    if head.startswith(b"%PDF") or head.lstrip()[:1] == b"<":
        raise broken()
    return read_csv(path)


def _dossiers(tables: list[Table], notes: list[InventoryNote]) -> dict[str, DossierLine]:
    """Dossiers by code, in order; one listed twice keeps what its first row says and the higher secrecy."""
    found: dict[str, DossierLine] = {}
    for table in tables:
        for raw in table.dossiers:
            values: dict[str, Any] = raw.values
            code = values["code"]
            known = found.get(code)
            if known is None:
                found[code] = DossierLine(**values, secrecy=raw.own_mark)
                continue
            if values.get("title") and known.title and fold(values["title"]) != fold(known.title):
                notes.append(
                    InventoryNote(
                        vi="Số, ký hiệu hồ sơ này đã dùng cho một tiêu đề khác ở dòng trên. Sửa lại cho mỗi hồ sơ một số.",
                        en="This file code was used for another title above. Give each dossier a code of its own.",
                        sheet=values["sheet"],
                        row=values["row"],
                        serious=True,
                    )
                )
            missing = {k: v for k, v in values.items() if v is not None and getattr(known, k) is None}
            mark = secrecy.highest(known.secrecy, raw.own_mark)
            found[code] = known.model_copy(update={**missing, "secrecy": mark})
    return found


def _lines(tables: list[Table], dossiers: dict[str, DossierLine]) -> list[InventoryLine]:
    by_fold = {fold(code): code for code in dossiers}
    lines: list[InventoryLine] = []
    used: dict[str, int] = {}
    for table in tables:
        sheet_code = by_fold.get(fold(table.sheet)) if table.sheet else None
        for raw in table.lines:
            code = raw.named_dossier or sheet_code
            code = by_fold.get(fold(code), code) if code else None
            dossier = dossiers.get(code) if code else None
            mark: Secrecy | None = secrecy.highest(raw.mark, dossier.secrecy if dossier else None)
            key = _key(raw, code, table.sheet)
            used[key] = used.get(key, 0) + 1
            unique = key if used[key] == 1 else f"{key}-{used[key]}"
            values = dict(raw.values)
            values["retention"] = values["retention"] or (dossier.retention if dossier else None)
            for place in ("box", "shelf"):
                values[place] = values[place] or (getattr(dossier, place) if dossier else None)
            lines.append(InventoryLine(key=unique, dossier_code=code, secrecy=mark, **values))
    return lines


def _key(raw: RawLine, code: str | None, sheet: str) -> str:
    """Of what changes least: record code, file name, dossier and ordinal, else the record's own marks."""
    values = raw.values
    if values["record_code"]:
        return key_of("code", values["record_code"])
    if values["file_name"]:
        return key_of("file", code, values["file_name"])
    if values["ordinal"] is not None and code:
        return key_of("ordinal", code, values["ordinal"])
    return key_of("record", code or sheet, values["notation"], values["issued_date"], values["subject"])


def _converted(grid: Grid, encoding: str) -> InventoryNote:
    name = {"tcvn3": "TCVN3 (ABC)", "vni": "VNI"}.get(encoding, "UTF-8/8-bit")
    return InventoryNote(
        vi=f"Chữ theo mã {name} đã được chuyển sang Unicode. Kiểm tra vài dòng.",
        en=f"Text in {name} was converted to Unicode. Look at a few rows.",
        sheet=grid.name,
    )


def _hidden(grid: Grid) -> InventoryNote:
    return InventoryNote(
        vi="Trang tính ẩn không được đọc. Bỏ ẩn nếu nó là một phần của mục lục, xóa nếu không phải.",
        en="The hidden sheet was not read. Unhide it if it is part of the inventory, delete it if not.",
        sheet=grid.name,
        serious=True,
    )


def _unknown(grid: Grid) -> InventoryNote:
    return InventoryNote(
        vi="Không nhận ra tiêu đề cột của trang tính này nên không đọc. Đặt tiêu đề cột theo mẫu nếu nó là mục lục.",
        en="The columns of this sheet were not recognised, so it was not read. Give it headings of the form if it is an inventory.",
        sheet=grid.name,
        serious=True,
    )
