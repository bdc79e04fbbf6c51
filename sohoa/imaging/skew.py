"""How crooked the lines of a page lie, by projection profiles (notes: ±6°, half degrees, then twentieths)."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from sohoa.imaging.picture import Pixels

_WIDTH = 800
_RANGE = 6.0
_LEAST = 0.1
"""Below this a turn costs more sharpness than it wins."""


def skew_angle(gray: Pixels) -> float:
    """Degrees to turn the page counter-clockwise so that its lines lie level; 0.0 where they do or where none are seen.

    `gray` HxW uint8 with an even white background.
    """
    width = gray.shape[1]
    scale = min(1.0, _WIDTH / width)
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else gray
    ink = np.asarray(small < 160, np.uint8)
    margin_y, margin_x = small.shape[0] // 40, small.shape[1] // 40
    ink = ink[margin_y : small.shape[0] - margin_y, margin_x : small.shape[1] - margin_x]
    ys, xs = np.nonzero(ink)
    if len(xs) < 200:
        return 0.0
    if len(xs) > 60_000:
        keep = np.linspace(0, len(xs) - 1, 60_000).astype(np.intp)
        ys, xs = ys[keep], xs[keep]
    x = xs.astype(np.float32) - ink.shape[1] / 2
    y = ys.astype(np.float32)
    coarse = _best(x, y, np.arange(-_RANGE, _RANGE + 0.01, 0.5), ink.shape[1])
    fine = _best(x, y, np.arange(coarse - 0.5, coarse + 0.51, 0.05), ink.shape[1])
    return 0.0 if abs(fine) < _LEAST or abs(fine) > _RANGE else float(fine)


def _best(x: NDArray[np.float32], y: NDArray[np.float32], angles: NDArray[np.float64], width: int) -> float:
    """The angle under which the rows' ink counts differ most from row to row."""
    scores = []
    offset = int(width * np.tan(np.radians(_RANGE + 1)) / 2) + 2
    for angle in angles:
        rows = (y - x * np.float32(np.tan(np.radians(angle))) + offset).astype(np.int32)
        counts = np.bincount(np.maximum(rows, 0)).astype(np.float64)
        scores.append(float(np.sum(np.diff(counts) ** 2)))
    return float(angles[int(np.argmax(scores))])
