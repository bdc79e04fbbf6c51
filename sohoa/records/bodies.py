"""Parent and issuing body (cơ quan cấp trên, cơ quan ban hành) from the lines of the left column."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from sohoa.models import Field
from sohoa.records.dates import province_like
from sohoa.records.layout import Piece, field
from sohoa.records.letters import DOUBTFUL, key, likeness, trim
from sohoa.records.rules import Rules
from sohoa.text.normal import fold, one_tone_place
from sohoa.text.syllables import plausible
from sohoa.text.tokens import has_diacritics

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


def mend(text: str, rules: Rules, doubtful: Collection[str] = ()) -> str:
    """A name in capitals with its marks put back where the letters leave no choice: TINH QUANG NGAI → TỈNH QUẢNG NGÃI.

    A word that is a word as it was read stays, SỐ is no SỞ; a mend needs evidence of a misreading: the whole name came
    without its marks, the word is no Vietnamese syllable, its key is among the `doubtful` (read with low confidence), or
    it stands in a phrase that has one reading only.
    """
    words = text.split()
    bare = _lost_its_marks(words)
    free = [bare or key(w) in doubtful or not plausible(_letters(w)) for w in words]
    lexicon = _lexicon(rules)
    mended = []
    named = False
    for word, open_ in zip(words, free, strict=True):
        known = () if named else lexicon.get(key(word), ())
        # What follows is a name of its own: HUYỆN BA TO is no TỔ.
        named = named or key(word) in _BEFORE_NAMES
        named = named and key(word) not in ("uy", "doan")
        same = len(known) == 1 and one_tone_place(_letters(word)) == one_tone_place(known[0])
        mended.append(_like(word, known[0]) if len(known) == 1 and (open_ or same) else word)
    placed = _place_mended(mended, free, rules)
    _phrases_mended(placed, rules)
    return " ".join(placed)


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
    doubtful = {key(w.text) for p in group for w in p.words if w.confidence < DOUBTFUL}
    known = mend(text, rules, doubtful)
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


def _letters(word: str) -> str:
    """The letters between the signs that stand around the word."""
    found = re.search(r"[^\W\d_]+", word)
    return found.group() if found else ""


def _lost_its_marks(words: Sequence[str]) -> bool:
    """Whether the name as a whole came without marks: hardly a word in four has one."""
    spoken = [w for w in words if _letters(w)]
    return len(spoken) > 1 and 4 * sum(has_diacritics(w) for w in spoken) <= len(spoken)


def _phrases_mended(words: list[str], rules: Rules) -> None:
    """Phrases of several words that leave no choice, in place: CHUYỂN ĐỐI SỐ, DÂN TINH QUẢNG NGÃI."""
    keys = [key(w) for w in words]
    for wanted in (*rules.bodies.phrases, *(f"TỈNH {p.upper()}" for p in rules.bodies.places)):
        phrase = wanted.split()
        bare = [key(w) for w in phrase]
        for at in range(len(words) - len(phrase) + 1):
            if keys[at : at + len(phrase)] == bare:
                words[at : at + len(phrase)] = [_like(r, w) for r, w in zip(words[at:], phrase, strict=False)]


def _place_mended(words: Sequence[str], free: Sequence[bool], rules: Rules) -> list[str]:
    """The words with the province at its end, or inside it, as it is spelled.

    Only a province follows TỈNH; elsewhere CAO ĐẲNG is no CAO BẰNG, and a word that differs must be open to a mend.
    """
    for size in (3, 2):
        for at in range(len(words) - size, 0, -1):
            province = province_like(" ".join(words[at : at + size]), rules)
            if not province or len(province.split()) != size:
                continue
            spelled = province.upper().split()
            differing = [i for i in range(size) if words[at + i] != spelled[i]]
            if key(words[at - 1]) == "tinh" or all(free[at + i] for i in differing):
                return [*words[:at], *spelled, *words[at + size :]]
    return list(words)
