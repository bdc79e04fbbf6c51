"""An inventory (mục lục) enters the catalogue: counting facts at once, its sentences only after an open verdict."""

from __future__ import annotations

import hashlib
import unicodedata
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from sohoa.intake.filecode import parse_file_code
from sohoa.intake.inventory import DossierLine, Inventory, InventoryLine
from sohoa.pipeline.chunks import in_chunks
from sohoa.pipeline.house import House, note
from sohoa.stores.catalogue.tables import HELD, Batch, Dossier, InventoryLineRow

NAMES = ("muc-luc", "mục lục", "muc luc", "mucluc", "inventory")
SUFFIXES = (".xlsx", ".xls", ".csv")
LINE_TEXTS = ("number", "notation", "issued_date", "subject")


def find_inventory(folder: Path) -> Path | None:
    """The inventory lying in a folder: a file `muc-luc.xlsx`, `.xls` or `.csv` at its root, no link. None if unreadable."""
    try:
        paths = sorted(folder.iterdir())
    except OSError:
        return None
    for path in paths:
        stem = unicodedata.normalize("NFC", path.stem).lower()
        if path.suffix.lower() in SUFFIXES and stem.startswith(NAMES) and path.is_file() and not path.is_symlink():
            return path
    return None


def line_key(fonds: str, line: InventoryLine) -> str:
    """Stable key of a line: the same line of the same fonds in a later version of the inventory has it too."""
    return hashlib.sha256(f"{fonds}\0{line.dossier_code or ''}\0{line.key}".encode()).hexdigest()[:24]


def dossier_key(fonds: str, code: str) -> str:
    """Key of a dossier by its fonds and file code."""
    return hashlib.sha256(f"{fonds}\0{code}".encode()).hexdigest()[:24]


def import_inventory(house: House, batch_id: str, inventory: Inventory) -> None:
    """Bring dossiers and lines up to date. Titles of lines not marked secret go to the vault, of secret ones nowhere."""
    with house.catalogue.read() as session:
        batch = session.get_one(Batch, batch_id)
        fonds, agency = batch.fonds_code, batch.agency_code
    secret = {d.code for d in inventory.dossiers if d.secrecy}
    private: dict[str, dict[str, Any]] = {}
    with house.catalogue.write() as session:
        note(session, house, "inventory-read", batch_id, dossiers=len(inventory.dossiers), lines=len(inventory.lines))
        for dossier in inventory.dossiers:
            row = _dossier(session, fonds, dossier)
            if dossier.secrecy is None and row.title is None:
                private[f"dossier:{row.key}"] = {"title": dossier.title}
    positioned = list(enumerate(inventory.lines))
    for some in in_chunks(positioned, 500):
        with house.catalogue.write() as session:
            for position, line in some:
                hidden = line.secrecy is not None or line.dossier_code in secret
                row_ = _line(session, batch_id, fonds, agency, position, line, hidden=hidden)
                if hidden or row_.matched_by == HELD:
                    house.vault.names.drop([f"line:{row_.key}"])
                elif row_.subject is None:
                    private[f"line:{row_.key}"] = line_texts(line)
    house.vault.names.put(private)


def line_texts(line: InventoryLine) -> dict[str, Any]:
    """The columns of a line that tell what the record says."""
    return {name: getattr(line, name) for name in LINE_TEXTS}


def _dossier(session: Session, fonds: str, line: DossierLine) -> Dossier:
    key = dossier_key(fonds, line.code)
    row = session.get(Dossier, key)
    if row is None:
        row = Dossier(key=key, fonds_code=fonds, code=line.code)
        session.add(row)
    row.period = " – ".join(str(t) for t in (line.start, line.end) if t) or None
    row.retention, row.sheets, row.pages = line.retention, line.sheets, line.pages
    row.box, row.shelf, row.access_class, row.secrecy = line.box, line.shelf, line.access, line.secrecy
    if line.secrecy is not None:
        row.title = None
    return row


def _line(
    session: Session, batch_id: str, fonds: str, agency: str, position: int, line: InventoryLine, *, hidden: bool
) -> InventoryLineRow:
    key = line_key(fonds, line)
    row = session.get(InventoryLineRow, key)
    if row is None:
        row = InventoryLineRow(key=key)
        session.add(row)
    code = parse_file_code(line.dossier_code or "")
    row.batch_id, row.position, row.fonds_code = batch_id, position, fonds
    row.agency_code = line.agency or (code.agency if code else agency)
    row.dossier_key = dossier_key(fonds, line.dossier_code) if line.dossier_code else None
    row.year, row.type = code.year if code else line.year, line.type
    row.pages, row.retention = line.pages, line.retention
    row.secrecy = line.secrecy or ("Mật" if hidden else None)
    if hidden:
        row.number = row.notation = row.issued_date = row.subject = None
    return row
