"""The cheap look at a page: resolution, blankness, orientation."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from sohoa.errors import DamagedError
from sohoa.imaging.look import PageLook, look
from tests.imaging import drawing
from tests.ocr import pdfs


def _save(image: Image.Image, folder: Path, dpi: int) -> Path:
    image.save(folder / "p.png", dpi=(dpi, dpi))
    return folder / "p.png"


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_resolution_and_orientation_are_seen(turned: int, tmp_path: Path) -> None:
    image = drawing.noise(drawing.letter(150).image).rotate(-turned, expand=True)
    assert look(_save(image, tmp_path, 150), "png", 1) == PageLook(dpi=150, blank=False, rotation=(360 - turned) % 360)


def test_a_blank_page_is_seen(tmp_path: Path) -> None:
    image = drawing.noise(drawing.borders(drawing.paper(150).image, 0.2, 150))
    assert look(_save(image, tmp_path, 150), "png", 1) == PageLook(dpi=150, blank=True, rotation=None)


def test_a_stamp_alone_is_not_called_blank(tmp_path: Path) -> None:
    image = drawing.stamp(drawing.paper(150).image, 150, "MẬT", 4, 5)
    assert not look(_save(image, tmp_path, 150), "png", 1).blank


def test_pages_of_a_pdf(tmp_path: Path) -> None:
    assert look(pdfs.typed(tmp_path / "typed.pdf"), "pdf", 1) == PageLook(None, False, 0)
    scan = pdfs.scanned(tmp_path / "scan.pdf", drawing.letter(100).image, 100)
    assert look(scan, "pdf", 1) == PageLook(100, False, 0)
    with pytest.raises(DamagedError):
        look(scan, "pdf", 2)
