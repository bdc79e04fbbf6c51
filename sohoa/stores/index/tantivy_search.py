"""Searching one look at a tantivy index: order with ties by record id, exact facets, pages and snippets of the hits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import tantivy
from tantivy import Order

from sohoa.models import Scope
from sohoa.stores.index.base import Filters, Hit, Sort
from sohoa.stores.index.entries import FacetField
from sohoa.stores.index.found import EXAMINED, MOST_FACETS, MOST_PAGES, facet_list, make_hit
from sohoa.stores.index.query import Query
from sohoa.stores.index.tantivy_files import Searchers, count_of
from sohoa.stores.index.tantivy_query import QueryBuilder
from sohoa.stores.index.tantivy_schema import stored_entry, stored_page

_FIELD_ORDERS: dict[Sort, tuple[str, Order]] = {
    "newest": ("by_date", Order.Desc),
    "oldest": ("by_date", Order.Asc),
    "notation": ("by_notation", Order.Asc),
    "record": ("record_id", Order.Asc),
}
_SLACK = 64
_READ_ONE_BY_ONE = 500
"""Up to so many tied hits their ids are read from the stored entries; above, from the column of ids at once."""

Found = tuple[float, tantivy.DocAddress]


class Look:
    """One search on one consistent look."""

    def __init__(self, searchers: Searchers, query: Query, scope: Scope, filters: Filters) -> None:
        self.searchers = searchers
        self.query = query
        self.records = QueryBuilder(searchers.record_schema).records(query, scope, filters)

    def total(self) -> int:
        """How many records are found."""
        return count_of(self.searchers.records, self.records)

    def window(self, sort: Sort, offset: int, limit: int) -> list[Found]:
        """Scores and addresses of the hits from `offset` on."""
        if limit < 1:
            return []
        if sort == "relevance" and self.query.clauses:
            return self._by_score(offset, limit)
        name, order = _FIELD_ORDERS["record" if sort == "relevance" else sort]
        result = self.searchers.records.search(
            self.records, limit, count=False, order_by_field=name, offset=offset, order=order
        )
        return [(0.0, address) for _, address in result.hits]

    def hits(self, found: Sequence[Found], snippets: int) -> list[Hit]:
        """The hits with their entries, pages and snippets."""
        return [self._hit(score, address, snippets) for score, address in found]

    def facets(self, fields: Sequence[FacetField]) -> dict[FacetField, list[tuple[str, int]]]:
        """For each field, every value among the records found with its count."""
        if not fields:
            return {}
        wanted = {name: {"terms": {"field": name, "size": MOST_FACETS, "segment_size": MOST_FACETS}} for name in fields}
        counted = cast(dict[str, Any], self.searchers.records.aggregate(self.records, wanted))
        return {name: facet_list(counted[name]["buckets"]) for name in fields}

    def _by_score(self, offset: int, limit: int) -> list[Found]:
        """tantivy breaks ties by place in its files; take in all that tie at the borders and order them by id."""
        wanted = offset + limit + _SLACK
        while True:
            found: list[Found] = self.searchers.records.search(self.records, wanted, count=False).hits
            if len(found) < wanted or len(found) <= offset or found[-1][0] < found[offset + limit - 1][0]:
                break
            wanted *= 2
        if len(found) <= offset:
            return []
        last = min(offset + limit, len(found)) - 1
        highest, lowest = found[offset][0], found[last][0]
        first = next(n for n, (score, _) in enumerate(found) if score == highest)
        touched = [item for item in found[first:] if item[0] >= lowest]
        ids = self._ids([address for _, address in touched])
        touched.sort(key=lambda item: (-item[0], ids[_place(item[1])]))
        return touched[offset - first : last + 1 - first]

    def _ids(self, addresses: Sequence[tantivy.DocAddress]) -> dict[tuple[int, int], str]:
        searcher = self.searchers.records
        if len(addresses) <= _READ_ONE_BY_ONE:
            return {_place(address): cast(str, searcher.doc(address).get_first("record_id")) for address in addresses}
        everything = searcher.search(self.records, max(1, self.total()), count=False, order_by_field="record_id").hits
        return {_place(address): id_ for id_, address in everything}

    def _hit(self, score: float, address: tantivy.DocAddress, snippets: int) -> Hit:
        entry = stored_entry(self.searchers.records.doc(address))
        if not self.query.clauses or not snippets:
            return make_hit(entry, score, self.query, [], [], snippets)
        pages = self.searchers.pages
        query = QueryBuilder(self.searchers.page_schema).pages(self.query, entry.record_id)
        found: list[Found] = pages.search(query, MOST_PAGES, count=False).hits
        numbers = pages.fast_field_values("page", [address for _, address in found])
        # Best first, then in the order of the pages.
        order = sorted(
            (-score, int(cast(int, number)), n)
            for n, ((score, _), number) in enumerate(zip(found, numbers, strict=True))
        )
        texts = [stored_page(pages.doc(found[n][1]))[1] for _, _, n in order[:EXAMINED]]
        return make_hit(entry, score, self.query, [number for _, number, _ in order], texts, snippets)


def suggest(searchers: Searchers, prefix: str, scope: Scope, limit: int) -> list[tuple[str, int]]:
    """Suggestions `folded<TAB>value` that begin with a folded prefix, with their counts in scope."""
    # Without a query the counts come from the dictionary, which still knows the words of removed records.
    within = QueryBuilder(searchers.record_schema).scope(scope)
    found: list[tuple[str, int]] = searchers.records.terms_with_prefix("suggest", prefix, within, None)
    return sorted((item for item in found if item[1]), key=lambda item: (-item[1], item[0]))[:limit]


def _place(address: tantivy.DocAddress) -> tuple[int, int]:
    return address.segment_ord, address.doc
