"""A cheap look at a page without reading it: for the check of a folder before the start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sohoa.imaging.blank import judge
from sohoa.imaging.clean import even
from sohoa.imaging.orient import guess_rotation
from sohoa.imaging.pdf import open_page
from sohoa.imaging.raster import Raster, rasterise_pdf, rasterise_picture
from sohoa.imaging.source import PageSource
from sohoa.models import Kind
from sohoa.settings import Reading, Settings

_LOOK_DPI = 100


@dataclass(frozen=True, slots=True)
class PageLook:
    """`dpi` of the scan (None: unknown, or no scan); `blank` only when the pixels leave no doubt;
    `rotation` clockwise degrees that make the page upright, None when not sure."""

    dpi: int | None
    blank: bool
    rotation: int | None


def look(path: Path, kind: Kind, page: int, settings: Settings | None = None) -> PageLook:
    """Look at page `page` (from 1). Raises the InputError that reading it would fail with."""
    settings = settings or Settings()
    coarse = settings.model_copy(update={"reading": Reading(dpi=_LOOK_DPI)})
    source = PageSource(path, kind, page)
    if kind == "text":
        return PageLook(None, False, 0)
    if kind != "pdf":
        return _look_at(rasterise_picture(source, coarse), settings)
    with open_page(path, page) as opened:
        if opened.visible_texts and not opened.is_scan:
            return PageLook(None, False, 0)
        raster = rasterise_pdf(source, opened, coarse, settings.limits.page_seconds)
    return _look_at(raster, settings)


def _look_at(raster: Raster, settings: Settings) -> PageLook:
    page = even(raster.pixels, raster.density, _LOOK_DPI)
    verdict = judge(page, settings.reading.blank_ink)
    blank = verdict.reason is not None and verdict.sure
    return PageLook(raster.dpi, blank, None if verdict.reason else guess_rotation(page))
