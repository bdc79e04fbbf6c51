"""Tesseract as a library in this process, through tesserocr: models are loaded once a worker and no program starts.

Measured against the program `tesseract` on the same pages: two thirds of its CPU time (docs/performance.md).
A crash or a hang takes the worker with it; the pool knows which page that was (`sohoa.pipeline.workers`).
"""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path

os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # read once, when the library is loaded; pages are read one a core

import tesserocr

from sohoa.errors import EngineError
from sohoa.ocr.engine import EngineReading, out_of_time
from sohoa.ocr.tesseract import installed_models, parse_tsv
from sohoa.settings import Settings


class TesseractLibrary:
    """Tesseract of the tesserocr wheel with the system's models. EngineMissingError where a model lacks."""

    def __init__(self, settings: Settings) -> None:
        self._languages, self._psm = settings.reading.languages, settings.reading.psm
        self._folder, self._models = installed_models(self._languages)
        self.name = f"tesseract {tesserocr.tesseract_version().split()[1]}"

    def fingerprint(self) -> str:
        return f"library {self.name};{self._languages}={self._models};psm={self._psm}"

    def read(self, image_path: Path, dpi: int, seconds: float) -> EngineReading:
        return self._run(image_path, dpi, seconds, self._psm)

    def read_block(self, image_path: Path, dpi: int, seconds: float) -> EngineReading:
        return self._run(image_path, dpi, seconds, int(tesserocr.PSM.SINGLE_BLOCK))

    @cached_property
    def _api(self) -> tesserocr.PyTessBaseAPI:
        return tesserocr.PyTessBaseAPI(path=self._folder, lang=self._languages, psm=self._psm)

    def _run(self, image_path: Path, dpi: int, seconds: float, psm: int) -> EngineReading:
        api = self._api
        api.SetPageSegMode(psm)
        try:
            api.SetImageFile(str(image_path))
            api.SetSourceResolution(max(70, dpi))
            if not api.Recognize(int(seconds * 1000)):
                raise out_of_time()
            return EngineReading(tuple(parse_tsv(api.GetTSVText(0))))
        except (RuntimeError, OSError) as error:
            raise EngineError(
                f"Tesseract báo lỗi khi đọc trang ({type(error).__name__}). Quét lại trang rồi chạy sohoa retry.",
                f"Tesseract failed on the page ({type(error).__name__}). Scan the page again and run sohoa retry.",
            ) from None
        finally:
            # The next page is read as if it were the first: what was learned from this one is forgotten.
            api.Clear()
            api.ClearAdaptiveClassifier()
