"""The way of a document: vault, text, kept, found, counted; and what must not happen on it."""

from __future__ import annotations

import stat
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from sohoa.errors import UnknownIdError
from sohoa.models import EVERYTHING
from sohoa.pipeline.accounts import HIDDEN, failures, status, unmatched
from sohoa.pipeline.dump import dump
from sohoa.pipeline.house import House, open_house
from sohoa.pipeline.plan import Redo
from sohoa.pipeline.secrecy import seal
from sohoa.pipeline.verify import verify
from sohoa.stores.catalogue.tables import Record, Sighting, ValueRow
from sohoa.stores.objects.keys import original_key
from sohoa.targets.percentages import percentages, total

HEADINGS = ("STT", "Số, ký hiệu hồ sơ", "Số, ký hiệu văn bản", "Ngày tháng năm văn bản", "Tên loại và trích yếu",
            "Tác giả văn bản", "Tờ số", "Độ mật", "Tên tệp", "Ghi chú")  # fmt: skip


def inventory(folder: Path, *rows: tuple[str, ...]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Mục lục văn bản"
    sheet.append(("MỤC LỤC VĂN BẢN, TÀI LIỆU TRONG HỒ SƠ",))
    sheet.append(HEADINGS)
    for number, row in enumerate(rows, start=1):
        sheet.append((number, *row))
    book.save(folder / "muc-luc.xlsx")


def line(file: str, subject: str, *, number: str = "15/KH-UBND", secrecy: str = "") -> tuple[str, ...]:
    return ("H01.2019.05", number, "12/3/2019", f"Kế hoạch {subject}", "UBND tỉnh An Bình", "1", secrecy, file, "")


def test_a_pdf_is_read_kept_found_and_counted(house: House, tmp_path: Path, paper, digitise_bare) -> None:
    box = tmp_path / "box"
    paper.pdf(box / "ke-hoach.pdf", paper.page("Trồng thêm hai nghìn cây phượng vĩ dọc bờ sông Vệ."))
    inventory(box, line("ke-hoach.pdf", "về việc trồng cây xanh trên địa bàn tỉnh năm 2019"))
    run = digitise_bare(house, box)

    one = status(house, run["batch"])[0]
    assert one.sightings["done"] == 1 and sum(one.sightings.values()) == 1
    assert one.pages == {"text": 1} and one.finished
    found = house.index.search("phuong vi doc bo song", EVERYTHING)
    assert found.total == 1 and found.hits[0].pages[0] == 1
    assert found.hits[0].entry.type == "Kế hoạch" and found.hits[0].entry.notation == "KH-UBND"
    assert house.index.search("15/KH-UBND", EVERYTHING).total == 1
    assert house.index.search("16/KH-UBND", EVERYTHING).total == 0
    with house.catalogue.read() as session:
        share = total(percentages(session))
    assert (share.digitised, share.lines) == (1, 1)
    assert verify(house, deep=True).disagreements == []


def test_the_original_is_stored_byte_for_byte(house: House, tmp_path: Path, paper, digitise_bare) -> None:
    path = paper.pdf(tmp_path / "box" / "a.pdf", paper.page())
    digitise_bare(house, tmp_path / "box")
    with house.catalogue.read() as session:
        sha256 = session.scalars(select(Sighting.sha256)).one()
    assert house.objects.get(original_key(sha256 or "")) == path.read_bytes()


def test_a_second_run_redoes_nothing(house: House, tmp_path: Path, paper, digitise_bare) -> None:
    paper.pdf(tmp_path / "box" / "a.pdf", paper.page())
    assert len(digitise_bare(house, tmp_path / "box")["worked"]) == 1
    before = list(dump(house))
    assert digitise_bare(house, tmp_path / "box")["worked"] == []
    assert list(dump(house)) == before


def test_redo_all_reads_again_and_stays_the_same_record(house: House, tmp_path: Path, paper, digitise_bare) -> None:
    paper.pdf(tmp_path / "box" / "a.pdf", paper.page())
    digitise_bare(house, tmp_path / "box")
    with house.catalogue.read() as session:
        before = session.scalars(select(Record.id)).all()
    assert len(digitise_bare(house, tmp_path / "box", redo=Redo.all)["worked"]) == 1
    with house.catalogue.read() as session:
        assert session.scalars(select(Record.id)).all() == before
    assert verify(house).disagreements == []


def test_a_duplicate_keeps_its_inventory_line(house: House, tmp_path: Path, paper, digitise_bare) -> None:
    box = tmp_path / "box"
    first = paper.pdf(box / "a.pdf", paper.page())
    (box / "b.pdf").write_bytes(first.read_bytes())
    inventory(box, line("a.pdf", "trồng cây"), line("b.pdf", "trồng cây, bản lưu hồ sơ khác", number="16/KH-UBND"))
    run = digitise_bare(house, box)
    assert status(house, run["batch"])[0].sightings["duplicate"] == 1
    with house.catalogue.read() as session:
        assert total(percentages(session)).digitised == 2
    assert unmatched(house, run["batch"]).lines == []


def test_a_confirmed_value_survives_a_new_reading(house: House, tmp_path: Path, paper, digitise_bare) -> None:
    paper.pdf(tmp_path / "box" / "a.pdf", paper.page())
    digitise_bare(house, tmp_path / "box")
    with house.catalogue.write() as session:
        row = session.scalars(select(ValueRow).where(ValueRow.name == "place")).one()
        row.value, row.source, row.confirmed_by = "An Bình (xác nhận)", "person", "lan"
    digitise_bare(house, tmp_path / "box", redo=Redo.all)
    with house.catalogue.read() as session:
        row = session.scalars(select(ValueRow).where(ValueRow.name == "place")).one()
    assert (row.value, row.source) == ("An Bình (xác nhận)", "person")


def test_broken_and_foreign_files_end_in_a_named_state(house: House, tmp_path: Path, paper, digitise_bare) -> None:
    box = tmp_path / "box"
    good = paper.pdf(box / "tot.pdf", paper.page())
    (box / "cut.pdf").write_bytes(good.read_bytes()[:800])
    (box / "rong.pdf").write_bytes(b"")
    (box / "ghi-chu.docx").write_bytes(b"PK\x03\x04not a scan")
    run = digitise_bare(house, box)
    sightings = status(house, run["batch"])[0].sightings
    assert sightings["done"] == 1 and sightings["failed"] + sightings["refused"] == 3
    listed = list(failures(house))
    assert {row.name for row in listed} == {"cut.pdf", "rong.pdf", "ghi-chu.docx"}
    assert all(row.message for row in listed)


def test_a_mended_file_passes_when_tried_again(house: House, tmp_path: Path, paper, digitise_bare) -> None:
    box = tmp_path / "box"
    good = paper.pdf(tmp_path / "good.pdf", paper.page())
    box.mkdir()
    (box / "a.pdf").write_bytes(good.read_bytes()[:800])
    run = digitise_bare(house, box)
    assert status(house, run["batch"])[0].sightings["failed"] == 1
    (box / "a.pdf").write_bytes(good.read_bytes())
    digitise_bare(house, box)
    assert status(house, run["batch"])[0].sightings["done"] == 1


def test_a_line_marked_secret_is_never_opened(house: House, tmp_path: Path, paper, digitise_bare) -> None:
    box = tmp_path / "box"
    paper.pdf(box / "kin.pdf", paper.page("Nội dung tuyệt đối không được lọt ra ngoài."))
    inventory(box, line("kin.pdf", "phương án bảo vệ trọng điểm", secrecy="Tối mật"))
    run = digitise_bare(house, box)
    assert run["worked"] == []
    one = status(house, run["batch"])[0]
    assert one.sightings["quarantined"] == 1 and one.pages == {}
    assert [row.name for row in failures(house)] == [HIDDEN]
    assert house.index.count() == 0 and list(house.objects.keys()) == []
    with house.catalogue.read() as session:
        assert total(percentages(session)).lines == 0


def test_a_stamp_holds_the_whole_file(house: House, tmp_path: Path, paper, digitise_bare) -> None:
    box = tmp_path / "box"
    pages = paper.page("Trang đầu bình thường."), paper.page("Trang có dấu.", stamp="MẬT", number="16")
    paper.pdf(box / "h.pdf", *pages)
    run = digitise_bare(house, box)
    assert status(house, run["batch"])[0].sightings["quarantined"] == 1
    assert house.index.count() == 0 and list(house.objects.keys()) == []
    with house.catalogue.read() as session:
        assert session.scalars(select(Record.title)).all() and not any(session.scalars(select(Record.title)))


def test_sealing_withdraws_everywhere(house: House, tmp_path: Path, paper, digitise_bare) -> None:
    paper.pdf(tmp_path / "box" / "a.pdf", paper.page("Hồ thủy lợi Núi Một sửa chữa đập tràn."))
    digitise_bare(house, tmp_path / "box")
    hit = house.index.search("ho thuy loi nui mot", EVERYTHING).hits[0]
    assert seal(house, hit.record_id) == [hit.record_id]
    assert house.index.search("ho thuy loi nui mot", EVERYTHING).total == 0
    assert list(house.objects.keys()) == []
    assert verify(house).disagreements == []
    assert digitise_bare(house, tmp_path / "box")["worked"] == []
    with pytest.raises(UnknownIdError):
        seal(house, "vb-khong-co")


def test_verify_names_what_is_missing(house: House, tmp_path: Path, paper, digitise_bare) -> None:
    paper.pdf(tmp_path / "box" / "a.pdf", paper.page())
    digitise_bare(house, tmp_path / "box")
    key = next(key for key in house.objects.keys("") if key.startswith("originals/"))
    house.objects.withdraw(key)
    house.index.remove([entry.record_id for entry in house.index.entries()])
    kinds = {d.kind for d in verify(house).disagreements}
    assert kinds == {"object-missing", "record-not-in-index"}


def test_the_vault_is_closed_to_others_and_empty_at_the_end(house: House, tmp_path: Path, paper, digitise_bare) -> None:
    paper.pdf(tmp_path / "box" / "a.pdf", paper.page())
    digitise_bare(house, tmp_path / "box")
    assert stat.S_IMODE(house.vault.root.stat().st_mode) == 0o700
    assert list((house.vault.root / "work").iterdir()) == []
    assert list(house.vault.names.entries("")) == []


def test_the_same_folder_elsewhere_gives_the_same_dump(tmp_path: Path, settings, paper, digitise_bare) -> None:
    box = tmp_path / "box"
    paper.pdf(box / "a.pdf", paper.page())
    paper.pdf(box / "b.pdf", paper.page("Sửa chữa cầu Trà Khúc.", number="17"))
    dumps = []
    for name in ("one", "two"):
        with open_house(settings.model_copy(update={"data": tmp_path / name})) as other:
            digitise_bare(other, box)
            dumps.append(list(dump(other)))
    assert dumps[0] == dumps[1] and len(dumps[0]) > 10


def test_an_unreadable_page_image_holds_its_whole_record(house: House, tmp_path: Path, paper, digitise_bare) -> None:
    box = tmp_path / "box" / "17-KH-UBND"
    box.mkdir(parents=True)
    for number in (1, 2):
        paper.page(f"Trang số {number} của kế hoạch.").save(box / f"trang {number}.jpg", dpi=(200, 200))
    (box / "trang 3.jpg").write_bytes(b"")
    run = digitise_bare(house, tmp_path / "box")
    sightings = status(house, run["batch"])[0].sightings
    assert (sightings["done"], sightings["failed"] + sightings["refused"]) == (0, 3)
    assert house.index.count() == 0
    paper.page("Trang số 3.").save(box / "trang 3.jpg", dpi=(200, 200))
    digitise_bare(house, tmp_path / "box")
    assert status(house, run["batch"])[0].sightings["done"] == 3
