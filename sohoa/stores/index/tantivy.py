"""The embedded index: tantivy in a folder, one writer over all processes, readers that never wait."""

from __future__ import annotations

import json
import secrets
import shutil
import time
from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from tantivy import Query as TantivyQuery

from sohoa.errors import StoreFullError
from sohoa.models import Scope
from sohoa.stores.index import tantivy_writing as writing
from sohoa.stores.index.base import (
    DEEPEST,
    START,
    Filters,
    Indexed,
    SearchResult,
    Sort,
    lost_cursor,
    too_deep,
)
from sohoa.stores.index.cursors import read_cursor, search_digest, write_cursor
from sohoa.stores.index.entries import FacetField, IndexDocument
from sohoa.stores.index.found import suggested
from sohoa.stores.index.query import parse
from sohoa.stores.index.tantivy_files import (
    Reader,
    Searchers,
    drop_others,
    locked,
    make_root,
    new_generation,
    read_pointer,
    tantivy_errors,
    write_pointer,
)
from sohoa.stores.index.tantivy_schema import stored_entry
from sohoa.stores.index.tantivy_search import Look, suggest
from sohoa.stores.oserrors import translated
from sohoa.text.normal import fold, one_line

_WALKS = 8
_WALK_SECONDS = 300.0
_ROOM = 64 * 1024**2
_REOPENINGS = 5


class TantivyIndex:
    """An index in `root`. Nothing is written before the first `replace`; until then every search finds nothing."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._open: tuple[str, Reader, Reader] | None = None
        self._walks: OrderedDict[str, tuple[Searchers, float]] = OrderedDict()

    def replace(self, documents: Sequence[IndexDocument], *, refresh: bool = False) -> None:  # noqa: ARG002
        # A commit is visible at once, so `refresh` has nothing to do here.
        if documents:
            with locked(self.root, "write.lock"):
                writing.replace(self._generation(), documents)

    def remove(self, record_ids: Sequence[str], *, purge: bool = False) -> None:
        with locked(self.root, "write.lock"):
            if read_pointer(self.root) is None:
                return
            writing.remove(self._generation(), record_ids)
            # A walk begun earlier still sees what was removed.
            self._walks.clear()
            if purge:
                self._open = None
                writing.purge(self._generation())

    def refresh(self) -> None:
        """Every commit is visible at once."""

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
        filters = filters or Filters()
        if cursor is None and offset + limit > DEEPEST:
            raise too_deep()
        digest = search_digest(query, scope, filters, sort)
        walk = ""
        if cursor is None or cursor == START:
            searchers = self._searchers()
            offset = 0 if cursor else offset
        else:
            state = read_cursor(cursor, digest)
            walk, offset = str(state.get("walk")), int(state.get("offset", 0))
            searchers = self._walk(walk)
        if searchers is None:
            return SearchResult(0, (), {name: [] for name in facets})
        with tantivy_errors():
            look = Look(searchers, parse(query), scope, filters)
            total = look.total()
            found = look.window(sort, offset, limit)
            hits = tuple(look.hits(found, snippets))
            counted = look.facets(facets)
        after = None
        if cursor is not None and found and offset + len(found) < total:
            after = write_cursor(digest, {"walk": walk or self._begin_walk(searchers), "offset": offset + len(found)})
        return SearchResult(total, hits, counted, after)

    def suggest(self, prefix: str, scope: Scope, *, limit: int = 10) -> list[str]:
        searchers = self._searchers()
        folded = fold(one_line(prefix))
        if searchers is None or not folded:
            return []
        with tantivy_errors():
            return suggested(suggest(searchers, folded, scope, limit))

    def entries(self) -> Iterator[Indexed]:
        searchers = self._searchers()
        if searchers is None:
            return
        every = TantivyQuery.all_query()
        with tantivy_errors():
            records, pages = searchers.records, searchers.pages
            found_pages = pages.search(every, max(1, pages.num_docs), count=False, order_by_field="record_id").hits
            counts = Counter(str(id_) for id_, _ in found_pages)
            found = dict(records.search(every, max(1, records.num_docs), count=False, order_by_field="record_id").hits)
            for id_ in sorted({*counts, *found}):
                revision = str(stored_entry(records.doc(found[id_])).revision) if id_ in found else ""
                yield Indexed(id_, revision, counts[id_])

    def count(self) -> int:
        searchers = self._searchers()
        return int(searchers.records.num_docs) if searchers else 0

    def rebuild(self) -> TantivyRebuild:
        return TantivyRebuild(self.root)

    def check(self) -> None:
        with locked(self.root, "write.lock"), translated():
            read_pointer(self.root)
            free = shutil.disk_usage(self.root).free
        if free < _ROOM:
            raise StoreFullError(
                f"Ổ đĩa của chỉ mục chỉ còn {free // 1024**2} MiB. Giải phóng chỗ trống rồi chạy lại.",
                f"The disk of the index has only {free // 1024**2} MiB left. Free some room and run again.",
            )
        self._searchers()

    def close(self) -> None:
        self._open = None
        self._walks.clear()

    def _generation(self) -> Path:
        """Folder of the serving generation, made at the first write; the caller holds the write lock."""
        name = read_pointer(self.root)
        if name is None:
            name = new_generation(self.root)
            write_pointer(self.root, name)
        return self.root / name

    def _searchers(self) -> Searchers | None:
        """The newest look at the serving generation; None while there is none."""
        for left in range(_REOPENINGS, -1, -1):
            name = read_pointer(self.root)
            if name is None:
                return None
            try:
                if self._open is None or self._open[0] != name:
                    folder = self.root / name
                    self._open = (name, Reader(folder / "records"), Reader(folder / "pages"))
                _, records, pages = self._open
                # Records first: their pages are committed before them.
                return Searchers(name, records.searcher(), pages.searcher(), records.index.schema, pages.index.schema)
            except (OSError, ValueError) as error:
                # The generation was switched away or a segment merged away between two steps: look again.
                self._open = None
                if not left:
                    with tantivy_errors():
                        raise error
        return None

    def _begin_walk(self, searchers: Searchers) -> str:
        name = secrets.token_urlsafe(12)
        self._walks[name] = (searchers, time.monotonic())
        while len(self._walks) > _WALKS:
            self._walks.popitem(last=False)
        return name

    def _walk(self, name: str) -> Searchers:
        searchers, used = self._walks.pop(name, (None, 0.0))
        if searchers is None or time.monotonic() - used > _WALK_SECONDS:
            raise lost_cursor()
        self._walks[name] = (searchers, time.monotonic())
        return searchers


class TantivyRebuild:
    """A generation written beside the serving one; one at a time over all processes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = ExitStack()
        make_root(root)
        self._lock.enter_context(locked(root, "rebuild.lock", seconds=0.0))
        try:
            with locked(root, "write.lock"):
                drop_others(root, _pointer_or_none(root))
                self._name = new_generation(root)
        except BaseException:
            self._lock.close()
            raise

    def replace(self, documents: Sequence[IndexDocument]) -> None:
        if documents:
            writing.replace(self.root / self._name, documents)

    def switch(self) -> None:
        with self._lock, locked(self.root, "write.lock"):
            write_pointer(self.root, self._name)
            drop_others(self.root, self._name)

    def discard(self) -> None:
        with self._lock:
            drop_others(self.root, _pointer_or_none(self.root))


def _pointer_or_none(root: Path) -> str | None:
    """The serving generation even if another version of the program wrote it: it serves until the switch."""
    try:
        return str(json.loads((root / "current.json").read_text(encoding="utf-8"))["generation"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
