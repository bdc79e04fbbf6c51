"""Reading pages with the real engine: every page ends as text, blank or failed, with its words where their ink is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sohoa.imaging.source import PageSource
from sohoa.models import Kind, PageReading, Word
from sohoa.ocr.page import read_page
from sohoa.settings import Limits, Settings
from tests.imaging import drawing
from tests.ocr import pdfs

SCANS = Path(__file__).resolve().parents[2].parent / "shared" / "scans"


def read(
    image: Image.Image, folder: Path, dpi: int = 200, kind: Kind = "jpeg", settings: Settings | None = None
) -> PageReading:
    path = folder / "page"
    image.save(path, kind.upper(), dpi=(dpi, dpi), **({"quality": 80} if kind == "jpeg" else {}))
    return read_page(PageSource(path, kind), settings or Settings())


def lost(page: drawing.Drawn, reading: PageReading) -> float:
    """Share of the drawn words that were not read."""
    left = [word.text for word in reading.words]
    missing = 0
    for text, _ in page.words:
        if text in left:
            left.remove(text)
        else:
            missing += 1
    return missing / len(page.words)


DAMAGE = {
    "clean": lambda page, dpi: page.image,
    "red seal over the signer": lambda page, dpi: drawing.seal(page.image, dpi, 5.2, 9.4),
    "askew in uneven light": lambda page, dpi: drawing.uneven(drawing.skew(page.image, -2.2), 0.4),
    "noise, blur and borders": lambda page, dpi: drawing.noise(
        drawing.borders(drawing.blur(page.image, 0.8), 0.2, dpi), 8
    ),
    "the back shines through": lambda page, dpi: drawing.bleed(page.image, drawing.letter(dpi).image, 0.2),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_pages_are_read(damage: str, tmp_path: Path) -> None:
    page = drawing.letter(200)
    reading = read(DAMAGE[damage](page, 200), tmp_path)
    assert (reading.outcome, reading.source, reading.rotation, reading.dpi) == ("text", "ocr", 0, 200)
    assert lost(page, reading) < 0.05
    assert reading.confidence > 0.85
    assert reading.engine.startswith("tesseract 5")
    assert reading.seconds > 0


@pytest.mark.parametrize("turned", [90, 180, 270])
@pytest.mark.parametrize("skew", [0.0, 1.5])
def test_turned_pages_are_set_upright(turned: int, skew: float, tmp_path: Path) -> None:
    page = drawing.letter(200)
    image = drawing.noise(drawing.skew(page.image, skew), 5).rotate(-turned, expand=True)
    reading = read(image, tmp_path)
    assert reading.rotation == 360 - turned
    assert lost(page, reading) < 0.05
    assert (reading.width, reading.height) == pytest.approx((595.4, 841.7), abs=0.5)
    x0, y0, x1, y1 = (value * 72 / 200 for value in page.box("HOẠCH"))
    if not skew:
        assert next(word.box for word in reading.words if word.text == "HOẠCH") == pytest.approx(
            (x0, y0, x1, y1), abs=3
        )


@pytest.mark.parametrize("skew", [0.0, -4.0])
@pytest.mark.parametrize("dpi", [200, 300])
def test_a_words_box_encloses_its_ink_on_the_page_as_it_was_scanned(skew: float, dpi: int, tmp_path: Path) -> None:
    page = drawing.letter(dpi)
    image = drawing.skew(page.image, skew)
    reading = read(image, tmp_path, dpi)
    checked = 0
    for text in ("HOẠCH", "CỘNG", "phát", "Hằng", "nhận:"):
        box = next((word.box for word in reading.words if word.text == text), None)
        if box is None:
            continue
        alone = Image.new("RGB", page.image.size, "white")
        x0, y0, x1, y1 = page.box(text)
        alone.paste(page.image.crop((x0, y0, x1, y1)), (x0, y0))
        ys, xs = np.nonzero(np.asarray(drawing.skew(alone, skew).convert("L")) < 100)
        ink = np.array([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]) * 72 / dpi
        slack = 1.5
        assert box[0] <= ink[0] + slack and box[1] <= ink[1] + slack
        assert box[2] >= ink[2] - slack and box[3] >= ink[3] - slack
        assert (box[2] - box[0]) < (ink[2] - ink[0]) + 12 and (box[3] - box[1]) < (ink[3] - ink[1]) + 12
        checked += 1
    assert checked >= 4


def test_the_text_has_lines_and_paragraphs_that_agree_with_the_words(tmp_path: Path) -> None:
    reading = read(drawing.letter(200).image, tmp_path)
    assert reading.text.split() == [word.text for word in reading.words]
    lines = [line.split() for line in reading.text.split("\n") if line]
    by_line: dict[int, list[Word]] = {}
    for word in reading.words:
        by_line.setdefault(word.line, []).append(word)
    assert [[word.text for word in words] for words in by_line.values()] == lines
    assert "\n\n" in reading.text


BLANK = {
    "white": lambda: (drawing.paper(200).image, "no-ink"),
    "noisy yellow paper": lambda: (drawing.noise(drawing.paper(200, colour="#e6d8a2").image), "no-ink"),
    "borders": lambda: (drawing.borders(drawing.paper(200).image, 0.2, 200), "no-ink"),
    "the front shines through": lambda: (
        drawing.bleed(drawing.noise(drawing.paper(200).image, 3), drawing.letter(200).image, 0.22),
        "bleed-through-only",
    ),
    "a seal alone": lambda: (drawing.seal(drawing.paper(200).image, 200, 4, 5), "seal-only"),
}


@pytest.mark.parametrize("what", BLANK)
def test_blank_backs_are_blank_for_a_reason(what: str, tmp_path: Path) -> None:
    image, reason = BLANK[what]()
    reading = read(image, tmp_path)
    assert (reading.outcome, reading.blank_reason, reading.text, reading.words, reading.error) == (
        "blank",
        reason,
        "",
        (),
        None,
    )


@pytest.mark.parametrize("number", ["2", "- 12 -"])
def test_a_lone_page_number_is_text(number: str, tmp_path: Path) -> None:
    page = drawing.paper(200)
    drawing.write(page, number, 4.1, 0.6)
    reading = read(page.image, tmp_path)
    assert reading.outcome == "text"
    assert reading.text.strip("- ") == number.strip("- ")
    assert reading.words[0].box[0] == pytest.approx(4.1 * 72, abs=4)


def test_a_page_that_bears_only_a_secrecy_stamp_is_not_blank(tmp_path: Path) -> None:
    reading = read(drawing.stamp(drawing.paper(200).image, 200, "TUYỆT MẬT", 4, 5, 2), tmp_path)
    assert (reading.outcome, reading.text) == ("text", "TUYỆT MẬT")
    assert reading.words[0].box[0] < 4 * 72 < reading.words[-1].box[2]


def test_red_stamps_are_read_beside_the_text(tmp_path: Path) -> None:
    page = drawing.letter(300)
    image = drawing.stamp(drawing.stamp(page.image, 300, "TỐI MẬT", 2.0, 1.9, 2), 300, "HỎA TỐC", 6.4, 2.0, 35)
    reading = read(image, tmp_path, 300)
    assert lost(page, reading) < 0.05
    found = {stamp.text: stamp.box for stamp in reading.stamps}
    assert {"TỐI MẬT", "HỎA TỐC"} <= set(found)
    x0, y0, x1, y1 = found["TỐI MẬT"]
    assert x0 < 2.0 * 72 < x1 < 3 * 72
    assert y0 < 1.9 * 72 < y1 < 2.4 * 72


def test_a_stamp_on_a_typed_page_is_read_too(tmp_path: Path) -> None:
    mark = drawing.stamp(Image.new("RGB", (600, 240), "white"), 200, "MẬT", 1.5, 0.6)
    canvas = pdfs.Canvas(str(tmp_path / "a.pdf"), pagesize=pdfs.A4)
    pdfs._type(canvas, pdfs.LINES, 0, "black", pdfs.A4)
    canvas.drawImage(pdfs.ImageReader(mark), 40, 842 - 420, 216, 86)
    canvas.save()
    reading = read_page(PageSource(tmp_path / "a.pdf", "pdf"), Settings())
    assert reading.source == "text-layer"
    assert [stamp.text for stamp in reading.stamps] == ["MẬT"]
    assert reading.stamps[0].box[1] == pytest.approx(420 - 86 + 30, abs=20)


@pytest.mark.parametrize("kind", ["jpeg", "png", "tiff", "pdf"])
@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.4 broken", b"\xff\xd8\xff\xe0 broken", b"II*\0\x08\0\0\0\xff\xff" + b"\xff" * 99]
)
def test_bad_files_fail_their_page_and_never_raise(kind: Kind, data: bytes, tmp_path: Path) -> None:
    (tmp_path / "bí mật").write_bytes(data)
    reading = read_page(PageSource(tmp_path / "bí mật", kind, 1), Settings())
    assert reading.outcome == "failed"
    assert reading.error is not None
    assert reading.error.error_class == "DamagedError"
    assert "bí mật" not in reading.error.message


def test_a_missing_file_fails_its_page(tmp_path: Path) -> None:
    for kind in ("pdf", "jpeg"):
        reading = read_page(PageSource(tmp_path / "gone", kind), Settings())
        assert reading.error is not None
        assert reading.error.error_class == "NotFoundError"


def test_a_plain_text_file_is_one_page(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("QUYẾT ĐỊNH\nVề việc số hóa", encoding="utf-8")
    reading = read_page(PageSource(tmp_path / "a.txt", "text"), Settings())
    assert reading.text == "QUYẾT ĐỊNH\nVề việc số hóa"
    assert [word.line for word in reading.words] == [0, 0, 1, 1, 1, 1]


def test_nothing_of_a_page_stays_in_the_temporary_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data=tmp_path / "data")
    (settings.vault_dir / "tmp").mkdir(parents=True)
    seen: list[str] = []
    import sohoa.ocr.scan as scan

    write = scan.write_pgm
    monkeypatch.setattr(scan, "write_pgm", lambda gray, path: (seen.append(str(path)), write(gray, path))[1])
    page = drawing.paper(150)
    drawing.write(page, "Quyết định về việc số hóa tài liệu lưu trữ", 1, 1)
    assert read(page.image, tmp_path, 150, settings=settings).outcome == "text"
    assert seen
    assert all(path.startswith(str(settings.vault_dir)) for path in seen)
    assert list((settings.vault_dir / "tmp").iterdir()) == []


def test_the_time_for_a_page_is_one_for_all_its_calls(tmp_path: Path) -> None:
    settings = Settings(limits=Limits(page_seconds=0.3))
    reading = read(drawing.letter(200).image, tmp_path, settings=settings)
    assert reading.error is not None
    assert reading.error.error_class == "EngineTimeoutError"


@pytest.mark.skipif(not SCANS.is_dir(), reason="the shared scans are not here")
@pytest.mark.parametrize("name", ["qn_574_UB", "qn_22_TTR"])
def test_real_scans_with_truth(name: str) -> None:
    truth = (SCANS / "truth_text" / f"{name}_p01.txt").read_text(encoding="utf-8").split()
    reading = read_page(PageSource(SCANS / f"{name}.pdf", "pdf"), Settings())
    left = [word.text for word in reading.words]
    missing = sum(1 for word in truth if word not in left or left.remove(word))
    assert reading.dpi == 300
    # Handwritten number and day and the signature overlay account for some 3 % (notes/ocr.md).
    assert missing / len(truth) < 0.09


@pytest.mark.skipif(not SCANS.is_dir(), reason="the shared scans are not here")
def test_the_urgency_arrow_of_a_real_scan_is_read() -> None:
    reading = read_page(PageSource(SCANS / "qn_299_UB.pdf", "pdf"), Settings())
    assert any("HỎA TỐC" in stamp.text for stamp in reading.stamps)
