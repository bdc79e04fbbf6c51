"""A scanner for planted sentences: it decodes whatever a run left behind and says where a sentence still stands.

It knows no house: it takes folders, files, bytes and texts. A sentence counts as found when it stands there whole, in
any encoding and with any separators, or when one of its telling words (words that occur nowhere else) stands there.
"""

from __future__ import annotations

import base64
import html
import io
import json
import re
import sqlite3
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

DEPTH = 6
"""So many containers inside each other are opened."""
TELLING = 5
"""Letters of the shortest word that tells by itself."""

_SEPARATORS = re.compile(r"[^0-9a-z]+")
_WHOLE = re.compile(r"(?:ng|nh|ch|[tpm])$")
"""Ends of a folded syllable that no longer syllable begins with. A dictionary of terms writes what neighbours begin with
once, so that "truong" leaves "truon" there as if it were a word.
"""
_ESCAPES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(?:\\+u[0-9a-fA-F]{4})+"), lambda m: _utf16(re.findall(r"u([0-9a-fA-F]{4})", m[0]))),
    (re.compile(r"(?:\\+x[0-9a-fA-F]{2})+"), lambda m: _utf8(re.findall(r"x([0-9a-fA-F]{2})", m[0]), 16)),
    (re.compile(r"(?:\\+[0-3][0-7]{2})+"), lambda m: _utf8(re.findall(r"[0-7]{3}", m[0]), 8)),
    (re.compile(r"(?:=[0-9A-F]{2})+"), lambda m: _utf8(re.findall(r"[0-9A-F]{2}", m[0]), 16)),
    (re.compile(r"(?:%[0-9a-fA-F]{2})+"), lambda m: unquote_to_bytes(m[0]).decode("utf-8", "ignore")),
    (re.compile(r"&#?\w{2,10};"), lambda m: html.unescape(m[0])),
)
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"II*\x00", b"MM\x00*", b"\x00\x00\x00\x0cjP  ", b"%!PS")
_MARKS = re.compile("[\u0300-\u036f]+")
_PNM = re.compile(rb"P[1-6][\s#]")


_HIGH = rb"[\x00\x01\x03\x1e\x20]"
"""High bytes of the letters of Vietnamese in UTF-16."""


def _decoded(encoding: str) -> Callable[[bytes], Iterator[str]]:
    return lambda run: iter([run.decode(encoding, "ignore")])


@dataclass(frozen=True, order=True)
class Finding:
    """Where which sentence stands: `where` names file and place in it, `form` how it was written there."""

    where: str
    form: str
    sentence: str


@dataclass
class Needles:
    """The sentences looked for. `common`: words that also stand elsewhere and so tell nothing by themselves."""

    sentences: Sequence[str]
    common: frozenset[str] = frozenset()
    raw: dict[bytes, str] = field(init=False, default_factory=dict)
    words: dict[str, str] = field(init=False, default_factory=dict)
    joined: dict[str, str] = field(init=False, default_factory=dict)
    squeezed: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for sentence in self.sentences:
            words = tokens(sentence)
            self.joined[f" {' '.join(words)} "] = sentence
            self.squeezed["".join(words)] = sentence
            telling = [w for w in words if len(w) >= TELLING and _WHOLE.search(w) and w not in self.common]
            assert telling, f"a sentence needs a word that stands nowhere else: {sentence}"
            self.words.update(dict.fromkeys(telling, sentence))
            for word in re.findall(r"\w+", sentence):
                if tokens(word)[:1] and tokens(word)[0] in telling:
                    self.raw.update(dict.fromkeys(_windows_1258(word), sentence))

    def in_text(self, where: str, text: str) -> set[Finding]:
        """What stands in a text: as it is, escaped, folded, with other separators."""
        found: set[Finding] = set()
        for form, variant in (("text", text), ("escaped", _unescaped(text))):
            if form == "escaped" and variant == text:
                continue
            plain = fold(variant)
            spaced = f" {_SEPARATORS.sub(' ', plain)} "
            packed = spaced.replace(" ", "")
            found |= {Finding(where, form, s) for needle, s in self.joined.items() if needle in spaced}
            found |= {Finding(where, f"{form} squeezed", s) for needle, s in self.squeezed.items() if needle in packed}
            found |= {Finding(where, f"{form} word", s) for word, s in self.words.items() if f" {word} " in spaced}
        return found

    def in_bytes(self, where: str, data: bytes) -> set[Finding]:
        """What stands in bytes, not looking into containers."""
        found = {Finding(where, "Windows 1258", s) for needle, s in self.raw.items() if needle in data}
        found |= self.in_text(where, data.decode("utf-8", "ignore"))
        for form, pattern, decode in _RUNS:
            for run in pattern.finditer(data):
                found |= {
                    Finding(where, form, one.sentence) for text in decode(run[0]) for one in self.in_text("", text)
                }
        return found


def fold(text: str) -> str:
    """Lower case without marks, đ as d."""
    if text.isascii():
        return text.casefold()
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return _MARKS.sub("", plain).casefold()


def tokens(text: str) -> list[str]:
    """Folded words."""
    return _SEPARATORS.sub(" ", fold(text)).split()


def windows_1258(text: str) -> bytes:
    """The code page of Vietnamese Windows: a vowel with its circumflex, breve or horn, then the tone."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    out = ""
    for letter in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", letter)
        tone = "".join(mark for mark in parts if mark in tones)
        out += unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in tones)) + tone
    return out.encode("cp1258")


def _windows_1258(word: str) -> Iterator[bytes]:
    for case in {word, word.lower(), word.upper()}:
        with suppress(UnicodeEncodeError):
            written = windows_1258(case)
            if not written.isascii():  # else a decoding as UTF-8 shows it, and as a word of its own
                yield written


def _base64(run: bytes) -> Iterator[str]:
    """What a run of its letters decodes to, wherever the first group of four begins."""
    for begin in range(4):
        usable = run[begin : len(run) - (len(run) - begin) % 4].replace(b"-", b"+").replace(b"_", b"/")
        yield base64.b64decode(usable).decode("utf-8", "ignore")


def _hex(run: bytes) -> Iterator[str]:
    for begin in range(2):
        usable = run[begin : len(run) - (len(run) - begin) % 2].decode()
        yield bytes.fromhex(usable).decode("utf-8", "ignore")


def _utf16(units: Sequence[str]) -> str:
    return bytes.fromhex("".join(units)).decode("utf-16-be", "ignore")


def _utf8(units: Sequence[str], base: int) -> str:
    return bytes(int(u, base) for u in units).decode("utf-8", "ignore")


def _unescaped(text: str) -> str:
    if not any(sign in text for sign in "\\%&="):
        return text
    for pattern, replace in _ESCAPES:
        text = pattern.sub(replace, text)
    return text


_RUNS: tuple[tuple[str, re.Pattern[bytes], Callable[[bytes], Iterator[str]]], ...] = (
    ("UTF-16", re.compile(rb"(?s)(?:." + _HIGH + rb"){5,}"), _decoded("utf-16-le")),
    ("UTF-16", re.compile(rb"(?s)(?:" + _HIGH + rb".){5,}"), _decoded("utf-16-be")),
    ("UTF-32", re.compile(rb"(?s)(?:." + _HIGH + rb"\0\0){5,}"), _decoded("utf-32-le")),
    ("UTF-32", re.compile(rb"(?s)(?:\0\0" + _HIGH + rb".){5,}"), _decoded("utf-32-be")),
    ("base64", re.compile(rb"[A-Za-z0-9+/_-]{12,}"), _base64),
    ("hex", re.compile(rb"[0-9a-fA-F]{12,}"), _hex),
)
"""Runs of bytes that a decoding as UTF-8 would not show, and what they decode to."""


class Scanner:
    """Opens what it is given, as deep as it goes. `closed` names what it could not look into."""

    def __init__(self, needles: Needles) -> None:
        self.needles = needles
        self.closed: list[str] = []
        self.pictures: list[str] = []
        self.looked = 0
        """Bytes seen, unpacked ones included."""

    def tree(self, root: Path, *, without: Sequence[Path] = ()) -> set[Finding]:
        """Every file under a folder, its names, links and extended attributes."""
        found: set[Finding] = set()
        for path in sorted(root.rglob("*")):
            if any(path.is_relative_to(one) for one in without):
                continue
            name = str(path.relative_to(root))
            found |= self.needles.in_text(f"{root.name}: the name {name!r}", name)
            if path.is_symlink():
                found |= self.needles.in_text(f"{root.name}/{name} ->", str(path.readlink()))
            elif path.is_file():
                # A file may go while we look, if something runs still.
                with suppress(FileNotFoundError):
                    found |= self.file(path, f"{root.name}/{name}")
        return found

    def file(self, path: Path, where: str) -> set[Finding]:
        """One file: its bytes, what they contain, and its rows when it is a database."""
        data = path.read_bytes()
        found = self.data(where, data)
        if data.startswith(b"SQLite format 3\0"):
            found |= self._rows(path, where)
        if path.name == "meta.json" and (path.parent / ".managed.json").exists():
            found |= self._tantivy(path.parent, where.removesuffix("/meta.json"))
        if path.suffix == ".store":
            found |= self._lz4_blocks(data, f"{where} (lz4)")
        return found

    def data(self, where: str, data: bytes, depth: int = 0) -> set[Finding]:
        """Bytes and what is packed in them."""
        self.looked += len(data)
        found = self.needles.in_bytes(where, data)
        if depth >= DEPTH:
            self.closed.append(where)
            return found
        if data.startswith(_PICTURES) or _PNM.match(data[:3]):
            self.pictures.append(where)
        for form, inner in self._inside(data, where):
            found |= self.data(f"{where} > {form}", inner, depth + 1)
        return found

    def value(self, where: str, value: Any) -> set[Finding]:
        """A value of Python, such as an answer of a server: texts, bytes, and what is inside lists and mappings."""
        if isinstance(value, str):
            found = self.needles.in_text(where, value)
            with suppress(ValueError):
                packed = base64.b64decode(value, validate=True)
                found |= self.data(f"{where} (base64)", packed) if len(packed) >= 6 else set()
            return found
        if isinstance(value, bytes | bytearray):
            return self.data(where, bytes(value))
        if isinstance(value, dict):
            return {f for k, v in value.items() for f in self.value(where, k) | self.value(f"{where}.{k}", v)}
        if isinstance(value, list | tuple | set):
            if value and all(isinstance(one, int) and 0 <= one < 256 for one in value):
                return self.data(where, bytes(value))
            return {f for one in value for f in self.value(where, one)}
        return set()

    def _inside(self, data: bytes, where: str) -> Iterator[tuple[str, bytes]]:
        """Contents of everything packed that begins anywhere in the bytes."""
        for begin in _places(data, b"\x1f\x8b\x08"):
            yield from _inflated("gzip", data[begin:], 31)
        if not data.startswith((b"%PDF", b"PK\x03\x04")):
            for sign in (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"):
                for begin in _places(data, sign):
                    yield from _inflated("zlib", data[begin:], 15)
        if b"PK\x03\x04" in data[:4096]:
            yield from _zipped(data)
        if b"%PDF-" in data[:1024]:
            yield from _pdf(data)
        if data[257:262] == b"ustar":
            with tarfile.open(fileobj=io.BytesIO(data)) as archive:
                for member in archive:
                    yield f"tar name {member.name}", member.name.encode()
                    if (stream := archive.extractfile(member)) is not None:
                        yield f"tar {member.name}", stream.read()
        if data.startswith(b"\x04\x22\x4d\x18"):
            yield "lz4", _lz4_frame(data)
        if data.startswith((b"\x28\xb5\x2f\xfd", b"\xfd7zXZ", b"BZh", b"7z\xbc\xaf", b"Rar!")):
            self.closed.append(where)

    def _rows(self, path: Path, where: str) -> set[Finding]:
        """Every value of every table, with what stands only in the write-ahead log."""
        found: set[Finding] = set()
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as database:
            database.text_factory = bytes
            tables = database.execute("select name from sqlite_master where type in ('table', 'view')").fetchall()
            for (table,) in tables:
                name = table.decode()
                rows = database.execute(f'select * from "{name}"')
                columns = [c[0] for c in rows.description]
                for row in rows:
                    for column, cell in zip(columns, row, strict=True):
                        if isinstance(cell, bytes):
                            found |= self.data(f"{where}: {name}.{column}", cell)
        return found

    def _tantivy(self, folder: Path, where: str) -> set[Finding]:
        """Every stored field of every entry, every term of every field."""
        import tantivy

        found: set[Finding] = set()
        index = tantivy.Index.open(str(folder))
        searcher = index.searcher()
        if searcher.num_docs:
            for _, address in searcher.search(tantivy.Query.all_query(), searcher.num_docs, count=False).hits:
                for name, values in searcher.doc(address).to_dict().items():
                    for value in values:
                        found |= self.value(f"{where} stored {name}", value)
        for name in json.loads((folder / "meta.json").read_bytes())["schema"]:
            if name["type"] == "text" and name["options"].get("indexing"):
                for term, _ in searcher.terms_with_prefix(name["name"], ""):
                    found |= self.needles.in_text(f"{where} term of {name['name']}", term)
        return found

    def _lz4_blocks(self, data: bytes, where: str) -> set[Finding]:
        """tantivy's store of fields, block by block: entries deleted since are still in it."""
        found: set[Finding] = set()
        place = 0
        while place + 4 < len(data):
            size = int.from_bytes(data[place : place + 4], "little")
            if not 0 < size <= 1 << 24:
                break
            try:
                block, place = _lz4_block(data, place + 4, size)
            except (IndexError, ValueError):
                break
            found |= self.data(where, block, DEPTH - 1)
        return found


def _places(data: bytes, sign: bytes) -> Iterator[int]:
    place = data.find(sign)
    while place >= 0:
        yield place
        place = data.find(sign, place + 1)


def _inflated(form: str, data: bytes, window: int) -> Iterator[tuple[str, bytes]]:
    """What unpacks, even if it breaks off."""
    unpacker = zlib.decompressobj(window)
    pieces: list[bytes] = []
    with suppress(zlib.error):
        for begin in range(0, len(data), 1 << 14):
            pieces.append(unpacker.decompress(data[begin : begin + (1 << 14)]))
            if unpacker.eof:
                break
    out = b"".join(pieces)
    if len(out) >= 4:
        yield form, out


def _zipped(data: bytes) -> Iterator[tuple[str, bytes]]:
    with suppress(zipfile.BadZipFile, NotImplementedError, RuntimeError), zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            yield "zip name", info.filename.encode() + info.comment
            with suppress(zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error):
                yield f"zip {info.filename}", archive.read(info)


def _pdf(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Decoded streams, strings, and the text a reader would copy from the pages."""
    import pikepdf
    import pypdfium2

    with suppress(pikepdf.PdfError, pikepdf.PasswordError), pikepdf.open(io.BytesIO(data)) as pdf:
        for one in pdf.objects:
            if isinstance(one, pikepdf.Stream):
                try:
                    yield "pdf stream", one.read_bytes()
                except pikepdf.PdfError:
                    yield "pdf raw stream", one.read_raw_bytes()
            else:
                yield "pdf object", " ".join(_strings(one)).encode()
    with suppress(pypdfium2.PdfiumError), closing(pypdfium2.PdfDocument(data)) as document:
        for number in range(len(document)):
            with closing(document[number]) as page, closing(page.get_textpage()) as text:
                yield f"pdf text of page {number + 1}", text.get_text_bounded().encode("utf-8", "ignore")


def _strings(one: Any, depth: int = 0) -> Iterator[str]:
    import pikepdf

    if isinstance(one, pikepdf.String):
        yield str(one)
    elif depth < 4 and isinstance(one, pikepdf.Array):
        for inner in one:
            yield from _strings(inner, depth + 1)
    elif depth < 4 and isinstance(one, pikepdf.Dictionary):
        for key in one:
            yield str(key)
            yield from _strings(one[key], depth + 1)


def _lz4_frame(data: bytes) -> bytes:
    flags = data[4]
    place = 7 + (8 if flags & 8 else 0) + (4 if flags & 1 else 0)
    out = b""
    while (size := int.from_bytes(data[place : place + 4], "little")) != 0:
        raw, size = bool(size >> 31), size & 0x7FFFFFFF
        block = data[place + 4 : place + 4 + size]
        out += block if raw else _lz4_block(block, 0, None)[0]
        place += 4 + size + (4 if flags & 16 else 0)
    return out


def _lz4_block(data: bytes, place: int, size: int | None) -> tuple[bytes, int]:
    """One block unpacked, up to `size` bytes, and where it ended (lz4_Block_format.md of the LZ4 project)."""
    out = bytearray()
    while place < len(data):
        token = data[place]
        place += 1
        length, place = _lz4_length(data, place, token >> 4)
        out += data[place : place + length]
        place += length
        if (size is not None and len(out) >= size) or place >= len(data):
            break
        offset = int.from_bytes(data[place : place + 2], "little")
        length, place = _lz4_length(data, place + 2, token & 15)
        if not 0 < offset <= len(out):
            raise ValueError("no LZ4 block")
        for _ in range(length + 4):
            out.append(out[-offset])
    if size is not None and len(out) != size:
        raise ValueError("no LZ4 block")
    return bytes(out), place


def _lz4_length(data: bytes, place: int, length: int) -> tuple[int, int]:
    if length == 15:
        while True:
            more = data[place]
            place += 1
            length += more
            if more != 255:
                break
    return length, place


def fingerprints(data: bytes, count: int = 12, size: int = 48) -> list[bytes]:
    """Pieces of a file's bytes that hardly occur elsewhere, to find its copies, whole or in part."""
    step = max(1, len(data) // (count + 1))
    pieces = [data[place : place + size] for place in range(step, len(data) - size, step)]
    return [piece for piece in pieces if len(set(piece)) > size // 2]


def copies(root: Path, pieces: Iterable[bytes]) -> list[str]:
    """Files under a folder that hold any of these pieces."""
    wanted = list(pieces)
    return [
        str(path.relative_to(root))
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_symlink() and any(piece in path.read_bytes() for piece in wanted)
    ]
