"""Files that are not plain scans: born-digital, encrypted, damaged, not a scan at all, and the zip."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from pathlib import Path

import pikepdf
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from sohoa.sample.fonts import Face, font_path
from sohoa.sample.marks import draw_mark
from sohoa.sample.sheet import PAGE_HEIGHT, PAGE_WIDTH, Sheet

ZIP_TIME = (2025, 7, 1, 8, 0, 0)
"""Given to every member of a zip, so that the same seed gives the same bytes."""
_MARK_DPI = 200


def write_born_digital(path: Path, sheets: list[Sheet]) -> None:
    """A PDF as an office program makes it: embedded fonts, text with spaces, the seal as a picture."""
    canvas = Canvas(str(path), pagesize=(PAGE_WIDTH, PAGE_HEIGHT), invariant=1, pageCompression=1)
    canvas.setProducer("Office")
    for sheet in sheets:
        for run in sheet.runs:
            canvas.setFont(_registered(run.face), run.size)
            canvas.drawString(run.words[0][0], PAGE_HEIGHT - run.y, run.text)
        for rule in sheet.rules:
            canvas.setLineWidth(rule.weight)
            canvas.line(rule.x0, PAGE_HEIGHT - rule.y0, rule.x1, PAGE_HEIGHT - rule.y1)
        for mark in sheet.marks:
            image = draw_mark(mark, _MARK_DPI)
            wide, tall = image.width * 72 / _MARK_DPI, image.height * 72 / _MARK_DPI
            at = (mark.x - wide / 2, PAGE_HEIGHT - mark.y - tall / 2)
            canvas.drawImage(ImageReader(image), *at, wide, tall, mask=[246, 255, 246, 255, 246, 255])
        canvas.showPage()
    canvas.save()


def _registered(face: Face) -> str:
    name = f"{face[0]}-{face[1]}"
    if name not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(name, str(font_path(face))))
    return name


def encrypt(path: Path, password: str) -> None:
    """Lock a PDF in place with a password needed to open it (RC4 128 bits: AES would draw random bytes)."""
    with pikepdf.open(io.BytesIO(path.read_bytes())) as pdf:
        lock = pikepdf.Encryption(owner=password + "-chu", user=password, R=3, aes=False, metadata=False)
        pdf.save(path, encryption=lock, static_id=True)


def garbled(text: str) -> str:
    """Vietnamese as an English engine misreads it: no marks, wrong letters, in Latin-1."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    kept = "".join(c for c in plain if c.isascii())
    wrong: dict[str, int | str | None] = {"o": "6", "a": "\xe9", "u": "ir", "n": "ri", "g": "9", "i": "{"}
    return kept.translate(str.maketrans(wrong))


def truncate(path: Path, share: float = 0.45) -> None:
    """Keep only the first part of a file, as a broken copy does. The page tree stands at the end and is lost."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])


def write_not_a_scan(path: Path, kind: str, text: str) -> None:
    """A word-processor file or a program, named like a scan."""
    if kind == "docx":
        zip_files(
            path, {"[Content_Types].xml": b"<Types/>", "word/document.xml": f"<w:document>{text}</w:document>".encode()}
        )
    else:
        path.write_bytes(b"MZ\x90\x00\x03\x00\x00\x00" + text.encode("utf-16-le") + bytes(range(256)) * 16)


def zip_files(path: Path, members: dict[str, bytes], *, store: bool = False) -> None:
    """A zip whose bytes depend on its members only."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, ZIP_TIME)
            info.compress_type = zipfile.ZIP_STORED if store else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.create_system = 3
            archive.writestr(info, data)
