"""Flow `reindex` (lập lại chỉ mục): a new index beside the serving one, then the switch."""

from __future__ import annotations

from prefect import flow

from sohoa.pipeline.house import open_house
from sohoa.pipeline.indexing import reindex as rebuild
from sohoa.settings import load


@flow(
    name="reindex",
    description="Lập lại chỉ mục tìm kiếm từ danh mục và kho tệp, rồi thay chỉ mục đang dùng.",
    flow_run_name="Lập lại chỉ mục",
    persist_result=False,
)
def reindex() -> int:
    """Lập lại chỉ mục; trả về số văn bản."""
    with open_house(load()) as house:
        return rebuild(house)
