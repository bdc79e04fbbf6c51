"""Files through the whole way in one batch, and what became of each of them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from sohoa import errors
from sohoa.pipeline.house import open_house
from sohoa.pipeline.texts import record_pages
from sohoa.pipeline.workers import Workers
from sohoa.settings import Limits, Settings, load
from sohoa.stores.catalogue.tables import Page, Record, Sighting, State
from tests.conftest import digitise_with
from tests.faults.hostile_files import TEXT
from tests.faults.watching import Seen, watching

END = (State.done, State.failed, State.refused)
DOING = ("chép", "quét", "gỡ", "xuất", "tách", "chia", "lưu lại", "kiểm tra", "thử lại", "tăng", "bỏ", "in ", "giải nén",
         "chạy", "chọn", "đưa", "xóa", "giải phóng", "đặt", "nén lại", "cấp quyền", "đọc lại", "xem", "đổi", "chờ", "tìm",
         "sửa", "cần")  # fmt: skip
"""Words of the cures."""


@dataclass
class Ended:
    """What became of one file."""

    state: State
    error_class: str | None
    message: str | None
    sources: list[str]
    outcomes: list[str]
    text: str


@dataclass
class Run:
    settings: Settings
    folder: Path
    batch: str
    seconds: float
    seen: Seen
    files: dict[str, Ended]


def digitised(folder: Path, out: Path, limits: Limits) -> Run:
    """The whole way over the folder in one batch, and what became of every file."""
    settings = load(data=out / "data", workers=2, limits=limits)
    apart = settings.model_copy(update={"data": out / "workers"})
    with Workers(apart, preload=("sohoa.pipeline.read", "sohoa.intake.probe")) as pool, open_house(settings) as house:
        begin = time.monotonic()
        with watching(pool, out / "said") as seen:
            batch = digitise_with(pool, house, folder)["batch"]
        seconds = time.monotonic() - begin
        files: dict[str, Ended] = {}
        with house.catalogue.read() as session:
            for row in session.scalars(select(Sighting).where(Sighting.batch_id == batch)):
                name = row.path or str((house.vault.names.get(f"name:{row.path_hash}") or {})["name"])
                assert name not in files, "seen twice"
                pages = session.scalars(select(Page).where(Page.unit_key == row.unit_key)).all()
                records = session.scalars(select(Record).where(Record.unit_key == row.unit_key)).all()
                text = "\n".join(p.text for r in records for p in record_pages(house, session, r.id))
                files[name] = Ended(
                    State(row.state),
                    row.error_class,
                    row.error_message,
                    [p.source for p in pages],
                    [p.outcome for p in pages],
                    text,
                )
    print(
        f"\n{len(files)} files in {seconds:.0f} s, peak of a worker {seen.peak_mb} MB, workers that died: {len(seen.dead)}"
    )
    for name, ended in sorted(files.items()):
        print(f"  {name:24} {ended.state:8} {ended.error_class or '':20} {(ended.message or ended.text[:80])!r}")
    return Run(settings, folder, batch, seconds, seen, files)


def check_end(name: str, ended: Ended) -> None:
    """The end has a name; without success there is a class of ours, a sentence and what to do, and nothing of the file."""
    assert ended.state in END
    if ended.state == State.done:
        assert (ended.error_class, ended.message) == (None, None)
        assert ended.text or set(ended.outcomes) == {"blank"}, "an empty text is called done"
        return
    assert ended.error_class is not None and issubclass(getattr(errors, ended.error_class), errors.SohoaError)
    assert ended.message is not None and says_what_to_do(ended.message), ended.message
    assert name not in ended.message and TEXT not in ended.message


def says_what_to_do(message: str) -> bool:
    """At least two sentences, the last with a word of doing."""
    rest = message.removesuffix(".").split(". ")
    return len(rest) > 1 and any(word in rest[-1].casefold() for word in DOING)
