"""Draws a typeset page as an image: black print, then marks multiplied over it."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from sohoa.sample.fonts import Face, font
from sohoa.sample.marks import draw_mark
from sohoa.sample.sheet import PAGE_HEIGHT, PAGE_WIDTH, Sheet

Pixels = NDArray[np.uint8]
_INK = 25
"""Gray level of print."""


def page_pixels(dpi: int) -> tuple[int, int]:
    """Width and height of an A4 page at a resolution."""
    return round(PAGE_WIDTH * dpi / 72), round(PAGE_HEIGHT * dpi / 72)


def print_page(sheet: Sheet, dpi: int) -> Pixels:
    """The printed text and rules only: HxW uint8, black on white."""
    scale = dpi / 72
    image = Image.new("L", page_pixels(dpi), 255)
    pen = ImageDraw.Draw(image)
    for run in sheet.runs:
        pixels = round(run.size * scale)
        baseline = round(run.y * scale)
        for x, word in run.words:
            at = x * scale
            for char in word:
                mask, left, top, advance = _glyph(char, run.face, pixels)
                if mask is not None:
                    image.paste(_INK, (round(at) + left, baseline + top), mask)
                at += advance
    for rule in sheet.rules:
        weight = max(1, round(rule.weight * scale))
        pen.line((rule.x0 * scale, rule.y0 * scale, rule.x1 * scale, rule.y1 * scale), fill=30, width=weight)
    return np.asarray(image)


@lru_cache(maxsize=12_000)
def _glyph(char: str, face: Face, pixels: int) -> tuple[Image.Image | None, int, int, float]:
    """A letter as a mask, where it stands from the pen (left, top), and the pen's advance, all in pixels.

    Drawing every word through FreeType took 12 of 26 seconds for 30 pages; pasting kept letters takes one.
    """
    letters = font(face, pixels)
    left, top, right, bottom = (int(v) for v in letters.getbbox(char, anchor="ls"))
    advance = letters.getlength(char)
    if right <= left or bottom <= top:
        return None, 0, 0, advance
    mask = Image.new("L", (right - left, bottom - top), 0)
    ImageDraw.Draw(mask).text((-left, -top), char, 255, letters, anchor="ls")
    return mask, left, top, advance


def render(sheet: Sheet, dpi: int) -> Pixels:
    """The whole undamaged page: HxWx3 uint8, RGB, at most 40 MB at 300 dpi."""
    page = cv2.cvtColor(print_page(sheet, dpi), cv2.COLOR_GRAY2RGB)
    height, width = page.shape[:2]
    for mark in sheet.marks:
        patch = np.asarray(draw_mark(mark, dpi))
        x = round(mark.x * dpi / 72 - patch.shape[1] / 2)
        y = round(mark.y * dpi / 72 - patch.shape[0] / 2)
        x0, y0 = max(0, x), max(0, y)
        x1, y1 = min(width, x + patch.shape[1]), min(height, y + patch.shape[0])
        if x1 <= x0 or y1 <= y0:
            continue
        part = patch[y0 - y : y1 - y, x0 - x : x1 - x]
        page[y0:y1, x0:x1] = cv2.multiply(page[y0:y1, x0:x1], part, scale=1 / 255)
    return np.asarray(page, dtype=np.uint8)
