"""Makes folders that no scanner would make: names, entries that are no files, depths, and rights."""

from __future__ import annotations

import os
import socket
import stat
import unicodedata
from pathlib import Path

from tests.faults.accounting import blank_page

NAMES: tuple[bytes, ...] = (
    b"line\nbreak.png", b"carriage\rreturn.png", b"\x1b[31mred\x1b[0m.png", b"\x07bell.png", b"\x7f.png", b"tab\t.png",
    "\x9b2Jc1.png".encode(), b"caf\xe9.png", b"\xff\xfe\x80.png", b"\xed\xa0\x80surrogate.png", b"\xc0\xafoverlong.png",
    b"n" * 251 + b".png", "ế".encode() * 83 + b".png", unicodedata.normalize("NFC", "Quyết định.png").encode(),
    unicodedata.normalize("NFD", "Quyết định.png").encode(), b"Case.png", b"case.png", b"CASE.PNG", b"-rf.png", b"--help",
    b"   ", b" .png", b"x.png ", b"x.png.", b"a..b..png", "\u202egnp.exe".encode(), "\u200f\u200e.png".encode(),
    "\u2028.png".encode(), "\ufeffbom.png".encode(), "\u200bzero.png".encode(), "😀👩‍👩‍👧.png".encode(), "ｆｕｌｌ.png".encode(),
    "\ue000private.png".encode(), "\U000e0041tag.png".encode(), b"quote'\".png", b"$(touch pwned).png", b"`touch pwned`.png",
    b"a;b|c&d>e.png", b"%s%n%00.png", b"\\u0000.png", b"\\x0a.png", b"{0}.png", b"*.png", b"?.png", b"[red]x[bold].png",
    b"\\[b].png", b"~.png", b"#.png", b"file:x.png", b"C:x.png", b"con", b"nul.png", b"a.zip.png", b"1.png", b"01.png",
    "１.png".encode(), "٣.png".encode(), b"9" * 200 + b".png", b"<script>.png", b"' OR 1=1 --.png", b"..\\up.png",
)  # fmt: skip
"""Names of files, as bytes; each holds a page of its own."""


def name_all(folder: Path) -> int:
    """Write a page under each of the names; gives how many of them are no dotfiles."""
    for number, name in enumerate(NAMES):
        (folder / os.fsdecode(name)).write_bytes(blank_page(f"name {number}"))
    return sum(not name.startswith(b".") for name in NAMES)


def oddities(folder: Path, outside: Path) -> dict[str, str]:
    """Entries that are no files, links of all kinds, hard links; gives what must become of each."""
    page = folder / "real.png"
    page.write_bytes(blank_page("real"))
    (outside / "out.png").write_bytes(blank_page("out"))
    (outside / "folder").mkdir()
    (outside / "folder" / "x.png").write_bytes(blank_page("x"))
    os.link(page, folder / "same.png")
    os.mkfifo(folder / "pipe.png")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(folder)  # the address of a socket has room for 108 bytes only
        server.bind("socket.png")
        os.chdir(here)
    for name, target in {
        "to-file": "real.png",
        "to-folder": ".",
        "dangling": "gone",
        "loop": "loop",
        "out-file": str(outside / "out.png"),
        "out-folder": str(outside / "folder"),
        "out-dots": "../../../../../../../../../etc/passwd",
        "proc": "/proc/self/environ",
    }.items():
        (folder / name).symlink_to(target)
    ends = {"real.png": "done", "same.png": "duplicate", "pipe.png": "RefusedError", "socket.png": "RefusedError"}
    ends |= dict.fromkeys(
        ["to-file", "to-folder", "dangling", "loop", "out-file", "out-folder", "out-dots", "proc"], "RefusedError"
    )
    if os.getuid() == 0:
        os.mknod(folder / "zero.png", stat.S_IFCHR | 0o666, os.makedev(1, 5))
        os.mknod(folder / "disk.png", stat.S_IFBLK | 0o666, os.makedev(7, 0))
        ends |= {"zero.png": "RefusedError", "disk.png": "RefusedError"}
    return ends


def deep(folder: Path, levels: int, name: str, page: bytes | None = None) -> None:
    """A chain of folders of the same name, with a page in the last; longer than a path may be, if asked."""
    here = Path.cwd()
    try:
        os.chdir(folder)
        for _ in range(levels):
            Path(name).mkdir()
            os.chdir(name)
        if page is not None:
            Path("p.png").write_bytes(page)
    finally:
        os.chdir(here)
