"""A page as pixels and its true size, whatever kind of file it comes from."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from sohoa.imaging.density import UNKNOWN_DPI, assumed_dpi, believed_dpi
from sohoa.imaging.pdf import PdfPage, check_size, embedded_pixels, render, share
from sohoa.imaging.picture import Pixels, read_picture
from sohoa.imaging.source import PageSource
from sohoa.settings import Settings


@dataclass(frozen=True, slots=True)
class Raster:
    """A page as a viewer shows it: /Rotate and EXIF orientation are applied, and «stored» means this from here on.

    `pixels` HxW or HxWx3 RGB uint8; `width`, `height` in points; `density` the dots per inch of `pixels` (assumed
    where unknown), `dpi` that of the scan as stored (None where unknown or where there is no scan).
    """

    pixels: Pixels
    width: float
    height: float
    density: float
    dpi: int | None

    @property
    def points_per_pixel(self) -> tuple[float, float]:
        rows, columns = self.pixels.shape[:2]
        return self.width / columns, self.height / rows


def rasterise_picture(source: PageSource, settings: Settings) -> Raster:
    """One page of an image file. DamagedError, LimitError as `read_picture`."""
    picture = read_picture(source.path, source.kind, source.page, settings)
    pixels, dpi = picture.pixels, picture.dpi
    x, y = dpi or (UNKNOWN_DPI, UNKNOWN_DPI)
    rows, columns = pixels.shape[:2]
    shrunk = columns / picture.width
    if abs(x / y - 1) > 0.05:
        # A fax of 204×98 dots: letters are half as high as they are wide until the rows are doubled.
        top = max(x, y)
        pixels = np.asarray(
            cv2.resize(pixels, (columns * top // x, rows * top // y), interpolation=cv2.INTER_LINEAR), np.uint8
        )
        density = top * shrunk
    else:
        density = (x if dpi else assumed_dpi(picture.width, picture.height)) * shrunk
    width, height = picture.width * 72 / x, picture.height * 72 / y
    return Raster(pixels, width, height, density, min(dpi) if dpi else None)


def rasterise_pdf(source: PageSource, page: PdfPage, settings: Settings, seconds: float) -> Raster:
    """One page of a PDF: the embedded scan where it is the whole page, else drawn at the density the reader wants.

    Raises DamagedError, LimitError, EngineTimeoutError, EngineMissingError.
    """
    dpi = _scan_density(page, settings)[1]
    whole = page.whole_image
    pixels = embedded_pixels(source.path, page, whole, settings) if whole is not None else None
    if whole is None or pixels is None:
        return draw_pdf(source, page, settings, seconds)
    shrunk = max(pixels.shape[:2]) / max(whole.width, whole.height)
    return Raster(pixels, *page.size, (dpi or assumed_dpi(whole.width, whole.height)) * shrunk, dpi)


def draw_pdf(source: PageSource, page: PdfPage, settings: Settings, seconds: float) -> Raster:
    """One page of a PDF drawn with all that lies over it, at the density the reader wants. Raises as `rasterise_pdf`."""
    width, height = page.size
    nominal, dpi = _scan_density(page, settings)
    if nominal is None:
        draw_at = density = float(settings.reading.dpi)
    else:
        columns, rows = round(width * nominal / 72), round(height * nominal / 72)
        actual = dpi or assumed_dpi(columns, rows)
        factor = min(1.0, settings.reading.dpi / actual)
        draw_at, density = nominal * factor, actual * factor
    shape = (max(1, round(width * draw_at / 72)), max(1, round(height * draw_at / 72)))
    check_size(page.size, shape, settings)
    return Raster(render(source.path, page, shape, settings, seconds), width, height, density, dpi)


def _scan_density(page: PdfPage, settings: Settings) -> tuple[float | None, int | None]:
    """Pixels per nominal inch of the scan on the page, and the same where it is believable; None where there is no scan."""
    image = page.largest
    if image is None or share(image.box, page.box) < 0.3:
        return None, None
    inches = ((image.box[2] - image.box[0]) / 72, (image.box[3] - image.box[1]) / 72)
    turned = (image.width > image.height) != (inches[0] > inches[1]) and not image.upright
    across = image.height if turned else image.width
    nominal = across / inches[0]
    return nominal, believed_dpi(nominal, image.width, image.height, settings.limits)
