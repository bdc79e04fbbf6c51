"""Mappings and settings on Elasticsearch, and how an entry becomes a document; no analysis module is needed."""

from __future__ import annotations

from typing import Any

from sohoa.stores.index.entries import (
    FACET_FIELDS,
    IndexDocument,
    PageEntry,
    RecordEntry,
    day_range,
    facet_values,
    head_texts,
    sort_keys,
    spelled,
    suggestions,
)
from sohoa.text.normal import nfc

SCHEMA_VERSION = 1
"""Raised whenever fields or tokens change: an index of another version must be rebuilt."""

_KEYWORD = {"type": "keyword"}
_WORDS = {"type": "text", "analyzer": "whitespace"}

SETTINGS: dict[str, Any] = {
    # One shard: counts of facets are exact, and scores do not depend on where an entry lies.
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    # Set, or a shard that nobody searched for a while would not be refreshed at all.
    "refresh_interval": "15s",
    # A purge must drop every deleted entry, not only where they are more than a tenth.
    "merge.policy.expunge_deletes_allowed": 0,
}

RECORDS: dict[str, Any] = {
    "_meta": {"schema": SCHEMA_VERSION},
    "dynamic": "strict",
    "_source": {"includes": ["entry", "held"]},
    "properties": {
        "record_id": _KEYWORD,
        "revision": _KEYWORD,
        "exact": _WORDS,
        "folded": _WORDS,
        "head": _WORDS,
        **dict.fromkeys((*FACET_FIELDS, "by_date", "by_notation", "suggest"), _KEYWORD),
        "day_first": {"type": "integer"},
        "day_last": {"type": "integer"},
        "entry": {"type": "object", "enabled": False},
        "held": {"type": "integer", "index": False},
    },
}

PAGES: dict[str, Any] = {
    "_meta": {"schema": SCHEMA_VERSION},
    "dynamic": "strict",
    "_source": {"includes": ["text", "page"]},
    "properties": {
        "record_id": _KEYWORD,
        "page": {"type": "integer"},
        "exact": _WORDS,
        "folded": _WORDS,
        "text": {"type": "keyword", "index": False, "doc_values": False},
    },
}


def record_document(document: IndexDocument, held: int) -> dict[str, Any]:
    """The record entry. `held`: the highest page number that may have a page entry."""
    entry = document.record
    head = [spelled(text) for text in head_texts(entry)]
    pages = [spelled(nfc(page.text)) for page in document.pages]
    made: dict[str, Any] = {
        "record_id": entry.record_id,
        "revision": str(entry.revision),
        # Elements are kept apart by a gap, so that no phrase runs from one into the next.
        "exact": [exact for exact, _ in head + pages],
        "folded": [folded for _, folded in head + pages],
        "head": [folded for _, folded in head],
        "suggest": suggestions(entry),
        "entry": entry.model_dump(mode="json", exclude_none=True),
        "held": held,
        **facet_values(entry),
        **sort_keys(entry),
    }
    if days := day_range(entry.issued_date):
        made["day_first"], made["day_last"] = days
    return made


def page_document(record_id: str, page: PageEntry) -> dict[str, Any]:
    """The page entry, with its text in NFC for snippets."""
    text = nfc(page.text)
    exact, folded = spelled(text)
    return {"record_id": record_id, "page": page.page, "exact": exact, "folded": folded, "text": text}


def stored_entry(source: dict[str, Any]) -> RecordEntry:
    """The record entry that a found document carries."""
    return RecordEntry.model_validate(source["entry"])
