"""Flow `retry-failed` (làm lại tệp lỗi): every batch that has failed files runs again on those."""

from __future__ import annotations

from prefect import flow

from flows.digitise import digitise
from flows.result import DigitiseResult
from sohoa.pipeline.accounts import status
from sohoa.pipeline.house import open_house
from sohoa.pipeline.plan import Redo
from sohoa.settings import load


@flow(
    name="retry-failed",
    description="Làm lại các tệp lỗi hoặc không nhận của một lô hay mọi lô.",
    flow_run_name="Làm lại tệp lỗi",
    persist_result=False,
)
def retry_failed(batch: str | None = None) -> list[DigitiseResult]:
    """Làm lại tệp lỗi.

    Args:
        batch: Mã lô. Để trống: mọi lô / id of the batch, empty for all.
    """
    with open_house(load()) as house:
        again = [s for s in status(house, batch) if s.not_passed]
    return [digitise(folder=s.folder, fonds=s.fonds, agency=s.agency, redo=Redo.failed) for s in again]
