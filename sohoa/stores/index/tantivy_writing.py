"""Writing to one generation of a tantivy index, and purging: no word of a removed text stays in any file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import tantivy

from sohoa.errors import StoreError
from sohoa.stores.index.entries import IndexDocument, PageEntry
from sohoa.stores.index.tantivy_files import count_of, tantivy_errors
from sohoa.stores.index.tantivy_schema import page_document, page_id, record_document, stored_entry, stored_page

HEAP = 64_000_000
"""Bytes of the writer's buffer; a full one is written out as a segment."""

_ROUNDS = 5


@contextmanager
def writing(folder: Path) -> Iterator[tantivy.IndexWriter]:
    """A writer on one tantivy directory; commits and lets merges finish when the block ends well."""
    with tantivy_errors():
        # An index object of its own: files that a reader of this process still looks at can be dropped all the same.
        writer = tantivy.Index.open(str(folder)).writer(heap_size=HEAP, num_threads=1)
        try:
            yield writer
            writer.commit()
            writer.garbage_collect_files()
        except BaseException:
            # A full disk fails these too; the lock is given up all the same, since the error may be held for long.
            with suppress(ValueError):
                writer.rollback()
            with suppress(ValueError):
                writer.wait_merging_threads()
            raise
        writer.wait_merging_threads()


def replace(generation: Path, documents: Sequence[IndexDocument]) -> None:
    """Put records in place of what was there, pages first: a record is never found before its pages."""
    last = {document.record.record_id: document for document in documents}
    with writing(generation / "pages") as writer:
        for id_, document in last.items():
            writer.delete_documents_by_term("record_id", id_)
            for page in document.pages:
                writer.add_document(page_document(id_, page))
    with writing(generation / "records") as writer:
        for id_, document in last.items():
            writer.delete_documents_by_term("record_id", id_)
            writer.add_document(record_document(document))


def remove(generation: Path, record_ids: Sequence[str]) -> None:
    """Remove records, then their pages."""
    for kind in ("records", "pages"):
        with writing(generation / kind) as writer:
            for id_ in record_ids:
                writer.delete_documents_by_term("record_id", id_)


def purge(generation: Path) -> None:
    """Write every segment that holds deleted entries anew from its living ones.

    tantivy drops a segment whose entries are all deleted, with its term dictionary; it never rewrites one for
    deletions alone, and offers no call to do so. `StoreError` if deleted entries remain.
    """
    for kind in ("records", "pages"):
        for _ in range(_ROUNDS):
            if not _rewrite(generation, kind):
                break
        else:
            raise StoreError(
                "Chưa xóa sạch được khỏi chỉ mục. Chạy lại lệnh này, hoặc chạy «sohoa reindex».",
                "The index could not be purged completely. Run this again, or run `sohoa reindex`.",
            )


def _rewrite(generation: Path, kind: str) -> bool:
    """True when there was something to write anew."""
    folder = generation / kind
    with tantivy_errors():
        segments = json.loads((folder / "meta.json").read_bytes())["segments"]
        dirty = {place for place, segment in enumerate(segments) if segment["deletes"]}
        if not dirty:
            return False
        searcher = tantivy.Index.open(str(folder)).searcher()
        pages = tantivy.Index.open(str(generation / "pages"))
        everything = searcher.search(tantivy.Query.all_query(), max(1, searcher.num_docs), count=False).hits
    with writing(folder) as writer:
        for _, address in everything:
            if address.segment_ord not in dirty:
                continue
            document = searcher.doc(address)
            if kind == "pages":
                id_, page = stored_page(document)
                writer.delete_documents_by_term("page_id", page_id(id_, page.page))
                writer.add_document(page_document(id_, page))
            else:
                entry = stored_entry(document)
                writer.delete_documents_by_term("record_id", entry.record_id)
                texts = pages_of(pages, entry.record_id)
                writer.add_document(record_document(IndexDocument(record=entry, pages=texts)))
    return True


def pages_of(pages: tantivy.Index, record_id: str) -> tuple[PageEntry, ...]:
    """All page entries of a record, in order."""
    searcher = pages.searcher()
    query = tantivy.Query.term_query(pages.schema, "record_id", record_id, "basic")
    found = searcher.search(query, max(1, count_of(searcher, query)), count=False).hits
    return tuple(sorted((stored_page(searcher.doc(a))[1] for _, a in found), key=lambda page: page.page))
