"""The record type (tên loại): from the title in capitals, the abbreviation in the notation, and the layout of a letter."""

from __future__ import annotations

from collections.abc import Sequence

from sohoa.models import TypeVerdict
from sohoa.records.header import Header
from sohoa.records.layout import Piece
from sohoa.records.rules import Rules, TypeRule
from sohoa.records.title import Title, is_about

UNKNOWN = TypeVerdict(value="unknown", code=None, confidence=0.0)


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
