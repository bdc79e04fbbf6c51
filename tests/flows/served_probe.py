"""Flows that the tests serve: one whose workers run long programs, through Prefect tasks as the real one does."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import Literal

from prefect import flow, task
from prefect.task_runners import ThreadPoolTaskRunner

from flows.termination import killing_on_termination
from sohoa.pipeline.workers import Workers
from sohoa.settings import Settings


@flow(task_runner=ThreadPoolTaskRunner(max_workers=4), log_prints=False)
def probe(folder: str, seconds: str = "600", stubborn: bool = False, group: Literal["QĐ", "CV"] = "QĐ") -> int:
    """Chạy thử với tiến trình dài.

    Args:
        folder: Thư mục ảnh quét. Đường dẫn đầy đủ trên máy chủ.
        seconds: thời gian mỗi chương trình
        stubborn: Bướng bỉnh. Bỏ qua tín hiệu dừng.
        group: Nhóm văn bản. Chọn một nhóm.
    """
    settings = Settings(data=Path(folder))
    with Workers(settings, 2) as workers, killing_on_termination(workers):

        @task
        def read(number: int) -> int:
            return workers.submit(subprocess.call, ["/bin/sleep", seconds], seconds=900).result() + number

        waiting = [read.submit(number) for number in range(4)]
        if stubborn:
            _stay()
        return sum(one.result() for one in waiting)


def _stay() -> None:
    """A main thread that unwinds for nobody, as one inside a library call."""
    while True:
        try:
            time.sleep(60)
        except BaseException:
            continue


@flow
def quick(folder: str, inside: str | None = None, hang: bool = False) -> int:
    """Ghi lại rằng lượt chạy đã chạy; với `inside` thì chạy `probe` bên trong, với `hang` thì treo."""
    Path(folder, "quick").write_text(str(os.getpid()))
    if hang:
        _stay()
    return probe(folder, inside) if inside else os.getpid()
