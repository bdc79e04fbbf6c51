"""Where the words of a query stand on a page, and the piece of text to show: cut from the page as it was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sohoa.stores.index.query import Clause, Query
from sohoa.text.tokens import Token, tokens

WIDTH = 240
"""Characters of a snippet, about three lines."""

LEAD = 60
"""Characters shown before the first mark."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a page on one line; `marks` are (start, end) in `text`, sorted. `more_before/after`: text was cut."""

    page: int
    text: str
    marks: tuple[tuple[int, int], ...]
    more_before: bool = False
    more_after: bool = False


class Mark(NamedTuple):
    """A match on a page: offsets in its text, which clause it meets, and whether in the spelling that was meant."""

    start: int
    end: int
    clause: int
    exact: bool


class RankedPage(NamedTuple):
    """A page with its marks and how well it meets the query; a greater rank is better."""

    page: int
    text: str
    marks: tuple[Mark, ...]
    rank: tuple[int, int, int]


def marks(text: str, query: Query) -> list[Mark]:
    """Every match on a page, in order; offsets into `text` as given."""
    words = tokens(text)
    places: dict[str, list[int]] = {}
    for at, word in enumerate(words):
        places.setdefault(word.folded, []).append(at)
    found: list[Mark] = []
    for number, clause in enumerate(query.clauses):
        mine = [mark for at in _beginnings(places, clause) if (mark := _match(words, at, clause, number))]
        if clause.meant and any(mark.exact for mark in mine):
            # Who typed «hòa» and finds it does not want every «hoa» marked beside it.
            mine = [mark for mark in mine if mark.exact]
        found += mine
    return sorted(found)


def rank_page(page: int, text: str, query: Query) -> RankedPage:
    """How well a page meets the query: clauses met as meant, clauses met at all, number of matches."""
    found = marks(text, query)
    exact = len({mark.clause for mark in found if mark.exact})
    return RankedPage(page, text, tuple(found), (exact, len({mark.clause for mark in found}), len(found)))


def best_pages(pages: Iterable[tuple[int, str]], query: Query) -> list[RankedPage]:
    """The pages on which anything matches, the best first, then in their order."""
    ranked = [rank_page(page, text, query) for page, text in pages]
    return sorted((p for p in ranked if p.marks), key=lambda p: (tuple(-n for n in p.rank), p.page))


def cut(page: RankedPage) -> Snippet:
    """The piece of the page with the most clauses in it."""
    first = max(page.marks, key=lambda mark: (*_worth(page.marks, mark.start), -mark.start))
    start = _border(page.text, max(0, first.start - LEAD), first.start)
    end = min(len(page.text), start + WIDTH)
    inside = [mark for mark in page.marks if start <= mark.start and mark.end <= max(end, first.end)]
    last = max(mark.end for mark in inside)
    end = max(last, page.text.rfind(" ", last, end)) if end < len(page.text) else end
    piece = "".join(" " if c.isspace() else c for c in page.text[start:end])
    spans = _joined((mark.start - start, mark.end - start) for mark in inside)
    return Snippet(page.page, piece, spans, start > 0, end < len(page.text))


def _beginnings(places: Mapping[str, list[int]], clause: Clause) -> list[int]:
    """Where a match of the clause can begin: at its first word."""
    first = clause.folded[0]
    if clause.kind == "prefix":
        return [at for word, found in places.items() if word.startswith(first) for at in found]
    return places.get(first, [])


def _match(words: Sequence[Token], at: int, clause: Clause, number: int) -> Mark | None:
    word = words[at]
    if clause.kind == "prefix":
        return Mark(word.start, word.end, number, not clause.meant or word.exact.startswith(clause.stems))
    length = len(clause.folded)
    run = words[at : at + length]
    if len(run) < length or any(token.folded != want for token, want in zip(run, clause.folded, strict=True)):
        return None
    as_meant = all(token.exact == want for token, want in zip(run, clause.exact, strict=True))
    if clause.strict and not as_meant:
        return None
    return Mark(word.start, run[-1].end, number, as_meant or not clause.meant)


def _worth(found: Sequence[Mark], start: int) -> tuple[int, int]:
    """Clauses and matches within a snippet that begins a little before `start`."""
    near = [mark for mark in found if start <= mark.start and mark.end <= start + WIDTH - LEAD]
    return len({mark.clause for mark in near}), len(near)


def _border(text: str, wanted: int, limit: int) -> int:
    """The first beginning of a word from `wanted` on, `limit` at the latest."""
    if wanted == 0:
        return 0
    while wanted < limit and not text[wanted - 1].isspace():
        wanted += 1
    return wanted


def _joined(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Sorted spans, those that overlap as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
