"""What scanning does to a page: skew, uneven light, noise, bleed-through, yellow paper, borders, turned pages.

Levels as measured in notes on reading: light (±0.5°, noise, JPEG), medium (±2°, uneven light, blur, 200 dpi),
heavy (±4°, bleed-through, yellow paper, dark borders, 150 dpi).
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from sohoa.sample.render import Pixels
from sohoa.sample.truth import Rotation

AnyPixels = NDArray[Any]
"""What OpenCV's annotations give back; uint8 here."""

Level = Literal["clean", "light", "medium", "heavy"]
DEFAULT_MIX: Mapping[str, float] = {"clean": 0.28, "light": 0.37, "medium": 0.23, "heavy": 0.12}


@dataclass(frozen=True)
class Scanner:
    """How one document was scanned; the same for all its pages."""

    level: Level
    dpi: int
    mode: Literal["colour", "gray", "bitonal"]
    quality: int
    """Of JPEG, 1–95."""
    skew: float
    """Largest angle in degrees."""
    noise: float
    """Amplitude in gray levels."""
    light: float
    """Largest loss of light at the darkest edge, 0–1."""
    blur: float
    bleed: float
    """How much of the other side shows, 0–1."""
    paper: tuple[int, int, int]
    border: int
    """Gray level outside the page after a skew."""


def scanner(rng: random.Random, level: Level, mode: Literal["colour", "gray", "bitonal"]) -> Scanner:
    """Draw a scanner for a level; bitonal scans are made at 300 dpi, as offices do."""
    u = rng.uniform
    if level == "clean":
        return Scanner(level, 300 if mode == "bitonal" else 200, mode, 85, 0.0, 2, 0, 0, 0, (255, 255, 255), 255)
    white = (255, 255, rng.randint(247, 254))
    if level == "light":
        dpi = 300 if mode == "bitonal" or rng.random() < 0.12 else 200
        return Scanner(
            level, dpi, mode, rng.randint(70, 82), 0.5, u(4, 8), u(0, 0.06), u(0, 0.4), u(0, 0.03), white, 250
        )
    if level == "medium":
        dpi = 300 if mode == "bitonal" else 200
        paper = (252, 248, rng.randint(228, 246))
        return Scanner(
            level, dpi, mode, rng.randint(55, 70), 2.0, u(9, 14), u(0.25, 0.42), u(0.5, 0.8), u(0, 0.06), paper, 235
        )
    yellow = (rng.randint(238, 248), rng.randint(226, 238), rng.randint(185, 208))
    bleed, border = u(0.1, 0.2), rng.randint(20, 60)
    return Scanner(
        level, 150, mode, rng.randint(45, 60), 4.0, u(10, 16), u(0.28, 0.42), u(0.35, 0.6), bleed, yellow, border
    )


@lru_cache(maxsize=1)
def _grain() -> Pixels:
    """A tile of noise about 128, cut anew for every page."""
    noise = np.random.default_rng(20_150_101).standard_normal((3600, 2600), dtype=np.float32)
    return np.clip(noise * 36 + 128, 0, 255).astype(np.uint8)


def scan(page: Pixels, how: Scanner, back: Pixels | None, turn: Rotation, rng: random.Random) -> Pixels:
    """The page as scanned. `page` HxWx3 RGB; `back` HxW print of the other side; `turn` degrees clockwise, of 90.

    Returns HxWx3 for colour, HxW for gray and bitonal (0 or 255).
    """
    image: AnyPixels = page if how.mode == "colour" else cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    if how.bleed and back is not None:
        image = _bleed(image, back, how.bleed)
    if how.mode == "colour" and how.paper != (255, 255, 255):
        image = cv2.multiply(image, np.array([*map(float, how.paper), 0.0]), scale=1 / 255)
    if how.skew:
        image = _rotate(image, how.skew * rng.choice((-1, 1)) * rng.uniform(0.25, 1.0), how.border)
    if how.light:
        image = _shade(image, how.light, rng)
    if how.blur:
        image = cv2.GaussianBlur(image, (0, 0), how.blur * how.dpi / 200 + 0.15)
    if how.noise:
        image = _noisy(image, how.noise, rng)
    if turn:
        image = cv2.rotate(
            image, {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}[turn]
        )
    if how.mode == "bitonal":
        image = cv2.threshold(image, 165, 255, cv2.THRESH_BINARY)[1]
    return np.asarray(image, dtype=np.uint8)


def _bleed(image: AnyPixels, back: Pixels, amount: float) -> Pixels:
    mirrored = cv2.GaussianBlur(cv2.flip(back, 1), (0, 0), 1.6)
    veil = cv2.addWeighted(mirrored, amount, np.full_like(mirrored, 255), 1 - amount, 0)
    if image.ndim == 3:
        veil = cv2.cvtColor(veil, cv2.COLOR_GRAY2RGB)
    return np.asarray(cv2.multiply(image, veil, scale=1 / 255), dtype=np.uint8)


def _rotate(image: AnyPixels, angle: float, border: int) -> Pixels:
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    fill = (border, border, border)
    return np.asarray(
        cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=fill), dtype=np.uint8
    )


def _shade(image: AnyPixels, amount: float, rng: random.Random) -> Pixels:
    """Light that falls off to one side and in a soft patch."""
    height, width = image.shape[:2]
    coarse = np.array([[1 - amount * rng.random() for _ in range(3)] for _ in range(4)], dtype=np.float32)
    side = rng.randint(0, 2)
    coarse[:, side] *= 1 - amount / 2
    veil = cv2.resize((coarse / coarse.max() * 255).astype(np.uint8), (width, height), interpolation=cv2.INTER_CUBIC)
    if image.ndim == 3:
        veil = cv2.cvtColor(veil, cv2.COLOR_GRAY2RGB)
    return np.asarray(cv2.multiply(image, veil, scale=1 / 255), dtype=np.uint8)


def _noisy(image: AnyPixels, amount: float, rng: random.Random) -> Pixels:
    grain = _grain()
    height, width = image.shape[:2]
    y, x = rng.randint(0, grain.shape[0] - min(height, 3508)), rng.randint(0, grain.shape[1] - min(width, 2480))
    tile = cv2.resize(grain, (width, height)) if height > 3508 or width > 2480 else grain[y : y + height, x : x + width]
    if image.ndim == 3:
        tile = cv2.cvtColor(tile, cv2.COLOR_GRAY2RGB)
    share = amount / 36
    return np.asarray(cv2.addWeighted(image, 1.0, tile, share, -128.0 * share), dtype=np.uint8)
