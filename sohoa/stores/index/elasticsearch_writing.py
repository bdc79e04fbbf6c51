"""Writing to two indices of one generation: bulks of which every item's answer is read, deletions, purging."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from elasticsearch import Elasticsearch

from sohoa.errors import StoreError, StoreUnreachableError
from sohoa.stores.index.elasticsearch_client import TRIES, call, full, is_full, refused
from sohoa.stores.index.elasticsearch_mapping import page_document, record_document
from sohoa.stores.index.entries import IndexDocument

BULK_BYTES = 8 * 1024**2
"""Bytes of one bulk request, about; the server refuses 100 MB."""

PURGE_SECONDS = 180.0
_SCAN = 1_000


class Names(NamedTuple):
    """Index or alias of the record entries and of the page entries."""

    records: str
    pages: str


class Action(NamedTuple):
    """One item of a bulk; `document` None deletes."""

    id: str
    document: dict[str, Any] | None

    @property
    def size(self) -> int:
        """Bytes, about: words are the bulk of it, and most letters take one to three."""
        if self.document is None:
            return 60
        return 200 + 2 * sum(len(str(value)) for value in self.document.values())


def replace(client: Elasticsearch, names: Names, documents: Sequence[IndexDocument], *, refresh: bool) -> None:
    """Put records in place of what was there.

    A record entry keeps `held`, the highest page number it ever had, and is written first: whenever a call is cut
    short, the next one still knows which page entries can be left over.
    """
    last = {document.record.record_id: document for document in documents}
    held = _held(client, names, list(last))
    records: list[Action] = []
    pages: list[Action] = []
    for id_, document in last.items():
        numbers = {page.page for page in document.pages}
        highest = max(numbers | {held.get(id_, 0)}, default=0)
        records.append(Action(id_, record_document(document, highest)))
        pages += [Action(page_id(id_, page.page), page_document(id_, page)) for page in document.pages]
        pages += [Action(page_id(id_, n), None) for n in range(1, held.get(id_, 0) + 1) if n not in numbers]
    bulk(client, names.records, records)
    bulk(client, names.pages, pages)
    if refresh:
        call(lambda: client.indices.refresh(index=[names.records, names.pages]))


def remove(client: Elasticsearch, names: Names, record_ids: Sequence[str]) -> None:
    """Remove pages, then records: cut short, the record entry still tells which pages there were. Visible on return."""
    call(lambda: client.indices.refresh(index=[names.records, names.pages]))
    for start in range(0, len(record_ids), _SCAN):
        some = list(record_ids[start : start + _SCAN])
        held = _held(client, names, some)
        pages = {page_id(id_, number) for id_, highest in held.items() for number in range(1, highest + 1)}
        pages.update(_page_ids(client, names, some))
        bulk(client, names.pages, [Action(id_, None) for id_ in sorted(pages)])
        bulk(client, names.records, [Action(id_, None) for id_ in some])
    call(lambda: client.indices.refresh(index=[names.records, names.pages]))


def purge(client: Elasticsearch, names: Names) -> None:
    """Merge deleted entries away until none is left in any segment, and drop the log that still holds them.

    `StoreError` when the server keeps them longer than `PURGE_SECONDS` (a node is away, or a snapshot is being taken).
    """
    both = [names.records, names.pages]
    until = time.monotonic() + PURGE_SECONDS
    while True:
        # A flush starts a new log; the old one goes when nobody needs it for recovery any more.
        call(lambda: client.indices.flush(index=both, force=True, wait_if_ongoing=True))
        call(lambda: client.indices.forcemerge(index=both, only_expunge_deletes=True))
        call(lambda: client.indices.refresh(index=both))
        stats = call(lambda: client.indices.stats(index=both, metric=["docs", "translog"]))
        total = stats["_all"]["total"]
        if not total["docs"]["deleted"] and not total["translog"]["operations"]:
            call(lambda: client.indices.flush(index=both, force=True, wait_if_ongoing=True))
            return
        if time.monotonic() > until:
            raise StoreError(
                "Elasticsearch chưa xóa sạch được dữ liệu đã gỡ. Chạy lại lệnh này, hoặc chạy «sohoa reindex».",
                "Elasticsearch has not yet purged what was removed. Run this again, or run `sohoa reindex`.",
            )
        time.sleep(0.5)


def bulk(client: Elasticsearch, index: str, actions: Sequence[Action]) -> None:
    """Send the actions in requests of bounded size; items that the busy server put off are sent again."""
    for part in _parts(actions):
        waiting = part
        for left in reversed(range(TRIES)):
            waiting = _send(client, index, waiting)
            if not waiting:
                break
            if not left:
                raise StoreUnreachableError(
                    "Elasticsearch quá tải, chưa nhận hết dữ liệu. Chờ một lát rồi chạy lại.",
                    "Elasticsearch is overloaded and did not take everything. Wait a while and run again.",
                )
            time.sleep(0.3 * 2 ** (TRIES - 1 - left) * random.uniform(0.5, 1.5))


def page_id(record_id: str, page: int) -> str:
    """Id of a page entry."""
    return f"{record_id}/{page}"


def _send(client: Elasticsearch, index: str, actions: Sequence[Action]) -> list[Action]:
    """One bulk request; the items to be sent again."""
    operations: list[dict[str, Any]] = []
    for action in actions:
        operations.append({"delete" if action.document is None else "index": {"_id": action.id}})
        if action.document is not None:
            operations.append(action.document)
    answer = call(lambda: client.bulk(index=index, operations=operations))
    if not answer["errors"]:
        return []
    again: list[Action] = []
    for action, item in zip(actions, answer["items"], strict=True):
        outcome = next(iter(item.values()))
        status, error = outcome["status"], outcome.get("error")
        if error is None:
            continue
        if is_full(error.get("type", ""), error.get("reason", "")):
            raise full()
        if status not in (429, 503):
            raise refused(str(error.get("type", status)))
        again.append(action)
    return again


def _parts(actions: Iterable[Action]) -> Iterator[list[Action]]:
    part: list[Action] = []
    size = 0
    for action in actions:
        if part and size + action.size > BULK_BYTES:
            yield part
            part, size = [], 0
        part.append(action)
        size += action.size
    if part:
        yield part


def _held(client: Elasticsearch, names: Names, record_ids: Sequence[str]) -> dict[str, int]:
    """Highest page number of each record that is there, read past the refresh."""
    if not record_ids:
        return {}
    found = call(lambda: client.mget(index=names.records, ids=list(record_ids), source_includes=["held"]))
    return {doc["_id"]: int(doc["_source"].get("held", 0)) for doc in found["docs"] if doc.get("found")}


def _page_ids(client: Elasticsearch, names: Names, record_ids: Sequence[str]) -> Iterator[str]:
    """Page entries as the search finds them, orphans too."""
    body: dict[str, Any] = {
        "query": {"terms": {"record_id": list(record_ids)}},
        "sort": ["record_id", "page"],
        "size": _SCAN,
        "source": False,
    }
    while True:
        hits = call(lambda: client.search(index=names.pages, **body))["hits"]["hits"]
        yield from (hit["_id"] for hit in hits)
        if len(hits) < _SCAN:
            return
        body["search_after"] = hits[-1]["sort"]
