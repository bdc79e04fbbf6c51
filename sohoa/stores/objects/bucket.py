"""The bucket: made with versions and object lock where the server can, and what the operator must know otherwise."""

from __future__ import annotations

from typing import Literal, NamedTuple

from minio import Minio
from minio.commonconfig import ENABLED
from minio.error import S3Error
from minio.versioningconfig import VersioningConfig

from sohoa.language import Sentence

_CANNOT = {"NotImplemented", "InvalidArgument", "InvalidRequest", "MethodNotAllowed", "XNotImplemented"}

NO_LOCK = Sentence(
    "Cảnh báo: bucket không có khóa đối tượng (object lock); bản gốc có thể bị người có quyền xóa trước hạn.",
    "Warning: the bucket has no object lock; whoever has the right can delete originals before their time.",
)
COMPLIANCE = Sentence(
    "Cảnh báo: chế độ COMPLIANCE: trước ngày hết hạn không ai xóa được, kể cả khi phát hiện tài liệu mật.",
    "Warning: COMPLIANCE mode: nobody can delete before the date, not even a record found to be secret.",
)


class Bucket(NamedTuple):
    """What the bucket guarantees."""

    locked: bool
    notices: tuple[Sentence, ...]


def ready_bucket(client: Minio, name: str, mode: Literal["GOVERNANCE", "COMPLIANCE"]) -> Bucket:
    """Make the bucket if it is not there, and find out what it guarantees. Raises the client's errors."""
    if not client.bucket_exists(name):
        _make(client, name)
    if not _has_lock(client, name):
        return Bucket(False, (NO_LOCK,))
    return Bucket(True, (COMPLIANCE,) if mode == "COMPLIANCE" else ())


def _make(client: Minio, name: str) -> None:
    try:
        client.make_bucket(name, object_lock=True)
    except S3Error as error:
        if error.code in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
            return
        if error.code not in _CANNOT:
            raise
        client.make_bucket(name)
        try:
            client.set_bucket_versioning(name, VersioningConfig(ENABLED))
        except S3Error as unable:
            if unable.code not in _CANNOT:
                raise


def _has_lock(client: Minio, name: str) -> bool:
    try:
        client.get_object_lock_config(name)
    except S3Error as error:
        if error.code in _CANNOT | {"ObjectLockConfigurationNotFoundError", "AccessDenied"}:
            return False
        raise
    return True
