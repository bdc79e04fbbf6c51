"""Files of the vault that the disk left torn: what they held is read again, and nothing of it is quoted."""

from __future__ import annotations

from pathlib import Path

import pytest

from sohoa.pipeline.arrive import arrive
from sohoa.pipeline.batches import BatchFacts, open_batch
from sohoa.pipeline.house import House
from sohoa.pipeline.plan import plan
from sohoa.pipeline.work import read_chunk
from sohoa.pipeline.workers import Workers
from tests.conftest import DigitiseBare
from tests.faults.accounting import blank_page, run, states


@pytest.mark.parametrize("torn", ["result.json", "*.json"])
@pytest.mark.parametrize("left", [0, 60])
def test_a_torn_file_of_the_vault_is_made_again(
    house: House, tmp_path: Path, workers: Workers, digitise_bare: DigitiseBare, torn: str, left: int
) -> None:
    (tmp_path / "kho").mkdir()
    (tmp_path / "kho" / "a.png").write_bytes(blank_page("a"))
    batch = open_batch(house, tmp_path / "kho", fonds="PH01", agency="CQ01", facts=BatchFacts())
    keys = plan(house, arrive(house, workers, batch, None))
    assert read_chunk(house, workers, keys) == []
    files = list(house.vault.work(keys[0]).glob(f"*/{torn}"))
    assert files
    for file in files:
        file.write_bytes(file.read_bytes()[:left])
    assert states(run(digitise_bare, house, tmp_path / "kho", around=tmp_path)) == {"a.png": "done"}
