"""Cursors: opaque strings that carry on a walk through all hits of one search, and of no other."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from sohoa.models import Scope
from sohoa.stores.index.base import Filters, Sort, lost_cursor


def search_digest(query: str, scope: Scope, filters: Filters, sort: Sort) -> str:
    """What makes two searches the same; a cursor is good for the search that gave it only."""
    parts = (
        query,
        None if scope.agencies is None else sorted(scope.agencies),
        None if scope.access_classes is None else sorted(scope.access_classes),
        sorted((name, list(values)) for name, values in filters.values.items()),
        filters.issued_from,
        filters.issued_to,
        filters.record_ids,
        sort,
    )
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:24]


def write_cursor(digest: str, state: dict[str, Any]) -> str:
    """The state of a walk as an opaque string."""
    return base64.urlsafe_b64encode(json.dumps({**state, "search": digest}).encode()).decode()


def read_cursor(cursor: str, digest: str) -> dict[str, Any]:
    """The state of a walk; `StoreError` when the cursor is broken or belongs to another search."""
    try:
        state = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, UnicodeEncodeError):
        raise lost_cursor() from None
    if not isinstance(state, dict) or state.get("search") != digest:
        raise lost_cursor()
    return state
