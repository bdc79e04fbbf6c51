"""The record type (tên loại): from the title in capitals, the abbreviation in the notation, and the layout of a letter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sohoa.models import TypeVerdict
from sohoa.records.header import Header
from sohoa.records.layout import Piece
from sohoa.records.letters import capitals, key, likeness
from sohoa.records.rules import Rules, TypeRule

UNKNOWN = TypeVerdict(value="unknown", code=None, confidence=0.0)
_DEEP = 230.0
"""Points under the header in which a title stands; a stamp or a letter's block may come between."""
_ABOUT = re.compile(r"^\W{0,2}[vV][\W_1lIiÌ]{0,3}[vV]\b")


@dataclass(frozen=True)
class Title:
    """The line with the type's name, what follows the name on that line, and how alike they are (0–1)."""

    piece: Piece
    rule: TypeRule
    rest: str
    alike: float


def is_about(text: str) -> bool:
    """Whether a line begins the subject of a letter: «V/v …»."""
    return _ABOUT.match(text) is not None


def find_title(pieces: Sequence[Piece], header: Header | None, rules: Rules) -> Title | None:
    """The first line under the header that is the name of a type in capitals."""
    top = header.bottom - 6.0 if header else -1.0
    for piece in pieces:
        if piece.middle_y < top:
            continue
        if piece.middle_y > top + _DEEP or piece.key.startswith(("kinhgui", "cancu", "noinhan")):
            return None
        title = _title_of(piece, rules)
        if title:
            return title
    return None


def _title_of(piece: Piece, rules: Rules) -> Title | None:
    if capitals(piece.text) < 0.75 or len(piece.key) < 5 or is_about(piece.text):
        return None
    words = piece.text.split()
    best: Title | None = None
    for rule in rules.types:
        for name in rule.all_titles:
            size = len(name.split())
            # Letters set wide are read as words of one letter.
            fronts = [(piece.text, "")] if len(words) > size * 2 else []
            fronts.append((" ".join(words[:size]), " ".join(words[size:])))
            for front, rest in fronts:
                alike = likeness(front, name)
                # A longer title wins over its beginning: THÔNG BÁO KẾT LUẬN over THÔNG BÁO.
                if alike >= 0.8 and (best is None or (alike, len(name)) > (best.alike, len(key(best.rule.name)))):
                    best = Title(piece, rule, rest, alike)
    return best


def decide_type(title: Title | None, header: Header | None, pieces: Sequence[Piece], rules: Rules) -> TypeVerdict:
    """Weigh title, abbreviation and layout; `unknown` where they say too little."""
    notation = header.notation if header else None
    coded = notation.rule if notation else None
    score = notation.score if notation else 0.0
    if title:
        agreed = coded is not None and (title.rule == coded or _shares(title.rule, coded))
        sure = 0.5 + 0.5 * title.piece.confidence
        if agreed:
            return _verdict(title.rule, min(0.98, 0.9 + 0.08 * sure))
        if coded and score >= 0.9 and title.alike < 0.9:
            return _verdict(coded, 0.7)
        # Title and notation disagree, or there is no notation to agree with.
        return _verdict(title.rule, (0.72 if coded else 0.85) * title.alike * sure)
    if coded:
        return _verdict(coded, 0.85 * score)
    letter = rules.letter
    if letter is None:
        return UNKNOWN
    about = any(is_about(p.text) for p in pieces[:30])
    addressed = any(p.key.startswith("kinhgui") for p in pieces[:40])
    if notation and notation.form == "state" and (about or addressed):
        return _verdict(letter, (0.93 if about else 0.8) * max(0.8, score))
    if about and addressed:
        return _verdict(letter, 0.75)
    return UNKNOWN


def _shares(a: TypeRule, b: TypeRule) -> bool:
    """Whether one abbreviation stands for both (QĐ is quyết định or quy định in a Party notation)."""
    return bool(set(a.party) & set(b.party)) or bool(set(a.state) & set(b.state))


def _verdict(rule: TypeRule, confidence: float) -> TypeVerdict:
    return TypeVerdict(value=rule.name, code=rule.code, confidence=round(confidence, 3))
