"""A batch (lô): one folder, its fonds, and who scanned it on what. Running the folder again goes on with it."""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path

from pydantic import Field

from sohoa.errors import NotFoundError, UnreadableError
from sohoa.intake.regular import unreadable
from sohoa.models import Value
from sohoa.pipeline.house import House, note
from sohoa.stores.catalogue.tables import Agency, Batch, Fonds


class BatchFacts(Value):
    """What is known of a batch besides its files; kept with it and shown in reports."""

    who: str | None = Field(None, description="Người bàn giao hoặc phụ trách lô / who is in charge")
    scanner: str | None = Field(None, description="Máy quét / scanner")
    operator: str | None = Field(None, description="Người quét / operator")
    shift: str | None = Field(None, description="Ca làm việc / shift")
    box: str | None = Field(None, description="Hộp, cặp / box")
    shelf: str | None = Field(None, description="Giá, kệ / shelf")


def open_batch(house: House, folder: Path, *, fonds: str, agency: str, facts: BatchFacts) -> str:
    """Open the batch of a folder and give its id; the same folder and fonds have the same id. Raises `InputError`."""
    refuse_unspeakable(folder)
    try:
        usable = folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)
        missing = not folder.exists()
    except OSError as error:
        raise unreadable(error) from None
    if missing:
        raise NotFoundError(
            f"Không có thư mục {folder}. Kiểm tra đường dẫn.", f"There is no folder {folder}. Check the path."
        )
    if not usable:
        raise UnreadableError(
            f"Không đọc được thư mục {folder}. Kiểm tra quyền đọc (chmod u+rx).",
            f"Cannot read the folder {folder}. Check the rights (chmod u+rx).",
        )
    batch_id = batch_id_of(folder, fonds)
    given = facts.model_dump(exclude_none=True)
    with house.catalogue.write() as session:
        if session.get(Agency, agency) is None:
            session.add(Agency(code=agency))
        if session.get(Fonds, fonds) is None:
            session.add(Fonds(code=fonds, agency_code=agency))
        batch = session.get(Batch, batch_id)
        if batch is None:
            session.add(
                Batch(id=batch_id, folder=str(folder.resolve()), fonds_code=fonds, agency_code=agency, facts=given)
            )
            note(session, house, "batch-opened", batch_id)
        else:
            batch.facts = {**batch.facts, **given}
            batch.finished = None
    return batch_id


def refuse_unspeakable(folder: Path) -> None:
    """`UnreadableError` for a folder whose name is no UTF-8: neither catalogue nor Prefect can hold it."""
    try:
        os.path.realpath(folder).encode("utf-8")
    except UnicodeEncodeError:
        raise UnreadableError(
            "Tên thư mục (hoặc thư mục cha) dùng bảng mã cũ, không phải UTF-8. Đổi tên thư mục rồi chạy lại.",
            "The name of the folder, or of one above it, is in an old encoding and no UTF-8. Rename it and run again.",
        ) from None


def batch_id_of(folder: Path, fonds: str) -> str:
    """Id of the batch of a folder in a fonds."""
    return hashlib.sha256(f"{folder.resolve()}\0{fonds}".encode("utf-8", "surrogateescape")).hexdigest()[:12]


def path_hash(house: House, batch_id: str, name: str) -> str:
    """Keyed hash of a name in a batch: recognises it without telling it."""
    message = f"{batch_id}\0{name}".encode("utf-8", "surrogateescape")
    return hmac.new(bytes.fromhex(house.catalogue.salt), message, hashlib.sha256).hexdigest()[:32]
