"""What an object store promises: written once, checked, whole or not there, gone when withdrawn; on both back ends."""

from __future__ import annotations

import hashlib
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from minio import Minio

from infra.native.servers import MinioServer
from sohoa.errors import (
    ChangedError,
    CorruptObjectError,
    MissingObjectError,
    ObjectConflictError,
    RetainedObjectError,
    StoreDeniedError,
    StoreError,
    StoreFullError,
    StoreUnreachableError,
)
from sohoa.settings import Settings
from sohoa.stores.objects import ObjectFacts, ObjectStore, derived_key, open_objects, original_key
from sohoa.stores.objects.folder import FolderStore
from sohoa.stores.objects.minio import S3Store
from tests.contract.conftest import minio_settings

KEY = derived_key("u1", "v1")


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def a_file(path: Path, data: bytes) -> tuple[Path, str]:
    path.write_bytes(data)
    return path, sha(data)


def test_what_was_put_comes_back(objects: ObjectStore, tmp_path: Path) -> None:
    objects.check()
    for size in (0, 1, 70_000, 20 * 1024**2):
        data = os.urandom(size)
        path, sha256 = a_file(tmp_path / "in", data)
        key = original_key(sha256)
        assert objects.stat(key) is None
        assert objects.put_file(key, path, sha256) == ObjectFacts(size, sha256, 1)
        assert objects.get(key) == data
        target = tmp_path / "out"
        assert objects.fetch(key, target).sha256 == sha256
        assert target.read_bytes() == data
        assert target.stat().st_mode & 0o777 == 0o600
        assert objects.stat(key) == ObjectFacts(size, sha256, 1)


def test_putting_again_makes_no_second_version(objects: ObjectStore, tmp_path: Path) -> None:
    path, sha256 = a_file(tmp_path / "in", b"x" * 1000)
    for _ in range(3):
        assert objects.put_file(original_key(sha256), path, sha256).versions == 1
        assert objects.put_bytes(KEY, b"derived").versions == 1
    assert list(objects.keys()) == [KEY, original_key(sha256)]


def test_nothing_is_overwritten(objects: ObjectStore, tmp_path: Path) -> None:
    objects.put_bytes(KEY, b"first")
    with pytest.raises(ObjectConflictError):
        objects.put_bytes(KEY, b"other")
    assert objects.get(KEY) == b"first"
    path, _ = a_file(tmp_path / "in", b"abc")
    with pytest.raises(StoreError):
        objects.put_file(original_key(sha(b"xyz")), path, sha(b"abc"))
    assert objects.stat(original_key(sha(b"xyz"))) is None


@pytest.mark.parametrize("size", [1_000, 40 * 1024**2])
def test_a_file_that_changed_since_it_was_hashed_is_refused(objects: ObjectStore, tmp_path: Path, size: int) -> None:
    path, _ = a_file(tmp_path / "in", b"a" * size)
    promised = sha(b"b" * size)
    with pytest.raises(ChangedError):
        objects.put_file(original_key(promised), path, promised)
    assert objects.stat(original_key(promised)) is None
    assert list(objects.keys()) == []


def test_keys_are_listed_by_prefix(objects: ObjectStore) -> None:
    for unit in ("u1", "u2", "u20"):
        for version in ("v1", "v2"):
            objects.put_bytes(derived_key(unit, version), unit.encode())
    assert list(objects.keys("derived/u2/")) == [derived_key("u2", "v1"), derived_key("u2", "v2")]
    assert len(list(objects.keys("derived/u2"))) == 4
    assert len(list(objects.keys())) == 6
    assert list(objects.keys("nothing/here")) == []


def test_withdrawn_is_gone_and_may_come_again(objects: ObjectStore) -> None:
    objects.put_bytes(KEY, b"x")
    other = derived_key("u1", "v11")
    objects.put_bytes(other, b"y")
    assert objects.withdraw(KEY) == 1
    assert objects.stat(KEY) is None
    with pytest.raises(MissingObjectError):
        objects.get(KEY)
    assert list(objects.keys()) == [other]
    assert objects.withdraw(KEY) == 0
    assert objects.put_bytes(KEY, b"z").versions == 1


def test_what_is_not_there_is_said_so(objects: ObjectStore, tmp_path: Path) -> None:
    with pytest.raises(MissingObjectError):
        objects.get(KEY)
    with pytest.raises(MissingObjectError):
        objects.fetch(KEY, tmp_path / "out")
    assert list(tmp_path.glob("*out*")) == []


@pytest.mark.parametrize("key", ["../x", "/x", "a//b", "a/../b", "a/.b", "tên", "a b", "", "a/object-1", "x" * 2000])
def test_a_key_cannot_leave_the_store(objects: ObjectStore, key: str) -> None:
    with pytest.raises(StoreError):
        objects.put_bytes(key, b"x")
    with pytest.raises(StoreError):
        objects.stat(key)


def _damage(store: ObjectStore, key: str) -> None:
    if isinstance(store, FolderStore):
        path = next(p for p in store.root.rglob("*") if p.is_file() and ".partial" not in p.parts)
        damaged = bytearray(path.read_bytes())
        damaged[len(damaged) // 2] ^= 1
        path.write_bytes(bytes(damaged))
    elif isinstance(store, S3Store):
        facts = store.stat(key)
        assert facts
        # Somebody with the keys writes over it: the hash in the metadata stays, the bytes are others.
        data = os.urandom(facts.size)
        metadata: dict[str, str | list[str] | tuple[str]] = {"sha256": facts.sha256}
        store._client.put_object(store.bucket, key, io.BytesIO(data), len(data), metadata=metadata)


def test_damaged_bytes_are_never_handed_out(objects: ObjectStore, tmp_path: Path) -> None:
    objects.put_bytes(KEY, b"x" * 5000)
    _damage(objects, KEY)
    with pytest.raises(CorruptObjectError):
        objects.get(KEY)
    target = tmp_path / "out"
    with pytest.raises(CorruptObjectError):
        objects.fetch(KEY, target)
    assert not target.exists()
    assert list(tmp_path.glob(".*.part")) == []


_CHILD = """
import sys
from pathlib import Path
from sohoa.settings import Settings
from sohoa.stores.objects import open_objects
settings = Settings.model_validate_json(sys.stdin.read())
print("begin", flush=True)
open_objects(settings).put_file(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
print("done", flush=True)
"""


def test_killed_in_the_middle_of_a_put(objects: ObjectStore, tmp_path: Path) -> None:
    size = 300 * 1024**2
    path = tmp_path / "in"
    with path.open("wb") as stream:
        stream.truncate(size)
    digest = hashlib.sha256()
    for _ in range(300):
        digest.update(bytes(1024**2))
    sha256 = digest.hexdigest()
    key = original_key(sha256)
    objects.check()
    arguments = [sys.executable, "-c", _CHILD, key, str(path), sha256]
    child = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdin and child.stdout
    child.stdin.write(_as_json(objects))
    child.stdin.close()
    until = time.monotonic() + 60
    while not _half_written(objects, key):
        assert child.poll() is None and time.monotonic() < until
        time.sleep(0.005)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert "done" not in child.stdout.read(), "killed before it was done"
    assert objects.stat(key) is None
    assert list(objects.keys()) == []
    again = open_objects(_settings_of(objects))
    assert again.put_file(key, path, sha256) == ObjectFacts(size, sha256, 1)
    if isinstance(again, FolderStore):
        assert list((again.root / ".partial").iterdir()) == [], "what the killed one left is swept"
    assert again.withdraw(key) == 1
    assert not _half_written(again, key), "an unfinished upload is withdrawn too"


def _half_written(store: ObjectStore, key: str) -> bool:
    if isinstance(store, FolderStore):
        return any(p.stat().st_size > 1_000_000 for p in (store.root / ".partial").glob("*/data"))
    assert isinstance(store, S3Store)
    return bool(store._client._list_multipart_uploads(store.bucket, prefix=key).uploads)


def _settings_of(store: ObjectStore) -> Settings:
    if isinstance(store, FolderStore):
        return Settings(objects_url=f"file://{store.root}")
    assert isinstance(store, S3Store)
    return Settings(objects_url=f"s3+http://{store._client._base_url.host}/{store.bucket}", objects=store.settings)


def _as_json(store: ObjectStore) -> str:
    import json

    settings = _settings_of(store)
    values = settings.model_dump(mode="json", include={"objects_url": True, "objects": True})
    values["objects"]["secret_key"] = settings.objects.secret_key.get_secret_value()
    return json.dumps(values)


def test_a_full_disk_is_said_so_and_leaves_nothing(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    mount = tmp_path / "small"
    mount.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(mount)], capture_output=True)
    if mounted.returncode:
        pytest.skip("this machine does not let root mount a small disk")
    try:
        store = FolderStore(mount / "objects")
        path, sha256 = a_file(tmp_path / "in", os.urandom(4 * 1024**2))
        with pytest.raises(StoreFullError):
            store.check()
        with pytest.raises(StoreFullError):
            store.put_file(original_key(sha256), path, sha256)
        assert list(store.keys()) == []
        assert store.put_bytes(KEY, b"small").size == 5
    finally:
        subprocess.run(["umount", str(mount)], check=True)


def test_files_of_the_folder_are_the_owners_only(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "objects")
    store.put_bytes(KEY, b"x")
    for path in (store.root, *store.root.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.servers
class TestMinio:
    """What only the server can show."""

    def test_metadata_holds_the_hash_and_nothing_else(self, minio_server: MinioServer) -> None:
        store = open_objects(minio_settings(minio_server, "metadata"))
        store.put_bytes(KEY, b"x")
        found = _client(minio_server).stat_object("metadata", KEY)
        mine = {k.lower() for k in (found.metadata or {}) if k.lower().startswith("x-amz-meta-")}
        assert mine == {"x-amz-meta-sha256"}

    def test_versions_are_locked_in_governance_mode(self, minio_server: MinioServer) -> None:
        open_objects(minio_settings(minio_server, "locked")).put_bytes(KEY, b"x")
        held = _client(minio_server).get_object_retention("locked", KEY)
        assert held and held.mode == "GOVERNANCE"

    def test_compliance_cannot_be_withdrawn_and_says_until_when(self, minio_server: MinioServer) -> None:
        settings = minio_settings(minio_server, "compliance", retention_mode="COMPLIANCE", retention_days=1)
        store = open_objects(settings)
        store.check()
        assert "COMPLIANCE" in store.notices[0].en
        store.put_bytes(KEY, b"x")
        with pytest.raises(RetainedObjectError, match=r"\d{4}-\d{2}-\d{2}"):
            store.withdraw(KEY)
        assert store.get(KEY) == b"x"

    def test_a_bucket_without_lock_works_with_a_warning(self, minio_server: MinioServer) -> None:
        _client(minio_server).make_bucket("unlocked")
        store = open_objects(minio_settings(minio_server, "unlocked"))
        store.check()
        assert "object lock" in store.notices[0].en
        assert store.put_bytes(KEY, b"x").versions == 1
        assert store.withdraw(KEY) == 1
        assert list(store.keys()) == []

    def test_two_writers_of_one_key_make_one_version(self, minio_server: MinioServer) -> None:
        store = open_objects(minio_settings(minio_server, "race"))
        assert isinstance(store, S3Store)
        store.put_bytes(KEY, b"first")
        # The second one looked before the first was done, so it goes on to write.
        from sohoa.stores.objects.minio import _Hashing

        with pytest.raises(Exception, match="PreconditionFailed"):
            store._create(KEY, _Hashing(io.BytesIO(b"other"), 5, sha(b"other")), 5, sha(b"other"))
        assert store.get(KEY) == b"first"
        assert store.stat(KEY) == ObjectFacts(5, sha(b"first"), 1)

    def test_a_wrong_key_is_denied(self, minio_server: MinioServer) -> None:
        settings = minio_settings(minio_server, "denied")
        wrong = settings.objects.model_copy(update={"access_key": "nobody"})
        with pytest.raises(StoreDeniedError):
            open_objects(settings.model_copy(update={"objects": wrong})).check()

    def test_a_server_that_is_not_there_is_said_so(self) -> None:
        began = time.monotonic()
        with pytest.raises(StoreUnreachableError):
            open_objects(Settings(objects_url="s3+http://127.0.0.1:9/bucket")).check()
        assert time.monotonic() - began < 30


def _client(server: MinioServer) -> Minio:
    return Minio(server.endpoint, access_key=server.access_key, secret_key=server.secret_key, secure=False)
