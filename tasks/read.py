"""Task `read`: the pages of a chunk of units become text, in the vault."""

from __future__ import annotations

from sohoa.pipeline.work import read_chunk
from tasks.desk import desk, stage


@stage(name="doc", task_run_name="Đọc nhóm {number}/{total}")
def read(keys: tuple[str, ...], number: int, total: int) -> list[str]:  # noqa: ARG001
    """Read a chunk; gives the units that another live run holds."""
    at = desk()
    assert at.workers is not None
    return read_chunk(at.house, at.workers, keys)
