"""Urgency (độ khẩn): KHẨN, THƯỢNG KHẨN, HỎA TỐC on the first page of a record."""

from __future__ import annotations

from collections.abc import Sequence

from sohoa.models import Field, PageReading, StampReading
from sohoa.records.layout import Piece
from sohoa.records.marks import Marker
from sohoa.records.rules import Rules

_ZONE = 0.45


def find_urgency(
    page: PageReading, pieces: Sequence[Piece], rules: Rules, stamps: Sequence[StampReading]
) -> Field | None:
    """The highest urgency mark on this page, or None."""
    marker = Marker(rules.marks.urgency)
    zone = _ZONE * (page.height or 842.0)
    marks = [m for m in marker.in_pieces(pieces, zone) if m.box[1] < 1.4 * zone]
    marks += marker.in_stamps((*page.stamps, *stamps))
    if not marks:
        return None
    best = max(marks, key=lambda m: (m.rank, m.confidence))
    confidence = round(best.confidence, 3)
    return Field(value=best.level, confidence=confidence, page=page.page, box=best.box, review=confidence < 0.7)
