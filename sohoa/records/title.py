"""The title (tên loại): the type's name in capitals under the header, and the «V/v» that stands for it in a letter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sohoa.records.layout import Piece
from sohoa.records.letters import capitals, key, likeness
from sohoa.records.rules import Rules, TypeRule

_DEEP = 250.0
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


def find_title(pieces: Sequence[Piece], top: float, rules: Rules) -> Title | None:
    """The first line under `top` (points; the header's foot) that is the name of a type in capitals."""
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
