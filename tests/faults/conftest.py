"""What the fault tests share: a Prefect database made once, since making one takes a quarter of a minute, and runs
that nothing disturbed."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.server import ensure_server, free_port
from sohoa.pipeline.dump import dump
from sohoa.pipeline.house import open_house
from sohoa.pipeline.workers import Workers
from sohoa.settings import ServerSettings, Settings, load
from tests.conftest import Paper, digitise_with
from tests.faults import small_archive

DataFolder = Callable[[Path], Path]
WORKERS = 2


@dataclass(frozen=True)
class Undisturbed:
    """A folder and what all stores hold after a run that nothing disturbed."""

    folder: Path
    dump: list[str]


MakeUndisturbed = Callable[[int], Undisturbed]


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """Makes data folders in which only a fresh Prefect database lies."""
    template = tmp_path_factory.mktemp("template") / "data"
    settings = Settings(data=template, server=ServerSettings(port=free_port(), start_seconds=180))
    with ensure_server(settings):
        pass

    def make(folder: Path) -> Path:
        (folder / "prefect").mkdir(parents=True, mode=0o700)
        folder.chmod(0o700)
        with (
            closing(sqlite3.connect(template / "prefect" / "prefect.db")) as old,
            closing(sqlite3.connect(folder / "prefect" / "prefect.db")) as new,
        ):
            old.backup(new)
        return folder

    return make


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, paper: Paper, workers: Workers) -> MakeUndisturbed:
    """Runs once for each size."""
    made: dict[int, Undisturbed] = {}

    def run(documents: int) -> Undisturbed:
        if documents not in made:
            place = tmp_path_factory.mktemp("undisturbed")
            folder = small_archive.make(place / "in", paper, documents=documents, seed=1)
            begin = time.monotonic()
            with open_house(load(data=place / "data", workers=WORKERS)) as house:
                digitise_with(workers, house, folder)
                made[documents] = Undisturbed(folder, list(dump(house)))
            print(f"\nundisturbed: {documents} documents in {time.monotonic() - begin:.0f} s")
        return made[documents]

    return run
