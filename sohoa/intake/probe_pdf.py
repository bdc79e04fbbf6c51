"""Pages of a PDF from its structure: sizes, scans and their dpi, fonts; loops, bombs and missing pages are caught."""

from __future__ import annotations

import math
import re
import zlib
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pikepdf

from sohoa.errors import DamagedError, EncryptedError
from sohoa.intake.facts import Clock, PageFacts, broken, check_inches, check_pixels, too_many_pages, truncated
from sohoa.settings import Limits

_CONTENT_BYTES: Final = 1_000_000
"""Bytes of content that are still looked through; that of a scan, with its text layer, is far shorter."""
_COVERS: Final = 0.5
"""Share of the page that a picture must cover to be its scan."""
_MAX_IMAGES: Final = 500
_PAINTED: Final = ("/Image", "/Form", "/PS")
_REBUILT: Final = re.compile(r"reconstruct|xref not found|can't find startxref", re.IGNORECASE)

Matrix = tuple[float, float, float, float, float, float]
_UNIT: Final[Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def pdf_pages(path: Path, limits: Limits, clock: Clock) -> tuple[list[PageFacts], bool]:
    """Facts of every page, and whether the file had to be repaired. An empty user password is tried and is enough."""
    try:
        with pikepdf.open(path, suppress_warnings=True) as pdf:
            count = len(pdf.pages)
            clock.check()
            if count > limits.pages:
                raise too_many_pages(limits)
            rebuilt = any(_REBUILT.search(str(w)) for w in pdf.get_warnings())
            _check_whole(path, pdf, count, rebuilt)
            pages = []
            for number in range(1, count + 1):
                pages.append(_page(pdf, pdf.pages[number - 1], number, limits))
                clock.check()
            return pages, rebuilt
    except pikepdf.PasswordError:
        raise EncryptedError(
            "Tệp PDF cần mật khẩu để mở. Gỡ mật khẩu rồi đưa lại tệp.",
            "The PDF needs a password to open. Remove the password and bring it in again.",
        ) from None
    except pikepdf.PdfError:
        raise DamagedError(
            "Tệp PDF bị hỏng, không mở được. Chép lại từ nguồn hoặc quét lại.",
            "The PDF is broken and does not open. Copy it again from its source or scan it again.",
        ) from None


def _check_whole(path: Path, pdf: pikepdf.Pdf, count: int, rebuilt: bool) -> None:
    """A rebuilt PDF must still have its end and all the pages that its tree claims: a lost page is never silent."""
    if not rebuilt:
        return
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 65_536))
        ended = b"%%EOF" in file.read()
    claimed = pdf.Root.get("/Pages", pikepdf.Dictionary()).get("/Count", count)
    if not ended or not isinstance(claimed, int | Decimal) or int(claimed) > count:
        raise truncated()


def _page(pdf: pikepdf.Pdf, page: pikepdf.Page, number: int, limits: Limits) -> PageFacts:
    unit = _number(page.obj.get("/UserUnit", 1)) or 1.0
    box = _box(page)
    left, bottom, width, height = box[0], box[1], (box[2] - box[0]), (box[3] - box[1])
    check_inches(width * unit, height * unit, number, limits)
    turn = int(_number(_inherited(page, "/Rotate")) or 0) % 360
    turn = turn if turn in (90, 180, 270) else 0
    has_text = _has_fonts(page)
    pixels, dpi = _scan(pdf, page, number, (left, bottom, width, height), limits)
    shown = (width * unit, height * unit) if turn in (0, 180) else (height * unit, width * unit)
    return PageFacts(
        page=number,
        width=shown[0],
        height=shown[1],
        pixels=pixels,
        dpi=round(dpi / unit) if dpi else None,
        rotation=turn,
        born_digital=has_text and pixels is None,
        has_text=has_text,
    )


def _inherited(page: pikepdf.Page, name: str) -> Any:
    """An attribute of the page or of the nodes above it; the climb is bounded, trees may loop."""
    node: Any = page.obj
    for _ in range(64):
        if name in node:
            return node[name]
        node = node.get("/Parent")
        if not isinstance(node, pikepdf.Dictionary):
            return None
    return None


def _box(page: pikepdf.Page) -> tuple[float, float, float, float]:
    """The visible box in user units: the crop box within the media box; US letter where there is none."""
    media = _numbers(_inherited(page, "/MediaBox")) or (0.0, 0.0, 612.0, 792.0)
    crop = _numbers(_inherited(page, "/CropBox")) or media
    cut = (max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3]))
    return cut if cut[2] > cut[0] and cut[3] > cut[1] else media


def _numbers(value: Any) -> tuple[float, float, float, float] | None:
    if not isinstance(value, pikepdf.Array) or len(value) != 4:
        return None
    a, b, c, d = (_number(v) for v in value)
    if a is None or b is None or c is None or d is None:
        return None
    return min(a, c), min(b, d), max(a, c), max(b, d)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    result = float(value)
    return result if math.isfinite(result) else None


def _resources(owner: Any, name: str) -> dict[str, Any]:
    found = owner.get(name) if isinstance(owner, pikepdf.Dictionary | pikepdf.Stream) else None
    return dict(found.items()) if isinstance(found, pikepdf.Dictionary) else {}


def _has_fonts(page: pikepdf.Page) -> bool:
    resources = _inherited(page, "/Resources")
    if _resources(resources, "/Font"):
        return True
    forms = [x for x in list(_resources(resources, "/XObject").values())[:_MAX_IMAGES] if _subtype(x) == "/Form"]
    return any(_resources(form.get("/Resources"), "/Font") for form in forms)


def _subtype(xobject: Any) -> str:
    return str(xobject.get("/Subtype", "")) if isinstance(xobject, pikepdf.Stream) else ""


def _scan(
    pdf: pikepdf.Pdf, page: pikepdf.Page, number: int, box: tuple[float, float, float, float], limits: Limits
) -> tuple[tuple[int, int] | None, float | None]:
    """Pixels and dpi of the picture (or the strips of one picture) that covers the page, else (None, None)."""
    resources = _inherited(page, "/Resources")
    images, named = _images(resources, number, limits), _resources(resources, "/XObject")
    area, widest, dpi = 0.0, (0, 0), 0.0
    for name, matrix in _placements(page, pdf):
        if _subtype(named.get(name)) not in _PAINTED:
            raise broken(number)  # the page paints a picture that is not in the file
        if name not in images:
            continue
        pixels = images[name]
        across, up = math.hypot(matrix[0], matrix[1]), math.hypot(matrix[2], matrix[3])
        area += across * up
        if across > 0 and pixels[0] * pixels[1] > widest[0] * widest[1]:
            widest, dpi = pixels, pixels[0] * 72 / across
    if area >= _COVERS * box[2] * box[3] and widest[0]:
        return widest, dpi
    return None, None


def _images(resources: Any, number: int, limits: Limits, depth: int = 0) -> dict[str, tuple[int, int]]:
    """Pictures of the page by name; those inside a form are listed under the form's name."""
    found: dict[str, tuple[int, int]] = {}
    for name, xobject in list(_resources(resources, "/XObject").items())[:_MAX_IMAGES]:
        if _subtype(xobject) == "/Image":
            width, height = _number(xobject.get("/Width")), _number(xobject.get("/Height"))
            if width is None or height is None:
                raise broken(number)
            check_pixels(int(width), int(height), number, limits)
            found[str(name)] = (int(width), int(height))
        elif _subtype(xobject) == "/Form" and depth < 2:
            inner = _images(xobject.get("/Resources"), number, limits, depth + 1)
            if inner:
                found[str(name)] = max(inner.values(), key=lambda p: p[0] * p[1])
    return found


def _contents(page: pikepdf.Page) -> bytes | None:
    """The page's content, unpacked within limits; None when it is too long to be a scan's, or packed strangely."""
    contents = page.obj.get("/Contents")
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    parts: list[bytes] = []
    for stream in streams[:_MAX_IMAGES]:
        if not isinstance(stream, pikepdf.Stream):
            continue
        filters = stream.get("/Filter")
        names = [str(f) for f in filters] if isinstance(filters, pikepdf.Array) else [str(filters)] if filters else []
        if names not in ([], ["/FlateDecode"]) or "/DecodeParms" in stream:
            return None
        raw = memoryview(stream.get_raw_stream_buffer())[: _CONTENT_BYTES + 1].tobytes()
        # Never more than asked for: a few packed kilobytes can hold gigabytes.
        data = zlib.decompressobj().decompress(raw, _CONTENT_BYTES + 1) if names else raw
        parts.append(data)
        if sum(map(len, parts)) > _CONTENT_BYTES:
            return None
    return b"\n".join(parts)


def _placements(page: pikepdf.Page, pdf: pikepdf.Pdf) -> list[tuple[str, Matrix]]:
    """Where the content stream paints its named pictures; empty for content that is no scan's."""
    try:
        content = _contents(page)
    except (pikepdf.PdfError, zlib.error):
        return []
    if content is None:
        return []
    stack: list[Matrix] = []
    matrix, found = _UNIT, []
    try:
        instructions = pikepdf.parse_content_stream(pdf.make_stream(content), "q Q cm Do")
    except pikepdf.PdfError:
        return []
    for instruction in instructions:
        if not isinstance(instruction, pikepdf.ContentStreamInstruction):
            continue
        operands, name = instruction.operands, str(instruction.operator)
        if name == "q" and len(stack) < 1000:
            stack.append(matrix)
        elif name == "Q" and stack:
            matrix = stack.pop()
        elif name == "cm" and len(operands) == 6:
            values = [_number(v) for v in operands]
            if all(v is not None for v in values):
                matrix = _multiply(tuple(values), matrix)  # type: ignore[arg-type]
        elif name == "Do" and operands:
            found.append((str(operands[0]), matrix))
            if len(found) > _MAX_IMAGES:
                break
    return found


def _multiply(a: Matrix, b: Matrix) -> Matrix:
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    )
