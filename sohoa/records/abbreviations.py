"""Abbreviations of a notation as they were read: whether one is clean, and whether it is a known one misread."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

# What stands in an abbreviation: capitals without tones, a few small letters after one (TTr, ThU, QyĐ), digits at the end.
CLEAN = re.compile(r"(?:[A-ZĐƯƠÂÔÊ][rghyi]?)+\d*")
_NOISE = re.compile(r"[^A-ZĐƯƠÂÔÊ]")
# Letters that the engine takes for one another in capitals.
_ALIKE = ("DĐPBO0Q", "I1LTJĨÌÍỈ7", "UƯÙÚỦŨỤV", "HNKM", "CGO0", "BE8", "S5", "KH", "TYP")


def agreement(read: str, wanted: str) -> float:
    """1 exact, 0.93 but for marks and case, 0.7 with one look-alike letter; else 0."""
    if read == wanted:
        return 1.0
    if bare(read) == bare(wanted):
        return 0.93
    if len(wanted) < 2 or len(read) > len(wanted) + 1 or not any(c.isupper() for c in read):
        return 0.0
    a, b = bare(read), bare(wanted)
    if _single(a) == _single(b):
        return 0.85
    if len(a) == len(b):
        wrong = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
        if len(wrong) == 1 and _look_alike(*wrong[0]):
            return 0.7
        if len(wrong) == 1 and len(b) >= 4:
            return 0.6
    return 0.55 if len(b) >= 4 and Levenshtein.distance(a, b) == 1 else 0.0


def _look_alike(a: str, b: str) -> bool:
    return any(a in group and b in group for group in _ALIKE)


def _single(text: str) -> str:
    """Without letters read twice: QDD → QD."""
    return "".join(c for i, c in enumerate(text) if i == 0 or c != text[i - 1])


@lru_cache(maxsize=8192)
def bare(text: str) -> str:
    """Capitals without tones; Đ as D, Ư as U."""
    decomposed = unicodedata.normalize("NFD", text.upper().replace("Đ", "D"))
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn")


def misread(read: str, wanted: str, doubtful: bool) -> bool:
    """Whether one character that cannot stand there, or under doubt one look-alike letter, hides what is wanted.

    Letters are never put in: TCKH is not what is left of PTCKH.
    """
    if len(read) == len(wanted):
        wrong = [i for i, (a, b) in enumerate(zip(bare(read), bare(wanted), strict=True)) if a != b]
        if len(wrong) != 1:
            return False
        at = wrong[0]
        return bool(_NOISE.match(read[at])) or (doubtful and _look_alike(bare(read)[at], bare(wanted)[at]))
    return not CLEAN.fullmatch(read) and bare(_NOISE.sub("", read)) == bare(wanted)


def plain(read: str) -> str:
    """Tones fall away (no abbreviation carries one); Đ, Ư and lower-case letters stay."""
    kept = []
    for letter in read:
        if letter in "ĐđƯư":
            kept.append(letter)
        else:
            kept.append(unicodedata.normalize("NFD", letter)[0])
    return "".join(kept)
