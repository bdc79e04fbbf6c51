"""How long a file's pages are tried: hundreds of pages that each hang or crash may not hold up the rest for days."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import Any

from sohoa.errors import EngineCrashError, EngineTimeoutError, LimitError
from sohoa.models import Problem
from sohoa.settings import Limits

_COSTLY = (EngineCrashError.__name__, EngineTimeoutError.__name__)


class Patience:
    """Counts the pages of one file that crashed their reader or used up their time. Safe between threads."""

    def __init__(self, limits: Limits) -> None:
        self._most = limits.bad_pages
        self._bad = 0
        self._lock = threading.Lock()

    def watch(self, future: Future[Any]) -> None:
        """Done callback of a page's job, whose result is a problem, a reading with its `error`, or None."""
        if future.cancelled():
            return
        raised = future.exception()
        if raised is None:
            told = future.result()
            problem = told if isinstance(told, Problem) else getattr(told, "error", None)
            name = problem.error_class if problem is not None else ""
        else:
            name = type(raised).__name__
        if name in _COSTLY:
            with self._lock:
                self._bad += 1

    @property
    def is_over(self) -> bool:
        """Whether so many pages went wrong that the rest is not worth trying."""
        return self._bad >= self._most

    def problem(self) -> Problem:
        """Why a page was not tried."""
        error = LimitError(
            f"Trang này chưa được đọc vì {self._most} trang khác của tệp làm dừng chương trình đọc hoặc quá giờ (giới hạn bad_pages). Xuất hoặc quét lại tệp rồi chạy sohoa retry.",
            f"This page was not tried, since {self._most} other pages of the file crashed the reader or ran out of time (limit bad_pages). Export or scan the file again, then run sohoa retry.",
        )
        return Problem.of(error)
