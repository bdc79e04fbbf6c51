"""An engine that goes wrong in every way, on one page each of one batch: that page fails with its reason, nothing else
suffers, and a good engine completes all of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import select

from sohoa.pipeline.accounts import FailureRow, failures, status
from sohoa.pipeline.house import House, open_house
from sohoa.pipeline.plan import Redo
from sohoa.pipeline.read import GRACE_SECONDS
from sohoa.pipeline.verify import verify
from sohoa.pipeline.workers import Workers
from sohoa.settings import Limits, Settings, load
from sohoa.stores.catalogue.tables import Page, Sighting, State, Unit
from tests.conftest import FONT, digitise_with
from tests.faults.bad_engines import SAID, SLEEP, STRAY_SECONDS, WAYS, marked
from tests.faults.watching import Seen, programs, watching

BAD_PAGES = 2
MANY = 12
LIMITS = Limits(bad_pages=BAD_PAGES, page_seconds=5, file_seconds=20, worker_memory_mb=1536, page_text_bytes=200_000)
HARMLESS = {"littering"}
IMPOSSIBLE = ("EngineError", "không thể đúng")
EXPECTED = {
    "segfault": ("EngineCrashError", "tín hiệu 11"),
    "hanging": ("EngineTimeoutError", "giây"),
    "silent": ("EngineError", "không nhận dạng được chữ nào"),
    "nothing": IMPOSSIBLE,
    "control_characters": IMPOSSIBLE,
    "huge_box": IMPOSSIBLE,
    "no_confidence": IMPOSSIBLE,
    "negative_box": IMPOSSIBLE,
    "beside_the_page": IMPOSSIBLE,
    "half_way": ("EngineCrashError", "mã 3"),
    "verbose": ("LimitError", "page_text_bytes"),
    "greedy": ("LimitError", "worker_memory_mb"),
    "odd": ("EngineError", "OddError"),
    "exiting": ("EngineError", "SystemExit"),
    "recursing": ("EngineError", "RecursionError"),
    "noisy": ("EngineError", "RuntimeError"),
}
"""Class and a piece of the sentence."""


def page(number: int) -> Image.Image:
    """A page of four lines, 8 × 5 inches at 150 dpi."""
    image = Image.new("L", (1240, 760), 255)
    draw, text = ImageDraw.Draw(image), ImageFont.truetype(FONT, 32)
    for line in range(4):
        draw.text((90, 80 + 60 * line), f"Điều {line + 1}. Giao Văn phòng theo dõi việc thứ {number} này.", 0, text)
    return image


@dataclass
class Run:
    """One batch with all ways to go wrong, and what was seen of it."""

    settings: Settings
    folder: Path
    batch: str
    seconds: float
    seen: Seen
    strays: list[int]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder, out = tmp_path_factory.mktemp("in"), tmp_path_factory.mktemp("out")
    for number, way in enumerate(WAYS):
        first, second = page(2 * number), marked(page(2 * number + 1), way)
        first.save(folder / f"{way}.pdf", save_all=True, append_images=[second], resolution=150)
    crashing = [marked(page(200 + number), "segfault") for number in range(MANY)]
    crashing[0].save(folder / "many.pdf", save_all=True, append_images=crashing[1:], resolution=150)
    for number, name in enumerate(("a", "m", "z")):
        page(100 + number).save(folder / f"{name}-good.pdf", resolution=150)
    settings = load(data=out / "data", workers=2, limits=LIMITS, engine="tests.faults.bad_engines:Unreliable")
    with at_work(settings) as (house, pool):
        begin = time.monotonic()
        with watching(pool, out / "said") as seen:
            batch = digitise_with(pool, house, folder)["batch"]
        seconds, strays = time.monotonic() - begin, programs(SLEEP, STRAY_SECONDS)
    print(f"\n{seconds:.0f} s, peak of a worker {seen.peak_mb} MB")
    return Run(settings, folder, batch, seconds, seen, strays)


@contextmanager
def at_work(settings: Settings) -> Iterator[tuple[House, Workers]]:
    apart = settings.model_copy(update={"data": settings.data.parent / "workers"})
    with Workers(apart, preload=("sohoa.pipeline.read",)) as pool, open_house(settings) as house:
        yield house, pool


@pytest.fixture(scope="module")
def failed(run: Run) -> dict[str, FailureRow]:
    with open_house(run.settings) as house:
        return {row.name.removesuffix(".pdf"): row for row in failures(house, run.batch)}


@pytest.mark.parametrize("way", EXPECTED)
def test_the_page_fails_with_its_reason_and_what_to_do(way: str, failed: dict[str, FailureRow]) -> None:
    kind, piece = EXPECTED[way]
    row = failed[way]
    assert row.message is not None
    assert (row.state, row.error_class) == (State.failed, kind), row.message
    assert row.message.startswith("Trang 2 / page 2: ") and piece in row.message
    assert "sohoa retry" in row.message
    assert SAID not in row.message


def test_no_other_page_or_record_suffers(run: Run, failed: dict[str, FailureRow]) -> None:
    assert set(failed) - {"many"} == set(WAYS) - HARMLESS == set(EXPECTED)
    with open_house(run.settings) as house, house.catalogue.read() as session:
        (batch,) = status(house, run.batch)
        assert batch.finished
        assert batch.sightings[State.done] == 3 + len(HARMLESS)
        many = session.scalars(select(Unit.key).where(Unit.pages == MANY)).one()
        pages = session.scalars(select(Page).where(Page.unit_key != many)).all()
        assert len(pages) == 2 * len(WAYS) + 3
        bad = [one for one in pages if one.outcome != "text"]
        assert len(bad) == len(EXPECTED)
        assert {(one.page, one.outcome) for one in bad} == {(2, "failed")}
        assert all(one.error_class and one.error_message for one in bad)
        assert all(one.words > 20 and one.confidence > 0.6 for one in pages if one.outcome == "text")
        assert verify(house, deep=True).disagreements == []


def test_a_file_whose_pages_all_crash_is_given_up_and_says_so(run: Run, failed: dict[str, FailureRow]) -> None:
    assert failed["many"].error_class == "EngineCrashError"
    with open_house(run.settings) as house, house.catalogue.read() as session:
        many = session.scalars(select(Unit.key).where(Unit.pages == MANY)).one()
        ends = [(row.error_class, row.error_message or "") for row in session.scalars(select(Page).where(Page.unit_key == many).order_by(Page.page))]  # fmt: skip
    tried = [kind for kind, _ in ends if kind == "EngineCrashError"]
    assert len(ends) == MANY
    # Those already handed to the pool when the last of the bad ones fell are tried.
    assert BAD_PAGES <= len(tried) <= BAD_PAGES + 4
    assert all(kind == "LimitError" and "bad_pages" in message for kind, message in ends[len(tried) :])


def test_a_hung_page_costs_its_own_time_and_no_more(run: Run, failed: dict[str, FailureRow]) -> None:
    assert f"{LIMITS.page_seconds + GRACE_SECONDS:g} giây" in (failed["hanging"].message or "")
    assert run.seconds < 60 + LIMITS.page_seconds + GRACE_SECONDS


def test_memory_stays_within_the_limit_and_nothing_is_printed_or_left_behind(run: Run) -> None:
    # The greedy engine went up to the limit, so the measurement sees it.
    assert 0.7 * LIMITS.worker_memory_mb < run.seen.peak_mb < LIMITS.worker_memory_mb
    assert run.strays == []
    assert SAID not in run.seen.said and len(run.seen.said) < 10_000


def test_retry_with_a_good_engine_completes_all_of_it(run: Run, failed: dict[str, FailureRow]) -> None:
    with at_work(run.settings.model_copy(update={"engine": ""})) as (house, pool):
        worked = digitise_with(pool, house, run.folder, redo=Redo.failed)["worked"]
        assert len(worked) == len(failed)
        assert list(failures(house, run.batch)) == []
        (batch,) = status(house, run.batch)
        assert batch.finished and batch.pages == {"text": 2 * len(WAYS) + 3 + MANY}
        with house.catalogue.read() as session:
            assert set(session.scalars(select(Sighting.state))) == set(session.scalars(select(Unit.state))) == {"done"}
        assert verify(house, deep=True).disagreements == []
