"""Engines that fail, one way each: injected as `tests.ocr.engines:Name`."""

from __future__ import annotations

from pathlib import Path

from sohoa.errors import EngineCrashError, EngineTimeoutError
from sohoa.ocr.engine import EngineReading, EngineWord
from sohoa.settings import Settings


class Base:
    name = "test engine"

    def __init__(self, settings: Settings) -> None:
        self.calls: list[tuple[int, float]] = []

    def fingerprint(self) -> str:
        return type(self).__name__

    def read(self, image_path: Path, dpi: int, seconds: float) -> EngineReading:
        self.calls.append((dpi, seconds))
        assert image_path.read_bytes().startswith(b"P5\n")
        return self.answer(image_path)

    def answer(self, image_path: Path) -> EngineReading:
        raise NotImplementedError


class Silent(Base):
    """Sees nothing on any page."""

    def answer(self, image_path: Path) -> EngineReading:
        return EngineReading(())


class Crashing(Base):
    def answer(self, image_path: Path) -> EngineReading:
        raise EngineCrashError("Bộ nhận dạng dừng đột ngột.", "The engine died.")


class Hanging(Base):
    """Uses up all the time it is given, as an engine that hangs and is killed does."""

    def read(self, image_path: Path, dpi: int, seconds: float) -> EngineReading:
        raise EngineTimeoutError("Quá thời gian.", "Out of time.")


class Endless(Base):
    """Answers with more text than any page has."""

    def answer(self, image_path: Path) -> EngineReading:
        return EngineReading(tuple(EngineWord("chữ" * 100, (0, 0, 10, 10), 0.9, 0, 0, n) for n in range(5000)))


class Unsure(Base):
    """Sees the same few unsure words whichever way the page is turned."""

    def answer(self, image_path: Path) -> EngineReading:
        return EngineReading(tuple(EngineWord(f"x{n}", (10 * n, 0, 10 * n + 8, 5), 0.2, 0, 0, 0) for n in range(3)))
