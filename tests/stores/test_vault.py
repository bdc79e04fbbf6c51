"""The vault's sweep: what a killed check left goes, what a living one works in stays."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sohoa.stores.vault import Vault

CHECK = """
import sys, time
from pathlib import Path
from sohoa.intake.scratch import check_folder

with check_folder(Path(sys.argv[1])) as folder:
    (folder / "000001.bin").write_bytes(b"unpacked")
    print("held", flush=True)
    time.sleep(600)
"""


def test_the_folder_of_a_killed_check_goes_with_what_it_unpacked(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "vault")
    check = subprocess.Popen([sys.executable, "-c", CHECK, str(vault.root)], stdout=subprocess.PIPE)
    try:
        assert check.stdout is not None and check.stdout.readline() == b"held\n"
        assert vault.sweep([]) == 0 and len(list(vault.root.glob("*/000001.bin"))) == 1
    finally:
        check.kill()
        check.wait()
    assert vault.sweep([]) == 1 and not list(vault.root.rglob("*.bin"))
    vault.close()
