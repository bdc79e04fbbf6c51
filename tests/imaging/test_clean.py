"""Cleaning: what is done to a page's pixels before it is read."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from sohoa.imaging.clean import clean, deskew, divide_background, even, scale_to, without_red
from sohoa.imaging.skew import skew_angle
from tests.imaging import drawing


def _gray(image: Image.Image) -> np.ndarray:
    return np.asarray(image.convert("L"))


@pytest.fixture(scope="module")
def letter() -> drawing.Drawn:
    return drawing.letter(150)


@pytest.mark.parametrize("degrees", [-5.3, -2.0, -0.4, 0.0, 0.7, 3.15, 5.8])
def test_the_skew_of_a_page_is_found_to_a_tenth_of_a_degree(degrees: float, letter: drawing.Drawn) -> None:
    # PIL turns counter-clockwise, so that much clockwise (negative) levels it.
    assert skew_angle(_gray(drawing.skew(letter.image, degrees))) == pytest.approx(-degrees, abs=0.1)


@pytest.mark.parametrize("degrees", [-3.0, 2.0])
def test_skew_is_found_under_dark_borders_and_noise(degrees: float, letter: drawing.Drawn) -> None:
    image = drawing.noise(drawing.borders(drawing.skew(letter.image, degrees), 0.2, 150))
    assert skew_angle(even(np.asarray(image), 150, 150).gray) == pytest.approx(-degrees, abs=0.15)


def test_an_empty_page_has_no_skew() -> None:
    assert skew_angle(np.full((1000, 700), 255, np.uint8)) == 0.0


def test_deskewing_loses_no_corner() -> None:
    page = np.full((1000, 700), 255, np.uint8)
    page[:12, :12] = page[-12:, -12:] = page[:12, -12:] = page[-12:, :12] = 0
    turned, _ = deskew(page, 5.0)
    assert turned.shape[0] > 1000
    assert (turned < 128).sum() == pytest.approx(4 * 144, rel=0.1)


def test_red_ink_goes_and_black_under_it_stays(letter: drawing.Drawn) -> None:
    sealed = drawing.seal(letter.image, 150, 5.5, 8.6)
    gray, red = without_red(np.asarray(sealed))
    plain = _gray(letter.image)
    assert red is not None
    assert red.mean() > 0.003
    lost = (plain < 100) & (gray > 160)
    left = (plain > 240) & (gray < 160)
    assert lost.sum() < 0.01 * (plain < 100).sum()
    assert left.sum() < 0.0002 * plain.size


def test_dark_paper_stays_white_around_a_seal() -> None:
    page = drawing.uneven(drawing.seal(drawing.letter(150, colour="#cdbb86").image, 150, 5.5, 9.4), 0.5)
    gray = even(np.asarray(page), 150, 150).gray
    around = gray[round(8.6 * 150) : round(10.2 * 150), round(4.7 * 150) : round(6.3 * 150)]
    assert np.percentile(around, 15) > 240


def test_a_gray_page_has_no_red() -> None:
    pixels = np.stack([np.arange(0, 256, dtype=np.uint8).repeat(4).reshape(32, 32)] * 3, axis=2)
    assert without_red(pixels)[1] is None


def test_uneven_light_becomes_white_paper(letter: drawing.Drawn) -> None:
    gray = divide_background(_gray(drawing.uneven(letter.image, 0.35)))
    plain = _gray(letter.image)
    assert np.percentile(gray[plain > 250], 2) > 235
    assert np.median(gray[plain < 30]) < 60


def test_pictures_are_scaled_down_and_never_up(letter: drawing.Drawn) -> None:
    assert scale_to(_gray(letter.image), 0.5).shape == (877, 620)
    assert even(letter.pixels, 150, 200).gray.shape == letter.pixels.shape[:2]
    assert even(letter.pixels, 150, 100).density == pytest.approx(100, abs=0.2)


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
@pytest.mark.parametrize("skew", [0.0, 2.5])
def test_cleaned_pixels_map_back_to_the_raster(degrees: int, skew: float, letter: drawing.Drawn) -> None:
    """A word's ink, found after cleaning, lies where it was drawn."""
    page = drawing.letter(300)
    lone = drawing.paper(300)
    lone.image.paste(page.image.crop(page.box("ĐẠI")), page.box("ĐẠI")[:2])
    cleaned_page = clean(even(np.asarray(drawing.skew(page.image, skew)), 300, 150).turned(degrees))
    evened = even(np.asarray(drawing.skew(lone.image, skew)), 300, 150).turned(degrees)
    dot = np.argwhere(np.rot90(np.asarray(drawing.skew(lone.image, skew).convert("L")) < 100, -degrees // 90))[
        :, ::-1
    ].mean(axis=0)
    turned, forward = deskew(evened.gray, cleaned_page.skew)
    ys, xs = np.nonzero(turned < 100)
    back = cleaned_page.to_raster @ np.array([xs.mean(), ys.mean(), 1.0])
    assert back == pytest.approx(dot, abs=3)
    assert forward.shape == (2, 3)
