"""Tesseract as a library: the default; it reads as the program does, within its time, and keeps nothing of a page."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sohoa.errors import EngineError, EngineMissingError, EngineTimeoutError
from sohoa.imaging.pgm import write_pgm
from sohoa.ocr.engine import Engine, EngineReading, load_engine
from sohoa.ocr.library import TesseractLibrary
from sohoa.ocr.tesseract import TesseractEngine
from sohoa.settings import Reading, Settings
from tests.imaging import drawing


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _written(tmp_path_factory.mktemp("page") / "page.pgm", drawing.letter(200).image)


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    picture = drawing.letter(200).image.rotate(1.5, fillcolor="white")
    return _written(tmp_path_factory.mktemp("other") / "page.pgm", picture)


def _written(path: Path, picture: Image.Image) -> Path:
    write_pgm(np.asarray(picture.convert("L")), path)
    return path


def _words(reading: EngineReading) -> set[str]:
    return {word.text for word in reading.words}


def test_it_is_the_default() -> None:
    engine = load_engine(None, Settings())
    assert isinstance(engine, TesseractLibrary)
    assert isinstance(engine, Engine)
    assert "vie=" in engine.fingerprint()


def test_without_its_wheel_the_program_reads(monkeypatch: pytest.MonkeyPatch, page: Path) -> None:
    monkeypatch.setitem(sys.modules, "tesserocr", None)
    monkeypatch.delitem(sys.modules, "sohoa.ocr.library")
    engine = load_engine(None, Settings())
    assert isinstance(engine, TesseractEngine)
    assert engine.fingerprint() != TesseractLibrary(Settings()).fingerprint()
    assert engine.read(page, 200, 20).words


def test_library_and_program_read_the_same_words_at_the_same_places(page: Path) -> None:
    library, program = TesseractLibrary(Settings()).read(page, 200, 20), TesseractEngine(Settings()).read(page, 200, 20)
    assert len(_words(library) & _words(program)) >= 0.97 * len(_words(library) | _words(program))
    boxes = {word.text: word.box for word in program.words}
    for word in library.words:
        if list(boxes).count(word.text) == 1 and sum(w.text == word.text for w in library.words) == 1:
            assert np.abs(np.subtract(boxes[word.text], word.box)).max() <= 12 or len(word.text) < 3


def test_a_page_is_read_alike_whatever_was_read_before(page: Path, other: Path) -> None:
    engine = TesseractLibrary(Settings())
    first = engine.read(page, 200, 20)
    engine.read_block(other, 200, 20)
    between = engine.read(other, 200, 20)
    assert engine.read(page, 200, 20) == first
    assert TesseractLibrary(Settings()).read(other, 200, 20) == between != first


def test_a_page_that_takes_longer_than_its_time_is_given_up_and_the_next_one_read(page: Path) -> None:
    engine = TesseractLibrary(Settings())
    wanted = engine.read(page, 200, 20)
    with pytest.raises(EngineTimeoutError):
        engine.read(page, 200, 0.05)
    assert engine.read(page, 200, 20) == wanted


def test_a_picture_that_is_none_is_an_error_of_ours(tmp_path: Path) -> None:
    broken = tmp_path / "page.pgm"
    broken.write_bytes(b"P5\n100 100\n255\nabc")
    with pytest.raises(EngineError):
        TesseractLibrary(Settings()).read(broken, 200, 20)


def test_a_language_that_is_not_installed_is_named_with_its_package() -> None:
    with pytest.raises(EngineMissingError, match="tesseract-ocr-khm"):
        TesseractLibrary(Settings(reading=Reading(languages="vie+khm")))
