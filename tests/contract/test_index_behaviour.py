"""What an index promises besides its answers: scope, replacing, walks, rebuilding, errors; on both back ends."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from sohoa.errors import StoreBusyError, StoreDeniedError, StoreError, StoreFullError, StoreUnreachableError
from sohoa.models import EVERYTHING, Scope
from sohoa.settings import Settings
from sohoa.stores.index import START, Filters, Index, IndexDocument, PageEntry, RecordEntry, open_index
from sohoa.stores.index.elasticsearch import ElasticsearchIndex
from tests.contract.conftest import index_settings


def document(id_: str, *texts: str, **entry: Any) -> IndexDocument:
    """A record with a page for each text."""
    facts = {"record_id": id_, "agency": "CQ01", "access_class": "open", "revision": 1, "pages": len(texts)}
    pages = tuple(PageEntry(page=n, text=text) for n, text in enumerate(texts, 1))
    return IndexDocument(record=RecordEntry.model_validate(facts | entry), pages=pages)


def found(index: Index, query: str, scope: Scope = EVERYTHING, **more: Any) -> list[str]:
    """Ids of the hits."""
    return [hit.record_id for hit in index.search(query, scope, **more).hits]


def test_an_index_that_was_never_written_finds_nothing(index: Index) -> None:
    assert index.search("kế hoạch", EVERYTHING, facets=("agency",)).total == 0
    assert index.suggest("ke", EVERYTHING) == []
    assert list(index.entries()) == []
    assert index.count() == 0
    index.remove(["r1"])
    index.check()


def test_the_scope_limits_hits_counts_facets_snippets_and_suggestions(index: Index) -> None:
    index.replace(
        [
            document("r1", "cây xanh đô thị", agency="CQ01", access_class="open", subject="Trồng cây"),
            document("r2", "cây xanh đô thị", agency="CQ02", access_class="open", subject="Trồng rừng"),
            document("r3", "cây xanh đô thị", agency="CQ01", access_class="restricted", subject="Trồng hoa"),
        ],
        refresh=True,
    )
    open_one = Scope(agencies=frozenset({"CQ01"}), access_classes=frozenset({"open"}))
    result = index.search("cây xanh", open_one, facets=("agency", "access_class"))
    assert [hit.record_id for hit in result.hits] == ["r1"]
    assert result.total == 1
    assert result.facets == {"agency": [("CQ01", 1)], "access_class": [("open", 1)]}
    assert index.suggest("trồng", open_one) == ["Trồng cây"]
    assert found(index, "", open_one) == ["r1"]
    assert found(index, "cây", Scope(agencies=frozenset({"CQ01"}), access_classes=None)) == ["r1", "r3"]
    assert found(index, "cây", Scope(agencies=None, access_classes=frozenset({"open"}))) == ["r1", "r2"]
    for nobody in (Scope(agencies=frozenset(), access_classes=None), Scope(agencies=None, access_classes=frozenset())):
        assert found(index, "cây", nobody) == []
        assert index.suggest("trồng", nobody) == []
    assert sorted(index.suggest("trong", EVERYTHING)) == ["Trồng cây", "Trồng hoa", "Trồng rừng"]
    # A filter never widens the scope.
    assert found(index, "cây", open_one, filters=Filters(values={"agency": ("CQ02",)})) == []


def test_replacing_leaves_nothing_of_the_old_version(index: Index) -> None:
    index.replace([document("r1", "một cũ", "hai cũ", "ba cũ", subject="Tên cũ"), document("r2", "khác")], refresh=True)
    index.replace([document("r1", "chỉ còn một", subject="Tên mới", revision=2)], refresh=True)
    assert found(index, "cũ") == []
    assert index.suggest("tên", EVERYTHING) == ["Tên mới"]
    assert [tuple(entry) for entry in index.entries()] == [("r1", "2", 1), ("r2", "1", 1)]
    index.replace([document("r1", "một", "hai", revision=3)], refresh=True)
    assert [tuple(entry) for entry in index.entries()] == [("r1", "3", 2), ("r2", "1", 1)]
    assert index.count() == 2


def test_replacing_twice_changes_nothing(index: Index) -> None:
    documents = [document(f"r{n}", "văn bản", "trang hai") for n in range(20)]
    index.replace(documents, refresh=True)
    before = list(index.entries())
    index.replace(documents + documents, refresh=True)
    assert list(index.entries()) == before
    assert index.search("văn bản", EVERYTHING).total == 20


def test_removed_records_are_gone_at_once(index: Index) -> None:
    index.replace([document("r1", "cây xanh", "rừng"), document("r2", "cây xanh")])
    index.remove(["r1", "unknown"])
    assert found(index, "cây xanh") == ["r2"]
    assert [entry.record_id for entry in index.entries()] == ["r2"]
    index.remove(["r1"])
    index.remove([])
    assert index.count() == 1


def test_words_may_stand_on_different_pages_but_phrases_do_not_cross_them(index: Index) -> None:
    index.replace([document("r1", "đầu trang kế", "hoạch cuối trang")], refresh=True)
    assert found(index, "kế hoạch") == ["r1"]
    assert found(index, '"kế hoạch"') == []
    hit = index.search("kế hoạch", EVERYTHING).hits[0]
    assert sorted(hit.pages) == [1, 2]


def test_a_record_is_found_by_its_own_components_before_those_that_cite_it(index: Index) -> None:
    citing = "Căn cứ Kế hoạch số 638-KH/TU của Tỉnh ủy"
    index.replace(
        [document(f"a{n}", citing) for n in range(5)] + [document("r1", "nội dung khác", notation="638-KH/TU")],
        refresh=True,
    )
    assert found(index, "638-KH/TU")[0] == "r1"
    assert len(found(index, "638-KH/TU")) == 6


def test_a_walk_goes_past_ten_thousand_hits(index: Index) -> None:
    count = 10_300
    for start in range(0, count, 2_575):
        index.replace(
            [document(f"r{n:05}", year=2000 + n % 20, subject="báo cáo") for n in range(start, start + 2_575)]
        )
    index.refresh()
    with pytest.raises(StoreError):
        index.search("báo cáo", EVERYTHING, offset=9_990, limit=20)
    for sort in ("relevance", "newest"):
        cursor: str | None = START
        seen: list[str] = []
        while cursor:
            result = index.search("bao cao", EVERYTHING, sort=sort, cursor=cursor, limit=4_000, snippets=0)
            assert result.total == count
            seen += [hit.record_id for hit in result.hits]
            cursor = result.cursor
        assert len(seen) == len(set(seen)) == count
        if sort == "relevance":
            assert seen == sorted(seen), "all tie, so the record ids decide"


def test_a_walk_is_not_disturbed_by_writing_and_shows_nothing_removed(index: Index) -> None:
    index.replace([document(f"r{n:02}", "cây xanh") for n in range(10)], refresh=True)
    first = index.search("cây", EVERYTHING, cursor=START, limit=4)
    index.replace([document(f"a{n:02}", "cây xanh") for n in range(10)], refresh=True)
    second = index.search("cây", EVERYTHING, cursor=first.cursor, limit=4)
    assert [h.record_id for r in (first, second) for h in r.hits] == [f"r{n:02}" for n in range(8)]
    index.remove(["r08"])
    try:
        last = index.search("cây", EVERYTHING, cursor=second.cursor, limit=4)
    except StoreError:
        return
    assert [h.record_id for h in last.hits] == ["r09"]


def test_a_cursor_is_good_for_its_own_search_only(index: Index) -> None:
    index.replace([document(f"r{n}", "cây xanh") for n in range(5)], refresh=True)
    cursor = index.search("cây", EVERYTHING, cursor=START, limit=2).cursor
    assert cursor
    narrow = Scope(agencies=frozenset({"CQ09"}), access_classes=None)
    for query, scope, used in (("xanh", EVERYTHING, cursor), ("cây", narrow, cursor), ("cây", EVERYTHING, "bm8=")):
        with pytest.raises(StoreError):
            index.search(query, scope, cursor=used, limit=2)


def test_a_rebuild_is_seen_at_the_switch_and_not_before(index_setting: Settings) -> None:
    writer, reader = open_index(index_setting), open_index(index_setting)
    writer.replace([document(f"old{n}", "cây xanh") for n in range(7)], refresh=True)
    assert reader.search("cây", EVERYTHING).total == 7
    seen: list[int] = []
    errors: list[BaseException] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            try:
                seen.append(reader.search("cây", EVERYTHING).total)
            except BaseException as error:
                errors.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        for round_ in range(3):
            rebuild = writer.rebuild()
            rebuild.replace([document(f"new{n}", "cây xanh") for n in range(11 + round_)])
            rebuild.switch()
    finally:
        stop.set()
        thread.join()
    assert not errors
    assert set(seen) <= {7, 11, 12, 13}
    assert seen[0] == 7
    assert all(a <= b for a, b in pairwise(seen)), "nobody sees an older generation again"
    assert reader.search("cây", EVERYTHING).total == 13
    assert [e.record_id for e in reader.entries()] == sorted(f"new{n}" for n in range(13))
    writer.replace([document("later", "cây")], refresh=True)
    assert reader.count() == 14
    reader.close()
    writer.close()


def test_a_discarded_or_abandoned_rebuild_leaves_the_serving_index(index_setting: Settings) -> None:
    index = open_index(index_setting)
    index.replace([document("r1", "cây")], refresh=True)
    rebuild = index.rebuild()
    rebuild.replace([document("r2", "cây")])
    rebuild.discard()
    assert found(index, "cây") == ["r1"]
    abandoned = index.rebuild()
    abandoned.replace([document("r3", "cây")])
    del abandoned
    again = index.rebuild()
    again.replace([document("r4", "cây")])
    again.switch()
    assert found(index, "cây") == ["r4"]
    index.close()


def test_two_objects_of_one_index_see_the_same(index_setting: Settings) -> None:
    first, second = open_index(index_setting), open_index(index_setting)
    first.replace([document("r1", "cây")], refresh=True)
    assert found(second, "cây") == ["r1"]
    second.replace([document("r2", "cây")], refresh=True)
    assert found(first, "cây") == ["r1", "r2"]
    first.close()
    second.close()


def test_there_is_one_rebuild_at_a_time(tmp_path: Path) -> None:
    settings = Settings(index_url=f"tantivy://{tmp_path / 'index'}")
    rebuild = open_index(settings).rebuild()
    with pytest.raises(StoreBusyError):
        open_index(settings).rebuild()
    rebuild.discard()
    open_index(settings).rebuild().discard()


def test_an_index_of_another_version_is_refused_until_it_is_rebuilt(tmp_path: Path) -> None:
    index = open_index(Settings(index_url=f"tantivy://{tmp_path / 'index'}"))
    index.replace([document("r1", "cây")])
    pointer = tmp_path / "index" / "current.json"
    pointer.write_text(json.dumps(json.loads(pointer.read_text()) | {"schema": 0}))
    with pytest.raises(StoreError, match="reindex"):
        index.search("cây", EVERYTHING)
    rebuild = index.rebuild()
    rebuild.replace([document("r2", "cây")])
    rebuild.switch()
    assert found(index, "cây") == ["r2"]


@pytest.fixture
def on_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ElasticsearchIndex]:
    index = open_index(index_settings("elasticsearch", request, tmp_path))
    assert isinstance(index, ElasticsearchIndex)
    index.replace([document("r1", "cây")], refresh=True)
    yield index
    index.client.indices.put_settings(
        index=list(index.alias), settings={"blocks.read_only_allow_delete": None, "blocks.write": None}
    )
    index.close()


@pytest.mark.servers
def test_a_full_server_is_said_to_be_full(on_server: ElasticsearchIndex) -> None:
    # The block that the server sets itself at the flood stage of its disk.
    on_server.client.indices.put_settings(index=list(on_server.alias), settings={"blocks.read_only_allow_delete": True})
    with pytest.raises(StoreFullError):
        on_server.replace([document("r2", "rừng")])
    with pytest.raises(StoreFullError):
        on_server.check()
    with pytest.raises(StoreFullError):
        on_server.remove(["r1"])


@pytest.mark.servers
def test_every_item_of_a_bulk_is_read(on_server: ElasticsearchIndex) -> None:
    on_server.client.indices.put_settings(index=on_server.alias.pages, settings={"blocks.write": True})
    with pytest.raises(StoreError) as caught:
        on_server.replace([document("r2", "bí mật của trang")])
    assert "bí mật" not in str(caught.value.sentence.vi + caught.value.sentence.en)


@pytest.mark.servers
def test_a_wrong_password_is_denied(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    settings = index_settings("elasticsearch", request, tmp_path)
    wrong = settings.index.model_copy(update={"password": SecretStr("wrong")})
    index = open_index(settings.model_copy(update={"index": wrong}))
    with pytest.raises(StoreDeniedError):
        index.check()
    index.close()


@pytest.mark.servers
def test_a_server_that_is_not_there_is_said_so() -> None:
    index = open_index(Settings(index_url="http://127.0.0.1:9"))
    with pytest.raises(StoreUnreachableError):
        index.check()
    index.close()
