"""The plan's file: complete, read as the office reads it, wrong lines named, the past left as it was."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from sohoa.errors import SettingsError
from sohoa.settings import CONFIG_DIR
from sohoa.targets.plan import Plan, Promise, load_plan

TODAY = date(2026, 6, 1)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan(CONFIG_DIR)


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[str, str], Path]:
    """The file with one text replaced by another; gives its folder."""

    def edit(old: str, new: str) -> Path:
        text = (CONFIG_DIR / "targets.yaml").read_text(encoding="utf-8")
        assert old in text
        (tmp_path / "targets.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
        return tmp_path

    return edit


def promise(plan: Plan, id_: str, day: date = TODAY) -> Promise:
    return next(p for p in plan.on(day) if p.target.id == id_)


def wrong(folder: Path) -> tuple[str, str]:
    with pytest.raises(SettingsError) as raised:
        load_plan(folder)
    return raised.value.sentence.vi, raised.value.sentence.en


def test_every_target_of_the_plan_is_there(plan: Plan) -> None:
    assert [p.target.id for p in plan.on(TODAY)] == [*(f"D{n}" for n in range(1, 5)), *(f"T{n}" for n in range(1, 26))]


def test_what_the_sentence_says_is_what_the_target_asks(plan: Plan) -> None:
    for one in plan.on(TODAY):
        said = [float(n) for n in re.findall(r"(\d+)%", one.target.sentence)]
        asked = [level.percent for level in one.target.parts] or [one.target.percent]
        assert not said or asked == said, one.target.id
        assert re.fullmatch(r"\d+-\d+", one.target.lines)


def test_only_digitisation_is_counted_from_the_catalogue(plan: Plan) -> None:
    assert {p.target.id for p in plan.on(TODAY) if p.target.measured == "catalogue"} == {"D1", "D2", "D3", "D4"}


def test_the_periods_do_not_overlap_as_they_are_read_now(plan: Plan) -> None:
    two, three = promise(plan, "D2").target.scope, promise(plan, "D3").target.scope
    for year in range(2010, 2030):
        for retention in (None, "20 năm", "Vĩnh viễn", "vĩnh viễn", "01"):
            both = two.holds(year, retention, None) and three.holds(year, retention, None)
            either = two.holds(year, retention, None) or three.holds(year, retention, None)
            assert not both
            assert either == (2015 <= year <= 2025), (year, retention)


def test_the_report_can_say_how_open_points_were_read(plan: Plan) -> None:
    readings = {r.point: r for r in promise(plan, "D3").readings}
    assert set(readings) == {"year_2020", "permanent_2015_2020", "open_list", "unit", "period_percent"}
    assert all(r.question and r.means for r in readings.values())
    assert promise(plan, "T5").readings == ()


def test_another_reading_moves_the_year(edited: Callable[[str, str], Path]) -> None:
    read = load_plan(edited("- {is: earlier, valid_from: 2026-01-04}", "- {is: later, valid_from: 2026-01-04}"))
    assert not promise(read, "D2").target.scope.holds(2020, "20 năm", None)
    assert promise(read, "D2").target.scope.holds(2020, "Vĩnh viễn", None)
    assert promise(read, "D3").target.scope.holds(2020, "20 năm", None)


def test_a_reading_changed_in_march_leaves_february(edited: Callable[[str, str], Path]) -> None:
    line = "- {is: record, valid_from: 2026-01-04}"
    read = load_plan(edited(line, f"{line}\n      - {{is: dossier, valid_from: 2026-03-01}}"))
    assert promise(read, "D4", date(2026, 2, 28)).target.unit == "record"
    assert promise(read, "D4", date(2026, 3, 1)).target.unit == "dossier"


def test_a_target_changed_in_march_leaves_february(edited: Callable[[str, str], Path]) -> None:
    later = (
        "targets:\n  - id: D4\n    sentence: 90% hồ sơ\n    lines: 1-2\n    unit: record\n    percent: 90\n"
        "    due: 2027-06-30\n    stage: searchable\n    measured: catalogue\n    valid_from: 2026-03-01\n"
    )
    read = load_plan(edited("targets:\n", later))
    assert promise(read, "D4", date(2026, 2, 28)).target.percent == 100
    assert promise(read, "D4", date(2026, 3, 1)).target.percent == 90
    assert [p.target.id for p in read.on(TODAY)].count("D4") == 1


def test_before_the_plan_nothing_was_promised(plan: Plan) -> None:
    assert plan.on(date(2026, 1, 3)) == ()


@pytest.mark.parametrize(
    ("old", "new", "at", "vi", "en"),
    [
        ("percent: 40", "percent: 140", "percent: 140", "không được lớn hơn 100", "less than or equal to 100"),
        ("due: 2025-12-31", "due: cuối năm", "due: cuối năm", "ngày dạng 2026-12-31", "date"),
        ("years: ..2014", "years: trước 2015", "years: trước", "viết như 2020-2025", "write it as 2020-2025"),
        ("years: 2020-2025", "years: 2025-2020", "2025-2020", "năm đầu sau năm cuối", "first year is after the last"),
        ("stage: stored", "stage: xong", "stage: xong", "phải là một trong", "scanned"),
        ("measured: by-hand", "measured: catalogue", "unit: system", "measured: by-hand", "must be measured: by-hand"),
        ("{is: earlier, valid", "{is: sooner, valid", "sooner", "không có cách hiểu", "there is no reading"),
        ("targets: [D3], years", "targets: [D9], years", "choices:", "không có chỉ tiêu D9", "there is no target D9"),
        ("  - id: T2\n", "  - id: T1\n", "valid_from", "đã có với cùng valid_from", "same valid_from"),
        ("  - id: T1\n", "  - id: T1\n    ten: x\n", "ten: x", "không có mục nào tên như vậy", "not permitted"),
        ("    unit: system\n", "    unit: system\n    unit: case\n", "unit: case", "viết hai lần", "written twice"),
    ],
)
def test_a_wrong_line_is_named_with_its_reason(
    edited: Callable[[str, str], Path], old: str, new: str, at: str, vi: str, en: str
) -> None:
    folder = edited(old, new)
    told_vi, told_en = wrong(folder)
    assert vi in told_vi and en in told_en
    line = int(re.search(r"dòng (\d+),", told_vi)[1])  # type: ignore[index]
    assert f"line {line}," in told_en
    assert at in (folder / "targets.yaml").read_text(encoding="utf-8").splitlines()[line - 1]


def test_the_file_ships_with_what_it_refers_to() -> None:
    groups = (CONFIG_DIR / "groups.yaml").read_text(encoding="utf-8")
    for promised in load_plan(CONFIG_DIR).targets:
        assert all(f"id: {group}\n" in groups for group in promised.scope.groups)
