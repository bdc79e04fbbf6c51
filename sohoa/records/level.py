"""Levelling: a page's boxes stand as scanned, a little askew; lines and columns are found on boxes set straight."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

import numpy as np

from sohoa.models import BoxTuple, Field, Fields, PageReading, SecrecyVerdict, Word

_STRAIGHT = 0.0015
"""Slope under which a page is left alone: a point over the width of A4."""
_LEAST_WORDS, _STEEPEST = 5, 0.15


def slope_of(page: PageReading) -> float:
    """How far its lines fall to the right, in points a point; 0 for a straight page."""
    lines: dict[int, list[Word]] = {}
    for word in page.words:
        lines.setdefault(word.line, []).append(word)
    slopes = []
    for words in lines.values():
        if len(words) < _LEAST_WORDS:
            continue
        x = np.array([(w.box[0] + w.box[2]) / 2 for w in words])
        # Feet of letters wander with their tails; the middles of many words do not.
        y = np.array([(w.box[1] + w.box[3]) / 2 for w in words])
        if np.ptp(x) > 100:
            slopes.append(float(np.polyfit(x, y, 1)[0]))
    slope = median(slopes) if len(slopes) >= 2 else 0.0
    return slope if _STRAIGHT < abs(slope) < _STEEPEST else 0.0


def levelled(page: PageReading, slope: float) -> PageReading:
    """The page with every box moved up or down by what its place across the page asks for."""
    if not slope:
        return page
    words = tuple(w._replace(box=_moved(w.box, -slope)) for w in page.words)
    stamps = tuple(s.model_copy(update={"box": _moved(s.box, -slope)}) for s in page.stamps)
    return page.model_copy(update={"words": words, "stamps": stamps})


def as_scanned(fields: Fields, slopes: Mapping[int, float]) -> Fields:
    """Fields found on levelled pages, with their boxes put back; `slopes` by page number."""
    moved = {}
    for name, field in fields:
        if isinstance(field, Field):
            moved[name] = field.model_copy(update={"box": _put_back(field.box, slopes.get(field.page, 0.0))})
    return fields.model_copy(update=moved)


def verdict_as_scanned(verdict: SecrecyVerdict, slopes: Mapping[int, float]) -> SecrecyVerdict:
    """The same for the box of a secrecy mark."""
    if verdict.box is None or verdict.page is None:
        return verdict
    return verdict.model_copy(update={"box": _put_back(verdict.box, slopes.get(verdict.page, 0.0))})


def _moved(box: BoxTuple, slope: float) -> BoxTuple:
    shift = slope * (box[0] + box[2]) / 2
    return (box[0], box[1] + shift, box[2], box[3] + shift)


def _put_back(box: BoxTuple, slope: float) -> BoxTuple:
    """The box around a levelled box on the page as scanned: wide boxes grow by the fall of their line."""
    if not slope:
        return box
    at_left, at_right = slope * box[0], slope * box[2]
    return (box[0], box[1] + min(at_left, at_right), box[2], box[3] + max(at_left, at_right))
