"""The blank verdict: what is no ink, what is, and what only reading can decide."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from sohoa.imaging.blank import Verdict, judge
from sohoa.imaging.clean import even
from tests.imaging import drawing

DPI = 150


def _verdict(image: Image.Image, dpi: int = DPI) -> Verdict:
    return judge(even(np.asarray(image), dpi, 200), 0.0005)


def _said(image: Image.Image) -> tuple[str | None, bool]:
    verdict = _verdict(image)
    return verdict.reason, verdict.sure


def _holes(image: Image.Image) -> Image.Image:
    image = image.copy()
    pen = ImageDraw.Draw(image)
    for y in (4.2, 7.4):
        pen.ellipse((0.35 * DPI, y * DPI, 0.59 * DPI, (y + 0.24) * DPI), fill=(30, 30, 30))
    return image


EMPTY = {
    "white paper": lambda: drawing.paper(DPI).image,
    "noise": lambda: drawing.noise(drawing.paper(DPI).image, 8),
    "yellow paper in uneven light": lambda: drawing.uneven(
        drawing.noise(drawing.paper(DPI, colour="#e8d9a0").image), 0.5
    ),
    "dark borders": lambda: drawing.noise(drawing.borders(drawing.paper(DPI).image, 0.25, DPI)),
    "punch holes": lambda: _holes(drawing.paper(DPI).image),
    "a black sheet's edge askew": lambda: drawing.paper(DPI).image.rotate(1.5, fillcolor="black"),
}


@pytest.mark.parametrize("what", EMPTY)
def test_an_empty_page_is_blank_beyond_doubt(what: str) -> None:
    assert _said(EMPTY[what]()) == ("no-ink", True)


@pytest.mark.parametrize("dpi", [75, 150, 300])
def test_a_written_page_is_not(dpi: int) -> None:
    verdict = _verdict(drawing.noise(drawing.letter(dpi).image, 5), dpi)
    assert verdict.reason is None
    assert verdict.letters > 300


def test_one_line_is_enough_to_be_written() -> None:
    page = drawing.paper(DPI)
    drawing.write(page, "Tài liệu kèm theo", 1, 5)
    assert _verdict(page.image).reason is None


def test_faded_print_is_not_blank() -> None:
    faded = drawing.letter(DPI).image.point(lambda v: 130 + v * 125 // 255)
    verdict = _verdict(drawing.noise(faded, 4))
    assert not (verdict.reason and verdict.sure)


def test_a_lone_page_number_is_left_to_the_reader_with_its_place() -> None:
    page = drawing.paper(DPI)
    drawing.write(page, "2", 4.1, 0.6)
    verdict = _verdict(page.image)
    assert (verdict.reason, verdict.sure) == ("specks-only", False)
    assert verdict.where is not None
    assert verdict.where[0] == pytest.approx(4.1, abs=0.1)


def test_only_red_ink_is_left_to_the_reader() -> None:
    assert _said(drawing.seal(drawing.paper(DPI).image, DPI, 4, 5)) == ("seal-only", False)


def test_print_shining_through_is_left_to_the_reader() -> None:
    through = drawing.bleed(drawing.noise(drawing.paper(DPI).image, 4), drawing.letter(DPI).image, 0.25)
    assert _said(through) == ("bleed-through-only", False)
