"""Which inventory line a scan belongs to: by its name, else by what was read on it. Unsure is no match."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final
from weakref import WeakKeyDictionary

from rapidfuzz import fuzz

from sohoa.intake.inventory.model import Inventory, InventoryLine
from sohoa.intake.lookups import TOKENS, NameIndex, Tokens, bare, number_of
from sohoa.intake.units import Unit
from sohoa.text.normal import fold

ACCEPT: Final = 0.72
"""Least score (0–1) of a match by content."""
MARGIN: Final = 0.10
"""By how much the second best must be worse."""
_SUBJECT_SHARE: Final = 0.55
_NUMBER: Final = re.compile(r"^\s*(\d{1,5}[a-z]?)\b")
_LEADING: Final = re.compile(r"^\s*\d{1,5}[a-zA-Z]?\s*[-/]?\s*(?:(?:19|20)\d\d\s*/)?\s*")


def match_by_name(unit: Unit, inventory: Inventory) -> InventoryLine | None:
    """The line whose file name, record code, `fileCode.ordinal` or notation the unit's name gives; None when two could be meant.

    A notation alone (`638-KH-TU.pdf`) counts only when it is unique in the dossier that the path names, else in the
    whole inventory: Party numbers repeat.
    """
    index = _index(inventory)
    # The name of a page says nothing of the record, unless the inventory lists just this file.
    first = unit.members[0].name
    dossier = index.dossier(unit.name) or index.dossier(first)
    return (
        index.by_file(unit.name, dossier)
        or (index.by_file(first, dossier, whole=True) if unit.kind == "images" else None)
        or index.by_code(unit.name, dossier)
        or index.by_notation(unit.name, dossier)
        or index.by_words(unit.name, dossier)
    )


def dossier_in_path(name: str, inventory: Inventory) -> str | None:
    """The file code of the one dossier that a folder of the path, or the beginning of its last part, names."""
    return _index(inventory).dossier(name)


def match_by_content(
    candidates: Sequence[InventoryLine],
    *,
    number: str | None = None,
    notation: str | None = None,
    issued_date: str | None = None,
    subject: str | None = None,
    dossier: str | None = None,
) -> tuple[InventoryLine, float] | None:
    """The line that fits what was read, with its score (0–1); None when none fits well or the second best is near.

    Subject, type and body of the notation, month and year decide; the number and the day, mostly handwritten and
    misread, only help. A dossier restricts the candidates to its lines when it has any.
    """
    if dossier is not None:
        own = [c for c in candidates if c.dossier_code == dossier]
        candidates = own or candidates
    read = _Read.of(number, notation, issued_date, subject)
    if read is None:
        return None
    best: tuple[float, InventoryLine] | None = None
    second = 0.0
    for line in candidates:
        score = read.score(line)
        if best is None or score > best[0]:
            second = best[0] if best else 0.0
            best = (score, line)
        elif score > second:
            second = score
    if best is None or best[0] < ACCEPT or best[0] - second < MARGIN:
        return None
    return best[1], round(min(1.0, best[0]), 4)


class _Read:
    """What was read on a record, made comparable."""

    def __init__(self, number: str | None, symbol: Tokens, date: str, subject: str) -> None:
        self.number, self.symbol, self.date, self.subject = number, symbol, date, subject
        self.words = _words(subject)

    @classmethod
    def of(cls, number: str | None, notation: str | None, date: str | None, subject: str | None) -> _Read | None:
        """None when there is too little to decide on: a subject, or a notation with a month, is needed."""
        folded = _plain(subject or "")
        whole = fold(notation or "")
        own = _NUMBER.match(fold(number or "")) or _NUMBER.match(whole)
        symbol = _symbol(notation or "")
        read = cls(own[1].lstrip("0") if own else None, symbol, date or "", folded if len(folded) >= 8 else "")
        return read if read.subject or (read.symbol and len(read.date) >= 7) else None

    def score(self, line: InventoryLine) -> float:
        """The weighted mean (0–1) of what can be compared, less what contradicts, and a little more for an equal number.

        0 for a line that cannot reach `ACCEPT - MARGIN` however well its subject fits: subjects are slow to compare.
        """
        date, symbol = self._date(line), self._symbol(line)
        bonus = 0.0
        theirs = number_of(line) if self.number else None
        if theirs and (date[0] is None or date[0] > 0):
            bonus = 0.12 if self.number == theirs else -0.03
        most = self._mean(date, symbol, (1.0, _SUBJECT_SHARE) if self.subject and line.subject else (None, 0.0))
        if most + bonus < ACCEPT - MARGIN:
            return 0.0
        mean = self._mean(date, symbol, self._subject(line))
        return max(0.0, mean + bonus) if mean else 0.0

    @staticmethod
    def _mean(*parts: tuple[float | None, float]) -> float:
        """Of what is known; a subject alone, or a notation and month alone, must be better to count as much."""
        known = [(value, share) for value, share in parts if value is not None]
        return sum(v * s for v, s in known) / max(sum(s for _, s in known), 0.75) if known else 0.0

    def _subject(self, line: InventoryLine) -> tuple[float | None, float]:
        theirs = _plain(line.subject or "")
        if not self.subject or len(theirs) < 8:
            return None, 0.0
        words, other = self.words, _words(theirs)
        # Folded words are mostly read right: texts that share few of them are different.
        if len(words & other) < 0.3 * min(len(words), len(other)):
            return 0.0, _SUBJECT_SHARE
        # What was read may be cut short, or run on into the next line of the page.
        shorter = min(len(self.subject), len(theirs))
        part = fuzz.partial_ratio(self.subject, theirs) * 0.95 if shorter >= 20 else 0.0
        near = max(fuzz.ratio(self.subject, theirs), part, fuzz.token_sort_ratio(self.subject, theirs)) / 100
        return max(0.0, (near - 0.4) / 0.6), _SUBJECT_SHARE

    def _symbol(self, line: InventoryLine) -> tuple[float | None, float]:
        theirs = _symbol(line.notation or "")
        if not self.symbol or not theirs:
            return None, 0.0
        if self.symbol == theirs:
            return 1.0, 0.25
        near = fuzz.ratio(" ".join(self.symbol), " ".join(theirs)) / 100
        return max(0.0, (near - 0.5) * 1.6), 0.25

    def _date(self, line: InventoryLine) -> tuple[float | None, float]:
        mine, theirs = self.date, line.issued_date or (str(line.year) if line.year else "")
        if len(mine) < 4 or len(theirs) < 4:
            return None, 0.0
        if mine[:4] != theirs[:4]:
            return -1.0, 0.2
        if len(mine) < 7 or len(theirs) < 7:
            return 0.7, 0.1
        if mine[:7] != theirs[:7]:
            return -0.2, 0.2
        return (1.0 if mine == theirs else 0.85), 0.2


_indices: WeakKeyDictionary[Inventory, NameIndex] = WeakKeyDictionary()


def _index(inventory: Inventory) -> NameIndex:
    index = _indices.get(inventory)
    if index is None:
        index = _indices[inventory] = NameIndex(inventory)
    return index


@lru_cache(maxsize=200_000)
def _plain(text: str) -> str:
    return " ".join(t for t in TOKENS.split(fold(text)) if t).removeprefix("v v ").removeprefix("ve viec ")


@lru_cache(maxsize=200_000)
def _words(plain: str) -> frozenset[str]:
    return frozenset(plain.split())


@lru_cache(maxsize=200_000)
def _symbol(notation: str) -> Tokens:
    """The notation without its number and year: `638-KH/TU` → kh, tu."""
    return bare(_LEADING.sub("", notation))
