"""Inventory lines meet records: by file name first, then by what the page says; rescans become newer parts.

Runs alone at the end of a batch and goes through the records in the order in which they came in, so that the
outcome does not depend on which worker was faster.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from sohoa.errors import StoreBusyError
from sohoa.intake.inventory import Inventory, InventoryLine
from sohoa.intake.matching import match_by_content
from sohoa.pipeline.house import House, note
from sohoa.pipeline.inventory import dossier_key, line_key, line_texts
from sohoa.pipeline.presence import holding
from sohoa.pipeline.registers import open_lines
from sohoa.pipeline.secrecy import hold_lines
from sohoa.pipeline.spans import record_id
from sohoa.pipeline.texts import record_pages
from sohoa.stores.catalogue.tables import (
    REGISTER,
    Batch,
    Dossier,
    InventoryLineRow,
    Outbox,
    Part,
    Record,
    RecordState,
    Sighting,
    State,
    Unit,
    ValueRow,
)
from sohoa.text.normal import fold

SAME_TEXT = 65.0
"""Similarity (0–100) of two readings from which two scans count as the same record; other records of one form stay below."""

LINK_SECONDS = 600.0
"""How long a run waits for another one of its fonds to match its records."""
CLUES = ("number", "notation", "issued_date", "subject")
"""Components by which a record and a line are compared."""


@dataclass
class Linked:
    """What linking found."""

    matched: int = 0
    rescans: int = 0


def link(house: House, batch_id: str, inventory: Inventory | None) -> Linked:
    """Match every record of the batch that has no line yet. Idempotent."""
    result = Linked()
    registered = open_lines(house, batch_id)
    if inventory is None and not registered:
        _forget_clues(house, batch_id)
        return result
    with house.catalogue.read() as session:
        fonds = session.get_one(Batch, batch_id).fonds_code
    with holding(house, f"link:{fonds}"[:64], LINK_SECONDS) as mine:
        if not mine:
            raise StoreBusyError(
                "Một lượt chạy khác của phông này đang khớp mục lục quá lâu. Chờ nó xong rồi chạy lại.",
                "Another run of this fonds has been matching its inventory for too long. Wait until it is done and run again.",
            )
        if inventory is not None:
            _link(house, batch_id, fonds, inventory, result)
        if registered:
            _link_registers(house, batch_id, fonds, registered, result)
    _forget_clues(house, batch_id)
    return result


def _link_registers(house: House, batch_id: str, fonds: str, lines: dict[str, InventoryLine], result: Linked) -> None:
    """Records that no inventory lists are looked for in the registers of their agency, in the year of their date."""
    linker = _Linker(house, batch_id, lines, fonds, Inventory(path_name="", lines=tuple(lines.values())))
    with house.catalogue.read() as session:
        waiting = [id_ for id_ in linker.unlinked(session) if session.get_one(Record, id_).line_key is None]
    for id_ in waiting:
        with house.catalogue.write() as session:
            record = session.get_one(Record, id_)
            values = linker.values_of(session, record)
            year = values.get("issued_date", "")[:4]
            candidates = [line for line in linker.inventory.lines if not year or str(line.year or year) == year]
            row = linker.best(session, candidates, values) if values else None
            if row is not None:
                linker.attach(session, row, record, "content", result)


def _link(house: House, batch_id: str, fonds: str, inventory: Inventory, result: Linked) -> None:
    linker = _Linker(house, batch_id, {line_key(fonds, line): line for line in inventory.lines}, fonds, inventory)
    with house.catalogue.write() as session:
        linker.by_name(session, result)
    with house.catalogue.read() as session:
        waiting = linker.unlinked(session)
    for id_ in waiting:
        with house.catalogue.write() as session:
            record = session.get_one(Record, id_)
            linker.by_content(session, record, session.get_one(Unit, record.unit_key).dossier_code, result)
    with house.catalogue.write() as session:
        linker.duplicates(session, result)
    with house.catalogue.write() as session:
        linker.publish_dossiers(session)
        held = select(Unit).where(Unit.batch_id == batch_id, Unit.state == State.quarantined)
        silent = [key for unit in session.scalars(held) for key in hold_lines(session, unit)]
    house.vault.names.drop(f"line:{key}" for key in silent)


def _forget_clues(house: House, batch_id: str) -> None:
    """What was known of secret records to find their lines goes; another batch in work still needs its own."""
    with house.catalogue.read() as session:
        units = select(Unit.key).where(Unit.batch_id == batch_id, Unit.state == State.quarantined)
        house.vault.names.drop([f"secret:{key}" for key in session.scalars(units)])


class _Linker:
    def __init__(
        self, house: House, batch_id: str, lines: dict[str, InventoryLine], fonds: str, inventory: Inventory
    ) -> None:
        self.house, self.batch_id, self.lines, self.fonds, self.inventory = house, batch_id, lines, fonds, inventory

    def by_name(self, session: Session, result: Linked) -> None:
        """Sightings whose name matched a line, duplicates included: a duplicate's line counts too."""
        query = select(Sighting).where(Sighting.batch_id == self.batch_id, Sighting.line_key.is_not(None))
        for sighting in session.scalars(query.order_by(Sighting.id)):
            records = session.scalars(
                select(Record).where(Record.unit_key == sighting.unit_key).order_by(Record.id)
            ).all()
            row = session.get(InventoryLineRow, sighting.line_key)
            if row is not None and not row.withdrawn and len(records) == 1:
                self.attach(session, row, records[0], "name", result)

    def unlinked(self, session: Session) -> list[str]:
        """Records of the batch without a line of an inventory, in the order in which they came in."""
        of_register = Record.line_key.in_(select(InventoryLineRow.key).where(InventoryLineRow.origin == REGISTER))
        query = (
            select(Record.id)
            .join(Unit, Unit.key == Record.unit_key)
            .join(Part, Part.record_id == Record.id, isouter=True)
            .where(Unit.batch_id == self.batch_id, or_(Record.line_key.is_(None), of_register))
            .where(Record.state.in_((RecordState.open, RecordState.quarantined)))
            .order_by(Unit.first_sighting, Part.unit_page, Record.id)
        )
        return list(dict.fromkeys(session.scalars(query)))

    def by_content(self, session: Session, record: Record, dossier: str | None, result: Linked) -> None:
        """Match one record by number, notation, date and subject: in its dossier first, then anywhere."""
        values = self.values_of(session, record)
        if not values:
            return
        own = [line for line in self.inventory.lines if dossier is not None and line.dossier_code == dossier]
        for candidates in (own, self.inventory.lines):
            row = self.best(session, candidates, values)
            if row is not None:
                self.attach(session, row, record, "content", result)
                return

    def duplicates(self, session: Session, result: Linked) -> None:
        """A copy filed in another dossier stands for the line of that dossier too."""
        query = (
            select(Sighting, Record)
            .join(Record, Record.unit_key == Sighting.unit_key)
            .where(Sighting.batch_id == self.batch_id, Sighting.state == State.duplicate)
            .where(Sighting.line_key.is_(None), Sighting.dossier_code.is_not(None))
            .where(Record.state.in_((RecordState.open, RecordState.quarantined)))
            .order_by(Sighting.id, Record.id)
        )
        for sighting, record in session.execute(query).all():
            if record.dossier_key != dossier_key(self.fonds, sighting.dossier_code or ""):
                lines = [line for line in self.inventory.lines if line.dossier_code == sighting.dossier_code]
                row = self.best(session, lines, self.values_of(session, record))
                if row is not None:
                    self.attach(session, row, record, "content", result)

    def best(self, session: Session, lines: Sequence[InventoryLine], values: dict[str, str]) -> InventoryLineRow | None:
        """The line that fits the values, when one clearly does."""
        found = match_by_content(lines, **{name: values.get(name) for name in CLUES})
        return session.get(InventoryLineRow, line_key(self.fonds, found[0])) if found else None

    def values_of(self, session: Session, record: Record) -> dict[str, str]:
        """The components by which a record is matched; those of a secret one are in the vault until now."""
        if record.state == RecordState.open:
            return {v.name: v.value for v in session.scalars(select(ValueRow).where(ValueRow.record_id == record.id))}
        clues = (self.house.vault.names.get(f"secret:{record.unit_key}") or {}).get("clues", [])
        by_id = {record_id(self.fonds, record.unit_key, clue["page"]): clue for clue in clues}
        return dict(by_id.get(record.id, {}))

    def attach(self, session: Session, row: InventoryLineRow, record: Record, by: str, result: Linked) -> None:
        """Give the line its record; a second scan of the same record becomes its newest part."""
        other = session.get(Record, row.record_id) if row.record_id else None
        if other is not None and other.id != record.id:
            if other.state == record.state == RecordState.open and self.same_text(session, other, record):
                self.supersede(session, other, record)
                result.rescans += 1
            return
        main = session.get(InventoryLineRow, record.line_key) if record.line_key else None
        if main is not None and main.origin == REGISTER != row.origin:
            record.line_key = None  # an inventory tells more than a register
        if other is None:
            row.record_id, row.matched_by = record.id, by
            result.matched += 1
        line = self.lines.get(row.key)
        if record.state == RecordState.open and row.secrecy is None and line is not None:
            self.publish(session, row, line, record)
        elif record.state != RecordState.open or row.secrecy is not None:
            row.number = row.notation = row.issued_date = row.subject = None
            self.house.vault.names.drop([f"line:{row.key}"])
            if record.line_key is None:
                record.line_key, record.dossier_key = row.key, row.dossier_key

    def publish(self, session: Session, row: InventoryLineRow, line: InventoryLine, record: Record) -> None:
        """After an open verdict the line's sentences enter the catalogue, and its facts the record."""
        before = (record.line_key, record.title, record.year, record.agency_code)
        for name, value in line_texts(line).items():
            setattr(row, name, value)
        if record.line_key is None:
            record.line_key, record.dossier_key, record.agency_code = row.key, row.dossier_key, row.agency_code
        if record.line_key == row.key:
            record.retention, record.year = row.retention, row.year or record.year
            record.title = line.subject or record.title
            self.confirm(session, record, line)
        self.house.vault.names.drop([f"line:{row.key}"])
        if before != (record.line_key, record.title, record.year, record.agency_code):
            record.revision += 1
            session.add(Outbox(record_id=record.id))

    def confirm(self, session: Session, record: Record, line: InventoryLine) -> None:
        """A number or date the machine was unsure of is taken from the line that matched."""
        for name, value in (("number", line.number), ("issued_date", line.issued_date)):
            row = session.get(ValueRow, (record.id, name))
            if value is None or (row is not None and (row.source != "machine" or not row.review)):
                continue
            if row is None:
                row = ValueRow(record_id=record.id, name=name)
                session.add(row)
            row.value, row.source, row.review, row.confidence = value, "inventory", False, 0.9

    def same_text(self, session: Session, one: Record, other: Record) -> bool:
        """Whether two records read alike, so that one is a rescan of the other."""
        texts = [fold(" ".join(p.text for p in record_pages(self.house, session, r.id)))[:6000] for r in (one, other)]
        return fuzz.ratio(*texts) >= SAME_TEXT

    def supersede(self, session: Session, old: Record, rescan: Record) -> None:
        """The rescan's pages become the newest part of the old record, which stays the one that is found."""
        version = max(session.scalars(select(Part.version).where(Part.record_id == old.id)).all()) + 1
        for part in session.scalars(select(Part).where(Part.record_id == rescan.id)).all():
            session.add(
                Part(
                    record_id=old.id,
                    version=version,
                    position=part.position,
                    sha256=part.sha256,
                    first_page=part.first_page,
                    last_page=part.last_page,
                    unit_key=part.unit_key,
                    unit_page=part.unit_page,
                )
            )
        rescan.state, rescan.superseded_by, rescan.revision = RecordState.superseded, old.id, rescan.revision + 1
        old.pages, old.revision = rescan.pages, old.revision + 1
        session.add_all([Outbox(record_id=old.id), Outbox(record_id=rescan.id)])
        note(session, self.house, "rescanned", old.id, by=rescan.id)

    def publish_dossiers(self, session: Session) -> None:
        """A dossier's title is told once a record in it was judged open, unless the dossier itself is secret."""
        titles = {dossier_key(self.fonds, d.code): d.title for d in self.inventory.dossiers if d.secrecy is None}
        query = select(Dossier).join(Record, Record.dossier_key == Dossier.key).where(Record.state == RecordState.open)
        for dossier in session.scalars(query).unique():
            if dossier.title is None and dossier.secrecy is None and dossier.key in titles:
                dossier.title = titles[dossier.key]
                self.house.vault.names.drop([f"dossier:{dossier.key}"])
