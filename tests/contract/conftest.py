"""Both back ends of each store: the embedded one, and the real server started natively once a session."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from infra.native.install import InstallError
from infra.native.processes import remove, stop_pid
from infra.native.servers import ElasticsearchServer, MinioServer, StartError, start_elasticsearch, start_minio
from sohoa.settings import IndexSettings, ObjectSettings, Settings
from sohoa.stores.index import Index, open_index
from sohoa.stores.objects import ObjectStore, open_objects


def _or_skip(start: Callable[[], Any], what: str) -> Any:
    """A server that does not start fails the run in CI; elsewhere its tests are skipped, saying why."""
    try:
        return start()
    except (InstallError, StartError, OSError) as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"{what} does not start here: {error}")


@pytest.fixture(scope="session")
def minio_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MinioServer]:
    folder = tmp_path_factory.mktemp("minio")
    server = _or_skip(lambda: start_minio(folder), "MinIO")
    yield server
    stop_pid(server.guarded.pid)


@pytest.fixture(scope="session")
def elasticsearch_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ElasticsearchServer]:
    folder = tmp_path_factory.mktemp("elasticsearch")
    server = _or_skip(lambda: start_elasticsearch(folder), "Elasticsearch")
    yield server
    stop_pid(server.guarded.pid)
    remove(server.folder)


@pytest.fixture(params=["folder", pytest.param("minio", marks=pytest.mark.servers)])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    """An empty object store of each kind."""
    return open_objects(object_settings(request, tmp_path))


def object_settings(request: pytest.FixtureRequest, folder: Path, **more: Any) -> Settings:
    """Settings of a new store of the kind that the test is run with."""
    if request.param == "folder":
        return Settings(objects_url=f"file://{folder / 'objects'}")
    server: MinioServer = request.getfixturevalue("minio_server")
    return minio_settings(server, f"b{uuid.uuid4().hex[:12]}", **more)


def minio_settings(server: MinioServer, bucket: str, **more: Any) -> Settings:
    """Settings for a bucket on the running MinIO."""
    access = ObjectSettings(access_key=server.access_key, secret_key=SecretStr(server.secret_key), **more)
    return Settings(objects_url=f"s3+http://{server.endpoint}/{bucket}", objects=access)


def index_settings(kind: str, request: pytest.FixtureRequest, folder: Path) -> Settings:
    """Settings of a new index of a kind."""
    if kind == "tantivy":
        return Settings(index_url=f"tantivy://{folder / 'index'}")
    server: ElasticsearchServer = request.getfixturevalue("elasticsearch_server")
    access = IndexSettings(name=f"t{uuid.uuid4().hex[:12]}", user=server.user, password=SecretStr(server.password))
    return Settings(index_url=server.url, index=access)


INDEX_KINDS = ["tantivy", pytest.param("elasticsearch", marks=pytest.mark.servers)]


@pytest.fixture(params=INDEX_KINDS)
def index_setting(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of an empty index of each kind."""
    return index_settings(request.param, request, tmp_path)


@pytest.fixture
def index(index_setting: Settings) -> Iterator[Index]:
    """An empty index of each kind."""
    opened = open_index(index_setting)
    yield opened
    opened.close()
