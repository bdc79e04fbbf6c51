"""PDFs made for the tests: born-digital pages, scans, and everything dubious in between."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tests.imaging import drawing

A4 = (595.0, 842.0)
pdfmetrics.registerFont(TTFont("Tinos", str(drawing.FONTS / "Tinos-Regular.ttf")))

LINES = [
    "ỦY BAN NHÂN DÂN HUYỆN ĐẠI LỘC",
    "Số: /UBND-NV Đại Lộc, ngày 18 tháng 3 năm 2025",
    "Về việc số hóa tài liệu lưu trữ giai đoạn 2015 - 2025",
    "Kính gửi: Chủ tịch Ủy ban nhân dân các xã, thị trấn",
    "Thực hiện Kế hoạch số 45/KH-UBND của Ủy ban nhân dân tỉnh, đề nghị các địa phương",
    "rà soát hồ sơ, lập mục lục và bàn giao tài liệu trước ngày 30 tháng 6 năm 2025.",
]


def typed(
    path: Path, lines: list[str] = LINES, mode: int = 0, colour: str = "black", size: tuple[float, float] = A4
) -> Path:
    """A page of text lines at 13 points, 20 points apart, the first at 100 points from the top; `mode` 3 is invisible."""
    canvas = Canvas(str(path), pagesize=size)
    _type(canvas, lines, mode, colour, size)
    canvas.save()
    return path


def _type(canvas: Canvas, lines: list[str], mode: int, colour: str, size: tuple[float, float]) -> None:
    text = canvas.beginText(70, size[1] - 100)
    text.setFont("Tinos", 13, 20)
    text.setTextRenderMode(mode)
    text.setFillColor(colour)
    for line in lines:
        text.textLine(line)
    canvas.drawText(text)


def scanned(path: Path, image: Image.Image, dpi: int = 200, layer: list[str] | None = None, **save: object) -> Path:
    """One image over the whole page, with an invisible text layer over it where given."""
    size = (image.width * 72 / dpi, image.height * 72 / dpi)
    canvas = Canvas(str(path), pagesize=size)
    if save:
        stream = io.BytesIO()
        image.save(stream, **save)
        canvas.drawImage(ImageReader(stream), 0, 0, *size)
    else:
        canvas.drawImage(ImageReader(image), 0, 0, *size)
    if layer:
        _type(canvas, layer, 3, "black", size)
    canvas.save()
    return path


def rotated(path: Path, degrees: int) -> Path:
    """The same file with /Rotate on every page."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        for page in pdf.pages:
            page.Rotate = degrees
        pdf.save(path)
    return path


def annotated(path: Path, text: str, x: float, y: float) -> Path:
    """Text written by an annotation with its own appearance, its baseline at x, y points from the bottom left."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        appearance = pdf.make_stream(f"BT /F 13 Tf 0 3 Td ({text}) Tj ET".encode())
        appearance.update(
            pikepdf.Dictionary(
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Form,
                BBox=[0, 0, 100, 16],
                Resources=pikepdf.Dictionary(
                    Font=pikepdf.Dictionary(
                        F=pikepdf.Dictionary(
                            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name("/Times-Roman")
                        )
                    )
                ),
            )
        )
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Stamp,
            Rect=[x, y - 3, x + 100, y + 13],
            F=4,
            AP=pikepdf.Dictionary(N=appearance),
        )
        pdf.pages[0].Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(note)]))
        pdf.save(path)
    return path
