"""What is found secret later leaves every store, also when an older reading, a rescan or a kill stands in the way."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path

import pytest
from sqlalchemy import select

from sohoa.models import EVERYTHING, Problem
from sohoa.pipeline.accounts import failures
from sohoa.pipeline.house import House, open_house
from sohoa.pipeline.plan import Redo
from sohoa.pipeline.secrecy import records_together, seal
from sohoa.pipeline.sharing import sharing
from sohoa.pipeline.verify import verify
from sohoa.settings import Reading, Settings
from sohoa.stores.catalogue.tables import Record, Sighting, Unit
from tests.conftest import DigitiseBare, Paper
from tests.faults.leaks import Needles, Scanner
from tests.pipeline.test_way import inventory, line

BODY = "Nhuếch nhoác khụt khịt xuềnh xoàng trườn trượt"
NEEDLES = Needles([BODY])


def found(house: House) -> list[str]:
    return [one.where for one in Scanner(NEEDLES).tree(house.settings.data)]


def only_record(house: House) -> str:
    return house.index.search("nhuech nhoac", EVERYTHING).hits[0].record_id


def shared_by(house: House, record: str) -> list[str]:
    with house.catalogue.read() as session:
        return sharing(session, records_together(house, record))


def originals(house: House) -> list[str]:
    stored = house.objects.keys()
    return [key for key in stored if key.startswith("originals/")]


def test_readings_of_earlier_versions_go_too(
    settings: Settings, tmp_path: Path, paper: Paper, digitise_bare: DigitiseBare
) -> None:
    paper.pdf(tmp_path / "box" / "a.pdf", paper.page(BODY))
    with open_house(settings) as house:
        digitise_bare(house, tmp_path / "box")
    with open_house(settings.model_copy(update={"reading": Reading(dpi=190)})) as house:
        digitise_bare(house, tmp_path / "box", redo=Redo.stale)
        stored = list(house.objects.keys())
        assert len([key for key in stored if key.startswith("derived/")]) == 2
        assert found(house)
        seal(house, only_record(house))
        assert list(house.objects.keys()) == []
        assert found(house) == []


def test_a_page_that_an_open_record_has_too_stays_and_is_told(
    house: House, tmp_path: Path, paper: Paper, digitise_bare: DigitiseBare
) -> None:
    """Page images of two records, the last ones the same byte for byte, as annexes copied into both."""
    annex = paper.page("Phụ lục chung của hai văn bản.", header=False)
    for name, body, number in (("mot", BODY, "21"), ("hai", "Văn phòng theo dõi việc trồng cây.", "22")):
        (tmp_path / "box" / name).mkdir(parents=True)
        paper.page(body, number=number).save(tmp_path / "box" / name / "trang-1.png", dpi=(200, 200))
        annex.save(tmp_path / "box" / name / "trang-2.png", dpi=(200, 200))
    digitise_bare(house, tmp_path / "box")
    assert len(originals(house)) == 3
    other = house.index.search("theo doi viec trong cay", EVERYTHING).hits[0].record_id
    assert shared_by(house, only_record(house)) == [other]
    seal(house, only_record(house))
    assert len(originals(house)) == 2
    assert verify(house, deep=True).disagreements == []
    assert found(house) == []
    assert shared_by(house, other) == []
    seal(house, other)
    assert list(house.objects.keys()) == []


def test_a_rescan_goes_with_its_record(house: House, tmp_path: Path, paper: Paper, digitise_bare: DigitiseBare) -> None:
    box = tmp_path / "box"
    paper.pdf(box / "a.pdf", paper.page(BODY, "Điều khoản chung.", subject="Về việc đắp đê"))
    paper.pdf(box / "b.pdf", paper.page(BODY, "Điều khoản chung!", subject="Về việc đắp đê"))
    inventory(box, line("a.pdf", "về việc đắp đê"))
    assert digitise_bare(house, box)["linked"].rescans == 1
    seal(house, only_record(house))
    assert list(house.objects.keys()) == [] and found(house) == []
    with house.catalogue.read() as session:
        assert set(session.scalars(select(Unit.state))) == {"quarantined"}
    assert verify(house).disagreements == []


def _die_sealing(settings: Settings, record: str) -> None:
    """In a process of its own: seal, and be killed when the objects' turn comes."""
    from sohoa.stores.objects.folder import FolderStore

    FolderStore.withdraw = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[method-assign,assignment]
    with open_house(settings) as house:
        seal(house, record)


def test_a_killed_seal_is_ended_by_the_next_run(
    settings: Settings, tmp_path: Path, paper: Paper, digitise_bare: DigitiseBare
) -> None:
    paper.pdf(tmp_path / "box" / "a.pdf", paper.page(BODY))
    with open_house(settings) as house:
        digitise_bare(house, tmp_path / "box")
        record = only_record(house)
    child = multiprocessing.get_context("spawn").Process(target=_die_sealing, args=(settings, record))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    with open_house(settings) as house:
        assert list(house.objects.keys()), "the kill struck before"
        assert house.index.search("nhuech nhoac", EVERYTHING).total == 0
        digitise_bare(house, tmp_path / "box")
        assert list(house.objects.keys()) == [] and found(house) == []
        with house.catalogue.read() as session:
            assert session.get_one(Record, record).state == "sealed"
            assert session.scalars(select(Unit.secrecy_reason)).one() == "person"


def test_a_line_called_secret_in_a_later_inventory_withdraws_its_record(
    house: House, tmp_path: Path, paper: Paper, digitise_bare: DigitiseBare
) -> None:
    box = tmp_path / "box"
    paper.pdf(box / "a.pdf", paper.page(BODY))
    inventory(box, line("a.pdf", f"về việc {BODY}"))
    digitise_bare(house, box)
    assert found(house)
    inventory(box, line("a.pdf", f"về việc {BODY}", secrecy="Mật"))
    digitise_bare(house, box)
    assert found(house) == [] and list(house.objects.keys()) == []


def test_clues_go_without_an_inventory_too(
    house: House, tmp_path: Path, paper: Paper, digitise_bare: DigitiseBare
) -> None:
    paper.pdf(tmp_path / "box" / "a.pdf", paper.page("Nội dung.", subject=f"Về việc {BODY}", stamp="MẬT"))
    digitise_bare(house, tmp_path / "box")
    assert list(house.vault.names.entries("")) == [] and found(house) == []


@pytest.mark.parametrize("kept", [b"PK\x03\x04not a scan", b""], ids=["foreign", "empty"])
def test_the_name_of_a_secret_file_that_is_no_scan_is_not_told(
    house: House, tmp_path: Path, digitise_bare: DigitiseBare, kept: bytes
) -> None:
    box = tmp_path / "box"
    box.mkdir()
    (box / "xuenh-xoang-nhuech-nhoac.pdf").write_bytes(kept)
    inventory(box, line("xuenh-xoang-nhuech-nhoac.pdf", "việc kín", secrecy="Mật"))
    digitise_bare(house, box)
    assert [row.name for row in failures(house)] == ["(kín)"]
    assert found(house) == []


def test_an_unexpected_error_quotes_nothing(house: House, tmp_path: Path) -> None:
    try:
        (tmp_path / "xuenh-xoang.pdf").read_bytes()
    except OSError as error:
        problem = Problem.of(error)
    assert problem.error_class == "FileNotFoundError" and "xoang" not in problem.message
    assert "pathlib.py:" in problem.message
    with house.catalogue.read() as session:
        assert session.scalars(select(Sighting.id)).all() == []
