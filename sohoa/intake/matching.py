"""Which inventory line a scan belongs to: by its name, else by what was read on it. Unsure is no match."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Final
from weakref import WeakKeyDictionary

from rapidfuzz import fuzz

from sohoa.intake.inventory.model import Inventory, InventoryLine
from sohoa.intake.units import Unit
from sohoa.text.normal import fold

ACCEPT: Final = 0.72
"""Least score (0–1) of a match by content."""
MARGIN: Final = 0.10
"""By how much the second best must be worse."""
_TOKENS: Final = re.compile(r"[^0-9a-z]+")
_NUMBER: Final = re.compile(r"^\s*(\d{1,5}[a-z]?)\b")
_LEADING: Final = re.compile(r"^\s*\d{1,5}[a-zA-Z]?\s*[-/]?\s*(?:(?:19|20)\d\d\s*/)?\s*")

Tokens = tuple[str, ...]


def match_by_name(unit: Unit, inventory: Inventory) -> InventoryLine | None:
    """The line whose file name, record code, `fileCode.ordinal` or notation the unit's name gives; None when two could be meant.

    A notation alone (`638-KH-TU.pdf`) counts only when it is unique in the dossier that the path names, else in the
    whole inventory: Party numbers repeat.
    """
    index = _index(inventory)
    names = dict.fromkeys([unit.name, *(m.name for m in unit.members[:1])])
    dossier = next(filter(None, (_dossier(index, n) for n in names)), None)
    for name in names:
        line = index.by_file(name, dossier) or index.by_code(name, dossier)
        if line is not None:
            return line
    for name in names:
        line = index.by_notation(name, dossier)
        if line is not None:
            return line
    return None


def dossier_in_path(name: str, inventory: Inventory) -> str | None:
    """The file code of the one dossier that a folder of the path, or the beginning of its last part, names."""
    return _dossier(_index(inventory), name)


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
        """The weighted mean (0–1) of what can be compared, less what contradicts, and a little more for an equal number."""
        total = weight = 0.0
        date = self._date(line)
        for value, share in (self._subject(line), self._symbol(line), date):
            if value is not None:
                total, weight = total + value * share, weight + share
        # A subject alone, or a notation and month alone, must be better to count as much.
        score = total / max(weight, 0.75) if weight else 0.0
        theirs = _number(line)
        if self.number and theirs and (date[0] is None or date[0] > 0):
            score += 0.12 if self.number == theirs else -0.03
        return max(0.0, score)

    def _subject(self, line: InventoryLine) -> tuple[float | None, float]:
        theirs = _plain(line.subject or "")
        if not self.subject or len(theirs) < 8:
            return None, 0.0
        whole = fuzz.ratio(self.subject, theirs)
        # What was read may be cut short, or run on into the next line of the page.
        shorter = min(len(self.subject), len(theirs))
        part = fuzz.partial_ratio(self.subject, theirs) * 0.95 if shorter >= 20 else 0.0
        tokens = fuzz.token_sort_ratio(self.subject, theirs)
        near = max(whole, part, tokens) / 100
        return max(0.0, (near - 0.4) / 0.6), 0.55

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


class _Index:
    """Lookups over one inventory, built once."""

    def __init__(self, inventory: Inventory) -> None:
        self.files: dict[str, list[InventoryLine]] = defaultdict(list)
        self.codes: dict[Tokens, list[InventoryLine]] = defaultdict(list)
        self.notations: dict[Tokens, list[InventoryLine]] = defaultdict(list)
        self.dossiers: dict[Tokens, list[str]] = defaultdict(list)
        codes = dict.fromkeys([d.code for d in inventory.dossiers])
        for line in inventory.lines:
            if line.dossier_code:
                codes.setdefault(line.dossier_code)
            if line.file_name:
                self.files[_stem(line.file_name)].append(line)
            if line.record_code:
                self.codes[_bare(line.record_code)].append(line)
            if line.dossier_code and line.ordinal is not None:
                self.codes[(*_bare(line.dossier_code), str(line.ordinal))].append(line)
            if line.notation and _number(line):
                self.notations[_bare(line.notation)].append(line)
        for code in codes:
            self.dossiers[_bare(code)].append(code)

    def by_file(self, name: str, dossier: str | None) -> InventoryLine | None:
        """By the column of file names; where names repeat, the longest common ending of the path decides."""
        lines = self.files.get(_stem(name), []) or self.files.get(_stem(name + ".x"), [])
        if len(lines) > 1:
            path = [fold(p) for p in PurePosixPath(name).parent.parts][::-1]
            common = [_common(path, [fold(p) for p in _path(x.file_name or "").parent.parts][::-1]) for x in lines]
            lines = [x for x, n in zip(lines, common, strict=True) if n == max(common)]
        return _only(lines, dossier)

    def by_code(self, name: str, dossier: str | None) -> InventoryLine | None:
        """By the record's code or `fileCode.ordinal` (TT 05/2025: the name of a scan)."""
        for text in (PurePosixPath(name).name, _stem(name)):
            lines = self.codes.get(_bare(text), [])
            if lines:
                return _only(lines, dossier)
        if dossier is None:
            return None
        # In the dossier's own folder the ordinal alone names the record: `H49.12/0003.pdf`.
        stem = _bare(_stem(name))
        if len(stem) == 1 and stem[0].isdigit() and "/" in name:
            return _only(self.codes.get((*_bare(dossier), stem[0]), []), dossier)
        return None

    def by_notation(self, name: str, dossier: str | None) -> InventoryLine | None:
        """By the notation at the beginning of the last part; more words may follow."""
        tokens = _bare(_stem(name))
        for length in range(len(tokens), 1, -1):
            lines = self.notations.get(tokens[:length], [])
            if lines:
                if dossier is None and len(lines) > 1:
                    years = {p for p in PurePosixPath(name).parts[:-1] if re.fullmatch(r"(19|20)\d\d", p)}
                    lines = [x for x in lines if str(x.year) in years] or lines
                return _only(lines, dossier)
        return None


def _only(lines: Iterable[InventoryLine], dossier: str | None) -> InventoryLine | None:
    """The one line, within the dossier when one is known; None when there are several."""
    found = list(lines)
    if dossier is not None:
        found = [x for x in found if x.dossier_code in (dossier, None)]
    return found[0] if len(found) == 1 else None


_indices: WeakKeyDictionary[Inventory, _Index] = WeakKeyDictionary()


def _index(inventory: Inventory) -> _Index:
    index = _indices.get(inventory)
    if index is None:
        index = _indices[inventory] = _Index(inventory)
    return index


def _dossier(index: _Index, name: str) -> str | None:
    """The nearest folder above that is a file code wins; then a last part that begins with one."""
    *folders, last = name.split("/")
    for part in reversed(folders):
        codes = index.dossiers.get(_bare(part)) or index.dossiers.get(_bare(_without_word(part)))
        if codes:
            return codes[0] if len(codes) == 1 else None
    for text in (last, PurePosixPath(last).stem):
        tokens = _bare(text)
        for length in range(len(tokens), 1, -1):
            codes = index.dossiers.get(tokens[:length])
            # A short code such as `12` would be found in any number.
            if codes and len(codes) == 1 and sum(map(len, tokens[:length])) >= 4:
                return codes[0]
    return None


def _without_word(part: str) -> str:
    """`Hồ sơ số 12`, `HS 12`, `DVBQ-12` → `12`."""
    return re.sub(r"^(ho so( so)?|hs|dvbq|don vi bao quan)[\s._-]*", "", fold(part))


def _common(one: list[str], other: list[str]) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _path(name: str) -> PurePosixPath:
    return PurePosixPath(name.replace("\\", "/").strip())


@lru_cache(maxsize=100_000)
def _stem(name: str) -> str:
    """Last part without its suffix, folded; only a suffix of up to four letters is one (`07.BC` is no suffix of `12.07.BC`)."""
    last = _path(name).name
    head, dot, suffix = last.rpartition(".")
    known = suffix.lower() in {"pdf", "tif", "tiff", "jpg", "jpeg", "png", "jp2", "j2k", "zip", "x"}
    return fold(head if dot and head and known else last).strip()


@lru_cache(maxsize=200_000)
def _bare(text: str) -> Tokens:
    """Letters and digits only, folded, zeros before numbers dropped: `638-KH/TU` and `638_kh_tu` are the same."""
    return tuple(t.lstrip("0") or "0" if t.isdigit() else t for t in _TOKENS.split(fold(text)) if t)


@lru_cache(maxsize=200_000)
def _plain(text: str) -> str:
    return " ".join(t for t in _TOKENS.split(fold(text)) if t).removeprefix("v v ").removeprefix("ve viec ")


@lru_cache(maxsize=200_000)
def _symbol(notation: str) -> Tokens:
    """The notation without its number and year: `638-KH/TU` → kh, tu."""
    return _bare(_LEADING.sub("", notation))


def _number(line: InventoryLine) -> str | None:
    own = _NUMBER.match(fold(line.number or "")) or _NUMBER.match(fold(line.notation or ""))
    return own[1].lstrip("0") if own else None
