"""The index: what makes records findable, in a folder (tantivy) or on Elasticsearch; it can always be built anew."""

from __future__ import annotations

from pathlib import Path

from sohoa.errors import SettingsError
from sohoa.settings import Settings
from sohoa.stores.index.base import START, Filters, Hit, Index, Indexed, Rebuild, SearchResult, Sort
from sohoa.stores.index.entries import FACET_FIELDS, FacetField, IndexDocument, PageEntry, RecordEntry
from sohoa.stores.index.snippets import Snippet

__all__ = [
    "FACET_FIELDS",
    "START",
    "FacetField",
    "Filters",
    "Hit",
    "Index",
    "IndexDocument",
    "Indexed",
    "PageEntry",
    "Rebuild",
    "RecordEntry",
    "SearchResult",
    "Snippet",
    "Sort",
    "open_index",
]


def open_index(settings: Settings) -> Index:
    """The index that `index_url` chooses: `tantivy://…` or `http(s)://host:port`.

    `SettingsError` for another URL. A server is not contacted before the first call.
    """
    url = settings.resolved_index_url
    if url.startswith("tantivy://"):
        from sohoa.stores.index.tantivy import TantivyIndex

        return TantivyIndex(Path(url.removeprefix("tantivy://")))
    if url.startswith(("http://", "https://")):
        from sohoa.stores.index.elasticsearch import ElasticsearchIndex

        return ElasticsearchIndex(url, settings.index)
    raise SettingsError(
        "index_url phải có dạng tantivy:///thư-mục hoặc http(s)://máy:cổng",
        "index_url must look like tantivy:///folder or http(s)://host:port",
    )
