"""A catalogue filled row by row: inventory lines and their records, as the pipeline leaves them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from sohoa.settings import CONFIG_DIR, load
from sohoa.stores.catalogue.database import open_catalogue
from sohoa.stores.catalogue.tables import (
    Batch,
    Dossier,
    Event,
    Fonds,
    InventoryLineRow,
    Outbox,
    Record,
    RecordState,
    Sighting,
    StageRun,
    StageState,
    State,
    Unit,
    ValueRow,
)
from sohoa.targets.agencies import Agencies, load_agencies
from sohoa.targets.counting import Counter
from sohoa.targets.plan import Plan, load_plan

DAY = date(2026, 6, 1)


@pytest.fixture(scope="session")
def plan() -> Plan:
    return load_plan(CONFIG_DIR)


@pytest.fixture(scope="session")
def agencies() -> Agencies:
    return load_agencies(CONFIG_DIR)


class Archive:
    """Adds rows, and counts them."""

    def __init__(self, session: Session, agencies: Agencies) -> None:
        self.session, self.agencies, self.number = session, agencies, 0
        session.add(Fonds(code="PH01", agency_code="VPTU"))
        session.add(Batch(id="b1", folder="/kho", fonds_code="PH01", agency_code="VPTU", facts={}))
        session.flush()

    def record(self, state: str = RecordState.open, *, line: InventoryLineRow | None = None, **facts: Any) -> Record:
        self.number += 1
        key, dossier = f"u{self.number}", facts.pop("dossier_code", None)
        kept = facts.pop("kept", None)
        end = State.done if state in (RecordState.open, RecordState.superseded) else State.quarantined
        batch = facts.pop("batch", "b1")
        unit = Unit(key=key, batch_id=batch, first_sighting=self.number, state=end, pages=1, dossier_code=dossier)
        self.session.add(unit)
        self.session.flush()
        values = {
            "agency_code": "VPTU",
            "pages": 1,
            "type": "Kế hoạch",
            "fonds_code": "PH01",
            "batch_id": batch,
            **facts,
        }
        record = Record(id=f"vb-{self.number}", unit_key=key, state=state, **values)
        self.session.add(record)
        if kept is not None:
            self.session.add(Event(who="lan", what="kept", subject=key, time=kept))
        if line is not None:
            line.record_id, line.matched_by = record.id, "name"
            record.line_key = record.line_key or line.key
        self.session.flush()
        return record

    def line(
        self, year: int | None = 2021, agency: str = "VPTU", *, done: bool = False, **facts: Any
    ) -> InventoryLineRow:
        self.number += 1
        kept = facts.pop("kept", None)
        values = {"batch_id": "b1", "fonds_code": "PH01", "type": "Kế hoạch", "retention": "20 năm", **facts}
        row = InventoryLineRow(key=f"l{self.number}", position=self.number, year=year, agency_code=agency, **values)
        self.session.add(row)
        self.session.flush()
        if done:
            self.record(line=row, kept=kept, batch=row.batch_id)
        return row

    def scan(self, state: State, line: InventoryLineRow) -> None:
        """A file whose name names its line, of which no record is made yet; a unit that is done was read."""
        self.number += 1
        key = f"u{self.number}"
        self.session.add(Unit(key=key, batch_id="b1", first_sighting=self.number, state=state, pages=1))
        self.session.flush()
        facts = {"size": 1, "mtime_ns": 1, "inode": 1, "unit_key": key, "line_key": line.key}
        self.session.add(Sighting(batch_id="b1", path_hash=key, state=state, **facts))
        if state == State.done:
            self.session.add(StageRun(subject=key, stage="read", version="1", state=StageState.done))
        self.session.flush()

    def lines(self, count: int, done: int, year: int | None = 2021, agency: str = "VPTU", **facts: Any) -> None:
        for number in range(count):
            self.line(year, agency, done=number < done, **facts)

    def dossier(self, code: str, **facts: Any) -> Dossier:
        row = Dossier(key=f"d-{code}", fonds_code="PH01", code=code, batch_id="b1", **facts)
        self.session.add(row)
        self.session.flush()
        return row

    def value(self, record: Record, name: str, value: str, *, review: bool = False, source: str = "machine") -> None:
        self.session.add(
            ValueRow(record_id=record.id, name=name, value=value, confidence=0.9, source=source, review=review)
        )
        self.session.flush()

    def waiting_for_the_index(self, record: Record) -> None:
        self.session.add(Outbox(record_id=record.id))
        self.session.flush()

    def counter(self, day: date = DAY, organised_on: date | None = None, *, past: bool = False) -> Counter:
        self.session.flush()
        return Counter(self.session, self.agencies, day, organised_on, past=past)


def moment(day: date, hour: int = 3) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path, agencies: Agencies) -> Iterator[Archive]:
    catalogue = open_catalogue(load(data=tmp_path / "data"))
    with catalogue.write() as session:
        yield Archive(session, agencies)
    catalogue.close()
