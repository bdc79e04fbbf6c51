"""Secrets: hold what is found secret before storage, and withdraw everywhere what is found secret later."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from sohoa.errors import StoreBusyError, UnknownIdError
from sohoa.models import FIELD_NAMES, Secrecy
from sohoa.pipeline.house import House, note
from sohoa.pipeline.inventory import dossier_key
from sohoa.pipeline.presence import holding, present
from sohoa.pipeline.read import UnitReading
from sohoa.pipeline.sharing import shared_originals
from sohoa.pipeline.spans import record_id
from sohoa.stores.catalogue.leases import finish, is_held
from sohoa.stores.catalogue.tables import (
    HELD,
    Batch,
    InventoryLineRow,
    Outbox,
    Page,
    Part,
    Record,
    RecordState,
    Sighting,
    StageRun,
    StageState,
    State,
    Unit,
    ValueRow,
)
from sohoa.stores.objects.keys import derived_key, original_key

INDEXER = "indexer"
"""The role of the one writer to the index."""
INDEXER_SECONDS = 600.0
"""A chunk is indexed in seconds, an archive anew in minutes."""


def quarantine_unread(session: Session, house: House, unit: Unit, secrecy: Secrecy) -> list[str]:
    """Hold a unit that the inventory calls secret; it was never opened. Gives the path hashes whose names must go."""
    unit.state, unit.secrecy, unit.secrecy_reason = State.quarantined, secrecy, "inventory"
    note(session, house, "quarantined", unit.key, reason="inventory")
    _silent_records(session, unit, [(1, unit.pages)])
    return _silence_sightings(session, unit.key)


def quarantine_read(house: House, unit_key: str, reading: UnitReading) -> None:
    """Hold a unit by a mark on its pages: a row without title, text or name, and where the paper lies, stay."""
    records = reading.recognition.records
    # Number, date and subject are needed once more, to find (and silence) the inventory line; then they go too.
    clues = [
        {"page": r.pages[0], **{n: f.value for n in FIELD_NAMES if (f := getattr(r.fields, n)) is not None}}
        for r in records
    ]
    house.vault.names.put({f"secret:{unit_key}": {"clues": clues}})
    with house.catalogue.read() as session:
        was_open = session.get_one(Unit, unit_key).state == State.done
    if was_open:
        seal_unit(house, unit_key, reading.recognition.secrecy.value or "Mật", reason="stamp")
    with house.catalogue.write() as session:
        unit = session.get_one(Unit, unit_key)
        unit.state, unit.secrecy, unit.secrecy_reason = State.quarantined, reading.recognition.secrecy.value, "stamp"
        hashes = _silence_sightings(session, unit_key)
        _silent_records(session, unit, [(r.pages[0], r.pages[1] - r.pages[0] + 1) for r in records])
        finish(session, unit_key, "keep", house.versions.keep)
        note(session, house, "quarantined", unit_key, reason="stamp")
    house.vault.names.drop(f"name:{h}" for h in hashes)
    house.vault.drop_unit(unit_key)


def records_together(house: House, record_id_: str) -> list[str]:
    """The ids of all records that share files with this one and go with it. Raises `UnknownIdError`."""
    with house.catalogue.read() as session:
        record = session.get(Record, record_id_)
        if record is None:
            raise UnknownIdError(
                f"Không có văn bản {record_id_}. Tìm mã bằng: sohoa search …",
                f"There is no record {record_id_}. Find its id with: sohoa search …",
            )
    units = _together(house, record.unit_key)
    with house.catalogue.read() as session:
        ids = set(session.scalars(select(Part.record_id).where(Part.unit_key.in_(units))))
        return sorted(ids | set(session.scalars(select(Record.id).where(Record.unit_key.in_(units)))))


def seal(house: House, record_id_: str, secrecy: Secrecy = "Mật") -> list[str]:
    """Withdraw a record found secret later: from catalogue, objects and index, with all records of its files.

    Gives the ids of the records withdrawn. Raises `UnknownIdError`; `StoreError` where a store refuses
    (COMPLIANCE retention): the record is then already out of catalogue and index.
    """
    records_together(house, record_id_)
    with house.catalogue.read() as session:
        unit_key = session.get_one(Record, record_id_).unit_key
    with present(house):
        return seal_unit(house, unit_key, secrecy, reason="person")


def seal_unit(house: House, unit_key: str, secrecy: Secrecy, *, reason: str) -> list[str]:
    """Withdraw everything that came from one unit, and from other scans of its records; sealed units count as quarantined.

    Killed in the middle, it is done again by the next run of the batch or the next call.
    """
    sealed: list[str] = []
    for key in sorted(_together(house, unit_key)):
        sealed += _seal_one(house, key, secrecy, reason)
    return sorted(set(sealed))


def half_sealed(session: Session, batch_id: str) -> list[str]:
    """Units whose withdrawal was begun and not ended: their rows are silent, their objects may still be there."""
    # A stage still open: a run was promoting the unit when it was sealed, and was killed before it saw that.
    open_ = select(StageRun.subject).where(StageRun.state == StageState.running)
    query = select(Unit.key).where(Unit.batch_id == batch_id, Unit.state == State.quarantined)
    return list(session.scalars(query.where(Unit.kept_version.is_not(None) | Unit.key.in_(open_)).order_by(Unit.key)))


def _together(house: House, unit_key: str) -> set[str]:
    """The units that share records with this one, as a scan and its rescan do."""
    units, more = set[str](), {unit_key}
    with house.catalogue.read() as session:
        while more - units:
            units |= more
            ids = set(session.scalars(select(Part.record_id).where(Part.unit_key.in_(units))))
            ids |= set(session.scalars(select(Record.id).where(Record.unit_key.in_(units))))
            more = set(session.scalars(select(Part.unit_key).where(Part.record_id.in_(ids))))
            more |= set(session.scalars(select(Record.unit_key).where(Record.id.in_(ids))))
    return units


def _seal_one(house: House, unit_key: str, secrecy: Secrecy, reason: str) -> list[str]:
    with house.catalogue.write() as session:
        unit = session.get_one(Unit, unit_key)
        # Readings of earlier versions lie in the store too.
        kept = select(StageRun.version).where(StageRun.subject == unit_key, StageRun.stage == "keep")
        versions = {*session.scalars(kept), *([unit.kept_version] if unit.kept_version else [])}
        from_parts = session.scalars(select(Part.record_id).where(Part.unit_key == unit_key))
        own = session.scalars(select(Record.id).where(Record.unit_key == unit_key))
        ids = sorted({*from_parts, *own})
        files = sorted(set(session.scalars(select(Part.sha256).where(Part.unit_key == unit_key))))
        session.execute(delete(ValueRow).where(ValueRow.record_id.in_(ids)))
        session.execute(delete(Page).where(Page.unit_key == unit_key))
        for record in session.scalars(select(Record).where(Record.id.in_(ids))):
            record.state, record.title, record.revision = RecordState.sealed, None, record.revision + 1
            record.type = record.type_code = record.year = None
            session.add(Outbox(record_id=record.id))
        lines = []
        for line in session.scalars(select(InventoryLineRow).where(InventoryLineRow.record_id.in_(ids))):
            line.number = line.notation = line.issued_date = line.subject = None
            lines.append(line.key)
        lines += hold_lines(session, unit)
        hashes = _silence_sightings(session, unit_key)
        if unit.state != State.quarantined:
            unit.state, unit.secrecy, unit.secrecy_reason = State.quarantined, secrecy, reason
        note(session, house, "sealed", unit_key, reason=reason, records=len(ids))
    house.catalogue.forget()
    house.vault.names.drop([f"name:{h}" for h in hashes] + [f"line:{key}" for key in lines])
    house.vault.drop_unit(unit_key)
    with holding(house, INDEXER, INDEXER_SECONDS) as mine:
        # Whoever writes the index now may have read these records before they were silent.
        if not mine:
            raise StoreBusyError(
                "Văn bản đã ra khỏi danh mục, nhưng một tiến trình khác đang ghi chỉ mục. Chờ nó xong rồi chạy lại sohoa seal.",
                "The record is out of the catalogue, but another process is writing the index. Wait until it is done, then run sohoa seal again.",
            )
        house.index.remove(ids, purge=True)
    for version in sorted(versions):
        house.objects.withdraw(derived_key(unit_key, version))
    with house.catalogue.read() as session:
        # A page that is also a page of an open record stays: that record would be broken without it.
        shared = shared_originals(session, files, besides=unit_key)
    for sha256 in files:
        if sha256 not in shared:
            house.objects.withdraw(original_key(sha256))
    with house.catalogue.write() as session:
        session.execute(delete(Outbox).where(Outbox.record_id.in_(ids)))
        for row in session.scalars(
            select(StageRun).where(StageRun.subject == unit_key, StageRun.state == StageState.running)
        ):
            if not is_held(session, unit_key, house.owner):
                finish(session, unit_key, row.stage, row.version)
        # Until here a version says that the withdrawal has not ended.
        session.get_one(Unit, unit_key).kept_version = None
    return ids


def hold_lines(session: Session, unit: Unit) -> list[str]:
    """Lines that may be about a held dossier file without anybody knowing which: silent, and in no public figure.

    In a dossier scanned as one file not every record finds its line; a line left over would tell that one is missing.
    Gives the keys of the lines, whose texts must leave the vault.
    """
    records = session.scalars(select(Record.id).where(Record.unit_key == unit.key)).all()
    if unit.dossier_code is None or len(records) < 2:
        return []
    fonds = session.get_one(Batch, unit.batch_id).fonds_code
    mine = (InventoryLineRow.dossier_key == dossier_key(fonds, unit.dossier_code), InventoryLineRow.record_id.is_(None))
    lines = session.scalars(select(InventoryLineRow).where(*mine)).all()
    for line in lines:
        line.matched_by = HELD
        line.number = line.notation = line.issued_date = line.subject = None
    return [line.key for line in lines]


def _silence_sightings(session: Session, unit_key: str) -> list[str]:
    """Take the names out of the unit's sightings and give their path hashes."""
    hashes = []
    for sighting in session.scalars(select(Sighting).where(Sighting.unit_key == unit_key)):
        sighting.path = sighting.error_class = sighting.error_message = None
        if sighting.state != State.duplicate:
            sighting.state = State.quarantined
        hashes.append(sighting.path_hash)
    return hashes


def _silent_records(session: Session, unit: Unit, runs: Sequence[tuple[int, int]]) -> None:
    """Rows that only say: a record is here, held for secrecy, so many pages long, in that box."""
    batch = session.get_one(Batch, unit.batch_id)
    for first, pages in runs:
        id_ = record_id(batch.fonds_code, unit.key, first)
        if session.get(Record, id_) is None:
            session.add(
                Record(
                    id=id_,
                    unit_key=unit.key,
                    batch_id=unit.batch_id,
                    state=RecordState.quarantined,
                    fonds_code=batch.fonds_code,
                    agency_code=batch.agency_code,
                    box=batch.facts.get("box"),
                    shelf=batch.facts.get("shelf"),
                    pages=pages,
                )
            )
