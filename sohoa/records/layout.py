"""The page as pieces of lines: words of one line without a wide gap, the same where the engine mixed two columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median

from sohoa.models import BoxTuple, Field, PageReading, Word
from sohoa.records.letters import key, tidy
from sohoa.text.normal import one_line

_GAP = 1.35
"""Blank between two words, in heights of the line, from which a new column begins (justified text stays under 1.2)."""
_BAR = re.compile(r"^[|‖¦]+$")
_LINE_POINTS = 14.0
"""Height given to a line of a page that has text but no boxes."""


@dataclass(frozen=True)
class Piece:
    """Words of one page in reading order, side by side."""

    words: tuple[Word, ...]
    page: int

    @cached_property
    def text(self) -> str:
        return one_line(tidy(" ".join(w.text for w in self.words)))

    @cached_property
    def key(self) -> str:
        return key(self.text)

    @cached_property
    def box(self) -> BoxTuple:
        return union(w.box for w in self.words)

    @cached_property
    def confidence(self) -> float:
        """Mean of its words, weighted by their letters."""
        weight = sum(len(w.text) for w in self.words)
        return sum(w.confidence * len(w.text) for w in self.words) / weight if weight else 0.0

    @property
    def x0(self) -> float:
        return self.box[0]

    @property
    def x1(self) -> float:
        return self.box[2]

    @property
    def middle_x(self) -> float:
        return (self.box[0] + self.box[2]) / 2

    @cached_property
    def middle_y(self) -> float:
        # The median, for one speck read as a tall word must not move a line.
        return median((w.box[1] + w.box[3]) / 2 for w in self.words)

    @cached_property
    def height(self) -> float:
        return median(w.box[3] - w.box[1] for w in self.words)

    def cut(self, start: int, stop: int | None = None) -> Piece:
        """The piece of its words from `start` to `stop`; must not be empty."""
        return Piece(self.words[start:stop], self.page)


def union(boxes: Iterable[BoxTuple]) -> BoxTuple:
    """The smallest box around all; at least one is needed."""
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return (min(x0), min(y0), max(x1), max(y1))


def pieces_of(page: PageReading) -> tuple[Piece, ...]:
    """All pieces of a page from top to bottom, left to right within a row."""
    words = [w for w in (page.words or _words_of_text(page)) if w.text.strip()]
    by_line: dict[int, list[Word]] = {}
    for word in words:
        by_line.setdefault(word.line, []).append(word)
    found: list[Piece] = []
    for line in by_line.values():
        found += _split(sorted(line, key=lambda w: w.box[0]), page.page)
    ordered: list[Piece] = []
    for row in rows_of(found):
        ordered += row
    return tuple(ordered)


def rows_of(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces grouped by height on the page, each row from left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: p.middle_y):
        if rows:
            anchor = median(p.middle_y for p in rows[-1])
            reach = 0.55 * min(piece.height, median(p.height for p in rows[-1]))
            if abs(piece.middle_y - anchor) <= max(reach, 2.0):
                rows[-1].append(piece)
                continue
        rows.append([piece])
    return [sorted(row, key=lambda p: p.x0) for row in rows]


def _split(line: list[Word], page: int) -> list[Piece]:
    height = median(w.box[3] - w.box[1] for w in line) or 1.0
    parts: list[list[Word]] = [[line[0]]]
    for before, word in pairwise(line):
        # A bar is the rule of a table or the frame of a stamp.
        if word.box[0] - before.box[2] > _GAP * height or _BAR.match(before.text) or _BAR.match(word.text):
            parts.append([])
        parts[-1].append(word)
    return [Piece(tuple(part), page) for part in parts if not _BAR.match(part[0].text)]


def _words_of_text(page: PageReading) -> list[Word]:
    """Words for a page that has text only: one line of boxes a line of text, as wide as its letters."""
    words: list[Word] = []
    for number, line in enumerate(page.text.splitlines()):
        x, top = 72.0, 72.0 + number * _LINE_POINTS
        for token in line.split():
            width = 6.0 * len(token)
            words.append(Word(token, (x, top, x + width, top + 11.0), page.confidence, number))
            x += width + 6.0
    return words


def field(value: str, pieces: Sequence[Piece], strength: float, *, review_below: float = 0.7) -> Field:
    """A field read from these pieces of one page; `strength` (0–1) is how much the rule that found it is worth."""
    confidence = strength * min(p.confidence for p in pieces)
    return Field(
        value=one_line(tidy(value)),
        confidence=round(max(0.0, min(1.0, confidence)), 3),
        page=pieces[0].page,
        box=union(p.box for p in pieces),
        review=confidence < review_below,
    )
