"""A typeset page before it is drawn: words with places in points, rules, and marks put on by hand or stamp."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sohoa.sample.fonts import Face, width

PAGE_WIDTH, PAGE_HEIGHT = 595.3, 841.9
"""A4 in points."""

Align = Literal["left", "centre", "right", "justify"]


@dataclass(frozen=True)
class Run:
    """A printed line: words with their left edges, on one baseline, in points from the top left."""

    words: tuple[tuple[float, str], ...]
    y: float
    face: Face
    size: float

    @property
    def text(self) -> str:
        return " ".join(word for _, word in self.words)


@dataclass(frozen=True)
class Rule:
    """A straight black line, in points."""

    x0: float
    y0: float
    x1: float
    y1: float
    weight: float = 0.8


@dataclass(frozen=True)
class Mark:
    """Something not printed with the text: a seal, a stamp, handwriting. `x`, `y` is its centre in points."""

    kind: Literal["seal", "signature", "digits", "box", "incoming"]
    x: float
    y: float
    size: float
    text: tuple[str, ...] = ()
    angle: float = 0.0
    seed: int = 0
    colour: tuple[int, int, int] = (200, 30, 40)


@dataclass(frozen=True)
class PlacedText:
    """A block of the truth: its text, what it is, and its box in points of the upright, undamaged page."""

    kind: str
    text: str
    box: tuple[float, float, float, float]


@dataclass
class Sheet:
    """One page being set; `blank` for an empty back."""

    runs: list[Run] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    blocks: list[PlacedText] = field(default_factory=list)
    blank: bool = False

    @property
    def text(self) -> str:
        """What stands on the page, in reading order, a block a line; handwritten numbers included, stamps not."""
        return "\n".join(b.text for b in self.blocks if b.kind not in ("stamp", "seal"))

    def line(self, words: list[str], x: float, y: float, face: Face, size: float, align: Align, limit: float) -> Run:
        """Set one line with its baseline at `y`; `x` is the left edge, the centre or the right edge."""
        space = width(" ", face, size)
        wide = [width(word, face, size) for word in words]
        total = sum(wide) + space * (len(words) - 1)
        if align == "justify" and len(words) > 1:
            space += (limit - total) / (len(words) - 1)
        left = x - total / 2 if align == "centre" else x - total if align == "right" else x
        placed: list[tuple[float, str]] = []
        for word, w in zip(words, wide, strict=True):
            placed.append((left, word))
            left += w + space
        run = Run(tuple(placed), y, face, size)
        self.runs.append(run)
        return run

    def note(self, kind: str, runs: list[Run], text: str | None = None) -> None:
        """Enter printed lines into the truth as one block."""
        if not runs:
            return
        x0 = min(r.words[0][0] for r in runs)
        x1 = max(r.words[-1][0] + width(r.words[-1][1], r.face, r.size) for r in runs)
        y0 = min(r.y - r.size for r in runs)
        y1 = max(r.y + 0.25 * r.size for r in runs)
        box = (round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1))
        self.blocks.append(PlacedText(kind, text if text is not None else " ".join(r.text for r in runs), box))
