"""What stands on a PDF page, and its pixels: the embedded scan where it is the whole page, else a rendering."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
from pypdfium2 import raw

from sohoa.errors import DamagedError, EncryptedError, EngineTimeoutError, LimitError
from sohoa.imaging.complaints import complaints
from sohoa.imaging.picture import BROKEN, Pixels, damaged, gone, read_picture
from sohoa.settings import Settings

Box = tuple[float, float, float, float]
"""left, bottom, right, top in the page's own space (points, before /Rotate)."""

_INVISIBLE = 3
_LINKS = (raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP)
_PLAIN_COLOURS = (raw.FPDF_COLORSPACE_DEVICEGRAY, raw.FPDF_COLORSPACE_DEVICERGB, raw.FPDF_COLORSPACE_ICCBASED)


@dataclass(frozen=True, slots=True)
class PdfImage:
    """An image drawn on the page: where, how many pixels, and the object itself (alive while the page is)."""

    box: Box
    width: int
    height: int
    upright: bool
    nested: bool
    handle: pdfium.PdfImage


@dataclass(frozen=True, slots=True)
class PdfPage:
    """Facts about one page. Valid inside `open_page` only."""

    handle: pdfium.PdfPage
    number: int
    box: Box
    """What a viewer shows: crop box within media box."""
    rotate: int
    """/Rotate: clockwise degrees a viewer turns the page by."""
    images: list[PdfImage] = field(default_factory=list)
    visible_texts: int = 0
    invisible_texts: int = 0
    drawings: int = 0
    annotations: int = 0

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points as a viewer shows the page."""
        width, height = self.box[2] - self.box[0], self.box[3] - self.box[1]
        return (height, width) if self.rotate in (90, 270) else (width, height)

    def reloaded(self, handle: pdfium.PdfPage) -> PdfPage:
        """The same facts with the page loaded anew."""
        return replace(self, handle=handle)

    def turned_to(self, rotate: int) -> PdfPage:
        """The same facts where the page's /Rotate was set to another value."""
        return replace(self, rotate=rotate)

    @property
    def largest(self) -> PdfImage | None:
        return max(self.images, key=lambda image: share(image.box, self.box), default=None)

    @property
    def is_scan(self) -> bool:
        """One image, or strips of one, cover most of the page: its text layer, if any, was made by a machine."""
        return sum(share(image.box, self.box) for image in self.images) > 0.7

    @property
    def whole_image(self) -> PdfImage | None:
        """The one image that is the whole page and nothing over it, or None."""
        image = self.images[0] if len(self.images) == 1 else None
        if (
            image is None
            or self.visible_texts
            or self.drawings
            or self.annotations
            or image.nested
            or not image.upright
        ):
            return None
        slack = 0.015 * max(self.size)
        fits = all(abs(a - b) <= slack for a, b in zip(image.box, self.box, strict=True))
        return image if fits else None


def share(part: Box, whole: Box) -> float:
    """The share of `whole` that `part` covers, 0–1."""
    width = min(part[2], whole[2]) - max(part[0], whole[0])
    height = min(part[3], whole[3]) - max(part[1], whole[1])
    area = (whole[2] - whole[0]) * (whole[3] - whole[1])
    return max(0.0, width) * max(0.0, height) / area if area > 0 else 0.0


@contextmanager
def open_page(path: Path, page: int) -> Iterator[PdfPage]:
    """The page (from 1) of a PDF. EncryptedError, DamagedError or NotFoundError where it cannot be had."""
    if not path.is_file():
        raise gone()
    try:
        document = pdfium.PdfDocument(path)
    except (pdfium.PdfiumError, OSError) as error:
        if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
            raise EncryptedError(
                "Tệp PDF có mật khẩu. Gỡ mật khẩu rồi đưa vào lại.",
                "The PDF needs a password. Remove it and bring the file in again.",
            ) from None
        raise _broken_pdf() from None
    try:
        if not 1 <= page <= len(document):
            raise _broken_pdf()
        try:
            handle = document[page - 1]
        except pdfium.PdfiumError:
            raise _broken_pdf() from None
        try:
            yield _facts(handle, page)
        finally:
            handle.close()
    finally:
        document.close()


def _broken_pdf() -> DamagedError:
    return DamagedError(
        "Trang PDF bị hỏng, không mở được. Xuất hoặc quét lại tệp này.",
        "The PDF page is broken and does not open. Export or scan the file again.",
    )


def _facts(handle: pdfium.PdfPage, number: int) -> PdfPage:
    box = _shown_box(handle)
    images: list[PdfImage] = []
    counts = {"visible": 0, "invisible": 0, "drawings": 0}
    try:
        for item in handle.get_objects(max_depth=4):
            if item.type == raw.FPDF_PAGEOBJ_IMAGE:
                a, b, c, d, _, _ = item.get_matrix().get()
                upright = a > 0 and d > 0 and abs(b) < 0.01 * a and abs(c) < 0.01 * d
                wide, high = item.get_px_size()
                images.append(PdfImage(item.get_bounds(), wide, high, upright, item.level > 0, item))
            elif item.type == raw.FPDF_PAGEOBJ_TEXT:
                mode = raw.FPDFTextObj_GetTextRenderMode(item.raw)
                counts["invisible" if mode == _INVISIBLE else "visible"] += 1
            elif item.type in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_SHADING):
                counts["drawings"] += 1
    except pdfium.PdfiumError:
        raise _broken_pdf() from None
    return PdfPage(
        handle,
        number,
        box,
        handle.get_rotation(),
        images,
        counts["visible"],
        counts["invisible"],
        counts["drawings"],
        _annotations(handle),
    )


def _shown_box(handle: pdfium.PdfPage) -> Box:
    media, crop = _ordered(handle.get_mediabox()), _ordered(handle.get_cropbox())
    box = (max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3]))
    if box[2] - box[0] < 1 or box[3] - box[1] < 1:
        box = media
    if box[2] - box[0] < 1 or box[3] - box[1] < 1:
        raise _broken_pdf()
    return box


def _ordered(box: Box) -> Box:
    """A rectangle may be given by any two opposite corners (ISO 32000-1, 7.9.5)."""
    return min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])


def _annotations(handle: pdfium.PdfPage) -> int:
    """How many annotations may draw something: signatures, stamps, notes; links and pop-ups do not."""
    shown = 0
    for index in range(raw.FPDFPage_GetAnnotCount(handle.raw)):
        annotation = raw.FPDFPage_GetAnnot(handle.raw, index)
        if not annotation:
            continue
        hidden = raw.FPDFAnnot_GetFlags(annotation) & (raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW)
        shown += raw.FPDFAnnot_GetSubtype(annotation) not in _LINKS and not hidden
        raw.FPDFPage_CloseAnnot(annotation)
    return shown


def embedded_pixels(path: Path, page: PdfPage, image: PdfImage, settings: Settings) -> Pixels | None:
    """The pixels of the page's image as shown (after /Rotate), or None where only a rendering is faithful.

    Only images without masks and in plain colour spaces are taken as they are. LimitError, DamagedError.
    """
    if image.width * image.height > settings.limits.page_pixels:
        raise LimitError(
            "Ảnh trong trang PDF quá lớn (limits.page_pixels). Quét lại với độ phân giải thấp hơn.",
            "The image in the PDF page is too large (limits.page_pixels). Scan it at a lower resolution.",
        )
    meta, filters = image.handle.get_metadata(), image.handle.get_filters()
    if "CCITTFaxDecode" in filters and _fax_lost_rows(path, page.number, image):
        raise damaged()
    if meta.colorspace not in _PLAIN_COLOURS or not _is_plain(path, page.number, image):
        return None
    try:
        if filters == ["DCTDecode"]:
            pixels = read_picture(bytes(image.handle.get_data()), "jpeg", 1, settings).pixels
        else:
            bitmap = image.handle.get_bitmap(render=False).to_pil()
            pixels = np.asarray(bitmap.convert("L" if meta.bits_per_pixel in (1, 8) else "RGB"))
    except (pdfium.PdfiumError, *BROKEN):
        raise damaged() from None
    return np.ascontiguousarray(np.rot90(pixels, -page.rotate // 90)) if page.rotate else pixels


def _fax_lost_rows(path: Path, number: int, image: PdfImage) -> bool:
    """Whether a fax-coded picture breaks off: pdfium fills the rest and is silent, libtiff tells."""
    try:
        with pikepdf.open(path) as pdf, complaints() as heard:
            for picture in pdf.pages[number - 1].resources.XObject.values():
                if isinstance(picture, pikepdf.Stream) and picture.get("/Width") == image.width:
                    pikepdf.PdfImage(picture).as_pil_image().load()
    except OSError:
        return True
    except Exception:  # what pikepdf cannot unpack is left to pdfium
        return False
    return heard.tell_of_loss


def _is_plain(path: Path, number: int, image: PdfImage) -> bool:
    """True where the image's dictionary names no mask and no inverted decoding; pdfium does not tell."""
    try:
        with pikepdf.open(path) as pdf:
            alike = [
                picture
                for picture in pdf.pages[number - 1].resources.XObject.values()
                if picture.Subtype == pikepdf.Name.Image
                and int(picture.Width) == image.width
                and int(picture.Height) == image.height
            ]
            odd = ("/SMask", "/Mask", "/ImageMask", "/Decode", "/OC")
            return bool(alike) and not any(key in picture for picture in alike for key in odd)
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError):
        return False


def render(path: Path, page: PdfPage, pixels: tuple[int, int], settings: Settings, seconds: float) -> Pixels:
    """The page drawn by pdftoppm with its annotations (digital signatures), HxWx3 RGB, `pixels` wide and high.

    Raises EngineTimeoutError, DamagedError, EngineMissingError. Call `check_size` first.
    """
    from pdf2image import convert_from_path
    from pdf2image.exceptions import PDFPageCountError, PDFPopplerTimeoutError, PDFSyntaxError

    from sohoa.imaging.bounded import bounded_program

    bounded_program("pdfinfo", settings)
    programs = bounded_program("pdftoppm", settings).parent
    try:
        # Over a pipe as PPM: no file is written, and PNG would cost 9 s a page.
        drawn = convert_from_path(
            path,
            # pdftoppm wants the size of the page before /Rotate.
            size=pixels[::-1] if page.rotate in (90, 270) else pixels,
            first_page=page.number,
            last_page=page.number,
            use_cropbox=True,
            poppler_path=programs,
            timeout=max(1, int(seconds)),
        )
    except PDFPopplerTimeoutError:
        raise EngineTimeoutError(
            "Vẽ trang PDF quá thời gian cho phép (limits.page_seconds). Xuất lại PDF hoặc quét lại trang; máy chậm thì tăng limits.page_seconds rồi chạy sohoa retry.",
            "Drawing the PDF page took longer than allowed (limits.page_seconds). Export the PDF or scan the page again; on a slow machine raise limits.page_seconds and run sohoa retry.",
        ) from None
    except (PDFPageCountError, PDFSyntaxError, OSError, IndexError, ValueError) as error:
        # Poppler refused the file, or ended in the middle of the picture.
        raise _broken_pdf() from error
    if not drawn:
        raise _broken_pdf()
    return np.asarray(drawn[0].convert("RGB"))


def check_size(size: tuple[float, float], pixels: tuple[int, int], settings: Settings) -> None:
    """LimitError where a page of `size` points, drawn in so many pixels, is over the limits."""
    limits = settings.limits
    if max(size) / 72 > limits.page_inches:
        raise LimitError(
            f"Trang PDF dài hơn {limits.page_inches:g} inch (limits.page_inches). Xuất lại đúng khổ giấy.",
            f"The PDF page is longer than {limits.page_inches:g} inches (limits.page_inches). Export it at its real size.",
        )
    if pixels[0] * pixels[1] > limits.page_pixels:
        raise LimitError(
            "Trang PDF quá lớn để vẽ (limits.page_pixels). Xuất lại đúng khổ giấy, hoặc quét lại ở 200–300 dpi.",
            "The PDF page is too large to draw (limits.page_pixels). Export it at its real size, or scan it again at 200–300 dpi.",
        )
