"""Errors of an S3 server and of the way to it, said as store errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from minio.error import InvalidResponseError, MinioException, S3Error, ServerError
from urllib3.exceptions import HTTPError, MaxRetryError, SSLError

from sohoa.errors import StoreDeniedError, StoreError, StoreFullError, StoreUnreachableError
from sohoa.stores.objects.base import missing

_DENIED = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "AllAccessDisabled", "AccountProblem"}
_FULL = {
    "XMinioStorageFull",
    "XMinioAdminBucketQuotaExceeded",
    "InsufficientStorage",
    "QuotaExceeded",
    "EntityTooLarge",
}
_BUSY = {
    "SlowDown",
    "SlowDownRead",
    "SlowDownWrite",
    "ServiceUnavailable",
    "InternalError",
    "XMinioServerNotInitialized",
}
GONE = {"NoSuchKey", "NoSuchVersion", "NoSuchObject", "MethodNotAllowed"}


@contextmanager
def s3_errors() -> Iterator[None]:
    """Raise whatever the client raises as a `StoreError`; keys and addresses stay out of the sentence."""
    try:
        yield
    except S3Error as error:
        raise _said(error) from error
    except (MinioException, HTTPError) as error:
        raise _unanswered(error) from error


def _said(error: S3Error) -> StoreError:
    code = error.code or ""
    if code in GONE:
        return missing()
    if code in _FULL:
        return StoreFullError(
            "Kho đối tượng đã đầy. Thêm dung lượng hoặc nâng hạn mức rồi chạy lại.",
            "The object store is full. Add room or raise the quota and run again.",
        )
    if code in _DENIED:
        return StoreDeniedError(
            f"Kho đối tượng từ chối ({code}). Kiểm tra khóa truy cập và quyền của nó với bucket.",
            f"The object store refused ({code}). Check the access key and its rights on the bucket.",
        )
    if code == "RequestTimeTooSkewed":
        return StoreDeniedError(
            "Đồng hồ của máy này và của kho đối tượng lệch nhau. Chỉnh giờ rồi chạy lại.",
            "The clocks of this machine and of the object store differ. Set the time and run again.",
        )
    if code in _BUSY:
        return _unanswered(error)
    if code in ("NoSuchBucket", "PermanentRedirect", "AuthorizationHeaderMalformed", "InvalidBucketName"):
        return StoreError(
            f"Không dùng được bucket của kho đối tượng ({code}). Sửa objects_url.",
            f"The bucket of the object store cannot be used ({code}). Correct objects_url.",
        )
    return StoreError(
        f"Kho đối tượng báo lỗi {code}. Xem nhật ký của máy chủ.",
        f"The object store reports {code}. See the server's log.",
    )


def _unanswered(error: Exception) -> StoreError:
    reason = error.reason if isinstance(error, MaxRetryError) else error
    if isinstance(reason, SSLError):
        return StoreUnreachableError(
            "Chứng thư TLS của kho đối tượng không đáng tin. Đặt objects.ca_file là chứng thư của cơ quan cấp.",
            "The TLS certificate of the object store is not trusted. Set objects.ca_file to the authority's certificate.",
        )
    if isinstance(error, InvalidResponseError) and not isinstance(error, ServerError):
        return StoreUnreachableError(
            "Máy ở objects_url trả lời nhưng không phải kho đối tượng S3. Sửa objects_url (máy, cổng, http hay https).",
            "What answers at objects_url is no S3 object store. Correct objects_url (host, port, http or https).",
        )
    return StoreUnreachableError(
        "Kho đối tượng không trả lời. Kiểm tra máy chủ và mạng rồi chạy lại; việc đã làm không mất.",
        "The object store does not answer. Check the server and the network and run again; nothing done so far is lost.",
    )
