"""The subject (trích yếu): the centred lines under the title, or the «V/v …» block of a letter."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sohoa.models import Field
from sohoa.records.layout import Piece, field
from sohoa.records.letters import capitals, has_letters, trim
from sohoa.records.title import Title, is_about
from sohoa.text.normal import fold

_MOST = 8
_STOPS = re.compile(
    r"^\W{0,3}(can cu|kinh gui|thuc hien|theo de nghi|xet de nghi|tren co so|de nghi|noi nhan|dieu \d|phan (thu|i)|chuong i"
    r"|i\s?[.\-/]|1\s?[.\-/)]|a\s?[.\-/)]|[-+*] |\(?kem theo|\(?ban hanh kem|hom nay|hoi \d|ngay \d|nham |de (thuc|trien|tiep|chuan)|trong (thoi|nhung|nam)|tiep theo)",
)


def find_subject(pieces: Sequence[Piece], title: Title | None) -> Field | None:
    """The subject with its box, or None."""
    if title:
        lines = _under_title(pieces, title)
        texts = ([title.rest] if title.rest else []) + [p.text for p in lines]
        value = _joined(texts)
        if has_letters(value, 4):
            return field(value, lines or [title.piece], 0.9 if lines else 0.8)
        return None
    block = _about_block(pieces)
    if not block:
        return None
    value = re.sub(r"^\W{0,2}[vV][\W_1lIiÌ]{0,3}[vV]\b\s*[:.]?\s*", "V/v ", _joined([p.text for p in block]))
    return field(value, block, 0.9)


def _under_title(pieces: Sequence[Piece], title: Title) -> list[Piece]:
    centre = title.piece.middle_x
    flush = False
    pitch = title.piece.height
    found: list[Piece] = []
    last = title.piece
    below = [p for p in pieces if p.middle_y > title.piece.middle_y + 0.6 * pitch]
    for piece in below:
        if abs(piece.middle_y - last.middle_y) < 0.5 * pitch and last is not title.piece:
            continue
        # Some set the title at the margin, and plain text has nothing else.
        flush = flush or (not found and abs(piece.x0 - title.piece.x0) < 3.0 and piece.x1 > title.piece.x1)
        if not has_letters(piece.text, 3) or not (flush or _beside(piece, centre)):
            # Rules and specks between title and subject, and what a stamp leaves at the side.
            if piece.middle_y - last.box[3] > 3.0 * pitch:
                break
            continue
        gap = piece.box[1] - last.box[3]
        if gap > (2.2 if not found else 0.95) * pitch or len(found) >= _MOST:
            break
        if _STOPS.match(fold(piece.text)) or _is_issuer(piece, found):
            break
        if found and not flush and _is_body(piece, found, centre):
            break
        found.append(piece)
        last = piece
    return found


def _beside(piece: Piece, centre: float) -> bool:
    """Whether the line crosses the axis of the title."""
    return piece.x0 - 5 < centre < piece.x1 + 5


def _is_issuer(piece: Piece, found: Sequence[Piece]) -> bool:
    """«CHỦ TỊCH ỦY BAN NHÂN DÂN …» between subject and body; a subject wholly in capitals goes on."""
    return capitals(piece.text) > 0.85 and bool(found) and capitals(found[-1].text) < 0.6


def _is_body(piece: Piece, found: Sequence[Piece], centre: float) -> bool:
    """A paragraph fills the page from its indent to the right margin; a subject's line is centred."""
    off = abs(piece.middle_x - centre)
    narrower = found[-1].x1 - found[-1].x0 < 0.8 * (piece.x1 - piece.x0)
    return off > 22.0 or (narrower and off > 12.0)


def _about_block(pieces: Sequence[Piece]) -> list[Piece]:
    first = next((p for p in pieces[:40] if is_about(p.text)), None)
    if first is None:
        return []
    found, last = [first], first
    for piece in pieces:
        if piece.middle_y <= first.middle_y + 2:
            continue
        gap = piece.box[1] - last.box[3]
        if gap > 0.95 * max(first.height, last.height) or len(found) >= _MOST:
            break
        overlap = min(piece.x1, max(p.x1 for p in found)) - max(piece.x0, min(p.x0 for p in found))
        if overlap < 0.3 * (piece.x1 - piece.x0):
            continue
        if _STOPS.match(fold(piece.text)) or capitals(piece.text) > 0.9 or not has_letters(piece.text, 2):
            break
        found.append(piece)
        last = piece
    return found


def _joined(texts: Sequence[str]) -> str:
    value = trim(" ".join(t for t in texts if t))
    # A bracket opened in the subject is closed in it: trim takes no brackets away.
    return re.sub(r"\s+([,.;:)])", r"\1", value)
