"""The object store: originals and what was derived from them, in a folder or on an S3 server such as MinIO."""

from __future__ import annotations

from pathlib import Path

from sohoa.errors import SettingsError
from sohoa.settings import Settings
from sohoa.stores.objects.base import ObjectFacts, ObjectStore
from sohoa.stores.objects.keys import derived_key, derived_prefix, original_key

__all__ = ["ObjectFacts", "ObjectStore", "derived_key", "derived_prefix", "open_objects", "original_key"]


def open_objects(settings: Settings) -> ObjectStore:
    """The store that `objects_url` chooses: `file://…`, `s3+http://host:port/bucket` or `s3+https://…`.

    `SettingsError` for another URL. A server is not contacted before the first call.
    """
    url = settings.resolved_objects_url
    if url.startswith("file://"):
        from sohoa.stores.objects.folder import FolderStore

        return FolderStore(Path(url.removeprefix("file://")))
    if url.startswith(("s3+http://", "s3+https://")):
        from sohoa.stores.objects.minio import S3Store

        return S3Store.from_url(url, settings.objects)
    raise SettingsError(
        "objects_url phải có dạng file:///thư-mục, s3+http://máy:cổng/bucket hoặc s3+https://máy:cổng/bucket",
        "objects_url must look like file:///folder, s3+http://host:port/bucket or s3+https://host:port/bucket",
    )
