"""Where a bench works and what its numbers belong to."""

from __future__ import annotations

import platform
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sohoa.settings import Settings

Tell = Callable[[str], None]
"""Is called with a sentence at each step of a measurement."""


@contextmanager
def bench_home(settings: Settings) -> Iterator[tuple[Path, Settings]]:
    """A folder of mode 0700 for everything the bench writes, with settings that point there; gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="sohoa-bench-"))
    try:
        yield home, settings.model_copy(update={"data": home / "data"})
    finally:
        shutil.rmtree(home, ignore_errors=True)


def machine() -> str:
    """«Intel … , Linux 6.1, Python 3.11»: what the absolute numbers belong to."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    model = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine()
    )
    return f"{model}, {platform.system()} {platform.release()}, Python {platform.python_version()}"


def today() -> str:
    """ISO 8601, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
