"""Task `keep`: after the verdict a chunk is promoted to the stores or quarantined."""

from __future__ import annotations

from sohoa.pipeline.work import ChunkResult, keep_chunk
from tasks.desk import desk, store_stage


@store_stage(name="luu", task_run_name="Lưu nhóm {number}/{total}")
def keep(keys: tuple[str, ...], held: tuple[str, ...], number: int, total: int) -> ChunkResult:  # noqa: ARG001
    """Promote or quarantine a chunk; gives the counts."""
    return keep_chunk(desk().house, keys, held)
