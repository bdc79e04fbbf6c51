"""Members of zip files, extracted one at a time under counted names, within limits; nested zips included."""

from __future__ import annotations

import contextlib
import itertools
import lzma
import os
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sohoa.errors import DamagedError, EncryptedError, InputError, LimitError, RefusedError
from sohoa.intake.found import Found
from sohoa.intake.kinds import sniff
from sohoa.intake.names import is_skipped, natural_key, shown, unique
from sohoa.intake.zipguard import escapes, is_encrypted, is_special, member_name, open_zip
from sohoa.models import Problem
from sohoa.settings import Limits

_CHUNK: Final = 1 << 20
_RATIO_FLOOR: Final = 10 * 1024**2
"""Under ten megabytes unpacked a high ratio is harmless: blank pages pack well."""


@dataclass
class _Budget:
    """What one outermost zip may still unpack, shared by the zips inside it."""

    bytes_left: int
    members_left: int


def members(container: Found, limits: Limits, scratch: Path) -> Iterator[Found]:
    """The zip's own sighting (`is_container`), then one for each member, nested zips in place, in natural order.

    A broken, oversized or exploding zip is one sighting with a problem and no members. Extracted members stay under
    `scratch` (mode 0700) until the caller deletes them.
    """
    counter = itertools.count(1)
    budget = _Budget(limits.zip_bytes, limits.zip_members)
    yield from _open(container, limits, scratch, counter, budget, depth=1)


def _open(
    container: Found, limits: Limits, scratch: Path, counter: Iterator[int], budget: _Budget, depth: int
) -> Iterator[Found]:
    container = replace(container, kind="zip", is_container=True)
    assert container.path is not None
    with contextlib.ExitStack() as stack:
        try:
            if depth > limits.zip_depth:
                raise _too_deep(limits)
            archive = stack.enter_context(open_zip(container.path, limits))
            infos = [i for i in archive.infolist() if not i.is_dir() and not member_name(i).endswith("/")]
            _check_totals(infos, container.size, limits, budget)
        except (InputError, OSError) as error:
            yield replace(container, problem=Problem.of(error))
            return
        yield container
        named = sorted(
            ((member_name(i), i) for i in infos), key=lambda pair: (natural_key(pair[0]), pair[1].header_offset)
        )
        taken: set[str] = set()
        for raw, info in named:
            if any(is_skipped(part) for part in raw.split("/") if part != ".." and part):
                continue
            member = _member(archive, info, raw, container, limits, scratch, counter, budget, taken)
            if member.kind == "zip" and member.problem is None:
                yield from _open(member, limits, scratch, counter, budget, depth + 1)
            else:
                yield member


def _member(
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    raw: str,
    container: Found,
    limits: Limits,
    scratch: Path,
    counter: Iterator[int],
    budget: _Budget,
    taken: set[str],
) -> Found:
    parts = [shown(p)[: limits.name_bytes] for p in raw.split("/") if p] or ["?"]
    found = Found(
        name=unique(f"{container.name}/{'/'.join(parts)}", taken),
        path=None,
        size=info.file_size,
        mtime_ns=container.mtime_ns,
        inode=container.inode,
        container=container.name,
    )
    target = scratch / f"{next(counter):06d}.bin"
    try:
        _check_member(info, raw, limits)
        _extract(archive, info, target, budget)
        return replace(found, path=target, kind=sniff(target))
    except (InputError, OSError) as error:
        if isinstance(error, OSError):
            # A full disk is not the member's fault; the caller must hear of it.
            target.unlink(missing_ok=True)
            raise
        kept = target if target.exists() else None
        return replace(found, path=kept, problem=Problem.of(error))


def _check_totals(infos: list[zipfile.ZipInfo], packed: int, limits: Limits, budget: _Budget) -> None:
    """Refuse the whole zip when what it claims to hold is over a limit; overlapping members count each time."""
    total = sum(i.file_size for i in infos)
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


def _extract(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, budget: _Budget) -> None:
    """Write the member's bytes to `target` (mode 0600); on any fault no file is left."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out, archive.open(info) as source:
            # zipfile never gives more than the size the directory claims, which `_check_totals` has counted.
            while chunk := source.read(_CHUNK):
                out.write(chunk)
                budget.bytes_left -= len(chunk)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError):
        target.unlink(missing_ok=True)
        raise damaged_member() from None
    except (NotImplementedError, RuntimeError):
        target.unlink(missing_ok=True)
        raise RefusedError(
            "Kiểu nén này không được hỗ trợ. Nén lại bằng kiểu zip thông thường (Deflate).",
            "This compression method is not supported. Pack it again with ordinary zip (Deflate).",
        ) from None


def damaged_member() -> DamagedError:
    """The sentence for one member whose bytes do not unpack."""
    return DamagedError(
        "Tệp trong zip bị hỏng (sai tổng kiểm). Chép lại tệp zip từ nguồn.",
        "The zip member is broken (wrong checksum). Copy the zip again from its source.",
    )
