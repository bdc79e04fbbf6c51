"""The scanner finds a sentence in every form in which a run could leave it: a scanner that is blind proves nothing."""

from __future__ import annotations

import base64
import gzip
import io
import json
import pickle
import random
import sqlite3
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
import tantivy
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tests.conftest import FONT
from tests.faults.leaks import Needles, Scanner, copies, fingerprints, windows_1258

SENTENCE = "Khướu nghênh ngang ngoảnh nhìn hoẵng đậu đòng"
NEEDLES = Needles([SENTENCE], frozenset({"ngang", "dong"}))


def zipped(text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", text)
    return out.getvalue()


def named_in_a_zip(text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(f"{text}.pdf", b"x")
    return out.getvalue()


def in_a_tar(text: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo("a")
        info.size = len(data := zlib.compress(text.encode()))
        archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def printed(text: str) -> bytes:
    pdfmetrics.registerFont(TTFont("Tinos", FONT))
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.setFont("Tinos", 12)
    canvas.drawString(50, 700, text)
    canvas.save()
    return out.getvalue()


def titled(text: str) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.docinfo["/Title"] = text
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def lz4(text: str) -> bytes:
    """A frame of one block of letters as they are, then a repetition of them."""
    data = text.encode()
    more = len(data) - 15
    block = bytes([0xF1, more]) + data + len(data).to_bytes(2, "little") + bytes([0x50]) + b"hello"
    return b"\x04\x22\x4d\x18\x40\x40\x00" + len(block).to_bytes(4, "little") + block + b"\0\0\0\0"


FORMS: dict[str, Callable[[str], bytes]] = {
    "UTF-8": lambda s: s.encode(),
    "NFD": lambda s: unicodedata.normalize("NFD", s).encode(),
    "capitals": lambda s: s.upper().encode(),
    "no marks": lambda s: b"khuou nghenh ngang ngoanh nhin hoang dau dong",
    "a term a line": lambda s: b"\0".join(s.lower().encode().split()),
    "as a file name": lambda s: s.replace(" ", "_").encode(),
    "without spaces": lambda s: s.replace(" ", "").encode(),
    "UTF-16": lambda s: b"abc" + s.encode("utf-16-le"),
    "UTF-16 the other way": lambda s: b"a" + s.encode("utf-16-be"),
    "UTF-32": lambda s: b"a" + s.encode("utf-32-le"),
    "Windows 1258": lambda s: windows_1258(s),
    "JSON": lambda s: json.dumps({"a": s}).encode(),
    "JSON in JSON": lambda s: json.dumps(json.dumps({"a": s})).encode(),
    "repr of bytes": lambda s: repr(s.encode()).encode(),
    "octal": lambda s: "".join(f"\\{b:03o}" if b > 127 else chr(b) for b in s.encode()).encode(),
    "address": lambda s: "".join(f"%{b:02X}" for b in s.encode()).encode(),
    "HTML": lambda s: s.encode("ascii", "xmlcharrefreplace"),
    "pickle": lambda s: pickle.dumps({"a": [s]}),
    "packed pickle": lambda s: zlib.compress(pickle.dumps(s), 1),
    "base64": lambda s: base64.b64encode(b"xy" + s.encode() + b"z"),
    "base64 of addresses": lambda s: base64.urlsafe_b64encode(s.upper().encode()),
    "hex": lambda s: s.encode().hex().encode(),
    "gzip": lambda s: gzip.compress(s.encode()),
    "gzip in the middle": lambda s: b"12345" + gzip.compress(s.encode()) + b"rest",
    "gzip cut off": lambda s: gzip.compress(s.encode() + bytes(range(256)) * 40)[:-40],
    "zip": zipped,
    "name in a zip": named_in_a_zip,
    "zip in gzip": lambda s: gzip.compress(zipped(s)),
    "zlib in tar": in_a_tar,
    "page of a PDF": printed,
    "title of a PDF": titled,
    "LZ4": lz4,
    "one word": lambda s: b"... NGOANH, ...",
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_found(form: str) -> None:
    assert Scanner(NEEDLES).data("here", FORMS[form](SENTENCE))


@pytest.mark.parametrize("form", FORMS)
def test_another_sentence_is_not(form: str) -> None:
    if form not in ("no marks", "one word"):
        assert not Scanner(NEEDLES).data("here", FORMS[form]("Kế hoạch trồng cây xanh, ngang dọc đồng ruộng năm 2019"))


def test_rows_free_pages_and_the_log_of_a_database(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with sqlite3.connect(path) as database:
        database.execute("pragma journal_mode=wal")
        database.execute("create table t (a text, b blob)")
        database.execute("insert into t values (?, ?)", ("x", zlib.compress(SENTENCE.encode())))
    assert any("t.b > zlib" in f.where for f in Scanner(NEEDLES).tree(tmp_path))
    with sqlite3.connect(path) as database:
        database.execute("update t set a = ?, b = null", (SENTENCE,))
    other = sqlite3.connect(path)  # keeps the log from being cleared
    other.execute("select * from t").fetchall()
    with sqlite3.connect(path) as database:
        database.execute("delete from t")
    assert any("-wal" in f.where for f in Scanner(NEEDLES).tree(tmp_path))
    other.close()
    database.close()
    with sqlite3.connect(tmp_path / "b.db") as database:
        database.execute("pragma secure_delete=off")
        database.execute("create table t (a text)")
        database.execute("insert into t values (?)", (SENTENCE,))
        database.commit()
        database.execute("delete from t")
    found = Scanner(NEEDLES).tree(tmp_path)
    assert any(f.where.endswith("/b.db") for f in found), "free pages"


def test_names_and_links(tmp_path: Path) -> None:
    (tmp_path / "nghenh ngoanh").mkdir()
    (tmp_path / "a").symlink_to("/nowhere/hoang.pdf")
    where = {f.where for f in Scanner(NEEDLES).tree(tmp_path)}
    assert any("name" in w for w in where) and any("->" in w for w in where)


def test_what_neighbours_in_a_dictionary_begin_with_is_no_word() -> None:
    """Terms "truong" and "truongson" may be written as "truon", "g", "gson"; only a whole syllable tells."""
    needles = Needles(["Trườn trượt"])
    assert not needles.in_bytes("here", b"\x05truon\x01g\x04gson")
    assert needles.in_bytes("here", b"\x05truot\x01")


def test_stored_fields_terms_and_deleted_entries_of_tantivy(tmp_path: Path) -> None:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="position")
    builder.add_bytes_field("text", stored=True)
    index = tantivy.Index(builder.build(), path=str(tmp_path))
    writer = index.writer(heap_size=15_000_000, num_threads=1)
    for id_, text in (("1", SENTENCE), ("2", "khác hẳn " * 9)):
        document = tantivy.Document()
        document.add_text("id", id_)
        document.add_text("words", text.lower())
        document.add_bytes("text", text.encode())
        writer.add_document(document)
    writer.commit()
    where = {f.where.removeprefix(f"{tmp_path.name} ") for f in Scanner(NEEDLES).tree(tmp_path)}
    assert any("stored text" in w for w in where)
    assert any("term of words" in w for w in where)
    writer.delete_documents_by_term("id", "1")
    writer.commit()
    assert any("(lz4)" in f.where for f in Scanner(NEEDLES).tree(tmp_path)), "deleted, and still in the file"


def test_pictures_and_what_cannot_be_opened_are_told() -> None:
    scanner = Scanner(NEEDLES)
    scanner.data("a", b"P5\n3 3\n255\n123456789")
    scanner.data("b", b"\x28\xb5\x2f\xfd....")
    assert scanner.pictures == ["a"] and scanner.closed == ["b"]


def test_copies_of_a_file_are_found_by_pieces(tmp_path: Path) -> None:
    data = random.Random(1).randbytes(20_000)
    (tmp_path / "part").write_bytes(b"head" + data[1000:9000])
    (tmp_path / "other").write_bytes(b"nothing of it" * 900)
    assert copies(tmp_path, fingerprints(data)) == ["part"]
