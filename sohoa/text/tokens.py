"""One tokenizer for indexing, searching and marking: words with their place in the text, exact and folded.

A token is a run of letters and digits. A notation such as 638-KH/TU is the three tokens 638, kh, tu in a row:
searching it whole is searching that phrase, and each part is found by itself.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from sohoa.text.normal import fold, one_tone_place

LONGEST = 64
"""Letters in one token; a longer run (noise, a barcode) is cut, so that no index refuses it."""

# Combining marks belong to the letter before them, so that text in NFD is cut at the same places.
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")


class Token(NamedTuple):
    """One word: its exact form (lower case, NFC, one tone place), its folded form, and its offsets in the text."""

    exact: str
    folded: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The words of a text in order; offsets count characters of the text as given (NFC or NFD)."""
    found: list[Token] = []
    for match in _WORD.finditer(text):
        word, start = match.group(), match.start()
        if len(word) <= LONGEST:
            found.append(Token(*spellings(word), start, match.end()))
            continue
        for cut in range(0, len(word), LONGEST):
            piece = word[cut : cut + LONGEST]
            found.append(Token(*spellings(piece), start + cut, start + cut + len(piece)))
    return found


@lru_cache(maxsize=100_000)
def spellings(word: str) -> tuple[str, str]:
    """Exact and folded form of one word."""
    return one_tone_place(word), fold(word) or word.lower()


def has_diacritics(word: str) -> bool:
    """True when the word carries a mark or a đ, so that its writer meant them."""
    lowered = unicodedata.normalize("NFC", word.lower())
    return fold(lowered) != lowered
