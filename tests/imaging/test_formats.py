"""Every way a scanner writes a page gives the same picture: the letters are black, the paper white, the size true."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sohoa.errors import DamagedError, LimitError, NotFoundError
from sohoa.imaging.density import assumed_dpi, believed_dpi
from sohoa.imaging.raster import Raster, rasterise_picture
from sohoa.imaging.source import PageSource
from sohoa.models import Kind
from sohoa.settings import Limits, Reading, Settings
from tests.imaging import drawing

Save = Callable[[Image.Image, Path], None]


@pytest.fixture(scope="module")
def page() -> Image.Image:
    return drawing.letter(150).image


def _gray(raster: Raster) -> np.ndarray:
    pixels = raster.pixels.astype(np.float32)
    return pixels.mean(axis=2) if pixels.ndim == 3 else pixels


def _sixteen(image: Image.Image) -> Image.Image:
    return Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)


def _twelve(image: Image.Image) -> Image.Image:
    return Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 16)


def _clear(image: Image.Image) -> Image.Image:
    """Black letters on transparent black: without a paper under it all would be black."""
    alpha = Image.fromarray(255 - np.asarray(image.convert("L")))
    clear = Image.new("RGBA", image.size, (0, 0, 0, 0))
    clear.putalpha(alpha)
    return clear


DPI = (150, 150)
WAYS: dict[str, tuple[Kind, Save]] = {
    "colour JPEG": ("jpeg", lambda i, p: i.save(p, "JPEG", quality=90, dpi=DPI)),
    "gray JPEG": ("jpeg", lambda i, p: i.convert("L").save(p, "JPEG", quality=90, dpi=DPI)),
    "progressive JPEG": ("jpeg", lambda i, p: i.save(p, "JPEG", quality=90, progressive=True, dpi=DPI)),
    "CMYK JPEG": ("jpeg", lambda i, p: i.convert("CMYK").save(p, "JPEG", quality=90, dpi=DPI)),
    "palette PNG": ("png", lambda i, p: i.quantize(16).save(p, "PNG", dpi=DPI)),
    "bitonal PNG": ("png", lambda i, p: i.convert("1").save(p, "PNG", dpi=DPI)),
    "16-bit gray PNG": ("png", lambda i, p: _sixteen(i).save(p, "PNG", dpi=DPI)),
    "transparent PNG": ("png", lambda i, p: _clear(i).save(p, "PNG", dpi=DPI)),
    "CCITT G4 TIFF": ("tiff", lambda i, p: i.convert("1").save(p, "TIFF", compression="group4", dpi=DPI)),
    "CCITT G3 TIFF": ("tiff", lambda i, p: i.convert("1").save(p, "TIFF", compression="group3", dpi=DPI)),
    "LZW TIFF": ("tiff", lambda i, p: i.save(p, "TIFF", compression="tiff_lzw", dpi=DPI)),
    "JPEG in TIFF": ("tiff", lambda i, p: i.save(p, "TIFF", compression="jpeg", dpi=DPI)),
    "deflate TIFF": ("tiff", lambda i, p: i.convert("L").save(p, "TIFF", compression="tiff_adobe_deflate", dpi=DPI)),
    "CMYK TIFF": ("tiff", lambda i, p: i.convert("CMYK").save(p, "TIFF", compression="tiff_lzw", dpi=DPI)),
    "16-bit TIFF": ("tiff", lambda i, p: _sixteen(i).save(p, "TIFF", dpi=DPI)),
    "12-bit data in TIFF": ("tiff", lambda i, p: _twelve(i).save(p, "TIFF", dpi=DPI)),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_format_gives_the_page(way: str, page: Image.Image, tmp_path: Path) -> None:
    kind, save = WAYS[way]
    save(page, tmp_path / "page")
    raster = rasterise_picture(PageSource(tmp_path / "page", kind), Settings())
    expected = np.asarray(page.convert("L")).astype(np.float32)
    assert raster.pixels.dtype == np.uint8
    assert raster.dpi == 150
    assert raster.width == pytest.approx(page.width * 72 / 150)
    assert _gray(raster).shape == expected.shape
    assert np.abs(_gray(raster) - expected).mean() < 8


def test_jpeg_2000_with_and_without_its_resolution(page: Image.Image, tmp_path: Path) -> None:
    page.save(tmp_path / "page", "JPEG2000", quality_mode="rates", quality_layers=[10])
    raster = rasterise_picture(PageSource(tmp_path / "page", "jp2"), Settings())
    assert raster.dpi is None
    assert np.abs(_gray(raster) - np.asarray(page.convert("L"))).mean() < 8


def test_each_page_of_a_tiff_is_its_own(tmp_path: Path) -> None:
    pages = [drawing.paper(100, colour=colour).image for colour in ("white", "gray", "black")]
    pages[0].save(
        tmp_path / "a", "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw", dpi=(100, 100)
    )
    means = [_gray(rasterise_picture(PageSource(tmp_path / "a", "tiff", n), Settings())).mean() for n in (1, 2, 3)]
    assert means == pytest.approx([255, 128, 0], abs=1)
    with pytest.raises(DamagedError):
        rasterise_picture(PageSource(tmp_path / "a", "tiff", 4), Settings())


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["jpeg", "tiff"])
def test_exif_orientation_is_applied(orientation: int, kind: Kind, tmp_path: Path) -> None:
    corner = np.full((300, 200), 255, np.uint8)
    corner[:40, :30] = 0
    upright = Image.fromarray(corner)
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    stored = upright if orientation == 1 else upright.transpose(Image.Transpose(back[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "p", kind.upper(), exif=exif, dpi=(100, 100))
    raster = rasterise_picture(PageSource(tmp_path / "p", kind), Settings())
    assert raster.pixels.shape[:2] == (300, 200)
    assert _gray(raster)[:35, :25].mean() < 20
    assert _gray(raster)[60:, 60:].mean() > 240
    assert (raster.width, raster.height) == pytest.approx((144, 216))


def test_a_fax_gets_square_pixels(tmp_path: Path) -> None:
    fax = drawing.letter(204).image.convert("1").resize((1687, 1146))
    fax.save(tmp_path / "fax", "TIFF", compression="group3", dpi=(204, 98))
    raster = rasterise_picture(PageSource(tmp_path / "fax", "tiff"), Settings())
    assert raster.pixels.shape == (1146 * 204 // 98, 1687)
    assert (raster.width / 72, raster.height / 72) == pytest.approx((8.27, 11.69), abs=0.02)


def test_a_600_dpi_jpeg_is_shrunk_while_it_is_decoded(tmp_path: Path) -> None:
    Image.new("L", (4960, 7016), 255).save(tmp_path / "p", "JPEG", dpi=(600, 600))
    raster = rasterise_picture(PageSource(tmp_path / "p", "jpeg"), Settings())
    assert raster.pixels.shape == (3508, 2480)
    assert (raster.dpi, raster.density) == (600, 300)
    assert (raster.width, raster.height) == pytest.approx((595.2, 841.9), abs=0.1)


@pytest.mark.parametrize(
    ("stated", "size", "believed"),
    [
        (300, (2480, 3508), 300),
        (72, (1654, 2339), None),
        (96, (2480, 3508), None),
        (72, (595, 842), 72),
        (1, (1654, 2339), None),
        (0, (1654, 2339), None),
        (99_999, (1654, 2339), None),
        (200, (6622, 9362), 200),
        (150, (12_000, 17_000), None),
    ],
)
def test_resolutions_that_cannot_be_true_are_not_believed(
    stated: float, size: tuple[int, int], believed: int | None
) -> None:
    assert believed_dpi(stated, *size, Limits()) == believed


def test_without_a_resolution_the_paper_is_taken_for_a4() -> None:
    assert [assumed_dpi(1654, 2339), assumed_dpi(2480, 3508), assumed_dpi(3508, 2480), assumed_dpi(413, 585)] == [
        200,
        300,
        300,
        50,
    ]


def test_boxes_of_an_unknown_resolution_are_counted_at_200(tmp_path: Path) -> None:
    Image.new("L", (1000, 1500), 255).save(tmp_path / "p", "PNG")
    raster = rasterise_picture(PageSource(tmp_path / "p", "png"), Settings())
    assert raster.dpi is None
    assert (raster.width, raster.height) == (360, 540)


def test_too_many_pixels_are_refused_before_they_are_decoded(tmp_path: Path) -> None:
    Image.new("1", (30_000, 30_000)).save(tmp_path / "bomb", "TIFF", compression="group4")
    with pytest.raises(LimitError):
        rasterise_picture(PageSource(tmp_path / "bomb", "tiff"), Settings())
    Image.new("L", (400, 400)).save(tmp_path / "small", "PNG")
    with pytest.raises(LimitError):
        rasterise_picture(PageSource(tmp_path / "small", "png"), Settings(limits=Limits(page_pixels=100_000)))


@pytest.mark.parametrize("kind", ["jpeg", "png", "tiff", "jp2"])
def test_a_cut_file_is_damaged_at_every_length(kind: Kind, tmp_path: Path) -> None:
    whole = io.BytesIO()
    drawing.letter(60).image.save(whole, {"jp2": "JPEG2000"}.get(kind, kind.upper()))
    data = whole.getvalue()
    for part in (0, 10, 100, len(data) // 4, len(data) // 2):
        (tmp_path / "cut").write_bytes(data[:part])
        with pytest.raises(DamagedError):
            rasterise_picture(PageSource(tmp_path / "cut", kind), Settings())


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        rasterise_picture(PageSource(tmp_path / "nowhere", "png"), Settings())


def test_scaling_depends_on_the_reading_resolution(tmp_path: Path) -> None:
    Image.new("L", (2480, 3508), 255).save(tmp_path / "p", "JPEG", dpi=(300, 300))
    coarse = Settings(reading=Reading(dpi=100))
    assert rasterise_picture(PageSource(tmp_path / "p", "jpeg"), coarse).density == pytest.approx(150)
