"""Engines that fail: the page fails with its reason, is never an empty text, and no process stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from sohoa.errors import (
    EngineCrashError,
    EngineError,
    EngineMissingError,
    EngineTimeoutError,
    SettingsError,
)
from sohoa.imaging.pgm import write_pgm
from sohoa.imaging.source import PageSource
from sohoa.models import PageReading
from sohoa.ocr.engine import load_engine
from sohoa.ocr.page import read_page
from sohoa.ocr.tesseract import TesseractEngine, parse_tsv
from sohoa.settings import Limits, Reading, Settings
from tests.imaging import drawing


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "page.png"
    drawing.letter(100).image.save(path, dpi=(100, 100))
    return path


def _read(page: Path, engine: str, settings: Settings | None = None) -> PageReading:
    settings = settings or Settings()
    return read_page(PageSource(page, "png"), settings, load_engine(f"tests.ocr.engines:{engine}", settings))


@pytest.mark.parametrize(
    ("engine", "error"),
    [
        ("Silent", "EngineError"),
        ("Crashing", "EngineCrashError"),
        ("Hanging", "EngineTimeoutError"),
        ("Endless", "LimitError"),
    ],
)
def test_a_failing_engine_fails_the_page(engine: str, error: str, page: Path) -> None:
    reading = _read(page, engine)
    assert (reading.outcome, reading.text, reading.words) == ("failed", "", ())
    assert reading.error is not None
    assert reading.error.error_class == error


def test_an_unsure_engine_is_asked_in_every_orientation(page: Path) -> None:
    settings = Settings()
    engine = load_engine("tests.ocr.engines:Unsure", settings)
    reading = read_page(PageSource(page, "png"), settings, engine)
    assert reading.outcome == "text"
    assert reading.confidence == pytest.approx(0.2)
    assert len(engine.calls) >= 5  # type: ignore[attr-defined]


@pytest.mark.parametrize("spec", ["nowhere:Engine", "tests.ocr.engines:Nothing", "json:JSONDecoder", "nonsense"])
def test_an_engine_that_is_none_is_a_wrong_setting(spec: str) -> None:
    with pytest.raises(SettingsError):
        load_engine(spec, Settings())


def test_a_language_that_is_not_installed_is_named_with_its_package() -> None:
    with pytest.raises(EngineMissingError, match="tesseract-ocr-khm"):
        TesseractEngine(Settings(reading=Reading(languages="vie+khm")))


def test_without_tesseract_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineMissingError, match="apt-get install tesseract-ocr tesseract-ocr-vie"):
        TesseractEngine(Settings())


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    import numpy as np

    write_pgm(np.asarray(drawing.letter(100).image.convert("L")), tmp_path / "p.pgm")
    return tmp_path / "p.pgm"


def _pretend(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program called tesseract, found before the real one."""
    folder.mkdir()
    (folder / "tesseract").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "tesseract").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("exec sleep 60", EngineTimeoutError),
        ("kill -SEGV $$", EngineCrashError),
        ("kill -KILL $$", EngineCrashError),
        ("echo terminate called after throwing std::bad_alloc >&2; exit 134", EngineCrashError),
        ("echo some failure >&2; exit 1", EngineError),
        ("exit 0", EngineError),
        ("while :; do :; done", EngineTimeoutError),
    ],
)
def test_every_way_tesseract_can_fail_has_its_error(
    script: str, error: type[Exception], picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = TesseractEngine(Settings())
    _pretend(tmp_path / "bin", script, monkeypatch)
    started = time.monotonic()
    with pytest.raises(error) as caught:
        engine.read(picture, 100, 1.5)
    assert type(caught.value) is error
    assert time.monotonic() - started < 10
    assert str(tmp_path) not in str(caught.value)


def test_tesseract_over_its_memory_fails_instead_of_eating_the_machine(picture: Path) -> None:
    engine = TesseractEngine(Settings(limits=Limits(worker_memory_mb=70)))
    with pytest.raises(EngineError):
        engine.read(picture, 100, 20)
    TesseractEngine(Settings())  # the usual limit again


def test_tesseract_dies_with_the_process_that_called_it(
    picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    TesseractEngine(Settings())
    _pretend(
        tmp_path / "bin",
        '[ "$1" = --version ] || [ "$1" = --list-langs ] && exec /usr/bin/tesseract "$@"\nexec sleep 300',
        monkeypatch,
    )
    code = (
        "import sys; from pathlib import Path; from sohoa.ocr.tesseract import TesseractEngine; from sohoa.settings import Settings\n"
        f"TesseractEngine(Settings()).read(Path({str(picture)!r}), 100, 200)"
    )
    caller = subprocess.Popen([sys.executable, "-c", code])
    try:
        child = _wait_for(
            lambda: next((c for c in psutil.Process(caller.pid).children(recursive=True) if c.name() == "sleep"), None)
        )
        caller.send_signal(signal.SIGKILL)
        caller.wait()
        assert _wait_for(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
    finally:
        caller.kill()


def _wait_for(condition):  # type: ignore[no-untyped-def]
    for _ in range(300):
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come")


def test_tsv_is_read_word_by_word() -> None:
    table = (
        "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"
        "4\t1\t1\t1\t1\t0\t5\t6\t70\t8\t-1\t\n"
        '5\t1\t1\t1\t1\t1\t5\t6\t30\t8\t96.5\t"Số\n'
        "5\t1\t1\t1\t1\t2\t40\t6\t30\t8\t0\t \n"
        "5\t1\t2\t1\t3\t1\t40\t60\t30\t8\t33\thóa\n"
    )
    assert [tuple(word) for word in parse_tsv(table)] == [
        ('"Số', (5, 6, 35, 14), 0.965, 0, 0, 0),
        ("hóa", (40, 60, 70, 68), 0.33, 1, 0, 2),
    ]
