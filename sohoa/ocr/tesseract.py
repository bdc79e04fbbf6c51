"""Tesseract through pytesseract: its version, its arguments, its errors. Nothing else knows its flags."""

from __future__ import annotations

import csv
import functools
import hashlib
import io
import subprocess
from pathlib import Path

from sohoa.errors import EngineCrashError, EngineError, EngineMissingError
from sohoa.imaging.bounded import bounded_program, missing
from sohoa.ocr.engine import EngineReading, EngineWord, out_of_time
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
        _, self._models = installed_models(self._languages)
        self.name = f"tesseract {_version(self._program)}"

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
            raise out_of_time() from None
        except (OSError, ValueError) as error:
            raise _unusable(error) from None
        try:
            return EngineReading(tuple(parse_tsv(table)))
        except (ValueError, csv.Error) as error:
            raise _unusable(error) from None


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


def _unusable(error: Exception) -> EngineError:
    what = f"{type(error).__name__} {getattr(error, 'errno', None) or ''}".strip()
    return EngineError(
        f"Không chạy được Tesseract hoặc không đọc được kết quả ({what}). Chạy sohoa doctor để kiểm tra, rồi sohoa retry.",
        f"Tesseract cannot be run or its result cannot be read ({what}). Check it with sohoa doctor, then run sohoa retry.",
    )


def _translate(status: int, message: str) -> EngineError:
    if "Failed loading language" in message or "Error opening data file" in message:
        return missing("tesseract")
    if status < 0 or status > _SIGNALLED or "bad_alloc" in message:
        number = -status if status < 0 else status - _SIGNALLED
        return EngineCrashError(
            f"Tesseract dừng đột ngột khi đọc trang (tín hiệu {number}, hết bộ nhớ hoặc hết giờ). Quét lại trang ở 200–300 dpi, hoặc tăng limits.worker_memory_mb và limits.page_seconds rồi chạy sohoa retry.",
            f"Tesseract died while reading the page (signal {number}, out of memory or of time). Scan the page again at 200–300 dpi, or raise limits.worker_memory_mb and limits.page_seconds and run sohoa retry.",
        )
    return EngineError(
        f"Tesseract báo lỗi {status} khi đọc trang. Chạy sohoa doctor để kiểm tra bộ nhận dạng, rồi sohoa retry; vẫn lỗi thì quét lại trang.",
        f"Tesseract failed on the page with status {status}. Check the engine with sohoa doctor, then run sohoa retry; if it fails again, scan the page again.",
    )


@functools.cache
def _version(program: str) -> str:
    return _output([program, "--version"]).split()[1]


@functools.cache
def installed_models(languages: str) -> tuple[str, str]:
    """Folder of the system's models, and the hash of those for `languages`. EngineMissingError where one lacks."""
    listing = _output(["tesseract", "--list-langs"])
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
    return folder, digest.hexdigest()[:16]


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        raise missing("tesseract") from None
    return done.stdout
