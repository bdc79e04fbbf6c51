"""No secret text in an office's stores: every version of every object, every entry and term, and the servers' own files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch
from minio import Minio

from infra.native.elasticsearch import ElasticsearchServer
from infra.native.minio import MinioServer
from sohoa.models import EVERYTHING
from sohoa.pipeline.house import House, open_house
from sohoa.pipeline.secrecy import seal
from sohoa.settings import Settings
from tests.conftest import DigitiseBare, Paper
from tests.faults import secrets_archive
from tests.faults.leaks import Finding, Needles, Scanner, tokens

pytestmark = [pytest.mark.servers, pytest.mark.timeout(900)]


@dataclass
class Office:
    """The two servers as their administrators see them."""

    objects: Minio
    index: Elasticsearch
    name: str
    folders: list[Path]

    def leaks(self, needles: Needles) -> set[Finding]:
        """Everything the servers tell, and everything in their folders."""
        scanner = Scanner(needles)
        others = self._of_other_tests()
        found = {one for folder in self.folders for one in scanner.tree(folder, without=others)}
        for one in self.objects.list_objects(self.name, recursive=True, include_version=True):
            facts = f"{one.object_name} {one.metadata} {one.tags}"
            found |= needles.in_text(f"the name and metadata of {one.object_name}", facts)
            if not one.is_delete_marker:
                answer = self.objects.get_object(self.name, str(one.object_name), version_id=one.version_id)
                found |= scanner.data(f"object {one.object_name}", answer.read())
                answer.release_conn()
        for hit in self.entries():
            found |= scanner.value(f"entry of {hit['_index']}", hit["_source"])
        found |= self._terms(needles)
        found |= scanner.value("settings of the index", dict(self.index.indices.get(index="*")))
        return found

    def _of_other_tests(self) -> list[Path]:
        """Folders of indices and buckets that other tests made on these servers: their texts are not ours to look at."""
        told = self.index.indices.get(index="*").items()
        uuids = {one["settings"]["index"]["uuid"] for name, one in told if not name.startswith(self.name)}
        indices = [path for folder in self.folders for uuid in uuids for path in folder.glob(f"data/indices/{uuid}")]
        buckets = {bucket.name for bucket in self.objects.list_buckets()} - {self.name}
        return indices + [folder / "data" / bucket for folder in self.folders for bucket in buckets]

    def _terms(self, needles: Needles) -> set[Finding]:
        """Fields whose dictionary has a term with a telling word in it, as spelled or folded."""
        found = set()
        for index, told in self.index.indices.get_mapping(index=f"{self.name}*").items():
            fields = told["mappings"]["properties"]
            for field in (name for name, kind in fields.items() if kind.get("type") in ("text", "keyword")):
                if fields[field].get("index", True):
                    for sentence in needles.sentences:
                        words = {w for w in re.findall(r"\w+", sentence.lower()) if set(tokens(w)) & set(needles.words)}
                        some = "|".join(sorted(words | {t for w in words for t in tokens(w)}))
                        query = {
                            "regexp": {
                                field: {"value": f"(.*[^a-z0-9])?({some})([^a-z0-9].*)?", "case_insensitive": True}
                            }
                        }
                        if self.index.count(index=index, query=query)["count"]:
                            found.add(Finding(f"term of {field}", "term", sentence))
        return found

    def entries(self) -> Iterator[dict[str, object]]:
        self.index.indices.refresh(index=f"{self.name}*")
        after = None
        while True:
            answer = self.index.search(index=f"{self.name}*", size=500, sort=["_doc"], search_after=after)
            yield from answer["hits"]["hits"]
            if not answer["hits"]["hits"]:
                return
            after = answer["hits"]["hits"][-1]["sort"]


@pytest.fixture
def office(
    office_settings: Settings,
    minio_server: MinioServer,
    elasticsearch_server: ElasticsearchServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Office]:
    objects = Minio(
        minio_server.endpoint, access_key=minio_server.access_key, secret_key=minio_server.secret_key, secure=False
    )
    index = Elasticsearch(
        elasticsearch_server.url, basic_auth=(elasticsearch_server.user, elasticsearch_server.password)
    )
    folders = [*tmp_path_factory.getbasetemp().glob("minio*"), elasticsearch_server.folder]
    yield Office(objects, index, office_settings.index.name, folders)
    index.close()


def test_no_marker_is_in_an_offices_stores(
    office: Office, office_settings: Settings, tmp_path: Path, paper: Paper, digitise_bare: DigitiseBare
) -> None:
    archive = secrets_archive.make(tmp_path / "in", paper)
    with open_house(office_settings) as house:
        digitise_bare(house, archive.folder)
        leaked = office.leaks(archive.secret) | Scanner(archive.secret).tree(office_settings.data)
        assert not leaked, sorted(leaked)

        kept = {one.where.partition("/")[0] for one in office.leaks(archive.control)}
        assert {"object originals", "object derived", "term of exact", "term of folded", "term of head"} <= kept
        assert any(where.startswith("entry of ") and where.endswith(".text") for where in kept)
        assert any(where.startswith("entry of ") and where.endswith(".entry.subject") for where in kept)
        _sealed_everywhere(office, house, archive.control)


def _sealed_everywhere(office: Office, house: House, control: Needles) -> None:
    """What is withdrawn later is in no version, entry, term or log either."""
    for sentence in (secrets_archive.SECRET.control_body, secrets_archive.CONTROL_BORN):
        hits = house.index.search(f'"{" ".join(tokens(sentence))}"', EVERYTHING).hits
        assert hits, sentence
        for hit in hits:
            seal(house, hit.record_id)
    # MinIO itself empties its folder of deleted parts some minutes later; no interface reaches it.
    left = {f"{one.where}: {one.sentence}" for one in office.leaks(control) if "/.trash/" not in one.where}
    assert not left, "\n".join(sorted(left))
