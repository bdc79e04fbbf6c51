"""One real Prefect server for all tests marked `prefect`, with a data folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.server import ServerHandle, connected, ensure_server, free_port
from sohoa.errors import ServerError
from sohoa.settings import ServerSettings, Settings


@pytest.fixture(scope="session")
def prefect_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the test server: a free port, a fresh data folder."""
    folder: Path = tmp_path_factory.mktemp("prefect")
    return Settings(data=folder / "data", server=ServerSettings(port=free_port(), start_seconds=180), workers=2)


@pytest.fixture(scope="session")
def prefect_server(prefect_settings: Settings) -> Iterator[ServerHandle]:
    """The real server, started once; this process and its children are its clients until the session ends."""
    try:
        handle = ensure_server(prefect_settings)
    except ServerError as error:
        log = prefect_settings.data / "logs" / "prefect-server.log"
        tail = log.read_text(errors="replace")[-3000:] if log.exists() else "(no log)"
        pytest.fail(f"the Prefect server did not start: {error.sentence.en}\n{tail}", pytrace=False)
    with handle, connected(prefect_settings, handle.api_url):
        yield handle
