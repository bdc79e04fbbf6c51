"""The object store on MinIO or another S3 server: one version a key, locked, checked when written and when read."""

from __future__ import annotations

import base64
import hashlib
import io
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from minio.commonconfig import COMPLIANCE, GOVERNANCE
from minio.deleteobjects import DeleteObject
from minio.error import S3Error
from minio.retention import Retention
from urllib3.exceptions import HTTPError

from sohoa.errors import RetainedObjectError, SettingsError, StoreError
from sohoa.language import Sentence
from sohoa.settings import ObjectSettings
from sohoa.stores.objects.base import CHUNK, ROOM, ObjectFacts, changed, conflict, corrupt, missing
from sohoa.stores.objects.bucket import Bucket, ready_bucket
from sohoa.stores.objects.keys import addressed_hash, check_key
from sohoa.stores.objects.s3client import make_client
from sohoa.stores.objects.s3errors import GONE, s3_errors
from sohoa.stores.oserrors import translated

PART = 16 * 1024**2
"""Bytes of one part of a multipart upload; smaller objects go in one request with their checksum."""

_HASH_HEADER = "x-amz-meta-sha256"
_READS = 3
_log = logging.getLogger(__name__)


class S3Store:
    """Objects in one bucket. The only metadata is the SHA-256: no title, no name, no record id."""

    def __init__(self, endpoint: str, bucket: str, settings: ObjectSettings, *, secure: bool) -> None:
        self.bucket = bucket
        self.settings = settings
        self._client, self._pool = make_client(
            endpoint,
            secure=secure,
            access_key=settings.access_key,
            secret_key=settings.secret_key.get_secret_value(),
            ca_file=settings.ca_file,
        )
        self._ready: Bucket | None = None

    @classmethod
    def from_url(cls, url: str, settings: ObjectSettings) -> S3Store:
        """The store at `s3+http://host:port/bucket` or `s3+https://…`. `SettingsError` without host or bucket."""
        parts = urlsplit(url)
        bucket = parts.path.strip("/")
        if not parts.netloc or not bucket or "/" in bucket or "@" in parts.netloc:
            raise SettingsError(
                "objects_url phải có máy và bucket: s3+https://máy:cổng/bucket (khóa truy cập đặt ở mục objects)",
                "objects_url must name host and bucket: s3+https://host:port/bucket (keys belong in the section objects)",
            )
        try:
            return cls(parts.netloc, bucket, settings, secure=parts.scheme == "s3+https")
        except ValueError as error:
            raise SettingsError(f"objects_url sai: {error}", f"objects_url is wrong: {error}") from error

    @property
    def notices(self) -> tuple[Sentence, ...]:
        return self._ready.notices if self._ready else ()

    def put_file(self, key: str, path: Path, sha256: str) -> ObjectFacts:
        with translated(), path.open("rb") as stream:
            return self._put(key, stream, path.stat().st_size, sha256)

    def put_bytes(self, key: str, data: bytes) -> ObjectFacts:
        return self._put(key, io.BytesIO(data), len(data), hashlib.sha256(data).hexdigest())

    def get(self, key: str) -> bytes:
        sink = io.BytesIO()
        self._read(key, sink)
        return sink.getvalue()

    def fetch(self, key: str, target: Path) -> ObjectFacts:
        partial = target.with_name(f".{secrets.token_hex(8)}.part")
        with translated():
            try:
                with os.fdopen(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as sink:
                    facts = self._read(key, sink)
                    sink.flush()
                    os.fsync(sink.fileno())
                partial.replace(target)
            finally:
                partial.unlink(missing_ok=True)
        return facts

    def stat(self, key: str) -> ObjectFacts | None:
        check_key(key)
        with s3_errors():
            self._prepare()
            head = self._head(key)
            if head is None:
                return None
            versions = [v for v in self._versions(key) if not v[1]]
        size, sha256 = head
        return ObjectFacts(size, sha256, max(1, len(versions)))

    def keys(self, prefix: str = "") -> Iterator[str]:
        with s3_errors():
            self._prepare()
            for item in self._client.list_objects(self.bucket, prefix=prefix or None, recursive=True):
                if item.object_name and not item.is_dir:
                    yield item.object_name

    def withdraw(self, key: str) -> int:
        check_key(key)
        with s3_errors():
            self._prepare()
            self._abort_uploads(key)
            versions = self._versions(key)
            wanted = [DeleteObject(key, version) for version, _ in versions]
            refused = list(
                self._client.remove_objects(self.bucket, wanted, bypass_governance_mode=bool(self._bucket().locked))
            )
            if refused:
                raise self._retained(key, refused[0].version_id, refused[0].code)
        return sum(not marker for _, marker in versions)

    def check(self, room: int = ROOM) -> None:  # noqa: ARG002 (S3 does not tell how much room is left: a full one says so on write)
        with s3_errors():
            self._ready = None
            self._prepare()
            # The right to write, without leaving a version behind that the lock would keep for years.
            upload = self._client._create_multipart_upload(self.bucket, "check", {})
            self._client._abort_multipart_upload(self.bucket, "check", upload)
            next(self._client.list_objects(self.bucket, prefix="originals/"), None)

    def _put(self, key: str, stream: BinaryIO, size: int, sha256: str) -> ObjectFacts:
        check_key(key)
        if (named := addressed_hash(key)) and named != sha256:
            raise conflict()
        with s3_errors():
            self._prepare()
            if (facts := self._existing(key, size, sha256)) is not None:
                return facts
            try:
                self._create(key, _Hashing(stream, size, sha256), size, sha256)
            except S3Error as error:
                # Somebody else, or an attempt of ours whose answer was lost, created the key first.
                if error.code not in ("PreconditionFailed", "ConditionalRequestConflict"):
                    raise
            facts = self._existing(key, size, sha256)
        if facts is None:
            raise missing()
        return facts

    def _create(self, key: str, stream: _Hashing, size: int, sha256: str) -> None:
        metadata: dict[str, str | list[str] | tuple[str]] = {_HASH_HEADER: sha256}
        if size <= PART:
            # The server refuses bytes that do not have this checksum, and keeps it. Parts are covered by the
            # signature (http) or by MD5 (https), the whole by the hash that the stream checks before completion.
            metadata["x-amz-checksum-sha256"] = base64.b64encode(bytes.fromhex(sha256)).decode()
        retention = None
        if self._bucket().locked:
            mode = COMPLIANCE if self.settings.retention_mode == "COMPLIANCE" else GOVERNANCE
            retention = Retention(mode, datetime.now(UTC) + timedelta(days=self.settings.retention_days))
        with self._pool.creating():
            self._client.put_object(
                self.bucket,
                key,
                stream,  # type: ignore[arg-type]
                size,
                metadata=metadata,
                part_size=PART,
                num_parallel_uploads=1,
                retention=retention,
            )

    def _existing(self, key: str, size: int, sha256: str) -> ObjectFacts | None:
        """What the key holds, if it holds exactly these bytes; an error if others."""
        facts = self.stat(key)
        if facts is not None and (facts.size, facts.sha256) != (size, sha256):
            raise conflict()
        return facts

    def _read(self, key: str, sink: BinaryIO) -> ObjectFacts:
        check_key(key)
        with s3_errors():
            self._prepare()
            head = self._head(key)
            if head is None:
                raise missing()
            for left in reversed(range(_READS)):
                sink.seek(0)
                sink.truncate()
                try:
                    size, found = self._stream(key, sink)
                    break
                except HTTPError:
                    # The connection broke in the middle; begin again.
                    if not left:
                        raise
        if (size, found) != head:
            raise corrupt()
        return ObjectFacts(size, found, 1)

    def _stream(self, key: str, sink: BinaryIO) -> tuple[int, str]:
        digest = hashlib.sha256()
        size = 0
        with closing(self._client.get_object(self.bucket, key)) as response:
            try:
                for block in response.stream(CHUNK):
                    digest.update(block)
                    sink.write(block)
                    size += len(block)
            finally:
                response.release_conn()
        return size, digest.hexdigest()

    def _head(self, key: str) -> tuple[int, str] | None:
        try:
            found = self._client.stat_object(self.bucket, key)
        except S3Error as error:
            if error.code in GONE:
                return None
            raise
        metadata = {name.lower(): value for name, value in (found.metadata or {}).items()}
        sha256 = metadata.get(_HASH_HEADER) or addressed_hash(key) or ""
        return found.size or 0, sha256

    def _versions(self, key: str) -> list[tuple[str | None, bool]]:
        """Every version of a key: its id, and whether it is a delete marker."""
        listed = self._client.list_objects(self.bucket, prefix=key, recursive=True, include_version=True)
        return [(v.version_id, bool(v.is_delete_marker)) for v in listed if v.object_name == key]

    def _abort_uploads(self, key: str) -> None:
        found = self._client._list_multipart_uploads(self.bucket, prefix=key)
        for upload in found.uploads:
            if upload.object_name == key and upload.upload_id:
                self._client._abort_multipart_upload(self.bucket, key, upload.upload_id)

    def _retained(self, key: str, version: str | None, code: str | None) -> StoreError:
        try:
            held = self._client.get_object_retention(self.bucket, key, version)
        except S3Error:
            held = None
        if held is None or held.retain_until_date is None:
            return StoreError(
                f"Kho đối tượng không cho xóa ({code}). Kiểm tra quyền s3:BypassGovernanceRetention và legal hold.",
                f"The object store refuses to delete ({code}). Check s3:BypassGovernanceRetention and legal holds.",
            )
        day = held.retain_until_date.date().isoformat()
        return RetainedObjectError(
            f"Không xóa được trước ngày {day}: đối tượng bị khóa theo chế độ {held.mode}.",
            f"It cannot be removed before {day}: the object is locked in mode {held.mode}.",
        )

    def _bucket(self) -> Bucket:
        if self._ready is None:
            self._prepare()
        assert self._ready is not None
        return self._ready

    def _prepare(self) -> None:
        if self._ready is None:
            self._ready = ready_bucket(self._client, self.bucket, self.settings.retention_mode)
            for notice in self._ready.notices:
                _log.warning("%s", notice)


class _Hashing:
    """A stream that hashes what is read and refuses to end with another hash than expected."""

    def __init__(self, stream: BinaryIO, size: int, sha256: str) -> None:
        self._stream, self._left, self._wanted = stream, size, sha256
        self._digest = hashlib.sha256()
        if not size and self._digest.hexdigest() != sha256:
            raise changed()

    def read(self, size: int = -1) -> bytes:
        block = self._stream.read(size)
        self._digest.update(block)
        self._left -= len(block)
        # Raised before the upload is completed, so nothing comes into being under the key.
        if (not block and self._left > 0) or (self._left <= 0 and self._digest.hexdigest() != self._wanted):
            raise changed()
        return block
