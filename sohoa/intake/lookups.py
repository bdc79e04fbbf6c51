"""Lookups by name over one inventory: file names, record codes, notations, file codes of dossiers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Final

from sohoa.intake.inventory.model import Inventory, InventoryLine
from sohoa.text.normal import fold

TOKENS: Final = re.compile(r"[^0-9a-z]+")
_NUMBER: Final = re.compile(r"^\s*(\d{1,5}[a-z]?)\b")
_SUFFIXES: Final = frozenset({"pdf", "tif", "tiff", "jpg", "jpeg", "png", "jp2", "j2k", "zip"})
# What copying and scanning again add to a name.
_AGAIN: Final = re.compile(
    r"(?:[\s_.-]*(?:\(\d+\)|~\d+|[\s_-](?:copy|ban sao|quet lai|scan lai|rescan|ban moi)(?:\s*\d+)?))+$"
)
_SPOKEN: Final = re.compile(r"\bso[\s._]*(\d{1,5}[a-z]?)\b")
_DAY: Final = re.compile(r"(?<!\d)(\d{1,2})[-._ /](\d{1,2})[-._ /](\d{4})(?!\d)")

Tokens = tuple[str, ...]


class NameIndex:
    """Lookups over one inventory, built once."""

    def __init__(self, inventory: Inventory) -> None:
        self.files: dict[str, list[InventoryLine]] = defaultdict(list)
        self.codes: dict[Tokens, list[InventoryLine]] = defaultdict(list)
        self.notations: dict[Tokens, list[InventoryLine]] = defaultdict(list)
        self.dossiers: dict[Tokens, list[str]] = defaultdict(list)
        self.days: dict[tuple[str, str], list[InventoryLine]] = defaultdict(list)
        codes = dict.fromkeys([d.code for d in inventory.dossiers])
        for line in inventory.lines:
            if line.dossier_code:
                codes.setdefault(line.dossier_code)
            if line.file_name:
                self.files[stem(line.file_name)].append(line)
            if line.record_code:
                self.codes[bare(line.record_code)].append(line)
            if line.dossier_code and line.ordinal is not None:
                self.codes[(*bare(line.dossier_code), str(line.ordinal))].append(line)
            if line.notation and number_of(line):
                self.notations[bare(line.notation)].append(line)
            if (number := number_of(line)) and line.issued_date:
                self.days[number, line.issued_date].append(line)
        for code in codes:
            self.dossiers[bare(code)].append(code)

    def by_file(self, name: str, dossier: str | None, *, whole: bool = False) -> InventoryLine | None:
        """By the column of file names; where names repeat, the longest common ending of the path decides.

        `whole`: only with the same suffix.
        """
        lines = self.files.get(stem(name), []) or self.files.get(first_copy(stem(name)), [])
        if whole:
            last = fold(PurePosixPath(name).name)
            lines = [x for x in lines if fold(_path(x.file_name or "").name) == last]
        if len(lines) > 1:
            path = [fold(p) for p in PurePosixPath(name).parent.parts][::-1]
            common = [_common(path, [fold(p) for p in _path(x.file_name or "").parent.parts][::-1]) for x in lines]
            lines = [x for x, n in zip(lines, common, strict=True) if n == max(common)]
        return _only(lines, dossier)

    def by_code(self, name: str, dossier: str | None) -> InventoryLine | None:
        """By the record's code or `fileCode.ordinal` (TT 05/2025: the name of a scan)."""
        for text in dict.fromkeys((PurePosixPath(name).name, stem(name), first_copy(stem(name)))):
            lines = self.codes.get(bare(text), [])
            if lines:
                return _only(lines, dossier)
        if dossier is None:
            return None
        # In the dossier's own folder the ordinal alone names the record: `H49.12/0003.pdf`.
        tokens = bare(first_copy(stem(name)))
        if len(tokens) == 1 and tokens[0].isdigit() and "/" in name:
            return _only(self.codes.get((*bare(dossier), tokens[0]), []), dossier)
        return None

    def by_notation(self, name: str, dossier: str | None) -> InventoryLine | None:
        """By the notation at the beginning of the last part; more words may follow."""
        tokens = bare(stem(name))
        for length in range(len(tokens), 1, -1):
            lines = self.notations.get(tokens[:length], [])
            if lines:
                if dossier is None and len(lines) > 1:
                    years = {p for p in PurePosixPath(name).parts[:-1] if re.fullmatch(r"(19|20)\d\d", p)}
                    lines = [x for x in lines if str(x.year) in years] or lines
                return _only(lines, dossier)
        return None

    def by_words(self, name: str, dossier: str | None) -> InventoryLine | None:
        """By number and day in a spoken name, `Quyết định số 12 ngày 5-3-2015`; a type in it must agree."""
        text = stem(name)
        number, day = _SPOKEN.search(text), _DAY.search(text)
        if number is None or day is None:
            return None
        date = f"{day[3]}-{int(day[2]):02d}-{int(day[1]):02d}"
        lines = self.days.get((number[1].lstrip("0"), date), [])
        said = [x for x in lines if x.type and text.startswith(fold(x.type))]
        return _only(said or [x for x in lines if not x.type], dossier)

    def dossier(self, name: str) -> str | None:
        """The nearest folder above that is a file code wins; then a last part that begins with one."""
        *folders, last = name.split("/")
        for part in reversed(folders):
            codes = self.dossiers.get(bare(part)) or self.dossiers.get(bare(_without_word(part)))
            if codes:
                return codes[0] if len(codes) == 1 else None
        for text in (last, PurePosixPath(last).stem):
            tokens = bare(text)
            for length in range(len(tokens), 1, -1):
                codes = self.dossiers.get(tokens[:length])
                # A short code such as `12` would be found in any number.
                if codes and len(codes) == 1 and sum(map(len, tokens[:length])) >= 4:
                    return codes[0]
        return None


def _only(lines: Iterable[InventoryLine], dossier: str | None) -> InventoryLine | None:
    """The one line, within the dossier when one is known; None when there are several."""
    found = list(lines)
    if dossier is not None:
        found = [x for x in found if x.dossier_code in (dossier, None)]
    return found[0] if len(found) == 1 else None


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
def stem(name: str) -> str:
    """Last part without the suffix of a scan, folded; `.BC` is no suffix of `12.07.BC`."""
    last = _path(name).name
    head, dot, suffix = last.rpartition(".")
    return fold(head if dot and head and suffix.lower() in _SUFFIXES else last).strip()


def first_copy(name: str) -> str:
    """A folded name without what copying or scanning again added to it: `a - copy (2)`, `a_quet lai` → `a`."""
    return _AGAIN.sub("", name) or name


@lru_cache(maxsize=200_000)
def bare(text: str) -> Tokens:
    """Letters and digits only, folded, zeros before numbers dropped: `638-KH/TU` and `638_kh_tu` are the same."""
    return tuple(t.lstrip("0") or "0" if t.isdigit() else t for t in TOKENS.split(fold(text)) if t)


def number_of(line: InventoryLine) -> str | None:
    """The line's number without leading zeros."""
    return _leading_number(line.number or "") or _leading_number(line.notation or "")


@lru_cache(maxsize=200_000)
def _leading_number(text: str) -> str | None:
    match = _NUMBER.match(fold(text))
    return match[1].lstrip("0") if match else None
