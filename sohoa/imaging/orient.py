"""Which way up a page lies: the part of it that tells most, for trying the four orientations cheaply."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sohoa.imaging.clean import Even

_BAND_INCHES = 2.5


def busiest_band(page: Even) -> Even:
    """The horizontal band of 2.5 inches with the most ink: a quarter of the page, some ten lines of text."""
    rows = page.gray.shape[0]
    band = round(_BAND_INCHES * page.density)
    if rows <= band:
        return page
    margin = page.gray.shape[1] // 20
    ink = (page.gray[:, margin:-margin] < 128).sum(axis=1).astype(np.float64)
    # Rows that are nearly all ink are borders or pictures, not lines of text.
    ink[ink > 0.6 * page.gray.shape[1]] = 0
    totals = np.convolve(ink, np.ones(band), mode="valid")
    top = int(np.argmax(totals))
    return replace(page, gray=np.ascontiguousarray(page.gray[top : top + band]))


def guess_rotation(page: Even) -> int | None:
    """0 when the lines run across the page and 90 or 270 cannot be told apart: None when not sure.

    Rows of an upright page differ much in ink (lines and gaps), columns little; sideways it is the other way round.
    """
    ink = page.gray < 160
    margin_y, margin_x = ink.shape[0] // 20, ink.shape[1] // 20
    ink = ink[margin_y : ink.shape[0] - margin_y, margin_x : ink.shape[1] - margin_x]
    rows, columns = _unevenness(ink.mean(axis=1)), _unevenness(ink.mean(axis=0))
    return 0 if rows > 1.5 * columns else None


def _unevenness(profile: NDArray[np.float64]) -> float:
    return float(np.mean(np.diff(profile) ** 2))
