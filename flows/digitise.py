"""Flow `digitise` (số hóa): a folder of scans becomes a searchable, counted archive."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from prefect import flow
from prefect.futures import PrefectFuture
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import Field

from flows.progress import Progress
from flows.result import DigitiseResult
from flows.termination import killing_on_termination
from sohoa.intake.inventory import Inventory, read_inventory
from sohoa.pipeline.accounts import failures, status
from sohoa.pipeline.arrive import Arrival, ArrivalOptions, arrive
from sohoa.pipeline.batches import BatchFacts, open_batch
from sohoa.pipeline.finish import close_batch
from sohoa.pipeline.house import House, open_house, sweep_vault
from sohoa.pipeline.inventory import find_inventory, import_inventory
from sohoa.pipeline.link import Linked, link
from sohoa.pipeline.plan import Redo, plan
from sohoa.pipeline.secrecy import seal_unit
from sohoa.pipeline.work import ChunkResult, cut, renewing
from sohoa.pipeline.workers import Workers
from sohoa.settings import load
from tasks.count import count
from tasks.desk import working_at
from tasks.index import index
from tasks.keep import keep
from tasks.read import read

HELD_WAIT_SECONDS = 3.0
PRELOAD = ("sohoa.pipeline.read", "sohoa.intake.probe")

Folder = Annotated[str, Field(description="Thư mục bản quét, đường dẫn đầy đủ / folder of scans, absolute path")]
InventoryFile = Annotated[
    str | None,
    Field(description="Mục lục hồ sơ (.xlsx, .xls, .csv); để trống: tìm muc-luc.* trong thư mục / inventory file"),
]
FondsCode = Annotated[str | None, Field(description="Mã phông; để trống: theo cấu hình / code of the fonds")]
AgencyCode = Annotated[str | None, Field(description="Mã cơ quan; để trống: theo cấu hình / code of the agency")]
Years = Annotated[
    tuple[int, int] | None, Field(description="Chỉ làm tài liệu từ năm … đến năm … / only these years of origin")
]
Groups = Annotated[
    list[str] | None, Field(description="Chỉ làm các nhóm tài liệu này (tên loại, mã hồ sơ) / only these groups")
]
RedoWhat = Annotated[
    Redo,
    Field(description="Làm lại: nothing không, failed tệp lỗi, stale bản cũ, all tất cả / what to do again"),
]
Limit = Annotated[int | None, Field(ge=1, description="Số văn bản tối đa trong lần chạy này / at most so many")]
Rehash = Annotated[bool, Field(description="Tính lại mã băm của tệp đã xong / hash finished files again")]
Facts = Annotated[BatchFacts, Field(description="Thông tin lô: người, máy quét, ca, hộp, giá / batch facts")]
Settle = Annotated[
    float, Field(ge=0, description="Bỏ qua tệp vừa ghi trong … giây / leave alone files written within … seconds")
]


@flow(
    name="digitise",
    description="Số hóa một thư mục bản quét: đọc, nhận dạng, lưu, lập chỉ mục, tính tỷ lệ.",
    flow_run_name="Số hóa phông {fonds}",
    task_runner=ThreadPoolTaskRunner(max_workers=2),
    persist_result=False,
    validate_parameters=True,
)
def digitise(
    folder: Folder,
    inventory: InventoryFile = None,
    fonds: FondsCode = None,
    agency: AgencyCode = None,
    years: Years = None,
    groups: Groups = None,
    redo: RedoWhat = Redo.nothing,
    limit: Limit = None,
    rehash: Rehash = False,
    facts: Facts = BatchFacts(),  # noqa: B008
    settle_seconds: Settle = 0.0,
) -> DigitiseResult:
    """Run or continue the batch of a folder. Failed documents do not fail it; a broken store does."""
    began = time.monotonic()
    settings = load()
    options = ArrivalOptions(rehash=rehash, redo_failed=redo in (Redo.failed, Redo.all), settle_seconds=settle_seconds)
    with open_house(settings) as house:
        sweep_vault(house)
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
            renewing(house),
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
    progress = Progress(documents=len(keys), pages=sum(_pages(house, chunks)))
    pending: deque[tuple[int, tuple[str, ...], PrefectFuture[list[str]]]] = deque()
    held: list[str] = []

    def settle() -> None:
        number, chunk, future = pending.popleft()
        result = keep(chunk, tuple(future.result()), number, len(chunks))
        held.extend(result.held)
        index()
        _advance(progress, result)

    for number, chunk in enumerate(chunks, start=1):
        while len(pending) >= 2:
            settle()
        pending.append((number, chunk, read.submit(chunk, number, len(chunks))))
    while pending:
        settle()
    while held:
        # Another run works on these now; when it dies, its leases are free.
        time.sleep(HELD_WAIT_SECONDS)
        again = tuple(held)
        held.clear()
        result = keep(again, tuple(read(again, len(chunks), len(chunks))), len(chunks), len(chunks))
        held.extend(result.held)
        _advance(progress, result)
    progress.finish(list(failures(house, batch, limit=200)))


def _advance(progress: Progress, result: ChunkResult) -> None:
    progress.advance(documents=sum(result.states.values()), pages=sum(result.pages.values()), states=result.states)


def _pages(house: House, chunks: Sequence[tuple[str, ...]]) -> list[int]:
    from sqlalchemy import func, select

    from sohoa.stores.catalogue.tables import Unit

    with house.catalogue.read() as session:
        return [
            session.scalar(select(func.coalesce(func.sum(Unit.pages), 0)).where(Unit.key.in_(chunk))) or 0
            for chunk in chunks
        ]


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
