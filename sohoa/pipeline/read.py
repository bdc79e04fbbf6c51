"""The stage `read`: the pages of a unit become text, blank or failed, and the whole gets its verdict. All in the vault."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from enum import Enum, auto
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import delete
from sqlalchemy.orm import Session

from sohoa.errors import EngineMissingError, StoreError, UnreadableError
from sohoa.imaging.source import PageSource
from sohoa.models import Outcome, PageReading, Problem, Recognition, Value
from sohoa.ocr.storage import dump_readings
from sohoa.pipeline.house import House, note
from sohoa.pipeline.jobs import judge_pages, read_one
from sohoa.pipeline.patience import Patience
from sohoa.pipeline.workers import Workers
from sohoa.settings import Settings
from sohoa.stores.catalogue.leases import claim, finish, is_held
from sohoa.stores.catalogue.tables import Page, StageRun, StageState, State, Unit
from sohoa.stores.oserrors import translated
from sohoa.stores.vault import write_whole

RECOGNISE_SECONDS = 120.0
GRACE_SECONDS = 15.0
"""A worker keeps the page's own time limit; only one that hangs beyond it is killed."""


class PageSummary(Value):
    """What the catalogue may know of a page before the verdict: no text."""

    page: int
    outcome: Outcome
    source: str
    words: int
    confidence: float
    rotation: int
    dpi: int | None
    blank_reason: str | None
    error: Problem | None


class UnitReading(Value):
    """The result of reading a unit; its texts lie in the vault beside it."""

    recognition: Recognition
    pages: tuple[PageSummary, ...]

    @property
    def problem(self) -> Problem | None:
        """Why the unit as a whole is failed: its first failed page, with its number; None when every page was read."""
        for page in self.pages:
            if page.error is not None:
                message = f"Trang {page.page} / page {page.page}: {page.error.message}"
                return Problem(error_class=page.error.error_class, message=message)
        return None


class Passed(Enum):
    """Why a unit was not read."""

    held = auto()
    """Another live run works on it."""
    ended = auto()
    """It needs nothing any more: another run ended it, or it was sealed."""


def is_wanted(session: Session, unit_key: str, version: str) -> bool:
    """Whether a unit still needs this version: a failed one only after a run was told to try it again (`plan`)."""
    unit = session.get_one(Unit, unit_key)
    if unit.state == State.done:
        row = session.get(StageRun, (unit_key, "keep", version))
        return row is None or row.state != StageState.done
    return unit.state == State.waiting


def read_unit(house: House, workers: Workers, unit_key: str) -> UnitReading | Passed:
    """Read every page that has no result yet under today's version, then judge the whole.

    A page that crashes or hangs its worker is a failed page.
    """
    version = house.versions.keep
    with house.catalogue.write() as session:
        if not is_wanted(session, unit_key, version):
            return Passed.ended
        if is_held(session, unit_key, house.owner):
            return Passed.held
        row = session.get(StageRun, (unit_key, "read", version))
        # Looked for while nobody else can end the unit, whose result is gone from the vault then.
        kept = stored_reading(house, unit_key)
        if kept is not None and row is not None and row.state == StageState.done:
            return kept
        if row is not None and row.state == StageState.done:
            row.state = StageState.failed  # its result is gone from the vault
            session.flush()
        if not claim(session, unit_key, "read", version, house.owner):
            return Passed.held
    folder = house.vault.work(unit_key) / version
    pages = _read_pages(house, workers, unit_key, folder)
    reading = workers.submit(judge, folder, pages, seconds=RECOGNISE_SECONDS).result()
    with house.catalogue.write() as session:
        finish(session, unit_key, "read", version, reading.problem)
        sealed = session.get_one(Unit, unit_key).state == State.quarantined
        if not sealed:
            _store_pages(session, unit_key, reading.pages)
            note(session, house, "read", unit_key, version=version, pages=len(reading.pages))
    if sealed:
        house.vault.drop_unit(unit_key)
        return Passed.ended
    return reading


def stored_reading(house: House, unit_key: str) -> UnitReading | None:
    """The result of today's version that waits in the vault; None where there is none, or one that cannot be used."""
    path = house.vault.work(unit_key) / house.versions.keep / "result.json"
    try:
        return UnitReading.model_validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):  # what a ValidationError says quotes the page
        return None


def _read_pages(house: House, workers: Workers, unit_key: str, folder: Path) -> int:
    """Submit the pages that still lack a good result and wait for them; how many pages the unit has."""
    limits, pending = house.settings.limits, []
    patience = Patience(limits)
    sources = page_sources(house, unit_key)
    for number, source in enumerate(sources, start=1):
        target = folder / f"p{number:05d}.json"
        if _is_read(target):
            continue
        if patience.is_over:
            _write_failed(target, number, patience.problem())
            continue
        seconds = limits.page_seconds + GRACE_SECONDS
        future = workers.submit(read_to_file, source, number, house.settings, target, seconds=seconds)
        future.add_done_callback(patience.watch)
        pending.append((number, target, future))
    for number, target, future in pending:
        problem = _problem_of(future)
        if problem is not None:
            _write_failed(target, number, problem)
    return len(sources)


def _write_failed(target: Path, number: int, problem: Problem) -> None:
    failed = PageReading(page=number, outcome=Outcome.failed, error=problem)
    write_whole(target, failed.model_dump_json().encode())


def _problem_of(future: Future[Problem | None]) -> Problem | None:
    """What the page's worker died of; None when it left a result, good or bad."""
    try:
        future.result()
    except (StoreError, EngineMissingError):
        raise  # not the page's fault
    except Exception as error:
        return Problem.of(error)
    return None


def _is_read(target: Path) -> bool:
    try:
        return PageReading.model_validate_json(target.read_bytes()).outcome != Outcome.failed
    except (FileNotFoundError, ValidationError):
        return False


def page_sources(house: House, unit_key: str) -> list[PageSource]:
    """Every page of the unit in order. `UnreadableError` when the vault no longer knows where the files are."""
    entry: dict[str, Any] | None = house.vault.names.get(f"unit:{unit_key}")
    if entry is None:
        raise UnreadableError(
            "Không còn biết tệp nằm ở đâu. Chạy lại `sohoa digitise` với thư mục của lô này.",
            "Where the files lie is no longer known. Run `sohoa digitise` on the batch's folder again.",
        )
    return [
        PageSource(path=Path(file["path"]), kind=file["kind"], page=page)
        for file in entry["files"]
        for page in range(1, file["pages"] + 1)
    ]


def read_to_file(source: PageSource, number: int, settings: Settings, target: Path) -> Problem | None:
    """Worker job: read one page, numbered in its unit, into a file of the vault; gives its problem."""
    with translated():
        reading = read_one(source, settings)
    write_whole(target, reading.model_copy(update={"page": number}).model_dump_json().encode())
    return reading.error


def judge(folder: Path, pages: int) -> UnitReading:
    """Worker job: recognise records and secrecy from the pages in a folder of the vault; keeps result and readings there.

    `UnreadableError` unless every page is there: one that is missing could be the secret one.
    """
    readings = [PageReading.model_validate_json(path.read_bytes()) for path in sorted(folder.glob("p*.json"))]
    if [reading.page for reading in readings] != list(range(1, pages + 1)):
        raise UnreadableError(
            "Trang đã đọc không còn đủ trong kho tạm kín. Chạy lại lệnh để đọc lại tệp này.",
            "Pages that were read are missing from the vault. Run the command again to read this file again.",
        )
    result = UnitReading(recognition=judge_pages(readings), pages=tuple(map(_summary, readings)))
    write_whole(folder / "readings.json.gz", dump_readings(readings))
    write_whole(folder / "result.json", result.model_dump_json().encode())
    return result


def _summary(reading: PageReading) -> PageSummary:
    return PageSummary(
        page=reading.page,
        outcome=reading.outcome,
        source=reading.source,
        words=len(reading.words),
        confidence=round(reading.confidence, 4),
        rotation=reading.rotation,
        dpi=reading.dpi,
        blank_reason=reading.blank_reason,
        error=reading.error,
    )


def _store_pages(session: Session, unit_key: str, pages: Sequence[PageSummary]) -> None:
    session.execute(delete(Page).where(Page.unit_key == unit_key))
    unit = session.get_one(Unit, unit_key)
    unit.pages = len(pages)
    for page in pages:
        facts = page.model_dump(exclude={"error"})
        error = page.error
        session.add(
            Page(
                unit_key=unit_key,
                batch_id=unit.batch_id,
                **facts,
                error_class=error.error_class if error else None,
                error_message=error.message[:2048] if error else None,
            )
        )
