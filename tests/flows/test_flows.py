"""The flows themselves, in this process, against the real Prefect server."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from flows.server import ServerHandle
from sohoa.errors import NotFoundError
from sohoa.models import EVERYTHING
from sohoa.pipeline.accounts import status
from sohoa.pipeline.house import open_house
from sohoa.settings import load

pytestmark = [pytest.mark.prefect, pytest.mark.timeout(900)]


@pytest.fixture
def data(tmp_path: Path, prefect_server: ServerHandle, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The flows read their settings themselves; this is the data folder they find."""
    assert prefect_server.alive()
    monkeypatch.setenv("SOHOA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SOHOA_WORKERS", "2")
    return tmp_path / "data"


def settle(folder: Path) -> None:
    """Make the files of a folder look as if written a while ago."""
    for path in folder.rglob("*"):
        os.utime(path, (time.time() - 600, time.time() - 600))


def test_watch_takes_what_has_settled_and_leaves_the_rest(data: Path, tmp_path: Path, paper) -> None:
    from flows.watch import watch

    inbox = tmp_path / "inbox"
    old = paper.pdf(inbox / "cu.pdf", paper.page())
    settle(inbox)
    paper.pdf(inbox / "moi.pdf", paper.page("Đang được chép vào.", number="18"))
    assert watch(folder=str(inbox), settle_seconds=60, every_seconds=1, rounds=2) == 1
    settle(inbox)
    assert watch(folder=str(inbox), settle_seconds=60, every_seconds=1, rounds=1) == 1
    assert old.is_file()
    with open_house(load()) as house:
        assert status(house)[0].sightings["done"] == 2


def test_a_missing_inbox_is_told(data: Path) -> None:
    from flows.watch import watch

    with pytest.raises(NotFoundError):
        watch(folder="/khong/co", rounds=1)


def test_retry_failed_reads_mended_files_and_reindex_keeps_what_is_found(data: Path, tmp_path: Path, paper) -> None:
    from flows.digitise import digitise
    from flows.reindex import reindex
    from flows.retry_failed import retry_failed

    box = tmp_path / "box"
    good = paper.pdf(tmp_path / "good.pdf", paper.page("Đê bao Nam sông Hậu được gia cố."))
    paper.pdf(box / "khac.pdf", paper.page("Công viên Hòa Bình.", number="19"))
    (box / "a.pdf").write_bytes(good.read_bytes()[:700])
    first = digitise(folder=str(box))
    assert (first.sightings["done"], first.sightings["failed"]) == (1, 1)
    (box / "a.pdf").write_bytes(good.read_bytes())
    again = retry_failed()
    assert [r.sightings["done"] for r in again] == [2] and again[0].worked == 1
    assert reindex() == 2
    with open_house(load()) as house:
        assert house.index.search("de bao nam song hau", EVERYTHING).total == 1
