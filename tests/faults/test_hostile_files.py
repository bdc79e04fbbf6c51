"""A batch of hostile files beside good records: every file ends with a reason and what to do, and the records are done."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from sohoa.pipeline.accounts import status
from sohoa.pipeline.house import open_house
from sohoa.pipeline.inspect import inspect
from sohoa.pipeline.verify import verify
from sohoa.settings import Limits
from sohoa.stores.catalogue.tables import State
from tests.faults import hostile_files
from tests.faults.hostile_files import KINDS
from tests.faults.whole_way import Run, check_end, digitised

LIMITS = Limits(
    file_bytes=16 * 1024**2,
    page_pixels=40_000_000,
    page_seconds=8,
    file_seconds=4,
    worker_memory_mb=1536,
    page_text_bytes=100_000,
)
GOOD = ("good-a.pdf", "good-z.tif")


def fill(folder: Path) -> None:
    for name, (make, _) in KINDS.items():
        (folder / name).write_bytes(make())
    (folder / GOOD[0]).write_bytes(hostile_files.scan("tốt a", 2))
    (folder / GOOD[1]).write_bytes(hostile_files.pages_tiff("tốt z", 2))
    with (folder / "too-long.pdf").open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(LIMITS.file_bytes + 1)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    out = tmp_path_factory.mktemp("hostile")
    folder = out / "in"
    folder.mkdir()
    fill(folder)
    return digitised(folder, out, LIMITS)


@pytest.mark.parametrize("name", KINDS)
def test_every_file_ends_as_its_kind_must(name: str, run: Run) -> None:
    wanted = KINDS[name][1]
    ended = run.files[name]
    assert ended.error_class in (wanted if isinstance(wanted, tuple) else (wanted,)), ended
    check_end(name, ended)
    if ended.state == State.done:
        assert set(ended.sources) == {"ocr"}
        assert hostile_files.OTHER_TEXT[:10] not in ended.text


def test_the_files_are_all_there_and_the_batch_is_closed(run: Run) -> None:
    assert set(run.files) == set(KINDS) | {*GOOD, "too-long.pdf"}
    assert run.files["too-long.pdf"].error_class == "LimitError"
    with open_house(run.settings) as house:
        (batch,) = status(house, run.batch)
        assert batch.finished
        assert batch.sightings[State.waiting] == 0
        assert sum(batch.sightings.values()) == len(run.files)


def test_the_good_records_are_done(run: Run) -> None:
    for name in GOOD:
        assert run.files[name].state == State.done
        assert run.files[name].text.count(hostile_files.TEXT) == 2


def test_the_stores_hold_whole_objects_and_agree(run: Run) -> None:
    with open_house(run.settings) as house:
        verdict = verify(house, deep=True)
        assert verdict.disagreements == []
        done = sum(ended.state == State.done for ended in run.files.values())
        assert verdict.objects == 2 * done
    objects = run.settings.data / "objects"
    assert [path for path in objects.rglob("*") if path.is_file() and ".partial" in path.parts] == []
    assert list((run.settings.data / "vault" / "tmp").iterdir()) == []


def test_a_worker_stays_within_its_memory(run: Run) -> None:
    assert 100 < run.seen.peak_mb < LIMITS.worker_memory_mb


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("3000-pages.pdf", "pages"),
        ("3000-frames.tif", "pages"),
        ("20000.png", "page_pixels"),
        ("200-inches.pdf", "page_inches"),
        ("too-long.pdf", "file_bytes"),
        ("slow-frames.tif", "file_seconds"),
        ("endless-paths.pdf", "page_seconds"),
    ],
)
def test_every_limit_holds_and_is_named(name: str, limit: str, run: Run) -> None:
    assert limit in Limits.model_fields
    assert limit in (run.files[name].message or "").casefold()


def test_inspect_answers_for_every_file_once_and_says_the_same(run: Run) -> None:
    answers = list(inspect([run.folder], run.settings.model_copy(update={"lang": "en"})))
    names = Counter(Path(answer["file"]).name for answer in answers)
    assert names == Counter(run.files.keys())
    for answer in answers:
        ended = run.files[Path(answer["file"]).name]
        problems = [answer["error"], *(page["error"] for page in answer["pages"])]
        found = [problem for problem in problems if problem]
        assert bool(found) == (ended.state != State.done), answer["file"]
        for problem in found:
            assert problem["class"] == ended.error_class or problem["class"].startswith("Engine"), answer["file"]
            assert len(problem["message"].split(". ")) > 1 or "; " in problem["message"], problem["message"]
