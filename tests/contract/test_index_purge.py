"""What is purged is in no file of the index any more; a record that stays shows that the search would find it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import tantivy

from infra.native.servers import ElasticsearchServer
from sohoa.models import EVERYTHING
from sohoa.settings import Settings
from sohoa.stores.index import Index, IndexDocument, PageEntry, RecordEntry, open_index
from tests.contract.conftest import index_settings

SECRET = "zqxvkwjmtyplrbdghfnc"
STAYS = "mwqzxtvbkyhjrplndcgf"
REPLACED = "kvbqwxzjtpymnlhrdfgc"


def _record(id_: str, marker: str) -> IndexDocument:
    entry = RecordEntry(
        record_id=id_, agency="CQ01", access_class="open", revision=1, subject=f"Về {marker}", signer=marker
    )
    return IndexDocument(record=entry, pages=(PageEntry(page=1, text=f"trang có {marker} ở giữa"),))


def _fill(index: Index) -> None:
    plain = [IndexDocument(record=_record(f"p{n:03}", "thường").record, pages=()) for n in range(300)]
    index.replace([*plain[:100], _record("secret", SECRET), _record("stays", STAYS)])
    index.replace([*plain[100:], _record("changed", REPLACED)])
    index.replace([_record("changed", "thường")], refresh=True)


def _purge_and_look(index: Index, traces: Callable[[str], int]) -> None:
    _fill(index)
    assert traces(SECRET) and traces(STAYS) and traces(REPLACED), "before, the search finds all three"
    index.remove(["secret"], purge=True)
    assert not traces(SECRET)
    assert not traces(REPLACED), "an earlier version is purged too"
    assert traces(STAYS)
    assert index.search(STAYS, EVERYTHING).total == 1
    assert index.search("thường", EVERYTHING).total == 301
    assert index.count() == 302


def test_tantivy_purges_terms_stored_fields_and_files(tmp_path: Path) -> None:
    root = tmp_path / "index"
    index = open_index(Settings(index_url=f"tantivy://{root}"))

    def traces(marker: str) -> int:
        generation = root / json.loads((root / "current.json").read_text())["generation"]
        found = sum(path.read_bytes().count(marker.encode()) for path in root.rglob("*") if path.is_file())
        for kind, fields in (
            ("records", ("exact", "folded", "head", "suggest", "signer")),
            ("pages", ("exact", "folded")),
        ):
            searcher = tantivy.Index.open(str(generation / kind)).searcher()
            for name in fields:
                found += sum(marker in term for term, _ in searcher.terms_with_prefix(name, ""))
        return found

    _purge_and_look(index, traces)
    index.close()


@pytest.mark.servers
def test_elasticsearch_purges_segments_and_log(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    server: ElasticsearchServer = request.getfixturevalue("elasticsearch_server")
    index = open_index(index_settings("elasticsearch", request, tmp_path))

    def traces(marker: str) -> int:
        files = [path for path in server.folder.rglob("*") if path.is_file()]
        return sum(path.read_bytes().count(marker.encode()) for path in files)

    _purge_and_look(index, traces)
    index.close()
