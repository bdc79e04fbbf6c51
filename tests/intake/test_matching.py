"""A scan finds its line by its name or by what was read; where two lines could be meant, none is."""

from __future__ import annotations

from sohoa.intake.found import Found
from sohoa.intake.inventory import DossierLine, Inventory, InventoryLine
from sohoa.intake.matching import dossier_in_path, match_by_content, match_by_name
from sohoa.intake.units import Unit

_rows = iter(range(10_000))


def line(**values: object) -> InventoryLine:
    return InventoryLine(key=f"k{next(_rows)}", **values)  # type: ignore[arg-type]


def inventory(*lines: InventoryLine, dossiers: tuple[str, ...] = ()) -> Inventory:
    return Inventory("ml.xlsx", tuple(DossierLine(code=c) for c in dossiers), lines)


def named(name: str, book: Inventory) -> InventoryLine | None:
    return match_by_name(Unit(name, (Found(name, None, 0, 0, 0),), "file"), book)


def test_the_given_file_name_wins_whatever_its_suffix_case_or_marks() -> None:
    wanted, other = line(file_name="QĐ số 12.PDF"), line(file_name="b.pdf")
    book = inventory(wanted, other)
    for name in ("QĐ số 12.pdf", "sub/qd so 12.tif", "x.zip/QĐ số 12.pdf"):
        assert named(name, book) is wanted
    assert named("c.pdf", book) is None


def test_equal_file_names_are_told_apart_by_their_folders() -> None:
    one, two = line(file_name="hs1\\001.pdf"), line(file_name="hs2/001.pdf")
    book = inventory(one, two)
    assert named("quet/hs1/001.pdf", book) is one and named("hs2/001.pdf", book) is two
    assert named("001.pdf", book) is None


def test_file_code_and_ordinal() -> None:
    one = line(dossier_code="H49.64.33.2001.160", ordinal=1)
    eleven = line(dossier_code="H49.64.33.2001.160", ordinal=11)
    book = inventory(one, eleven)
    assert named("H49.64.33.2001.160.0000001.pdf", book) is one
    assert named("h49-64-33-2001-160_11.tif", book) is eleven
    assert named("H49.64.33.2001.160/0000011.pdf", book) is eleven
    assert named("H49.64.33.2001.160.0000002.pdf", book) is None
    assert named("0000001.pdf", book) is None


def test_a_record_code_is_a_name() -> None:
    one = line(record_code="H49.1.0000007")
    assert named("H49.1.0000007.pdf", inventory(one)) is one


def test_a_notation_counts_only_when_it_is_unique() -> None:
    one = line(dossier_code="01.2015", notation="638-KH/TU", number="638")
    book = inventory(one, line(dossier_code="01.2015", notation="639-KH/TU"))
    for name in ("638-KH-TU.pdf", "638_kh_tu.pdf", "638-KH-TU ve tuyen truyen.pdf", "a/638-KH-TU (1).pdf"):
        assert named(name, book) is one, name
    twice = inventory(one, line(dossier_code="02.2016", notation="638-KH/TU"), dossiers=("01.2015", "02.2016"))
    assert named("638-KH-TU.pdf", twice) is None
    assert named("01.2015/638-KH-TU.pdf", twice) is one
    assert named("Hồ sơ số 01.2015/638-KH-TU.pdf", twice) is one


def test_a_year_folder_tells_equal_notations_apart() -> None:
    old, new = line(notation="1-CV/TU", year=2015), line(notation="1-CV/TU", year=2016)
    book = inventory(old, new)
    assert named("2016/1-CV-TU.pdf", book) is new and named("1-CV-TU.pdf", book) is None


def test_copies_and_rescans_keep_their_line() -> None:
    by_name, by_code = line(file_name="a.pdf"), line(dossier_code="H49.2015.01", ordinal=3)
    book = inventory(by_name, by_code)
    for name in ("a - Copy.pdf", "a (2).pdf", "a_quét lại.pdf", "a~2.pdf", "a - Copy (3).tif"):
        assert named(name, book) is by_name, name
    assert named("H49.2015.01.0000003 - Copy.pdf", book) is by_code
    assert named("ab.pdf", book) is None


def test_a_spoken_name_needs_number_day_and_type() -> None:
    one = line(notation="12/QĐ-UBND", issued_date="2015-03-05", type="Quyết định")
    other = line(notation="12/KH-UBND", issued_date="2015-03-05", type="Kế hoạch")
    book = inventory(one, other)
    assert named("Quyết định số 12 ngày 5-3-2015.pdf", book) is one
    assert named("kế hoạch số 12 ngày 05.03.2015.pdf", book) is other
    for name in ("Quyết định số 12.pdf", "Quyết định ngày 5-3-2015.pdf", "Báo cáo số 12 ngày 5-3-2015.pdf"):
        assert named(name, book) is None, name


def test_the_number_of_a_page_is_not_the_ordinal_of_a_record() -> None:
    one = line(dossier_code="H49.2015.01", ordinal=1)
    book = inventory(one)
    pages = tuple(Found(f"H49.2015.01/000{i}.jpg", None, 0, 0, 0) for i in (1, 2))
    assert match_by_name(Unit("H49.2015.01", pages, "images"), book) is None
    listed = inventory(line(file_name="0001.jpg"), line(file_name="0001.pdf"))
    assert match_by_name(Unit("x", pages, "images"), listed) is listed.lines[0]
    assert match_by_name(Unit("x", pages, "images"), inventory(line(file_name="0001.pdf"))) is None


def test_a_number_alone_is_no_name() -> None:
    assert named("638.pdf", inventory(line(notation="638-KH/TU"))) is None
    assert named("638-BC-TU.pdf", inventory(line(notation="638-KH/TU"))) is None


def test_a_dossier_in_the_path() -> None:
    book = inventory(dossiers=("H49.2015.01", "H49.2015.02", "7"))
    assert dossier_in_path("hop 3/H49.2015.02/a.pdf", book) == "H49.2015.02"
    assert dossier_in_path("H49.2015.01.pdf", book) == "H49.2015.01"
    assert dossier_in_path("HS 7/a.pdf", book) == "7"
    assert dossier_in_path("7-KH-TU.pdf", book) is None
    assert dossier_in_path("a/b.pdf", book) is None


PLAN = "Kế hoạch tuyên truyền, phổ biến Nghị quyết Đại hội Đảng bộ tỉnh lần thứ XVI"
LINES = (
    line(dossier_code="A", notation="638-KH/TU", number="638", issued_date="2015-03-05", subject="tuyên truyền, phổ biến Nghị quyết Đại hội Đảng bộ tỉnh lần thứ XVI"),
    line(dossier_code="A", notation="640-KH/TU", number="640", issued_date="2015-03-20", subject="tổ chức Hội nghị sơ kết công tác quý I và triển khai nhiệm vụ quý II"),
    line(dossier_code="B", notation="638-KH/TU", number="638", issued_date="2020-03-05", subject="tuyên truyền, phổ biến Nghị quyết Đại hội Đảng bộ tỉnh lần thứ XVII"),
    line(dossier_code="B", notation="12-CV/HU", number="12", issued_date="2015-03-05", subject="báo cáo kết quả kiểm tra việc chấp hành kỷ luật lao động"),
)  # fmt: skip


def test_subject_notation_and_month_decide_though_number_and_day_are_misread() -> None:
    found = match_by_content(LINES, number="688", notation="KH/TU", issued_date="2015-03", subject=PLAN)
    assert found is not None and found[0] is LINES[0] and 0.7 < found[1] <= 1


def test_a_subject_full_of_reading_errors_still_matches() -> None:
    read = "tuyên truyên, phô biến Nghi quyêt Đai hội Đảng bô tinh lân thứ XVl"
    found = match_by_content(LINES, notation="-KH/TU", issued_date="2015-03-05", subject=read)
    assert found is not None and found[0] is LINES[0]


def test_a_subject_that_is_cut_short_or_runs_on() -> None:
    for read in ("tổ chức Hội nghị sơ kết công tác quý I", LINES[1].subject + " Căn cứ Chương trình công tác năm 2015"):  # type: ignore[operator]
        found = match_by_content(LINES, notation="640-KH/TU", issued_date="2015-03", subject=read)
        assert found is not None and found[0] is LINES[1], read


def test_ambiguous_is_no_match() -> None:
    twins = (LINES[0], LINES[0].model_copy(update={"key": "other", "number": None, "notation": "KH/TU"}))
    assert match_by_content(twins, notation="KH/TU", issued_date="2015-03", subject=PLAN) is None
    assert match_by_content(LINES, notation="KH/TU", subject="tuyên truyền Nghị quyết Đại hội Đảng bộ tỉnh") is None


def test_the_number_tells_twins_apart_only_when_all_else_agrees() -> None:
    one = line(notation="5-GM/TU", number="5", issued_date="2015-03", subject="mời họp Ban Thường vụ Tỉnh ủy")
    two = line(notation="6-GM/TU", number="6", issued_date="2015-03", subject="mời họp Ban Thường vụ Tỉnh ủy")
    found = match_by_content(
        (one, two), number="6", notation="GM/TU", issued_date="2015-03", subject="mời họp Ban Thường vụ Tỉnh ủy"
    )
    assert found is not None and found[0] is two
    assert (
        match_by_content(
            (one, two), number="9", notation="GM/TU", issued_date="2015-03", subject="mời họp Ban Thường vụ Tỉnh ủy"
        )
        is None
    )


def test_a_number_never_matches_alone() -> None:
    assert match_by_content(LINES, number="640", notation="640-KH/TU") is None
    assert match_by_content(LINES, number="12", subject="quyết định khen thưởng tập thể, cá nhân có thành tích") is None


def test_a_dossier_restricts_the_candidates() -> None:
    read = "tuyên truyền, phổ biến Nghị quyết Đại hội Đảng bộ tỉnh"
    found = match_by_content(LINES, notation="KH/TU", subject=read, dossier="B")
    assert found is not None and found[0] is LINES[2]


def test_another_year_contradicts() -> None:
    found = match_by_content(LINES[:1], notation="638-KH/TU", number="638", issued_date="2020-07", subject=PLAN)
    assert found is None


def test_nothing_to_compare_is_no_match() -> None:
    assert match_by_content(LINES, subject="ab") is None
    assert match_by_content((), notation="KH/TU", issued_date="2015-03", subject=PLAN) is None
