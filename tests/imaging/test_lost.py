"""Pages that show less than they hold: lost pixels, hidden text, pictures that are not drawn, black scans."""

from __future__ import annotations

import io
import os
import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sohoa.imaging.blank import is_dark
from sohoa.imaging.complaints import complaints, jpeg_lost_pixels
from sohoa.imaging.picture import read_picture
from sohoa.imaging.source import PageSource
from sohoa.ocr.page import read_page
from sohoa.settings import Settings
from tests.imaging import drawing
from tests.ocr import pdfs


def jpeg(**more: object) -> bytes:
    out = io.BytesIO()
    drawing.noise(drawing.letter(100).image, 6).save(out, "JPEG", **more)
    return out.getvalue()


@pytest.mark.parametrize("more", [{}, {"progressive": True}, {"quality": 30}, {"restart_marker_blocks": 20}])
def test_a_whole_jpeg_lost_nothing(more: dict[str, object]) -> None:
    assert not jpeg_lost_pixels(jpeg(**more))
    # What scanners write between the pixels and the end, and after it.
    assert not jpeg_lost_pixels(jpeg(**more)[:-2] + bytes(20) + b"\xff\xd9" + b"tail" * 100)


@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_a_jpeg_whose_middle_is_gone_lost_pixels(share: float) -> None:
    data = jpeg()
    assert jpeg_lost_pixels(data[: int(len(data) * share)] + b"\xff\xd9")


def test_a_page_with_lost_pixels_fails(tmp_path: Path) -> None:
    data = jpeg()
    (tmp_path / "a.jpg").write_bytes(data[: len(data) // 2] + b"\xff\xd9")
    reading = read_page(PageSource(tmp_path / "a.jpg", "jpeg"), Settings())
    assert reading.error is not None and reading.error.error_class == "DamagedError"


def test_damage_to_a_fax_page_fails_or_shows_all(tmp_path: Path) -> None:
    """Group 4 codes each row by the one above: one wrong bit loses the rest, which libtiff leaves white."""
    clean = drawing.letter(100).image.convert("1")
    clean.save(tmp_path / "a.tif", compression="group4")
    data, rng, caught = (tmp_path / "a.tif").read_bytes(), random.Random(7), 0
    for _ in range(20):
        hurt = bytearray(data)
        hurt[rng.randrange(300, len(hurt) // 2)] ^= 1 << rng.randrange(8)
        (tmp_path / "b.tif").write_bytes(bytes(hurt))
        try:
            read_picture(tmp_path / "b.tif", "tiff", 1, Settings())
        except Exception as error:
            assert type(error).__name__ == "DamagedError"
            caught += 1
    assert caught >= 15


def test_a_fax_page_in_a_pdf_that_breaks_off_fails(tmp_path: Path) -> None:
    drawing.letter(100).image.convert("1").save(tmp_path / "a.pdf", resolution=100)
    data = bytearray((tmp_path / "a.pdf").read_bytes())
    assert b"/CCITTFaxDecode" in data
    assert read_page(PageSource(tmp_path / "a.pdf", "pdf"), Settings()).outcome == "text"
    start = data.index(b"stream") + 300
    data[start : start + 40] = bytes(40)
    (tmp_path / "b.pdf").write_bytes(bytes(data))
    reading = read_page(PageSource(tmp_path / "b.pdf", "pdf"), Settings())
    assert reading.error is not None and reading.error.error_class == "DamagedError"


def test_complaints_are_caught_and_the_error_output_works_again(capfd: pytest.CaptureFixture[str]) -> None:
    with complaints() as heard:
        os.write(2, b"Corrupt JPEG data: premature end of data segment\n")
    os.write(2, b"shown\n")
    assert heard.tell_of_loss
    assert capfd.readouterr().err == "shown\n"


def test_a_black_scan_is_no_blank_page(tmp_path: Path) -> None:
    Image.new("L", (800, 1100), 3).save(tmp_path / "a.png", dpi=(100, 100))
    reading = read_page(PageSource(tmp_path / "a.png", "png"), Settings())
    assert reading.error is not None and "đèn" in reading.error.message
    brown = drawing.noise(drawing.paper(100, colour="#a08050").image, 10)
    assert not is_dark(np.asarray(brown))


def test_invisible_text_without_its_picture_is_no_blank_page(tmp_path: Path) -> None:
    path = pdfs.typed(tmp_path / "a.pdf", mode=3)
    reading = read_page(PageSource(path, "pdf"), Settings())
    assert reading.error is not None and "chữ ẩn" in reading.error.message
    assert not any(line in reading.error.message for line in pdfs.LINES)


def test_a_blank_scan_with_the_crumbs_of_another_machine_is_blank(tmp_path: Path) -> None:
    path = pdfs.scanned(tmp_path / "a.pdf", drawing.noise(drawing.paper(100).image, 4), 100, ["i . 1"])
    assert read_page(PageSource(path, "pdf"), Settings()).outcome == "blank"
