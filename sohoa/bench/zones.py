"""Divides the truth of a page: running text, whose order counts, and header and footer, whose order is free.

In the header and footer of an administrative record two columns stand side by side (NĐ 30/2020/NĐ-CP, annex I), and
whichever column or line is read first, nothing is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sohoa.text.normal import fold, nfc, one_line

RUNNING_KINDS = frozenset({"to", "basis", "verdict", "para", "section", "heading", "table", "marker"})
"""Blocks of a sample page that stand in one column; all others are header, footer or page number."""
UNPRINTED_KINDS = frozenset({"stamp", "seal"})

_RUNNING_LETTERS = 45
"""A line of running text is longer than this; in the header each column has less than half the width."""
_COLUMNS = re.compile(r"\S[ \t]{3,}\S")
_FOOT = re.compile(r"noi nhan\b|(tm|kt|tl|tuq|t/m|k/t|t/l)[. ]")


@dataclass(frozen=True, slots=True)
class Zoned:
    """What should be read on a page: `running` in order, the words of `free` in any order; NFC, single blanks."""

    running: str
    free: str

    @property
    def empty(self) -> bool:
        return not self.running and not self.free


def zones_of_blocks(blocks: Iterable[tuple[str, str]]) -> Zoned:
    """From the (kind, text) blocks of a sample page in reading order."""
    running, free = [], []
    for kind, text in blocks:
        if kind in RUNNING_KINDS:
            running.append(text)
        elif kind not in UNPRINTED_KINDS:
            free.append(text)
    return Zoned(one_line(" ".join(running)), one_line(" ".join(free)))


def zones_of_text(text: str) -> Zoned:
    """From plain text, a printed line a line.

    Running text begins at the first line that is longer than 45 characters, has no gap of three blanks inside and is
    mostly lower case; it ends after the last such line, or before «Nơi nhận», TM., KT., TL., TUQ. where that comes first.
    A page without such a line is order-free as a whole.
    """
    lines = [line for line in nfc(text).splitlines() if line.strip()]
    begin = next((i for i, line in enumerate(lines) if _runs(line)), len(lines))
    end = begin
    for i in range(begin, len(lines)):
        if _FOOT.match(fold(one_line(lines[i])) + " "):
            break
        if _runs(lines[i]) or _ends_paragraph(lines, i, end):
            end = i + 1
    return Zoned(one_line(" ".join(lines[begin:end])), one_line(" ".join([*lines[:begin], *lines[end:]])))


def _runs(line: str) -> bool:
    bare = one_line(line)
    letters = [c for c in bare if c.isalpha()]
    small = sum(c.islower() for c in letters)
    return len(bare) > _RUNNING_LETTERS and not _COLUMNS.search(line.strip()) and small > 0.6 * len(letters)


def _ends_paragraph(lines: list[str], i: int, end: int) -> bool:
    """The short last line of a paragraph belongs to it when it follows running text directly."""
    return i == end and one_line(lines[i]).endswith((".", "./.", ";", ":"))
