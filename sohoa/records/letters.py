"""Comparing text as a machine read it with text as it should be: keys, capitals, likeness."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import fuzz

from sohoa.text.normal import fold, nfc

DOUBTFUL = 0.6
"""Confidence of a word under which a reading that would do as it stands may be a misread one."""
_NOT_KEY = re.compile(r"[^a-z0-9]+")
_EDGE = " \t.,;:'\"`´‘’“”«»|¦~^*_•·-–—=+<>\\"
# Đ is often typed or read as the Icelandic letter that looks the same.
_ETH = str.maketrans({"Ð": "Đ", "ð": "đ", "⁄": "/", "∕": "/", "‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-"})


def tidy(text: str) -> str:
    """NFC with look-alike letters, slashes and hyphens as the usual ones. Keeps the length of NFC text."""
    return nfc(text).translate(_ETH)


@lru_cache(maxsize=16384)
def key(text: str) -> str:
    """Only the bare letters and digits: «V/v Số: 12» → «vvso12»; what noise in marks and blanks cannot change."""
    return _NOT_KEY.sub("", fold(tidy(text)))


def likeness(a: str, b: str) -> float:
    """How alike two texts are without marks and blanks, 0–1."""
    left, right = key(a), key(b)
    if not left or not right:
        return 0.0
    return float(fuzz.ratio(left, right)) / 100


def capitals(text: str) -> float:
    """Share of capital letters among the letters, 0–1; 0 where there are no letters."""
    letters = [c for c in text if c.isalpha()]
    return sum(c.isupper() for c in letters) / len(letters) if letters else 0.0


def trim(text: str) -> str:
    """Without the specks and rules that are read as signs at both ends."""
    return tidy(text).strip(_EDGE)


def has_letters(text: str, least: int = 2) -> bool:
    """Whether at least `least` letters are in it."""
    return sum(c.isalpha() for c in text) >= least
