"""Normal form and folding: the two spellings under which a word is found."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_MARKS = "".join(chr(c) for c in (0x300, 0x301, 0x303, 0x309, 0x323))
_TONED_PAIR = re.compile(rf"(?<![qQ])([oOuU])([aAeEyY])([{_MARKS}])(?![a-zA-Z{_MARKS}])")


def nfc(text: str) -> str:
    """The text in Unicode NFC, as it is kept everywhere."""
    return unicodedata.normalize("NFC", text)


def one_line(text: str) -> str:
    """NFC with every run of white space as one blank, none at the ends."""
    return _SPACES.sub(" ", nfc(text)).strip()


def fold(text: str) -> str:
    """Lower case without diacritics, đ as d: «Đảng bộ» → «dang bo». Length may change."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    bare = "".join(c for c in decomposed if unicodedata.category(c) != "Mn")
    return unicodedata.normalize("NFC", bare.replace("đ", "d"))


def one_tone_place(text: str) -> str:
    """Lower-cased NFC with oa, oe, uy toned on the first vowel, so that hoà/hòa and thuý/thúy are one word.

    Only an open syllable has two spellings (hoà/hòa; but always hoàn), and `qu` is a consonant (quý).
    """
    decomposed = unicodedata.normalize("NFD", text.lower())
    # NFD puts the tone after its vowel: o a ◌̀ → o ◌̀ a.
    return unicodedata.normalize("NFC", _TONED_PAIR.sub(r"\1\3\2", decomposed))
