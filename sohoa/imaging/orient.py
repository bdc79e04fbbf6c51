"""Which way up a page lies, guessed from its ink alone; whether the guess is right, the reading tells."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from sohoa.imaging.clean import Even, deskew
from sohoa.imaging.picture import Pixels
from sohoa.imaging.skew import skew_angle

_BAND_INCHES = 2.5
_LOOK_DPI = 100
_DARK = 150
_SIDEWAYS = 2.0
_TOP_HEAVY = 1.15


def busiest_band(page: Even) -> Even:
    """The horizontal band of 2.5 inches with the most ink: a quarter of the page, some ten lines of text."""
    rows = page.gray.shape[0]
    band = round(_BAND_INCHES * page.density)
    if rows <= band:
        return page
    margin = page.gray.shape[1] // 20
    ink = (page.gray[:, margin:-margin] < _DARK).sum(axis=1).astype(np.float64)
    # Rows that are nearly all ink are borders or pictures, not lines of text.
    ink[ink > 0.6 * page.gray.shape[1]] = 0
    totals = np.convolve(ink, np.ones(band), mode="valid")
    top = int(np.argmax(totals))
    return replace(page, gray=np.ascontiguousarray(page.gray[top : top + band]))


def guess_rotation(page: Even) -> int | None:
    """Clockwise degrees that would make the page upright (0, 90, 180, 270), None when not sure. Some 20 ms a page.

    Lines of text make the rows of an upright page differ more than its columns. In a line, capitals, ascenders and the
    many marks of Vietnamese stand above the small letters; less hangs below.
    """
    factor = min(1.0, _LOOK_DPI / page.density)
    gray = np.asarray(cv2.resize(page.gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
    gray = _letters_only(gray)
    across, down = _top_heaviness(gray), _top_heaviness(np.ascontiguousarray(np.rot90(gray, -1)))
    if across.unevenness > _SIDEWAYS * down.unevenness:
        return across.choose(0, 180)
    if down.unevenness > _SIDEWAYS * across.unevenness:
        return down.choose(90, 270)
    return None


def _letters_only(gray: Pixels) -> Pixels:
    """The page without what is larger than letters: borders, rules, seals, pictures."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats((gray < _DARK).astype(np.uint8), connectivity=8)
    kept = stats[:, [2, 3]].max(axis=1) <= _LOOK_DPI * 0.4
    kept[0] = False
    return np.where(kept[labels], np.uint8(0), np.uint8(255))


class _Profile:
    """Lines of one direction: how much the rows differ, and ink above and below the bodies of the small letters."""

    def __init__(self, unevenness: float, above: float, below: float) -> None:
        self.unevenness, self._above, self._below = unevenness, above, below

    def choose(self, upright: int, upside_down: int) -> int | None:
        if self._above > _TOP_HEAVY * self._below:
            return upright
        return upside_down if self._below > _TOP_HEAVY * self._above else None


def _top_heaviness(gray: Pixels) -> _Profile:
    level, _ = deskew(gray, skew_angle(gray))
    rows = (level < 128).sum(axis=1).astype(np.float64)
    unevenness = float(np.mean(np.diff(rows / level.shape[1]) ** 2))
    above = below = 0.0
    for first, last in _runs(rows > 0.02 * rows.max(initial=1.0)):
        line = rows[first:last]
        core = np.flatnonzero(line > 0.5 * line.max())
        if 8 <= len(line) <= 45 and len(core):
            above += float(line[: core[0]].sum())
            below += float(line[core[-1] + 1 :].sum())
    return _Profile(unevenness, above, below)


def _runs(on: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], on, [False]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
