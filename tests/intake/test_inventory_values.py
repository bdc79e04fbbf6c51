"""Single values of an inventory: dates, periods, totals in words, notations, marks."""

from __future__ import annotations

import datetime as dt

import pytest

from sohoa.intake.inventory.cells import as_int, as_ordinal, number_of, split_type, strip_about, whole_notation
from sohoa.intake.inventory.dates import parse_date, parse_span
from sohoa.intake.inventory.headings import role_of
from sohoa.intake.inventory.secrecy import from_column, from_heading, from_note, highest
from sohoa.intake.inventory.totals import is_footer, total_in_words, totals


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("05/03/2015", "2015-03-05"), ("5-3-2015", "2015-03-05"), ("5.3.15", "2015-03-05"), ("5/3/98", "1998-03-05"),
        ("ngày 05 tháng 3 năm 2015", "2015-03-05"), ("ngày … tháng 3 năm 2015", "2015-03"), ("tháng 5/2015", "2015-05"),
        ("5/2015", "2015-05"), ("__/5/2015", "2015-05"), ("2015", "2015"), ("năm 2015", "2015"), (2015, "2015"), (2015.0, "2015"),
        ("2015-03-05", "2015-03-05"), (dt.date(2015, 3, 5), "2015-03-05"), (42068, "2015-03-05"), ("12/31/2015", "2015-12-31"),
        ("30/02/2015", "2015-02"), ("không rõ", None), ("", None), (None, None), (7, None), ("99/99/9999", None),
    ],
)  # fmt: skip
def test_dates_as_people_write_them(written: str | float | dt.date | None, iso: str | None) -> None:
    assert parse_date(written) == iso


@pytest.mark.parametrize(
    ("written", "span"),
    [
        ("2015 - 2016", ("2015", "2016")), ("2015-2016", ("2015", "2016")), ("05/01/2015-20/12/2015", ("2015-01-05", "2015-12-20")),
        ("01/2015 đến 12/2015", ("2015-01", "2015-12")), ("từ 5/1/2015 đến ngày 6/2/2016", ("2015-01-05", "2016-02-06")),
        ("3-12/2015", ("2015-03", "2015-12")), ("2015", ("2015", "2015")), (None, (None, None)),
    ],
)  # fmt: skip
def test_periods(written: str | None, span: tuple[str | None, str | None]) -> None:
    assert parse_span(written) == span


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Viết bằng chữ: Hai hồ sơ", 2), ("Bằng chữ: (Mười lăm hồ sơ)", 15), ("Viết bằng chữ: Hai mươi mốt văn bản", 21),
        ("Viết bằng chữ: Một trăm linh năm hồ sơ", 105), ("bằng chữ: một nghìn hai trăm ba mươi tư văn bản", 1234),
        ("Viết bằng chữ: mười hồ sơ", 10), ("Viết bằng chữ: bốn trăm hồ sơ", 400),
    ],
)  # fmt: skip
def test_numbers_in_words(text: str, number: int) -> None:
    found = total_in_words(text)
    assert found is not None and found[0] == number


def test_footers_and_their_totals() -> None:
    assert totals("Mục lục này gồm: 1.250 hồ sơ (đơn vị bảo quản)") == [("dossiers", 1250)]
    assert totals("Cộng: 20 hồ sơ, 350 tờ") == [("dossiers", 20), ("sheets", 350)]
    assert totals("Tổng số văn bản: 12") == [("records", 12)]
    assert (
        is_footer("Cộng")
        and is_footer("Tổng cộng 15")
        and not is_footer("Tổng kết công tác")
        and not is_footer("Cộng hòa")
    )


def test_notations_and_numbers() -> None:
    assert whole_notation("638", "KH/TU") == "638-KH/TU"
    assert whole_notation("75", "KH-UBND") == "75/KH-UBND"
    assert whole_notation("30", "2020/NĐ-CP") == "30/2020/NĐ-CP"
    assert whole_notation("7", "-BC/TU") == "7-BC/TU"
    assert whole_notation("", "KH/TU") == "KH/TU" and whole_notation("5", "") == "5"
    assert [number_of(t) for t in ("638-KH/TU", "05a/QĐ", "Số: 12/CV", "KH/TU", "1234567")] == [
        "638",
        "05a",
        "12",
        None,
        None,
    ]
    assert [as_int(t) for t in (35, "35 tờ", "1.200", "01-35", "x", None)] == [35, 35, 1200, 35, None, None]
    assert [as_ordinal(t) for t in (7, "07", "7.", "(7)", "7a", None)] == [7, 7, 7, 7, None, None]


def test_types_before_subjects() -> None:
    assert split_type("Kế hoạch về việc tuyên truyền") == ("Kế hoạch", "tuyên truyền")
    assert split_type("BÁO CÁO: Tổng kết") == ("Báo cáo", "Tổng kết")
    assert split_type("V/v mời họp") == (None, "mời họp")
    assert split_type("Quyết định") == ("Quyết định", "Quyết định")
    assert split_type("Kế hoạchx") == (None, "Kế hoạchx")
    assert strip_about("V/v: bổ nhiệm") == "bổ nhiệm"


def test_marks_and_their_order() -> None:
    assert highest("Mật", None, "Tuyệt mật", "Tối mật") == "Tuyệt mật" and highest(None) is None
    assert from_column("Mật (đã giải mật)") == (None, True)
    assert from_column("lạ") == ("Mật", False)
    assert from_note("không mật, nhưng bản kèm theo tối mật") == "Tối mật"
    assert from_heading("DANH MỤC HỒ SƠ ĐỘ TỐI MẬT") == "Tối mật" and from_heading("Hồ sơ mất") is None


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("Số TT", "ordinal"), ("Số và ký hiệu hồ sơ", "dossier_code"), ("Hồ sơ số (ĐVBQ)", "dossier_code"), ("THBQ", "retention"),
        ("Tên đề mục và tiêu đề hồ sơ", "dossier_title"), ("Ngày tháng bắt đầu–kết thúc", "dossier_time"), ("Cặp/Hộp số", "box"),
        ("Số tờ/Số trang", "sheets_pages"), ("Tờ số/Trang số", "page_ref"), ("SKH VB", "notation"), ("ngày\nvb", "date"),
        ("Tên loại và trích yếu nội dung văn bản", "type_subject"), ("TÁC GIẢ VĂN BẢN", "author"), ("Dấu độ mật", "secrecy"),
        ("Tên tệp tin", "file_name"), ("Người lập hồ sơ", "ignored"), ("Hôm nay trời đẹp", None), ("", None),
    ],
)  # fmt: skip
def test_headings(heading: str, role: str | None) -> None:
    assert role_of(heading) == role
