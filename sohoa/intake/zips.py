"""Members of zip files, extracted one at a time under counted names, within limits; nested zips included."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from sohoa.errors import DamagedError, EncryptedError, InputError, LimitError, NoRoomError, NotAScanError, RefusedError
from sohoa.intake.found import Found
from sohoa.intake.kinds import sniff
from sohoa.intake.names import Taken, fitted, is_skipped, natural_key, shown, unique
from sohoa.intake.regular import held, unreadable
from sohoa.intake.zipguard import damaged_zip, escapes, is_encrypted, is_special, member_name, open_zip
from sohoa.models import Problem
from sohoa.settings import Limits

_CHUNK: Final = 1 << 20
_RATIO_FLOOR: Final = 10 * 1024**2
"""Under ten megabytes unpacked a high ratio is harmless: blank pages pack well."""


_ROOM_LEFT: Final = 64 * 1024**2
"""Bytes that stay free on the disk when a zip is unpacked: the stores write there too."""

Known = Callable[[Found], Found | None]
"""What is known of an unchanged member from an earlier run: the sighting with kind, pages or problem; None: unpack it."""


@dataclass
class _Zip:
    """One outermost zip: what it may still unpack, shared by the zips inside it, and the names given so far."""

    limits: Limits
    scratch: Path
    known: Known | None
    bytes_left: int
    members_left: int
    counter: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    taken: Taken = field(default_factory=dict)


def members(container: Found, limits: Limits, scratch: Path, known: Known | None = None) -> Iterator[Found]:
    """The zip's own sighting (`is_container`), then one for each member, nested zips in place, in natural order.

    A broken, oversized or exploding zip, or one for which there is no room, is one sighting with a problem and no
    members. Extracted members stay under `scratch` (mode 0700) until the caller deletes them; what is `known` is not
    extracted. An `OSError` is that of the disk of `scratch`.
    """
    yield from _open(container, _Zip(limits, scratch, known, limits.zip_bytes, limits.zip_members), depth=1)


def _open(container: Found, whole: _Zip, depth: int) -> Iterator[Found]:
    container = replace(container, kind="zip", is_container=True)
    assert container.path is not None
    with contextlib.ExitStack() as stack:
        try:
            if depth > whole.limits.zip_depth:
                raise _too_deep(whole.limits)
            still = stack.enter_context(held(container.path))
            archive = stack.enter_context(open_zip(still, whole.limits))
            named = _named(archive)
            if not named:
                raise _empty()
            _check_totals([info for _, info in named], container.size, whole)
            told = [_told(info, raw, container, whole) for raw, info in named]
            _check_room([info for (_, info), (_, done) in zip(named, told, strict=True) if not done], whole.scratch)
        except InputError as error:
            yield replace(container, problem=Problem.of(error))
            return
        yield container
        for (raw, info), (found, done) in zip(named, told, strict=True):
            member = found if done else _member(archive, info, raw, found, whole)
            if member.kind == "zip" and member.problem is None:
                yield from _open(member, whole, depth + 1)
            else:
                yield member


def _named(archive: zipfile.ZipFile) -> list[tuple[str, zipfile.ZipInfo]]:
    """Members with their readable names in natural order, without folders and what is passed over by name."""
    try:
        named = [(member_name(info), info) for info in archive.infolist()]
    except Exception:  # as in `open_zip`
        raise damaged_zip() from None
    # A folder that has bytes is a file in disguise.
    kept = [(raw, info) for raw, info in named if info.file_size or not raw.endswith("/")]
    wanted = [(raw, info) for raw, info in kept if not any(is_skipped(p) for p in raw.split("/") if p != "..")]
    return sorted(wanted, key=lambda pair: (natural_key(pair[0]), pair[1].header_offset))


def _told(info: zipfile.ZipInfo, raw: str, container: Found, whole: _Zip) -> tuple[Found, bool]:
    """The member's sighting before it is unpacked, and whether that is not needed."""
    parts = [shown(p)[: whole.limits.name_bytes] for p in raw.split("/") if p] or ["?"]
    found = Found(
        name=unique(fitted(f"{container.name}/{'/'.join(parts)}"), whole.taken),
        path=None,
        size=info.file_size,
        mtime_ns=container.mtime_ns,
        inode=container.inode,
        container=container.name,
    )
    known = whole.known(found) if whole.known is not None else None
    if known is None:
        return found, False
    whole.bytes_left -= info.file_size
    return known, True


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, raw: str, found: Found, whole: _Zip) -> Found:
    target = whole.scratch / f"{next(whole.counter):06d}.bin"
    try:
        _check_member(info, raw, whole.limits)
        whole.bytes_left -= _extract(archive, info, target)
        return replace(found, path=target, kind=sniff(target))
    except InputError as error:
        return replace(found, path=target if target.exists() else None, problem=Problem.of(error))


def _check_totals(infos: list[zipfile.ZipInfo], packed: int, budget: _Zip) -> None:
    """Refuse the whole zip when what it claims to hold is over a limit; overlapping members count each time."""
    limits, total = budget.limits, sum(i.file_size for i in infos)
    if total > _RATIO_FLOOR and total > limits.zip_ratio * max(packed, 1):
        raise LimitError(
            f"Tệp zip bung ra lớn gấp hơn {limits.zip_ratio:.0f} lần (giới hạn zip_ratio), giống bom nén. Không mở; kiểm tra nguồn gốc.",
            f"The zip unpacks to more than {limits.zip_ratio:.0f} times its size (limit zip_ratio), like a bomb. It was not opened; check where it comes from.",
        )
    if total > budget.bytes_left:
        raise LimitError(
            f"Tệp zip bung ra quá {limits.zip_bytes // 1024**2} MB (giới hạn zip_bytes). Chia nhỏ tệp zip hoặc giải nén ra thư mục.",
            f"The zip unpacks to more than {limits.zip_bytes // 1024**2} MB (limit zip_bytes). Split it or unpack it into a folder.",
        )
    if len(infos) > budget.members_left:
        raise LimitError(
            f"Các tệp zip lồng nhau có quá {limits.zip_members} tệp (giới hạn zip_members). Giải nén ra thư mục.",
            f"The nested zips hold more than {limits.zip_members} files (limit zip_members). Unpack them into a folder.",
        )
    budget.members_left -= len(infos)


def _check_room(infos: list[zipfile.ZipInfo], scratch: Path) -> None:
    """`NoRoomError` when the disk of `scratch` does not hold what is to be unpacked; the rest of the batch goes on."""
    needed = sum(i.file_size for i in infos)
    place = next(folder for folder in (scratch, *scratch.parents) if folder.is_dir())
    if needed + _ROOM_LEFT > shutil.disk_usage(place).free:
        megabytes = (needed + _ROOM_LEFT) // 1024**2 + 1
        raise NoRoomError(
            f"Ổ đĩa dữ liệu không đủ chỗ để mở tệp zip này (cần {megabytes} MB trống). Giải phóng chỗ trống rồi chạy lại.",
            f"The data disk has no room to unpack this zip ({megabytes} MB must be free). Free some room and run again.",
        )


def _empty() -> NotAScanError:
    return NotAScanError(
        "Tệp zip không có tệp nào bên trong. Chép lại từ nguồn, hoặc bỏ khỏi thư mục quét.",
        "The zip holds no files. Copy it again from its source, or remove it from the scan folder.",
    )


def _too_deep(limits: Limits) -> LimitError:
    return LimitError(
        f"Zip lồng trong zip quá {limits.zip_depth} lớp (giới hạn zip_depth). Giải nén ra thư mục.",
        f"Zips are nested more than {limits.zip_depth} deep (limit zip_depth). Unpack them into a folder.",
    )


def _check_member(info: zipfile.ZipInfo, raw: str, limits: Limits) -> None:
    if escapes(raw):
        raise RefusedError(
            "Tên trong zip trỏ ra ngoài (đường dẫn tuyệt đối hoặc ..). Không giải nén; nén lại từ thư mục gốc.",
            "The name inside the zip points out of it (absolute or with ..). It was not unpacked; pack it again from its folder.",
        )
    if is_special(info):
        raise RefusedError(
            "Mục trong zip là liên kết hoặc tệp đặc biệt. Nén lại chính tệp quét.",
            "The zip member is a link or a special file. Pack the scan itself.",
        )
    if is_encrypted(info):
        raise EncryptedError(
            "Tệp trong zip có mật khẩu. Giải nén bằng mật khẩu ra thư mục rồi chạy lại.",
            "The zip member has a password. Unpack it with the password into a folder and run again.",
        )
    if info.file_size > limits.file_bytes:
        raise LimitError(
            f"Tệp lớn hơn {limits.file_bytes // 1024**2} MB (giới hạn file_bytes). Chia nhỏ tệp.",
            f"The file is larger than {limits.file_bytes // 1024**2} MB (limit file_bytes). Split it.",
        )
    if any(len(p.encode("utf-8", "surrogateescape")) > limits.name_bytes for p in raw.split("/")):
        raise LimitError(
            f"Tên tệp dài hơn {limits.name_bytes} byte (giới hạn name_bytes). Đặt tên ngắn hơn.",
            f"The file name is longer than {limits.name_bytes} bytes (limit name_bytes). Give it a shorter one.",
        )


def _extract(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> int:
    """Write the member's bytes to `target` (mode 0600) and give their number; on any fault no file is left."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            # zipfile never gives more than the size the directory claims, which `_check_totals` has counted.
            return sum(out.write(chunk) for chunk in _unpacked(archive, info))
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member's bytes in chunks. What goes wrong here is the zip's or its disk's fault, never that of the scratch disk."""
    try:
        with archive.open(info) as source:
            while chunk := source.read(_CHUNK):
                yield chunk
    except (NotImplementedError, RuntimeError):
        raise RefusedError(
            "Kiểu nén này không được hỗ trợ. Nén lại bằng kiểu zip thông thường (Deflate).",
            "This compression method is not supported. Pack it again with ordinary zip (Deflate).",
        ) from None
    except OSError as error:
        # A place before the beginning of the file is the directory's lie, not the disk's fault.
        raise (damaged_member() if error.errno == errno.EINVAL else unreadable(error)) from None
    except Exception:  # zipfile fails on hostile members in ways that no list covers
        raise damaged_member() from None


def damaged_member() -> DamagedError:
    """The sentence for one member whose bytes do not unpack."""
    return DamagedError(
        "Tệp trong zip bị hỏng (sai tổng kiểm). Chép lại tệp zip từ nguồn.",
        "The zip member is broken (wrong checksum). Copy the zip again from its source.",
    )
