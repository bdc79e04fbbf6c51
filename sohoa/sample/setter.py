"""Sets the body of a record: paragraphs, headings and tables flowing over as many pages as planned."""

from __future__ import annotations

import random

from sohoa.sample.content import Block, Content
from sohoa.sample.fonts import Face, Style, width, wrap
from sohoa.sample.layouts import Layout
from sohoa.sample.sheet import PAGE_HEIGHT, PAGE_WIDTH, Align, Rule, Run, Sheet

MM = 72 / 25.4
INK = ((28, 44, 140), (20, 30, 90), (35, 35, 45))
"""Blue, dark blue and black pens, RGB."""
_MARKER_SIZE = 18.0


class Setter:
    """A pen on the pages of one record. `y` is the lowest point used on the current sheet, in points from the top."""

    def __init__(self, content: Content, layout: Layout, rng: random.Random) -> None:
        self.content = content
        self.layout = layout
        self.rng = rng
        left, right, top, bottom = (m * MM for m in layout.margins_mm)
        self.left, self.right = left, PAGE_WIDTH - right
        self.top, self.bottom = top, PAGE_HEIGHT - bottom
        self.sheets = [Sheet()]
        self.y = top
        self.ink = rng.choice(INK)
        self.motto: list[Run] = []

    @property
    def sheet(self) -> Sheet:
        return self.sheets[-1]

    @property
    def measure(self) -> float:
        """Width of the text area in points."""
        return self.right - self.left

    def face(self, style: Style) -> Face:
        return (self.layout.family, style)

    def new_sheet(self) -> None:
        self.sheets.append(Sheet())
        self.y = self.top

    def height(self, block: Block) -> float:
        """Height a block will take, in points."""
        if block.kind == "table":
            return sum(h for h, _ in self._table_rows(block)) + 14
        style, size, indent, _ = self._look(block)
        lines = len(wrap(block.text, self.face(style), size, self.measure, indent))
        return lines * size * self.layout.leading + self.layout.para_gap

    def put(self, block: Block) -> None:
        """Set a block, going to a new sheet where the page is full."""
        if block.kind == "table":
            if self.y + self.height(block) > self.bottom:
                self.new_sheet()
            self._table(block)
            return
        style, size, indent, align = self._look(block)
        self.paragraph(block.text, block.kind, style, size, indent, align)

    def paragraph(self, text: str, kind: str, style: Style, size: float, indent: float, align: Align) -> None:
        """Set a paragraph over the full measure; a part on each sheet it touches becomes a block of the truth."""
        face, step = self.face(style), size * self.layout.leading
        lines = wrap(text, face, size, self.measure, indent)
        runs: list[Run] = []
        for index, words in enumerate(lines):
            if self.y + step > self.bottom:
                self.sheet.note(kind, runs)
                runs = []
                self.new_sheet()
            self.y += step
            inset = indent if index == 0 else 0.0
            justify: Align = align
            if align == "justify" and (index == len(lines) - 1 or not self.layout.justify):
                justify = "left"
            x = (self.left + self.right) / 2 if align == "centre" else self.left + inset
            runs.append(self.sheet.line(words, x, self.y, face, size, justify, self.measure - inset))
        self.sheet.note(kind, runs)
        self.y += self.layout.para_gap

    def _look(self, block: Block) -> tuple[Style, float, float, Align]:
        size, indent = self.layout.body_size, self.layout.indent
        match block.kind:
            case "section":
                return "Bold", size, indent if not self.layout.party else 0.0, "left"
            case "heading":
                return ("Bold" if not self.layout.party else "BoldItalic"), size, indent, "left"
            case "basis":
                return "Italic", size, indent, "justify"
            case "verdict":
                return "Bold", size, 0.0, "centre"
            case "marker":
                return "Regular", _MARKER_SIZE, 0.0, "left"
            case _:
                return "Regular", size, indent, "justify"

    def _table_rows(self, block: Block) -> list[tuple[float, list[list[list[str]]]]]:
        """Each row's height and its cells' lines of words."""
        size = self.layout.body_size - 2
        rows: list[tuple[float, list[list[list[str]]]]] = []
        for index, row in enumerate(block.rows):
            face = self.face("Bold" if index == 0 else "Regular")
            cells = [
                wrap(cell, face, size, share * self.measure - 8) for cell, share in zip(row, _COLUMNS, strict=True)
            ]
            rows.append((max(map(len, cells)) * size * 1.2 + 7, cells))
        return rows

    def _table(self, block: Block) -> None:
        size = self.layout.body_size - 2
        edges = [self.left]
        for share in _COLUMNS:
            edges.append(edges[-1] + share * self.measure)
        self.y += 6
        start = self.y
        for index, (tall, cells) in enumerate(self._table_rows(block)):
            face = self.face("Bold" if index == 0 else "Regular")
            runs: list[Run] = []
            for column, lines in enumerate(cells):
                centre = index == 0 or column in (0, 3)
                x = (edges[column] + edges[column + 1]) / 2 if centre else edges[column] + 4
                for n, words in enumerate(lines):
                    y = self.y + 3 + size * (1 + 1.2 * n)
                    runs.append(self.sheet.line(words, x, y, face, size, "centre" if centre else "left", 0))
            self.sheet.note("table", runs)
            self.sheet.rules.append(Rule(self.left, self.y, edges[-1], self.y))
            self.y += tall
        self.sheet.rules.append(Rule(self.left, self.y, edges[-1], self.y))
        self.sheet.rules.extend(Rule(x, start, x, self.y) for x in edges)
        self.y += 8

    def fit(self, text: str, style: Style, size: float, limit: float) -> float:
        """`size`, or the smaller one at which the text is no wider than `limit` points."""
        return min(size, size * limit / max(1.0, width(text, self.face(style), size)))


_COLUMNS = (0.09, 0.49, 0.25, 0.17)
"""Shares of the measure."""
