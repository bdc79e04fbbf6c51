"""One page of an image file (TIFF, JPEG, PNG, JPEG 2000) as 8-bit pixels, with limits checked before decoding."""

from __future__ import annotations

import io
import math
import mmap
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from sohoa.errors import DamagedError, LimitError, NotFoundError, UnreadableError
from sohoa.imaging.complaints import complaints, jpeg_lost_pixels
from sohoa.imaging.density import assumed_dpi, believed_dpi
from sohoa.settings import Settings

Pixels = NDArray[np.uint8]
"""HxW gray or HxWx3 RGB, 0 black, 255 white."""

_LEAST_SIDE = 16
_FORMATS = {
    "tiff": ("TIFF",),
    "jpeg": ("JPEG", "MPO"),
    "png": ("PNG",),
    "jp2": ("JPEG2000",),
}
# What Pillow raises on broken files, by its own documentation and by feeding it broken files.
BROKEN = (OSError, EOFError, SyntaxError, ValueError, TypeError, KeyError, IndexError, OverflowError, struct.error)


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded image as a viewer shows it (EXIF orientation applied).

    `width` and `height` are those of the file in pixels; `pixels` may be smaller by a whole factor where the decoder
    could shrink at no cost. `dpi` is as stated and believable, by width and by height.
    """

    pixels: Pixels
    width: int
    height: int
    dpi: tuple[int, int] | None


def read_picture(source: Path | bytes, kind: str, page: int, settings: Settings) -> Picture:
    """Page `page` (from 1) of an image file or of its bytes.

    Raises LimitError before decoding where it has too many pixels, DamagedError where it cannot be decoded.
    """
    try:
        # A stream, never a path: Pillow maps a path's uncompressed TIFF into memory and then mistakes its rows where
        # an orientation tag turns it (Pillow 13.0).
        with (
            warnings.catch_warnings(),
            io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as stream,
        ):
            warnings.simplefilter("ignore")
            with Image.open(stream, formats=_FORMATS[kind]) as image:
                image.seek(page - 1)
                _check_pixels(image, settings)
                if image.format in ("JPEG", "MPO") and jpeg_lost_pixels(_bytes_of(source)):
                    raise damaged()
                return _decode(image, settings)
    except FileNotFoundError:
        raise gone() from None
    except PermissionError:
        raise UnreadableError(
            "Không có quyền đọc tệp này. Cấp quyền đọc cho tài khoản chạy sohoa rồi chạy sohoa retry.",
            "No right to read this file. Give the account that runs sohoa the right to read it and run sohoa retry.",
        ) from None
    except Image.DecompressionBombError:
        raise _too_many_pixels(settings) from None
    except BROKEN as error:
        raise damaged() from error


def _bytes_of(source: Path | bytes) -> bytes | mmap.mmap:
    if isinstance(source, bytes):
        return source
    with source.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def gone() -> NotFoundError:
    """The error for a file that vanished since it was looked through."""
    return NotFoundError(
        "Không còn tệp này. Chép lại tệp vào thư mục rồi chạy sohoa retry.",
        "The file is no longer there. Copy it into the folder again and run sohoa retry.",
    )


def damaged() -> DamagedError:
    """The error for a page whose picture cannot be decoded."""
    return DamagedError(
        "Ảnh của trang bị hỏng hoặc không đầy đủ. Quét lại trang này.",
        "The picture of the page is broken or cut short. Scan this page again.",
    )


def _check_pixels(image: Image.Image, settings: Settings) -> None:
    if image.width * image.height > settings.limits.page_pixels:
        raise _too_many_pixels(settings)
    if min(image.size) < _LEAST_SIDE:
        raise DamagedError(
            "Ảnh quá nhỏ để là một trang. Bỏ tệp khỏi thư mục quét, hoặc quét lại nếu là tài liệu.",
            "The picture is too small to be a page. Remove the file from the scan folder, or scan it again if it is a record.",
        )


def _too_many_pixels(settings: Settings) -> LimitError:
    most = settings.limits.page_pixels // 1_000_000
    return LimitError(
        f"Trang quá lớn: nhiều hơn {most} triệu điểm ảnh. Quét lại với độ phân giải thấp hơn hoặc tăng limits.page_pixels.",
        f"The page is too large: more than {most} million pixels. Scan at a lower resolution or raise limits.page_pixels.",
    )


def _decode(image: Image.Image, settings: Settings) -> Picture:
    width, height = image.size
    dpi = _dpi(image, settings)
    factor = settings.reading.dpi / (min(dpi) if dpi else assumed_dpi(width, height))
    if factor <= 0.5:
        _shrink_while_decoding(image, factor)
    with complaints() as heard:
        image.load()
    if heard.tell_of_loss:
        raise damaged()
    upright = ImageOps.exif_transpose(image)
    pixels = to_pixels(upright)
    turned = (upright.width < upright.height) != (width < height)
    if turned:
        width, height, dpi = height, width, dpi and (dpi[1], dpi[0])
    return Picture(pixels, width, height, dpi)


def _shrink_while_decoding(image: Image.Image, factor: float) -> None:
    """Let the JPEG or JPEG 2000 decoder leave out what will not be needed: a quarter of the time at 600 dpi."""
    if image.format in ("JPEG", "MPO") and image.mode in ("L", "RGB"):
        image.draft(image.mode, (math.ceil(image.width * factor), math.ceil(image.height * factor)))
    elif image.format == "JPEG2000":
        image.reduce = min(int(math.log2(1 / factor)), 3)  # type: ignore[method-assign, assignment]


def _dpi(image: Image.Image, settings: Settings) -> tuple[int, int] | None:
    stated = image.info.get("dpi")
    try:
        x, y = (float(value) for value in stated) if stated else (0.0, 0.0)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    if not (math.isfinite(x) and math.isfinite(y)):
        return None
    # Fax files state 204×98 or 204×196: each side is judged with its own number.
    believed_x = believed_dpi(x, image.width, round(image.height * x / y) if y > 0 else image.height, settings.limits)
    return (believed_x, round(y)) if believed_x and 0.4 < x / y < 2.5 else None


def to_pixels(image: Image.Image) -> Pixels:
    """8-bit gray or RGB pixels of a loaded image of any mode; transparency shows white paper."""
    mode = image.mode
    if mode == "1":
        return np.asarray(image.convert("L"))
    if mode in ("L", "RGB"):
        return np.asarray(image)
    if mode.startswith("I") or mode == "F":
        return _eight_bits(np.asarray(image))
    if "A" in mode or mode == "P" or "transparency" in image.info:
        seen = image.convert("RGBA")
        paper = Image.new("RGBA", seen.size, (255, 255, 255, 255))
        paper.alpha_composite(seen)
        return np.asarray(paper.convert("RGB"))
    return np.asarray(image.convert("RGB"))


def _eight_bits(values: NDArray[Any]) -> Pixels:
    """Gray of 10, 12, 16 or 32 bits scaled by the number of bits that its brightest pixel shows."""
    top = float(np.nanmax(values)) if values.size else 0.0
    white = next((w for w in (1.0, 255.0, 1023.0, 4095.0, 65535.0) if top <= w), top)
    scaled = np.nan_to_num(values.astype(np.float32) * (255.0 / white))
    return np.asarray(np.clip(scaled, 0, 255), np.uint8)
