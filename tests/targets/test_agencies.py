"""Agencies over time: one owner for every record and day, mergers followed, a wrong file named by its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sohoa.errors import SettingsError
from sohoa.settings import CONFIG_DIR
from sohoa.targets.agencies import Agencies, load_agencies
from sohoa.targets.groups import load_groups

MERGER = date(2025, 7, 1)
FILE = """agencies:
  - id: A
    kind: party
    names: [{name: Huyện ủy Long Thành, to: 2020-12-31}, {name: Thị ủy Long Thành, from: 2021-01-01}]
    codes: [{code: H49.1, to: 2020-12-31}, {code: H49.9, from: 2021-01-01}]
    dissolved: 2025-06-30
    successor: B
  - id: B
    kind: party
    founded: 2025-07-01
    names: [{name: Đảng ủy xã Long Thành}]
    codes: [{code: H49.1, from: 2025-07-01}]
  - id: C
    kind: front
    parent: B
    names: [{name: Mặt trận xã Long Thành}]
    codes: [{code: MT}]
"""


def load(tmp_path: Path, text: str = FILE) -> Agencies:
    (tmp_path / "agencies.yaml").write_text(text, encoding="utf-8")
    return load_agencies(tmp_path)


def test_what_a_dissolved_body_made_belongs_to_its_successor_from_the_next_day(tmp_path: Path) -> None:
    agencies = load(tmp_path)
    assert agencies.owner("H49.9", 2022, date(2025, 6, 30)) == "A"
    assert agencies.owner("H49.9", 2022, MERGER) == "B"


def test_a_code_used_again_means_the_body_of_the_year_of_origin(tmp_path: Path) -> None:
    agencies = load(tmp_path)
    before = date(2025, 6, 30)
    assert agencies.owner("H49.1", 2018, before) == "A"
    assert agencies.owner("H49.1", 2025, MERGER) == "B"
    assert agencies.owner("H49.1", 2018, MERGER) == "B"


def test_names_lead_to_the_agency_whatever_their_marks(tmp_path: Path) -> None:
    agencies = load(tmp_path)
    assert agencies.owner("THỊ UỶ LONG THÀNH", 2022, date(2023, 1, 1)) == "A"
    assert agencies.name_on("A", date(2019, 1, 1)) == "Huyện ủy Long Thành"
    assert agencies.name_on("A", date(2024, 1, 1)) == "Thị ủy Long Thành"


def test_an_unknown_code_owns_what_bears_it(tmp_path: Path) -> None:
    agencies = load(tmp_path)
    assert agencies.owner("CQ01", 2019, MERGER) == "CQ01" and agencies.name_on("CQ01", MERGER) == "CQ01"


def test_the_tree_is_that_of_the_day(tmp_path: Path) -> None:
    assert load(tmp_path).below("B", MERGER) == {"B", "C"}


@pytest.mark.parametrize(
    ("old", "new", "line", "en"),
    [
        ("successor: B", "successor: X", 7, "there is no agency X"),
        ("    successor: B\n", "", 6, "belong together"),
        ("    parent: B\n", "    parent: C\n", 16, "circle"),
        ("  - id: C", "  - id: A", 13, "used above"),
        ("{code: MT}", "{code: H49.9}", 18, "belongs to A at the same time"),
        ("kind: front", "kind: club", 14, "party"),
        ("founded: 2025-07-01", "founded: 2025-07-01\n    dissolved: 2025-06-01\n    successor: C", 11, "outlive"),
    ],
)
def test_a_wrong_file_is_named_by_line_and_reason(tmp_path: Path, old: str, new: str, line: int, en: str) -> None:
    assert old in FILE
    with pytest.raises(SettingsError) as raised:
        load(tmp_path, FILE.replace(old, new, 1))
    assert en in raised.value.sentence.en, raised.value.sentence.en
    told = int(raised.value.sentence.en.split(", line ")[1].split(",")[0])
    assert abs(told - line) <= 5, raised.value.sentence.en


def test_the_file_that_ships_holds_the_merger_of_the_provinces() -> None:
    agencies = load_agencies(CONFIG_DIR)
    assert agencies.owner("Tỉnh ủy Bình Phước", 2022, date(2025, 6, 30)) == "TU-BP"
    assert agencies.owner("Tỉnh ủy Bình Phước", 2022, MERGER) == "TU"
    assert agencies.owner("Ban Dân vận Tỉnh ủy", 2020, MERGER) == "BTGDVTU"


def test_a_dossier_is_of_the_first_group_that_fits() -> None:
    groups = load_groups(CONFIG_DIR)
    assert groups.of("Hồ sơ Đại hội đảng bộ tỉnh lần thứ XI", "H49.2020.12") == "dai-hoi"
    assert groups.of("HỘI NGHỊ Ban Chấp hành lần thứ 5", None) == "hoi-nghi"
    assert groups.of("Tập lưu văn bản đi năm 2021", None) == "van-ban-di"
    assert groups.of(None, "H49.2021.ĐH.3") == "dai-hoi"
    assert groups.of("Kế hoạch trồng cây", "H49.2021.3") is None
    assert groups.of_registers == "van-ban-di"
