"""What both back ends do with what they found: facets in one order, pages ranked, snippets cut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sohoa.stores.index.base import Hit, Indexed
from sohoa.stores.index.entries import PageEntry, RecordEntry
from sohoa.stores.index.query import Query
from sohoa.stores.index.snippets import best_pages, cut

EXAMINED = 8
"""Pages of a hit that are read for snippets; most records have no more."""

MOST_PAGES = 200
"""Page numbers given for one hit."""

MOST_FACETS = 50_000
"""Distinct values of a field that are counted exactly; both back ends refuse more than about 65,000."""


def make_hit(
    entry: RecordEntry, score: float, query: Query, numbers: Sequence[int], texts: Sequence[PageEntry], snippets: int
) -> Hit:
    """A hit from its entry, the numbers of all matching pages (the best first) and the texts of the first of them."""
    ranked = best_pages(((page.page, page.text) for page in texts), query)
    first = [page.page for page in ranked]
    rest = [number for number in numbers if number not in set(first)]
    return Hit(entry.record_id, score, entry, tuple(cut(page) for page in ranked[:snippets]), (*first, *rest))


def facet_list(buckets: Iterable[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """Values with their counts, the most frequent first, then by value."""
    counted = [(str(bucket["key"]), int(bucket["doc_count"])) for bucket in buckets]
    return sorted(counted, key=lambda item: (-item[1], item[0]))


def suggested(found: Iterable[tuple[str, int]]) -> list[str]:
    """The values of suggestions `folded<TAB>value`."""
    return [value.partition("\t")[2] for value, _ in found]


def joined(records: Iterator[tuple[str, str]], pages: Iterator[tuple[str, int]]) -> Iterator[Indexed]:
    """Records with their revisions and pages with their numbers as one stream; both come sorted by record id."""
    record, page = next(records, None), next(pages, None)
    while record or page:
        if record and (page is None or record[0] < page[0]):
            yield Indexed(record[0], record[1], 0)
            record = next(records, None)
        elif page and (record is None or page[0] < record[0]):
            yield Indexed(page[0], "", page[1])
            page = next(pages, None)
        elif record and page:
            yield Indexed(record[0], record[1], page[1])
            record, page = next(records, None), next(pages, None)
