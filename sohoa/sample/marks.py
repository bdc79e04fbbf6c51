"""Draws what is put on a page by hand: seals, signatures, boxed stamps, incoming stamps, handwritten digits."""

from __future__ import annotations

import math
import random
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw

from sohoa.sample.fonts import Face, font
from sohoa.sample.sheet import Mark

Ink = tuple[int, int, int]
Point = tuple[float, float]
_OVER = 2
"""Marks are drawn this much larger and scaled down, for smooth edges."""

# Each digit as pen strokes through points of a box 1 wide and 1.6 high, y downwards.
_DIGITS: dict[str, tuple[tuple[Point, ...], ...]] = {
    "0": (((0.55, 0.05), (0.12, 0.5), (0.15, 1.25), (0.5, 1.55), (0.85, 1.1), (0.85, 0.4), (0.5, 0.05)),),
    "1": (((0.25, 0.4), (0.55, 0.05), (0.52, 0.8), (0.5, 1.55)),),
    "2": (((0.15, 0.4), (0.45, 0.05), (0.8, 0.4), (0.6, 0.9), (0.12, 1.5), (0.5, 1.45), (0.9, 1.5)),),
    "3": (((0.15, 0.2), (0.55, 0.05), (0.8, 0.4), (0.45, 0.75), (0.85, 1.1), (0.6, 1.5), (0.1, 1.4)),),
    "4": (((0.6, 0.05), (0.15, 0.95), (0.9, 0.95)), ((0.65, 0.5), (0.6, 1.0), (0.6, 1.55))),
    "5": (((0.85, 0.1), (0.3, 0.1), (0.25, 0.65), (0.7, 0.7), (0.85, 1.1), (0.55, 1.5), (0.12, 1.4)),),
    "6": (((0.75, 0.1), (0.3, 0.6), (0.15, 1.2), (0.5, 1.55), (0.85, 1.2), (0.6, 0.85), (0.2, 1.1)),),
    "7": (((0.12, 0.15), (0.5, 0.12), (0.88, 0.12), (0.6, 0.8), (0.4, 1.55)), ((0.3, 0.8), (0.75, 0.75))),
    "8": (((0.75, 0.3), (0.45, 0.05), (0.2, 0.35), (0.75, 1.05), (0.5, 1.55), (0.18, 1.15), (0.8, 0.35)),),
    "9": (((0.8, 0.4), (0.45, 0.05), (0.15, 0.4), (0.45, 0.75), (0.82, 0.4), (0.75, 1.0), (0.5, 1.55)),),
    "/": (((0.8, 0.0), (0.2, 1.6)),),
}


def curve(points: list[Point], steps: int = 9) -> list[Point]:
    """A smooth line through the points (Catmull-Rom)."""
    padded = [points[0], *points, points[-1]]
    line: list[Point] = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for i in range(steps):
            t = i / steps
            line.append(
                (
                    0.5
                    * (
                        2 * b[0]
                        + (c[0] - a[0]) * t
                        + (2 * a[0] - 5 * b[0] + 4 * c[0] - d[0]) * t**2
                        + (3 * b[0] - a[0] - 3 * c[0] + d[0]) * t**3
                    ),
                    0.5
                    * (
                        2 * b[1]
                        + (c[1] - a[1]) * t
                        + (2 * a[1] - 5 * b[1] + 4 * c[1] - d[1]) * t**2
                        + (3 * b[1] - a[1] - 3 * c[1] + d[1]) * t**3
                    ),
                )
            )
    line.append(points[-1])
    return line


def draw_mark(mark: Mark, dpi: int) -> Image.Image:
    """The mark as RGB ink on white, to be multiplied onto a page about its centre."""
    scale = dpi / 72 * _OVER
    rng = random.Random(mark.seed)
    if mark.kind == "seal":
        image = _seal(mark.text[0], round(mark.size * scale)).copy()
    elif mark.kind == "signature":
        image = _signature(rng, mark, scale)
    elif mark.kind == "digits":
        image = _handwriting(rng, mark.text[0], mark.size, mark.colour, scale)
    elif mark.kind == "box":
        image = _boxed(mark, scale)
    else:
        image = _incoming(rng, mark, scale)
    if mark.angle:
        image = image.rotate(mark.angle, Image.Resampling.BILINEAR, expand=True, fillcolor=(255, 255, 255))
    image = image.resize((max(1, image.width // _OVER), max(1, image.height // _OVER)), Image.Resampling.BOX)
    return _uneven(image, mark.seed, 0.5 if mark.kind in ("seal", "box", "incoming") else 0.15)


def _uneven(image: Image.Image, seed: int, amount: float) -> Image.Image:
    """Ink that took unevenly: lighter in patches."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 255, (9, 9), dtype=np.uint8)).resize(image.size, Image.Resampling.BICUBIC)
    fade = np.asarray(coarse, dtype=np.float32)[..., None] * np.float32(amount / 255)
    ink = np.asarray(image, dtype=np.float32)
    return Image.fromarray((ink + (255 - ink) * fade).astype(np.uint8))


@lru_cache(maxsize=24)
def _seal(ring: str, side: int) -> Image.Image:
    red: Ink = (206, 32, 44)
    image = Image.new("RGB", (side, side), (255, 255, 255))
    pen = ImageDraw.Draw(image)
    middle = side / 2
    for share, weight in ((0.49, 0.018), (0.455, 0.006), (0.27, 0.006)):
        r = side * share
        pen.ellipse((middle - r, middle - r, middle + r, middle + r), outline=red, width=max(1, round(side * weight)))
    star = []
    for i in range(10):
        r = side * (0.2 if i % 2 == 0 else 0.08)
        angle = -math.pi / 2 + i * math.pi / 5
        star.append((middle + r * math.cos(angle), middle + r * math.sin(angle)))
    pen.polygon(star, outline=red, fill=(226, 90, 96))
    face: Face = ("Arimo", "Bold")
    em = max(6, round(side * min(0.085, 2.6 / max(1, len(ring)))))
    letters = font(face, em)
    text = f"{ring} ★ "
    radius = side * 0.36
    around = sum(letters.getlength(c) for c in text)
    turn = -math.pi
    for char in text:
        wide = letters.getlength(char)
        turn += math.pi * wide / around
        tile = Image.new("L", (2 * em, 2 * em), 0)
        ImageDraw.Draw(tile).text((em, em), "•" if char == "★" else char, 255, letters, anchor="mm")
        tile = tile.rotate(-math.degrees(turn), Image.Resampling.BILINEAR)
        x = middle + radius * math.sin(turn) - em
        y = middle - radius * math.cos(turn) - em
        image.paste(red, (round(x), round(y)), tile)
        turn += math.pi * wide / around
    return image


def _signature(rng: random.Random, mark: Mark, scale: float) -> Image.Image:
    wide, tall = round(mark.size * scale), round(mark.size * 0.55 * scale)
    image = Image.new("RGB", (wide, tall), (255, 255, 255))
    pen = ImageDraw.Draw(image)
    x = 0.08
    points: list[Point] = []
    while x < 0.85:
        points.append((x * wide, rng.uniform(0.12, 0.88) * tall))
        x += rng.uniform(-0.04, 0.16)
    points.append((0.95 * wide, rng.uniform(0.55, 0.75) * tall))
    pen.line(curve(points), fill=mark.colour, width=max(2, round(1.3 * scale)), joint="curve")
    flourish = [
        (0.05 * wide, rng.uniform(0.6, 0.9) * tall),
        (0.5 * wide, rng.uniform(0.5, 0.8) * tall),
        (0.97 * wide, rng.uniform(0.3, 0.7) * tall),
    ]
    pen.line(curve(flourish), fill=mark.colour, width=max(1, round(0.9 * scale)), joint="curve")
    return image


def _handwriting(rng: random.Random, text: str, size: float, colour: Ink, scale: float) -> Image.Image:
    """Digits as pen strokes; the image is centred on them. `size` is their height in points."""
    tall = size * scale
    step = tall * 0.55
    image = Image.new("RGB", (round(step * (len(text) + 1.2)), round(tall * 1.6)), (255, 255, 255))
    pen = ImageDraw.Draw(image)
    slant = rng.uniform(0.05, 0.3)
    weight = max(2, round(rng.uniform(1.0, 1.5) * scale))
    for index, char in enumerate(text):
        x0, y0 = step * (0.6 + index), tall * (0.3 + rng.uniform(-0.06, 0.06))
        unit = tall / 1.6
        for stroke in _DIGITS.get(char, ()):
            points = []
            for px, py in stroke:
                y = py + rng.uniform(-0.06, 0.06)
                x = px * 0.8 + rng.uniform(-0.05, 0.05) + slant * (0.8 - y)
                points.append((x0 + x * unit, y0 + y * unit))
            pen.line(curve(points), fill=colour, width=weight, joint="curve")
    return image


def _boxed(mark: Mark, scale: float) -> Image.Image:
    letters = font(("Tinos", "Bold"), round(mark.size * scale))
    wide = round(letters.getlength(mark.text[0]) + mark.size * scale * 1.1)
    tall = round(mark.size * scale * 1.75)
    image = Image.new("RGB", (wide, tall), (255, 255, 255))
    pen = ImageDraw.Draw(image)
    edge = max(2, round(1.6 * scale))
    pen.rectangle((edge, edge, wide - edge, tall - edge), outline=mark.colour, width=edge)
    pen.text((wide / 2, tall / 2), mark.text[0], mark.colour, letters, anchor="mm")
    return image


def _incoming(rng: random.Random, mark: Mark, scale: float) -> Image.Image:
    """«CÔNG VĂN ĐẾN / Số: … / Ngày: …», the number and the day by hand."""
    body, title, number, day = mark.text
    wide, tall = round(124 * scale), round(60 * scale)
    image = Image.new("RGB", (wide, tall), (255, 255, 255))
    pen = ImageDraw.Draw(image)
    edge = max(2, round(1.1 * scale))
    pen.rectangle((edge, edge, wide - edge, tall - edge), outline=mark.colour, width=edge)
    small, bold = font(("Arimo", "Regular"), round(6.6 * scale)), font(("Arimo", "Bold"), round(9.5 * scale))
    while small.getlength(body) > wide * 0.94 and small.size > 8:
        small = font(("Arimo", "Regular"), int(small.size) - 1)
    label = font(("Arimo", "Regular"), round(8 * scale))
    pen.text((wide / 2, tall * 0.14), body, mark.colour, small, anchor="mm")
    pen.text((wide / 2, tall * 0.35), title, mark.colour, bold, anchor="mm")
    for share, word, value in ((0.62, "Số:", number), (0.86, "Ngày:", day)):
        pen.text((wide * 0.07, tall * share), word, mark.colour, label, anchor="lm")
        written = _handwriting(rng, value, 9.5, (30, 40, 120), scale)
        image.paste(
            written,
            (round(wide * 0.32), round(tall * share - written.height / 2)),
            written.convert("L").point(lambda v: 255 if v < 250 else 0),
        )
    return image
