"""The stamp of incoming mail (dấu công văn đến): its number and date are never the record's."""

from __future__ import annotations

from collections.abc import Sequence

from sohoa.records.layout import Piece
from sohoa.records.letters import capitals, key
from sohoa.records.rules import Rules

_WIDE, _HIGH = 135.0, 70.0
"""Points around the word ĐẾN that the stamp covers; NĐ 30/2020 annex IV gives 35 × 50 mm at most."""
_LABELS = ("so", "ngay", "chuyen", "luu", "hoso", "luuhoso", "kyhieu", "sovakyhieu")


def outside_incoming_stamps(pieces: Sequence[Piece], rules: Rules) -> tuple[Piece, ...]:
    """The pieces without those of an incoming stamp: short lines «Số: …», «Ngày: …», «Chuyển: …» around ĐẾN."""
    wanted = {key(mark) for mark in rules.bodies.incoming}
    anchors = [p for p in pieces if p.key in wanted and capitals(p.text) > 0.7]
    if not anchors:
        return tuple(pieces)
    return tuple(p for p in pieces if not any(p is a or _belongs(p, a) for a in anchors))


def _belongs(piece: Piece, anchor: Piece) -> bool:
    near = abs(piece.middle_x - anchor.middle_x) < _WIDE and -10.0 < piece.middle_y - anchor.middle_y < _HIGH
    # A number line with a slash is the record's own; the stamp's has blanks and dots.
    return near and piece.key.startswith(_LABELS) and "/" not in piece.text.replace("...", "")[:14]
