"""From pages to records: which there are, of what type, with which components, and the secrecy of the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sohoa.models import (
    BoxTuple,
    Field,
    Fields,
    Outcome,
    PageReading,
    Recognition,
    RecordReading,
    StampReading,
    TypeVerdict,
)
from sohoa.records.bodies import find_bodies, mend
from sohoa.records.dates import mend_place
from sohoa.records.header import Header, find_header
from sohoa.records.layout import Piece, field, pieces_of
from sohoa.records.level import as_scanned, levelled, slope_of, verdict_as_scanned
from sohoa.records.notation import number_after_label
from sohoa.records.recipients import find_recipients
from sohoa.records.rules import Rules, TypeRule
from sohoa.records.secrecy import secrecy_of
from sohoa.records.signer import find_signer
from sohoa.records.split import first_pages
from sohoa.records.subject import find_subject
from sohoa.records.title import Title, find_title
from sohoa.records.types import UNKNOWN, decide_type
from sohoa.records.urgency import find_urgency

NO_STAMPS: Mapping[int, Sequence[StampReading]] = {}
_NUMBER_SURE = 0.9
"""Word confidence from which a number printed in one word with its notation needs no review."""


def recognise(
    pages: Sequence[PageReading], rules: Rules, stamps: Mapping[int, Sequence[StampReading]] = NO_STAMPS
) -> Recognition:
    """The records in these pages of one scanned unit. `stamps`, by page number, adds to those the pages carry."""
    slopes = {p.page: slope_of(p) for p in pages}
    ordered = [levelled(p, slopes[p.page]) for p in sorted(pages, key=lambda p: p.page)]
    read = [p for p in ordered if p.outcome == Outcome.text]
    pieces = [pieces_of(p) for p in read]
    secrecy = verdict_as_scanned(secrecy_of(ordered, _aligned(ordered, read, pieces), rules, stamps), slopes)
    if not read:
        span = (ordered[0].page, ordered[-1].page) if ordered else (1, 1)
        return Recognition(records=(RecordReading(pages=span, type=UNKNOWN, fields=Fields()),), secrecy=secrecy)
    headers = [find_header(p, rules) for p in read]
    starts = first_pages(read, pieces, headers, rules)
    records = []
    for n, start in enumerate(starts):
        stop = starts[n + 1] if n + 1 < len(starts) else len(read)
        # Blank backs belong to the record before them, blank covers to the first.
        first = ordered[0].page if n == 0 else read[start].page
        last = read[stop].page - 1 if stop < len(read) else ordered[-1].page
        verdict, fields = _record(read[start:stop], pieces[start:stop], headers[start:stop], rules, stamps)
        records.append(RecordReading(pages=(first, last), type=verdict, fields=as_scanned(fields, slopes)))
    return Recognition(records=tuple(records), secrecy=secrecy)


def _aligned(
    ordered: Sequence[PageReading], read: Sequence[PageReading], pieces: Sequence[tuple[Piece, ...]]
) -> list[tuple[Piece, ...]]:
    by_page = {p.page: of_page for p, of_page in zip(read, pieces, strict=True)}
    return [by_page.get(p.page, ()) for p in ordered]


def _record(
    pages: Sequence[PageReading],
    pieces: Sequence[tuple[Piece, ...]],
    headers: Sequence[Header | None],
    rules: Rules,
    stamps: Mapping[int, Sequence[StampReading]],
) -> tuple[TypeVerdict, Fields]:
    at = next((i for i, h in enumerate(headers) if h is not None), 0)
    page, front, header = pages[at], pieces[at], headers[at]
    title = find_title(front, header.bottom - 6.0 if header else -1.0, rules)
    verdict = decide_type(title, header, front, rules)
    # A letter's «V/v» is its subject, whatever stands in capitals further down.
    letter = rules.letter is not None and verdict.value == rules.letter.name
    subject = find_subject(front, None if letter else title)
    parent, issuing = find_bodies(header.left, rules) if header else (None, None)
    return verdict, Fields(
        number=_number(header, page),
        notation=_notation(header, title),
        issued_date=_date(header, page),
        place=_place(header, [f.value for f in (issuing, parent) if f], rules),
        parent_body=parent,
        issuing_body=issuing,
        subject=_mended_subject(subject, rules),
        signer=find_signer(pages, pieces, rules),
        urgency=find_urgency(page, front, rules, stamps.get(page.page, ())),
        recipients=find_recipients(pieces[at:], rules),
    )


def _number(header: Header | None, page: PageReading) -> Field | None:
    """The number, for review unless it is printed: in one clean word with its notation, or born digital."""
    if header is None or header.number is None:
        return None
    text = header.number.text
    if header.notation:
        digits, span = header.notation.digits, header.notation.number_span
        strength = header.notation.score
    else:
        found = number_after_label(text)
        if found is None:
            return None
        digits, span = found
        strength = 0.5
    if not digits:
        return None
    words = _words_at(header.number, span)
    sure = min(w.confidence for w in words.words)
    # A text layer that misspells its own label is another engine's reading.
    born_digital = page.source == "text-layer" and "Số" in text
    together = header.notation is not None and digits + "/" in text.replace(" ", "") and any(
        digits in w.text and ("/" in w.text or "-" in w.text) for w in words.words
    )  # fmt: skip
    clean = all(_clean_number(w.text, digits) for w in words.words)
    printed = strength > 0.8 and clean and (born_digital or (together and sure >= _NUMBER_SURE))
    # Measured on nine real first pages: one handwritten number in nine is read right.
    confidence = strength * sure if printed else min(0.4, strength * sure * (0.5 if clean else 0.3))
    return Field(
        value=digits, confidence=round(confidence, 3), page=page.page, box=_span_box(header.number, span),
        review=not printed,
    )  # fmt: skip


def _clean_number(word: str, digits: str) -> bool:
    front = word.split(digits, maxsplit=1)[0]
    return not front or front.rstrip(":.").lower() in ("số", "so", "só")


def _notation(header: Header | None, title: Title | None) -> Field | None:
    if header is None or header.notation is None or header.number is None:
        return None
    found = header.notation
    value = _by_title(found.value, found.rule, title)
    piece = _words_at(header.number, found.span)
    made = field(value, [piece], 1.0)
    # What was mended counts as much as the rule that mended it, however unsure the letters were.
    confidence = round(found.score * (0.55 + 0.45 * piece.confidence), 3)
    return made.model_copy(
        update={"confidence": confidence, "box": _span_box(header.number, found.span), "review": confidence < 0.7}
    )


def _by_title(value: str, rule: TypeRule | None, title: Title | None) -> str:
    """HD and HĐ, DA and ĐA differ by one stroke: the title on the page decides which abbreviation was printed."""
    if rule is None or title is None or rule == title.rule or title.alike < 0.9:
        return value
    for code in (*title.rule.state, *title.rule.party):
        for other in (*rule.state, *rule.party):
            if code.replace("Đ", "D").upper() == other.replace("Đ", "D").upper() and value.startswith(other):
                return code + value[len(other) :]
    return value


def _date(header: Header | None, page: PageReading) -> Field | None:
    if header is None or header.date is None or header.date_line is None:
        return None
    found = header.date_line
    sure = min(w.confidence for w in header.date.words)
    made = field(found.value, [header.date], found.strength)
    printed = found.day_legible and (page.source == "text-layer" or sure >= 0.85)
    confidence = min(made.confidence, 1.0 if printed else 0.6)
    return made.model_copy(update={"confidence": confidence, "review": not printed})


def _place(header: Header | None, bodies: Sequence[str], rules: Rules) -> Field | None:
    if header is None or header.place is None:
        return None
    value, strength = mend_place(header.place.text, bodies, rules)
    return field(value, [header.place], strength) if value else None


def _mended_subject(subject: Field | None, rules: Rules) -> Field | None:
    if subject is None:
        return None
    letters = [c for c in subject.value if c.isalpha()]
    if letters and all(c.isupper() for c in letters):
        return subject.model_copy(update={"value": mend(subject.value, rules)})
    return subject


def _words_at(piece: Piece, span: tuple[int, int]) -> Piece:
    """The words of the piece that hold these places of its text."""
    seen, kept = 0, []
    for word in piece.words:
        stop = seen + len(word.text)
        if seen < span[1] and stop > span[0]:
            kept.append(word)
        seen = stop + 1
    return Piece(tuple(kept) or piece.words, piece.page)


def _span_box(piece: Piece, span: tuple[int, int]) -> BoxTuple:
    """The box of these places of the text, cut out of the words by the share of their letters."""
    seen = 0
    boxes: list[BoxTuple] = []
    for word in piece.words:
        start, stop = seen, seen + len(word.text)
        if start < span[1] and stop > span[0]:
            x0, y0, x1, y1 = word.box
            width = (x1 - x0) / max(1, len(word.text))
            left = x0 + width * max(0, span[0] - start)
            right = x1 - width * max(0, stop - span[1])
            boxes.append((left, y0, right, y1))
        seen = stop + 1
    if not boxes:
        return piece.box
    return (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
