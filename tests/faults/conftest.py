"""What the fault tests share: a Prefect database made once, since making one takes a quarter of a minute."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from flows.server import ensure_server, free_port
from sohoa.settings import ServerSettings, Settings

DataFolder = Callable[[Path], Path]


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
