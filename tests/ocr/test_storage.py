"""Readings stored and loaded, and the version under which they are stored."""

from __future__ import annotations

import gzip

import pytest

from sohoa.errors import CorruptObjectError
from sohoa.models import Outcome, PageReading, Problem, StampReading, Word
from sohoa.ocr.engine import load_engine
from sohoa.ocr.storage import dump_readings, load_readings
from sohoa.ocr.version import reading_version
from sohoa.settings import Limits, Reading, Settings

PAGES = (
    PageReading(
        page=1,
        outcome=Outcome.text,
        source="ocr",
        text="Số hóa\n\ntài liệu",
        words=(Word("Số", (1.5, 2.0, 3.25, 4.0), 0.91, 0), Word("hóa", (4.0, 2.0, 6.0, 4.0), 0.5, 0)),
        width=595.32,
        height=842.04,
        rotation=180,
        dpi=300,
        confidence=0.705,
        seconds=3.2,
        engine="tesseract 5.3.0",
        stamps=(StampReading(text="MẬT", box=(1, 2, 3, 4), angle=-3, confidence=0.9),),
    ),
    PageReading(page=2, outcome=Outcome.blank, blank_reason="no-ink", seconds=0.1),
    PageReading(page=3, outcome=Outcome.failed, error=Problem(error_class="DamagedError", message="Ảnh hỏng.")),
)


def test_readings_come_back_as_they_were_but_for_the_time_they_took() -> None:
    assert load_readings(dump_readings(PAGES)) == tuple(page.model_copy(update={"seconds": 0.0}) for page in PAGES)


def test_the_same_readings_are_the_same_bytes() -> None:
    slower = [page.model_copy(update={"seconds": 99.0}) for page in PAGES]
    assert dump_readings(PAGES) == dump_readings(slower)
    assert b"seconds" not in gzip.decompress(dump_readings(PAGES))


@pytest.mark.parametrize("stored", [b"", b"nonsense", gzip.compress(b"{}"), dump_readings(PAGES)[:-9]])
def test_damaged_bytes_are_told(stored: bytes) -> None:
    with pytest.raises(CorruptObjectError):
        load_readings(stored)


def test_the_version_follows_what_changes_a_reading_and_nothing_else() -> None:
    engine = load_engine(None, Settings())
    version = reading_version(Settings(), engine)
    assert len(version) == 12
    assert reading_version(Settings(limits=Limits(pages=5)), engine) == version
    assert reading_version(Settings(reading=Reading(dpi=175)), engine) != version
    assert reading_version(Settings(), load_engine("tests.ocr.engines:Silent", Settings())) != version
