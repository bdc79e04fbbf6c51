"""An inventory (mục lục) enters the catalogue: counting facts at once, its sentences only after an open verdict."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Container, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from sohoa.intake.filecode import parse_file_code
from sohoa.intake.inventory import DossierLine, Inventory, InventoryLine
from sohoa.pipeline.chunks import in_chunks
from sohoa.pipeline.house import House, note
from sohoa.settings import CONFIG_DIR
from sohoa.stores.catalogue.tables import (
    HELD,
    INVENTORY,
    Batch,
    Dossier,
    InventoryLineRow,
    Record,
    RecordState,
)
from sohoa.targets.denominators import COMPARED, add_version, compare, digest_of
from sohoa.targets.groups import load_groups

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
    """Bring dossiers and lines up to date. Titles of lines not marked secret go to the vault, of secret ones nowhere.

    A version of the inventory that differs from the one before it is noted with what it changed; lines that it does
    not list any more count no longer.
    """
    with house.catalogue.read() as session:
        batch = session.get_one(Batch, batch_id)
        fonds, agency = batch.fonds_code, batch.agency_code
    secret = {d.code for d in inventory.dossiers if d.secrecy}
    groups = load_groups(CONFIG_DIR)
    group_of = {d.code: groups.of(d.title, d.code) for d in inventory.dossiers}
    private: dict[str, dict[str, Any]] = {}
    counted = [_Counted(fonds, agency, line, line.dossier_code in secret, group_of) for line in inventory.lines]
    public = {one.key: one.facts for one in counted if not one.hidden}
    listed = len(inventory.dossiers) - len(secret)
    with house.catalogue.write() as session:
        note(session, house, "inventory-read", batch_id, dossiers=len(inventory.dossiers), lines=len(inventory.lines))
        add_version(
            session,
            f"inventory:{batch_id}",
            origin=INVENTORY,
            quality="counted",
            agency=agency,
            count=len(public),
            digest=digest_of(public, listed),
            who=house.who,
            change=compare(_before(session, batch_id), public),
        )
        for dossier in inventory.dossiers:
            row = _dossier(session, batch_id, fonds, dossier, group_of[dossier.code])
            if dossier.secrecy is None and row.title is None:
                private[f"dossier:{row.key}"] = {"title": dossier.title}
    for some in in_chunks(list(enumerate(counted)), 500):
        with house.catalogue.write() as session:
            for position, one in some:
                row_ = _line(session, batch_id, fonds, position, one)
                if one.hidden or row_.matched_by == HELD:
                    house.vault.names.drop([f"line:{row_.key}"])
                elif row_.subject is None:
                    private[f"line:{row_.key}"] = line_texts(one.line)
    house.vault.names.put(private)
    with house.catalogue.write() as session:
        known_lines = InventoryLineRow.batch_id == batch_id, InventoryLineRow.withdrawn.is_(False)
        rows = session.scalars(select(InventoryLineRow).where(*known_lines)).all()
        gone = withdraw(session, rows, {one.key for one in counted})
        keys = {dossier_key(fonds, d.code) for d in inventory.dossiers}
        for known in session.scalars(select(Dossier).where(Dossier.batch_id == batch_id)):
            known.withdrawn = known.key not in keys
    house.vault.names.drop(f"line:{key}" for key in gone)


class _Counted:
    """A line with what is counted of it."""

    def __init__(
        self, fonds: str, agency: str, line: InventoryLine, hidden: bool, group_of: Mapping[str, str | None]
    ) -> None:
        self.line, self.key, self.hidden = line, line_key(fonds, line), hidden or line.secrecy is not None
        code = parse_file_code(line.dossier_code or "")
        self.facts: dict[str, Any] = {
            "agency_code": line.agency or (code.agency if code else agency),
            "year": code.year if code else line.year,
            "type": line.type,
            "pages": line.pages,
            "retention": line.retention,
            "group_id": None if self.hidden else group_of.get(line.dossier_code or ""),
        }


def _before(session: Session, batch_id: str) -> dict[str, dict[str, Any]]:
    """The non-secret lines of the version that holds until now, by key."""
    row = InventoryLineRow
    public = row.batch_id == batch_id, row.withdrawn.is_(False), row.secrecy.is_(None)
    query = select(row.key, *(getattr(row, name) for name in COMPARED)).where(*public)
    return {key: dict(zip(COMPARED, facts, strict=True)) for key, *facts in session.execute(query)}


def withdraw(session: Session, rows: Sequence[InventoryLineRow], listed: Container[str]) -> list[str]:
    """Lines that are listed no longer count no longer and fall silent; their open records may find another line.

    Gives the keys of the lines, whose texts must leave the vault.
    """
    gone = [row for row in rows if row.key not in listed]
    for row in gone:
        row.withdrawn = True
        row.number = row.notation = row.issued_date = row.subject = None
        record = session.get(Record, row.record_id) if row.record_id else None
        if record is not None and record.state == RecordState.open:
            row.record_id = row.matched_by = None
            session.flush()
            if record.line_key == row.key:
                still = InventoryLineRow.record_id == record.id, InventoryLineRow.withdrawn.is_(False)
                query = select(InventoryLineRow.key).where(*still).order_by(InventoryLineRow.key)
                record.line_key = session.scalars(query).first()
    return [row.key for row in gone]


def line_texts(line: InventoryLine) -> dict[str, Any]:
    """The columns of a line that tell what the record says."""
    return {name: getattr(line, name) for name in LINE_TEXTS}


def _dossier(session: Session, batch_id: str, fonds: str, line: DossierLine, group: str | None) -> Dossier:
    key = dossier_key(fonds, line.code)
    row = session.get(Dossier, key)
    if row is None:
        row = Dossier(key=key, fonds_code=fonds, code=line.code)
        session.add(row)
    row.period = " – ".join(str(t) for t in (line.start, line.end) if t) or None
    row.retention, row.sheets, row.pages = line.retention, line.sheets, line.pages
    row.box, row.shelf, row.access_class, row.secrecy = line.box, line.shelf, line.access, line.secrecy
    code = parse_file_code(line.code)
    row.year = code.year if code else int(line.start[:4]) if line.start else None
    row.batch_id, row.withdrawn = batch_id, False
    row.group_id = group if line.secrecy is None else None
    if line.secrecy is not None:
        row.title = None
    return row


def _line(session: Session, batch_id: str, fonds: str, position: int, one: _Counted) -> InventoryLineRow:
    row = session.get(InventoryLineRow, one.key)
    if row is None:
        row = InventoryLineRow(key=one.key)
        session.add(row)
    line = one.line
    row.batch_id, row.position, row.fonds_code, row.withdrawn = batch_id, position, fonds, False
    for name, value in one.facts.items():
        setattr(row, name, value)
    row.dossier_key = dossier_key(fonds, line.dossier_code) if line.dossier_code else None
    row.secrecy = line.secrecy or ("Mật" if one.hidden else None)
    if one.hidden:
        row.number = row.notation = row.issued_date = row.subject = None
    return row
