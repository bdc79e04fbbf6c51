"""The guess of a page's orientation from its ink."""

from __future__ import annotations

import numpy as np
import pytest

from sohoa.imaging.clean import even
from sohoa.imaging.orient import busiest_band, guess_rotation
from tests.imaging import drawing


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize("dpi", [100, 200])
def test_a_page_of_text_tells_which_way_up_it_lies(turned: int, dpi: int) -> None:
    image = drawing.noise(drawing.skew(drawing.seal(drawing.letter(dpi).image, dpi, 4.9, 9.2), 1.5), 6)
    page = even(np.asarray(image), dpi, 200).turned(turned)
    assert guess_rotation(page) == (360 - turned) % 360


def test_an_empty_page_tells_nothing() -> None:
    assert guess_rotation(even(drawing.paper(100).pixels, 100, 200)) is None


def test_the_busiest_band_holds_text_not_border() -> None:
    page = drawing.paper(100)
    drawing.write_paragraph(page, drawing.BODY[:600], 6.0)
    image = drawing.borders(page.image, 0.3, 100)
    band = busiest_band(even(np.asarray(image), 100, 200))
    assert band.gray.shape[0] == 250
    assert (band.gray < 128).mean() > 0.02
