"""What a worker process does with pages: read one, judge a run of them; engine and rules are loaded once a process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from sohoa.imaging.source import PageSource
from sohoa.intake.regular import held
from sohoa.models import PageReading, Recognition
from sohoa.ocr.engine import Engine, load_engine
from sohoa.ocr.page import read_page
from sohoa.records.recognise import recognise
from sohoa.records.rules import Rules, load_rules
from sohoa.settings import CONFIG_DIR, Settings


@lru_cache(maxsize=2)
def _engine(settings: Settings) -> Engine:
    return load_engine(settings.engine or None, settings)


@lru_cache(maxsize=1)
def _rules() -> Rules:
    return load_rules(CONFIG_DIR)


def read_one(source: PageSource, settings: Settings) -> PageReading:
    """Read one page with the engine of the settings. Errors of `held` when the file is not what was found any more."""
    with held(source.path) as still:
        return read_page(replace(source, path=still), settings, _engine(settings))


def judge_pages(readings: Sequence[PageReading]) -> Recognition:
    """Records and secrecy of a run of pages."""
    return recognise(readings, _rules())
