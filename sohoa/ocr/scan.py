"""Reading a scanned page: blank verdict, cleaning, one engine call, the other orientations where that went badly."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from sohoa.errors import EngineError, EngineTimeoutError
from sohoa.imaging.blank import Verdict, judge
from sohoa.imaging.clean import Cleaned, Even, clean, even
from sohoa.imaging.orient import busiest_band
from sohoa.imaging.pgm import write_pgm
from sohoa.imaging.raster import Raster
from sohoa.models import Outcome, PageReading
from sohoa.ocr.engine import Engine, EngineWord
from sohoa.ocr.layout import mean_confidence, page_text, place_words
from sohoa.settings import Settings

_FEW_WORDS = 5
_TURN_MUST_WIN_BY = 1.3


@dataclass(frozen=True, slots=True)
class Attempt:
    """One reading of the whole page, turned clockwise by `rotation` degrees."""

    rotation: int
    cleaned: Cleaned
    words: tuple[EngineWord, ...]

    @property
    def score(self) -> float:
        return score(self.words)


def score(words: tuple[EngineWord, ...]) -> float:
    """How much was read, and how surely: letters times the square of their words' confidence."""
    return sum(sum(c.isalnum() for c in word.text) * word.confidence**2 for word in words)


class ScanReader:
    """Reads one raster with one engine before one deadline (`time.monotonic`)."""

    def __init__(self, settings: Settings, engine: Engine, folder: Path, deadline: float) -> None:
        self.settings, self._engine, self._folder, self._deadline = settings, engine, folder, deadline
        self.engine_name = engine.name
        self._calls = 0

    def words(self, gray: Cleaned) -> tuple[EngineWord, ...]:
        """One engine call on one picture. EngineTimeoutError when the page's time is used up."""
        left = self._deadline - time.monotonic()
        if left <= 0.1:
            raise EngineTimeoutError(
                "Nhận dạng trang quá thời gian cho phép (limits.page_seconds).",
                "Reading the page took longer than allowed (limits.page_seconds).",
            )
        self._calls += 1
        path = self._folder / f"page{self._calls}.pgm"
        write_pgm(gray.gray, path)
        try:
            return self._engine.read(path, round(gray.density), left).words
        finally:
            path.unlink(missing_ok=True)

    def attempt(self, page: Even, rotation: int) -> Attempt:
        cleaned = clean(page.turned(rotation))
        return Attempt(rotation, cleaned, self.words(cleaned))

    def best_orientation(self, page: Even, first: Attempt) -> Attempt:
        """The other three orientations tried on the busiest band of the page; the best one read whole if it wins."""
        scores = {rotation: self._band_score(page, rotation) for rotation in (0, 90, 180, 270)}
        best = max(scores, key=lambda rotation: scores[rotation])
        if best == first.rotation or scores[best] < _TURN_MUST_WIN_BY * scores[first.rotation]:
            return first
        second = self.attempt(page, best)
        return second if second.score > first.score else first

    def _band_score(self, page: Even, rotation: int) -> float:
        cleaned = clean(busiest_band(page.turned(rotation)))
        return score(self.words(cleaned))


def read_scan(raster: Raster, number: int, reader: ScanReader) -> PageReading:
    """Page `number` from its raster. EngineError (with its kinds) where it cannot be read; never an empty text."""
    settings = reader.settings
    evened = even(raster.pixels, raster.density, settings.reading.dpi)
    verdict = judge(evened, settings.reading.blank_ink)
    page = PageReading(
        page=number,
        outcome=Outcome.blank,
        width=round(raster.width, 2),
        height=round(raster.height, 2),
        dpi=raster.dpi,
        engine=reader.engine_name,
        blank_reason=verdict.reason,
    )
    if verdict.reason and verdict.sure:
        return page
    attempt = reader.attempt(evened, 0)
    if _poor(attempt, verdict, settings):
        attempt = reader.best_orientation(evened, attempt)
    if verdict.reason and not _convincing(attempt):
        return page
    if not attempt.words:
        raise EngineError(
            "Trang có mực nhưng không nhận dạng được chữ nào. Xem lại bản quét.",
            "There is ink on the page, but no word was read. Look at the scan.",
        )
    return _finished(page, attempt, raster)


def _poor(attempt: Attempt, verdict: Verdict, settings: Settings) -> bool:
    if len(attempt.words) < _FEW_WORDS or mean_confidence(attempt.words) < settings.reading.orient_below:
        return True
    letters = sum(len(word.text) for word in attempt.words)
    return letters < 0.25 * verdict.letters


def _convincing(attempt: Attempt) -> bool:
    """Words that a page thought blank really has: surely read, not the noise an engine sees in specks."""
    return any(word.confidence > 0.6 and any(c.isalnum() for c in word.text) for word in attempt.words)


def _finished(page: PageReading, attempt: Attempt, raster: Raster) -> PageReading:
    across, down = raster.points_per_pixel
    sideways = attempt.rotation in (90, 270)
    words = place_words(attempt.words, attempt.cleaned.to_raster, (down, across) if sideways else (across, down))
    return page.model_copy(
        update={
            "outcome": Outcome.text,
            "source": "ocr",
            "text": page_text(attempt.words),
            "words": tuple(words),
            "width": page.height if sideways else page.width,
            "height": page.width if sideways else page.height,
            "rotation": attempt.rotation,
            "confidence": mean_confidence(attempt.words),
            "blank_reason": None,
        }
    )
