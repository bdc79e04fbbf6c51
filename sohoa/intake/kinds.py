"""What a file is, by its content: the kinds that are digitised, and a sentence for each kind that is refused."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Final

from sohoa.errors import DamagedError, NotAScanError, RefusedError, SohoaError
from sohoa.intake.regular import open_regular, unreadable
from sohoa.models import Kind

HEAD_BYTES: Final = 4096
"""Bytes looked at; the %PDF mark may stand anywhere in the first 1,024 (PDF 1.7, Annex H)."""

_CFB: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RESAVE_PDF_VI: Final = "Mở bằng chương trình của nó, xuất ra PDF rồi đưa vào lại."
_RESAVE_PDF_EN: Final = "Open it in its own program, export it as PDF and bring that in."


def sniff(path: Path, *, allow_text: bool = False) -> Kind:
    """The kind by content: pdf, tiff, jpeg, png, jp2 or zip (text only with `allow_text`, for diagnosis).

    `RefusedError` for archives and office files, `NotAScanError` for the rest, each with its own sentence;
    `NotFoundError`, `UnreadableError` when it cannot be opened. Reads at most a few kilobytes, never waits on a pipe.
    """
    head = read_head(path)
    kind = kind_of(head)
    if kind == "zip":
        return _zip_or_refused(path)
    if kind is not None:
        return kind
    if allow_text and head and path.suffix.lower() == ".txt" and _is_text(head):
        return "text"
    raise _refusal(head)


def kind_of(head: bytes) -> Kind | None:
    """The kind that the first bytes show, or None."""
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "tiff"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head[:12] == b"\0\0\0\x0cjP  \r\n\x87\n" or head[:4] == b"\xff\x4f\xff\x51":
        return "jp2"
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return "zip"
    if b"%PDF-" in head[:1029]:
        return "pdf"
    return None


def read_head(path: Path, size: int = HEAD_BYTES) -> bytes:
    """The first bytes of a regular file, opened as `regular.open_regular` does."""
    descriptor = open_regular(path)
    try:
        return os.read(descriptor, size)
    except OSError as error:
        raise unreadable(error) from None
    finally:
        os.close(descriptor)


def _zip_or_refused(path: Path) -> Kind:
    """A zip, unless its members show that it is an office file or a book in zip clothing."""
    try:
        from sohoa.intake.zipguard import first_names

        names = first_names(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, SohoaError):
        # A broken or oversized directory is the zip reader's business; it has better sentences.
        return "zip"
    if "[Content_Types].xml" in names:
        what = next(
            (w for p, w in (("word/", "Word"), ("xl/", "Excel"), ("ppt/", "PowerPoint")) if _any(names, p)), "Office"
        )
        raise _office(what)
    if "mimetype" in names and (_any(names, "META-INF/") or "content.xml" in names):
        raise _office("OpenDocument/EPUB")
    return "zip"


def _any(names: list[str], prefix: str) -> bool:
    return any(n.startswith(prefix) for n in names)


def _office(what: str) -> RefusedError:
    return RefusedError(
        f"Đây là tệp {what}, không phải bản quét. {_RESAVE_PDF_VI}",
        f"This is a file of {what}, not a scan. {_RESAVE_PDF_EN}",
    )


def _archive(what: str) -> RefusedError:
    return RefusedError(
        f"Đây là tệp nén {what}, sohoa chỉ mở tệp zip. Giải nén ra thư mục rồi chạy lại.",
        f"This is a {what} archive; sohoa opens zip files only. Unpack it into the folder and run again.",
    )


def _picture(what: str) -> NotAScanError:
    return NotAScanError(
        f"Ảnh dạng {what} không được nhận. Lưu lại thành TIFF, PNG hoặc JPEG rồi đưa vào.",
        f"Pictures of the form {what} are not taken. Save it as TIFF, PNG or JPEG and bring that in.",
    )


def _refusal(head: bytes) -> RefusedError | DamagedError:
    """The sentence for a head that is none of the accepted kinds."""
    if not head:
        return NotAScanError(
            "Tệp rỗng (0 byte). Chép lại từ nguồn hoặc quét lại.",
            "The file is empty (0 bytes). Copy it again from its source or scan it again.",
        )
    archives = {
        b"Rar!\x1a\x07": "RAR",
        b"7z\xbc\xaf\x27\x1c": "7z",
        b"\x1f\x8b": "gzip",
        b"BZh": "bzip2",
        b"\xfd7zXZ\0": "xz",
    }
    for magic, name in archives.items():
        if head.startswith(magic):
            return _archive(name)
    if head[257:262] == b"ustar":
        return _archive("tar")
    if head.startswith(_CFB):
        return _office("Word/Excel/PowerPoint 97–2003")
    if head.startswith(b"{\\rtf"):
        return _office("RTF")
    for magic, name in {
        b"GIF8": "GIF",
        b"BM": "BMP",
        b"8BPS": "Photoshop",
        b"AT&TFORM": "DjVu",
        b"%!PS": "PostScript",
    }.items():
        if head.startswith(magic) and not (magic == b"BM" and _is_text(head)):
            return _picture(name)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _picture("WebP")
    if head[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif"):
        return _picture("HEIC/AVIF")
    if not head.strip(b"\0"):
        return DamagedError(
            "Phần đầu tệp chỉ toàn số không, thường do chép dở. Chép lại từ nguồn hoặc quét lại.",
            "The file begins with nothing but zeros, as after a broken copy. Copy it again from its source or scan it again.",
        )
    return _text_refusal(head)


def _text_refusal(head: bytes) -> NotAScanError:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in start[:2048]:
        return _picture("SVG")
    if start.startswith((b"<!doctype html", b"<html")) or b"<html" in start[:1024]:
        return NotAScanError(
            "Đây là trang web (HTML), không phải bản quét. In trang ra PDF rồi đưa vào.",
            "This is a web page (HTML), not a scan. Print it to PDF and bring that in.",
        )
    if _is_text(head):
        return NotAScanError(
            "Đây là tệp văn bản thuần, không phải bản quét. Bỏ khỏi thư mục quét hoặc in ra PDF.",
            "This is plain text, not a scan. Remove it from the scan folder or print it to PDF.",
        )
    return NotAScanError(
        "Nội dung không phải PDF, TIFF, JPEG, PNG, JPEG 2000 hay zip. Kiểm tra nguồn gốc tệp; quét lại nếu là tài liệu.",
        "By its content this is no PDF, TIFF, JPEG, PNG, JPEG 2000 or zip. Check where it comes from; scan again if it is a record.",
    )


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if any(b < 9 or (13 < b < 32 and b != 27) for b in head):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3
    return True
