"""The writing of one stamp without its frame: boxes simple or double, arrows, lines broken by worn ink."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from sohoa.imaging.picture import Pixels

Mask = NDArray[np.uint8]
"""HxW, 255 where there is ink."""

_LINE = 0.8
"""Share of its length that a frame's line inks, gaps of a pixel bridged; a row of letters stays under 0.65."""


def turned_by(picture: Pixels, angle: float) -> Pixels:
    """The picture turned counter-clockwise by `angle` degrees, on a canvas that holds all of it."""
    rows, columns = picture.shape
    matrix = cv2.getRotationMatrix2D((columns / 2, rows / 2), angle, 1.0)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    wide, high = int(columns * cos + rows * sin) + 4, int(rows * cos + columns * sin) + 4
    matrix[0, 2] += (wide - columns) / 2
    matrix[1, 2] += (high - rows) / 2
    turned = cv2.warpAffine(picture, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderValue=255)
    return np.asarray(turned, np.uint8)


def letters_of(inked: Mask, dpi: float) -> Mask:
    """The writing of a level stamp without what runs around it."""
    inner = _inside_frame(inked)
    if inner is None:
        return _without_lines(_without_outline(inked), dpi)
    x0, y0, x1, y1 = inner
    kept = np.zeros_like(inked)
    kept[y0:y1, x0:x1] = inked[y0:y1, x0:x1]
    return _without_specks(kept, dpi)


def without_frame(part: Mask) -> Mask:
    """The ink without pieces that run around the rest: rectangle, double line, arrow."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(part, connectivity=8)
    rows, columns = part.shape
    kept = part.copy()
    for label in range(1, count):
        _, _, w, h, area = (int(v) for v in stats[label])
        if w > 0.62 * columns and h > 0.62 * rows and area < 0.45 * w * h:
            kept[labels == label] = 0
    return kept if cv2.countNonZero(kept) > 0.12 * cv2.countNonZero(part) else part


def _inside_frame(inked: Mask) -> tuple[int, int, int, int] | None:
    """The space inside a rectangular frame, simple or double, however broken its lines; None where there is none."""
    points = cv2.findNonZero(inked)
    if points is None:
        return None
    x, y, w, h = cv2.boundingRect(points)
    part = inked[y : y + h, x : x + w]
    thick = max(3, round(0.012 * w) | 1)
    across = cv2.dilate(part, np.ones((thick, 3), np.uint8)).mean(axis=1) / 255
    lines = np.flatnonzero(across > _LINE)
    above, below = lines[lines < 0.33 * h], lines[lines > 0.67 * h]
    if not above.size or not below.size:
        return None
    top, bottom = int(above.max()) + 1, int(below.min())
    down = cv2.dilate(part[top:bottom], np.ones((3, 3), np.uint8)).mean(axis=0) / 255
    posts = np.flatnonzero(down > _LINE)
    left, right = posts[posts < 0.2 * w], posts[posts > 0.8 * w]
    x0 = int(left.max()) + 1 if left.size else 0
    x1 = int(right.min()) if right.size else w
    return (x + x0, y + top, x + x1, y + bottom)


def _without_outline(inked: Mask) -> Mask:
    points = cv2.findNonZero(inked)
    if points is None:
        return inked
    x, y, w, h = cv2.boundingRect(points)
    kept = np.zeros_like(inked)
    kept[y : y + h, x : x + w] = without_frame(inked[y : y + h, x : x + w])
    return kept


def _without_lines(inked: Mask, dpi: float) -> Mask:
    """Without straight strokes longer than any letter's: what is left of a frame that touches its letters."""
    points = cv2.findNonZero(inked)
    if points is None:
        return inked
    _, _, w, h = cv2.boundingRect(points)
    across = cv2.morphologyEx(inked, cv2.MORPH_OPEN, np.ones((1, max(9, int(0.5 * w))), np.uint8))
    down = cv2.morphologyEx(inked, cv2.MORPH_OPEN, np.ones((max(9, int(0.85 * h)), 1), np.uint8))
    lines = cv2.dilate(cv2.bitwise_or(across, down), np.ones((3, 3), np.uint8))
    kept = cv2.bitwise_and(inked, cv2.bitwise_not(lines))
    kept = _without_specks(np.asarray(kept, np.uint8), dpi)
    return kept if cv2.countNonZero(kept) > 0.15 * cv2.countNonZero(inked) else inked


def _without_specks(inked: Mask, dpi: float) -> Mask:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inked, connectivity=8)
    least = max(3.0, (0.25 * dpi / 25.4) ** 2)
    small = np.flatnonzero(stats[:, cv2.CC_STAT_AREA] < least)
    kept = inked.copy()
    if count > 1 and small.size:
        kept[np.isin(labels, small)] = 0
    return kept
