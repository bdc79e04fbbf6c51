"""Opening a file from strangers so that what is read is what was found: a regular file, with no link on the way to it."""

from __future__ import annotations

import ctypes
import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sohoa.errors import ChangedError, NotFoundError, RefusedError, UnreadableError

_FLAGS: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW
_AT_FDCWD: Final = -100
_OPENAT2: Final = 437
"""The same number on every architecture of Linux; the call is there since 5.6."""
_RESOLVE_NO_SYMLINKS: Final = 0x04


class _How(ctypes.Structure):
    """`struct open_how` of openat2(2)."""

    _fields_ = (("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64))


@contextmanager
def held(path: Path) -> Iterator[Path]:
    """A path that opens the very file that lies at `path` now, for all programs of this account, while the block lasts.

    Whatever is renamed or put in its place meanwhile, links and pipes included, is not opened. `path` is real: a link on
    the way to it means that somebody put it there since. `NotFoundError`, `UnreadableError`,
    `RefusedError`; `ChangedError` for a link.
    """
    descriptor = open_regular(path, real=True)
    try:
        yield Path(f"/proc/{os.getpid()}/fd/{descriptor}")
    finally:
        os.close(descriptor)


def open_regular(path: Path, *, real: bool = False) -> int:
    """A descriptor of a regular file that is no link itself; pipes, sockets and devices are not waited for.

    With `real` no folder on the way may be a link either. Errors as `held`.
    """
    try:
        descriptor = _open_real(path) if real else os.open(path, _FLAGS)
    except FileNotFoundError:
        raise NotFoundError(
            "Tệp không còn ở đó. Kiểm tra lại thư mục rồi chạy lại.",
            "The file is no longer there. Check the folder and run again.",
        ) from None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise ChangedError(
                "Đường dẫn đến tệp đã bị thay bằng liên kết nên không được mở. Chép chính tệp quét vào đây rồi chạy lại.",
                "The way to the file was replaced by a link and is not followed. Copy the scan itself here and run again.",
            ) from None
        if error.errno in (errno.ENXIO, errno.ENODEV):
            raise not_regular() from None
        raise unreadable(error) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise not_regular()
    return descriptor


def _open_real(path: Path) -> int:
    how = _How(_FLAGS, 0, _RESOLVE_NO_SYMLINKS)
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = int(
        libc.syscall(_OPENAT2, _AT_FDCWD, os.fsencode(path.absolute()), ctypes.byref(how), ctypes.sizeof(how))
    )
    if descriptor >= 0:
        return descriptor
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EPERM, errno.EINVAL):
        # An old kernel, or a container that forbids the call: the last component at least is no link.
        return os.open(path, _FLAGS)
    raise OSError(number, os.strerror(number))


def unreadable(error: OSError) -> UnreadableError:
    """The sentence for a file or folder that the system does not let us read."""
    why = os.strerror(error.errno) if error.errno else type(error).__name__
    return UnreadableError(
        f"Không đọc được ({why}). Cấp quyền đọc cho tài khoản chạy sohoa hoặc kiểm tra ổ đĩa, rồi chạy lại.",
        f"It cannot be read ({why}). Give the account that runs sohoa the right to read it, or check the disk, and run again.",
    )


def not_regular() -> RefusedError:
    """The sentence for pipes, sockets and devices."""
    return RefusedError(
        "Đây không phải tệp thường (ống dẫn, socket hoặc thiết bị). Xóa khỏi thư mục quét.",
        "This is not a regular file (a pipe, socket or device). Remove it from the scan folder.",
    )
