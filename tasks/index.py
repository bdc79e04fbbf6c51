"""Task `index`: the index learns what the outbox holds."""

from __future__ import annotations

from sohoa.pipeline.indexing import drain
from tasks.desk import desk, store_stage


@store_stage(name="chi-muc", task_run_name="Cập nhật chỉ mục")
def index() -> int:
    """Drain the outbox; gives how many records changed."""
    return drain(desk().house, refresh=True)
