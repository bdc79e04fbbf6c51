"""One run of sohoa over the pages: from the file to the written text, in the pool of workers that the pipeline uses."""

from __future__ import annotations

import time
from concurrent.futures import Future
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sohoa.bench.corpus import Corpus
from sohoa.bench.measure import Cost, Meter
from sohoa.errors import SohoaError
from sohoa.imaging.blank import judge
from sohoa.imaging.clean import clean, even
from sohoa.imaging.pdf import open_page
from sohoa.imaging.raster import rasterise_pdf, rasterise_picture
from sohoa.imaging.source import PageSource
from sohoa.models import Outcome, PageReading, Problem
from sohoa.ocr.engine import Engine, EngineReading, load_engine
from sohoa.ocr.page import read_page
from sohoa.pipeline.read import GRACE_SECONDS
from sohoa.pipeline.workers import Workers
from sohoa.settings import Settings


@dataclass(frozen=True, slots=True)
class PageRun:
    """How one page went: seconds as a whole and in the engine (all its calls); `error` where it failed."""

    outcome: Outcome
    seconds: float = 0.0
    engine_seconds: float = 0.0
    engine: str = ""
    error: Problem | None = None


@dataclass(frozen=True, slots=True)
class OurRun:
    """What a run cost and gave; the text of page i lies in `texts[i]`."""

    cost: Cost
    pages: tuple[PageRun, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StageSeconds:
    """Seconds for one page on its own: from the file to pixels, from pixels to what the engine reads."""

    rasterise: float
    clean: float


class TimedEngine:
    """The engine of the settings with a clock around its calls."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.name = engine.name
        self.seconds = 0.0

    def fingerprint(self) -> str:
        return self._engine.fingerprint()

    def read(self, image_path: Path, dpi: int, seconds: float) -> EngineReading:
        begun = time.perf_counter()
        try:
            return self._engine.read(image_path, dpi, seconds)
        finally:
            self.seconds += time.perf_counter() - begun


def run_ours(corpus: Corpus, settings: Settings, workers: Workers, folder: Path) -> OurRun:
    """Read all pages once; `folder` receives the texts. A page that fails is counted, never left out."""
    folder.mkdir(parents=True, exist_ok=True)
    targets = [folder / f"{index}.txt" for index in range(len(corpus.pages))]
    seconds = settings.limits.page_seconds + GRACE_SECONDS
    with Meter() as meter:
        futures = [
            workers.submit(read_timed, page.source, settings, target, seconds=seconds)
            for page, target in zip(corpus.pages, targets, strict=True)
        ]
        pages = tuple(map(_outcome, futures))
    texts = tuple(t.read_text(encoding="utf-8") if t.is_file() else "" for t in targets)
    for target in targets:
        target.unlink(missing_ok=True)
    return OurRun(meter.cost, pages, texts)


def warm_up(settings: Settings, workers: Workers) -> None:
    """Let every worker import and find its engine before the clock runs. Raises what the engine raises."""
    for future in [workers.submit(prepare, settings, seconds=60.0) for _ in range(workers.count)]:
        future.result()


def time_stages(corpus: Corpus, settings: Settings, workers: Workers) -> StageSeconds:
    """Sums over all pages, each stage on its own but under the same load as in a run."""
    seconds = settings.limits.page_seconds + GRACE_SECONDS
    futures = [workers.submit(stages_of, page.source, settings, seconds=seconds) for page in corpus.pages]
    rasterise = cleaning = 0.0
    for future in futures:
        try:
            one = future.result()
        except SohoaError:
            continue  # the run has counted it as failed
        rasterise += one.rasterise
        cleaning += one.clean
    return StageSeconds(rasterise, cleaning)


def _outcome(future: Future[PageRun]) -> PageRun:
    try:
        return future.result()
    except SohoaError as error:
        return PageRun(Outcome.failed, error=Problem.of(error))


@lru_cache(maxsize=2)
def _engine(settings: Settings) -> Engine:
    return load_engine(settings.engine or None, settings)


def prepare(settings: Settings) -> str:
    """Worker job: make the engine, and take long enough that every other worker gets one of these jobs too."""
    name = _engine(settings).name
    time.sleep(0.5)
    return name


def read_timed(source: PageSource, settings: Settings, target: Path) -> PageRun:
    """Worker job: read one page and write its text."""
    engine = TimedEngine(_engine(settings))
    reading: PageReading = read_page(source, settings, engine)
    target.write_text(reading.text, encoding="utf-8")
    return PageRun(reading.outcome, reading.seconds, engine.seconds, reading.engine, reading.error)


def stages_of(source: PageSource, settings: Settings) -> StageSeconds:
    """Worker job: what it takes to bring a page before the engine once."""
    begun = time.perf_counter()
    if source.kind == "pdf":
        with open_page(source.path, source.page) as page:
            raster = rasterise_pdf(source, page, settings, settings.limits.page_seconds)
    else:
        raster = rasterise_picture(source, settings)
    between = time.perf_counter()
    evened = even(raster.pixels, raster.density, settings.reading.dpi)
    verdict = judge(evened, settings.reading.blank_ink)
    if not (verdict.reason and verdict.sure):
        clean(evened)
    return StageSeconds(between - begun, time.perf_counter() - between)
