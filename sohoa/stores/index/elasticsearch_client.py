"""The connection to Elasticsearch: who we are, how often we try, and its errors said as store errors."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any, TypeVar

from elastic_transport import ConnectionError as NoConnection
from elastic_transport import ConnectionTimeout, TlsError, TransportError
from elasticsearch import (
    ApiError,
    AuthenticationException,
    AuthorizationException,
    Elasticsearch,
    UnsupportedProductError,
)

from sohoa.errors import SettingsError, StoreDeniedError, StoreError, StoreFullError, StoreUnreachableError
from sohoa.settings import IndexSettings

REQUEST_SECONDS = 60.0
TRIES = 5
_AGAIN = {429, 503}
_FIRST_WAIT = 0.3
_T = TypeVar("_T")


def make_client(url: str, settings: IndexSettings) -> Elasticsearch:
    """A client with this installation's identity; it is told to make no retries, `Caller` makes them."""
    options: dict[str, Any] = {"request_timeout": REQUEST_SECONDS, "max_retries": 0, "retry_on_timeout": False}
    if settings.api_key.get_secret_value():
        options["api_key"] = settings.api_key.get_secret_value()
    elif settings.user:
        options["basic_auth"] = (settings.user, settings.password.get_secret_value())
    if settings.ca_file:
        options["ca_certs"] = str(settings.ca_file)
    try:
        return Elasticsearch(url, **options)
    except ValueError:
        raise SettingsError(
            "index_url hoặc cấu hình index sai: cần http(s)://máy:cổng",
            "index_url or the section index is wrong: http(s)://host:port is needed",
        ) from None


def call(request: Callable[[], _T]) -> _T:
    """Make a request; again, after a random wait, while the server is away or busy. Errors become `StoreError`."""
    for left in reversed(range(TRIES)):
        try:
            return request()
        except (ApiError, TransportError, UnsupportedProductError) as error:
            if not left or not _worth_again(error):
                raise translate(error) from error
            time.sleep(_FIRST_WAIT * 2 ** (TRIES - 1 - left) * random.uniform(0.5, 1.5))
    raise AssertionError


def error_type(error: ApiError) -> str:
    """The kind of an error as the server names it; its reason may quote a text and is never shown."""
    body = error.body if isinstance(error.body, dict) else {}
    named = body.get("error", {})
    return str(named.get("type", "")) if isinstance(named, dict) else ""


def is_full(kind: str, reason: str) -> bool:
    """True for the block that the server sets when its disk is over the flood stage."""
    return kind == "cluster_block_exception" and ("flood" in reason or "read-only-allow-delete" in reason)


def translate(error: Exception) -> StoreError:
    """The store error that an error of the client stands for."""
    if isinstance(error, TlsError):
        return StoreUnreachableError(
            "Chứng thư TLS của Elasticsearch không đáng tin. Đặt index.ca_file là chứng thư của cơ quan cấp.",
            "The TLS certificate of Elasticsearch is not trusted. Set index.ca_file to the authority's certificate.",
        )
    if isinstance(error, UnsupportedProductError):
        return StoreUnreachableError(
            "Máy ở index_url trả lời nhưng không phải Elasticsearch 8. Sửa index_url.",
            "What answers at index_url is no Elasticsearch 8. Correct index_url.",
        )
    if isinstance(error, ApiError):
        kind = error_type(error)
        if is_full(kind, str(error.body)):
            return full()
        if isinstance(error, (AuthenticationException, AuthorizationException)):
            return StoreDeniedError(
                "Elasticsearch từ chối. Kiểm tra index.user, mật khẩu hoặc api_key và quyền của nó.",
                "Elasticsearch refused. Check index.user, its password or the api_key, and its rights.",
            )
        if error.status_code not in _AGAIN:
            return refused(kind or str(error.status_code))
    return StoreUnreachableError(
        "Elasticsearch không trả lời. Kiểm tra máy chủ và mạng rồi chạy lại; việc đã làm không mất.",
        "Elasticsearch does not answer. Check the server and the network and run again; nothing done so far is lost.",
    )


def full() -> StoreFullError:
    """The server's disk is over the flood stage."""
    return StoreFullError(
        "Ổ đĩa của Elasticsearch đã đầy nên chỉ mục bị khóa ghi. Giải phóng chỗ trống rồi chạy lại.",
        "The disk of Elasticsearch is full, so the index is closed for writing. Free some room and run again.",
    )


def refused(kind: str) -> StoreError:
    """The server refused a request for a reason of its own."""
    return StoreError(
        f"Elasticsearch báo lỗi {kind}. Xem nhật ký của máy chủ; «sohoa reindex» dựng lại chỉ mục.",
        f"Elasticsearch reports {kind}. See the server's log; `sohoa reindex` builds the index anew.",
    )


def _worth_again(error: Exception) -> bool:
    if isinstance(error, TlsError):
        return False
    if isinstance(error, ApiError):
        return error.status_code in _AGAIN and not is_full(error_type(error), str(error.body))
    return isinstance(error, (NoConnection, ConnectionTimeout))
