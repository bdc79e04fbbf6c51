"""The stage `keep`: after the verdict, a unit is promoted from the vault to the stores, or quarantined.

Originals and readings are written first, under names made of their hash and version; the catalogue's rows and the
outbox follow in one transaction. Killed anywhere, it can be done again.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from sohoa.errors import ChangedError, InputError, RetainedObjectError
from sohoa.intake.probe import changed
from sohoa.intake.regular import held
from sohoa.models import FIELD_NAMES, RecordReading, Secrecy
from sohoa.pipeline.house import House, note
from sohoa.pipeline.read import UnitReading, is_wanted
from sohoa.pipeline.secrecy import quarantine_read, seal_unit
from sohoa.pipeline.sharing import shared_originals
from sohoa.pipeline.spans import record_id, spans
from sohoa.stores.catalogue.leases import claim, finish, is_held
from sohoa.stores.catalogue.tables import (
    Batch,
    Outbox,
    Part,
    Record,
    RecordState,
    Sighting,
    State,
    Unit,
    ValueRow,
)
from sohoa.stores.objects.keys import derived_key, original_key


def keep_unit(house: House, unit_key: str, reading: UnitReading, *, accept_failed_pages: bool = False) -> State | None:
    """Promote, quarantine or fail a unit by its reading; gives the state it ends in, None when another run is at it.

    A unit with an unread page is not promoted, since that page could be secret, unless a person accepted it.
    """
    version = house.versions.keep
    secrecy = reading.recognition.secrecy.value
    problem = None if accept_failed_pages else reading.problem
    with house.catalogue.write() as session:
        state = State(session.get_one(Unit, unit_key).state)
        accepted = accept_failed_pages and state == State.failed
        if not accepted and not is_wanted(session, unit_key, version):
            return state
        if is_held(session, unit_key, house.owner) or not claim(session, unit_key, "keep", version, house.owner):
            return None
    if secrecy is not None:
        quarantine_read(house, unit_key, reading)
        return State.quarantined
    if problem is not None:
        with house.catalogue.write() as session:
            finish(session, unit_key, "keep", version, problem)
            session.get_one(Unit, unit_key).state = State.failed
            for sighting in _own_sightings(session, unit_key):
                sighting.state = State.failed
                sighting.error_class, sighting.error_message = problem.error_class, problem.message[:2048]
            note(session, house, "failed", unit_key, error=problem.error_class)
        return State.failed
    return _promote(house, unit_key, reading)


def _own_sightings(session: Session, unit_key: str) -> list[Sighting]:
    query = select(Sighting).where(Sighting.unit_key == unit_key, Sighting.state != State.duplicate)
    return list(session.scalars(query.order_by(Sighting.id)))


def _promote(house: House, unit_key: str, reading: UnitReading) -> State:
    entry = house.vault.names.get(f"unit:{unit_key}") or {"files": []}
    files: list[dict[str, Any]] = entry["files"]
    try:
        _store_originals(house, unit_key, files)
    except ChangedError:
        house.vault.drop_unit(unit_key)  # what was read may be of other bytes
        raise
    readings = house.vault.work(unit_key) / house.versions.keep / "readings.json.gz"
    house.objects.put_bytes(derived_key(unit_key, house.versions.keep), readings.read_bytes())
    with house.catalogue.write() as session:
        unit = session.get_one(Unit, unit_key)
        if unit.state == State.quarantined:
            sealed = unit.secrecy
        else:
            sealed = None
            _publish(session, house, unit, files, reading)
        hashes = [s.path_hash for s in session.scalars(select(Sighting).where(Sighting.unit_key == unit_key))]
    if sealed is not None:
        seal_unit(house, unit_key, cast(Secrecy, sealed), reason="person")  # what was put meanwhile goes too
        return State.quarantined
    house.vault.names.drop(f"name:{h}" for h in hashes)
    house.vault.drop_unit(unit_key)
    return State.done


def _publish(session: Session, house: House, unit: Unit, files: Sequence[dict[str, Any]], reading: UnitReading) -> None:
    """The rows of a unit whose original and reading lie in the store."""
    unit.state, unit.kept_version = State.done, house.versions.keep
    for sighting in session.scalars(select(Sighting).where(Sighting.unit_key == unit.key)):
        if sighting.state != State.duplicate:
            sighting.state, sighting.error_class, sighting.error_message = State.done, None, None
        told = house.vault.names.get(f"name:{sighting.path_hash}")
        sighting.path = told["name"] if told else sighting.path
    _store_records(session, unit, files, reading.recognition.records)
    finish(session, unit.key, "keep", house.versions.keep)
    note(session, house, "kept", unit.key, version=house.versions.keep)


def _store_originals(house: House, unit_key: str, files: Sequence[dict[str, Any]]) -> None:
    """All files of a unit, or none: of a record whose page changed or vanished no other page stays behind."""
    stored: list[str] = []
    try:
        for file in files:
            key = original_key(file["sha256"])
            fresh = house.objects.stat(key) is None
            with held(Path(file["path"])) as still:
                facts = still.stat()
                if file["seen"] not in (None, [facts.st_size, facts.st_mtime_ns, facts.st_ino]):
                    raise changed()
                house.objects.put_file(key, still, file["sha256"])
            if fresh:
                stored.append(file["sha256"])
    except InputError:
        with house.catalogue.read() as session:
            # Another run may have put the same page into a record of its own meanwhile.
            shared = shared_originals(session, stored, besides=unit_key)
        for sha256 in stored:
            if sha256 not in shared:
                with suppress(RetainedObjectError):
                    house.objects.withdraw(original_key(sha256))
        raise


def _store_records(
    session: Session, unit: Unit, files: Sequence[dict[str, Any]], found: Sequence[RecordReading]
) -> None:
    batch = session.get_one(Batch, unit.batch_id)
    fresh = {record_id(batch.fonds_code, unit.key, r.pages[0]): r for r in found}
    for old in session.scalars(select(Record).where(Record.unit_key == unit.key)):
        if old.id not in fresh:
            # Today's reading draws the borders of the records elsewhere.
            old.state, old.revision = RecordState.superseded, old.revision + 1
            session.add(Outbox(record_id=old.id))
    for id_, reading in fresh.items():
        record = session.get(Record, id_)
        if record is None:
            record = Record(id=id_, unit_key=unit.key, batch_id=unit.batch_id, revision=0, state=RecordState.open)
            session.add(record)
        record.fonds_code, record.agency_code = batch.fonds_code, record.agency_code or batch.agency_code
        record.pages, record.revision = reading.pages[1] - reading.pages[0] + 1, record.revision + 1
        record.type, record.type_code = reading.type.value, reading.type.code
        record.type_confidence = reading.type.confidence
        record.box, record.shelf = batch.facts.get("box"), batch.facts.get("shelf")
        if record.state == RecordState.quarantined:
            record.state = RecordState.open
        session.flush()
        _store_part(session, record, unit, files, reading)
        _store_values(session, record, reading)
        session.add(Outbox(record_id=id_))


def _store_part(
    session: Session, record: Record, unit: Unit, files: Sequence[dict[str, Any]], reading: RecordReading
) -> None:
    session.execute(delete(Part).where(Part.record_id == record.id, Part.unit_key == unit.key))
    newest = session.scalar(select(Part.version).where(Part.record_id == record.id).order_by(Part.version.desc()))
    for position, span in enumerate(spans(files, reading.pages)):
        session.add(
            Part(
                record_id=record.id,
                version=(newest or 0) + 1,
                position=position,
                sha256=span.sha256,
                first_page=span.first_page,
                last_page=span.last_page,
                unit_key=unit.key,
                unit_page=span.unit_page,
            )
        )


def _store_values(session: Session, record: Record, reading: RecordReading) -> None:
    """Values of the machine replace values of the machine; what a person confirmed stays."""
    confirmed = set(
        session.scalars(select(ValueRow.name).where(ValueRow.record_id == record.id, ValueRow.source == "person"))
    )
    session.execute(delete(ValueRow).where(ValueRow.record_id == record.id, ValueRow.source != "person"))
    for name in FIELD_NAMES:
        field = getattr(reading.fields, name)
        if field is None or name in confirmed:
            continue
        session.add(
            ValueRow(
                record_id=record.id,
                name=name,
                value=field.value[:4096],
                confidence=round(field.confidence, 4),
                page=field.page - reading.pages[0] + 1,
                box=[round(x, 2) for x in field.box],
                source="machine",
                review=field.review,
            )
        )
    subject = reading.fields.subject
    if "subject" not in confirmed:
        record.title = subject.value[:2048] if subject else None
    date = reading.fields.issued_date
    if date is not None and date.value[:4].isdigit():
        record.year = int(date.value[:4])
