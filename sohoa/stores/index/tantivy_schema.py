"""The tantivy schema: one directory of record entries, one of page entries, and how an entry becomes a document."""

from __future__ import annotations

from typing import cast

import tantivy

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

SORT_FIELDS = ("by_date", "by_notation")


def record_schema() -> tantivy.Schema:
    """Fields of record entries. Texts come tokenised, so the built-in white space tokenizer is enough everywhere."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("record_id", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    for name in ("exact", "folded", "head"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in (*FACET_FIELDS, *SORT_FIELDS):
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("suggest", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("day_first", indexed=True, fast=True)
    builder.add_integer_field("day_last", indexed=True, fast=True)
    builder.add_bytes_field("entry", stored=True)
    return builder.build()


def page_schema() -> tantivy.Schema:
    """Fields of page entries; `page_id` is the record id and the page number."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("page_id", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("record_id", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    for name in ("exact", "folded"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    builder.add_integer_field("page", stored=True, indexed=True, fast=True)
    builder.add_bytes_field("text", stored=True)
    return builder.build()


def record_document(document: IndexDocument) -> tantivy.Document:
    """The record entry: all its text for matching, its values for counting, itself for showing."""
    entry = document.record
    made = tantivy.Document()
    made.add_text("record_id", entry.record_id)
    for text in head_texts(entry):
        exact, folded = spelled(text)
        made.add_text("head", folded)
        # Values of a field are kept apart by a gap, so that no phrase runs from one into the next.
        made.add_text("exact", exact)
        made.add_text("folded", folded)
    for page in document.pages:
        exact, folded = spelled(nfc(page.text))
        made.add_text("exact", exact)
        made.add_text("folded", folded)
    for name, value in (*facet_values(entry).items(), *sort_keys(entry).items()):
        made.add_text(name, value)
    for suggestion in suggestions(entry):
        made.add_text("suggest", suggestion)
    if days := day_range(entry.issued_date):
        made.add_integer("day_first", days[0])
        made.add_integer("day_last", days[1])
    made.add_bytes("entry", entry.model_dump_json(exclude_none=True).encode())
    return made


def page_document(record_id: str, page: PageEntry) -> tantivy.Document:
    """The page entry, with its text in NFC for snippets."""
    made = tantivy.Document()
    text = nfc(page.text)
    exact, folded = spelled(text)
    made.add_text("page_id", page_id(record_id, page.page))
    made.add_text("record_id", record_id)
    made.add_text("exact", exact)
    made.add_text("folded", folded)
    made.add_integer("page", page.page)
    made.add_bytes("text", text.encode())
    return made


def page_id(record_id: str, page: int) -> str:
    """Id of a page entry."""
    return f"{record_id}/{page}"


def stored_entry(document: tantivy.Document) -> RecordEntry:
    """The record entry that a stored document carries."""
    return RecordEntry.model_validate_json(_bytes(document, "entry"))


def stored_page(document: tantivy.Document) -> tuple[str, PageEntry]:
    """Record id and page entry that a stored document carries."""
    page = PageEntry(page=cast(int, document.get_first("page")), text=_bytes(document, "text").decode())
    return cast(str, document.get_first("record_id")), page


def _bytes(document: tantivy.Document, name: str) -> bytes:
    return bytes(cast(bytes, document.get_first(name)))
