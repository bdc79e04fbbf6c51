"""Engines for the bench's tests: one that returns nothing."""

from __future__ import annotations

from pathlib import Path

from sohoa.ocr.engine import EngineReading
from sohoa.settings import Settings


class SilentEngine:
    """Answers at once and reads no word."""

    name = "silent"

    def __init__(self, settings: Settings) -> None:
        pass

    def fingerprint(self) -> str:
        return "silent"

    def read(self, image_path: Path, dpi: int, seconds: float) -> EngineReading:
        return EngineReading(())
