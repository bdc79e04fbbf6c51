"""Prefect's pages after fifty batches: a real browser shows the runs, and in what time."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from flows.server import ServerHandle

pytestmark = [pytest.mark.prefect, pytest.mark.proof, pytest.mark.timeout(3600)]
BATCHES = 50
WAIT_MILLISECONDS = 20_000
"""So long the browser lets the page load and draw itself."""


def test_the_pages_are_usable_after_fifty_batches(
    prefect_server: ServerHandle, tmp_path: Path, paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.digitise import digitise

    browser = shutil.which("chromium")
    if browser is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    monkeypatch.setenv("SOHOA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SOHOA_WORKERS", "2")
    for number in range(BATCHES):
        folder = tmp_path / f"lo-{number}"
        for copy in range(3):
            paper.pdf(folder / f"{copy}.pdf", paper.page(f"Bản {copy} của lô {number}.", header=False))
        digitise(folder=str(folder), fonds=f"PH{number:02d}")
    pages = prefect_server.api_url.removesuffix("/api")
    for page, wanted in (("dashboard", "digitise"), ("runs", "PH49")):
        begun = time.monotonic()
        command = [
            *(browser, "--headless", "--disable-gpu", f"--user-data-dir={tmp_path / 'browser'}"),
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
            *(f"--virtual-time-budget={WAIT_MILLISECONDS}", "--window-size=1400,1000"),
            *(f"--screenshot={tmp_path / page}.png", "--dump-dom", f"{pages}/{page}"),
        ]
        shown = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
        print(f"{page}: {time.monotonic() - begun:.1f} s, {len(shown)} characters")
        assert wanted in shown
