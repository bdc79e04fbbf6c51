"""Task `count`: the percentages reached, from the catalogue."""

from __future__ import annotations

from sohoa.targets.percentages import Share, percentages
from tasks.desk import desk, stage


@stage(name="dem", task_run_name="Tính tỷ lệ số hóa")
def count() -> list[Share]:
    """Shares by agency and year."""
    with desk().house.catalogue.read() as session:
        return percentages(session)
