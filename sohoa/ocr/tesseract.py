"""Tesseract through pytesseract: its version, its arguments, its errors. Nothing else knows its flags."""

from __future__ import annotations

import csv
import functools
import hashlib
import io
import subprocess
from pathlib import Path

from sohoa.errors import EngineCrashError, EngineError, EngineMissingError, EngineTimeoutError
from sohoa.imaging.bounded import bounded_program, missing
from sohoa.ocr.engine import EngineReading, EngineWord
from sohoa.settings import Settings

_ONE_BLOCK = 6
_SIGNALLED = 128
"""A shell reports death by signal N as 128 + N."""


class TesseractEngine:
    """Tesseract with the models of `settings.reading.languages`, one call a page. EngineMissingError where it lacks."""

    name = "tesseract"

    def __init__(self, settings: Settings) -> None:
        self._program = str(bounded_program("tesseract", settings))
        self._languages = settings.reading.languages
        self._psm = settings.reading.psm
        self._version, self._models = _probe(self._program, self._languages)
        self.name = f"tesseract {self._version}"

    def fingerprint(self) -> str:
        return f"{self.name};{self._languages}={self._models};psm={self._psm}"

    def read(self, image_path: Path, dpi: int, seconds: float) -> EngineReading:
        return self._run(image_path, dpi, seconds, self._psm)

    def read_block(self, image_path: Path, dpi: int, seconds: float) -> EngineReading:
        return self._run(image_path, dpi, seconds, _ONE_BLOCK)

    def _run(self, image_path: Path, dpi: int, seconds: float, psm: int) -> EngineReading:
        import pytesseract.pytesseract as driver

        driver.tesseract_cmd = self._program
        # Beside the picture, which lies in the vault: what is read from a page must not lie anywhere else.
        base = image_path.with_suffix("")
        config = f"--psm {psm} --dpi {max(70, dpi)} -c tessedit_create_tsv=1"
        try:
            driver.run_tesseract(str(image_path), str(base), "tsv", self._languages, config, timeout=max(0.1, seconds))
            table = base.with_suffix(".tsv").read_text(encoding="utf-8")
        except driver.TesseractError as error:
            raise _translate(error.status, error.message) from None
        except driver.TesseractNotFoundError:
            raise missing("tesseract") from None
        except RuntimeError:
            # pytesseract's only other RuntimeError: «Tesseract process timeout».
            raise EngineTimeoutError(
                "Nhận dạng trang quá thời gian cho phép (limits.page_seconds).",
                "Reading the page took longer than allowed (limits.page_seconds).",
            ) from None
        except OSError as error:
            raise EngineError(
                f"Không chạy được Tesseract hoặc không đọc được kết quả (lỗi {error.errno}).",
                f"Tesseract cannot be run or its result cannot be read (error {error.errno}).",
            ) from None
        return EngineReading(tuple(parse_tsv(table)))


def parse_tsv(table: str) -> list[EngineWord]:
    """The words (level 5) of Tesseract's TSV; layout numbers made to count from 0."""
    words = []
    for row in csv.reader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if len(row) < 12 or row[0] != "5" or not row[11].strip():
            continue
        _, _, block, paragraph, line, _, left, top, width, height = map(int, row[:10])
        confidence = min(1.0, max(0.0, float(row[10]) / 100))
        box = (left, top, left + width, top + height)
        words.append(EngineWord(row[11].strip(), box, confidence, block - 1, paragraph - 1, line - 1))
    return words


def _translate(status: int, message: str) -> EngineError:
    if "Failed loading language" in message or "Error opening data file" in message:
        return missing("tesseract")
    if status < 0 or status > _SIGNALLED or "bad_alloc" in message:
        number = -status if status < 0 else status - _SIGNALLED
        return EngineCrashError(
            f"Tesseract dừng đột ngột khi đọc trang (tín hiệu {number}, hết bộ nhớ hoặc hết giờ).",
            f"Tesseract died while reading the page (signal {number}, out of memory or of time).",
        )
    return EngineError(
        f"Tesseract báo lỗi {status} khi đọc trang.",
        f"Tesseract failed on the page with status {status}.",
    )


@functools.cache
def _probe(program: str, languages: str) -> tuple[str, str]:
    """Tesseract's version and the hash of its model files. EngineMissingError where a model is not installed."""
    version = _output([program, "--version"]).split()[1]
    listing = _output([program, "--list-langs"])
    folder = listing.partition('"')[2].partition('"')[0]
    digest = hashlib.sha256()
    for language in languages.split("+"):
        model = Path(folder) / f"{language}.traineddata"
        if language not in listing.split() or not model.is_file():
            command = f"sudo apt-get install tesseract-ocr tesseract-ocr-{language}"
            raise EngineMissingError(
                f"Chưa cài mô hình ngôn ngữ {language} của Tesseract. Chạy: {command}",
                f"Tesseract's language model {language} is not installed. Run: {command}",
            )
        digest.update(model.read_bytes())
    return version, digest.hexdigest()[:16]


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        raise missing("tesseract") from None
    return done.stdout
