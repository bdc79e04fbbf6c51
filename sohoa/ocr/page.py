"""Reading one page: text layer or OCR, turned upright, or blank, or failed with a reason. There is no fourth way."""

from __future__ import annotations

import time

from sohoa.errors import LimitError, SohoaError
from sohoa.imaging.bounded import is_disk_full, is_over_memory, scratch
from sohoa.imaging.hidden import check_nothing_is_hidden
from sohoa.imaging.pdf import open_page
from sohoa.imaging.raster import Raster, draw_pdf, rasterise_pdf, rasterise_picture
from sohoa.imaging.source import PageSource
from sohoa.models import Outcome, PageReading, Problem, StampReading
from sohoa.ocr.answer import too_much_text
from sohoa.ocr.engine import Engine, load_engine
from sohoa.ocr.plain import read_plain
from sohoa.ocr.scan import ScanReader, read_scan
from sohoa.ocr.textlayer import TextLayer, usable_text_layer
from sohoa.settings import Settings


def read_page(source: PageSource, settings: Settings, engine: Engine | None = None) -> PageReading:
    """One page as text, blank or failed. Bad input never raises: it fails the page with its problem.

    `OSError` (ENOSPC, EDQUOT) when there is no room for temporary files.

    `rotation` is relative to the page as a viewer shows it, that is after /Rotate and EXIF orientation.
    Boxes, width and height belong to the upright page before its lines were levelled, in points.
    Temporary files lie in the vault (where there is one) and are gone afterwards.
    """
    started = time.monotonic()
    try:
        reading = _read(source, settings, engine, started + settings.limits.page_seconds)
        if len(reading.text.encode()) > settings.limits.page_text_bytes:
            raise too_much_text()
    except SohoaError as error:
        reading = PageReading(page=source.page, outcome=Outcome.failed, error=Problem.of(error))
    except Exception as error:  # the readers of hostile pages fail in ways that no list covers
        if is_disk_full(error):
            raise  # no fault of the page: none can be read before there is room again
        problem = _over_memory() if is_over_memory(error) else error
        reading = PageReading(page=source.page, outcome=Outcome.failed, error=Problem.of(problem))
    return reading.model_copy(update={"seconds": round(time.monotonic() - started, 3)})


def _over_memory() -> LimitError:
    return LimitError(
        "Không đủ bộ nhớ để đọc trang (limits.worker_memory_mb). Quét lại trang ở 200–300 dpi, hoặc tăng giới hạn nếu máy còn bộ nhớ rồi chạy sohoa retry.",
        "Not enough memory to read the page (limits.worker_memory_mb). Scan the page again at 200–300 dpi, or raise the limit if the machine has the memory and run sohoa retry.",
    )


def _read(source: PageSource, settings: Settings, engine: Engine | None, deadline: float) -> PageReading:
    if source.kind == "text":
        return read_plain(source, settings)
    if source.kind == "zip":
        raise ValueError("a zip has no pages; its members have")
    if source.kind != "pdf":
        picture = rasterise_picture(source, settings)
        with scratch(settings) as folder:
            reader = ScanReader(settings, engine or load_engine(None, settings), folder, deadline)
            return read_scan(picture, source.page, reader)
    with open_page(source.path, source.page) as page:
        layer = usable_text_layer(page) if settings.reading.text_layer else None
        if layer is None:
            raster = rasterise_pdf(source, page, settings, deadline - time.monotonic())
        elif page.images or page.annotations:
            # A stamp on a typed page is a picture: its words are in no text layer.
            raster = draw_pdf(source, page, settings, deadline - time.monotonic())
        else:
            return _typed(source, layer, ())
    with scratch(settings) as folder:
        reader = ScanReader(settings, engine or load_engine(None, settings), folder, deadline)
        if layer is None:
            return _seen(read_scan(raster, source.page, reader), source, raster)
        return _typed(source, layer, reader.stamps(raster, layer.rotation))


def _seen(reading: PageReading, source: PageSource, raster: Raster) -> PageReading:
    """The reading of a PDF page; a blank one only where the page hides nothing (DamagedError)."""
    if reading.outcome == Outcome.blank:
        with open_page(source.path, source.page) as page:
            check_nothing_is_hidden(page, raster.pixels)
    return reading


def _typed(source: PageSource, layer: TextLayer, stamps: tuple[StampReading, ...]) -> PageReading:
    return PageReading(
        page=source.page,
        outcome=Outcome.text,
        source="text-layer",
        text=layer.text,
        words=layer.words,
        width=layer.width,
        height=layer.height,
        rotation=layer.rotation,
        confidence=1.0,
        stamps=stamps,
    )
