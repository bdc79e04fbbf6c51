"""Which errors of Elasticsearch are worth another try, and what is said of the others."""

from __future__ import annotations

import pytest
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
from elastic_transport import ConnectionError as NoConnection
from elasticsearch import ApiError

from sohoa.errors import StoreError, StoreFullError, StoreUnreachableError
from sohoa.stores.index import elasticsearch_client as client


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_FIRST_WAIT", 0.0)


def answer(status: int, kind: str = "", reason: str = "") -> ApiError:
    meta = ApiResponseMeta(status, "1.1", HttpHeaders(), 0.0, NodeConfig("http", "localhost", 1))
    return ApiError("", meta, {"error": {"type": kind, "reason": reason}})


def tries(error: Exception, times: int) -> int:
    """How often a request is made that fails so many times."""
    made = 0

    def request() -> None:
        nonlocal made
        made += 1
        if made <= times:
            raise error

    client.call(request)
    return made


@pytest.mark.parametrize("error", [answer(429), answer(503), NoConnection("gone")])
def test_a_busy_or_absent_server_is_asked_again(error: Exception) -> None:
    assert tries(error, 3) == 4


@pytest.mark.parametrize("error", [answer(429), NoConnection("gone")])
def test_but_not_for_ever(error: Exception) -> None:
    with pytest.raises(StoreUnreachableError):
        tries(error, 1_000)


def test_a_full_disk_is_not_asked_again() -> None:
    reason = "index blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark]"
    error = answer(429, "cluster_block_exception", reason)
    with pytest.raises(StoreFullError):
        tries(error, 1)


def test_a_refusal_is_said_at_once_and_without_the_text_that_caused_it() -> None:
    error = answer(400, "document_parsing_exception", "failed to parse 'nội dung mật'")
    with pytest.raises(StoreError) as caught:
        tries(error, 1)
    assert "document_parsing_exception" in caught.value.sentence.en
    assert "mật" not in caught.value.sentence.vi
