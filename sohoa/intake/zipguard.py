"""Opening a zip file that may be hostile: the directory is bounded before it is read, names are made readable."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import struct
import zipfile
from pathlib import Path
from typing import BinaryIO, Final

from sohoa.errors import DamagedError, InputError, LimitError
from sohoa.intake.regular import unreadable
from sohoa.settings import Limits
from sohoa.text.legacy import looks_vietnamese, to_unicode

_END: Final = b"PK\x05\x06"
_END64: Final = b"PK\x06\x06"
_BYTES_PER_ENTRY: Final = 1024
"""Room for one directory entry on average; 46 bytes and its name are usual."""
_UTF8_FLAG: Final = 0x800
_ENCRYPTED_FLAG: Final = 0x1
_UNICODE_PATH: Final = 0x7075


def damaged_zip() -> DamagedError:
    """The sentence for a zip that does not open."""
    return DamagedError(
        "Tệp zip bị hỏng hoặc chép dở. Chép lại từ nguồn, hoặc giải nén bằng chương trình khác rồi đưa thư mục vào.",
        "The zip file is broken or half copied. Copy it again from its source, or unpack it elsewhere and bring the folder in.",
    )


def open_zip(path: Path, limits: Limits) -> zipfile.ZipFile:
    """The opened zip; `LimitError` when its directory is over the limit on members, `DamagedError` when it is broken,
    `UnreadableError` when the disk fails."""
    try:
        with path.open("rb") as file:
            directory, members = _directory_size(file)
        if directory > limits.zip_members * _BYTES_PER_ENTRY or members > limits.zip_members:
            raise too_many_members(limits)
        archive = zipfile.ZipFile(path)
    except InputError:
        raise
    except OSError as error:
        # A place before the beginning of the file is the directory's lie, not the disk's fault.
        raise (damaged_zip() if error.errno == errno.EINVAL else unreadable(error)) from None
    except Exception:  # zipfile fails on hostile directories in ways that no list covers
        raise damaged_zip() from None
    if len(archive.infolist()) > limits.zip_members:
        archive.close()
        raise too_many_members(limits)
    return archive


def too_many_members(limits: Limits) -> LimitError:
    """The sentence for a zip with more members than allowed."""
    return LimitError(
        f"Tệp zip có quá {limits.zip_members} tệp bên trong (giới hạn zip_members). Chia nhỏ tệp zip hoặc giải nén ra thư mục.",
        f"The zip holds more than {limits.zip_members} files (limit zip_members). Split it or unpack it into a folder.",
    )


def first_names(path: Path) -> list[str]:
    """Names in the directory of a zip of ordinary size, as stored; `DamagedError` or `LimitError` otherwise."""
    with open_zip(path, Limits()) as archive:
        return archive.namelist()


def _directory_size(file: BinaryIO) -> tuple[int, int]:
    """Bytes of the central directory and the number of members it claims, from the end record (APPNOTE 4.3.16)."""
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - 65_557 - 20 - 56)
    file.seek(start)
    tail = file.read()
    place = tail.rfind(_END)
    if place < 0 or len(tail) < place + 22:
        raise zipfile.BadZipFile
    members, directory = struct.unpack_from("<HI", tail, place + 10)
    if directory == 0xFFFFFFFF or members == 0xFFFF:
        big = tail.rfind(_END64, 0, place)
        if big >= 0 and len(tail) >= big + 56:
            members, directory = struct.unpack_from("<QQ", tail, big + 32)
    return int(directory), int(members)


def member_name(info: zipfile.ZipInfo) -> str:
    """The member's name in readable Unicode, with `/` between folders.

    UTF-8 by its flag or its Unicode path field; else UTF-8 without a flag, cp1258 or TCVN3, whichever reads as
    Vietnamese; else cp437 as the standard says.
    """
    if info.flag_bits & _UTF8_FLAG:
        name = info.orig_filename
    else:
        name = _unicode_path(info.extra) or _guess(info.orig_filename)
    return "/".join(part for part in name.replace("\\", "/").split("/") if part != ".")


def _unicode_path(extra: bytes) -> str | None:
    """The Info-ZIP Unicode path field (0x7075), if there is one."""
    at = 0
    while at + 4 <= len(extra):
        tag, size = struct.unpack_from("<HH", extra, at)
        if tag == _UNICODE_PATH and size > 5:
            try:
                return extra[at + 9 : at + 4 + size].decode("utf-8")
            except UnicodeDecodeError:
                return None
        at += 4 + size
    return None


def _guess(name: str) -> str:
    if name.isascii():
        return name
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    candidates = [name, to_unicode(raw.decode("latin-1"))]
    with contextlib.suppress(UnicodeDecodeError):
        candidates.append(to_unicode(raw.decode("cp1258")))
    # What has control characters was written in another code page.
    return max((c for c in candidates if c == name or c.isprintable()), key=looks_vietnamese)


def is_encrypted(info: zipfile.ZipInfo) -> bool:
    """True when the member needs a password."""
    return bool(info.flag_bits & _ENCRYPTED_FLAG)


def is_special(info: zipfile.ZipInfo) -> bool:
    """True for links, pipes and devices packed by a Unix zip."""
    mode = info.external_attr >> 16
    return bool(mode) and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR)


def escapes(name: str) -> bool:
    """True for names that point out of the zip: absolute, with a drive letter, or with `..`."""
    return name.startswith("/") or (len(name) > 1 and name[1] == ":") or ".." in name.split("/")
