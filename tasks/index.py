"""Task `index`: the index learns what the outbox holds."""

from __future__ import annotations

from sohoa.pipeline.indexing import drain
from tasks.desk import desk, stage
from tasks.keep import only_unreachable


@stage(
    name="chi-muc",
    task_run_name="Cập nhật chỉ mục",
    retries=3,
    retry_delay_seconds=[2, 10, 30],
    retry_jitter_factor=0.5,
    retry_condition_fn=only_unreachable,
)
def index() -> int:
    """Drain the outbox; gives how many records changed."""
    return drain(desk().house, refresh=True)
