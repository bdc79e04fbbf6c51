"""An engine that reads as Tesseract does and kills the run it belongs to at a chosen moment.

Chosen as `SOHOA_ENGINE=tests.faults.killing:Killing`. `FAULT_KILL=reading`: when a page says `SIGNAL`, after another
page of the same run, one that says `FAULT_WAIT`, lies read in the vault. `FAULT_KILL=verdict`: when a unit was found
secret and its row says so, before the vault is cleared of it; `FAULT_WAIT` is a piece of the unit's name.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from sohoa.ocr.engine import EngineReading
from sohoa.ocr.tesseract import TesseractEngine
from sohoa.settings import Settings
from sohoa.stores.vault import PrivateNames
from tests.faults.leaks import tokens

SIGNAL = "Hiệu lệnh dừng phắt"
WAIT_SECONDS = 90.0


class Killing(TesseractEngine):
    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._vault = settings.vault_dir
        self._wanted = os.environ["FAULT_WAIT"]
        if os.environ["FAULT_KILL"] == "verdict" and multiprocessing.parent_process() is None:
            _kill_before_clearing(self._wanted)

    def read(self, image_path: Path, dpi: int, seconds: float) -> EngineReading:
        reading = super().read(image_path, dpi, seconds)
        said = " ".join(tokens(" ".join(word.text for word in reading.words)))
        if os.environ["FAULT_KILL"] == "reading" and " ".join(tokens(SIGNAL)) in said:
            end = time.monotonic() + WAIT_SECONDS
            while not self._lies_read():
                if time.monotonic() > end:
                    return reading  # the test sees that nobody was killed
                time.sleep(0.05)
            os.killpg(os.getpgid(os.getppid()), signal.SIGKILL)
            time.sleep(60)  # this worker dies with its parent
        return reading

    def _lies_read(self) -> bool:
        pages = (json.loads(path.read_bytes())["text"] for path in self._vault.glob("work/*/*/p*.json"))
        return any(" ".join(tokens(self._wanted)) in " ".join(tokens(text)) for text in pages)


def _kill_before_clearing(name: str) -> None:
    drop = PrivateNames.drop

    def killing(self: PrivateNames, keys: Iterable[str]) -> None:
        wanted = list(keys)
        if sys._getframe(1).f_code.co_name == "quarantine_read":
            entries = [self.get(key) or {} for key in wanted]
            if any(name in str(entry.get("name")) for entry in entries):
                os.killpg(0, signal.SIGKILL)
        drop(self, wanted)

    PrivateNames.drop = killing  # type: ignore[method-assign]
