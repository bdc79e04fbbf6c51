"""Outside programs that read hostile files: bounded in memory and time, and killed when their caller dies.

The small scripts in `programs/` bear the names of the programs, because pytesseract and pdf2image take a name or
a folder of names and nothing else. They set the limits and replace themselves by the program (`exec`), so there is
one process to wait for and to kill.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2

from sohoa.errors import EngineMissingError
from sohoa.settings import Settings

_NO_MEMORY = -4
"""OpenCV's StsNoMem."""

PROGRAMS = Path(__file__).resolve().parent / "programs"

_PACKAGES = {
    "tesseract": "tesseract-ocr tesseract-ocr-vie",
    "pdftoppm": "poppler-utils",
    "pdfinfo": "poppler-utils",
    "setpriv": "util-linux",
}


def bounded_program(name: str, settings: Settings) -> Path:
    """Path of the script that runs `name` under the limits of the settings. EngineMissingError where it is not installed."""
    for needed in (name, "setpriv"):
        if shutil.which(needed) is None:
            raise missing(needed)
    # The scripts read these two; nothing else of the process's environment is touched.
    os.environ["PROGRAM_MEMORY_KB"] = str(settings.limits.worker_memory_mb * 1024)
    os.environ["PROGRAM_CPU_SECONDS"] = str(int(settings.limits.page_seconds) + 1)
    return PROGRAMS / name


def missing(program: str) -> EngineMissingError:
    """The error that names the program and the command that installs it."""
    command = f"sudo apt-get install {_PACKAGES[program]}"
    return EngineMissingError(
        f"Chưa cài chương trình {program}. Chạy: {command}",
        f"The program {program} is not installed. Run: {command}",
    )


def is_over_memory(error: Exception) -> bool:
    """Whether an error means that the process's memory was used up, in Python's words or in OpenCV's."""
    return isinstance(error, MemoryError) or (isinstance(error, cv2.error) and error.code == _NO_MEMORY)


def is_disk_full(error: Exception) -> bool:
    """Whether an error means that the disk of the temporary files has no room left."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def scratch(settings: Settings) -> Iterator[Path]:
    """A folder of mode 0700 for one page's temporary files, gone afterwards.

    It lies in the vault where there is one (worker processes already have their temporary folder there), so that
    what a killed process leaves behind is swept with the vault and never lies elsewhere.
    """
    usual, vault = Path(tempfile.gettempdir()).resolve(), settings.vault_dir
    parent = vault / "tmp" if (vault / "tmp").is_dir() and not usual.is_relative_to(vault.resolve()) else None
    with tempfile.TemporaryDirectory(prefix="page-", dir=parent, ignore_cleanup_errors=True) as folder:
        yield Path(folder)
