"""How cost grows with the archive: memory by document, a second run over finished files, answers over a million rows."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sqlalchemy import func, insert, select, update

from sohoa.bench.cost import environment
from sohoa.bench.home import Tell, bench_home, machine, today
from sohoa.bench.programs import SOHOA, Program, spend
from sohoa.bench.result import Part
from sohoa.bench.rows import fill
from sohoa.bench.small import small_archive
from sohoa.language import say
from sohoa.pipeline.accounts import failures, status
from sohoa.pipeline.arrive import arrive
from sohoa.pipeline.batches import BatchFacts, open_batch
from sohoa.pipeline.house import House, open_house
from sohoa.pipeline.plan import plan
from sohoa.pipeline.workers import Workers
from sohoa.settings import Settings
from sohoa.stores.catalogue.database import Catalogue, open_catalogue
from sohoa.stores.catalogue.tables import Sighting, StageRun, StageState, State, Unit

WARM_UP = 0.15
"""Share of the documents before which memory is not looked at."""


class GrowthResult(Part):
    """What was found; None where a part was left out."""

    machine: str
    measured: str
    documents: int
    kilobytes_per_document: float | None
    """Slope of the memory (PSS of the whole tree, Prefect's server included) over the documents, after warm-up."""
    memory_mb: tuple[float, float] | None
    """Mean over the first and the last fifth after warm-up."""
    seconds: float | None
    finished: int
    decide_seconds: float | None
    """Walk, decision and plan of a second run over so many finished files."""
    again: int | None
    """Files that the second run would do again: 0."""
    sightings: int
    status_seconds: float | None
    failures_seconds: float | None
    listed: int | None
    """Rows that the list of failures has."""


def measure_growth(settings: Settings, *, documents: int, finished: int, sightings: int, tell: Tell) -> GrowthResult:
    """Measure in temporary folders; 0 leaves a part out."""
    with bench_home(settings) as (home, apart):
        slope = memory = seconds = decide = again = of_status = of_failures = listed = None
        if documents:
            tell(say(f"Đang số hóa {documents} văn bản…", f"Digitising {documents} documents…"))
            slope, memory, seconds = _memory(apart, home, documents)
        if finished:
            tell(say(f"Đang chạy lại trên {finished} tệp đã xong…", f"Running again over {finished} finished files…"))
            decide, again = _second_run(apart.model_copy(update={"data": home / "again"}), home / "files", finished)
        if sightings:
            tell(say(f"Đang hỏi danh mục {sightings} tệp…", f"Asking a catalogue of {sightings} files…"))
            of_status, of_failures, listed = _answers(apart.model_copy(update={"data": home / "rows"}), sightings)
    return GrowthResult(
        machine=machine(),
        measured=today(),
        documents=documents,
        kilobytes_per_document=slope,
        memory_mb=memory,
        seconds=seconds,
        finished=finished,
        decide_seconds=decide,
        again=again,
        sightings=sightings,
        status_seconds=of_status,
        failures_seconds=of_failures,
        listed=listed,
    )


def _memory(settings: Settings, home: Path, documents: int) -> tuple[float, tuple[float, float], float]:
    """kB a document, MB early and late, seconds of the whole run."""
    scans = small_archive(home / "scans", documents, seed=3)
    watch = _Watch(settings)
    spent = spend((*SOHOA, "digitise", str(scans)), environment(settings, settings.data), home / "run.log", watch)
    watch.close()
    done, memory = (np.array(values, dtype=np.float64) for values in zip(*watch.seen, strict=True))
    warm = (done >= WARM_UP * documents) & (done < documents)
    slope = float(np.polyfit(done[warm], memory[warm], 1)[0])
    fifth = max(1, int(warm.sum()) // 5)
    early, late = memory[warm][:fifth].mean() / 1024, memory[warm][-fifth:].mean() / 1024
    return round(slope, 2), (round(float(early), 1), round(float(late), 1)), round(spent.wall, 1)


class _Watch:
    """Pairs of documents that ended and memory in kB, once a second."""

    def __init__(self, settings: Settings) -> None:
        self.seen: list[tuple[int, int]] = []
        self._settings = settings
        self._catalogue: Catalogue | None = None

    def __call__(self, program: Program) -> None:
        if self._catalogue is None:
            if not (self._settings.data / "catalogue.db").exists():
                return
            self._catalogue = open_catalogue(self._settings)
        with self._catalogue.read() as session:
            done = session.scalar(select(func.count()).where(Unit.state != State.waiting)) or 0
        self.seen.append((done, program.memory()))

    def close(self) -> None:
        if self._catalogue is not None:
            self._catalogue.close()


def _second_run(settings: Settings, folder: Path, finished: int) -> tuple[float, int]:
    """Seconds to decide over files that all ended, and how many would be worked on again."""
    template = next(small_archive(folder.with_name("template"), 1, seed=4).rglob("*.pdf")).read_bytes()
    for number in range(finished):
        path = folder / f"hop-{number // 500:03d}" / f"{number:05d}.pdf"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(template + b"\n%% %d\n" % number)
    with Workers(settings, preload=("sohoa.intake.probe",)) as workers:
        with open_house(settings) as house:
            batch = open_batch(house, folder, fonds="PH01", agency="CQ01", facts=BatchFacts())
            arrive(house, workers, batch, None)
            _end_all(house)
        with open_house(settings) as house:
            begun = time.perf_counter()
            keys = plan(house, arrive(house, workers, batch, None))
            return round(time.perf_counter() - begun, 2), len(keys)


def _end_all(house: House) -> None:
    """All that waits is done, as if it had been read and kept."""
    with house.catalogue.write() as session:
        done = {"version": house.versions.keep, "state": StageState.done, "attempts": 1}
        units = session.scalars(select(Unit.key).where(Unit.state == State.waiting)).all()
        rows = [{"subject": key, "stage": stage, **done} for key in units for stage in ("read", "keep")]
        session.execute(insert(StageRun), rows)
        session.execute(update(Unit).values(state=State.done, kept_version=house.versions.keep))
        session.execute(update(Sighting).values(state=State.done))


def _answers(settings: Settings, sightings: int) -> tuple[float, float, int]:
    """Seconds of `status` and of `failures`, and how many rows the latter lists."""
    with open_house(settings) as house:
        fill(house, sightings)

    def timed(ask: Callable[[House], int]) -> tuple[float, int]:
        begun = time.perf_counter()
        with open_house(settings) as opened:
            answer = ask(opened)
        return round(time.perf_counter() - begun, 2), answer

    of_status, _ = timed(lambda opened: len(status(opened)))
    of_failures, listed = timed(lambda opened: sum(1 for _ in failures(opened)))
    return of_status, of_failures, listed
