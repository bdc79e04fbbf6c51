"""The index on Elasticsearch: an alias over a versioned index, the same words and the same answers as the embedded one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from elasticsearch import NotFoundError

from sohoa.errors import StoreError
from sohoa.models import Scope
from sohoa.settings import IndexSettings
from sohoa.stores.index import elasticsearch_writing as writing
from sohoa.stores.index.base import DEEPEST, START, Filters, Hit, Indexed, SearchResult, Sort, lost_cursor, too_deep
from sohoa.stores.index.cursors import read_cursor, search_digest, write_cursor
from sohoa.stores.index.elasticsearch_client import call, full, make_client
from sohoa.stores.index.elasticsearch_generations import aliases, drop_others, new_generation, serving, switch
from sohoa.stores.index.elasticsearch_mapping import stored_entry
from sohoa.stores.index.elasticsearch_query import literal_pattern, pages_query, records_query, suggest_query
from sohoa.stores.index.elasticsearch_writing import Names, page_id
from sohoa.stores.index.entries import FacetField, IndexDocument, PageEntry
from sohoa.stores.index.found import EXAMINED, MOST_FACETS, MOST_PAGES, facet_list, joined, make_hit, suggested
from sohoa.stores.index.query import Query, parse
from sohoa.text.normal import fold, one_line

_KEEP = "2m"
"""How long the server keeps a walk's look between two calls; a purge is complete when the walks of its time are over."""

_SCAN = 5_000
_SORTS: dict[Sort, list[Any]] = {
    "relevance": [{"_score": "desc"}, {"record_id": "asc"}],
    "newest": [{"by_date": "desc"}],
    "oldest": [{"by_date": "asc"}],
    "notation": [{"by_notation": "asc"}],
    "record": [{"record_id": "asc"}],
}


class ElasticsearchIndex:
    """An index on a server. Indices are made at the first write; until then every search finds nothing."""

    def __init__(self, url: str, settings: IndexSettings) -> None:
        self.client = make_client(url, settings)
        self.name = settings.name
        self.alias = aliases(settings.name)
        self._known = False

    def replace(self, documents: Sequence[IndexDocument], *, refresh: bool = False) -> None:
        if documents:
            self._ensure()
            writing.replace(self.client, self.alias, documents, refresh=refresh)

    def remove(self, record_ids: Sequence[str], *, purge: bool = False) -> None:
        if serving(self.client, self.name) is None:
            return
        writing.remove(self.client, self.alias, record_ids)
        if purge:
            writing.purge(self.client, self.alias)

    def refresh(self) -> None:
        if self._exists():
            call(lambda: self.client.indices.refresh(index=list(self.alias)))

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
        if not self._exists():
            return SearchResult(0, (), {name: [] for name in facets})
        parsed = parse(query)
        scored = sort == "relevance" and bool(parsed.clauses)
        body: dict[str, Any] = {
            "query": records_query(parsed, scope, filters),
            "sort": _SORTS["record" if sort == "relevance" and not scored else sort],
            "size": limit,
            "track_total_hits": True,
            "track_scores": False,
            "source_includes": ["entry"],
            "aggs": {name: {"terms": {"field": name, "size": MOST_FACETS}} for name in facets},
        }
        state: dict[str, Any] = {}
        if cursor is None:
            body |= {"index": self.alias.records, "from_": offset}
        else:
            state = {} if cursor == START else read_cursor(cursor, digest)
            body |= self._walk(state)
        answer = self._ask(body)
        found = answer["hits"]["hits"]
        total = int(answer["hits"]["total"]["value"])
        after = self._next(answer, found, state, total, digest) if cursor is not None else None
        living = self._living(found) if state else found
        hits = tuple(self._hits(living, parsed, snippets, scored=scored))
        counted = {name: facet_list(answer["aggregations"][name]["buckets"]) for name in facets}
        return SearchResult(total, hits, counted, after)

    def suggest(self, prefix: str, scope: Scope, *, limit: int = 10) -> list[str]:
        folded = fold(one_line(prefix))
        if not folded or not self._exists():
            return []
        terms = {
            "field": "suggest",
            "include": literal_pattern(folded),
            "size": limit,
            "order": [{"_count": "desc"}, {"_key": "asc"}],
        }
        query = suggest_query(folded, scope)
        body = {"index": self.alias.records, "query": query, "size": 0, "aggs": {"values": {"terms": terms}}}
        buckets = self._ask(body)["aggregations"]["values"]["buckets"]
        return suggested((bucket["key"], bucket["doc_count"]) for bucket in buckets)

    def entries(self) -> Iterator[Indexed]:
        if not self._exists():
            return
        records = self._scan(self.alias.records, ["record_id"], "revision")
        pages = groupby(self._scan(self.alias.pages, ["record_id", "page"], "record_id"), key=lambda item: item[0])
        counts = ((id_, sum(1 for _ in group)) for id_, group in pages)
        yield from joined(records, counts)

    def count(self) -> int:
        if not self._exists():
            return 0
        return int(call(lambda: self.client.count(index=self.alias.records))["count"])

    def rebuild(self) -> ElasticsearchRebuild:
        return ElasticsearchRebuild(self)

    def check(self) -> None:
        self._ensure()
        call(lambda: self.client.cluster.health(wait_for_status="yellow", timeout="10s"))
        found = call(lambda: self.client.indices.get_settings(index=list(self.alias), flat_settings=True))
        for facts in dict(found).values():
            if str(facts["settings"].get("index.blocks.read_only_allow_delete", "")).lower() == "true":
                raise full()
        # The right to write, shown by deleting what is not there.
        writing.bulk(self.client, self.alias.records, [writing.Action("check", None)])

    def close(self) -> None:
        self.client.close()

    def _exists(self) -> bool:
        """True once there is an index; checked until there is, and its version with it."""
        self._known = self._known or serving(self.client, self.name) is not None
        return self._known

    def _ensure(self) -> None:
        if not self._exists():
            new_generation(self.client, self.name, serve=True)
            self._known = True

    def _ask(self, body: dict[str, Any]) -> dict[str, Any]:
        def ask() -> dict[str, Any] | None:
            try:
                return dict(self.client.search(**body))
            except NotFoundError:
                return None

        answer = call(ask)
        if answer is None:
            if "pit" in body:
                raise lost_cursor()
            self._known = False
            raise StoreError(
                "Chỉ mục trên Elasticsearch không còn. Chạy «sohoa reindex» để dựng lại.",
                "The index on Elasticsearch is gone. Run `sohoa reindex` to build it anew.",
            )
        return answer

    def _walk(self, state: dict[str, Any]) -> dict[str, Any]:
        if not state:
            opened = call(lambda: self.client.open_point_in_time(index=self.alias.records, keep_alive=_KEEP))
            return {"pit": {"id": opened["id"], "keep_alive": _KEEP}}
        if not isinstance(state.get("pit"), str) or not isinstance(state.get("after"), list):
            raise lost_cursor()
        return {"pit": {"id": state["pit"], "keep_alive": _KEEP}, "search_after": state["after"]}

    def _next(
        self, answer: dict[str, Any], found: list[Any], state: dict[str, Any], total: int, digest: str
    ) -> str | None:
        seen = int(state.get("seen", 0)) + len(found)
        if found and seen < total:
            return write_cursor(digest, {"pit": answer["pit_id"], "after": found[-1]["sort"], "seen": seen})
        call(lambda: self.client.options(ignore_status=404).close_point_in_time(id=answer["pit_id"]))
        return None

    def _living(self, found: list[Any]) -> list[Any]:
        """A walk's look is older than now: leave out what was removed since."""
        if not found:
            return found
        ids = [hit["_id"] for hit in found]
        there = call(lambda: self.client.mget(index=self.alias.records, ids=ids, source=False))
        known = {doc["_id"] for doc in there["docs"] if doc.get("found")}
        return [hit for hit in found if hit["_id"] in known]

    def _hits(self, found: list[Any], query: Query, snippets: int, *, scored: bool) -> Iterator[Hit]:
        numbers = self._matching_pages([hit["_id"] for hit in found], query) if snippets else {}
        texts = self._texts({id_: pages[:EXAMINED] for id_, pages in numbers.items()})
        for hit in found:
            id_ = hit["_id"]
            # When sorted by a field there is no score, as on the other back end.
            score = float(hit["sort"][0]) if scored else 0.0
            entry = stored_entry(hit["_source"])
            yield make_hit(entry, score, query, numbers.get(id_, []), texts.get(id_, []), snippets)

    def _matching_pages(self, ids: list[str], query: Query) -> dict[str, list[int]]:
        if not ids or not query.clauses:
            return {}
        searches: list[dict[str, Any]] = []
        for id_ in ids:
            sort = [{"_score": "desc"}, {"page": "asc"}]
            asked = {"query": pages_query(query, id_), "sort": sort, "size": MOST_PAGES, "_source": False}
            searches += [{}, asked]
        answers = call(lambda: self.client.msearch(index=self.alias.pages, searches=searches))["responses"]
        return {
            id_: [int(hit["sort"][1]) for hit in answer["hits"]["hits"]]
            for id_, answer in zip(ids, answers, strict=True)
            if "hits" in answer
        }

    def _texts(self, wanted: dict[str, list[int]]) -> dict[str, list[PageEntry]]:
        pairs = [(id_, page) for id_, pages in wanted.items() for page in pages]
        if not pairs:
            return {}
        ids = [page_id(id_, page) for id_, page in pairs]
        found = call(lambda: self.client.mget(index=self.alias.pages, ids=ids, source_includes=["text"]))["docs"]
        texts: dict[str, list[PageEntry]] = {}
        for (id_, page), doc in zip(pairs, found, strict=True):
            if doc.get("found"):
                texts.setdefault(id_, []).append(PageEntry(page=page, text=doc["_source"]["text"]))
        return texts

    def _scan(self, index: str, sort: list[str], field: str) -> Iterator[tuple[str, str]]:
        """Record id and one field of every entry, sorted."""
        pit = call(lambda: self.client.open_point_in_time(index=index, keep_alive=_KEEP))["id"]
        try:
            after: list[Any] | None = None
            while True:
                body: dict[str, Any] = {
                    "pit": {"id": pit, "keep_alive": _KEEP},
                    "sort": sort,
                    "size": _SCAN,
                    "source": False,
                    "docvalue_fields": [field],
                }
                answer = self._ask(body | ({"search_after": after} if after else {}))
                hits = answer["hits"]["hits"]
                yield from ((hit["sort"][0], str(hit["fields"][field][0])) for hit in hits)
                if len(hits) < _SCAN:
                    return
                pit, after = answer["pit_id"], hits[-1]["sort"]
        finally:
            call(lambda: self.client.options(ignore_status=404).close_point_in_time(id=pit))


class ElasticsearchRebuild:
    """A generation written beside the serving one. The indexer's role in the catalogue sees to it that there is one."""

    def __init__(self, index: ElasticsearchIndex) -> None:
        self._index = index
        drop_others(index.client, index.name)
        self._names: Names = new_generation(index.client, index.name, serve=False)

    def replace(self, documents: Sequence[IndexDocument]) -> None:
        if documents:
            writing.replace(self._index.client, self._names, documents, refresh=False)

    def switch(self) -> None:
        client = self._index.client
        call(lambda: client.indices.refresh(index=list(self._names)))
        switch(client, self._index.name, self._names)

    def discard(self) -> None:
        client = self._index.client
        call(lambda: client.indices.delete(index=list(self._names), ignore_unavailable=True))
