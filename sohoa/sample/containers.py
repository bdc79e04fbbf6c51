"""Writes scanned pages into PDF, TIFF or a folder of JPEGs, one page at a time, the same bytes for the same pages."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image

from sohoa.sample.render import Pixels

_ROWS_PER_STRIP = 278
"""The TIFF tag; one strip a page keeps its CCITT data in one piece."""
_STRIP_OFFSETS, _STRIP_BYTES = 273, 279


def jpeg(page: Pixels, quality: int, dpi: int) -> bytes:
    """A page as JPEG. HxW or HxWx3 uint8."""
    out = io.BytesIO()
    Image.fromarray(page).save(out, "JPEG", quality=quality, dpi=(dpi, dpi))
    return out.getvalue()


def ccitt(page: Pixels) -> bytes:
    """A page of 0 and 255 as one strip of CCITT group 4 data, black being 0."""
    out = io.BytesIO()
    image = Image.fromarray(page).convert("1", dither=Image.Dither.NONE)
    image.save(out, "TIFF", compression="group4", tiffinfo={_ROWS_PER_STRIP: image.height})
    out.seek(0)
    tags = Image.open(out).tag_v2  # type: ignore[attr-defined]
    start, length = tags[_STRIP_OFFSETS][0], tags[_STRIP_BYTES][0]
    return out.getvalue()[start : start + length]


class PdfScan:
    """A PDF of one image a page, written as the pages come; the page tree follows at the end."""

    def __init__(self, path: Path, producer: str) -> None:
        self._file = path.open("wb")
        self._offsets: dict[int, int] = {}
        self._pages: list[int] = []
        self._next = 3
        self._file.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
        self._producer = producer

    def add(self, page: Pixels, dpi: int, quality: int, *, bitonal: bool, hidden: str = "") -> None:
        """Add a page: JPEG at `quality`, or CCITT group 4 where `bitonal`; `hidden` is an invisible Latin-1 text layer."""
        height, width = page.shape[:2]
        if bitonal:
            data = ccitt(page)
            kind = f"/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns {width} /Rows {height} >>"
        else:
            data = jpeg(page, quality, dpi)
            kind = f"/ColorSpace /Device{'Gray' if page.ndim == 2 else 'RGB'} /BitsPerComponent 8 /Filter /DCTDecode"
        image = self._object(
            f"<< /Type /XObject /Subtype /Image /Width {width} /Height {height} {kind} /Length {len(data)} >>", data
        )
        wide, tall = f"{width * 72 / dpi:.2f}", f"{height * 72 / dpi:.2f}"
        drawing = f"q {wide} 0 0 {tall} 0 0 cm /Im0 Do Q".encode() + _layer(hidden)
        content = self._object(f"<< /Length {len(drawing)} >>", drawing)
        fonts = "/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >> >> " if hidden else ""
        resources = f"/Resources << {fonts}/XObject << /Im0 {image} 0 R >> >>"
        self._pages.append(
            self._object(
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {wide} {tall}] /Contents {content} 0 R {resources} >>"
            )
        )

    def close(self) -> None:
        """Write the page tree and the cross-reference table."""
        kids = " ".join(f"{n} 0 R" for n in self._pages)
        self._object("<< /Type /Catalog /Pages 2 0 R >>", number=1)
        self._object(f"<< /Type /Pages /Kids [{kids}] /Count {len(self._pages)} >>", number=2)
        info = self._object(f"<< /Producer ({self._producer}) >>")
        start = self._file.tell()
        self._file.write(f"xref\n0 {self._next}\n0000000000 65535 f \n".encode())
        for number in range(1, self._next):
            self._file.write(f"{self._offsets[number]:010d} 00000 n \n".encode())
        self._file.write(
            f"trailer\n<< /Size {self._next} /Root 1 0 R /Info {info} 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
        )
        self._file.close()

    def _object(self, head: str, data: bytes | None = None, number: int | None = None) -> int:
        if number is None:
            number, self._next = self._next, self._next + 1
        self._offsets[number] = self._file.tell()
        self._file.write(f"{number} 0 obj\n{head}\n".encode())
        if data is not None:
            self._file.write(b"stream\n" + data + b"\nendstream\n")
        self._file.write(b"endobj\n")
        return number


def _layer(hidden: str) -> bytes:
    """Drawing of invisible text (rendering mode 3), a line a line."""
    if not hidden:
        return b""
    lines = [line.replace("\\", "").replace("(", "").replace(")", "") for line in hidden.splitlines()]
    shown = " ".join(f"({line}) Tj T*" for line in lines)
    return f"\nBT 3 Tr /F1 10 Tf 12 TL 60 780 Td {shown} ET".encode("latin-1")


def write_tiff(path: Path, pages: Iterable[Pixels], dpi: int, quality: int, *, bitonal: bool) -> None:
    """A multi-page TIFF: CCITT group 4 where `bitonal`, else JPEG inside."""
    images = (
        Image.fromarray(np.ascontiguousarray(p)).convert("1", dither=Image.Dither.NONE)
        if bitonal
        else Image.fromarray(p)
        for p in pages
    )
    first = next(images)
    if bitonal:
        first.save(path, "TIFF", save_all=True, append_images=images, compression="group4", dpi=(dpi, dpi))
    else:
        first.save(
            path, "TIFF", save_all=True, append_images=images, compression="jpeg", quality=quality, dpi=(dpi, dpi)
        )


def write_jpegs(folder: Path, pages: Iterable[Pixels], dpi: int, quality: int, start: int = 1) -> list[Path]:
    """A folder of page images named as people name them: «trang 1.jpg» … «trang 10.jpg», from number `start`."""
    folder.mkdir(parents=True)
    paths = []
    for number, page in enumerate(pages, start=start):
        path = folder / f"trang {number}.jpg"
        path.write_bytes(jpeg(page, quality, dpi))
        paths.append(path)
    return paths
