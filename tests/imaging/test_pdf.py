"""The pixels of a PDF page: the embedded scan where it is the whole page, a rendering where something lies over it."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import Image

from sohoa.errors import DamagedError, EncryptedError, LimitError
from sohoa.imaging.pdf import open_page
from sohoa.imaging.raster import Raster, rasterise_pdf
from sohoa.imaging.source import PageSource
from sohoa.settings import Limits, Settings
from tests.imaging import drawing
from tests.ocr import pdfs


def _raster(path: Path, settings: Settings | None = None, page: int = 1) -> Raster:
    settings = settings or Settings()
    with open_page(path, page) as opened:
        return rasterise_pdf(PageSource(path, "pdf", page), opened, settings, 60)


def _drawn(path: Path, shape: tuple[int, int]) -> np.ndarray:
    """The page by another hand: pdfium's own rendering at the size of the raster, gray."""
    with pdfium.PdfDocument(path) as document:
        page = document[0]
        drawn = page.render(scale=shape[1] / page.get_width()).to_pil().convert("L")
    return np.asarray(drawn.resize(shape[::-1])).astype(np.float32)


def _gray(raster: Raster) -> np.ndarray:
    return np.asarray(Image.fromarray(raster.pixels).convert("L")).astype(np.float32)


@pytest.fixture(scope="module")
def letter() -> Image.Image:
    return drawing.seal(drawing.letter(150).image, 150, 5, 9)


WAYS = {
    "jpeg": lambda image: (image, {"format": "JPEG", "quality": 90}),
    "gray jpeg": lambda image: (image.convert("L"), {"format": "JPEG", "quality": 90}),
    "cmyk jpeg": lambda image: (image.convert("CMYK"), {"format": "JPEG", "quality": 90}),
    "flate": lambda image: (image, {}),
    "gray flate": lambda image: (image.convert("L"), {}),
    "palette": lambda image: (image.quantize(32), {"format": "PNG"}),
    "bitonal": lambda image: (image.convert("1"), {"format": "PNG"}),
}


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("way", WAYS)
def test_the_embedded_scan_is_what_a_viewer_shows(way: str, rotate: int, letter: Image.Image, tmp_path: Path) -> None:
    image, save = WAYS[way](letter)
    path = pdfs.scanned(tmp_path / "a.pdf", image, 150, **save)
    raster = _raster(pdfs.rotated(path, rotate) if rotate else path)
    assert (raster.dpi, round(raster.density)) == (150, 150)
    assert raster.pixels.shape[:2] == (letter.size[::-1] if rotate in (0, 180) else letter.size)
    assert np.abs(_gray(raster) - _drawn(path, raster.pixels.shape[:2])).mean() < 6
    assert raster.points_per_pixel == pytest.approx((72 / 150, 72 / 150), rel=0.01)


def _ccitt(path: Path, image: Image.Image, black_is_one: bool) -> Path:
    """A G4 fax strip as scanners write it into PDF."""
    tiff = io.BytesIO()
    image.convert("1").save(tiff, "TIFF", compression="group4", tiffinfo={278: image.height})
    with Image.open(tiff) as read:
        offset, length = read.tag_v2[273][0], read.tag_v2[279][0]
        flipped = read.tag_v2[262] == 1
    data = tiff.getvalue()[offset : offset + length]
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(image.width * 0.48, image.height * 0.48))
        scan = pikepdf.Stream(pdf, data)
        scan.update(
            pikepdf.Dictionary(
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Image,
                Width=image.width,
                Height=image.height,
                BitsPerComponent=1,
                ColorSpace=pikepdf.Name.DeviceGray,
                Filter=pikepdf.Name.CCITTFaxDecode,
                DecodeParms=pikepdf.Dictionary(K=-1, Columns=image.width, Rows=image.height, BlackIs1=flipped),
            )
        )
        if black_is_one:
            scan.DecodeParms.BlackIs1 = not flipped
            scan.Decode = [1, 0]
        page = pdf.pages[0]
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=pdf.make_indirect(scan)))
        page.Contents = pdf.make_stream(f"q {image.width * 0.48} 0 0 {image.height * 0.48} 0 0 cm /I Do Q".encode())
        pdf.save(path)
    return path


@pytest.mark.parametrize("black_is_one", [False, True])
def test_a_fax_strip_keeps_its_black(black_is_one: bool, tmp_path: Path) -> None:
    path = _ccitt(tmp_path / "a.pdf", drawing.letter(150).image, black_is_one)
    raster = _raster(path)
    assert raster.pixels.mean() > 200
    assert np.abs(_gray(raster) - _drawn(path, raster.pixels.shape[:2])).mean() < 8


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_what_an_annotation_draws_is_seen(rotate: int, letter: Image.Image, tmp_path: Path) -> None:
    path = pdfs.annotated(pdfs.scanned(tmp_path / "a.pdf", letter.convert("L"), 150), "HOA TOC 2352", 300, 40)
    raster = _raster(pdfs.rotated(path, rotate) if rotate else path)
    upright = np.rot90(_gray(raster), rotate // 90)
    assert upright.shape == letter.size[::-1]
    ink = np.argwhere(upright[-160:] < 120)
    assert ink.mean(axis=0) / 150 * 72 == pytest.approx([160 * 0.48 - 44, 345], abs=8)
    assert np.abs(upright[:-160] - np.asarray(letter.convert("L"))[:-160]).mean() < 6


def test_a_mask_over_the_scan_is_respected(tmp_path: Path) -> None:
    image = Image.new("RGBA", (600, 800), (0, 0, 0, 255))
    image.paste((0, 0, 0, 0), (0, 0, 600, 400))
    canvas = pdfs.Canvas(str(tmp_path / "a.pdf"), pagesize=(300, 400))
    canvas.drawImage(pdfs.ImageReader(image), 0, 0, 300, 400, mask="auto")
    canvas.save()
    gray = _gray(_raster(tmp_path / "a.pdf"))
    assert gray[: len(gray) // 2 - 5].mean() > 250
    assert gray[len(gray) // 2 + 5 :].mean() < 5


def test_only_what_the_crop_box_shows_is_read(letter: Image.Image, tmp_path: Path) -> None:
    path = pdfs.scanned(tmp_path / "a.pdf", letter, 150)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].CropBox = [100, 200, 500, 700]
        pdf.save(path)
    raster = _raster(path)
    assert (raster.width, raster.height) == (400, 500)
    assert np.abs(_gray(raster) - _drawn(path, raster.pixels.shape[:2])).mean() < 3


def test_a_phone_pdf_of_72_dpi_is_not_taken_for_a_poster(letter: Image.Image, tmp_path: Path) -> None:
    raster = _raster(pdfs.scanned(tmp_path / "a.pdf", letter, 72))
    assert raster.dpi is None
    assert round(raster.density) == 150
    assert raster.width == pytest.approx(letter.width, abs=1)


def test_pages_over_the_limits_are_refused_before_they_are_drawn(tmp_path: Path) -> None:
    with pytest.raises(LimitError):
        _raster(pdfs.typed(tmp_path / "long.pdf", size=(14_000, 842)))
    with pytest.raises(LimitError):
        _raster(pdfs.typed(tmp_path / "a.pdf"), Settings(limits=Limits(page_pixels=1_000_000)))
    with pytest.raises(LimitError):
        _raster(
            pdfs.scanned(tmp_path / "b.pdf", Image.new("1", (3000, 3000)), 300, format="PNG"),
            Settings(limits=Limits(page_pixels=1_000_000)),
        )


def test_broken_and_locked_files_say_so(tmp_path: Path, letter: Image.Image) -> None:
    whole = pdfs.scanned(tmp_path / "a.pdf", letter, 150)
    with pikepdf.open(whole) as pdf:
        pdf.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(EncryptedError):
        _raster(tmp_path / "locked.pdf")
    (tmp_path / "cut.pdf").write_bytes(b"%PDF-1.7\n" + b"\0" * 400)
    with pytest.raises(DamagedError):
        _raster(tmp_path / "cut.pdf")
    with pytest.raises(DamagedError):
        _raster(whole, page=2)
