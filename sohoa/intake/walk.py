"""Walking a folder of scans: everything in it is seen once, in natural order, and nothing outside it is touched."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from sohoa.errors import InputError, LimitError, NotFoundError, RefusedError
from sohoa.intake import zips
from sohoa.intake.found import Found
from sohoa.intake.kinds import sniff
from sohoa.intake.names import fitted, is_skipped, natural_key, shown, shown_all
from sohoa.intake.regular import not_regular, unreadable
from sohoa.models import Problem
from sohoa.settings import Limits

__all__ = ["Found", "walk"]


def walk(
    root: Path, limits: Limits, scratch: Path, *, exclude: Sequence[Path] = (), known: zips.Known | None = None
) -> Iterator[Found]:
    """Everything under `root` (a folder, or one file), in natural order of names; the same folder gives the same order.

    Passed over: dotfiles, Thumbs.db, desktop.ini, .DS_Store, and the files in `exclude` (the inventory). Everything
    else is a sighting: what cannot be read or is refused carries its problem. Links are never followed. Zips are opened
    in place, their members extracted to `scratch`, a folder that the caller owns and deletes; each zip has its own
    numbered folder there; members that are `known` are not extracted. An `OSError` is that of the scratch disk.
    `NotFoundError` or `UnreadableError` when the root itself cannot be read.
    """
    root, scratch = Path(os.path.realpath(root)), Path(os.path.realpath(scratch))
    counter = 0
    for found in _entries(root, limits, frozenset(map(_identity, exclude))):
        if found.kind == "zip" and found.problem is None:
            counter += 1
            yield from zips.members(found, limits, scratch / f"zip{counter:05d}", known)
        else:
            yield found


def _identity(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return (-1, -1)
    return status.st_dev, status.st_ino


def _entries(root: Path, limits: Limits, exclude: frozenset[tuple[int, int]]) -> Iterator[Found]:
    """Entries of the tree without looking into zips. A stack, not recursion: folders may be nested very deep."""
    try:
        top = root.lstat()
    except FileNotFoundError:
        raise NotFoundError(
            "Không có thư mục này. Kiểm tra đường dẫn và ổ đĩa đã gắn chưa.",
            "There is no such folder. Check the path and whether the disk is mounted.",
        ) from None
    except OSError as error:
        raise unreadable(error) from None
    if not stat.S_ISDIR(top.st_mode):
        yield _file(root, shown(root.name), top, limits)
        return
    try:
        names = os.listdir(root)  # noqa: PTH208 (names, not paths: they may be no UTF-8)
    except OSError as error:
        raise unreadable(error) from None
    stack = [iter(_ordered(root, "", names))]
    while stack:
        entry = next(stack[-1], None)
        if entry is None:
            stack.pop()
            continue
        path, name = entry[0], fitted(entry[1])
        try:
            status = path.lstat()
        except OSError as error:
            yield Found(name, path, 0, 0, 0, problem=Problem.of(unreadable(error)))
            continue
        if (status.st_dev, status.st_ino) in exclude:
            continue
        if not stat.S_ISDIR(status.st_mode):
            yield _file(path, name, status, limits, root)
            continue
        try:
            names = os.listdir(path)  # noqa: PTH208
            stack.append(iter(_ordered(path, name, names)))
        except OSError as error:
            yield Found(name, path, 0, status.st_mtime_ns, status.st_ino, problem=Problem.of(unreadable(error)))


def _ordered(folder: Path, prefix: str, names: list[str]) -> list[tuple[Path, str]]:
    """Paths and display names of a folder's entries, in natural order, without those that are passed over."""
    kept = shown_all(n for n in names if not is_skipped(n))
    ordered = sorted(kept, key=lambda n: (natural_key(kept[n]), os.fsencode(n)))
    return [(folder / n, f"{prefix}/{kept[n]}" if prefix else kept[n]) for n in ordered]


def _file(path: Path, name: str, status: os.stat_result, limits: Limits, root: Path | None = None) -> Found:
    found = Found(name, path, status.st_size, status.st_mtime_ns, status.st_ino)
    try:
        if stat.S_ISLNK(status.st_mode):
            raise _link(path, root)
        if not stat.S_ISREG(status.st_mode):
            raise not_regular()
        if status.st_size > limits.file_bytes:
            raise LimitError(
                f"Tệp lớn hơn {limits.file_bytes // 1024**2} MB (giới hạn file_bytes). Chia nhỏ tệp.",
                f"The file is larger than {limits.file_bytes // 1024**2} MB (limit file_bytes). Split it.",
            )
        return Found(name, path, status.st_size, status.st_mtime_ns, status.st_ino, kind=sniff(path))
    except InputError as error:
        opened = None if stat.S_ISLNK(status.st_mode) or not stat.S_ISREG(status.st_mode) else path
        return Found(name, opened, found.size, found.mtime_ns, found.inode, problem=Problem.of(error))


def _link(path: Path, root: Path | None) -> RefusedError:
    """The sentence for a link: broken, leading outside, or to another file of the same folder."""
    target = Path(os.path.realpath(path))
    if not target.exists():
        return RefusedError(
            "Liên kết hỏng, tệp đích không còn. Xóa liên kết hoặc chép chính tệp quét vào đây.",
            "A broken link: what it points to is gone. Remove it or copy the scan itself here.",
        )
    if root is None or not target.is_relative_to(root):
        return RefusedError(
            "Liên kết trỏ ra ngoài thư mục nên không được mở. Chép chính tệp quét vào đây.",
            "A link that leads out of the folder is not followed. Copy the scan itself here.",
        )
    return RefusedError(
        "Liên kết không được mở; tệp đích trong cùng thư mục đã được tính. Xóa liên kết.",
        "A link is not followed; the file it points to, in the same folder, counts by itself. Remove the link.",
    )
