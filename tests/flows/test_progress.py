"""Progress, failures and summary of a batch: right numbers, few calls, no names."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.context import FlowRunContext

from flows.progress import MOST_FAILURES, Progress, duration, row
from flows.server import ServerHandle


@dataclass
class Failed:
    sighting: int
    state: str = "failed"
    error_class: str | None = "DamagedError"
    message: str | None = "Tệp hỏng. Quét lại."
    name: str = "SECRET-NAME.pdf"


def test_durations_are_readable() -> None:
    assert duration(42.4) == "42 giây / 42 s"
    assert duration(61) == "1 phút / 1 min"
    assert duration(3 * 3600 + 25 * 60) == "3 giờ 25 phút / 3 h 25 min"


def test_a_row_tells_our_sentence_but_nothing_of_foreign_errors_or_secret_files() -> None:
    assert row(Failed(7))["Việc cần làm / what to do"] == "Tệp hỏng. Quét lại."
    foreign = row(Failed(8, error_class="FileNotFoundError", message="/kho/SECRET-NAME.pdf"))
    hidden = row(Failed(9, state="quarantined", message="SECRET"))
    for one in (row(Failed(7)), foreign, hidden):
        assert "SECRET" not in str(one)
    assert foreign["Loại lỗi / class"] == "FileNotFoundError"


@pytest.mark.prefect
def test_the_pages_show_one_progress_artifact_a_capped_table_and_a_summary(prefect_server: ServerHandle) -> None:
    now = [1000.0]
    lines: list[str] = []

    @flow
    def batch() -> str:
        progress = Progress(documents=10, pages=100, clock=lambda: now[0])
        for _ in range(5):
            now[0] += 1.0
            progress.advance(documents=1, pages=5, states={"done": 1})
        now[0] += 25.0
        progress.advance(documents=0, pages=0)
        lines.append(progress.line())
        progress.finish([Failed(number) for number in range(MOST_FAILURES + 50)])
        context = FlowRunContext.get()
        assert context is not None and context.flow_run is not None
        return str(context.flow_run.id)

    run = batch()
    assert "documents: 5/10" in lines[0] and "pages: 25/100" in lines[0]
    assert "a minute: 50" in lines[0] and "2 phút / 2 min" in lines[0]  # 25 pages in 30 s, 75 left
    with get_client(sync_client=True) as client:
        found = client.request("POST", "/artifacts/filter", json={"artifacts": {"flow_run_id": {"any_": [run]}}}).json()
    kinds = {one["type"]: one for one in found}
    assert len(found) == 3 and set(kinds) == {"progress", "table", "markdown"}
    assert kinds["progress"]["data"] == 25.0 and "50" in kinds["progress"]["description"]
    assert str(kinds["table"]["data"]).count("DamagedError") == MOST_FAILURES
    assert "| Hoàn thành / done | 5 |" in kinds["markdown"]["data"]
    assert "SECRET" not in str(found)


def test_without_a_server_the_batch_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}):
        progress = Progress(documents=1, pages=1)
        progress.advance(documents=1, pages=1)
        progress.finish([])
    assert "pages: 1/1" in progress.line()
