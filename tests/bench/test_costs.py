"""What orchestration costs and how cost grows: measured on real programs, small here, in full by the commands."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from sohoa.bench.cost import measure_cost
from sohoa.bench.growth import measure_growth
from sohoa.bench.programs import spend
from sohoa.errors import EngineError
from sohoa.settings import load

BURN = "import time\nend = time.process_time() + 1.0\nwhile time.process_time() < end: pass"


def test_what_an_orphan_spent_is_counted(tmp_path: Path) -> None:
    orphaning = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {BURN!r}])"
    spent = spend((sys.executable, "-c", orphaning), os.environ, tmp_path / "said")
    assert spent.cpu >= 1.0


def test_a_program_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="xyz"):
        spend((sys.executable, "-c", "raise SystemExit('xyz')"), os.environ, tmp_path / "said")


@pytest.mark.prefect
def test_the_whole_way_costs_more_than_the_bare_loop(tmp_path: Path) -> None:
    result = measure_cost(load(data=tmp_path, workers=2), documents=4, pairs=1, own_stores=False, tell=lambda _: None)
    (pair,) = result.pairs
    assert 0 < pair.bare_cpu < pair.cpu
    assert result.cpu_per_document == pytest.approx((pair.cpu - pair.bare_cpu) / 4, abs=0.001)
    assert 0 < result.start_cpu < result.first_start_cpu
    assert list(tmp_path.iterdir()) == []


@pytest.mark.prefect
def test_growth_is_measured_and_nothing_is_done_again(tmp_path: Path) -> None:
    result = measure_growth(
        load(data=tmp_path, workers=2), documents=30, finished=40, sightings=3_000, tell=lambda _: None
    )
    assert result.again == 0
    assert result.listed == 30 + 20, "3,000 sightings have 30 failed and 20 secret ones"
    assert result.memory_mb is not None
    assert result.memory_mb[0] > 100, "Prefect's server and the workers are counted"
    assert result.kilobytes_per_document is not None
