"""What an OCR engine is to the rest of sohoa, and how one is chosen."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import NamedTuple, Protocol, runtime_checkable

from sohoa.errors import EngineTimeoutError, SettingsError
from sohoa.settings import Settings


class EngineWord(NamedTuple):
    """A word as the engine gives it: box x0, y0, x1, y1 in pixels of the picture, confidence 0–1, layout numbers from 0."""

    text: str
    box: tuple[int, int, int, int]
    confidence: float
    block: int
    paragraph: int
    line: int


class EngineReading(NamedTuple):
    """All words of a picture in the engine's reading order."""

    words: tuple[EngineWord, ...]


@runtime_checkable
class Engine(Protocol):
    """Reads words from gray pictures. Made from the settings: `Engine(settings)`.

    `read` raises EngineTimeoutError after `seconds`, EngineCrashError when the engine dies,
    EngineError for any other failure; an empty reading is a valid answer.
    """

    name: str

    def fingerprint(self) -> str:
        """Version of the engine, hash of its model, settings that matter: changes when readings may change."""

    def read(self, image_path: Path, dpi: int, seconds: float) -> EngineReading:
        """The words of a PGM picture at that many dots per inch."""


@runtime_checkable
class BlockEngine(Engine, Protocol):
    """An engine that can also be told that a small picture holds one block of text, such as a stamp."""

    def read_block(self, image_path: Path, dpi: int, seconds: float) -> EngineReading:
        """As `read`, without looking for columns."""


def out_of_time() -> EngineTimeoutError:
    """The error for a page that uses up its `page_seconds`."""
    return EngineTimeoutError(
        "Nhận dạng trang quá thời gian cho phép (limits.page_seconds). Quét lại trang, hoặc tăng limits.page_seconds nếu máy chậm rồi chạy sohoa retry.",
        "Reading the page took longer than allowed (limits.page_seconds). Scan the page again, or raise limits.page_seconds if the machine is slow and run sohoa retry.",
    )


def load_engine(spec: str | None, settings: Settings) -> Engine:
    """The engine named `module:Class`, or Tesseract where `spec` is None. SettingsError where there is no such engine.

    Tesseract is used as a library where its wheel is installed, else as a program.
    """
    if spec is None:
        try:
            from sohoa.ocr.library import TesseractLibrary
        except ImportError:
            from sohoa.ocr.tesseract import TesseractEngine

            return TesseractEngine(settings)
        return TesseractLibrary(settings)
    module, _, name = spec.partition(":")
    try:
        engine = getattr(importlib.import_module(module), name)(settings)
    except (ImportError, AttributeError, ValueError, TypeError):
        engine = None
    if not isinstance(engine, Engine):
        raise SettingsError(
            f"Không có bộ nhận dạng {spec}. Sửa SOHOA_ENGINE (module:Class), hoặc bỏ trống để dùng Tesseract.",
            f"There is no OCR engine {spec}. Correct SOHOA_ENGINE (module:Class), or leave it empty for Tesseract.",
        )
    return engine
