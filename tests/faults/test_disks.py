"""Disks that are full, read-only or out of inodes: a clear error, nothing lost, and the next run completes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sohoa.errors import ExitCode, StoreDeniedError, StoreError, StoreFullError
from sohoa.intake import zips
from sohoa.intake.check import _DERIVED_PER_PAGE, check
from sohoa.pipeline import work
from sohoa.pipeline.accounts import failures
from sohoa.pipeline.house import House, open_house
from sohoa.settings import Settings, load
from tests.conftest import Paper
from tests.faults.accounting import Digitise, blank_page, run, states
from tests.faults.hostile_packs import packed, page
from tests.faults.small_disk import small_disk, why_not

pytestmark = pytest.mark.skipif((why := why_not()) is not None, reason=why or "")

KB = 1024
ENDS = {
    **{f"p/{i}.png": "done" for i in range(3)},
    **{f"{i}-x.png": "done" for i in range(5)},
    "z.zip": "unpacked",
    "z.zip/1-m.png": "done",
    "z.zip/2-m.png": "done",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A record of three page images, five single ones, and a zip of two, with some weight."""
    made = tmp_path / "kho"
    (made / "p").mkdir(parents=True)
    for number in range(3):
        (made / "p" / f"{number}.png").write_bytes(blank_page(f"p{number}"))
    for number in range(5):
        (made / f"{number}-x.png").write_bytes(blank_page(f"x{number}") + os.urandom(40_000))
    (made / "z.zip").write_bytes(packed(page("1-m.png"), page("2-m.png")))
    return made


def settings_in(tmp_path: Path) -> Settings:
    return load(data=tmp_path / "data", workers=2)


def made_ready(settings: Settings) -> None:
    """The stores as an earlier run left them: what is tested is a disk that fills up, not an empty one."""
    with open_house(settings):
        pass


@pytest.mark.parametrize(
    ("store", "room"),
    [
        ("", 0), ("", 150 * KB), ("", 500 * KB), ("", 900 * KB),
        ("vault", 0), ("vault", 12 * KB), ("vault", 60 * KB),
        ("objects", 0), ("objects", 170 * KB), ("index", 0), ("index", 40 * KB),
    ],
)  # fmt: skip
def test_a_disk_that_fills_up(tmp_path: Path, folder: Path, digitise_bare: Digitise, store: str, room: int) -> None:
    settings = settings_in(tmp_path)
    with small_disk(settings.data / store, 96) as disk:
        made_ready(settings)
        disk.leave(room)
        with pytest.raises(StoreFullError) as caught, open_house(settings) as house:
            digitise_bare(house, folder)
        assert caught.value.exit_code == ExitCode.store
        told = caught.value.sentence
        assert "chạy lại" in told.vi and "run again" in told.en and str(tmp_path) not in told.en
        disk.give_back()
        with open_house(settings) as house:
            assert states(run(digitise_bare, house, folder, around=tmp_path)) == ENDS


def test_a_vault_without_room_for_a_page_stops_the_run_and_blames_no_page(
    tmp_path: Path, paper: Paper, digitise_bare: Digitise
) -> None:
    """The little that says how a page ended would still fit."""
    settings, folder = settings_in(tmp_path), tmp_path / "kho"
    for name in ("a", "b", "c"):
        paper.pdf(folder / f"{name}.pdf", paper.page(f"Trang {name} về việc sửa đê.").crop((0, 0, 1100, 700)))
    with small_disk(settings.data / "vault", 96) as disk:
        made_ready(settings)
        disk.leave(300 * KB)
        with pytest.raises(StoreFullError), open_house(settings) as house:
            digitise_bare(house, folder)
        disk.give_back()
        with open_house(settings) as house:
            assert not list(failures(house))
            assert set(states(run(digitise_bare, house, folder, around=tmp_path)).values()) == {"done"}


def test_a_full_disk_of_unpacked_zips(
    tmp_path: Path, folder: Path, digitise_bare: Digitise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zips, "_ROOM_LEFT", -(1 << 40))  # as if the disk had filled up after the zip was weighed
    settings = settings_in(tmp_path)
    (folder / "z.zip").write_bytes(packed(page("1-m.png"), page("2-m.png"), ("big.tif", os.urandom(300_000))))
    with small_disk(settings.data / "vault", 8) as disk:
        made_ready(settings)
        disk.leave(100 * KB)
        with open_house(settings) as house, pytest.raises(StoreFullError):
            digitise_bare(house, folder)
        disk.give_back()
        with open_house(settings) as house:
            found = states(run(digitise_bare, house, folder, around=tmp_path))
    assert found == {**ENDS, "z.zip/big.tif": "refused"}


def test_no_room_even_to_open_the_stores(tmp_path: Path, folder: Path, digitise_bare: Digitise) -> None:
    settings = settings_in(tmp_path)
    with small_disk(settings.data, 96) as disk:
        disk.leave(0)
        with pytest.raises(StoreError), open_house(settings) as house:
            digitise_bare(house, folder)
        disk.give_back()
        with open_house(settings) as house:
            assert states(run(digitise_bare, house, folder, around=tmp_path)) == ENDS


@pytest.mark.parametrize("store", ["objects", "index"])
def test_a_disk_that_becomes_read_only_in_the_middle(
    tmp_path: Path, folder: Path, digitise_bare: Digitise, monkeypatch: pytest.MonkeyPatch, store: str
) -> None:
    settings = settings_in(tmp_path)
    with small_disk(settings.data / store, 96) as disk:
        made_ready(settings)
        after(monkeypatch, 4, lambda: disk.remount("ro"))
        with pytest.raises(StoreDeniedError), open_house(settings) as house:
            digitise_bare(house, folder)
        with pytest.raises(StoreDeniedError), open_house(settings) as house:
            digitise_bare(house, folder)
        disk.remount("rw")
        with open_house(settings) as house:
            assert states(run(digitise_bare, house, folder, around=tmp_path)) == ENDS


@pytest.mark.parametrize("store", ["", "vault"])
def test_a_disk_that_is_read_only_from_the_start(
    tmp_path: Path, folder: Path, digitise_bare: Digitise, store: str
) -> None:
    settings = settings_in(tmp_path)
    with small_disk(settings.data / store, 96) as disk:
        made_ready(settings)
        disk.remount("ro")
        with pytest.raises(StoreError) as caught, open_house(settings) as house:
            digitise_bare(house, folder)
        assert caught.value.exit_code == ExitCode.store and "quyền" in caught.value.sentence.vi
        disk.remount("rw")
        with open_house(settings) as house:
            assert states(run(digitise_bare, house, folder, around=tmp_path)) == ENDS


@pytest.mark.parametrize("store", ["", "vault", "objects"])
def test_a_disk_without_inodes(
    tmp_path: Path, folder: Path, digitise_bare: Digitise, monkeypatch: pytest.MonkeyPatch, store: str
) -> None:
    settings = settings_in(tmp_path)
    with small_disk(settings.data / store, 96) as disk:
        made_ready(settings)
        after(monkeypatch, 3, lambda: disk.remount(f"nr_inodes={disk.inodes_used()}"))
        with pytest.raises(StoreError), open_house(settings) as house:
            digitise_bare(house, folder)
        monkeypatch.undo()
        disk.remount("nr_inodes=50000")
        with open_house(settings) as house:
            assert states(run(digitise_bare, house, folder, around=tmp_path)) == ENDS


def after(monkeypatch: pytest.MonkeyPatch, calls: int, happens: Callable[[], None]) -> None:
    """Let it happen after so many units were kept."""
    keep, count = work.keep_unit, 0

    def counted(*given: object, **more: object) -> object:
        nonlocal count
        count += 1
        if count == calls:
            happens()
        return keep(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(work, "keep_unit", counted)


def test_the_check_tells_what_the_disk_must_hold(
    tmp_path: Path, house: House, digitise_bare: Digitise, paper: Paper
) -> None:
    folder = tmp_path / "kho"
    lines = [
        f"Điều {n}. Giao văn phòng theo dõi việc trồng cây xanh, sửa chữa kênh mương năm {2000 + n}." for n in range(24)
    ]
    paper.pdf(folder / "a.pdf", *(paper.page(*lines[n:], number=str(n + 1)) for n in range(3)))
    (folder / "b.zip").write_bytes(packed(page("c.png")))
    house.catalogue.forget()
    told = check(folder, None, house.settings, None, 1.0)
    empty, originals = _bytes(house.settings.data), sum(path.stat().st_size for path in folder.iterdir())
    digitise_bare(house, folder)
    house.catalogue.forget()  # SQLite's log is of one size, however many pages there are
    beside = _bytes(house.settings.data) - empty - _bytes(house.settings.data / "objects" / "originals")
    assert told.pages == 4
    assert 0 < beside < 4 * _DERIVED_PER_PAGE, "what a page adds is not more than was told"
    assert told.disk_needed > originals + beside


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())
