"""Marks of secrecy and urgency: found however they were read, and not where the words only speak of secrets."""

from __future__ import annotations

import pytest

from sohoa.models import PageReading, StampReading
from sohoa.records.recognise import recognise
from sohoa.records.rules import Rules
from tests.records.paper import Paper


def letter() -> Paper:
    page = Paper().state_header(["SỞ Y TẾ"], "Số: 9/SYT-NVY", "Vĩnh Long, ngày 3 tháng 2 năm 2025")
    page.centred(165, 140, "V/v báo cáo nhân sự")
    page.at(200, 230, "Kính gửi: Bộ Y tế")
    return page.body(270)


@pytest.mark.parametrize(
    ("read", "level"),
    [
        ("MẬT", "Mật"),
        ("M Ậ T", "Mật"),
        ("MÂT", "Mật"),
        ("MAT", "Mật"),
        ("|MẬT|", "Mật"),
        ("[ MẬT ]", "Mật"),
        ("IMẬTI", "Mật"),
        ("MẬT.", "Mật"),
        ("MẬI", "Mật"),
        ("TỐI MẬT", "Tối mật"),
        ("TÓI MẬT", "Tối mật"),
        ("TỒI MẬI", "Tối mật"),
        ("T Ố I M Ậ T", "Tối mật"),
        ("TUYỆT MẬT", "Tuyệt mật"),
        ("TUYET MAT", "Tuyệt mật"),
        ("TUYẾI MẠT", "Tuyệt mật"),
        ("Tối mật", "Tối mật"),
        ("Độ mật: Tối mật", "Tối mật"),
        ("BẢN SAO BÍ MẬT NHÀ NƯỚC", "Mật"),
    ],
)
def test_a_mark_is_found_however_it_was_read(rules: Rules, read: str, level: str) -> None:
    found = recognise([letter().at(120, 185, read).reading()], rules).secrecy
    assert found.value == level
    assert found.page == 1
    assert found.box is not None
    assert found.box[1] == pytest.approx(185, abs=2)


def test_a_stamp_of_two_lines(rules: Rules) -> None:
    page = letter().centred(140, 180, "TUYỆT").centred(140, 196, "MẬT")
    assert recognise([page.reading()], rules).secrecy.value == "Tuyệt mật"


def test_a_stamp_beside_a_line_of_text(rules: Rules) -> None:
    page = letter().at(90, 185, "theo MẬT công văn số")
    assert recognise([page.reading()], rules).secrecy.value == "Mật"


def test_a_stamp_close_to_a_heading_in_capitals(rules: Rules) -> None:
    page = Paper().at(60, 160, "MẬT").at(104, 160, "KẾ HOẠCH PHÒNG THỦ", same_line=True)
    assert recognise([page.reading()], rules).secrecy.value == "Mật"


@pytest.mark.parametrize(
    "text",
    [
        "thực hiện nghiêm quy định về bảo vệ bí mật nhà nước",
        "Mật độ dân số của huyện năm 2024",
        "DANH MỤC BÍ MẬT NHÀ NƯỚC",
        "LUẬT BẢO VỆ BÍ MẬT NHÀ NƯỚC",
        "MẶT TRẬN TỔ QUỐC VIỆT NAM",
        "tài liệu mật, tối mật, tuyệt mật của các cơ quan",
        "CÔNG TÁC BẢO MẬT",
        "MẬT ĐỘ XÂY DỰNG",
        "MẬT KHẨU TRUY CẬP",
        "100% văn bản không mật được ký số",
        "Lê Thị Mật",
    ],
)
def test_words_about_secrets_are_no_mark(rules: Rules, text: str) -> None:
    page = letter().centred(297, 190, text).at(90, 600, text)
    assert recognise([page.reading()], rules).secrecy.value is None


def test_the_headings_of_a_table_are_no_mark(rules: Rules) -> None:
    page = letter().at(90, 500, "MẬT").at(220, 500, "TỐI MẬT").at(380, 500, "TUYỆT MẬT")
    assert recognise([page.reading()], rules).secrecy.value is None


def test_the_highest_mark_on_any_page_holds_for_all(rules: Rules) -> None:
    second = Paper(2).body(60).at(120, 300, "TỐI MẬT")
    found = recognise([letter().at(120, 185, "MẬT").reading(), second.reading()], rules).secrecy
    assert (found.value, found.page) == ("Tối mật", 2)


def test_a_red_stamp_read_apart_counts(rules: Rules) -> None:
    stamp = StampReading(text="|TỐI MÂT", box=(80, 150, 160, 180), angle=-30, confidence=0.7)
    page = letter().reading().model_copy(update={"stamps": (stamp,)})
    found = recognise([page], rules).secrecy
    assert (found.value, found.box) == ("Tối mật", stamp.box)
    assert recognise([letter().reading()], rules, {1: [stamp]}).secrecy.value == "Tối mật"


def test_a_stamp_on_a_page_without_any_words_counts(rules: Rules) -> None:
    stamp = StampReading(text="MẬT", box=(80, 150, 160, 180), confidence=0.9)
    blank = PageReading(page=2, outcome="blank", blank_reason="no-ink", stamps=(stamp,))  # type: ignore[arg-type]
    found = recognise([letter().reading(), blank], rules).secrecy
    assert (found.value, found.page) == ("Mật", 2)


def test_other_stamps_are_no_secret(rules: Rules) -> None:
    for text in ("CÔNG VĂN ĐẾN", "ĐÃ THU PHÍ", "SAO Y BẢN CHÍNH", "NÂM", "ĐẾN", "VĂN THƯ", "HỎA TỐC"):
        stamp = StampReading(text=text, box=(80, 150, 160, 180), confidence=0.9)
        assert recognise([letter().reading()], rules, {1: [stamp]}).secrecy.value is None, text


@pytest.mark.parametrize(
    ("read", "level"),
    [("KHẨN", "Khẩn"), ("THƯỢNG KHẨN", "Thượng khẩn"), ("HOẢ TÔC", "Hỏa tốc"), ("HỎA TỐC", "Hỏa tốc")],
)
def test_urgency(rules: Rules, read: str, level: str) -> None:
    urgency = recognise([letter().at(120, 185, read).reading()], rules).records[0].fields.urgency
    assert urgency is not None
    assert urgency.value == level


def test_words_about_urgency_are_no_mark(rules: Rules) -> None:
    page = letter().centred(297, 195, "TÌNH TRẠNG KHẨN CẤP").at(90, 520, "triển khai khẩn trương, kịp thời")
    assert recognise([page.reading()], rules).records[0].fields.urgency is None
