"""Registers of outgoing documents and declared numbers, through the command line."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from sohoa.cli.app import app
from sohoa.intake.inventory import read_inventory
from sohoa.language import use_language
from sohoa.pipeline.house import House
from sohoa.pipeline.indexing import drain
from sohoa.pipeline.inventory import import_inventory
from sohoa.pipeline.link import link
from sohoa.pipeline.registers import import_register
from sohoa.pipeline.verify import verify
from sohoa.stores.catalogue.tables import InventoryLineRow, Record, RecordState
from tests.targets.test_versions import SUBJECTS, inventory, line

UPPER = ("Số, ký hiệu", "Ngày tháng", "Tên loại và trích yếu", "Người ký", "Nơi nhận", "Đơn vị, người", "Số lượng",
         "Ngày", "Ký", "Ghi")  # fmt: skip
LOWER = ("văn bản", "văn bản", "nội dung văn bản", "", "văn bản", "nhận bản lưu", "bản", "chuyển", "nhận", "chú")


def register(path: Path, *rows: tuple[object, ...], foot: int | None = None) -> Path:
    """The form of fields-and-codes F: ten columns under a heading of two rows, a total in words at the foot."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Sổ văn bản đi"
    sheet.append(("SỔ ĐĂNG KÝ VĂN BẢN ĐI",))
    sheet.merge_cells("A1:J1")
    sheet.append(UPPER)
    sheet.append(LOWER)
    for row in rows:
        sheet.append(row)
    if foot is not None:
        sheet.append((f"Tổng cộng: {foot} văn bản",))
    book.save(path)
    return path


def entry(number: int, year: int = 2019, note: str = "") -> tuple[object, ...]:
    return (f"{number}/KH-UBND", f"{number:02d}/3/{year}", f"Kế hoạch {SUBJECTS[number]}", "Trần Văn An", "Các sở",
            "Văn thư", 5, f"{number:02d}/3/{year}", "", note)  # fmt: skip


@pytest.fixture(autouse=True)
def commanded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line sets SOHOA_DATA for its children; the test takes it back."""
    monkeypatch.setenv("SOHOA_DATA", "")
    use_language("vi")


def ask(house: House, *arguments: str) -> dict:  # type: ignore[type-arg]
    result = CliRunner().invoke(app, ["--data", str(house.settings.data), *arguments, "--json"])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)  # type: ignore[no-any-return]


def figure(house: House) -> tuple[int, int]:
    (one,) = ask(house, "targets", "D4")["targets"]
    return one["done"], one["count"]


def test_a_register_is_read_by_year_with_its_total_checked(house: House, tmp_path: Path) -> None:
    path = register(tmp_path / "so.xlsx", entry(1), entry(2), entry(3, 2020), entry(4, note="Mật"), foot=5)
    book = read_inventory(path)
    assert any("5" in str(n) and "4" in str(n) for n in book.problems), "the foot says five, there are four"
    made = import_register(house, book, fonds="PH01", agency="VPTU")
    assert [(d.year, d.count, d.origin, d.quality) for d in made] == [
        (2019, 2, "register", "counted"),
        (2020, 1, "register", "counted"),
    ]
    assert import_register(house, book, fonds="PH01", agency="VPTU") == []
    newer = read_inventory(register(tmp_path / "so2.xlsx", entry(1), entry(5)))
    (again,) = import_register(house, newer, fonds="PH01", agency="VPTU")
    assert (again.version, again.change["added"], again.change["removed"]) == (2, {"2019": 1}, {"2019": 1})
    assert figure(house) == (0, 3)


def test_before_the_verdict_a_registers_sentences_are_only_in_the_vault(house: House, tmp_path: Path) -> None:
    book = read_inventory(register(tmp_path / "so.xlsx", entry(1), entry(2, note="Mật")))
    import_register(house, book, fonds="PH01", agency="VPTU")
    with house.catalogue.read() as session:
        rows = session.scalars(select(InventoryLineRow).order_by(InventoryLineRow.position)).all()
        assert [(r.notation, r.subject, r.issued_date) for r in rows] == [(None, None, None)] * 2
        assert [r.group_id for r in rows] == ["van-ban-di", None]
    told = dict(house.vault.names.entries("line:"))
    assert set(told) == {f"line:{rows[0].key}"}, "nothing of the secret line is kept anywhere"


def test_records_find_the_register_stamped_ones_silence_it_and_an_inventory_takes_over(
    house: House, tmp_path: Path, paper, digitise_bare
) -> None:
    box, path = tmp_path / "box", tmp_path / "so.xlsx"
    import_register(house, read_inventory(register(path, entry(2), entry(3))), fonds="PH01", agency="CQ01")
    for number, marks in ((1, {}), (2, {"stamp": "MẬT"})):
        date = f"An Bình, ngày {number} tháng 3 năm 2019"
        paper.pdf(box / f"{number}.pdf", paper.page(number=str(number), date=date, subject=SUBJECTS[number], **marks))
    batch = digitise_bare(house, box)["batch"]
    assert figure(house) == (0, 1), "the line of the stamped record is in neither number"
    assert len(list(house.vault.names.entries("line:"))) == 1

    made = ask(house, "denominator", "register", str(register(path, entry(1), entry(2), entry(3))), "--agency", "CQ01")
    assert [(d["version"], d["count"], d["quality"]) for d in made["denominators"]] == [(2, 3, "counted")]
    assert figure(house) == (1, 2), "a record digitised before finds its line"
    assert line_of_the_open_record(house) == "register"

    listed = read_inventory(inventory(box, line(1, code="12"), line(4, code="12")))
    import_inventory(house, batch, listed)
    link(house, batch, listed)
    drain(house, refresh=True)
    (one,) = ask(house, "targets", "D4")["targets"]
    assert (one["done"], one["count"]) == (1, 2)
    assert any("sổ đăng ký ghi 3 văn bản, mục lục chỉ có 2" in m for m in one["missing"])
    assert line_of_the_open_record(house) == "inventory"
    assert verify(house).disagreements == []


def line_of_the_open_record(house: House) -> str:
    with house.catalogue.read() as session:
        record = session.scalars(select(Record).where(Record.state == RecordState.open)).one()
        assert record.line_key is not None
        return session.get_one(InventoryLineRow, record.line_key).origin
