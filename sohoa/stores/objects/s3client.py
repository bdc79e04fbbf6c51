"""The connection to an S3 server: time limits, retries with jitter, and writes that never overwrite."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import certifi
import urllib3
from minio import Minio
from urllib3.util import Retry, Timeout

CONNECT_SECONDS = 5.0
READ_SECONDS = 60.0
RETRIES = 4


class _OnlyNew(threading.local):
    wanted = False


class CreatingPool(urllib3.PoolManager):
    """Adds `If-None-Match: *` to writes while asked to: the client has no parameter for it.

    A server that knows the header (MinIO, AWS since 2024) then refuses to write over a key, whoever came first;
    others ignore it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._only_new = _OnlyNew()

    @contextmanager
    def creating(self) -> Iterator[None]:
        """While this lasts, objects are created, never replaced (for this thread's calls)."""
        self._only_new.wanted = True
        try:
            yield
        finally:
            self._only_new.wanted = False

    def urlopen(self, method: str, url: str, redirect: bool = True, **kw: Any) -> urllib3.BaseHTTPResponse:  # type: ignore[override]
        if self._only_new.wanted and _writes_object(method, url):
            headers = kw.get("headers")
            kw["headers"] = urllib3.HTTPHeaderDict(headers or {})
            kw["headers"]["If-None-Match"] = "*"
        return super().urlopen(method, url, redirect, **kw)


def _writes_object(method: str, url: str) -> bool:
    """The two requests by which an object comes into being: a single PUT, and the completion of a multipart upload."""
    query = url.partition("?")[2]
    if method == "PUT":
        return not query
    return method == "POST" and "uploadId=" in query


def make_client(
    endpoint: str, *, secure: bool, access_key: str, secret_key: str, ca_file: Path | None
) -> tuple[Minio, CreatingPool]:
    """A client with this program's limits on time and tries, and its pool."""
    retries = Retry(
        total=RETRIES,
        backoff_factor=0.2,
        backoff_jitter=0.3,
        status_forcelist=(429, 500, 502, 503, 504),
        # Every request here may be repeated: writes are of the same bytes under the same key.
        allowed_methods=None,
        raise_on_status=False,
    )
    pool = CreatingPool(
        timeout=Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
        maxsize=16,
        retries=retries,
        cert_reqs="CERT_REQUIRED",
        ca_certs=str(ca_file) if ca_file else certifi.where(),
    )
    client = Minio(
        endpoint,
        access_key=access_key or None,
        secret_key=secret_key or None,
        secure=secure,
        http_client=pool,
    )
    return client, pool
