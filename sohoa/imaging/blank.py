"""Is there anything to read on a page? A verdict from the pixels alone, with its reason.

Borders, punch holes, staples, dust and what shines through from the other side are no ink. Where the pixels do not
decide (a lone page number, faint marks, only red ink), the verdict says so and the page is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from sohoa.imaging.clean import Even
from sohoa.imaging.picture import Pixels

BlankReason = Literal["no-ink", "specks-only", "bleed-through-only", "seal-only"]

_DPI = 100
_MM = _DPI / 25.4
_DARK = 150
"""Ink is darker than this after the background is divided away; print of the other side stays above (170 and more)."""
_FAINT = 225
_SURE_LETTERS = 12
_BLACK = 50


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the pixels say. `reason` None: there is ink to read. `sure` False: read it, and only then call it blank.

    `letters` counts dark marks of the size of letters, `ink` is the share of the page that all marks cover, `where`
    the inches x0, y0, x1, y1 around the letters.
    """

    reason: BlankReason | None
    sure: bool
    letters: int
    ink: float
    where: tuple[float, float, float, float] | None = None


class _Marks(NamedTuple):
    letters: int
    ink: float
    where: tuple[float, float, float, float] | None


def judge(page: Even, blank_ink: float) -> Verdict:
    """The verdict on an evened page; `blank_ink` is the share of ink under which a page may be blank."""
    small = _small(page.gray, page.density)
    letters, ink, where = _marks(small < _DARK)
    if letters >= _SURE_LETTERS or ink > blank_ink:
        return Verdict(None, True, letters, ink, where)
    if letters:
        return Verdict("specks-only", False, letters, ink, where)
    if page.red is not None and float(page.red.mean()) > blank_ink:
        return Verdict("seal-only", False, 0, ink)
    if _marks(small < _FAINT).letters >= 5:
        return Verdict("bleed-through-only", False, 0, ink)
    return Verdict("no-ink", True, 0, ink)


def is_dark(pixels: Pixels) -> bool:
    """Whether most of a page is black: no paper is, however old. `pixels` as scanned, HxW or HxWx3."""
    return float(np.median(pixels[::4, ::4])) < _BLACK


def _small(gray: Pixels, density: float) -> Pixels:
    factor = min(1.0, _DPI / density)
    return np.asarray(cv2.resize(gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)


def _marks(ink: NDArray[np.bool_]) -> _Marks:
    """Marks that are no border, hole, fold or speck; those of the size of letters are counted."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    x, y, w, h, area = (stats[1:, i].astype(np.float64) / (_MM if i < 4 else _MM * _MM) for i in range(5))
    high, wide = ink.shape[0] / _MM, ink.shape[1] / _MM
    near_edge = np.minimum.reduce([x, y, wide - x - w, high - y - h])
    inside_margin = (x + w < 6) | (y + h < 6) | (x > wide - 6) | (y > high - 6)
    border = (near_edge < 1.0) | inside_margin
    middle = np.minimum.reduce([x + w / 2, y + h / 2, wide - x - w / 2, high - y - h / 2])
    fill = area / np.maximum(w * h, 1e-9)
    hole = (np.minimum(w, h) > 3.5) & (np.maximum(w, h) < 10) & (abs(w - h) < 1.5) & (fill > 0.6) & (middle < 25)
    speck = (np.maximum(w, h) < 0.8) | (area < 0.15)
    fold = (np.maximum(w, h) > 40) & (np.minimum(w, h) < 1.5) & (middle < 12)
    counted = ~(border | hole | speck | fold)
    letters = counted & (h > 1.0) & (h < 12) & (w < 40)
    if not letters.any():
        return _Marks(0, float(area[counted].sum() / (high * wide)), None)
    corners = (x[letters].min(), y[letters].min(), (x + w)[letters].max(), (y + h)[letters].max())
    x0, y0, x1, y1 = (float(value) / 25.4 for value in corners)
    return _Marks(int(letters.sum()), float(area[counted].sum() / (high * wide)), (x0, y0, x1, y1))
