"""The check says before the start what is wrong, in a table, in JSON and in a workbook, and tells nothing of secrets."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from PIL import Image, ImageDraw

from sohoa.errors import EngineCrashError
from sohoa.intake.check import check
from sohoa.intake.inventory import Inventory, InventoryLine
from sohoa.intake.report import FAULTS, CheckReport
from sohoa.models import Kind
from sohoa.settings import Limits, Settings, load


@dataclass
class Look:
    dpi: int | None = 200
    blank: bool = False
    rotation: int | None = 0


class Eyes:
    """Looks at pictures without any engine: white is blank, lying is turned, and remembers what it was shown."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int]] = []

    def __call__(self, path: Path, kind: Kind, page: int, /) -> Look:
        self.seen.append((path.name, page))
        if kind == "pdf":
            return Look(None)
        with Image.open(path) as image:
            image.seek(page - 1)
            return Look(None, image.convert("L").getextrema() == (255, 255), 90 if image.width > image.height else 0)


def paper(path: Path, text: str, dpi: int = 200, size: tuple[int, int] = (413, 585), **more: object) -> None:
    image = Image.new("L", size, 255)
    ImageDraw.Draw(image).text((40, 60), text, fill=0)
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, dpi=(dpi, dpi), **more)


def line(row: int, notation: str, **more: object) -> InventoryLine:
    return InventoryLine(key=f"k{row}", notation=notation, ordinal=row, sheet="S", row=row, **more)  # type: ignore[arg-type]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(data=tmp_path / "data", workers=2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "in"
    paper(root / "1-KH-TU.png", "one")
    paper(root / "2-KH-TU.png", "two", dpi=100)
    (root / "3-KH-TU.png").write_bytes((root / "1-KH-TU.png").read_bytes())
    paper(root / "4-KH-TU.png", "")
    paper(root / "5-KH-TU.png", "turned", size=(585, 413))
    with pikepdf.new() as book:
        book.add_blank_page()
        book.save(root / "6-KH-TU.pdf", encryption=pikepdf.Encryption(owner="o", user="u"))
    (root / "7-KH-TU.pdf").write_bytes((root / "6-KH-TU.pdf").read_bytes()[:200])
    (root / "note.docx").write_bytes(b"Rar!\x1a\x07\x01\0")
    paper(root / "9-KH-TU.png", "secret MARKER")
    paper(root / "stray.png", "stray")
    (root / "gone").symlink_to(root / "nowhere")
    return root


BOOK = Inventory(
    "ml.xlsx",
    (),
    (
        *(line(i, f"{i}-KH/TU") for i in range(1, 8)),
        line(8, "8-KH/TU", subject="không có tệp"),
        line(9, "9-KH/TU", subject="MARKER", secrecy="Mật"),
        line(10, "10-KH/TU", subject="MARKER TWO", secrecy="Tối mật", file_name="MARKER.pdf"),
    ),
)


@pytest.fixture
def eyes() -> Eyes:
    return Eyes()


@pytest.fixture
def report(folder: Path, settings: Settings, eyes: Eyes) -> CheckReport:
    return check(folder, BOOK, settings, eyes, 3.0)


def test_every_fault_is_found_where_it_is(report: CheckReport) -> None:
    found = {(f.fault, f.name) for f in report.findings}
    assert found == {
        ("low_dpi", "2-KH-TU.png"),
        ("duplicate", "3-KH-TU.png"),
        ("blank", "4-KH-TU.png"),
        ("rotated", "5-KH-TU.png"),
        ("encrypted", "6-KH-TU.pdf"),
        ("damaged", "7-KH-TU.pdf"),
        ("refused", "note.docx"),
        ("refused", "gone"),
        ("extra", "stray.png"),
        ("missing", "Mục lục STT 8"),
        ("missing", "Mục lục STT 10"),
    }
    assert next(f for f in report.findings if f.fault == "duplicate").detail == "giống 1-KH-TU.png"
    assert report.has_problems and len(report.summary()) >= 4


def test_counts_and_estimates(report: CheckReport, folder: Path) -> None:
    assert report.files == 11 and report.units == 9 and report.pages == 6
    assert report.pages_looked_at == 6 and not report.sampled
    assert (report.inventory_lines, report.matched_lines, report.secret_lines) == (10, 8, 2)
    assert report.seconds_needed == pytest.approx(6 * 3.0 / 2)
    assert report.total_bytes == sum(p.lstat().st_size for p in folder.iterdir())
    assert report.disk_needed > report.total_bytes and report.disk_free > 0
    assert set(report.counts) == set(FAULTS)


def test_a_secret_file_is_neither_looked_at_nor_named(report: CheckReport, eyes: Eyes, tmp_path: Path) -> None:
    assert "9-KH-TU.png" not in {name for name, _ in eyes.seen}
    assert "1-KH-TU.png" in {name for name, _ in eyes.seen}
    report.write_xlsx(tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    cells = [str(c) for s in book for row in s.iter_rows(values_only=True) for c in row]
    told = json.dumps(report.to_json(), ensure_ascii=False) + " ".join(cells) + " ".join(report.summary())
    assert "MARKER" not in told and "9-KH-TU" not in told and "9-KH/TU" not in told
    assert "không có tệp" in told, "the same look finds what may be told"


def test_json_says_everything(report: CheckReport) -> None:
    data = json.loads(json.dumps(report.to_json()))
    assert data["counts"]["missing"] == 2 and data["sampled"] is False
    assert {"fault", "name", "page", "detail", "what", "todo"} == set(data["findings"][0])
    assert len(report.rows()) == len(data["findings"]) and all(len(row) == 5 for row in report.rows())


def test_the_workbook_is_clean(report: CheckReport, tmp_path: Path) -> None:
    report.write_xlsx(tmp_path / "r.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets[0]
    assert [c.value for c in sheet[1]] == ["STT", "Tệp", "Trang", "Lỗi", "Chi tiết", "Việc cần làm"]
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == f"A1:F{len(report.findings) + 1}"
    assert sheet.max_row == len(report.findings) + 1


def test_names_that_look_like_formulas_stay_text(tmp_path: Path, settings: Settings) -> None:
    root = tmp_path / "in"
    root.mkdir()
    for name in ("=1+1.txt", "@SUM(A1).txt", "a\x07b.txt"):
        (root / name).write_text("x")
    report = check(root, None, settings, None, 1.0)
    report.write_xlsx(tmp_path / "r.xlsx")
    column = openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets[0]["B"]
    assert {(c.value, c.data_type) for c in column[1:]} == {
        ("=1+1.txt", "s"),
        ("@SUM(A1).txt", "s"),
        ("a\\x07b.txt", "s"),
    }


def test_a_large_archive_is_sampled_and_says_so(tmp_path: Path, settings: Settings) -> None:
    root, eyes = tmp_path / "in", Eyes()
    root.mkdir()
    frames = [Image.new("1", (100, 140), 1) for _ in range(30)]
    frames[0].save(root / "a.tif", save_all=True, append_images=frames[1:], dpi=(200, 200))
    report = check(root, None, settings, eyes, 1.0, sample_pages=10)
    assert report.pages == 30 and report.pages_looked_at == 10 and report.sampled
    assert [page for _, page in eyes.seen] == list(range(1, 31, 3))
    assert any("10" in s and "30" in s for s in report.summary())


def test_pages_in_zips_are_checked_and_nothing_is_left(tmp_path: Path, settings: Settings) -> None:
    import zipfile

    root = tmp_path / "in"
    root.mkdir()
    paper(tmp_path / "1.png", "one", dpi=100)
    with zipfile.ZipFile(root / "a.zip", "w") as archive:
        archive.write(tmp_path / "1.png", "hs/1.png")
    settings.vault_dir.mkdir(parents=True)
    report = check(root, None, settings, Eyes(), 1.0)
    assert [(f.fault, f.name) for f in report.findings] == [("low_dpi", "a.zip/hs/1.png")]
    assert report.files == 2 and report.units == 1
    assert list(settings.vault_dir.iterdir()) == []


def test_a_page_that_cannot_be_shown_is_a_finding(tmp_path: Path, settings: Settings) -> None:
    def broken(path: Path, kind: Kind, page: int, /) -> Look:
        raise EngineCrashError("Chương trình dựng trang dừng.", "The renderer stopped.")

    paper(tmp_path / "in" / "a.png", "x")
    report = check(tmp_path / "in", None, settings, broken, 1.0)
    assert [(f.fault, f.detail) for f in report.findings] == [("failed_look", "Chương trình dựng trang dừng.")]


def test_a_dossier_in_one_pdf_is_neither_extra_nor_are_its_lines_missing(tmp_path: Path, settings: Settings) -> None:
    root = tmp_path / "in"
    root.mkdir()
    with pikepdf.new() as book:
        book.add_blank_page()
        book.save(root / "H49.2015.01.pdf")
    lines = tuple(line(i, f"{i}-KH/TU", dossier_code="H49.2015.01") for i in (1, 2))
    assert check(root, Inventory("m", (), lines), settings, None, 1.0).findings == ()


def test_a_folder_in_order_has_no_problems(tmp_path: Path, settings: Settings) -> None:
    paper(tmp_path / "in" / "1-KH-TU.png", "one")
    report = check(tmp_path / "in", Inventory("m", (), (line(1, "1-KH/TU"),)), settings, Eyes(), 1.0)
    assert report.findings == () and not report.has_problems


def test_limits_hold_in_the_check(tmp_path: Path, settings: Settings) -> None:
    paper(tmp_path / "in" / "a.png", "x")
    small = settings.model_copy(update={"limits": Limits(page_pixels=1000)})
    (finding,) = check(tmp_path / "in", None, small, Eyes(), 1.0).findings
    assert finding.fault == "refused" and "page_pixels" in finding.detail
