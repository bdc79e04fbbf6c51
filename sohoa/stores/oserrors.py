"""Errors of the file system, said as errors of a store: full, denied, not reachable."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from sohoa.errors import StoreDeniedError, StoreError, StoreFullError, StoreUnreachableError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}


def store_error(error: OSError) -> StoreError:
    """The store error that an error of the system stands for; the path stays out of the sentence."""
    if error.errno in _FULL:
        return full()
    if error.errno in _DENIED:
        return StoreDeniedError(
            "Không có quyền ghi hoặc đọc thư mục của kho. Sửa quyền của thư mục dữ liệu rồi chạy lại.",
            "No right to write or read the store's folder. Correct the rights of the data folder and run again.",
        )
    code = errno.errorcode.get(error.errno or 0, "EIO")
    return StoreUnreachableError(
        f"Không truy cập được thư mục của kho ({code}). Kiểm tra ổ đĩa rồi chạy lại.",
        f"The store's folder cannot be reached ({code}). Check the disk and run again.",
    )


def full() -> StoreFullError:
    """No room left on the disk of a store."""
    return StoreFullError(
        "Ổ đĩa của kho đã đầy. Giải phóng chỗ trống rồi chạy lại; việc đã làm không mất.",
        "The disk of the store is full. Free some room and run again; nothing done so far is lost.",
    )


@contextmanager
def translated() -> Iterator[None]:
    """Raise every `OSError` of the block as a `StoreError`."""
    try:
        yield
    except OSError as error:
        raise store_error(error) from error
