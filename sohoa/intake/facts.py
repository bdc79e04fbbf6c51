"""What is known of a file before it is read: its hash, its pages and their sizes; and the limits they must keep."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Final

from sohoa.errors import DamagedError, LimitError
from sohoa.models import Kind, Value
from sohoa.settings import Limits

_DPI_RANGE: Final = (40, 2400)
_LEAST_POINTS: Final = 7.2
"""A tenth of an inch."""


class PageFacts(Value):
    """One page, from headers only. Sizes in points (1/72 inch) as shown (after `rotation`); pixels as stored."""

    page: int
    width: float
    height: float
    pixels: tuple[int, int] | None = None
    """Width and height of the scan in pixels; None for a page without one."""
    dpi: int | None = None
    """Of the scan; None where the file does not say and for born-digital pages."""
    rotation: int = 0
    """Clockwise turn in degrees that the file itself asks for (PDF /Rotate, Exif)."""
    born_digital: bool = False
    """A hint: fonts and no picture that covers the page."""
    has_text: bool = False
    """A hint: fonts in the resources, be it a born-digital page or a scan with a text layer."""


class FileFacts(Value):
    """One file that can be read. `pages` is its number of pages; `page_facts` holds one entry a page, in order."""

    kind: Kind
    size: int
    sha256: str
    pages: int
    page_facts: tuple[PageFacts, ...] = ()
    repaired: bool = False
    """The PDF's table of contents was broken and had to be rebuilt; all its pages are there."""

    @property
    def born_digital(self) -> bool:
        """A hint: every page is."""
        return bool(self.page_facts) and all(p.born_digital for p in self.page_facts)


@dataclass
class Clock:
    """The time one file may take, checked between pages; the caller's process limit catches what hangs in between."""

    limits: Limits
    started: float = field(default_factory=time.monotonic)

    def check(self) -> None:
        """`LimitError` when the file has taken more than `file_seconds`."""
        if time.monotonic() - self.started > self.limits.file_seconds:
            raise too_slow(self.limits)


def too_slow(limits: Limits) -> LimitError:
    """The sentence for a file that takes too long to look through."""
    return LimitError(
        f"Kiểm tra tệp quá {limits.file_seconds:.0f} giây (giới hạn file_seconds); cấu trúc tệp bất thường. Xuất hoặc quét lại.",
        f"Looking through the file took more than {limits.file_seconds:.0f} seconds (limit file_seconds); it is built strangely. Export or scan it again.",
    )


def too_many_pages(limits: Limits) -> LimitError:
    """The sentence for a file with more pages than allowed."""
    return LimitError(
        f"Tệp có quá {limits.pages} trang (giới hạn pages). Tách thành nhiều tệp.",
        f"The file has more than {limits.pages} pages (limit pages). Split it.",
    )


def check_pixels(width: int, height: int, page: int, limits: Limits) -> None:
    """`LimitError` for a picture over `page_pixels`, `DamagedError` for one without size."""
    if width <= 0 or height <= 0:
        raise broken(page)
    if width * height > limits.page_pixels:
        raise too_many_pixels(f"{width} × {height}", page)


def too_many_pixels(size: str, page: int) -> LimitError:
    """The sentence for a picture over `page_pixels`."""
    return LimitError(
        f"Ảnh trang {page} có {size} điểm ảnh, quá giới hạn page_pixels. Quét lại ở 200–300 dpi.",
        f"The picture of page {page} has {size} pixels, over the limit page_pixels. Scan it again at 200–300 dpi.",
    )


def check_inches(width: float, height: float, page: int, limits: Limits) -> None:
    """`LimitError` for a page over `page_inches` (sizes in points), `DamagedError` for one without size."""
    if not (width > 0 and height > 0):
        raise broken(page)
    if min(width, height) < _LEAST_POINTS:
        raise DamagedError(
            f"Trang {page} quá nhỏ để là một trang giấy. Xuất lại đúng khổ giấy, hoặc bỏ tệp khỏi thư mục quét.",
            f"Page {page} is too small to be a sheet of paper. Export it at its real size, or remove the file from the scan folder.",
        )
    if max(width, height) > limits.page_inches * 72:
        raise LimitError(
            f"Trang {page} khai khổ {width / 72:.0f} × {height / 72:.0f} inch, quá giới hạn page_inches. Xuất lại đúng khổ giấy.",
            f"Page {page} claims {width / 72:.0f} × {height / 72:.0f} inches, over the limit page_inches. Export it at its real size.",
        )


def broken(page: int) -> DamagedError:
    """The sentence for a page whose picture cannot be read."""
    return DamagedError(
        f"Ảnh trang {page} bị hỏng hoặc thiếu. Chép lại tệp từ nguồn hoặc quét lại.",
        f"The picture of page {page} is broken or missing. Copy the file again from its source or scan it again.",
    )


def truncated() -> DamagedError:
    """The sentence for a file whose end is missing."""
    return DamagedError(
        "Tệp bị cắt cụt, thiếu phần cuối. Chép lại từ nguồn hoặc quét lại.",
        "The file is cut off, its end is missing. Copy it again from its source or scan it again.",
    )


def picture_page(page: int, width: int, height: int, dpi: float | None, turn: int, limits: Limits) -> PageFacts:
    """Facts of a page that is one picture. An unknown or impossible dpi gives points as pixels × 72/200."""
    check_pixels(width, height, page, limits)
    known = round(dpi) if dpi and _DPI_RANGE[0] <= dpi <= _DPI_RANGE[1] else None
    # Cameras write 72 or 96 for want of a truth: a record is not half a metre wide.
    if known and ((known <= 96 and max(width, height) / known > 20) or max(width, height) / known > limits.page_inches):
        known = None
    points = (width * 72 / (known or 200), height * 72 / (known or 200))
    if turn in (90, 270):
        points = (points[1], points[0])
    return PageFacts(page=page, width=points[0], height=points[1], pixels=(width, height), dpi=known, rotation=turn)
