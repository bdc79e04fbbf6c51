"""What every index does: replace, remove, search within a scope, suggest, rebuild beside the serving one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol

from sohoa.errors import StoreError
from sohoa.models import Scope
from sohoa.stores.index.entries import FacetField, IndexDocument, RecordEntry
from sohoa.stores.index.snippets import Snippet

Sort = Literal["relevance", "newest", "oldest", "notation", "record"]
"""`record` is the order of the record ids. Ties of relevance and of notations go by record id."""

START = "*"
"""The cursor that begins a walk through all hits, however many."""

EXACT_TIER = 1000.0
"""Added to the score of a record that has every clause as it was typed: more than BM25 ever gives to a query."""

PHRASE_TIER = EXACT_TIER / 2
"""Added where the words typed stand side by side in this order: above every sum of single words, below EXACT_TIER."""

DEEPEST = 10_000
"""Hits that can be reached by `offset`; beyond them by cursor only."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions besides the words. `values`: for each field, the whole values of which the record must have one.

    `issued_from`, `issued_to`: ISO days, inclusive; a date without day or month passes if it can lie between them.
    `record_ids` limits to these records.
    """

    values: dict[FacetField, tuple[str, ...]] = field(default_factory=dict)
    issued_from: str | None = None
    issued_to: str | None = None
    record_ids: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found: its entry, where the words stand, and the pages that match, the best first."""

    record_id: str
    score: float
    entry: RecordEntry
    snippets: tuple[Snippet, ...]
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`total` and `facets` are exact and obey the scope. `cursor` leads on; None when there is nothing more."""

    total: int
    hits: tuple[Hit, ...]
    facets: dict[FacetField, list[tuple[str, int]]]
    cursor: str | None = None


class Indexed(NamedTuple):
    """What `verify` compares: the revision as text, and how many page entries there are. Orphan pages have no revision."""

    record_id: str
    revision: str
    pages: int


class Rebuild(Protocol):
    """A new generation being written beside the serving one."""

    def replace(self, documents: Sequence[IndexDocument]) -> None:
        """Add records; nobody sees them before the switch."""

    def switch(self) -> None:
        """Serve the new generation from now on and drop the old one, in one atomic step for readers."""

    def discard(self) -> None:
        """Drop the new generation; the serving one stays."""


class Index(Protocol):
    """One interface for tantivy and Elasticsearch. Errors are `StoreError` and its subclasses."""

    def replace(self, documents: Sequence[IndexDocument], *, refresh: bool = False) -> None:
        """Put these records in place of whatever the index knew of them; durable on return.

        With `refresh` visible on return, else within 30 seconds.
        """

    def remove(self, record_ids: Sequence[str], *, purge: bool = False) -> None:
        """Remove records and their pages, at once invisible; unknown ids are no error.

        With `purge` no word of a removed or replaced text is left in any file of the index.
        """

    def refresh(self) -> None:
        """Make everything written so far visible."""

    def search(
        self,
        query: str,
        scope: Scope,
        *,
        filters: Filters | None = None,
        sort: Sort = "relevance",
        offset: int = 0,
        limit: int = 20,
        cursor: str | None = None,
        facets: Sequence[FacetField] = (),
        snippets: int = 3,
    ) -> SearchResult:
        """The records in scope that meet the query, `limit` of them from `offset` (or from `cursor`).

        An empty query browses. `snippets` is how many to cut for each hit; with 0 its pages are not looked up at all. `StoreError` past `DEEPEST` without cursor
        and for a cursor that has expired or belongs to another search.
        """

    def suggest(self, prefix: str, scope: Scope, *, limit: int = 10) -> list[str]:
        """Notations, subjects, bodies, signers that begin so (diacritics do not matter), the most frequent first."""

    def entries(self) -> Iterator[Indexed]:
        """Everything indexed, sorted by record id."""

    def count(self) -> int:
        """How many records are indexed."""

    def rebuild(self) -> Rebuild:
        """Begin a new generation; leftovers of an interrupted one are dropped."""

    def check(self) -> None:
        """Reachable, writable; else `StoreUnreachableError`, `StoreDeniedError`, `StoreFullError`."""

    def close(self) -> None:
        """Let go of files, connections and walks; the object is not used afterwards."""


def too_deep() -> StoreError:
    """Paging by offset went beyond `DEEPEST`."""
    return StoreError(
        f"Chỉ xem được {DEEPEST} kết quả đầu theo trang. Thu hẹp điều kiện tìm, hoặc xuất toàn bộ kết quả.",
        f"Only the first {DEEPEST} hits can be paged through. Narrow the search, or export all hits.",
    )


def lost_cursor() -> StoreError:
    """A cursor expired or belongs to another search."""
    return StoreError(
        "Lượt xem kết quả này đã hết hạn. Tìm lại từ đầu.",
        "This walk through the hits has expired. Search again from the beginning.",
    )
