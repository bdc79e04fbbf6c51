"""What people read: tables and remarks of `sohoa targets` and `sohoa denominator`, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sohoa.cli import printing
from sohoa.cli.app import app
from sohoa.cli.targets import parse_day, percent
from sohoa.language import use_language
from sohoa.settings import load
from sohoa.stores.catalogue.database import open_catalogue
from sohoa.stores.catalogue.tables import InventoryLineRow
from sohoa.targets.agencies import Agencies
from sohoa.targets.denominators import declare
from tests.targets.conftest import Archive

Ask = Callable[..., str]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, agencies: Agencies) -> Path:
    """The data folder of an archive of 1,301 lines, 5 of them done, with a declared number that is too small."""
    data = tmp_path_factory.mktemp("filled")
    catalogue = open_catalogue(load(data=data))
    with catalogue.write() as session:
        archive = Archive(session, agencies)
        archive.lines(4, done=4)
        facts = {"batch_id": "b1", "fonds_code": "PH01", "agency_code": "VPTU", "year": 2021, "position": 1}
        session.add_all(InventoryLineRow(key=f"undone{n}", **facts) for n in range(1296))
        archive.value(archive.record(line=archive.line(type="Báo cáo")), "issued_date", "2018-01-02")
        for count in (9, 1):
            declare(session, agency="TU", year=2022, unit="record", count=count, quality="declared",
                    stated=date(2026, 1, 10), who="lan")  # fmt: skip
        for _ in range(2):
            archive.record(agency_code="TU", year=2022)
    catalogue.close()
    return data


def answer(data: Path, *arguments: str) -> str:
    result = CliRunner().invoke(app, ["--data", str(data), *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.output


@pytest.fixture(autouse=True)
def as_a_person(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A wide terminal, in Vietnamese; the command sets SOHOA_DATA for its children, the test takes it back."""
    monkeypatch.setenv("SOHOA_DATA", "")
    monkeypatch.setattr(printing.console, "width", 140, raising=False)
    use_language("vi")
    yield
    use_language("vi")


@pytest.fixture
def ask(filled: Path) -> Ask:
    return partial(answer, filled)


def test_the_list_says_number_date_and_whether_on_time(ask: Ask) -> None:
    said = ask("targets", "--on", "1/6/2030")
    row = next(x for x in said.splitlines() if "│ D4" in x)
    assert "7 / 1.302 (đếm, khai)" in row and "0,5" in row and "31/12/2026" in row and "quá hạn, chưa đạt" in row
    assert "SAI: Tỉnh ủy Đồng Nai, năm 2022: khai 1 nhưng đã số hóa 2." in said.replace("\n", " ")
    assert "Cách hiểu những điểm kế hoạch để ngỏ" in said and "D1, D2, D3, D4: Kế hoạch không ghi đơn vị tính." in said
    assert said.count("bằng tay") == 25


def test_one_target_comes_with_its_sentence_and_in_english_too(ask: Ask) -> None:
    said = " ".join(ask("targets", "d4").split())
    assert "«100% hồ sơ, tài liệu không mật" in said and "(dòng 228-229)" in said and "Còn 1.295 văn bản." in said
    use_language("en")
    said = " ".join(ask("targets", "D4").split())
    assert "Done means stored." in said and "1,295 records left." in said and "7 / 1,302 (counted, declared)" in said


def test_the_other_views_are_tables(ask: Ask) -> None:
    assert "Văn phòng Tỉnh ủy Đồng Nai" in ask("targets", "D4", "--by", "agency")
    assert "tìm được" in ask("targets", "D4", "--by", "stage")
    assert "2020–2025" in ask("targets", "D2", "--by", "period")
    opened = ask("targets", "D4", "--agency", "TU", "--records")
    assert "1303 dòng" in opened, "the committee's own and those of the bodies below it, the declared ones by record"
    assert "2018" in ask("targets", "--disagreements")
    assert "từ 9 thành 1" in ask("denominator", "list")


def test_a_number_declared_on_the_command_line_is_shown_once(tmp_path: Path) -> None:
    told = ("denominator", "declare", "--agency", "MTTQ", "--year", "2021", "--count", "70", "--date", "10/1/2026")
    assert "70 văn bản" in answer(tmp_path, *told) and "ước tính" in answer(tmp_path, "denominator", "list")
    assert "Không có gì thay đổi" in answer(tmp_path, *told)


@pytest.mark.parametrize(
    ("value", "written"),
    [(None, "–"), (0, "0,0"), (99.97, "99,9"), (100, "100,0"), (1234.5, "1.234,5"), (12.25, "12,2")],
)
def test_percentages_are_written_as_in_vietnam_and_never_rounded_up_to_a_hundred(
    value: float | None, written: str
) -> None:
    use_language("vi")
    assert percent(value) == written


def test_days_are_read_both_ways() -> None:
    assert parse_day("2026-02-28") == parse_day("28/02/2026") == date(2026, 2, 28)
