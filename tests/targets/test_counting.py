"""Counting rules: what counts, what never counts, what counts once; every sum equals its parts and its records."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date

import pytest

from sohoa.stores.catalogue.tables import HELD, REGISTER, InventoryLineRow, Record, RecordState, State
from sohoa.targets.behind import disagreements, records_behind
from sohoa.targets.counting import Sum, add_up
from sohoa.targets.denominators import declare
from sohoa.targets.percentages import percentages, total
from sohoa.targets.plan import Plan, Promise, Stage
from sohoa.targets.standing import Standing, cells_of, figures, standing
from tests.targets.conftest import DAY, Archive, moment


def promise(plan: Plan, id_: str, **changes: object) -> Promise:
    found = next(p for p in plan.on(DAY) if p.target.id == id_)
    return found.model_copy(update={"target": found.target.model_copy(update=changes)})


def stands(archive: Archive, plan: Plan, id_: str = "D4", agency: str | None = None, **changes: object) -> Standing:
    return standing(promise(plan, id_, **changes), archive.counter(), agency)


def counts(one: Standing) -> tuple[int | None, int | None]:
    return one.done, one.count


def test_without_a_denominator_there_is_no_percentage_and_it_says_who_is_missing(archive: Archive, plan: Plan) -> None:
    archive.record()  # a scan alone says nothing of how much there is
    one = stands(archive, plan)
    assert one.percent is None and one.on_time == "no-denominator"
    assert any("Văn phòng Tỉnh ủy" in m for m in one.missing)


def test_numerator_and_denominator_come_together(archive: Archive, plan: Plan) -> None:
    archive.lines(8, done=3)
    one = stands(archive, plan)
    assert counts(one) == (3, 8) and one.percent == pytest.approx(37.5)
    assert one.left == 5 and one.qualities == ("counted",)


@pytest.mark.parametrize("state", [RecordState.quarantined, RecordState.sealed])
def test_what_is_secret_is_in_neither_number(archive: Archive, plan: Plan, state: RecordState) -> None:
    archive.lines(4, done=2)
    before = stands(archive, plan)
    archive.line(secrecy="Mật")
    archive.line(matched_by=HELD)
    archive.record(state, line=archive.line())
    assert stands(archive, plan) == before
    assert total(percentages(archive.session)).lines == 4


def test_a_line_without_an_open_record_is_not_digitised(archive: Archive, plan: Plan) -> None:
    archive.record(RecordState.superseded, line=archive.line())
    archive.line()
    assert counts(stands(archive, plan)) == (0, 2)


def test_a_record_scanned_again_counts_once(archive: Archive, plan: Plan) -> None:
    line = archive.line(done=True)
    archive.record(RecordState.superseded, superseded_by=line.record_id)
    assert counts(stands(archive, plan)) == (1, 1)


def test_a_record_in_two_inventories_counts_once(archive: Archive, plan: Plan) -> None:
    first = archive.line(done=True)
    record = archive.session.get_one(Record, first.record_id)
    archive.record(line=archive.line(batch_id="b2"))  # another one, in the second inventory only
    again = archive.line(batch_id="b2")
    again.record_id = record.id
    assert counts(stands(archive, plan)) == (2, 2)
    copy = archive.line()  # two papers of one inventory, scanned as equal files, stay two
    copy.record_id = record.id
    assert counts(stands(archive, plan)) == (3, 3)


def test_a_line_that_the_new_version_dropped_counts_no_longer(archive: Archive, plan: Plan) -> None:
    archive.lines(2, done=1)
    archive.line(withdrawn=True)
    assert counts(stands(archive, plan)) == (1, 2)
    assert total(percentages(archive.session)).lines == 2


def test_the_scope_is_years_retention_group_and_kind(archive: Archive, plan: Plan) -> None:
    archive.line(2021)
    archive.line(2019)
    archive.line(2016, retention="Vĩnh viễn", done=True)
    archive.line(2014)
    archive.line(2021, agency="LDLD", done=True)
    archive.line(None)
    assert counts(stands(archive, plan, "D1")) == (0, 1)
    assert counts(stands(archive, plan, "D2")) == (2, 3)
    assert counts(stands(archive, plan, "D3")) == (0, 1)
    assert counts(stands(archive, plan, "D4")) == (2, 6)
    assert any("1 dòng mục lục không rõ năm" in m for m in stands(archive, plan, "D2").missing)


def test_a_named_list_of_groups_leaves_out_the_others(archive: Archive, plan: Plan) -> None:
    archive.line(done=True, group_id="dai-hoi")
    archive.line(group_id="khac")
    archive.line()
    scope = promise(plan, "D2").target.scope.model_copy(update={"groups": ("dai-hoi", "hoi-nghi")})
    assert counts(stands(archive, plan, "D2", scope=scope)) == (1, 1)


def test_the_stage_that_counts_is_the_targets(archive: Archive, plan: Plan) -> None:
    for name in ("bare", "found", "unsure", "waiting"):
        record = archive.record(line=archive.line())
        if name != "bare":
            for part in ("notation", "issued_date", "subject"):
                archive.value(record, part, "x", review=name == "unsure" and part == "subject")
        if name == "waiting":
            archive.waiting_for_the_index(record)
    archive.line()
    done = {stage.value: stands(archive, plan, stage=stage).done for stage in Stage}
    assert done == {"scanned": 4, "read": 4, "stored": 4, "components": 3, "verified": 2, "searchable": 3}
    split = figures(promise(plan, "D4").target, archive.counter(), plan, "stage")
    assert {name: s.done for name, s in split.items()} == done and {s.count for s in split.values()} == {5}


def test_a_scan_in_work_is_scanned_but_a_failed_one_is_not(archive: Archive, plan: Plan) -> None:
    for state in (State.waiting, State.done, State.failed, State.quarantined):
        line = archive.line()
        archive.scan(state, line)
    done = {stage.value: stands(archive, plan, stage=stage).done for stage in Stage}
    assert done == {"scanned": 2, "read": 1, "stored": 0, "components": 0, "verified": 0, "searchable": 0}


def test_pages_are_those_of_the_inventory_and_unknown_ones_are_told(archive: Archive, plan: Plan) -> None:
    archive.line(pages=10, done=True)
    archive.line(pages=30)
    archive.line()
    one = stands(archive, plan, unit="page")
    assert counts(one) == (10, 40)
    assert any("1 dòng không ghi số trang" in m for m in one.missing)


def test_a_dossier_is_done_when_all_its_open_lines_are(archive: Archive, plan: Plan) -> None:
    for code in ("1", "2", "3"):
        archive.dossier(code, year=2021)
    archive.line(dossier_key="d-1", done=True)
    archive.line(dossier_key="d-1", done=True)
    archive.line(dossier_key="d-1", secrecy="Mật")
    archive.line(dossier_key="d-2", done=True)
    archive.line(dossier_key="d-2")
    archive.line(dossier_key="d-3", secrecy="Mật")
    assert counts(stands(archive, plan, unit="dossier")) == (1, 2)


def test_dossiers_without_a_list_of_records_are_counted_by_their_scans_and_told_as_missing(
    archive: Archive, plan: Plan
) -> None:
    archive.dossier("A", year=2021, retention="Vĩnh viễn")
    archive.dossier("B", year=2021)
    archive.dossier("C", year=2021, secrecy="Mật")
    archive.dossier("D", year=2021, withdrawn=True)
    archive.record(dossier_code="A")
    assert counts(stands(archive, plan, unit="dossier")) == (1, 2)
    assert any("2 hồ sơ mới có mục lục hồ sơ" in m for m in stands(archive, plan).missing)


def test_what_a_merged_body_left_belongs_to_its_successor_and_can_be_compared(archive: Archive, plan: Plan) -> None:
    archive.lines(4, done=1, agency="BDVTU", year=2020)
    archive.lines(6, done=6, agency="BTGDVTU", year=2025)
    before, after = date(2025, 1, 31), date(2026, 6, 1)
    target = promise(plan, "D4").target

    def figure(day: date, organised_on: date, agency: str) -> Sum:
        return add_up(cells_of(target, archive.counter(day, organised_on), agency=agency))

    assert (figure(after, after, "BTGDVTU").done, figure(after, after, "BTGDVTU").count) == (7, 10)
    assert figure(after, before, "BDVTU").count == 4
    assert figure(after, after, "BDVTU").count == 10, "asked for the dissolved body, its successor answers"


def test_a_day_of_the_past_counts_what_was_kept_by_its_end_in_vietnam(archive: Archive, plan: Plan) -> None:
    archive.line(done=True, kept=moment(date(2026, 2, 28), 16))  # 23:00 in Vietnam
    archive.line(done=True, kept=moment(date(2026, 2, 28), 18))  # 01:00 of the next day
    target = promise(plan, "D4").target
    done = [
        add_up(cells_of(target, archive.counter(date(2026, *d), past=True))).done for d in ((2, 27), (2, 28), (3, 1))
    ]
    assert done == [0, 1, 2]


def test_a_declared_number_is_used_where_nothing_is_listed_and_shows_its_quality(archive: Archive, plan: Plan) -> None:
    archive.lines(5, done=5, year=2020)
    for year, count in ((2020, 999), (2021, 10)):
        declare(archive.session, agency="VPTU", year=year, unit="record", count=count, quality="estimated",
                stated=date(2026, 1, 10), who="lan")  # fmt: skip
    archive.record(year=2021)
    archive.record(year=2020)  # not in the inventory of its year, so in no figure
    one = stands(archive, plan)
    assert counts(one) == (6, 15) and set(one.qualities) == {"counted", "estimated"}
    assert one.faults == ()


def test_above_a_hundred_is_the_fault_of_the_declared_number_and_is_not_cut_off(archive: Archive, plan: Plan) -> None:
    told = {"agency": "VPTU", "year": 2021, "unit": "record", "stated": date(2026, 1, 10), "who": "lan"}
    declare(archive.session, count=2, quality="declared", **told)
    for _ in range(3):
        archive.record(year=2021)
    one = stands(archive, plan)
    assert one.percent == pytest.approx(150) and "khai 2 nhưng đã số hóa 3" in one.faults[0]
    declare(archive.session, count=4, quality="declared", **told)
    mended = stands(archive, plan)
    assert mended.percent == pytest.approx(75) and mended.faults == ()


def test_registers_count_only_where_no_inventory_lists_the_year(archive: Archive, plan: Plan) -> None:
    archive.lines(3, done=1, year=2020)
    archive.lines(7, done=0, year=2020, origin=REGISTER)
    archive.lines(4, done=2, year=2021, origin=REGISTER)
    assert counts(stands(archive, plan)) == (3, 7)


def test_a_year_whose_inventory_is_all_secret_is_not_told_by_the_register(archive: Archive, plan: Plan) -> None:
    archive.lines(2, done=0, year=2022, secrecy="Mật")
    archive.lines(2, done=0, year=2022, origin=REGISTER)
    assert counts(stands(archive, plan)) == (0, 0)


@pytest.mark.parametrize(
    ("day", "done", "expected"),
    [
        (date(2026, 6, 1), 10, "reached"),
        (date(2026, 2, 1), 3, "on-course"),
        (date(2026, 11, 1), 3, "behind"),
        (date(2027, 1, 1), 9, "missed"),
        (date(2026, 12, 31), 9, "behind"),
    ],
)
def test_on_time_or_not(archive: Archive, plan: Plan, day: date, done: int, expected: str) -> None:
    archive.lines(10, done=done)
    one = standing(promise(plan, "D4"), archive.counter(day))
    assert one.on_time == expected and one.left == 10 - done


def test_nothing_is_rounded_up_to_reached(archive: Archive, plan: Plan) -> None:
    archive.lines(3, done=2)
    assert stands(archive, plan, percent=66.7).left == 1
    assert stands(archive, plan, percent=66.6).on_time == "reached"


def random_archive(archive: Archive, seed: int) -> list[tuple[InventoryLineRow, str]]:
    """120 lines in every state; gives them with the state of their record."""
    rng = random.Random(seed)
    made: list[tuple[InventoryLineRow, str]] = []
    for _ in range(120):
        line = archive.line(
            rng.choice([None, *range(2012, 2027)]),
            rng.choice(["VPTU", "TU", "TU-BP", "LDLD", "MTTQ", "BDVTU", "Văn phòng Tỉnh ủy", "CQ77"]),
            retention=rng.choice([None, "Vĩnh viễn", "vĩnh viễn", "01", "20 năm"]),
            type=rng.choice(["Kế hoạch", "Công văn", None]),
            secrecy=rng.choice([None, None, None, "Mật"]),
            withdrawn=rng.random() < 0.1,
            pages=rng.choice([None, 1, 7]),
        )
        state = rng.choice(["", "", "open", "open", "quarantined", "sealed"])
        if state:
            archive.record(state, line=line, pages=rng.randint(1, 9))
        made.append((line, state))
    return made


def scope_by_hand(id_: str, line: InventoryLineRow) -> bool:
    """The plan's scopes as they are read by default, written out apart from the code."""
    permanent = line.retention in ("Vĩnh viễn", "vĩnh viễn", "01")
    year = line.year
    if id_ == "D4":
        return True
    if year is None:
        return False
    return {
        "D1": year <= 2014,
        "D2": 2020 <= year <= 2025 or (permanent and 2015 <= year <= 2025),
        "D3": 2015 <= year <= 2019 and not permanent,
    }[id_]


@pytest.mark.parametrize("seed", range(3))
def test_figures_equal_an_independent_count_and_open_down_to_their_records(
    archive: Archive, plan: Plan, seed: int
) -> None:
    made = random_archive(archive, seed)
    public = [(x, s) for x, s in made if not x.withdrawn and x.secrecy is None and s in ("", "open")]
    counter = archive.counter()
    for id_ in ("D1", "D2", "D3", "D4"):
        target = promise(plan, id_).target
        wanted = [(x, s) for x, s in public if scope_by_hand(id_, x)]
        one = standing(promise(plan, id_), counter)
        assert counts(one) == (sum(s == "open" for _, s in wanted), len(wanted))
        assert one.percent is None or one.percent <= 100
        behind = list(records_behind(counter, target))
        assert {b.line for b in behind} == {x.key for x, _ in wanted} and len(behind) == len(wanted)
        assert sum(b.done for b in behind) == one.done
        for dimension in ("agency", "year", "period", "group", "type", "retention", "origin"):
            split = figures(target, counter, plan, dimension).values()
            assert summed(split) == (one.done or 0, one.count or 0), dimension
            assert all(s.done <= s.count for s in split)
        pages = target.model_copy(update={"unit": "page"})
        figure = add_up(cells_of(pages, counter))
        of_pages = list(records_behind(counter, pages))
        assert figure.count == sum(b.size for b in of_pages)
        assert figure.done == sum(b.size for b in of_pages if b.done) <= figure.count


def summed(split: Iterable[Sum]) -> tuple[int, int]:
    split = list(split)
    return sum(s.done for s in split), sum(s.count for s in split)


def test_the_old_table_and_the_target_of_everything_say_the_same(archive: Archive, plan: Plan) -> None:
    random_archive(archive, 9)
    table = total(percentages(archive.session))
    assert (table.digitised, table.lines) == counts(stands(archive, plan))


def test_where_page_and_inventory_disagree_the_inventory_counts_and_it_is_listed(archive: Archive, plan: Plan) -> None:
    line = archive.line(2021, type="Kế hoạch")
    record = archive.record(line=line, type="Công văn")
    archive.value(record, "issued_date", "2019-03-01")
    archive.value(record, "issuing_body", "Tỉnh đoàn Đồng Nai")
    same = archive.record(line=archive.line(2020, type="KẾ HOẠCH"))
    archive.value(same, "issued_date", "2020-05")
    found = {(d.record, d.what, d.inventory, d.page) for d in disagreements(archive.counter())}
    assert found == {
        (record.id, "type", "Kế hoạch", "Công văn"),
        (record.id, "year", "2021", "2019"),
        (record.id, "agency", "VPTU", "TDOAN"),
    }
    assert counts(stands(archive, plan, "D2")) == (2, 2)
