"""What the pages show of a running batch: one progress artifact, a table of failures, a summary.

Numbers and ids only. Prefect's database is no place for names, titles or text of records: any of them may be secret.
"""

from __future__ import annotations

import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

from sohoa import errors

EVERY_SECONDS = 3.0
WINDOW_SECONDS = 300.0
"""The rate is that of the last minutes: the first pages wait for the workers to start."""
MOST_FAILURES = 200
STATES = {
    "done": "Hoàn thành / done",
    "duplicate": "Trùng / duplicate",
    "quarantined": "Cách ly / quarantined",
    "failed": "Lỗi / failed",
    "refused": "Không nhận / refused",
}

_log = logging.getLogger("sohoa.flows")


class Failure(Protocol):
    """What the table takes from a failure: never its name."""

    @property
    def sighting(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def error_class(self) -> str | None: ...
    @property
    def message(self) -> str | None: ...


class Progress:
    """Progress of one flow run, shown in its pages at most every `EVERY_SECONDS`; a server that is busy costs nothing."""

    def __init__(self, *, documents: int, pages: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._total = (documents, pages)
        self._documents = self._pages = 0
        self._states: Counter[str] = Counter()
        self._clock = clock
        self._begin = self._shown = clock()
        self._window: deque[tuple[float, int]] = deque([(self._begin, 0)])
        self._artifact: UUID | None = None
        self._show()

    def advance(self, *, documents: int = 0, pages: int = 0, states: Mapping[str, int] | None = None) -> None:
        """So many more documents and pages ended; `states` counts the ends by state."""
        self._documents += documents
        self._pages += pages
        self._states.update(states or {})
        now = self._clock()
        self._window.append((now, self._pages))
        while len(self._window) > 2 and now - self._window[0][0] > WINDOW_SECONDS:
            self._window.popleft()
        if now - self._shown >= EVERY_SECONDS:
            self._show()

    def finish(self, failures: Sequence[Failure]) -> None:
        """Show the last count, the table of failures (at most `MOST_FAILURES` rows) and the summary."""
        self._show()
        if failures:
            rows = [row(one) for one in failures[:MOST_FAILURES]]
            told = "Xem tên tệp: sohoa failures / file names: sohoa failures"
            _tell(lambda: create_table_artifact(rows, key="tep-loi", description=told, _sync=True))  # type: ignore[call-arg]
        summary = self.summary(len(failures))
        _tell(lambda: create_markdown_artifact(summary, key="tom-tat", description="Tóm tắt / summary", _sync=True))  # type: ignore[call-arg]

    def line(self) -> str:
        """One line of progress: documents, pages, rate and time left, in both languages."""
        rate = self.pages_a_minute()
        left = duration((self._total[1] - self._pages) / rate * 60) if rate and self._pages < self._total[1] else "–"
        return (
            f"Văn bản / documents: {self._documents}/{self._total[0]} · Trang / pages: {self._pages}/{self._total[1]} · "
            f"Trang mỗi phút / pages a minute: {rate:.0f} · Còn lại / time left: {left}"
        )

    def pages_a_minute(self) -> float:
        """Over the last `WINDOW_SECONDS`."""
        (begin, before), (end, after) = self._window[0], self._window[-1]
        return (after - before) / (end - begin) * 60 if end > begin else 0.0

    def summary(self, failures: int) -> str:
        """The end of the batch as a small table in Markdown."""
        seconds = self._clock() - self._begin
        rate = self._pages / seconds * 60 if seconds > 0 else 0.0
        rows = [
            ("Văn bản / documents", f"{self._documents} / {self._total[0]}"),
            ("Trang / pages", f"{self._pages} / {self._total[1]}"),
            *((STATES.get(state, state), str(count)) for state, count in sorted(self._states.items()) if count),
            ("Cần xem lại / to look at", f"{failures}{'+' if failures >= MOST_FAILURES else ''}"),
            ("Thời gian / time", duration(seconds)),
            ("Trang mỗi phút / pages a minute", f"{rate:.0f}"),
        ]
        table = "\n".join(f"| {name} | {value} |" for name, value in rows)
        return f"## Số hóa xong / digitised\n\n| | |\n|:--|--:|\n{table}\n"

    def _show(self) -> None:
        self._shown = self._clock()
        done, total = (self._pages, self._total[1]) if self._total[1] else (self._documents, self._total[0])
        percent = min(100.0, 100.0 * done / total) if total else 100.0
        line = self.line()
        if self._artifact is None:
            made = _tell(
                lambda: create_progress_artifact(percent, key="tien-do", description=line, _sync=True)  # type: ignore[call-arg]
            )
            self._artifact = made if isinstance(made, UUID) else None
        else:
            artifact = self._artifact
            _tell(lambda: update_progress_artifact(artifact, percent, description=line, _sync=True))  # type: ignore[call-arg]


def row(failure: Failure) -> dict[str, str | int]:
    """One row of the table. Foreign errors may quote a path or a text, so only their class is shown."""
    ours = getattr(errors, failure.error_class or "", None)
    told = isinstance(ours, type) and issubclass(ours, errors.SohoaError) and failure.state != "quarantined"
    return {
        "Số / id": failure.sighting,
        "Trạng thái / state": STATES.get(failure.state, failure.state),
        "Loại lỗi / class": failure.error_class or "–",
        "Việc cần làm / what to do": (failure.message or "–") if told else "–",
    }


def duration(seconds: float) -> str:
    """`1 giờ 5 phút / 1 h 5 min`; below a minute in seconds."""
    if seconds < 60:
        return f"{seconds:.0f} giây / {seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return f"{minutes} phút / {minutes} min"
    return f"{hours} giờ {minutes} phút / {hours} h {minutes} min"


def _tell(call: Callable[[], object]) -> object:
    """Call the server; what it cannot take now is no reason to stop reading."""
    try:
        return call()
    except Exception as error:
        _log.warning("progress not shown: %s", type(error).__name__)
        return None
