"""The same kills with the stores of an office: MinIO and Elasticsearch."""

from __future__ import annotations

import os
import time
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr

from sohoa.pipeline.dump import dump
from sohoa.pipeline.house import open_house
from sohoa.pipeline.workers import Workers
from sohoa.settings import Settings
from tests.conftest import Paper, digitise_with
from tests.faults import small_archive
from tests.faults.children import Child
from tests.faults.conftest import WORKERS, DataFolder
from tests.faults.test_kill import repeats, strike_and_finish, the_dump

pytestmark = [pytest.mark.proof, pytest.mark.prefect, pytest.mark.servers, pytest.mark.timeout(14400)]

DOCUMENTS, KILLS = (int(number) for number in os.environ.get("FAULT_SIZE", "1000,20").split(","))
"""Given as FAULT_SIZE=60,4 for a quick look."""


def environment(settings: Settings) -> dict[str, str]:
    """What tells a program of sohoa to use these stores."""
    secret = settings.objects.secret_key, settings.index.password
    assert all(isinstance(one, SecretStr) for one in secret)
    return {
        "SOHOA_OBJECTS_URL": settings.objects_url,
        "SOHOA_OBJECTS__ACCESS_KEY": settings.objects.access_key,
        "SOHOA_OBJECTS__SECRET_KEY": secret[0].get_secret_value(),
        "SOHOA_INDEX_URL": settings.index_url,
        "SOHOA_INDEX__NAME": settings.index.name,
        "SOHOA_INDEX__USER": settings.index.user,
        "SOHOA_INDEX__PASSWORD": secret[1].get_secret_value(),
    }


def test_a_killed_run_of_an_office_ends_as_an_undisturbed_one(
    office_settings: Settings, tmp_path: Path, paper: Paper, workers: Workers, data_folder: DataFolder
) -> None:
    folder = small_archive.make(tmp_path / "in", paper, documents=DOCUMENTS, seed=1)
    begin = time.monotonic()
    with open_house(apart(office_settings, tmp_path / "still")) as house:
        digitise_with(workers, house, folder)
        still = list(dump(house))
    print(f"\nundisturbed: {DOCUMENTS} documents in {time.monotonic() - begin:.0f} s")
    struck = office_settings.model_copy(update={"data": data_folder(tmp_path / "struck")})
    start = partial(Child, ["digitise", str(folder)], struck.data, tmp_path / "aside", environment(struck))
    strike_and_finish(struck, start, KILLS)
    assert the_dump(struck) == still
    assert repeats(struck) <= WORKERS * KILLS


def apart(settings: Settings, data: Path) -> Settings:
    """The same servers, another bucket and another index."""
    return settings.model_copy(
        update={
            "data": data,
            "objects_url": f"{settings.objects_url}s",
            "index": settings.index.model_copy(update={"name": f"{settings.index.name}s"}),
        }
    )
