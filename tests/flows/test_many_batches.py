"""Prefect's pages after fifty batches: a real browser shows the runs, and in what time."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from flows.server import ServerHandle

pytestmark = [pytest.mark.prefect, pytest.mark.proof, pytest.mark.timeout(3600)]
BATCHES = 50
WAIT_MILLISECONDS = 20_000
"""A page that shows nothing for so long is not usable."""


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
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=browser, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        page = opened.new_page(viewport={"width": 1400, "height": 1000})
        for address, wanted in (("dashboard", "50"), ("runs", "PH49"), ("flows", "PH49")):
            begun = time.monotonic()
            page.goto(f"{pages}/{address}")
            page.wait_for_function(
                "word => document.body.innerText.includes(word)", arg=wanted, timeout=WAIT_MILLISECONDS
            )
            print(f"{address}: {time.monotonic() - begun:.1f} s")
            page.screenshot(path=tmp_path / f"{address}.png")
        opened.close()
