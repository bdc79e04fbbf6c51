"""Parent and issuing body (cơ quan cấp trên, cơ quan ban hành) from the lines of the left column."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sohoa.models import Field
from sohoa.records.dates import province_like
from sohoa.records.layout import Piece, field
from sohoa.records.letters import key, likeness, trim
from sohoa.records.rules import Rules
from sohoa.text.normal import fold

_BEFORE_NAMES = ("tinh", "huyen", "xa", "phuong", "pho", "tran", "quan", "thi")
_JUNK = re.compile(r"[^\w\s,\-–().&/]|_")


def find_bodies(left: Sequence[Piece], rules: Rules) -> tuple[Field | None, Field | None]:
    """Parent body and issuing body. One body alone is the issuing one; of more, the last is."""
    groups: list[list[Piece]] = []
    for line in left:
        if groups and not _begins(line, groups[-1], rules):
            groups[-1].append(line)
        else:
            groups.append([line])
    fields = [_field(group, rules) for group in groups]
    named = [f for f in fields if f]
    if not named:
        return None, None
    return (named[-2] if len(named) > 1 else None), named[-1]


def mend(text: str, rules: Rules) -> str:
    """A name in capitals with its marks put back where the letters leave no choice: TINH QUANG NGAI → TỈNH QUẢNG NGÃI."""
    lexicon = _lexicon(rules)
    words = []
    named = False
    for word in text.split():
        known = () if named else lexicon.get(key(word), ())
        # What follows is a name of its own: HUYỆN BA TO is no TỔ.
        named = named or key(word) in _BEFORE_NAMES
        named = named and key(word) not in ("uy", "doan")
        words.append(_like(word, known[0]) if len(known) == 1 else word)
    value = " ".join(words)
    return _place_mended(value, rules)


def _begins(line: Piece, group: Sequence[Piece], rules: Rules) -> bool:
    """Whether this line begins a new body: it begins like one, and the one before is complete."""
    text = fold(_clean(line.text))
    heads = sorted((fold(h) for h in rules.bodies.heads), key=len, reverse=True)
    head = next((h for h in heads if text == h or text.startswith(h + " ") or likeness(text[: len(h)], h) > 0.92), None)
    if head is None:
        return False
    before = fold(_clean(group[-1].text))
    # «VĂN PHÒNG» or «ĐẢNG ỦY» alone on its line goes on in the next.
    return before not in heads or before in ("hdnd", "quoc hoi", "chinh phu", "thu tuong chinh phu")


def _field(group: Sequence[Piece], rules: Rules) -> Field | None:
    text = trim(" ".join(_clean(p.text) for p in group))
    if len(key(text)) < 4:
        return None
    known = mend(text, rules)
    strength = 0.97 if known == text else 0.9
    return field(known, list(group), strength)


def _clean(text: str) -> str:
    words = _JUNK.sub(" ", text).split()
    # Specks of one small letter or sign at the ends; «Y TẾ» keeps its Y.
    while words and (len(key(words[-1])) == 0 or (len(words[-1]) == 1 and not words[-1].isupper())):
        words.pop()
    while words and (len(key(words[0])) == 0 or (len(words[0]) == 1 and not words[0].isupper())):
        words.pop(0)
    return " ".join(words)


def _lexicon(rules: Rules) -> dict[str, tuple[str, ...]]:
    """The known words by their bare letters; with two (VỤ and VŨ) there is a choice, and nothing is mended."""
    found: dict[str, tuple[str, ...]] = {}
    for word in dict.fromkeys(rules.bodies.words):
        found[key(word)] = (*found.get(key(word), ()), word)
    return found


def _like(word: str, known: str) -> str:
    """The known spelling inside the signs that stand around the word."""
    letters = re.search(r"\w+", word)
    if not letters or key(letters.group()) != key(known):
        return word
    return word[: letters.start()] + known + word[letters.end() :]


def _place_mended(value: str, rules: Rules) -> str:
    """The name with the province at its end, or inside it, as it is spelled."""
    words = value.split()
    for size in (3, 2):
        for at in range(len(words) - size, 0, -1):
            province = province_like(" ".join(words[at : at + size]), rules)
            if province and len(province.split()) == size:
                return " ".join([*words[:at], province.upper(), *words[at + size :]])
    return value
