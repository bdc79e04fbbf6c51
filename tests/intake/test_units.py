"""Which files are one record: the rule of units.py, case by case."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from sohoa.intake.units import Unit, group
from sohoa.intake.walk import walk
from sohoa.settings import Limits


def units(tmp_path: Path, *names: str) -> dict[str, list[str]]:
    return {u.name: [m.name for m in u.members] for u in grouped(tmp_path, *names)}


def grouped(tmp_path: Path, *names: str) -> list[Unit]:
    root = tmp_path / "in"
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".pdf"):
            path.write_bytes(b"%PDF-1.4")
        elif name.endswith("m.tif"):
            frames = [Image.new("1", (8, 8)) for _ in range(2)]
            frames[0].save(path, save_all=True, append_images=frames[1:])
        elif name.endswith("x.jpg"):
            path.write_bytes(b"")
        else:
            Image.new("L", (8, 8)).save(path)
    found = list(walk(root, Limits(), tmp_path / "scratch"))
    made = group(found)
    members = [m.name for u in made for m in u.members]
    assert len(members) == len(set(members)), "no file in two units"
    assert len({u.name for u in made}) == len(made), "names differ"
    ordinary = {f.name for f in found if f.problem is None and not f.is_container}
    assert ordinary <= set(members), "every readable file is in a unit"
    assert all((u.kind == "file") == (len(u.members) == 1) for u in made)
    return made


def test_a_pdf_or_a_tiff_of_pages_is_alone(tmp_path: Path) -> None:
    assert units(tmp_path, "1.pdf", "2.pdf", "3m.tif", "4m.tif") == {
        n: [n] for n in ("1.pdf", "2.pdf", "3m.tif", "4m.tif")
    }


@pytest.mark.parametrize(
    "form", ["{}.jpg", "trang {}.jpg", "page-{}.png", "IMG_{:04}.jpg", "scan ({}).jpg", "{:03}.tif"]
)
def test_a_folder_of_pages_is_one_record_in_order(tmp_path: Path, form: str) -> None:
    names = [f"hs/{form.format(i)}" for i in (1, 2, 10)]
    assert units(tmp_path, *names) == {"hs": names}


def test_series_of_one_folder_are_told_apart(tmp_path: Path) -> None:
    assert units(tmp_path, "VB01_001.jpg", "VB01_002.jpg", "VB02_001.jpg") == {
        "VB01": ["VB01_001.jpg", "VB01_002.jpg"],
        "VB02_001.jpg": ["VB02_001.jpg"],
    }


def test_pictures_named_by_their_notation_are_alone(tmp_path: Path) -> None:
    names = ("638-KH-TU.jpg", "12-QD-UBND.jpg", "bìa.jpg")
    assert set(units(tmp_path, *names)) == set(names)


def test_years_at_the_end_are_no_pages(tmp_path: Path) -> None:
    assert set(units(tmp_path, "BC 2019.jpg", "BC 2020.jpg")) == {"BC 2019.jpg", "BC 2020.jpg"}


def test_both_sides_of_a_sheet(tmp_path: Path) -> None:
    names = ["hs/001a.jpg", "hs/001b.jpg", "hs/002a.jpg"]
    assert units(tmp_path, *names) == {"hs": names}


def test_a_page_in_two_kinds_gives_two_units(tmp_path: Path) -> None:
    assert units(tmp_path, "hs/001.jpg", "hs/002.jpg", "hs/001.tif", "hs/002.tif") == {
        "hs": ["hs/001.jpg", "hs/002.jpg"],
        "hs/001.tif": ["hs/001.tif", "hs/002.tif"],
    }


def test_folders_never_mix_and_pdfs_stay_apart(tmp_path: Path) -> None:
    made = units(tmp_path, "a/1.jpg", "a/2.jpg", "b/1.jpg", "b/2.jpg", "a/x.pdf")
    assert made == {"a": ["a/1.jpg", "a/2.jpg"], "a/x.pdf": ["a/x.pdf"], "b": ["b/1.jpg", "b/2.jpg"]}


def test_a_page_that_cannot_be_read_stays_in_its_record(tmp_path: Path) -> None:
    (unit,) = grouped(tmp_path, "hs/1.jpg", "hs/2x.jpg", "hs/3.jpg")[:1]
    assert [m.name for m in unit.members] == ["hs/1.jpg", "hs/3.jpg"], "2x is no page number"
    (tmp_path / "in" / "hs" / "2.jpg").write_bytes(b"")
    (unit,) = group(list(walk(tmp_path / "in", Limits(), tmp_path / "s")))[:1]
    assert [(m.name, m.problem is not None) for m in unit.members] == [
        ("hs/1.jpg", False),
        ("hs/2.jpg", True),
        ("hs/3.jpg", False),
    ]


def test_units_come_in_the_order_of_their_files(tmp_path: Path) -> None:
    made = list(units(tmp_path, "c 10.pdf", "b/1.jpg", "b/2.jpg", "c 9.pdf", "a.pdf"))
    assert made == ["a.pdf", "b", "c 9.pdf", "c 10.pdf"]
