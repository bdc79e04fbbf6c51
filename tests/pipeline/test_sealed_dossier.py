"""A dossier scanned as one file and held: no line of it may tell that a record is missing."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from sohoa.pipeline.accounts import HIDDEN, unmatched
from sohoa.pipeline.house import House
from sohoa.pipeline.secrecy import records_together, seal
from sohoa.stores.catalogue.tables import InventoryLineRow, Record
from sohoa.targets.percentages import percentages, total
from tests.pipeline.test_way import inventory, line


def test_lines_without_a_record_go_silent_with_the_dossier(house: House, tmp_path: Path, paper, digitise_bare) -> None:
    box = tmp_path / "box"
    first = paper.page("Trồng cây phân tán.", subject="Về việc trồng cây phân tán năm 2019")
    second = paper.page("Nạo vét kênh mương.", number="16", subject="Về việc nạo vét kênh mương nội đồng")
    paper.pdf(box / "H01.2019.05" / "H01.2019.05.pdf", first, second)
    inventory(
        box,
        line("", "về việc trồng cây phân tán năm 2019"),
        line("", "về việc nạo vét kênh mương nội đồng", number="16/KH-UBND"),
        line("", "về một việc hoàn toàn khác mà máy không đọc ra", number="99/BC-XYZ"),
    )
    run = digitise_bare(house, box)
    with house.catalogue.read() as session:
        record = session.scalars(select(Record.id).order_by(Record.id)).first()
        assert total(percentages(session)).lines == 3
    assert len(records_together(house, record or "")) == 2
    seal(house, record or "")
    for _ in range(2):  # and again after the inventory was read once more
        with house.catalogue.read() as session:
            assert total(percentages(session)).lines == 0
            assert [x.subject for x in session.scalars(select(InventoryLineRow))] == [None, None, None]
        assert all(x["subject"] == HIDDEN for x in unmatched(house, run["batch"]).lines)
        digitise_bare(house, box)
