"""Makes zips that no honest program would make, and archives of other kinds."""

from __future__ import annotations

import io
import stat
import struct
import tarfile
import warnings
import zipfile
from collections.abc import Sequence

from tests.faults.accounting import blank_page

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
Member = tuple[str | zipfile.ZipInfo, bytes]


def packed(*members: Member, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these members, twins allowed."""
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", method) as archive:
        warnings.simplefilter("ignore")
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def page(name: str, mark: str = "") -> Member:
    """A member that is a blank page of its own."""
    return name, blank_page(mark or name)


def patched(data: bytes, *, local: dict[int, bytes] | None = None, central: dict[int, bytes] | None = None) -> bytes:
    """The zip with bytes of its first local header and directory entry replaced, by their places in it."""
    changed = bytearray(data)
    for mark, changes in ((LOCAL, local or {}), (CENTRAL, central or {})):
        start = data.index(mark)
        for place, value in changes.items():
            changed[start + place : start + place + len(value)] = value
    return bytes(changed)


def renamed(raw: bytes, mark: str) -> bytes:
    """A zip whose only member has these bytes as its name, without the flag of UTF-8."""
    stand_in = "Q" * max(1, len(raw))
    data = packed(page(stand_in, mark))
    if raw:
        return patched(data.replace(stand_in.encode(), raw), local={6: b"\0\0"}, central={8: b"\0\0"})
    local, central, end = (data.index(m) for m in (LOCAL, CENTRAL, END))
    body = data[: local + 26] + b"\0\0" + data[local + 28 : local + 30] + data[local + 31 : central]
    entry = data[central : central + 28] + b"\0\0" + data[central + 30 : central + 46]
    tail = data[end : end + 12] + struct.pack("<II", len(entry), len(body)) + data[end + 20 :]
    return body + entry + tail


def typed(name: str, kind: int, data: bytes) -> Member:
    """A member whose Unix mode says that it is a link, a pipe, a device."""
    info = zipfile.ZipInfo(name)
    info.external_attr = (kind | 0o777) << 16
    return info, data


def overlapping(copies: int) -> bytes:
    """The kernel of D. Fifield's bomb: many directory entries over the same bytes."""
    one = packed(("x", bytes(5 * 1024**2)))
    start, end = one.index(CENTRAL), one.index(END)
    entries = one[start:end] * copies
    tail = struct.pack("<4sHHHHIIH", END, 0, 0, copies, copies, len(entries), start, 0)
    return one[:start] + entries + tail


def streamed(member: Member) -> bytes:
    """A zip written to a pipe: sizes follow the data (data descriptors)."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: object) -> int:
            raise OSError

        def tell(self) -> int:
            raise OSError

    out = Pipe()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(*member)
    return out.getvalue()


def zip64(member: tuple[str, bytes]) -> bytes:
    """A zip with the fields for members over 4 GiB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, archive.open(member[0], "w", force_zip64=True) as stream:
        stream.write(member[1])
    return out.getvalue()


def nested(depth: int, member: Member) -> bytes:
    """A zip in a zip in a zip."""
    data = packed(member)
    for level in range(depth - 1):
        data = packed((f"n{level}.zip", data))
    return data


def tar(name: str, data: bytes, mode: str) -> bytes:
    """A tar with one file; `mode` w, w:gz, w:bz2 or w:xz."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        info = tarfile.TarInfo(name)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def lying(place: int, value: bytes, mark: str) -> bytes:
    """A zip of one page whose directory entry says something false."""
    return patched(packed(page("p.png", mark)), central={place: value})


Case = tuple[str, bytes, dict[str, str]]
"""Name of the zip, its bytes, and what becomes of it and of its members: `done`, `unpacked` or a class of error."""


def cases() -> Sequence[Case]:
    """Every zip with what must become of each thing in it."""
    good = packed(page("in.png"))
    flag = b"\x01\x00"
    huge = struct.pack("<I", 0xFFFFFFF0)
    half = struct.pack("<I", 0x7FFFFFF0)
    viet = "Quyết định.png"
    return [
        ("flat-bomb.zip", packed(("z.tif", bytes(30 * 1024**2))), {"": "LimitError"}),
        ("overlap.zip", overlapping(500), {"": "LimitError"}),
        (
            "nested.zip",
            nested(3, page("deep.png")),
            {"": "unpacked", "n1.zip": "unpacked", "n1.zip/n0.zip": "LimitError"},
        ),
        (
            "nested-bomb.zip",
            packed(("b.zip", packed(("z", bytes(30 * 1024**2)))), page("beside.png")),
            {"": "unpacked", "b.zip": "LimitError", "beside.png": "done"},
        ),
        (
            "outside.zip",
            packed(
                page("../../u.png"), page("/etc/a.png"), page("C:\\w.png"), page("..\\v.png"), page("a/../../b.png"),
                page("//srv/s.png"), page("\\\\srv\\t.png"), page("ok.png", "ok1"),
            ),
            {
                "": "unpacked", "../../u.png": "RefusedError", "etc/a.png": "RefusedError", "C:/w.png": "RefusedError",
                "../v.png": "RefusedError", "a/../../b.png": "RefusedError", "srv/s.png": "RefusedError",
                "srv/t.png": "RefusedError", "ok.png": "done",
            },
        ),
        (
            "kinds.zip",
            packed(
                typed("link.png", stat.S_IFLNK, b"/etc/passwd"), typed("pipe.png", stat.S_IFIFO, blank_page("1")),
                typed("disk.png", stat.S_IFBLK, b""), typed("char.png", stat.S_IFCHR, b""),
                typed("sock.png", stat.S_IFSOCK, b""), typed("folder.png", stat.S_IFDIR, blank_page("folder")),
                ("slash.png/", blank_page("slash")), page("ok.png", "ok2"), ("empty/", b""),
            ),
            {
                "": "unpacked", "link.png": "RefusedError", "pipe.png": "RefusedError", "disk.png": "RefusedError",
                "char.png": "RefusedError", "sock.png": "RefusedError", "folder.png": "done", "slash.png": "done",
                "ok.png": "done",
            },
        ),
        (
            "names.zip",
            packed(
                page("a\nb.png"), page("c\x1b[2J.png"), page("\u202egnp.png"), page("./dot.png"), page("dot.png"),
                page("A.png"), page("a.png"), page("twin.png", "t1"), page("twin.png", "t2"), page("-rf"), page("x//y.png"),
                page("x/y.png"), page("n" * 300 + ".png"), page("d/" * 2500 + "e.png"), page("CON"), page("%s.png"),
            ),
            {
                "": "unpacked", "a\\x0ab.png": "done", "c\\x1b[2J.png": "done", "\\u202egnp.png": "done", "dot.png": "done",
                "dot~2.png": "done", "A.png": "done", "a.png": "done", "twin.png": "done", "twin~2.png": "done",
                "-rf": "done", "x/y.png": "done", "x/y~2.png": "done", "n" * 255: "LimitError", "d/…/e.png": "done",
                "CON": "done", "%s.png": "done",
            },
        ),
        (
            "collide.zip",
            packed(("b.zip", packed(page("x.png", "c1"))), page("b.zip/x.png", "c2")),
            {"": "unpacked", "b.zip": "unpacked", "b.zip/x.png": "done", "b.zip/x~2.png": "done"},
        ),
        ("noname.zip", renamed(b"", "noname"), {"": "unpacked", "?": "done"}),
        ("onlyslash.zip", packed(("/", blank_page("s"))), {"": "unpacked", "?": "RefusedError"}),
        ("tcvn3.zip", renamed(b"Quy\xd5t \xae\xdenh.png", "tcvn3"), {"": "unpacked", viet: "done"}),
        ("cp1258.zip", renamed(b"Quy\xea\xect \xf0i\xf2nh.png", "cp1258"), {"": "unpacked", viet: "done"}),
        ("utf8.zip", renamed(viet.encode(), "utf8"), {"": "unpacked", viet: "done"}),
        ("bytes.zip", renamed(b"\xff\xfe\x80.png", "bytes"), {"": "unpacked", "\u00a0■Ç.png": "done"}),
        ("locked.zip", patched(good, local={6: flag}, central={8: flag}), {"": "unpacked", "in.png": "EncryptedError"}),
        ("cut.zip", good[:-15], {"": "DamagedError"}),
        ("half.zip", good[: len(good) // 2], {"": "DamagedError"}),
        ("zeros.zip", LOCAL + bytes(500), {"": "DamagedError"}),
        ("crc.zip", lying(16, b"\1\2\3\4", "crc"), {"": "unpacked", "p.png": "DamagedError"}),
        ("small.zip", lying(24, b"\x0a\0\0\0", "small"), {"": "unpacked", "p.png": "DamagedError"}),
        ("big.zip", lying(24, huge, "big"), {"": "LimitError"}),
        ("offset.zip", lying(42, half, "offset"), {"": "unpacked", "p.png": "DamagedError"}),
        ("longer.zip", lying(20, half, "longer"), {"": "unpacked", "p.png": "done"}),
        (
            "method.zip",
            patched(packed(page("p.png", "m")), local={8: b"\x61\0"}, central={10: b"\x61\0"}),
            {"": "unpacked", "p.png": "RefusedError"},
        ),
        ("many.zip", packed(*((f"{i}", b"") for i in range(100_000))), {"": "LimitError"}),
        ("some.zip", packed(*((f"{i}", b"") for i in range(3))), {"": "unpacked", **{str(i): "NotAScanError" for i in range(3)}}),
        ("none.zip", packed(), {"": "NotAScanError"}),
        ("folders.zip", packed(("a/", b""), ("b/c/", b"")), {"": "NotAScanError"}),
        ("hidden.zip", packed(page("__MACOSX/._a.png"), page(".b.png"), page("Thumbs.db")), {"": "NotAScanError"}),
        ("stream.zip", streamed(page("p.png", "stream")), {"": "unpacked", "p.png": "done"}),
        ("zip64.zip", zip64(("p.png", blank_page("zip64"))), {"": "unpacked", "p.png": "done"}),
        ("bzip2.zip", packed(page("p.png", "bz"), method=zipfile.ZIP_BZIP2), {"": "unpacked", "p.png": "done"}),
        ("lzma.zip", packed(page("p.png", "lz"), method=zipfile.ZIP_LZMA), {"": "unpacked", "p.png": "done"}),
        ("zip-inside.pdf", packed(page("p.png", "as pdf")), {"": "unpacked", "p.png": "done"}),
        ("stub.zip", b"not a program" * 40 + packed(page("p.png", "stub")), {"": "NotAScanError"}),
        ("x.7z", b"7z\xbc\xaf\x27\x1c" + bytes(64), {"": "RefusedError"}),
        ("x.rar", b"Rar!\x1a\x07\x01\0" + bytes(64), {"": "RefusedError"}),
        ("x.tar.gz", tar("a.png", blank_page("t"), "w:gz"), {"": "RefusedError"}),
        ("x.tar.bz2", tar("a.png", blank_page("t"), "w:bz2"), {"": "RefusedError"}),
        ("x.tar.xz", tar("a.png", blank_page("t"), "w:xz"), {"": "RefusedError"}),
        ("x.tar", tar("a.png", blank_page("t"), "w"), {"": "RefusedError"}),
        ("x.docx", packed(("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>")), {"": "RefusedError"}),
    ]  # fmt: skip
