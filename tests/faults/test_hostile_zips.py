"""Hostile zips go the whole way: every member ends once, with a reason; good ones beside them are done; nothing escapes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sohoa.intake import zips
from sohoa.pipeline.house import House
from sohoa.pipeline.inspect import inspect
from sohoa.pipeline.plan import Redo
from sohoa.stores.catalogue.tables import Sighting
from tests.conftest import Paper
from tests.faults.accounting import Digitise, blank_page, run
from tests.faults.hostile_packs import cases, nested, packed, page


def ends(named: dict[str, Sighting]) -> dict[str, str]:
    """`done`, `unpacked`, … or the class of the error, by name."""
    return {name: row.error_class or str(row.state) for name, row in named.items()}


def test_every_hostile_zip_ends_as_it_must(tmp_path: Path, house: House, digitise_bare: Digitise) -> None:
    folder = tmp_path / "kho"
    folder.mkdir()
    wanted = {"good.png": "done"}
    (folder / "good.png").write_bytes(blank_page("good"))
    for name, data, members in cases():
        (folder / name).write_bytes(data)
        wanted |= {f"{name}/{member}".rstrip("/"): end for member, end in members.items()}
    named = run(digitise_bare, house, folder, around=tmp_path)
    found = ends(named)
    deep = [name for name in found if name.startswith("names.zip/d/")]
    assert len(deep) == 1 and len(deep[0]) <= 4096 and deep[0].endswith("…e.png")
    found["names.zip/d/…/e.png"] = found.pop(deep[0])
    differ = {n: (found.get(n), wanted.get(n)) for n in found.keys() | wanted.keys() if found.get(n) != wanted.get(n)}
    assert differ == {}

    answers = list(inspect([folder], house.settings))
    prefix = f"{folder}/"
    answered = [a["file"].removeprefix(prefix) for a in answers]
    assert len(set(answered)) == len(answered)
    read = {name for name, row in named.items() if row.state != "unpacked"}
    assert set(answered) == read, "inspect answers for the same files"
    errors = {a["file"].removeprefix(prefix): a["error"]["class"] for a in answers if a["error"]}
    assert errors == {name: row.error_class for name, row in named.items() if row.error_class}


def test_a_second_run_over_a_zip_unpacks_nothing(
    tmp_path: Path, house: House, digitise_bare: Digitise, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "kho"
    folder.mkdir()
    scan = paper.pdf(tmp_path / "a.pdf", paper.page(stamp="MẬT")).read_bytes()
    members = [page("1.png"), page("2.png"), ("secret.pdf", scan), ("bad.pdf", b"%PDF-1.4 broken"), ("x.txt", b"text")]
    (folder / "a.zip").write_bytes(packed(*members))
    first = ends(run(digitise_bare, house, folder, around=tmp_path))
    assert sorted(first.values()) == ["DamagedError", "NotAScanError", "done", "done", "quarantined", "unpacked"]
    unpacked: list[str] = []
    extract = zips._extract

    def watched(archive: object, info: object, target: Path) -> int:
        unpacked.append(info.filename)  # type: ignore[attr-defined]
        return extract(archive, info, target)  # type: ignore[arg-type]

    monkeypatch.setattr(zips, "_extract", watched)
    assert ends(run(digitise_bare, house, folder, around=tmp_path)) == first
    assert unpacked == []
    assert ends(run(digitise_bare, house, folder, around=tmp_path, redo=Redo.failed)) == first
    assert sorted(unpacked) == ["bad.pdf", "x.txt"], "only what is looked at again"
    unpacked.clear()
    assert ends(run(digitise_bare, house, folder, around=tmp_path, redo=Redo.all)) == first
    assert {"1.png", "2.png"} <= set(unpacked)
    unpacked.clear()
    (folder / "a.zip").write_bytes(packed(*members, page("3.png")))
    third = ends(run(digitise_bare, house, folder, around=tmp_path))
    assert third == {**first, "a.zip/3.png": "done"}
    assert len(unpacked) == 6, "a changed zip is unpacked whole"


def test_a_zip_without_room_waits_for_it_and_the_rest_is_done(
    tmp_path: Path, house: House, digitise_bare: Digitise, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "kho"
    folder.mkdir()
    (folder / "a.zip").write_bytes(packed(page("z.png")))
    (folder / "b.png").write_bytes(blank_page("b"))
    with monkeypatch.context() as patch:
        patch.setattr(zips, "_ROOM_LEFT", 1 << 62)
        assert ends(run(digitise_bare, house, folder, around=tmp_path)) == {"a.zip": "NoRoomError", "b.png": "done"}
    after = ends(run(digitise_bare, house, folder, around=tmp_path))
    assert after == {"a.zip": "unpacked", "a.zip/z.png": "done", "b.png": "done"}


def test_names_of_nested_members_stay_the_same_on_the_next_run(
    tmp_path: Path, house: House, digitise_bare: Digitise
) -> None:
    folder = tmp_path / "kho"
    folder.mkdir()
    inner = nested(1, page("x.png", "1"))
    (folder / "a.zip").write_bytes(packed(("b.zip", inner), ("b.zip", inner), page("b.zip/x.png", "2")))
    first = ends(run(digitise_bare, house, folder, around=tmp_path))
    assert len(first) == 6 and sorted(first.values()) == [
        "done",
        "done",
        "duplicate",
        "unpacked",
        "unpacked",
        "unpacked",
    ]
    assert ends(run(digitise_bare, house, folder, around=tmp_path)) == first
    os.utime(folder / "a.zip")
    assert ends(run(digitise_bare, house, folder, around=tmp_path)) == first
