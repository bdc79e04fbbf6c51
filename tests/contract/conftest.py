"""Both back ends of each store: the embedded one, and the real server started natively once a session."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from infra.native.servers import ElasticsearchServer, MinioServer
from sohoa.settings import IndexSettings, ObjectSettings, Settings
from sohoa.stores.index import Index, open_index
from sohoa.stores.objects import ObjectStore, open_objects


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
