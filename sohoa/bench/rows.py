"""A catalogue as after years of work, written row by row without any scan: for measuring what grows with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import insert

from sohoa.models import Outcome
from sohoa.pipeline.chunks import in_chunks
from sohoa.pipeline.house import House
from sohoa.stores.catalogue.tables import (
    Batch,
    File,
    Page,
    Record,
    RecordState,
    Sighting,
    StageRun,
    StageState,
    State,
    Table,
    Unit,
    UnitFile,
)

BATCHES = 50
FAILED_EVERY, SECRET_EVERY, COPY_EVERY = 100, 150, 40


def fill(house: House, sightings: int) -> None:
    """So many sightings in 50 batches: one of 100 failed, one of 150 secret, one of 40 a duplicate, the others done.

    Each but the duplicates has its file, unit, page, two stages, and when done its record.
    """
    with house.catalogue.write() as session:
        for number in range(BATCHES):
            session.add(Batch(id=f"b{number:02d}", folder=f"/kho/{number}", fonds_code="PH01", agency_code="CQ01"))
    for numbers in in_chunks(range(sightings), 20_000):
        rows: dict[type[Table], list[dict[str, Any]]] = {}
        for number in numbers:
            for table, row in _rows(number):
                rows.setdefault(table, []).append(row)
        with house.catalogue.write() as session:
            for table in (File, Unit, UnitFile, Sighting, Page, StageRun, Record):
                session.execute(insert(table), rows[table])


def _rows(number: int) -> Iterator[tuple[type[Table], dict[str, Any]]]:
    key = f"{number:064x}"  # in order, unlike real hashes: a million of them are written in minutes
    batch = f"b{number % BATCHES:02d}"
    state, problem = _state(number)
    sighting = {
        "batch_id": batch,
        "path_hash": key[32:],
        "path": None if state in (State.quarantined, State.failed) else f"hop-{number // 500}/{number}.pdf",
        "size": 100_000 + number,
        "mtime_ns": number,
        "inode": number,
        "sha256": key,
        "unit_key": key,
        "state": state,
        "error_class": problem,
        "error_message": problem and "Tệp hỏng. Quét lại tệp rồi chạy sohoa retry.",
    }
    yield Sighting, sighting
    if state == State.duplicate:
        return
    failed = state == State.failed
    yield File, {"sha256": key, "size": 100_000 + number, "kind": "pdf", "pages": 1}
    unit = {"key": key, "batch_id": batch, "first_sighting": number + 1, "state": state, "pages": 1}
    yield Unit, unit
    yield UnitFile, {"unit_key": key, "position": 0, "sha256": key}
    page = {
        "unit_key": key,
        "batch_id": batch,
        "page": 1,
        "outcome": Outcome.failed if failed else Outcome.text,
        "source": "ocr",
    }
    yield Page, {**page, "words": 300, "confidence": 0.9, "rotation": 0}
    ended = StageState.failed if failed else StageState.done
    for stage in ("read", "keep"):
        yield StageRun, {"subject": key, "stage": stage, "version": "0" * 12, "state": ended, "attempts": 1}
    if state == State.done:
        record = {"id": key[48:], "unit_key": key, "batch_id": batch, "state": RecordState.open, "fonds_code": "PH01"}
        yield Record, {**record, "agency_code": f"CQ{number % 40:02d}", "pages": 1, "type": "Báo cáo", "year": 2019}


def _state(number: int) -> tuple[State, str | None]:
    if number % FAILED_EVERY == 1:
        return State.failed, "DamagedError"
    if number % SECRET_EVERY == 2:
        return State.quarantined, "Secret"
    if number % COPY_EVERY == 3:
        return State.duplicate, None
    return State.done, None
