"""What kinds of first pages give: State, Party, Front and Union bodies, letters, pages askew, plain text."""

from __future__ import annotations

from pathlib import Path

import pytest

from sohoa.models import Field, Outcome, PageReading
from sohoa.records.recognise import recognise
from sohoa.records.rules import Rules
from tests.records.paper import Paper, signed, tilted


def value(field: Field | None) -> str | None:
    return field.value if field else None


def test_a_state_plan_gives_all_its_components(rules: Rules) -> None:
    first = Paper().state_header(
        ["ỦY BAN NHÂN DÂN", "HUYỆN TƯ NGHĨA"], "Số: 118 /KH-UBND", "Tư Nghĩa, ngày 05 tháng 3 năm 2024"
    )
    first.centred(297, 160, "KẾ HOẠCH")
    first.centred(297, 178, "Phòng, chống thiên tai và tìm kiếm cứu nạn")
    first.centred(297, 194, "trên địa bàn huyện năm 2024")
    first.body(235)
    last = signed(
        Paper(2).body(60),
        300,
        ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"],
        "Lê Thị Thanh Hương",
        ["- Thường trực Huyện ủy;", "- Các phòng, ban;", "- Lưu: VT."],
    )
    record = recognise([first.reading(), last.reading()], rules).records[0]
    fields = record.fields
    assert (record.type.value, record.type.code) == ("Kế hoạch", "10")
    assert record.pages == (1, 2)
    assert value(fields.notation) == "KH-UBND"
    assert value(fields.issued_date) == "2024-03-05"
    assert value(fields.place) == "Tư Nghĩa"
    assert value(fields.issuing_body) == "ỦY BAN NHÂN DÂN HUYỆN TƯ NGHĨA"
    assert fields.parent_body is None
    assert value(fields.subject) == "Phòng, chống thiên tai và tìm kiếm cứu nạn trên địa bàn huyện năm 2024"
    assert value(fields.signer) == "Lê Thị Thanh Hương"
    assert value(fields.recipients) == "Thường trực Huyện ủy; Các phòng, ban; Lưu: VT"
    assert fields.signer is not None
    assert fields.signer.page == 2


def test_a_number_set_apart_from_its_notation_is_for_review(rules: Rules) -> None:
    page = Paper().state_header(["SỞ NỘI VỤ"], "Số: 77 /BC-SNV", "Huế, ngày 1 tháng 2 năm 2023")
    number = recognise([page.body(200).reading()], rules).records[0].fields.number
    assert number is not None
    assert number.value == "77"
    assert number.review
    assert number.confidence <= 0.4


def test_a_printed_number_is_accepted(rules: Rules) -> None:
    page = Paper().state_header(["SỞ NỘI VỤ"], "Số: 77/BC-SNV", "Huế, ngày 1 tháng 2 năm 2023")
    number = recognise([page.body(200).reading()], rules).records[0].fields.number
    assert number is not None
    assert (number.value, number.review) == ("77", False)


def test_the_box_of_the_notation_leaves_the_number_out(rules: Rules) -> None:
    page = Paper().state_header(["SỞ NỘI VỤ"], "Số: 77/BC-SNV", "Huế, ngày 1 tháng 2 năm 2023")
    fields = recognise([page.body(200).reading()], rules).records[0].fields
    assert fields.number is not None
    assert fields.notation is not None
    assert fields.number.box[2] <= fields.notation.box[0]


def test_a_letter_is_known_by_its_about_and_has_no_title(rules: Rules) -> None:
    page = Paper().state_header(
        ["UBND TỈNH BÌNH ĐỊNH", "SỞ TÀI CHÍNH"], "Số: /STC-QLNS", "Bình Định, ngày   tháng 10 năm 2019"
    )
    page.centred(170, 150, "V/v quyết toán kinh phí")
    page.centred(170, 165, "chi thường xuyên năm 2018")
    page.at(200, 210, "Kính gửi: Ủy ban nhân dân các huyện, thị xã.")
    page.body(250)
    record = recognise([page.reading()], rules).records[0]
    assert (record.type.value, record.type.code) == ("Công văn", "22")
    assert value(record.fields.notation) == "STC-QLNS"
    assert record.fields.number is None
    assert value(record.fields.issued_date) == "2019-10"
    assert value(record.fields.parent_body) == "UBND TỈNH BÌNH ĐỊNH"
    assert value(record.fields.issuing_body) == "SỞ TÀI CHÍNH"
    assert value(record.fields.subject) == "V/v quyết toán kinh phí chi thường xuyên năm 2018"
    assert value(record.fields.recipients) == "Ủy ban nhân dân các huyện, thị xã"


@pytest.mark.parametrize(
    ("bodies", "number", "title", "kind", "notation", "parent", "issuing"),
    [
        (["TỈNH ỦY PHÚ YÊN"], "Số 412-NQ/TU", "NGHỊ QUYẾT", "Nghị quyết", "NQ/TU", None, "TỈNH ỦY PHÚ YÊN"),
        (
            ["TỈNH ỦY PHÚ YÊN", "BAN TUYÊN GIÁO"],
            "Số 31 -HD/BTGTU",
            "HƯỚNG DẪN",
            "Hướng dẫn",
            "HD/BTGTU",
            "TỈNH ỦY PHÚ YÊN",
            "BAN TUYÊN GIÁO",
        ),
        (
            ["ĐẢNG BỘ TỈNH PHÚ YÊN", "HUYỆN ỦY ĐÔNG HÒA"],
            "Số 9-QĐ/HU",
            "QUY ĐỊNH",
            "Quy định",
            "QĐ/HU",
            "ĐẢNG BỘ TỈNH PHÚ YÊN",
            "HUYỆN ỦY ĐÔNG HÒA",
        ),
        (["ĐẢNG ỦY KHỐI DOANH NGHIỆP"], "Số 88-QĐ/ĐUK", "QUYẾT ĐỊNH", "Quyết định", "QĐ/ĐUK", None, "ĐẢNG ỦY KHỐI DOANH NGHIỆP"),
        (["TỈNH ỦY PHÚ YÊN"], "Số 1205-KL/TU", "KẾT LUẬN", "Kết luận", "KL/TU", None, "TỈNH ỦY PHÚ YÊN"),
        (["TỈNH ỦY PHÚ YÊN"], "Số 3-TT/TU", "THÔNG TRI", "Thông tri", "TT/TU", None, "TỈNH ỦY PHÚ YÊN"),
    ],
)  # fmt: skip
def test_party_records(
    rules: Rules, bodies: list[str], number: str, title: str, kind: str, notation: str, parent: str | None, issuing: str
) -> None:
    page = Paper().party_header(bodies, number, "Phú Yên, ngày 12 tháng 8 năm 2021")
    page.centred(297, 170, title)
    page.centred(297, 188, "về công tác cán bộ trong tình hình mới")
    page.body(235)
    record = recognise([page.reading()], rules).records[0]
    assert record.type.value == kind
    assert value(record.fields.notation) == notation
    assert value(record.fields.parent_body) == parent
    assert value(record.fields.issuing_body) == issuing
    assert value(record.fields.subject) == "về công tác cán bộ trong tình hình mới"
    assert value(record.fields.place) == "Phú Yên"


def test_party_types_without_a_code_are_other(rules: Rules) -> None:
    page = Paper().party_header(["TỈNH ỦY PHÚ YÊN"], "Số 5-KL/TU", "Phú Yên, ngày 1 tháng 8 năm 2021")
    assert recognise([page.centred(297, 170, "KẾT LUẬN").reading()], rules).records[0].type.code == "32"


def test_a_party_letter_has_the_abbreviation_of_one(rules: Rules) -> None:
    page = Paper().party_header(["TỈNH ỦY PHÚ YÊN", "VĂN PHÒNG"], "Số 640-CV/VPTU", "Phú Yên, ngày 2 tháng 8 năm 2021")
    page.centred(170, 160, "V/v cử cán bộ dự họp")
    record = recognise([page.at(200, 200, "Kính gửi: Các huyện ủy").body(240).reading()], rules).records[0]
    assert record.type.value == "Công văn"
    assert value(record.fields.notation) == "CV/VPTU"
    assert value(record.fields.subject) == "V/v cử cán bộ dự họp"


def test_a_front_body_and_a_union_body(rules: Rules) -> None:
    front = Paper().state_header(
        ["ỦY BAN MTTQ VIỆT NAM", "TỈNH KON TUM", "BAN THƯỜNG TRỰC"], "Số: 14/BC-MTTQ-BTT", "Kon Tum, ngày 3 tháng 6 năm 2020"
    )  # fmt: skip
    fields = recognise([front.centred(297, 170, "BÁO CÁO").body(220).reading()], rules).records[0].fields
    assert value(fields.notation) == "BC-MTTQ-BTT"
    assert value(fields.issuing_body) == "BAN THƯỜNG TRỰC"
    union = Paper()._header(
        ["TỈNH ĐOÀN KON TUM", "***"], ["ĐOÀN TNCS HỒ CHÍ MINH"], "Số: 27-KH/TĐTN", "Kon Tum, ngày 9 tháng 6 năm 2020"
    )
    record = recognise([union.centred(297, 170, "KẾ HOẠCH").body(220).reading()], rules).records[0]
    assert (record.type.value, value(record.fields.notation)) == ("Kế hoạch", "KH/TĐTN")
    assert value(record.fields.issuing_body) == "TỈNH ĐOÀN KON TUM"


def test_what_a_digital_signature_prints_above_the_header_is_ignored(rules: Rules) -> None:
    page = Paper()
    page.at(340, 8, "Ký bởi: Văn phòng Ủy ban nhân dân").at(340, 22, "Ngày ký: 04-02-2025 16:42:36 +07:00")
    page.at(60, 40, "SAO Y; VĂN PHÒNG; 05/02/2025")
    page.state_header(["SỞ Y TẾ"], "Số: 19/TB-SYT", "Vĩnh Long, ngày 3 tháng 2 năm 2025")
    fields = recognise([page.centred(297, 150, "THÔNG BÁO").body(210).reading()], rules).records[0].fields
    assert value(fields.issued_date) == "2025-02-03"
    assert value(fields.issuing_body) == "SỞ Y TẾ"
    assert value(fields.notation) == "TB-SYT"


def test_an_incoming_stamp_gives_neither_number_nor_date(rules: Rules) -> None:
    page = Paper().state_header(["SỞ Y TẾ"], "Số:      /TB-SYT", "Vĩnh Long, ngày    tháng 2 năm 2025")
    page.centred(297, 150, "THÔNG BÁO")
    page.at(30, 175, "CÔNG VĂN ĐẾN").at(30, 190, "Số: 2352").at(30, 205, "Ngày: 21/3/2018")
    fields = recognise([page.body(240).reading()], rules).records[0].fields
    assert fields.number is None
    assert value(fields.issued_date) == "2025-02"


def test_a_page_askew_reads_as_a_straight_one_and_keeps_its_boxes(rules: Rules) -> None:
    page = Paper().state_header(
        ["ỦY BAN NHÂN DÂN", "HUYỆN TƯ NGHĨA"], "Số: 118/KH-UBND", "Tư Nghĩa, ngày 05 tháng 3 năm 2024"
    )
    page.centred(297, 160, "KẾ HOẠCH").centred(297, 178, "Phòng, chống thiên tai năm 2024").body(235, 12)
    straight = page.reading()
    askew = tilted(straight, 0.035)
    found, wanted = (recognise([p], rules).records[0].fields for p in (askew, straight))
    for name in ("notation", "issued_date", "place", "issuing_body", "subject"):
        assert value(getattr(found, name)) == value(getattr(wanted, name)), name
    assert found.place is not None
    place = next(w for w in askew.words if w.text == "Tư" and w.box[0] > 300)
    assert found.place.box[1] == pytest.approx(place.box[1], abs=2)


def test_plain_text_without_marks_still_gives_type_and_notation(rules: Rules) -> None:
    text = (
        "UY BAN NHAN DAN CONG HOA XA HQOI CHU NGHIA VIET NAM\n"
        "HUYEN BA TO Doc 1ap - Tw do - Hanh phuc\n"
        "Sé: 75 /QD-UBND Ba To, ngay 29 thang 4 ndm 2025\n"
        "QUYET PINH\nVé viéc ban hanh Quy ché\n\nCan ctr Luat T6 chirc"
    )
    page = PageReading(page=1, outcome=Outcome.text, source="none", text=text, confidence=0.6)
    record = recognise([page], rules).records[0]
    assert record.type.value == "Quyết định"
    assert value(record.fields.notation) == "QĐ-UBND"
    assert value(record.fields.issued_date) == "2025-04-29"
    assert value(record.fields.issuing_body) == "ỦY BAN NHÂN DÂN HUYỆN BA TO"


def test_a_page_of_running_text_is_of_unknown_type(rules: Rules) -> None:
    page = Paper().body(60, 30, "theo Quyết định số 759/QĐ-TTg ngày 14/4/2025 của Thủ tướng Chính phủ phê duyệt Đề án")
    record = recognise([page.reading()], rules).records[0]
    assert record.type.value == "unknown"
    assert record.type.code is None
    assert record.fields.notation is None


def test_nothing_but_blank_pages_is_one_record_without_fields(rules: Rules) -> None:
    blank = PageReading(page=1, outcome=Outcome.blank, blank_reason="no-ink", width=595, height=842)
    found = recognise([blank, blank.model_copy(update={"page": 2})], rules)
    assert len(found.records) == 1
    assert found.records[0].pages == (1, 2)
    assert found.records[0].type.value == "unknown"


SCANS = Path(__file__).resolve().parents[3] / "shared" / "scans"


@pytest.mark.skipif(not SCANS.is_dir(), reason="the real scans are not here")
def test_the_born_digital_scan_is_read_whole(rules: Rules, tmp_path: Path) -> None:
    from sohoa.imaging.source import PageSource
    from sohoa.ocr.page import read_page
    from sohoa.settings import load

    page = read_page(PageSource(SCANS / "db_507_UBND.pdf", "pdf", 1), load(data=tmp_path))
    record = recognise([page], rules).records[0]
    assert record.type.value == "Công văn"
    assert value(record.fields.number) == "507"
    assert value(record.fields.notation) == "UBND-KGVX"
    assert value(record.fields.issued_date) == "2025-01-24"
    assert value(record.fields.signer) == "Phùng Tô Long"
