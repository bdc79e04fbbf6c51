"""The main job on the sample archive: every file accounted for, percentages as in the truth, words lead to pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sohoa.errors import ExitCode
from sohoa.pipeline.accounts import failures, status
from sohoa.pipeline.house import House, open_house
from sohoa.pipeline.verify import verify
from tests.demo.comparison import ask, wrong_shares, wrong_states
from tests.demo.conftest import Demo

pytestmark = [pytest.mark.prefect, pytest.mark.timeout(2400)]


@pytest.fixture(scope="module")
def archive(demo: Demo) -> Iterator[House]:
    with open_house(demo.settings) as house:
        yield house


def test_the_run_completes_and_says_that_some_files_failed(demo: Demo) -> None:
    assert demo.exit_code == ExitCode.some_failed
    assert "%" in demo.output


def test_every_sighting_ends_as_the_truth_says(demo: Demo, archive: House) -> None:
    assert wrong_states(archive, demo.truth) == {}
    assert status(archive)[0].sightings["waiting"] == 0 and status(archive)[0].finished


def test_every_page_is_text_blank_or_failed(demo: Demo, archive: House) -> None:
    pages = status(archive)[0].pages
    expected = sum(len(f.pages) for f in demo.truth.files if f.state == "done")
    assert set(pages) <= {"text", "blank"}
    assert sum(pages.values()) >= expected


def test_blank_pages_are_the_blank_pages(demo: Demo, archive: House) -> None:
    blank = sum(page.blank for file in demo.truth.files if file.state == "done" for page in file.pages)
    secret = sum(page.blank for file in demo.truth.files if file.state == "quarantined" for page in file.pages)
    assert blank <= status(archive)[0].pages.get("blank", 0) <= blank + secret


def test_percentages_equal_a_count_over_the_truth(demo: Demo, archive: House) -> None:
    assert wrong_shares(archive, demo.truth) == []


def test_failures_are_listed_with_their_reason(demo: Demo, archive: House) -> None:
    listed = [row for row in failures(archive) if row.state != "quarantined"]
    expected = {name for f in demo.truth.files if f.state in ("failed", "refused") for name in f.sightings}
    assert {row.name for row in listed} == expected
    assert all(row.message for row in listed)


def test_three_folded_words_lead_to_the_record_and_its_page(demo: Demo, archive: House) -> None:
    asked = ask(archive, demo.truth, count=100, seed=2026, at_most=3)
    print(f"found {asked.found}, right page {asked.right_page} of {asked.asked}; missed: {asked.missed}")
    everything = ask(archive, demo.truth, count=100, seed=2026, at_most=None)
    print(
        f"common phrases included: found {everything.found}, right page {everything.right_page} of {everything.asked}"
    )
    assert asked.found >= 95 and asked.right_page >= 95


def test_the_stores_agree_byte_for_byte(archive: House) -> None:
    assert verify(archive, deep=True).disagreements == []
