"""Flow `watch` (canh thư mục): looks into an inbox again and again and digitises what has settled there."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path
from typing import Annotated

from prefect import flow
from pydantic import Field

from flows.digitise import digitise
from sohoa.errors import NotFoundError


@flow(
    name="watch",
    description="Canh một thư mục nhận: tệp đã ghi xong thì số hóa. Tệp không bị di chuyển.",
    flow_run_name="Canh thư mục nhận",
    persist_result=False,
)
def watch(
    folder: str,
    fonds: str | None = None,
    agency: str | None = None,
    settle_seconds: Annotated[float, Field(ge=1)] = 60.0,
    every_seconds: Annotated[float, Field(ge=1)] = 30.0,
    rounds: Annotated[int, Field(ge=1)] | None = None,
) -> int:
    """Canh thư mục nhận cho đến khi bị huỷ; trả về số văn bản đã làm.

    Args:
        folder: Thư mục nhận. Đường dẫn đầy đủ trên máy chủ / inbox, absolute path on the server.
        fonds: Mã phông. Để trống thì theo cấu hình / code of the fonds.
        agency: Mã cơ quan. Để trống thì theo cấu hình / code of the agency.
        settle_seconds: Chờ tệp yên. Tệp không đổi trong từng ấy giây mới được đọc / a file must be still so long.
        every_seconds: Nhịp xem. Số giây giữa hai lần xem / seconds between two looks.
        rounds: Số lần xem. Để trống: mãi mãi / how many looks, empty for ever.
    """
    inbox = Path(folder)
    if not inbox.is_dir():
        raise NotFoundError(
            "Không có thư mục nhận này. Tạo thư mục rồi chạy lại.",
            "There is no such inbox. Make the folder and run again.",
        )
    worked, seen, round_ = 0, "", 0
    while rounds is None or round_ < rounds:
        round_ += 1
        now = picture(inbox, settle_seconds)
        if now != seen:
            worked += digitise(folder=folder, fonds=fonds, agency=agency, settle_seconds=settle_seconds).worked
            seen = now
        if rounds is None or round_ < rounds:
            time.sleep(every_seconds)
    return worked


def picture(inbox: Path, settle_seconds: float) -> str:
    """What lies settled in the inbox, as a hash of names, sizes and times: changes when there is something to do."""
    limit = time.time() - settle_seconds
    digest = hashlib.sha256()
    for root, folders, files in os.walk(inbox):
        folders.sort()
        for name in sorted(files):
            try:
                facts = (Path(root) / name).lstat()
            except OSError:
                continue
            if facts.st_mtime <= limit:
                digest.update(repr((root, name, facts.st_size, facts.st_mtime_ns)).encode())
    return digest.hexdigest()
