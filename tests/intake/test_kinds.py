"""Files are known by their content; every kind that is refused has its own sentence."""

from __future__ import annotations

import io
import os
import socket
import zipfile
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from sohoa.errors import ChangedError, DamagedError, NotAScanError, NotFoundError, RefusedError
from sohoa.intake.kinds import sniff


def image(form: str, **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("L", (40, 60), 255).save(out, form, **more)
    return out.getvalue()


def pdf() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as book:
        book.add_blank_page()
        book.save(out)
    return out.getvalue()


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


JP2 = image("JPEG2000")
ACCEPTED = {
    "pdf": pdf(),
    "tiff": image("TIFF"),
    "jpeg": image("JPEG"),
    "png": image("PNG"),
    "jp2": JP2,
    "zip": zipped(a=b"1"),
}


@pytest.mark.parametrize("kind", ACCEPTED)
def test_content_decides_not_the_name(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "something.docx"
    file.write_bytes(ACCEPTED[kind])
    assert sniff(file) == kind


def test_rarer_forms_of_the_accepted_kinds(tmp_path: Path) -> None:
    codestream = JP2[JP2.index(b"\xff\x4f\xff\x51") :]
    for name, data, kind in (
        ("junk", b"x" * 1000 + pdf(), "pdf"),
        ("motorola", b"MM\0*\0\0\0\x08\0\0", "tiff"),
        ("big", b"II+\0\x08\0\0\0", "tiff"),
        ("bigmm", b"MM\0+\0\x08\0\0", "tiff"),
        ("stream", codestream, "jp2"),
        ("emptyzip", b"PK\x05\x06" + bytes(18), "zip"),
    ):
        file = tmp_path / name
        file.write_bytes(data)
        assert sniff(file) == kind


def test_a_pdf_mark_too_far_in_is_none(tmp_path: Path) -> None:
    file = tmp_path / "far.pdf"
    file.write_bytes(b"x" * 1100 + pdf())
    with pytest.raises(NotAScanError):
        sniff(file)


REFUSED = {
    "rar": (b"Rar!\x1a\x07\x01\0", RefusedError, "RAR"),
    "7z": (b"7z\xbc\xaf\x27\x1c\0\x04", RefusedError, "7z"),
    "gzip": (b"\x1f\x8b\x08\0", RefusedError, "gzip"),
    "tar": (bytes(257) + b"ustar\0", RefusedError, "tar"),
    "docx": (zipped(**{"[Content_Types].xml": b"", "word__document.xml": b""}), RefusedError, "Word"),
    "xlsx": (zipped(**{"[Content_Types].xml": b"", "xl__workbook.xml": b""}), RefusedError, "Excel"),
    "odt": (zipped(mimetype=b"application/vnd.oasis", **{"content.xml": b""}), RefusedError, "OpenDocument"),
    "doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), RefusedError, "97"),
    "svg": (b"<?xml version='1.0'?><svg xmlns='x'/>", NotAScanError, "SVG"),
    "html": (b"\n<!DOCTYPE html><html></html>", NotAScanError, "HTML"),
    "gif": (image("GIF"), NotAScanError, "GIF"),
    "bmp": (image("BMP"), NotAScanError, "BMP"),
    "webp": (b"RIFF\0\0\0\0WEBPVP8 ", NotAScanError, "WebP"),
    "empty": (b"", NotAScanError, "rỗng"),
    "text": ("Kính gửi".encode(), NotAScanError, "văn bản thuần"),
    "zeros": (bytes(5000), DamagedError, "số không"),
    "noise": (bytes(range(1, 255)) * 4, NotAScanError, "PDF, TIFF"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_every_refusal_says_what_it_is(name: str, tmp_path: Path) -> None:
    data, error, word = REFUSED[name]
    file = tmp_path / "secret-name.pdf"
    file.write_bytes(data)
    with pytest.raises(error) as caught:
        sniff(file)
    assert word in caught.value.sentence.vi
    assert "secret-name" not in caught.value.sentence.vi + caught.value.sentence.en


def test_refusals_have_different_sentences(tmp_path: Path) -> None:
    sentences = set()
    for name, (data, _, _) in REFUSED.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises((RefusedError, DamagedError)) as caught:
            sniff(tmp_path / name)
        sentences.add(str(caught.value))
    assert len(sentences) == len(REFUSED)


def test_text_only_where_it_is_allowed(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("Kính gửi", encoding="utf-8")
    assert sniff(file, allow_text=True) == "text"
    with pytest.raises(NotAScanError):
        sniff(file)


def test_pipes_sockets_links_and_missing_files_never_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(tmp_path / "s"))
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    for name, error in (
        ("pipe", RefusedError),
        ("s", RefusedError),
        ("link", ChangedError),
        ("no", NotFoundError),
    ):
        with pytest.raises(error):
            sniff(tmp_path / name)
    server.close()
