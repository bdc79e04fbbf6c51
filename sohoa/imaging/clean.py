"""From a page's pixels to the gray picture the engine reads; the recipe and its measurements are in notes/ocr.md.

Order: red ink whitened, red channel, scaled down, background divided away, levelled, deskewed.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sohoa.imaging.picture import Pixels
from sohoa.imaging.skew import skew_angle

cv2.setNumThreads(1)  # pages are read in one process a core; threads inside each would only fight

Affine = NDArray[np.float64]
"""2x3: maps (x, y, 1) of one picture to (x, y) of another."""

_RED_EXCESS, _RED_LEAST = 45, 110
_BLACK, _WHITE = 30, 220
_LEVELS = np.clip((np.arange(256) - _BLACK) * 255.0 / (_WHITE - _BLACK), 0, 255).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class Even:
    """A page before its lines are levelled: gray with an even white background, scaled, red ink gone.

    `gray` HxW uint8; `density` dots per inch; `scale` the size of `gray` over that of the raster;
    `red` HxW bool of the raster (red ink), None where there is no colour.
    """

    gray: Pixels
    density: float
    scale: tuple[float, float]
    red: NDArray[np.bool_] | None

    def turned(self, degrees: int) -> Even:
        """The same page turned clockwise by 0, 90, 180 or 270 degrees."""
        if degrees % 360 == 0:
            return self
        scale = self.scale if degrees % 180 == 0 else (self.scale[1], self.scale[0])
        return Even(
            turn(self.gray, degrees),
            self.density,
            scale,
            None if self.red is None else np.rot90(self.red, -degrees // 90),
        )


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What the engine reads. `to_raster` maps its pixels back to those of the upright raster."""

    gray: Pixels
    density: float
    skew: float
    to_raster: Affine


def even(pixels: Pixels, density: float, dpi: int) -> Even:
    """Whiten red ink, take the red channel, scale down to `dpi` (never up), divide the background away."""
    gray, red = without_red(pixels)
    rows, columns = gray.shape
    factor = min(1.0, dpi / density)
    if factor < 0.99:
        gray = scale_to(gray, factor)
    scale = (gray.shape[1] / columns, gray.shape[0] / rows)
    # The paper is measured with the red ink still in it (as light as paper in the red channel): whitened ink would be
    # brighter than dark paper, and the paper around a seal would turn gray.
    lit = gray if red is None else np.asarray(cv2.extractChannel(pixels, 0), np.uint8)
    return Even(divide_background(gray, lit), density * (scale[0] if factor < 0.99 else 1.0), scale, red)


def clean(page: Even) -> Cleaned:
    """Level the lines and the tones of an evened page."""
    angle = skew_angle(page.gray)
    gray, forward = deskew(page.gray, angle)
    whole = forward @ np.array([[page.scale[0], 0, 0], [0, page.scale[1], 0], [0, 0, 1]])
    return Cleaned(
        cv2.LUT(gray, _LEVELS).astype(np.uint8, copy=False), page.density, angle, cv2.invertAffineTransform(whole)
    )


def without_red(pixels: Pixels) -> tuple[Pixels, NDArray[np.bool_] | None]:
    """The red channel with red ink (seals, red stamps) whitened, and where the red ink is.

    Red ink: R − max(G, B) > 45 and R > 110, grown by a pixel.
    """
    if pixels.ndim == 2:
        return pixels, None
    r, g, b = cv2.split(pixels)
    excess = cv2.subtract(r, cv2.max(g, b))
    red = cv2.bitwise_and(
        cv2.compare(excess, _RED_EXCESS, cv2.CMP_GT),  # type: ignore[call-overload]
        cv2.compare(r, _RED_LEAST, cv2.CMP_GT),  # type: ignore[call-overload]
    )
    if not cv2.countNonZero(red):
        return np.asarray(r, np.uint8), None
    red = cv2.dilate(red, np.ones((3, 3), np.uint8))
    return np.asarray(cv2.bitwise_or(r, red), np.uint8), red.astype(np.bool_)


def scale_to(gray: Pixels, factor: float) -> Pixels:
    """The picture scaled by a factor under 1, each new pixel the mean of those it covers."""
    if factor >= 0.99:
        return gray
    return np.asarray(cv2.resize(gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)


def divide_background(gray: Pixels, lit: Pixels | None = None) -> Pixels:
    """Divide by the paper's brightness (closing and median at an eighth): yellow and uneven paper becomes white.

    The paper is measured in `lit`, the same page at any scale, where given.
    """
    rows, columns = gray.shape
    eighth = (max(1, columns // 8), max(1, rows // 8))
    small = cv2.resize(gray if lit is None else lit, eighth, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8)), 21)
    paper = cv2.resize(paper, (columns, rows), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(gray, paper, scale=255), np.uint8)


def deskew(gray: Pixels, angle: float) -> tuple[Pixels, Affine]:
    """The page turned by `angle` degrees counter-clockwise on a canvas that loses no corner, and the 2x3 map to it."""
    rows, columns = gray.shape
    if not angle:
        return gray, np.array([[1.0, 0, 0], [0, 1.0, 0]])
    matrix = np.asarray(cv2.getRotationMatrix2D((columns / 2, rows / 2), angle, 1.0), np.float64)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    wide, high = round(columns * cos + rows * sin), round(rows * cos + columns * sin)
    matrix[0, 2] += (wide - columns) / 2
    matrix[1, 2] += (high - rows) / 2
    turned = cv2.warpAffine(
        gray, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=255
    )
    return np.asarray(turned, np.uint8), matrix


def turn(pixels: Pixels, degrees: int) -> Pixels:
    """The picture turned clockwise by 0, 90, 180 or 270 degrees."""
    return np.ascontiguousarray(np.rot90(pixels, -degrees // 90)) if degrees % 360 else pixels
