"""Task `keep`: after the verdict a chunk is promoted to the stores or quarantined."""

from __future__ import annotations

from typing import Any

from sohoa.errors import StoreUnreachableError
from sohoa.pipeline.work import ChunkResult, keep_chunk
from tasks.desk import desk, stage


def only_unreachable(_task: Any, _run: Any, state: Any) -> bool:
    """Try again only what waiting can mend: a server that does not answer."""
    try:
        state.result()
    except StoreUnreachableError:
        return True
    except Exception:
        return False
    return False


@stage(
    name="luu",
    task_run_name="Lưu nhóm {number}/{total}",
    retries=3,
    retry_delay_seconds=[2, 10, 30],
    retry_jitter_factor=0.5,
    retry_condition_fn=only_unreachable,
)
def keep(keys: tuple[str, ...], held: tuple[str, ...], number: int, total: int) -> ChunkResult:  # noqa: ARG001
    """Promote or quarantine a chunk; gives the counts."""
    return keep_chunk(desk().house, keys, held)
