"""The header of a first page (NĐ 30/2020, HD 36-HD/VPTW): its two columns, rebuilt from the places of the words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from sohoa.models import PageReading, Word
from sohoa.records.dates import DateLine, find_date, looks_dated
from sohoa.records.incoming import outside_incoming_stamps
from sohoa.records.layout import Piece, pieces_of, rows_of
from sohoa.records.letters import DOUBTFUL, capitals, has_letters, key, likeness, tidy
from sohoa.records.notation import Form, Notation, find_notation, has_label
from sohoa.records.rules import Rules, TypeRule
from sohoa.records.title import Title, find_title

Kind = Literal["state", "party", "union"]

_DEEP = 185.0
"""Points under the first line in which number and date stand; four lines of body names and a stamp leave 150."""
_ROWS = 14
_STOPS = ("kinhgui", "vv", "viv", "cancu", "noinhan")


@dataclass(frozen=True)
class Row:
    """One row of the page, from left to right, with its text and where each word stands in it."""

    words: tuple[Word, ...]
    page: int

    @cached_property
    def text(self) -> str:
        return " ".join(tidy(w.text) for w in self.words)

    def index_at(self, offset: int) -> int:
        """Which word holds this place of the text."""
        seen = 0
        for i, word in enumerate(self.words):
            seen += len(tidy(word.text)) + 1
            if offset < seen:
                return i
        return len(self.words)

    def piece(self, start: int, stop: int) -> Piece | None:
        return Piece(self.words[start:stop], self.page) if self.words[start:stop] else None


@dataclass(frozen=True)
class Header:
    """What stands at the top of a first page. Any part may be missing; `bottom` is in points from the top."""

    kind: Kind | None
    national: Piece | None
    left: tuple[Piece, ...]
    """Lines of the left column above the number: the bodies."""
    number: Piece | None
    notation: Notation | None
    date: Piece | None
    date_line: DateLine | None
    place: Piece | None
    divider: float
    top: float
    bottom: float


def find_header(page: PageReading, rules: Rules) -> Header | None:
    """The header of this page, or None where neither a national heading nor a number line is found."""
    pieces = outside_incoming_stamps(pieces_of(page), rules)
    rows = [Row(tuple(w for p in row for w in p.words), page.page) for row in rows_of(pieces)]
    limit = 0.55 * (page.height or 842.0)
    rows = [r for r in rows if r.words[0].box[1] < limit]
    for at, row in enumerate(rows):
        found = _heading(row, rules)
        if found:
            kind, start, stop = found
            title = find_title(pieces, row.words[start].box[3] + 4.0, rules)
            return _below(rows, at, kind, (start, stop), rules, title)
    return _without_heading(rows, page, rules)


def _heading(row: Row, rules: Rules) -> tuple[Kind, int, int] | None:
    """«CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM» or «ĐẢNG CỘNG SẢN VIỆT NAM» in capitals: kind and the words it covers."""
    headings = rules.bodies.headings
    best: tuple[float, Kind, int, int] | None = None
    kinds: tuple[tuple[Kind, tuple[str, ...]], ...] = (
        ("state", headings.state),
        ("party", headings.party),
        ("union", headings.union),
    )
    for kind, wanted in kinds:
        for heading in wanted:
            hit = best_window(row.words, heading, 0.72)
            if not hit or (best and hit[0] <= best[0]):
                continue
            if capitals(" ".join(w.text for w in row.words[hit[1] : hit[2]])) >= 0.7:
                best = (hit[0], kind, hit[1], hit[2])
    return best[1:] if best else None


def best_window(words: Sequence[Word], wanted: str, least: float) -> tuple[float, int, int] | None:
    """The run of words most like `wanted`: likeness, first, one past the last; None under `least`."""
    size = len(wanted.split())
    best: tuple[float, int, int] | None = None
    for start in range(len(words)):
        for stop in range(start + max(1, size - 3), min(len(words), start + size + 3) + 1):
            alike = likeness(" ".join(w.text for w in words[start:stop]), wanted)
            if alike >= least and (best is None or alike > best[0]):
                best = (alike, start, stop)
    return best


def _below(rows: list[Row], at: int, kind: Kind, span: tuple[int, int], rules: Rules, title: Title | None) -> Header:
    first = rows[at]
    national = Piece(first.words[span[0] : span[1]], first.page)
    # The place and date may begin left of the heading: only a clear distance divides.
    divider = national.x0 - 4.0
    lefts: list[Piece] = []
    if first.words[: span[0]]:
        lefts.append(Piece(first.words[: span[0]], first.page))
    elif at and _is_body_line(rows[at - 1], divider, national):
        lefts.append(Piece(rows[at - 1].words, first.page))
    state = _Scan(divider, title.rule if title else None, kind)
    bottom = national.box[3]
    for row in rows[at + 1 : at + 1 + _ROWS]:
        if title and row.words[0] is title.piece.words[0]:
            break
        if row.words[0].box[1] - national.box[1] > _DEEP or not state.take(row, lefts, rules):
            break
    parts = [p for p in (national, state.number, state.date) if p]
    bottom = max([bottom, *(p.box[3] for p in parts)])
    return Header(
        kind, national, tuple(_bodies(lefts, state.number or state.date)), state.number, state.notation,
        state.date, state.date_line, state.place, divider, national.box[1], bottom,
    )  # fmt: skip


class _Scan:
    """Goes down the rows under the heading and keeps the best number line and the first date line."""

    def __init__(self, divider: float, titled: TypeRule | None, kind: Kind | None) -> None:
        self.divider = divider
        self.titled = titled
        self.form: Form | None = "party" if kind == "party" else "state" if kind == "state" else None
        self.number: Piece | None = None
        self.notation: Notation | None = None
        self.date: Piece | None = None
        self.date_line: DateLine | None = None
        self.place: Piece | None = None

    def take(self, row: Row, lefts: list[Piece], rules: Rules) -> bool:
        """Read one row; False when the header has ended."""
        left, right = self._columns(row, rules)
        if key(left.text).startswith(_STOPS) if left else key(row.text).startswith(_STOPS):
            return False
        if left and left.words:
            self._number(left, lefts, rules)
            if self.number is None or self.number.words[0] not in left.words:
                piece = left.piece(0, len(left.words))
                if piece and self.number is None:
                    lefts.append(piece)
        if right and self.date is None:
            self._date(right)
        return True

    def _columns(self, row: Row, rules: Rules) -> tuple[Row | None, Row | None]:
        cut = self._cut(row, rules)
        left, right = row.words[:cut], row.words[cut:]
        return (Row(left, row.page) if left else None, Row(right, row.page) if right else None)

    def _cut(self, row: Row, rules: Rules) -> int:
        """Index of the first word of the right column."""
        if looks_dated(row.text):
            return _place_start(row)
        for motto in rules.bodies.mottos:
            hit = best_window(row.words, motto, 0.7)
            if hit:
                return hit[1]
        for i, word in enumerate(row.words):
            gap = word.box[0] - row.words[i - 1].box[2] if i else word.box[0]
            if word.box[0] >= self.divider and (i == 0 or gap > 6.0):
                return i
        return len(row.words)

    def _number(self, left: Row, lefts: list[Piece], rules: Rules) -> None:
        found = find_notation(left.text, rules, initials(lefts), self.titled, self.form, _doubts(left))
        labelled = has_label(left.text)
        if found and found.score < (0.35 if labelled else 0.6):
            found = None
        if found and (self.notation is None or found.score > self.notation.score + 0.1):
            self.notation, self.number = found, left.piece(0, len(left.words))
        elif labelled and self.number is None:
            self.number = left.piece(0, len(left.words))

    def _date(self, right: Row) -> None:
        if not looks_dated(right.text):
            return
        found = find_date(right.text)
        start = right.index_at(found.start) if found else 0
        stop = right.index_at(found.end - 1) + 1 if found else len(right.words)
        self.date = right.piece(start, stop)
        self.date_line = found
        self.place = right.piece(0, start)


def _doubts(row: Row) -> list[tuple[int, int]]:
    """Where in the row's text the words stand that were read with low confidence."""
    found, seen = [], 0
    for word in row.words:
        if word.confidence < DOUBTFUL:
            found.append((seen, seen + len(word.text)))
        seen += len(word.text) + 1
    return found


def _place_start(row: Row) -> int:
    """Where the place begins in a row that holds the date, and perhaps the number line before it."""
    found = find_date(row.text)
    day = row.index_at(found.start) if found else next(
        (i for i, w in enumerate(row.words) if key(w.text).startswith(("ngay", "ngy", "nga"))), len(row.words)
    )  # fmt: skip
    height = max(w.box[3] - w.box[1] for w in row.words)
    widest, cut = 0.0, None
    for i in range(day, max(0, day - 7), -1):
        gap = row.words[i].box[0] - row.words[i - 1].box[2] if i < len(row.words) else 0.0
        if gap > widest and gap > 0.9 * height:
            widest, cut = gap, i
    if cut is not None:
        return cut
    if not has_label(row.text) and "/" not in row.text[: found.start if found else None]:
        return 0
    # No gap to go by: the place is made of the words in front that begin with a capital and are no notation.
    at = day
    while at > 0 and day - at < 6:
        word = tidy(row.words[at - 1].text)
        if "/" in word or any(c.isdigit() for c in word) or not (word[:1].isupper() or len(word) <= 1):
            break
        at -= 1
    return at


def _is_body_line(row: Row, divider: float, national: Piece) -> bool:
    near = national.middle_y - row.words[0].box[3] < 1.5 * national.height
    text = row.text
    inside = row.words[-1].box[2] < divider + 20
    return near and inside and capitals(text) > 0.8 and has_letters(text, 4)


def _bodies(lefts: Sequence[Piece], below: Piece | None) -> list[Piece]:
    return [
        p for p in lefts
        if has_letters(p.text, 3) and capitals(p.text) >= 0.6 and (below is None or p.middle_y < below.middle_y - 2.0)
    ]  # fmt: skip


def initials(lefts: Sequence[Piece]) -> tuple[str, ...]:
    """First letters of the bodies' words, as abbreviations are made: «SỞ NỘI VỤ» → SNV."""
    found: list[str] = []
    lines = [p.text for p in lefts if capitals(p.text) > 0.7]
    for text in (*lines, " ".join(lines)):
        words = [w for w in text.split() if w[:1].isalpha() and w.upper() not in ("TỈNH", "VÀ")]
        letters = "".join(w[0] for w in words).upper()
        if 3 <= len(letters) <= 9:
            found.append(letters)
    return tuple(dict.fromkeys(found))


def _without_heading(rows: list[Row], page: PageReading, rules: Rules) -> Header | None:
    """A first page whose heading is illegible or cut off: known by a number line of the right shape near the top."""
    state = _Scan(0.46 * (page.width or 595.0), None, None)
    lefts: list[Piece] = []
    for row in rows[:_ROWS]:
        if not state.take(row, lefts, rules):
            break
    # A citation at the top of a following page must not pass for a number line.
    if state.notation is None or state.number is None or state.notation.score < 0.7:
        return None
    if not (has_label(state.number.text) or state.date_line):
        return None
    parts = [p for p in (state.number, state.date) if p]
    bodies = tuple(_bodies(lefts, state.number))
    top = min(p.box[1] for p in (*parts, *bodies))
    return Header(
        None, None, bodies, state.number, state.notation, state.date, state.date_line, state.place,
        state.divider, top, max(p.box[3] for p in parts),
    )  # fmt: skip
