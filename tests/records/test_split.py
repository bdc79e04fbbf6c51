"""A dossier in one file falls into its records, and a record with annexes stays whole."""

from __future__ import annotations

import pytest

from sohoa.models import Outcome, PageReading
from sohoa.records.recognise import recognise
from sohoa.records.rules import Rules
from tests.records.paper import Paper, signed


def decision(page: int, number: str = "12", body: str = "SỞ NỘI VỤ", code: str = "SNV") -> Paper:
    paper = Paper(page).state_header([body], f"Số: {number}/QĐ-{code}", "Huế, ngày 6 tháng 5 năm 2022")
    paper.centred(297, 150, "QUYẾT ĐỊNH").centred(297, 168, "Về việc nâng bậc lương năm 2022")
    return paper.body(210)


def spans(pages: list[Paper | PageReading], rules: Rules) -> list[tuple[int, int]]:
    readings = [p.reading() if isinstance(p, Paper) else p for p in pages]
    return [r.pages for r in recognise(readings, rules).records]


def test_each_first_page_begins_a_record(rules: Rules) -> None:
    end = signed(Paper(2).body(60), 300, ["GIÁM ĐỐC"], "Trần Văn Nam", ["- Như trên;", "- Lưu: VT."])
    assert spans([decision(1), end, decision(3, "13"), decision(4, "14"), Paper(5).body(60)], rules) == [
        (1, 2),
        (3, 3),
        (4, 5),
    ]


def test_each_record_has_fields_of_its_own(rules: Rules) -> None:
    found = recognise([decision(1).reading(), decision(2, "13", "SỞ Y TẾ", "SYT").reading()], rules).records
    assert [r.fields.notation.value for r in found if r.fields.notation] == ["QĐ-SNV", "QĐ-SYT"]
    assert [r.fields.number.page for r in found if r.fields.number] == [1, 2]


def test_a_blank_back_belongs_to_the_record_before_it(rules: Rules) -> None:
    blank = PageReading(page=2, outcome=Outcome.blank, blank_reason="no-ink")
    assert spans([decision(1), blank, decision(3, "13")], rules) == [(1, 2), (3, 3)]


def test_a_cover_belongs_to_the_first_record(rules: Rules) -> None:
    cover = Paper(1).centred(297, 300, "HỒ SƠ").centred(297, 330, "Về việc nâng bậc lương năm 2022")
    assert spans([cover, decision(2)], rules) == [(1, 2)]


@pytest.mark.parametrize(
    "mark", ["PHỤ LỤC", "(Ban hành kèm theo Quyết định số 12/QĐ-SNV ngày 06/5/2022)", "Mẫu số 02", "Phụ lục II"]
)
def test_an_annex_with_a_header_stays_with_its_record(rules: Rules, mark: str) -> None:
    annex = Paper(2).at(360, 30, mark) if mark.startswith("Mẫu") else Paper(2)
    annex.state_header(["SỞ NỘI VỤ"], "", "Huế, ngày 6 tháng 5 năm 2022")
    annex.centred(297, 140, "QUY CHẾ").centred(297, 158, "Làm việc của cơ quan").centred(297, 174, mark)
    assert spans([decision(1), annex.body(220)], rules) == [(1, 2)]


def test_a_form_to_be_filled_in_is_no_record(rules: Rules) -> None:
    form = Paper(2).state_header(["TÊN CƠ QUAN"], "Số: ..../....", "......, ngày ... tháng ... năm ......")
    assert spans([decision(1), form.centred(297, 150, "BÁO CÁO").body(200)], rules) == [(1, 2)]


def test_what_a_letter_forwards_stays_with_it(rules: Rules) -> None:
    letter = Paper(1).state_header(["SỞ NỘI VỤ"], "Số: 88/SNV-VP", "Huế, ngày 9 tháng 5 năm 2022")
    letter.centred(165, 140, "V/v triển khai kế hoạch").at(200, 190, "Kính gửi: Các đơn vị trực thuộc")
    letter.body(230).at(80, 400, "(gửi kèm Kế hoạch số 31/KH-UBND ngày 02/5/2022 của UBND thành phố)")
    plan = Paper(2).state_header(["UBND THÀNH PHỐ HUẾ"], "Số: 31/KH-UBND", "Huế, ngày 2 tháng 5 năm 2022")
    plan.centred(297, 150, "KẾ HOẠCH").centred(297, 168, "Cải cách hành chính năm 2022").body(210)
    assert spans([letter, plan], rules) == [(1, 2)]
    other = Paper(2).state_header(["UBND THÀNH PHỐ HUẾ"], "Số: 99/KH-UBND", "Huế, ngày 2 tháng 5 năm 2022")
    assert spans([letter, other.centred(297, 150, "KẾ HOẠCH").body(210)], rules) == [(1, 1), (2, 2)]


def test_a_page_that_cites_the_heading_is_no_first_page(rules: Rules) -> None:
    page = Paper(2).at(80, 60, "dưới sự lãnh đạo của Đảng Cộng sản Việt Nam và nhân dân cả nước")
    page.at(80, 76, "tại Quyết định số 759/QĐ-TTg ngày 14 tháng 4 năm 2025 của Thủ tướng Chính phủ")
    assert spans([decision(1), page.body(100)], rules) == [(1, 2)]
