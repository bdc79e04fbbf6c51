"""Reading a scanned page: blank verdict, cleaning, one engine call, the other orientations where that went badly, stamps."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sohoa.errors import DamagedError, EngineError
from sohoa.imaging.blank import Verdict, is_dark, judge
from sohoa.imaging.clean import Cleaned, Even, clean, even, scale_to, turn
from sohoa.imaging.orient import busiest_band, guess_rotation
from sohoa.imaging.pgm import write_pgm
from sohoa.imaging.picture import Pixels
from sohoa.imaging.raster import Raster
from sohoa.imaging.stamps import read_stamps
from sohoa.models import BoxTuple, Outcome, PageReading, StampReading
from sohoa.ocr.answer import asked
from sohoa.ocr.engine import BlockEngine, Engine, EngineReading, EngineWord, out_of_time
from sohoa.ocr.layout import mean_confidence, page_text, place_words, stamp_words
from sohoa.settings import Settings

_FEW_WORDS = 5
_STAMP_DPI = 200
_CROP_PADDING = 0.3


@dataclass(frozen=True, slots=True)
class Attempt:
    """One reading of the whole page, turned clockwise by `rotation` degrees."""

    rotation: int
    cleaned: Cleaned
    words: tuple[EngineWord, ...]

    @property
    def score(self) -> float:
        return score(self.words)

    @property
    def sideways(self) -> bool:
        """True when words stand on end: Tesseract reads lines that run down the page, but does not say so."""
        long = [word.box for word in self.words if len(word.text) > 2]
        return len(long) >= _FEW_WORDS and sum(y1 - y0 > x1 - x0 for x0, y0, x1, y1 in long) > 0.5 * len(long)


def score(words: tuple[EngineWord, ...]) -> float:
    """How much was read, and how surely: letters times the square of their words' confidence."""
    return sum(sum(c.isalnum() for c in word.text) * word.confidence**2 for word in words)


class ScanReader:
    """Reads one page with one engine before one deadline (`time.monotonic`); pictures lie in `folder` while read."""

    def __init__(self, settings: Settings, engine: Engine, folder: Path, deadline: float) -> None:
        self.settings, self._engine, self._folder, self._deadline = settings, engine, folder, deadline
        self.engine_name = engine.name
        self._calls = 0

    def read(self, gray: Pixels, dpi: int, *, block: bool = False) -> EngineReading:
        """One engine call on one picture. EngineTimeoutError when the page's time is used up."""
        left = self._deadline - time.monotonic()
        if left <= 0.1:
            raise out_of_time()
        self._calls += 1
        path = self._folder / f"page{self._calls}.pgm"
        write_pgm(gray, path)
        try:
            read = self._engine.read_block if block and isinstance(self._engine, BlockEngine) else self._engine.read
            return asked(lambda: read(path, dpi, left), gray.shape, self.settings.limits)
        finally:
            path.unlink(missing_ok=True)

    def attempt(self, page: Even, rotation: int) -> Attempt:
        """The whole page read after a clockwise turn."""
        cleaned = clean(page.turned(rotation))
        return Attempt(rotation, cleaned, self.read(cleaned.gray, round(cleaned.density)).words)

    def upright(self, page: Even, verdict: Verdict) -> Attempt:
        """The page read as its ink says it lies, and in other orientations where that went badly; the best reading."""
        best = self.attempt(page, guess_rotation(page) or 0)
        tried = {best.rotation}
        if best.sideways:
            # Of the two sideways orientations Tesseract reads only the one whose lines run downwards.
            well = mean_confidence(best.words) >= self.settings.reading.orient_below
            tried.add((best.rotation + (270 if well else 90)) % 360)
            best = self._better(page, best, max(tried - {best.rotation}))
        if not best.sideways and not self._poor(best, verdict):
            return best
        bands = {turn: score(self._band(page, turn)) for turn in (0, 90, 180, 270)}
        winner = max(bands, key=lambda turn: bands[turn])
        return best if winner in tried else self._better(page, best, winner)

    def _better(self, page: Even, best: Attempt, rotation: int) -> Attempt:
        return max(best, self.attempt(page, rotation), key=lambda attempt: (not attempt.sideways, attempt.score))

    def _band(self, page: Even, rotation: int) -> tuple[EngineWord, ...]:
        cleaned = clean(busiest_band(page.turned(rotation)))
        words = self.read(cleaned.gray, round(cleaned.density)).words
        return () if Attempt(rotation, cleaned, words).sideways else words

    def _poor(self, attempt: Attempt, verdict: Verdict) -> bool:
        """Few words or unsure ones, or many fewer letters than marks of their size were counted on the page."""
        if len(attempt.words) < _FEW_WORDS or mean_confidence(attempt.words) < self.settings.reading.orient_below:
            return True
        return sum(len(word.text) for word in attempt.words) < 0.25 * verdict.letters

    def few_marks(self, page: Even, verdict: Verdict) -> Attempt:
        """A page with a handful of marks: read whole, and if nothing is seen, the marks alone (a lone page number)."""
        whole = self.attempt(page, 0)
        if whole.words or verdict.where is None:
            return whole
        x0, y0, x1, y1 = (value * page.density for value in verdict.where)
        pad = _CROP_PADDING * page.density
        left, top = max(0, round(x0 - pad)), max(0, round(y0 - pad))
        crop = np.ascontiguousarray(whole.cleaned.gray[top : round(y1 + pad), left : round(x1 + pad)])
        if whole.cleaned.skew or not crop.size:
            return whole
        words = self.read(crop, round(page.density), block=True).words
        moved = tuple(word._replace(box=_moved(word.box, left, top)) for word in words)
        return Attempt(0, whole.cleaned, moved)

    def is_mirrored(self, page: Even) -> bool:
        """Whether the faint print is that of the other side: it reads well in a mirror."""
        band = busiest_band(page)
        mirrored = clean(replace(band, gray=np.ascontiguousarray(band.gray[:, ::-1])))
        words = self.read(mirrored.gray, round(mirrored.density)).words
        return len(words) >= _FEW_WORDS and _convincing(words)

    def stamps(self, raster: Raster, rotation: int) -> tuple[StampReading, ...]:
        """Stamps of a page after a clockwise turn, boxes in points of the page so turned."""
        factor = min(1.0, _STAMP_DPI / raster.density)
        upright = scale_to(turn(raster.pixels, rotation), factor)
        sideways = rotation in (90, 270)
        across = (raster.height if sideways else raster.width) / upright.shape[1]
        down = (raster.width if sideways else raster.height) / upright.shape[0]
        found = read_stamps(upright, raster.density * factor, self._stamp_text)
        return tuple(stamp.model_copy(update={"box": _scaled(stamp.box, across, down)}) for stamp in found)

    def _stamp_text(self, picture: Pixels) -> tuple[str, float]:
        words = self.read(picture, _STAMP_DPI, block=True).words
        return " ".join(word.text for word in words), mean_confidence(words)


def read_scan(raster: Raster, number: int, reader: ScanReader) -> PageReading:
    """Page `number` from its raster. EngineError (with its kinds) where it cannot be read; never an empty text."""
    evened = even(raster.pixels, raster.density, reader.settings.reading.dpi)
    verdict = judge(evened, reader.settings.reading.blank_ink)
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
        if is_dark(raster.pixels):
            raise DamagedError(
                "Trang chỉ có màu đen, như khi đèn máy quét tắt hoặc ảnh bị hỏng. Quét lại trang này.",
                "The page is nothing but black, as with the scanner's lamp off or a broken picture. Scan it again.",
            )
        return page
    if verdict.reason == "bleed-through-only" and reader.is_mirrored(evened):
        return page
    if verdict.reason == "seal-only":
        # Nothing but red ink: it may be a stamp or seal, or a page typed in red. Green shows red as dark.
        evened = even(np.ascontiguousarray(raster.pixels[..., 1]), raster.density, reader.settings.reading.dpi)
    few = verdict.reason == "specks-only"
    attempt = reader.few_marks(evened, verdict) if few else reader.upright(evened, verdict)
    across, down = raster.points_per_pixel
    if attempt.rotation in (90, 270):
        across, down = down, across
        page = page.model_copy(update={"width": page.height, "height": page.width})
    stamps = reader.stamps(raster, attempt.rotation)
    if verdict.reason and not _convincing(attempt.words):
        # What the engine sees in specks and shadows is no text; what a stamp says is.
        attempt = Attempt(attempt.rotation, attempt.cleaned, ())
        if not any(stamp.confidence >= reader.settings.reading.orient_below for stamp in stamps):
            return page.model_copy(update={"stamps": stamps})
    words = place_words(attempt.words, attempt.cleaned.to_raster, (across, down))
    text = page_text(attempt.words)
    if not words:
        text, words = "\n\n".join(stamp.text for stamp in stamps), stamp_words(stamps)
    if not words:
        raise EngineError(
            "Trang có mực nhưng không nhận dạng được chữ nào. Xem lại bản quét, quét lại trang rõ hơn rồi chạy sohoa retry.",
            "There is ink on the page, but no word was read. Look at the scan, scan the page again more clearly and run sohoa retry.",
        )
    return page.model_copy(
        update={
            "outcome": Outcome.text,
            "source": "ocr",
            "text": text,
            "words": tuple(words),
            "rotation": attempt.rotation,
            "confidence": mean_confidence(words),
            "blank_reason": None,
            "stamps": stamps,
        }
    )


def _convincing(words: tuple[EngineWord, ...]) -> bool:
    """Whether a page thought blank has words after all: most letters surely read. A page number is enough."""
    letters = sum(c.isalnum() for word in words for c in word.text)
    sure = sum(c.isalnum() for word in words if word.confidence > 0.6 for c in word.text)
    return sure > 0.5 * letters


def _scaled(box: BoxTuple, across: float, down: float) -> BoxTuple:
    x0, y0, x1, y1 = box
    return round(x0 * across, 2), round(y0 * down, 2), round(x1 * across, 2), round(y1 * down, 2)


def _moved(box: tuple[int, int, int, int], left: int, top: int) -> tuple[int, int, int, int]:
    return box[0] + left, box[1] + top, box[2] + left, box[3] + top
