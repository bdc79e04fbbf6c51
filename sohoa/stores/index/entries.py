"""What the index holds: an entry for each record, an entry for each of its pages that has text."""

from __future__ import annotations

import re
from typing import Literal, get_args

from sohoa.models import Value
from sohoa.text.normal import fold, nfc, one_line
from sohoa.text.tokens import tokens

FacetField = Literal[
    "agency",
    "access_class",
    "fonds",
    "dossier",
    "type",
    "type_code",
    "year",
    "place",
    "parent_body",
    "issuing_body",
    "signer",
    "urgency",
    "retention",
    "group",
    "box",
    "shelf",
]
FACET_FIELDS: tuple[FacetField, ...] = get_args(FacetField)
"""Fields that can be counted and filtered by their whole value."""

SUGGESTED_FIELDS = ("notation", "subject", "issuing_body", "parent_body", "signer", "type", "place")
HEAD_FIELDS = (
    "type",
    "reference",
    "number",
    "notation",
    "subject",
    "issuing_body",
    "parent_body",
    "signer",
    "dossier",
    "place",
)
"""Searched together with the pages; a match here ranks above one in the body alone."""

LONGEST_SUGGESTION = 200
LONGEST_VALUE = 1_000
"""Characters of a value that is counted as a whole; Lucene refuses more than 32,766 bytes."""

_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?\Z")


class RecordEntry(Value):
    """One record as hits, facets and sorting need it. `revision` is the catalogue's, compared by `verify`."""

    record_id: str
    agency: str
    access_class: str
    revision: int | str
    fonds: str | None = None
    dossier: str | None = None
    type: str | None = None
    type_code: str | None = None
    number: str | None = None
    notation: str | None = None
    reference: str | None = None
    """Number and notation as one, as they are printed: `638-KH/TU`, `75/KH-UBND`."""
    issued_date: str | None = None
    """ISO 8601; `2025-02` or `2025` where the rest is illegible."""
    year: int | None = None
    place: str | None = None
    parent_body: str | None = None
    issuing_body: str | None = None
    subject: str | None = None
    signer: str | None = None
    urgency: str | None = None
    retention: str | None = None
    group: str | None = None
    box: str | None = None
    shelf: str | None = None
    pages: int = 0
    """How many pages the record has, blank ones too."""


class PageEntry(Value):
    """The text of one page; `page` counts from 1 in the record."""

    page: int
    text: str


class IndexDocument(Value):
    """A record with its pages: what replaces whatever the index knew of it."""

    record: RecordEntry
    pages: tuple[PageEntry, ...]


def facet_values(entry: RecordEntry) -> dict[str, str]:
    """The values by which the record is counted and filtered; empty ones left out."""
    values = {name: getattr(entry, name) for name in FACET_FIELDS}
    return {name: one_line(str(value))[:LONGEST_VALUE] for name, value in values.items() if value not in (None, "")}


def head_texts(entry: RecordEntry) -> list[str]:
    """The record's own components as text, one element a field."""
    values = [getattr(entry, name) for name in HEAD_FIELDS]
    return [nfc(value) for value in values if value]


def day_range(issued_date: str | None) -> tuple[int, int] | None:
    """First and last day (as YYYYMMDD) that a date, perhaps without day or month, can mean."""
    match = _DATE.match(issued_date or "")
    if match is None:
        return None
    year, month, day = match.groups()
    return int(f"{year}{month or '00'}{day or '00'}"), int(f"{year}{month or '99'}{day or '99'}")


def sort_keys(entry: RecordEntry) -> dict[str, str]:
    """Composite keys, each unique by its record id, so that every order is total and the same on both back ends."""
    return {
        "by_date": f"{entry.issued_date or entry.year or ''}\t{entry.record_id}",
        "by_notation": f"{one_line(entry.notation or '')[:LONGEST_SUGGESTION]}\t{entry.record_id}",
    }


def spelled(text: str) -> tuple[str, str]:
    """The exact and the folded words of a text, each as one string with blanks between."""
    words = tokens(text)
    return " ".join(word.exact for word in words), " ".join(word.folded for word in words)


def suggestions(entry: RecordEntry) -> list[str]:
    """Values offered while typing, each as `folded<TAB>value`."""
    values = {one_line(value)[:LONGEST_SUGGESTION] for name in SUGGESTED_FIELDS if (value := getattr(entry, name))}
    return sorted(f"{fold(value)}\t{value}" for value in values if value)
