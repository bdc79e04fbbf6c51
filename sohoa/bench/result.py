"""The result of a bench: typed, written as JSON, kept as a baseline."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from sohoa.errors import SettingsError, UnreadableError

FORM = 1
"""Grows when the method or the form changes: results of different forms are not compared."""

StageName = Literal["rasterise", "clean", "ocr", "rest", "idle"]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Accuracy(Part):
    """Error rates of a group of pages, as shares (0.01 is 1 %), sohoa's and the peer's on the same pages."""

    group: str
    """clean, light, medium, heavy, turned, folder; `all` for the sum."""
    held_out: bool | None
    """Layouts that nobody tunes on; None in the sum over all."""
    pages: int
    letters: int
    words: int
    cer: float
    wer: float
    peer_cer: float
    peer_wer: float
    running_cer: float
    """Of the running text alone, without header, footer, stamps and handwriting."""
    peer_running_cer: float


class Pair(Part):
    """One sohoa run and the peer's run right after it: seconds on the wall; ratio = peer's seconds / sohoa's."""

    seconds: float
    peer_seconds: float
    ratio: float


class Side(Part):
    """Medians over the pairs; memory is the highest seen in any run."""

    engine: str
    pages_per_minute: float
    cpu_seconds_per_page: float
    peak_mb: float


class Stage(Part):
    """Where sohoa's time goes. `share` of (workers × wall); `idle`: workers without a page."""

    name: StageName
    seconds_per_page: float
    share: float


class Failure(Part):
    """Pages that sohoa could not read, by class of error."""

    error_class: str
    pages: int


class Result(Part):
    """Everything a bench found. `ratio` is the median of the pairs' ratios: over 1 sohoa is faster than the peer."""

    form: int = FORM
    version: str
    measured: str
    """ISO 8601, UTC."""
    machine: str
    corpus: str
    documents: int | None
    seed: int | None
    pages: int
    left_out: int
    """Pages with a usable text layer: nothing is recognised on them, so they are not measured."""
    workers: int
    pairs: tuple[Pair, ...]
    ratio: float
    sohoa: Side
    peer: Side
    stages: tuple[Stage, ...]
    accuracy: tuple[Accuracy, ...]
    failures: tuple[Failure, ...]


def write_result(result: Result, path: Path) -> None:
    """Keep a result as a baseline. UnreadableError where it cannot be written."""
    try:
        path.write_text(result.model_dump_json(indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise UnreadableError(
            f"Không ghi được tệp mốc so sánh (lỗi {error.errno}). Kiểm tra thư mục và quyền ghi.",
            f"The baseline cannot be written (error {error.errno}). Check the folder and the right to write.",
        ) from None


def load_result(path: Path) -> Result:
    """Read a baseline. SettingsError where it is no result of this form; UnreadableError where it cannot be read."""
    try:
        return Result.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UnreadableError(
            f"Không đọc được tệp mốc so sánh (lỗi {error.errno}). Tạo bằng --write-baseline.",
            f"The baseline cannot be read (error {error.errno}). Make it with --write-baseline.",
        ) from None
    except ValidationError:
        raise SettingsError(
            "Tệp mốc so sánh không đúng dạng. Tạo lại bằng --write-baseline.",
            "The baseline is not of this form. Make it anew with --write-baseline.",
        ) from None
