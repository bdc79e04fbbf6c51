"""The secrecy verdict (độ mật): the highest mark on any page. Recall comes before everything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sohoa.language import say
from sohoa.models import PageReading, SecrecyVerdict, StampReading
from sohoa.records.layout import Piece
from sohoa.records.marks import Mark, Marker
from sohoa.records.rules import Rules

_ZONE = 0.45
"""Share of the page's height in which a mark may stand in small letters; stamps stand under the number (NĐ 30/2020)."""


def secrecy_of(
    pages: Sequence[PageReading],
    pieces: Sequence[Sequence[Piece]],
    rules: Rules,
    stamps: Mapping[int, Sequence[StampReading]],
) -> SecrecyVerdict:
    """The highest mark on the pages with its page and box; a value of None means that no mark was found."""
    marker = Marker(rules.marks.secrecy)
    best: tuple[int, float, Mark, int, bool] | None = None
    for page, of_page in zip(pages, pieces, strict=True):
        zone = _ZONE * (page.height or 842.0)
        from_words = [(m, False) for m in marker.in_pieces(of_page, zone)]
        from_stamps = [(m, True) for m in marker.in_stamps((*page.stamps, *stamps.get(page.page, ())))]
        for mark, stamped in (*from_words, *from_stamps):
            if best is None or (mark.rank, mark.confidence) > best[:2]:
                best = (mark.rank, mark.confidence, mark, page.page, stamped)
    if best is None:
        return SecrecyVerdict(confidence=_trust(pages))
    _, confidence, mark, number, stamped = best
    value = rules.marks.secrecy.levels[mark.rank].level
    reason = (
        say("dấu mật màu đỏ hoặc xoay nghiêng", "a secrecy stamp, red or turned")
        if stamped
        else say("dấu hoặc dòng chữ mật trên trang", "a secrecy mark among the words of the page")
    )
    return SecrecyVerdict(value=value, confidence=round(confidence, 3), page=number, box=mark.box, reason=reason)


def _trust(pages: Sequence[PageReading]) -> float:
    """How sure «no mark» is: as sure as the worst page that holds text was read."""
    read = [p.confidence for p in pages if p.words]
    return round(min(read), 3) if read else 0.0
