"""A real small archive: targets over what was digitised, and a new version of the inventory explained."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from sohoa.cli.app import app
from sohoa.errors import UnknownIdError
from sohoa.intake.inventory import read_inventory
from sohoa.language import use_language
from sohoa.pipeline.batches import BatchFacts, open_batch
from sohoa.pipeline.dump import dump
from sohoa.pipeline.house import House
from sohoa.pipeline.inventory import import_inventory
from sohoa.pipeline.verify import verify
from sohoa.stores.catalogue.tables import Denominator, Dossier, InventoryLineRow, Record
from sohoa.targets.denominators import Change, history

HEADINGS = ("STT", "Hồ sơ số", "Tiêu đề hồ sơ", "Số, ký hiệu văn bản", "Ngày tháng năm văn bản",
            "Tên loại và trích yếu", "Số trang", "Thời hạn bảo quản", "Độ mật", "Tên tệp")  # fmt: skip

SUBJECTS = ("", "Trồng cây xanh ven sông", "Tổ chức hội thi tiếng hát", "Bảo dưỡng máy phát điện", "Khám sức khỏe cán bộ",
            "Tu sửa trụ sở làm việc", "Tiếp công dân quý một")  # fmt: skip


def inventory(folder: Path, *rows: tuple[object, ...]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADINGS)
    for number, row in enumerate(rows, start=1):
        sheet.append((number, *row))
    folder.mkdir(parents=True, exist_ok=True)
    book.save(folder / "muc-luc.xlsx")
    return folder / "muc-luc.xlsx"


def line(
    number: int, *, code: str = "H01.2019.05", pages: int = 1, keep: str = "20 năm", **more: str
) -> tuple[object, ...]:
    title = more.get("title", "Hồ sơ Hội nghị lần thứ 5")
    return (code, title, f"{number}/KH-UBND", f"{number}/3/2019", f"Kế hoạch {SUBJECTS[number]}", pages, keep,
            more.get("secrecy", ""), f"{number}.pdf")  # fmt: skip


@pytest.fixture
def batch(house: House, tmp_path: Path) -> str:
    (tmp_path / "box").mkdir()
    return open_batch(house, tmp_path / "box", fonds="PH01", agency="CQ01", facts=BatchFacts())


def read(house: House, batch: str, folder: Path, *rows: tuple[object, ...]) -> list[Denominator]:
    import_inventory(house, batch, read_inventory(inventory(folder, *rows)))
    with house.catalogue.read() as session:
        return history(session)


def test_the_first_version_is_noted_and_read_again_it_is_none_of_its_own(
    house: House, batch: str, tmp_path: Path
) -> None:
    rows = line(1), line(2), line(3, secrecy="Mật")
    (first,) = read(house, batch, tmp_path / "box", *rows)
    assert (first.version, first.origin, first.quality, first.count, first.change) == (1, "inventory", "counted", 2, {})
    assert len(read(house, batch, tmp_path / "box", *rows)) == 1


def test_a_new_version_is_compared_with_the_old_and_explained(house: House, batch: str, tmp_path: Path) -> None:
    box = tmp_path / "box"
    read(house, batch, box, line(1), line(2), line(3), line(4, secrecy="Mật"))
    changed = line(2, pages=9, keep="Vĩnh viễn"), line(3, secrecy="Tối mật"), line(5), line(6, code="H01.2021.07")
    newest = read(house, batch, box, *changed)[0]
    change = Change.model_validate(newest.change)
    assert newest.version == 2 and (change.before, change.after) == (3, 3)
    assert change.added == {"2019": 1, "2021": 1} and change.removed == {"2019": 2}
    assert change.changed == {"pages": 1, "retention": 1}
    said = change.explain()
    assert said.startswith("từ 3 thành 3; thêm 2 (2019: 1, 2021: 1); bớt 2") and "đổi số trang 1 dòng" in said
    assert "mật" not in said, "that a line became secret is not told"


def test_what_the_new_version_dropped_is_withdrawn_and_comes_back_when_listed(
    house: House, batch: str, tmp_path: Path
) -> None:
    box = tmp_path / "box"
    read(house, batch, box, line(1), line(2, code="H01.2020.01"))

    def withdrawn() -> tuple[list[bool], dict[str, bool]]:
        with house.catalogue.read() as session:
            lines = session.scalars(select(InventoryLineRow).order_by(InventoryLineRow.year)).all()
            return [x.withdrawn for x in lines], {d.code: d.withdrawn for d in session.scalars(select(Dossier))}

    read(house, batch, box, line(1))
    assert withdrawn() == ([False, True], {"H01.2019.05": False, "H01.2020.01": True})
    read(house, batch, box, line(1), line(2, code="H01.2020.01"))
    assert withdrawn() == ([False, False], {"H01.2019.05": False, "H01.2020.01": False})


def test_groups_come_from_the_dossier_and_a_secret_line_has_none(house: House, batch: str, tmp_path: Path) -> None:
    read(house, batch, tmp_path / "box", line(1), line(2, secrecy="Mật"), line(3, code="H01.2019.9", title="Trồng cây"))
    with house.catalogue.read() as session:
        rows = session.scalars(select(InventoryLineRow).order_by(InventoryLineRow.position)).all()
        assert [r.group_id for r in rows] == ["hoi-nghi", None, None]
        years = {d.code: (d.year, d.group_id) for d in session.scalars(select(Dossier))}
    assert years == {"H01.2019.05": (2019, "hoi-nghi"), "H01.2019.9": (2019, None)}


def ask(house: House, *arguments: str) -> dict:  # type: ignore[type-arg]
    result = CliRunner().invoke(app, ["--data", str(house.settings.data), "targets", *arguments, "--json"])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return json.loads(result.stdout)  # type: ignore[no-any-return]


@pytest.fixture
def commanded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line sets SOHOA_DATA for its children; the test takes it back."""
    monkeypatch.setenv("SOHOA_DATA", "")
    use_language("vi")


@pytest.mark.usefixtures("commanded")
def test_targets_of_a_digitised_folder_opened_down_to_the_records(
    house: House, tmp_path: Path, paper, digitise_bare
) -> None:
    box = tmp_path / "box"
    inventory(box, line(1), line(2), line(3, secrecy="Mật"), line(4, keep="Vĩnh viễn"))
    for number in (1, 3):
        date = f"An Bình, ngày {number} tháng 3 năm 2019"
        page = paper.page(number=str(number), date=date, subject=SUBJECTS[number])
        paper.pdf(box / f"{number}.pdf", page)
    (box / "2.pdf").write_bytes((box / "1.pdf").read_bytes()[:500])  # fails
    digitise_bare(house, box)

    today = {t["id"]: t for t in ask(house, "--on", "2026-12-31")["targets"]}
    assert set(today) == {"D1", "D2", "D3", "D4", *(f"T{n}" for n in range(1, 26))}
    assert (today["D4"]["done"], today["D4"]["count"]) == (1, 3)
    assert (today["D2"]["done"], today["D2"]["count"]) == (0, 1)
    assert (today["D3"]["done"], today["D3"]["count"]) == (1, 2)
    assert today["T5"]["on_time"] == "by-hand" and today["T5"]["percent"] is None
    assert any("H01" in m for m in today["D4"]["missing"]), "an agency that the file does not know is named"

    opened = ask(house, "D4", "--records")["records"]
    assert [(r["year"], r["done"]) for r in opened] == [(2019, True), (2019, False), (2019, False)]
    with house.catalogue.read() as session:
        assert [r["record"] for r in opened if r["record"]] == session.scalars(
            select(Record.id).where(Record.state == "open")
        ).all()
    assert ask(house, "D4", "--by", "retention")["figures"]["Vĩnh viễn"] == {"done": 0, "count": 1, "percent": 0.0}
    assert ask(house, "--disagreements")["disagreements"] == []
    assert ask(house, "--on", "2026-01-03")["targets"] == []

    # The inventory mends the file name of a line: the record finds its line again, and nothing counts twice.
    mended = list(line(1))
    mended[-1] = "doi-ten.pdf"
    inventory(box, tuple(mended), line(2), line(3, secrecy="Mật"))
    digitise_bare(house, box)
    again = {t["id"]: t for t in ask(house, "--on", "2026-12-31")["targets"]}
    assert (again["D4"]["done"], again["D4"]["count"]) == (1, 2)
    with house.catalogue.read() as session:
        silent = session.scalars(select(InventoryLineRow).where(InventoryLineRow.withdrawn)).all()
        told = [(row.record_id, row.notation, row.subject) for row in silent]
        assert told == [(None, None, None)] * 2, "what seal no longer reaches must say nothing"
        assert not {f"line:{row.key}" for row in silent} & {key for key, _ in house.vault.names.entries("line:")}
    assert verify(house).disagreements == []
    before = list(dump(house))
    digitise_bare(house, box)
    assert list(dump(house)) == before


@pytest.mark.usefixtures("commanded")
def test_what_cannot_be_answered_is_said(house: House) -> None:
    with pytest.raises(UnknownIdError, match="không có chỉ tiêu D9"):
        ask(house, "D9")
    with pytest.raises(UnknownIdError, match="báo cáo bằng tay"):
        ask(house, "T5", "--records")
    with pytest.raises(UnknownIdError, match="Không có cơ quan"):
        ask(house, "--agency", "Sở Y tế tỉnh khác")
