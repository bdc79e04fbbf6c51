"""The signer (người ký): the name under the authority and position at the lower right of the signature page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from sohoa.models import Field, PageReading
from sohoa.records.layout import Piece, field
from sohoa.records.letters import capitals, has_letters, key, likeness, tidy
from sohoa.records.rules import Rules
from sohoa.text.normal import fold

_NAME_WORD = re.compile(r"^[A-ZÀ-ỸĐ][a-zà-ỹđ]*\.?$")
_DEEP = 230.0
"""Points under the first position line in which the name stands; three lines of position and a seal take 150."""


def find_signer(pages: Sequence[PageReading], pieces: Sequence[Sequence[Piece]], rules: Rules) -> Field | None:
    """The signer's name from the first page that shows a signature block with a name, or None."""
    candidates = []
    for page, of_page in zip(pages, pieces, strict=True):
        found = _on_page(page, of_page, rules)
        if found:
            candidates.append(found)
    # The record's own signature comes before those of its attachments.
    if candidates:
        return candidates[0]
    alone = (_name_alone(page, of_page, rules) for page, of_page in zip(pages, pieces, strict=True))
    return next((found for found in alone if found), None)


def _name_alone(page: PageReading, pieces: Sequence[Piece], rules: Rules) -> Field | None:
    """A name at the right with the space of a signature above it, where position and authority were not read."""
    width = page.width or 595.0
    for piece in pieces:
        name, strength = read_name(piece.text, rules)
        if strength < 0.9 or piece.middle_x < 0.55 * width or len(piece.words) != len(name.split()):
            continue
        beside = [p for p in pieces if p is not piece and abs(p.middle_y - piece.middle_y) < 0.6 * piece.height]
        above = [p for p in pieces if 0 < piece.box[1] - p.box[3] < 30 and p.x1 > piece.x0 and has_letters(p.text, 6)]
        if not above and all(read_name(p.text, rules)[1] > 0.8 for p in beside):
            return field(name, [piece], 0.6)
    return None


def _on_page(page: PageReading, pieces: Sequence[Piece], rules: Rules) -> Field | None:
    width = page.width or 595.0
    starts = [p for p in pieces if _is_position(p, rules) and p.middle_x > 0.42 * width]
    anchored = bool(starts)
    listed = [p for p in pieces if re.match(r"^\W{0,3}\w{0,2}oi\s?nh.n", fold(p.text))]
    if not starts and not listed:
        return None
    top = min(p.middle_y for p in (starts or listed))
    # On a first page a position in capitals stands over the body as well («CHỦ TỊCH ỦY BAN NHÂN DÂN»).
    if listed:
        nearest = [p.middle_y for p in starts if abs(p.middle_y - listed[-1].middle_y) < 60]
        top = min(nearest, default=listed[-1].middle_y)
    elif starts:
        top = _last_block(starts)
    best: tuple[float, str, Piece] | None = None
    for piece in pieces:
        if not top < piece.middle_y < top + _DEEP:
            continue
        for part in _right_parts(piece, width):
            if part.text.startswith("-"):
                continue
            name, strength = read_name(part.text, rules)
            if name and (best is None or strength >= best[0] - 0.1):
                best = (strength, name, part)
    if best is None:
        return None
    strength, name, part = best
    return field(name, [part], strength * (1.0 if anchored else 0.8), review_below=0.75)


def _last_block(starts: Sequence[Piece]) -> float:
    """Top of the lowest group of position lines."""
    ordered = sorted((p.middle_y for p in starts), reverse=True)
    top = ordered[0]
    for y in ordered[1:]:
        if top - y > 40:
            break
        top = y
    return top


def _right_parts(piece: Piece, width: float) -> list[Piece]:
    """The piece, or its words in the right half when it runs over both columns."""
    if piece.middle_x > 0.5 * width:
        return [piece]
    right = [i for i, w in enumerate(piece.words) if w.box[0] > 0.5 * width]
    return [piece.cut(right[0])] if right else []


def _is_position(piece: Piece, rules: Rules) -> bool:
    text = tidy(piece.text).strip(" .,:;|'`\"")
    if capitals(text) < 0.8 or len(text) > 70:
        return False
    upper = text.upper()
    if any(upper.startswith(a + " ") or (upper.startswith(a) and a.endswith(".")) for a in rules.bodies.authority):
        return True
    wanted = [p for p in rules.bodies.positions if likeness(text, p) > 0.85 or key(text).startswith(key(p))]
    return bool(wanted)


def read_name(text: str, rules: Rules) -> tuple[str, float]:
    """A personal name in this line and how surely it is one (0–1); "" and 0 where it is none."""
    clean = re.sub(r"[^\w\s.]|_|\d", " ", tidy(text))
    for rank in sorted(rules.bodies.ranks, key=len, reverse=True):
        if fold(clean).strip().startswith(fold(rank) + " "):
            clean = clean.strip()[len(rank) :]
            break
    # «N guyễn»: a first letter set apart by a stroke of the seal.
    words = re.sub(r"\b([A-ZĐ])\s(?=[a-zà-ỹ]{2,}\b)", r"\1", clean).split()
    cut = bool(words) and words[0].islower()
    while words and ((len(words[0]) == 1 and words[0] != "Y") or not _NAME_WORD.match(words[0])):
        words.pop(0)
    while words and ((len(words[-1]) == 1 and not words[-1].isupper()) or not _NAME_WORD.match(words[-1])):
        words.pop()
    words = [w.strip(".") for w in words]
    if not 2 <= len(words) <= 5 or not all(_NAME_WORD.match(w) for w in words):
        return "", 0.0
    if cut:
        # The surname is lost in the seal: what follows is no surname to be mended.
        return " ".join(words), 0.4
    surname, sure = _surname(words[0], rules)
    if sure == 0.0:
        return "", 0.0
    return " ".join([surname, *words[1:]]), sure


def _surname(read: str, rules: Rules) -> tuple[str, float]:
    for name in rules.bodies.surnames:
        if read == name:
            return name, 0.95
    bare = key(read)
    same = [n for n in rules.bodies.surnames if key(n) == bare]
    if len(same) == 1:
        return same[0], 0.85
    if same:
        return read, 0.75
    near = [n for n in rules.bodies.surnames if len(n) >= 4 and Levenshtein.distance(key(n), bare) == 1]
    if len(near) == 1:
        return near[0], 0.7
    return (read, 0.45) if len(read) >= 2 else ("", 0.0)
