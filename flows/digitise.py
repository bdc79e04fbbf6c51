"""Flow `digitise` (số hóa): a folder of scans becomes a searchable, counted archive."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from prefect import flow
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from pydantic import Field

from flows.progress import Progress
from flows.result import DigitiseResult
from flows.termination import killing_on_termination
from sohoa.intake.inventory import Inventory, read_inventory
from sohoa.pipeline.accounts import failures, status
from sohoa.pipeline.arrive import Arrival, ArrivalOptions, arrive
from sohoa.pipeline.batches import BatchFacts, open_batch
from sohoa.pipeline.finish import close_batch
from sohoa.pipeline.house import House, open_house
from sohoa.pipeline.inventory import find_inventory, import_inventory
from sohoa.pipeline.link import Linked, link
from sohoa.pipeline.plan import Redo, plan
from sohoa.pipeline.presence import present
from sohoa.pipeline.secrecy import seal_unit
from sohoa.pipeline.work import Chunk, ChunkResult, cut, wait_until_free
from sohoa.pipeline.workers import Workers
from sohoa.settings import load
from tasks.count import count
from tasks.desk import working_at
from tasks.index import index
from tasks.keep import keep
from tasks.read import read

READING_AT_ONCE = 2
"""Chunks in reading: the next one fills the workers while the last pages of the one before are read."""
RUNNER: TaskRunner[PrefectFuture[Any]] = ThreadPoolTaskRunner(max_workers=READING_AT_ONCE)  # type: ignore[assignment]
PRELOAD = ("sohoa.pipeline.read", "sohoa.intake.probe")


def run_name() -> str:
    """Name of the run in the pages: the fonds, as given or as set."""
    from prefect.runtime import flow_run

    return f"Số hóa phông {flow_run.parameters.get('fonds') or load().fonds}"


@flow(
    name="digitise",
    description="Số hóa một thư mục bản quét: đọc, nhận dạng, lưu, lập chỉ mục, tính tỷ lệ.",
    flow_run_name=run_name,
    task_runner=RUNNER,
    persist_result=False,
    validate_parameters=True,
)
def digitise(
    folder: str,
    inventory: str | None = None,
    fonds: str | None = None,
    agency: str | None = None,
    years: tuple[int, int] | None = None,
    groups: list[str] | None = None,
    redo: Redo = Redo.nothing,
    limit: Annotated[int, Field(ge=1)] | None = None,
    rehash: bool = False,
    facts: BatchFacts = BatchFacts(),  # noqa: B008
    settle_seconds: Annotated[float, Field(ge=0)] = 0.0,
) -> DigitiseResult:
    """Số hóa một thư mục, hoặc làm tiếp lô của thư mục đó. Tệp lỗi không làm hỏng lô; kho lưu hỏng thì lô dừng.

    Args:
        folder: Thư mục bản quét. Đường dẫn đầy đủ trên máy chủ / folder of scans, absolute path on the server.
        inventory: Mục lục. Tệp .xlsx, .xls, .csv; để trống thì tìm muc-luc.* trong thư mục / inventory file.
        fonds: Mã phông. Để trống thì theo cấu hình / code of the fonds.
        agency: Mã cơ quan. Để trống thì theo cấu hình / code of the agency.
        years: Giai đoạn. Chỉ tài liệu từ năm … đến năm …, theo mục lục / only these years of origin.
        groups: Nhóm tài liệu. Tên loại hoặc đầu mã hồ sơ, theo mục lục / record types or beginnings of file codes.
        redo: Làm lại. nothing: không; failed: tệp lỗi; stale: bản đọc cũ; all: tất cả / what to do again.
        limit: Số văn bản tối đa. Trong lần chạy này / at most so many documents in this run.
        rehash: Băm lại. Tính lại mã băm cả của tệp đã xong / hash finished files again.
        facts: Thông tin lô. Người phụ trách, máy quét, ca, hộp, giá / who, scanner, operator, shift, box, shelf.
        settle_seconds: Chờ tệp yên. Bỏ qua tệp vừa ghi trong từng ấy giây / leave alone files written since.
    """
    began = time.monotonic()
    settings = load()
    options = ArrivalOptions(
        rehash=rehash,
        redo_failed=redo in (Redo.failed, Redo.all),
        redo_done=redo in (Redo.stale, Redo.all),
        settle_seconds=settle_seconds,
    )
    with open_house(settings) as house, present(house):
        house.objects.check()
        house.index.check()
        batch = open_batch(
            house, Path(folder), fonds=fonds or settings.fonds, agency=agency or settings.agency, facts=facts
        )
        path = Path(inventory) if inventory else find_inventory(Path(folder))
        lines = read_inventory(path) if path else None
        with (
            Workers(settings, preload=PRELOAD) as workers,
            killing_on_termination(workers),
            working_at(house, workers),
        ):
            if lines is not None:
                import_inventory(house, batch, lines)
            arrival = arrive(house, workers, batch, lines, exclude=[path] if path else [], options=options)
            keys = plan(house, arrival, redo=redo, years=years, groups=groups or (), limit=limit)
            _work(house, batch, keys)
            return _close(house, batch, arrival, keys, lines, began)


def _work(house: House, batch: str, keys: Sequence[str]) -> None:
    """Send the chunks through read and keep, a few in flight, in order; then what another run held."""
    chunks = cut(house, keys)
    total = len(chunks)
    progress = Progress(documents=len(keys), pages=sum(chunk.pages for chunk in chunks))
    pending: deque[tuple[int, Chunk, PrefectFuture[list[str]]]] = deque()
    held: list[str] = []

    def settle() -> None:
        number, chunk, future = pending.popleft()
        result = keep(chunk.keys, tuple(future.result()), number, total)
        held.extend(result.held)
        index()
        _advance(progress, result)

    for number, chunk in enumerate(chunks, start=1):
        while len(pending) >= READING_AT_ONCE:
            settle()
        pending.append((number, chunk, read.submit(chunk.keys, number, total)))
    while pending:
        settle()
    while held:
        again = tuple(held)
        held.clear()
        wait_until_free(house, again)
        result = keep(again, tuple(read(again, total, total)), total, total)
        held.extend(result.held)
        _advance(progress, result)
    progress.finish(list(failures(house, batch, limit=200)))


def _advance(progress: Progress, result: ChunkResult) -> None:
    progress.advance(documents=sum(result.states.values()), pages=sum(result.pages.values()), states=result.states)


def _close(
    house: House, batch: str, arrival: Arrival, keys: Sequence[str], lines: Inventory | None, began: float
) -> DigitiseResult:
    for unit in arrival.to_seal:
        seal_unit(house, unit, "Mật", reason="inventory")
    linked: Linked = link(house, batch, lines)
    index()
    shares = count()
    close_batch(house, batch)
    state = status(house, batch)[0]
    return DigitiseResult(
        batch=batch,
        sightings=state.sightings,
        pages=state.pages,
        records=state.records,
        worked=len(keys),
        matched=linked.matched,
        rescans=linked.rescans,
        shares=shares,
        seconds=time.monotonic() - began,
    )
