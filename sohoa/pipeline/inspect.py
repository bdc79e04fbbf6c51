"""Read files without storing anything, and answer for every one exactly once, in a form fixed for other programs."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from sohoa.errors import NotFoundError, SohoaError
from sohoa.imaging.source import PageSource
from sohoa.intake.found import Found
from sohoa.intake.kinds import sniff
from sohoa.intake.probe import FileFacts, hash_file, probe
from sohoa.intake.regular import unreadable
from sohoa.intake.walk import walk
from sohoa.models import (
    FIELD_NAMES,
    Field,
    Fields,
    Outcome,
    PageReading,
    Problem,
    Recognition,
    RecordReading,
    SecrecyVerdict,
)
from sohoa.pipeline.jobs import judge_pages, read_one
from sohoa.pipeline.patience import Patience
from sohoa.pipeline.read import GRACE_SECONDS, RECOGNISE_SECONDS
from sohoa.pipeline.sightings import FILE_GRACE_SECONDS, problem_of_look
from sohoa.pipeline.workers import Workers
from sohoa.settings import Settings
from sohoa.stores.oserrors import store_error

Answer = dict[str, Any]


def inspect(paths: Sequence[Path], settings: Settings) -> Iterator[Answer]:
    """One answer a file (for a zip one a member, `ZIP/MEMBER`; for a folder one a file in it), in order.

    The form is the one in the README. Nothing is stored; temporary files are gone at the end. One bad file never
    stops the rest.
    """
    home = Path(tempfile.mkdtemp(prefix="sohoa-inspect-"))
    try:
        apart = settings.model_copy(update={"data": home})
        with Workers(apart, preload=(__name__,)) as workers:
            for number, path in enumerate(paths):
                yield from _one(path, apart, workers, home / f"{number}")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _one(path: Path, settings: Settings, workers: Workers, scratch: Path) -> Iterator[Answer]:
    try:
        scratch.mkdir()
        _reachable(path)
        if not path.exists() and not path.is_symlink():
            raise NotFoundError("Không có tệp này. Kiểm tra đường dẫn.", "There is no such file. Check the path.")
        if path.is_file() and sniff(path.resolve(), allow_text=True) == "text":
            yield _read(str(path), path.resolve(), "text", 1, settings, workers)
            return
        found = walk(path, settings.limits, scratch)
        for one in found:
            yield from _found(path, one, settings, workers)
    except SohoaError as error:
        yield _failed(str(path), _hash_or_none(path), Problem.of(error))
    except OSError as error:  # of the folder for temporary files
        yield _failed(str(path), None, Problem.of(store_error(error)))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _reachable(path: Path) -> None:
    try:
        path.stat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise unreadable(error) from None


def _found(path: Path, one: Found, settings: Settings, workers: Workers) -> Iterator[Answer]:
    # A walk over a single file names it by its last component; the caller knows it by the path given.
    folder = path.is_dir()
    inner = one.name if folder or not one.container else one.name.partition("/")[2]
    name = f"{path}/{inner}" if folder or one.container else str(path)
    if one.problem is not None:
        yield _failed(name, _hash_or_none(one.path), one.problem)
        return
    if one.is_container or one.path is None:
        return
    try:
        facts: FileFacts = workers.submit(
            probe, one.path, settings.limits, seconds=settings.limits.file_seconds + FILE_GRACE_SECONDS
        ).result()
    except Exception as error:
        yield _failed(name, _hash_or_none(one.path), problem_of_look(error, settings.limits))
        return
    yield _read(name, one.path, facts.kind, facts.pages, settings, workers)


def _read(name: str, path: Path, kind: Any, pages: int, settings: Settings, workers: Workers) -> Answer:
    seconds = settings.limits.page_seconds + GRACE_SECONDS
    patience = Patience(settings.limits)
    futures: list[Future[PageReading] | Problem] = []
    for page in range(1, pages + 1):
        if patience.is_over:
            futures.append(patience.problem())
            continue
        future = workers.submit(read_one, PageSource(path, kind, page), settings, seconds=seconds)
        future.add_done_callback(patience.watch)
        futures.append(future)
    readings = [_reading(future, page) for page, future in enumerate(futures, start=1)]
    try:
        judged = workers.submit(judge_pages, tuple(readings), seconds=RECOGNISE_SECONDS).result()
    except Exception as error:
        return _failed(name, _hash_or_none(path), Problem.of(error), readings)
    return _answer(name, _hash_or_none(path), readings, judged)


def _reading(future: Future[PageReading] | Problem, page: int) -> PageReading:
    if isinstance(future, Problem):
        return PageReading(page=page, outcome=Outcome.failed, error=future)
    try:
        return future.result()
    except Exception as error:
        return PageReading(page=page, outcome=Outcome.failed, error=Problem.of(error))


def _hash_or_none(path: Path | None) -> str | None:
    try:
        return hash_file(path.resolve()) if path is not None and path.is_file() else None
    except (SohoaError, OSError):
        return None


def _problem(problem: Problem | None) -> Answer | None:
    return None if problem is None else {"class": problem.error_class, "message": problem.message}


def _page(reading: PageReading) -> Answer:
    return {
        "page": reading.page,
        "text": reading.text,
        "source": reading.source,
        "blank": reading.outcome == Outcome.blank,
        "error": _problem(reading.error),
        "rotation": reading.rotation,
        "dpi": reading.dpi,
        "confidence": round(reading.confidence, 4),
        "words": len(reading.words),
    }


def _field(field: Field | None) -> Answer | None:
    if field is None:
        return None
    return {
        "value": field.value,
        "confidence": round(field.confidence, 4),
        "page": field.page,
        "box": [round(x, 2) for x in field.box],
        "review": field.review,
    }


def _record(record: RecordReading) -> Answer:
    return {
        "pages": list(record.pages),
        "type": record.type.model_dump(),
        "fields": _fields(record.fields),
    }


def _fields(fields: Fields) -> Answer:
    return {name: _field(getattr(fields, name)) for name in FIELD_NAMES}


def _answer(name: str, sha256: str | None, readings: Iterable[PageReading], judged: Recognition) -> Answer:
    first = judged.records[0] if judged.records else None
    answer: Answer = {
        "file": name,
        "sha256": sha256,
        "error": None,
        "pages": [_page(reading) for reading in readings],
        "type": first.type.model_dump() if first else {"value": "unknown", "code": None, "confidence": 0.0},
        "secrecy": {"value": judged.secrecy.value, "confidence": round(judged.secrecy.confidence, 4)},
        "fields": _fields(first.fields if first else Fields()),
    }
    if len(judged.records) > 1:
        answer["records"] = [_record(record) for record in judged.records]
    return answer


def _failed(name: str, sha256: str | None, problem: Problem, readings: Iterable[PageReading] = ()) -> Answer:
    return {
        **_answer(name, sha256, readings, Recognition(records=(), secrecy=SecrecyVerdict())),
        "error": _problem(problem),
    }
