"""Where one record ends and the next begins, when a dossier was scanned as one file."""

from __future__ import annotations

from collections.abc import Sequence

from sohoa.models import PageReading
from sohoa.records.header import Header
from sohoa.records.layout import Piece
from sohoa.records.letters import key, likeness
from sohoa.records.rules import Rules
from sohoa.records.title import find_title, is_about
from sohoa.text.normal import fold


def first_pages(
    pages: Sequence[PageReading],
    pieces: Sequence[Sequence[Piece]],
    headers: Sequence[Header | None],
    rules: Rules,
) -> list[int]:
    """Indices of the pages on which records begin; always holds 0 when there are pages.

    A page begins a record when it shows a whole header of its own: heading, and body, number and date beside it.
    Annexes, forms and what a letter forwards carry a header too, and stay with the record before them.
    """
    starts = [0] if pages else []
    for i in range(1, len(pages)):
        header = headers[i]
        if header is None or not _whole(header, pieces[i], rules):
            continue
        first = headers[starts[-1]]
        # Blank covers and cover sheets before the first header belong to the record that follows.
        if len(starts) == 1 and not any(headers[:i]) and not _has_record(pages[:i]):
            continue
        if _is_annex(header, pieces[i], rules) or _is_forwarded(header, first, pages[starts[-1] : i], rules):
            continue
        starts.append(i)
    return starts


def _whole(header: Header, pieces: Sequence[Piece], rules: Rules) -> bool:
    """Whether enough of a header is there: a page of text that only cites the heading has no number and date."""
    notation = header.notation is not None and header.notation.score >= 0.6
    dated = header.date_line is not None
    title = find_title(pieces, header.bottom - 6.0, rules) is not None or any(is_about(p.text) for p in pieces[:25])
    points = 2.0 * (header.national is not None) + 1.0 * bool(header.left) + 1.5 * notation + 1.5 * dated + 1.0 * title
    # A form to be filled in has neither a number nor a year.
    return points >= 4.5 and (notation or dated)


def _has_record(pages: Sequence[PageReading]) -> bool:
    """Whether these pages hold more than the few words of a cover."""
    return sum(len(p.words) or len(p.text.split()) for p in pages) > 80


def _is_annex(header: Header, pieces: Sequence[Piece], rules: Rules) -> bool:
    """«Phụ lục», «(Ban hành kèm theo Quyết định số …)», «Mẫu số …» at the top of the page."""
    bottom = header.bottom + 130.0
    marks = [fold(mark) for mark in rules.bodies.attachments]
    own_number = header.notation is not None
    for piece in pieces:
        if piece.middle_y > bottom:
            break
        text = fold(piece.text).strip(" (*-.\"'")
        begins = any(text.startswith(mark) for mark in marks)
        if begins and not (own_number and header.date_line and piece.middle_y > header.bottom + 60):
            return True
    return False


def _is_forwarded(header: Header, first: Header | None, before: Sequence[PageReading], rules: Rules) -> bool:
    """Whether the record before says that it carries this one: it forwards something and cites this notation."""
    if header.notation is None or first is None or first.notation is None:
        return False
    if not header.notation.digits or _same_body(header, first):
        return False
    text = "\n".join(p.text for p in before)
    folded = fold(text)
    if not any(fold(word) in folded for word in rules.bodies.forwards):
        return False
    sign = "/" if header.notation.form == "state" else "-"
    return key(f"{header.notation.digits}{sign}{header.notation.value}") in key(text)


def _same_body(a: Header, b: Header) -> bool:
    left, right = (" ".join(p.text for p in h.left) for h in (a, b))
    return likeness(left, right) > 0.8
