"""Stamps in red ink and askew boxes: found, set upright and read by the real engine; seals and text are left alone."""

from __future__ import annotations

import csv
import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from sohoa.imaging.picture import Pixels
from sohoa.imaging.stamps import has_red_ink, read_stamps

BOLD = "/usr/share/fonts/truetype/croscore/Tinos-Bold.ttf"
REGULAR = "/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf"
RED, BLACK = (205, 45, 55), (25, 25, 25)
DPI = 200


def paper() -> Image.Image:
    image = Image.new("RGB", (1654, 2339), (250, 249, 245))
    pen = ImageDraw.Draw(image)
    font = ImageFont.truetype(REGULAR, 38)
    for n in range(22):
        pen.text(
            (230, 900 + 50 * n), "các cơ quan, đơn vị tổ chức thực hiện nghiêm túc nội dung trên", font=font, fill=BLACK
        )
    return image


def stamped(
    text: str, angle: float, *, ink: tuple[int, int, int] = RED, frame: int = 1, at: tuple[int, int] = (220, 500)
) -> Pixels:
    """A page with a stamp turned clockwise by `angle`; `frame` counts its lines."""
    font = ImageFont.truetype(BOLD, 48)
    width = int(font.getlength(text))
    mask = Image.new("L", (width + 70, 108), 0)
    pen = ImageDraw.Draw(mask)
    pen.text((35, 22), text, font=font, fill=255)
    for n in range(frame):
        pen.rectangle((6 + 8 * n, 6 + 8 * n, width + 64 - 8 * n, 101 - 8 * n), outline=255, width=3)
    mask = mask.rotate(-angle, expand=True, resample=Image.Resampling.BICUBIC)
    image = paper()
    image.paste(Image.new("RGB", mask.size, ink), at, mask)
    encoded = cv2.imencode(".jpg", cv2.cvtColor(np.asarray(image), cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 70])[
        1
    ]
    return np.asarray(cv2.cvtColor(cv2.imdecode(encoded, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB), np.uint8)


@pytest.fixture
def tesseract(tmp_path: Path) -> Callable[[Pixels], tuple[str, float]]:
    def read(picture: Pixels) -> tuple[str, float]:
        file = tmp_path / "stamp.pgm"
        cv2.imwrite(str(file), picture)
        command = ["tesseract", str(file), "-", "-l", "vie", "--psm", "7", "--dpi", "200", "tsv"]
        table = subprocess.run(
            command, capture_output=True, text=True, check=True, env={"OMP_THREAD_LIMIT": "1"}
        ).stdout
        rows = [r for r in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE) if r["text"]]
        words = [(r["text"], float(r["conf"]) / 100) for r in rows if r["text"].strip()]
        return " ".join(w for w, _ in words), min((c for _, c in words), default=0.0)

    return read


@pytest.mark.parametrize("frame", [0, 1, 2])
@pytest.mark.parametrize(("text", "angle"), [("MẬT", 0), ("TỐI MẬT", -30), ("TUYỆT MẬT", 45), ("HỎA TỐC", -12)])
def test_a_red_stamp_is_read_at_any_angle(
    text: str, angle: float, frame: int, tesseract: Callable[[Pixels], tuple[str, float]]
) -> None:
    page = stamped(text, angle, frame=frame)
    found = read_stamps(page, DPI, tesseract)
    assert any(text in stamp.text for stamp in found), found
    stamp = next(stamp for stamp in found if text in stamp.text)
    assert 210 < stamp.box[0] < 310
    assert 490 < stamp.box[1] < 590
    # Three letters with marks above and below are nearly square: their own angle is only about right.
    assert stamp.angle == pytest.approx(angle, abs=6 if frame or len(text) > 3 else 15)


def test_a_dark_box_that_stands_askew_is_read_without_any_colour(
    tesseract: Callable[[Pixels], tuple[str, float]],
) -> None:
    page = np.asarray(cv2.cvtColor(stamped("TỐI MẬT", 20, ink=BLACK), cv2.COLOR_RGB2GRAY), np.uint8)
    assert any("TỐI MẬT" in stamp.text for stamp in read_stamps(page, DPI, tesseract))


def test_a_page_without_stamps_calls_no_engine() -> None:
    def never(picture: Pixels) -> tuple[str, float]:
        raise AssertionError("called")

    page = np.asarray(paper(), np.uint8)
    assert not has_red_ink(page)
    assert read_stamps(page, DPI, never) == ()
    tinted = np.clip(page.astype(np.int16) - np.array([0, 12, 60]), 0, 255).astype(np.uint8)
    assert read_stamps(tinted, DPI, never) == ()


def test_a_round_seal_is_no_stamp() -> None:
    def never(picture: Pixels) -> tuple[str, float]:
        raise AssertionError("called")

    image = paper()
    pen = ImageDraw.Draw(image)
    pen.ellipse((900, 300, 1190, 590), outline=RED, width=6)
    pen.ellipse((950, 350, 1140, 540), outline=RED, width=4)
    assert has_red_ink(np.asarray(image, np.uint8))
    assert read_stamps(np.asarray(image, np.uint8), DPI, never) == ()


def test_the_engine_is_called_a_bounded_number_of_times() -> None:
    image = paper()
    pen = ImageDraw.Draw(image)
    for n in range(60):
        x, y = 60 + 260 * (n % 6), 40 + 220 * (n // 6)
        pen.rectangle((x, y, x + 190, y + 60), outline=RED, width=5)
        pen.line((x + 20, y + 30, x + 170, y + 30), fill=RED, width=12)
    calls = 0

    def count(picture: Pixels) -> tuple[str, float]:
        nonlocal calls
        calls += 1
        return "", 0.0

    read_stamps(np.asarray(image, np.uint8), DPI, count)
    assert 0 < calls <= 32
