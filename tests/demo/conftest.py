"""A sample archive digitised through the real command line, once for all tests of this folder."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from sohoa.sample.archive import generate
from sohoa.sample.truth import Truth
from sohoa.settings import Settings, load

DOCUMENTS = 60
"""As in `make demo`."""


@dataclass(frozen=True)
class Demo:
    """What a user has after `make demo`."""

    archive: Path
    truth: Truth
    settings: Settings
    output: str
    exit_code: int
    seconds: float


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo")
    made = generate(folder / "archive", documents=DOCUMENTS, seed=1)
    data = folder / "data"
    began = time.monotonic()
    run = subprocess.run(
        [str(Path(sys.executable).parent / "sohoa"), "--data", str(data), "digitise", str(made.archive)],
        capture_output=True,
        text=True,
        timeout=1800,
        env={**os.environ, "COLUMNS": "150"},
        check=False,
    )
    seconds = time.monotonic() - began
    truth = Truth.model_validate_json(made.truth.read_text(encoding="utf-8"))
    print(f"{DOCUMENTS} documents, {made.pages} pages in {seconds:.0f} s\n{run.stdout}\n{run.stderr[-2000:]}")
    return Demo(made.archive, truth, load(data=data), run.stdout, run.returncode, seconds)
