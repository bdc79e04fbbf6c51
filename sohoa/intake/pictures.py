"""The one page of a JPEG, PNG or JPEG 2000 file, from its header; a missing end is noticed without decoding."""

from __future__ import annotations

import struct
import warnings
from pathlib import Path
from typing import Any, Final

from PIL import Image, UnidentifiedImageError

from sohoa.errors import DamagedError
from sohoa.intake.facts import PageFacts, broken, check_pixels, picture_page, too_many_pixels, truncated
from sohoa.models import Kind
from sohoa.settings import Limits

_TAIL: Final = 65_536
_FORMATS: Final = {"jpeg": ("JPEG", "MPO"), "png": ("PNG",), "jp2": ("JPEG2000",)}
_TURNS: Final = {3: 180, 6: 90, 8: 270}
_EXIF_ORIENTATION: Final = 0x0112


def picture_pages(path: Path, kind: Kind, size: int, limits: Limits) -> list[PageFacts]:
    """Facts of the picture. `LimitError` over `page_pixels`, before any pixel is decoded; `DamagedError` when cut off."""
    if kind == "png":
        # Pillow reads the whole of a PNG's metadata; the size stands in the first 24 bytes.
        with path.open("rb") as file:
            width, height = struct.unpack(">II", file.read(24)[16:24])
        check_pixels(width, height, 1, limits)
    _check_end(path, kind, size)
    try:
        with warnings.catch_warnings():
            # Our own limit stands in for Pillow's, which warns at 89 million pixels.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=_FORMATS[kind]) as image:
                width, height = image.size
                dpi = _dpi(image.info)
                turn = _TURNS.get(image.getexif().get(_EXIF_ORIENTATION, 1), 0) if kind == "jpeg" else 0
    except Image.DecompressionBombError:
        # Pillow refuses by itself what has twice its limit, and does not say how much that is.
        raise too_many_pixels(f"> {limits.page_pixels}", 1) from None
    except (UnidentifiedImageError, SyntaxError, struct.error, ValueError, EOFError):
        raise broken(1) from None
    return [picture_page(1, width, height, dpi, turn, limits)]


def _dpi(info: dict[Any, Any]) -> float | None:
    value = info.get("dpi")
    if not isinstance(value, tuple) or not value:
        return None
    try:
        return float(value[0])
    except (TypeError, ValueError, ZeroDivisionError):
        return None


def _check_end(path: Path, kind: Kind, size: int) -> None:
    with path.open("rb") as file:
        if kind == "png":
            _check_png(file.read, file.seek, size)
            return
        file.seek(max(0, size - _TAIL))
        tail = file.read()
    # End of image (JPEG) and end of codestream (JPEG 2000) are the same two bytes; scanners may add padding after them.
    if b"\xff\xd9" not in tail:
        raise truncated()


def _check_png(read: Any, seek: Any, size: int) -> None:
    """Walk the chunks to IEND; their checksums are the decoder's business."""
    place = 8
    for _ in range(1_000_000):
        seek(place)
        head = read(8)
        if len(head) < 8:
            raise truncated()
        length, name = struct.unpack(">I4s", head)
        if name == b"IEND":
            return
        place += 12 + length
        if place > size:
            raise truncated()
    raise DamagedError(
        "Tệp PNG có quá nhiều khối. Lưu lại ảnh hoặc quét lại.",
        "The PNG has too many chunks. Save the picture again or scan it again.",
    )
