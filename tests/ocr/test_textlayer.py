"""When a PDF's own text is used, and when it is not to be believed."""

from __future__ import annotations

from pathlib import Path

import pytest

from sohoa.imaging.pdf import open_page
from sohoa.imaging.source import PageSource
from sohoa.models import PageReading
from sohoa.ocr.page import read_page
from sohoa.ocr.textlayer import sound_text, usable_text_layer
from sohoa.settings import Reading, Settings
from tests.imaging import drawing
from tests.ocr import pdfs

SCANS = Path(__file__).resolve().parents[2].parent / "shared" / "scans"


def _usable(path: Path) -> bool:
    with open_page(path, 1) as page:
        return usable_text_layer(page) is not None


def _read(path: Path, settings: Settings | None = None) -> PageReading:
    return read_page(PageSource(path, "pdf"), settings or Settings())


def test_a_typed_page_is_taken_from_its_text_layer_exactly(tmp_path: Path) -> None:
    reading = _read(pdfs.typed(tmp_path / "a.pdf"))
    assert (reading.outcome, reading.source, reading.confidence, reading.dpi) == ("text", "text-layer", 1.0, None)
    assert [line for line in reading.text.split("\n") if line] == pdfs.LINES
    assert (reading.width, reading.height) == pdfs.A4
    first = reading.words[0]
    assert (first.text, first.line) == ("ỦY", 0)
    assert first.box[0] == pytest.approx(70, abs=1)
    assert first.box[1] < 100 < first.box[3]
    assert first.box[3] - first.box[1] < 20


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_shown_on_its_side_is_read_upright_and_says_so(degrees: int, tmp_path: Path) -> None:
    upright = _read(pdfs.typed(tmp_path / "a.pdf"))
    reading = _read(pdfs.rotated(tmp_path / "a.pdf", degrees))
    assert reading.rotation == 360 - degrees
    assert reading.model_dump(exclude={"rotation", "seconds"}) == upright.model_dump(exclude={"rotation", "seconds"})


@pytest.mark.parametrize("degrees", [90, 270])
def test_text_drawn_sideways_on_a_page_turned_by_its_viewer_is_upright(degrees: int, tmp_path: Path) -> None:
    canvas = pdfs.Canvas(str(tmp_path / "a.pdf"), pagesize=pdfs.A4)
    canvas.translate(*((595, 0) if degrees == 90 else (0, 842)))
    canvas.rotate(degrees if degrees == 90 else -90)
    canvas.setFont("Tinos", 13)
    for number, line in enumerate(pdfs.LINES):
        canvas.drawString(70, 595 - 100 - 20 * number, line)
    canvas.save()
    aside = _read(tmp_path / "a.pdf")
    shown = _read(pdfs.rotated(tmp_path / "a.pdf", degrees))
    assert [aside.rotation, shown.rotation] == [degrees, 0]
    assert shown.words == aside.words
    assert (shown.width, shown.height) == (842, 595)
    x0, y0, x1, y1 = shown.words[0].box
    assert ((x0 + x1) / 2, (y0 + y1) / 2) == pytest.approx((78, 96), abs=6)


def test_a_number_stamped_as_annotation_stands_in_its_line(tmp_path: Path) -> None:
    spaced = [line.replace("Số: ", "Số:         ") for line in pdfs.LINES]
    path = pdfs.annotated(pdfs.typed(tmp_path / "a.pdf", spaced), "507", 94, 842 - 120)
    lines = _read(path).text.split("\n")
    assert "Số: 507 /UBND-NV Đại Lộc, ngày 18 tháng 3 năm 2025" in lines


def test_invisible_text_alone_is_not_believed(tmp_path: Path) -> None:
    assert not _usable(pdfs.typed(tmp_path / "a.pdf", mode=3))


def test_white_text_is_not_believed(tmp_path: Path) -> None:
    assert not _usable(pdfs.typed(tmp_path / "a.pdf", colour="white"))


@pytest.mark.parametrize(
    "lines",
    [
        ["Quyeát ñònh cuûa UÛy ban nhaân daân huyeän veà vieäc ban haønh quy cheá laøm vieäc"] * 6,
        ["QuyÕt ®Þnh cña ñy ban nh©n d©n huyÖn vÒ viÖc ban hµnh quy chÕ lµm viÖc"] * 6,
        ["Quyáº¿t Ä‘á»‹nh cá»§a á»¦y ban nhÃ¢n dÃ¢n huyá»‡n"] * 6,
        ["xq zwk jjf pqr vvt wzx kkj qqp zzx wvb jfq kzx"] * 6,
        ["12 34 56"],
    ],
    ids=["VNI", "TCVN3", "mojibake", "garbage", "no words"],
)
def test_text_that_is_no_unicode_vietnamese_is_not_sound(lines: list[str]) -> None:
    assert not sound_text("\n".join(lines))


def test_a_garbled_layer_is_not_used(tmp_path: Path) -> None:
    assert not _usable(
        pdfs.typed(tmp_path / "a.pdf", ["QuyÕt ®Þnh cña ñy ban nh©n d©n huyÖn vÒ viÖc ban hµnh quy chÕ"] * 6)
    )


def test_the_ocr_layer_of_a_scan_is_read_anew(tmp_path: Path) -> None:
    path = pdfs.scanned(
        tmp_path / "a.pdf", drawing.letter(150).image, 150, layer=["Đây là lớp chữ nhận dạng cũ không đáng tin cậy"] * 5
    )
    reading = _read(path)
    assert (reading.source, reading.dpi) == ("ocr", 150)
    assert "không đáng tin" not in reading.text
    assert "Số hóa tài liệu lưu trữ" in reading.text


def test_the_text_layer_can_be_switched_off(tmp_path: Path) -> None:
    reading = _read(pdfs.typed(tmp_path / "a.pdf"), Settings(reading=Reading(text_layer=False)))
    assert reading.source == "ocr"
    assert "lưu trữ giai đoạn" in reading.text


@pytest.mark.skipif(not SCANS.is_dir(), reason="the shared scans are not here")
def test_the_born_digital_record_among_the_real_scans() -> None:
    reading = _read(SCANS / "db_507_UBND.pdf")
    assert reading.source == "text-layer"
    assert "Số: 507 /UBND-KGVX Quảng Ngãi, ngày 24 tháng 01 năm 2025" in reading.text
