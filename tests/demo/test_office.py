"""The same archive on MinIO and Elasticsearch: the same states, counts and search results."""

from __future__ import annotations

from pathlib import Path

import pytest

from sohoa.models import EVERYTHING
from sohoa.pipeline.dump import dump
from sohoa.pipeline.house import open_house
from sohoa.pipeline.verify import verify
from sohoa.sample.archive import generate
from sohoa.settings import Settings
from tests.conftest import DigitiseBare

pytestmark = [pytest.mark.servers, pytest.mark.timeout(1800)]
WORDS = ("ủy ban nhân dân", "uy ban", '"độc lập"', "kế hoạch", "quyết định số", "2019", "nơi nhận", "")


def test_an_offices_stores_give_the_same_archive(
    tmp_path: Path, settings: Settings, office_settings: Settings, digitise_bare: DigitiseBare
) -> None:
    made = generate(tmp_path / "sample", documents=15, seed=5, max_pages=2)
    dumps, answers = [], []
    for chosen in (settings, office_settings):
        with open_house(chosen) as house:
            digitise_bare(house, made.archive)
            assert verify(house, deep=True).disagreements == []
            dumps.append(list(dump(house)))
            found = [house.index.search(words, EVERYTHING, sort="record", facets=("type", "year")) for words in WORDS]
            answers.append([(f.total, [h.record_id for h in f.hits], f.facets) for f in found])
    assert len(dumps[0]) > 50
    assert dumps[0] == dumps[1]
    assert answers[0] == answers[1]
    assert answers[0][0][0] > 0
