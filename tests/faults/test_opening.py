"""Many programs open a data folder that is still empty, all at once: each of them gets the one catalogue."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

OPENER = """
import sys, time
from pathlib import Path
from sohoa.settings import Settings
from sohoa.stores.catalogue.database import open_catalogue

while time.time() < float(sys.argv[2]):
    pass
print(open_catalogue(Settings(data=Path(sys.argv[1]))).salt)
"""


def test_a_new_catalogue_opened_by_several_at_once(tmp_path: Path) -> None:
    for attempt in range(3):
        begin = subprocess.check_output(
            [sys.executable, "-c", "import time; print(time.time() + 4)"], text=True
        ).strip()
        command = [sys.executable, "-c", OPENER, str(tmp_path / f"data{attempt}"), begin]
        openers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
        salts = {opener.communicate(timeout=60)[0] for opener in openers}
        assert [opener.returncode for opener in openers] == [0] * 4
        assert len(salts) == 1 and "" not in salts
