"""How dense a scan is: which stated resolutions are believed, and what is assumed where none is."""

from __future__ import annotations

from sohoa.settings import Limits

UNKNOWN_DPI = 200
"""Boxes are counted at this density where the file's own is unknown (72/200 points a pixel)."""

_LOWEST, _HIGHEST = 50, 2_400
_PLACEHOLDER = 100
"""Programs write 72 or 96 (or 1) where they know nothing; such values are checked against the paper they imply."""
_A4_WIDTH, _A4_HEIGHT = 8.27, 11.69
_COMMON = (100, 150, 200, 240, 300, 400, 600)


def believed_dpi(stated: float, width: int, height: int, limits: Limits) -> int | None:
    """The stated dots per inch of an image of that many pixels, or None where it cannot be true.

    A 1654×2339 picture «at 72 dpi» would be 23×32 inches: it is A4 at 200. Values below 100 are believed only for
    paper up to about A4, higher ones up to the longest page allowed.
    """
    if not _LOWEST <= stated <= _HIGHEST:
        return None
    short, long = sorted((width / stated, height / stated))
    if stated < _PLACEHOLDER and (short > _A4_WIDTH * 1.15 or long > _A4_HEIGHT * 1.25):
        return None
    if long > limits.page_inches or long < 1:
        return None
    return round(stated)


def assumed_dpi(width: int, height: int) -> int:
    """The density to scale by where none is known: the common one under which the picture comes nearest to A4."""
    guess = (min(width, height) / _A4_WIDTH + max(width, height) / _A4_HEIGHT) / 2
    return min(_COMMON, key=lambda dpi: abs(dpi - guess)) if guess > 60 else max(1, round(guess))
