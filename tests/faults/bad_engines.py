"""An engine that reads as Tesseract does and goes wrong on pages that carry a mark, in the way that the mark says.

Chosen as `SOHOA_ENGINE=tests.faults.bad_engines:Unreliable`. The mark is a row of black squares at the foot of the
page; their number tells which way of `WAYS` is meant. It is seen in the picture without reading it, so that the
engine can go wrong before it reads.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from sohoa.ocr.engine import EngineReading, EngineWord
from sohoa.ocr.tesseract import TesseractEngine

SLEEP = "/bin/sleep"
STRAY_SECONDS = "733"
"""What a program that `littering` leaves behind sleeps, so that a test can find it."""
SAID = "lời trên trang"
"""What engines say of the page where they should not; it must turn up nowhere."""
_FIRST = 4
_ACROSS = 50

Read = Callable[[], EngineReading]
"""Reads the page well."""


def marked(page: Image.Image, way: str) -> Image.Image:
    """The page (mode L) with the mark of a way of `WAYS`: so many black squares, a tenth of its height from the foot."""
    draw, side = ImageDraw.Draw(page), page.width // _ACROSS
    top = page.height - page.height // 10
    for number in range(_FIRST + list(WAYS).index(way)):
        left = 3 * side + number * 2 * side
        draw.rectangle((left, top, left + side - 1, top + side - 1), fill=0)
    return page


def way_of(image_path: Path) -> str | None:
    """The way whose mark a PGM picture carries, whichever way the page is turned; None without a mark."""
    with Image.open(image_path) as image:
        dark = np.asarray(image.convert("L")) < 100
    for turned in (dark, dark.T):
        for strip in (turned[turned.shape[0] * 3 // 4 :], turned[: turned.shape[0] // 4]):
            for row in strip:
                squares = _squares(row)
                if squares:
                    return list(WAYS)[squares - _FIRST]
    return None


def _squares(row: NDArray[np.bool_]) -> int:
    """How many runs of one length at even distances a row of pixels has; 0 where it is another row."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], row, [False]))))
    starts, lengths = edges[::2], edges[1::2] - edges[::2]
    count = len(starts)
    if not _FIRST <= count < _FIRST + len(WAYS) or lengths.min() < 8 or np.ptp(lengths) > 3:
        return 0
    return count if np.ptp(np.diff(starts)) <= 3 and abs(np.diff(starts).mean() - 2 * lengths.mean()) < 4 else 0


class Unreliable(TesseractEngine):
    """Reads well but for marked pages."""

    def fingerprint(self) -> str:
        return f"unreliable;{super().fingerprint()}"

    def read(self, image_path: Path, dpi: int, seconds: float) -> EngineReading:
        way = way_of(image_path)
        well = super().read
        return WAYS[way](lambda: well(image_path, dpi, seconds)) if way else well(image_path, dpi, seconds)


def segfault(read: Read) -> NoReturn:
    """Dies of SIGSEGV with its worker, as a library does."""
    os.kill(os.getpid(), signal.SIGSEGV)
    raise AssertionError


def hanging(read: Read) -> NoReturn:
    """Never comes back, whatever time it is given."""
    while True:
        time.sleep(3600)


def silent(read: Read) -> EngineReading:
    """Sees no word."""
    return EngineReading(())


def nothing(read: Read) -> EngineReading:
    """Answers with no reading at all."""
    return None  # type: ignore[return-value]


def _spoilt(read: Read, **changes: object) -> EngineReading:
    """A good reading with one word changed."""
    words = list(read().words)
    words[len(words) // 2] = words[len(words) // 2]._replace(**changes)  # type: ignore[arg-type]
    return EngineReading(tuple(words))


def control_characters(read: Read) -> EngineReading:
    return _spoilt(read, text="số\x00\x1b[2J\ud800")


def huge_box(read: Read) -> EngineReading:
    return _spoilt(read, box=(0, 0, 10**300, 10**12))


def no_confidence(read: Read) -> EngineReading:
    return _spoilt(read, confidence=float("nan"))


def negative_box(read: Read) -> EngineReading:
    return _spoilt(read, box=(500, 400, -90, -20))


def beside_the_page(read: Read) -> EngineReading:
    """As if it had read some other, longer page."""
    return _spoilt(read, box=(10, 90_000, 60, 90_020))


def half_way(read: Read) -> NoReturn:
    """Reads, and dies as a program does before it answers."""
    read()
    os._exit(3)


def verbose(read: Read) -> EngineReading:
    """100 MB of text in words of a kilobyte."""
    return EngineReading(tuple(EngineWord("chữ" * 341, (0, 0, 10, 10), 0.9, 0, 0, n) for n in range(100_000)))


def greedy(read: Read) -> NoReturn:
    """Takes all memory it can get."""
    taken = []
    while True:
        taken.append(b"\1" * (64 << 20))


class OddError(Exception):
    """An exception that quotes the page and cannot travel between processes."""

    def __init__(self, *, page: str) -> None:
        super().__init__(page, lambda: None)


def odd(read: Read) -> NoReturn:
    raise OddError(page=SAID)


def exiting(read: Read) -> NoReturn:
    """Thinks that the process is its own."""
    sys.exit(SAID)


def recursing(read: Read) -> EngineReading:
    return recursing(read)


def noisy(read: Read) -> NoReturn:
    """Prints megabytes to both outputs, through Python and past it, then fails."""
    for _ in range(64):
        os.write(2, SAID.encode() * 5_000)
        print(SAID * 5_000, file=sys.stderr)
        print(SAID * 5_000)
    raise RuntimeError(SAID)


def littering(read: Read) -> EngineReading:
    """Reads well, but leaves programs behind: a child, a grandchild, and one in a session of its own."""
    subprocess.Popen([SLEEP, STRAY_SECONDS])
    subprocess.run(["/bin/sh", "-c", f"{SLEEP} {STRAY_SECONDS} & setsid {SLEEP} {STRAY_SECONDS} &"], check=True)
    return read()


WAYS: dict[str, Callable[[Read], EngineReading]] = {
    way.__name__: way
    for way in (
        segfault, hanging, silent, nothing, control_characters, huge_box, no_confidence, negative_box,
        beside_the_page, half_way, verbose, greedy, odd, exiting, recursing, noisy, littering,
    )
}  # fmt: skip
