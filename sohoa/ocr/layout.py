"""From an engine's words to the page's text and words in points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from statistics import fmean

import numpy as np

from sohoa.imaging.clean import Affine
from sohoa.models import BoxTuple, StampReading, Word
from sohoa.ocr.engine import EngineWord
from sohoa.text.normal import nfc


def place_words(
    words: Sequence[EngineWord], to_raster: Affine, points_per_pixel: tuple[float, float], first_line: int = 0
) -> list[Word]:
    """The words with boxes in points of the upright page before it was levelled.

    `to_raster` maps the picture read to pixels of the upright page, `points_per_pixel` those to points.
    A box levelled back becomes the upright rectangle around it, so it still encloses the ink.
    """
    if not words:
        return []
    boxes = np.array([word.box for word in words], dtype=np.float64)
    x0, y0, x1, y1 = boxes.T
    corners = np.stack([np.stack([x0, y0]), np.stack([x1, y0]), np.stack([x0, y1]), np.stack([x1, y1])])
    mapped = np.einsum("ij,cjn->cin", to_raster[:, :2], corners) + to_raster[:, 2][None, :, None]
    mapped *= np.array(points_per_pixel)[None, :, None]
    low, high = np.maximum(mapped.min(axis=0), 0.0), mapped.max(axis=0)
    lines = _line_numbers(words)
    placed = []
    for index, word in enumerate(words):
        box: BoxTuple = (_r(low[0, index]), _r(low[1, index]), _r(high[0, index]), _r(high[1, index]))
        placed.append(Word(nfc(word.text), box, round(word.confidence, 4), first_line + lines[index]))
    return placed


def _r(value: float) -> float:
    return round(float(value), 2)


def _line_numbers(words: Sequence[EngineWord]) -> list[int]:
    numbers: list[int] = []
    last: tuple[int, int, int] | None = None
    for word in words:
        key = (word.block, word.paragraph, word.line)
        numbers.append(0 if last is None else numbers[-1] + (key != last))
        last = key
    return numbers


def page_text(words: Iterable[EngineWord]) -> str:
    """The text in reading order: one line a line, an empty line between paragraphs."""
    paragraphs = []
    for _, paragraph in groupby(words, key=lambda word: (word.block, word.paragraph)):
        lines = [" ".join(word.text for word in line) for _, line in groupby(paragraph, key=lambda word: word.line)]
        paragraphs.append("\n".join(lines))
    return nfc("\n\n".join(paragraphs))


def mean_confidence(words: Sequence[EngineWord] | Sequence[Word]) -> float:
    """Mean over the words, 0–1; 0.0 without words."""
    return round(fmean(word.confidence for word in words), 4) if words else 0.0


def stamp_words(stamps: Sequence[StampReading]) -> list[Word]:
    """The words of stamps where a page has no others: each stamp a line, its box shared out by letters."""
    words = []
    for line, stamp in enumerate(stamps):
        x0, y0, x1, y1 = stamp.box
        step, column = (x1 - x0) / max(1, len(stamp.text)), 0
        for text in stamp.text.split():
            start = stamp.text.index(text, column)
            column = start + len(text)
            words.append(Word(text, (_r(x0 + start * step), y0, _r(x0 + column * step), y1), stamp.confidence, line))
    return words
