"""Bodies come through as they are read; only what is plainly misread is mended."""

from __future__ import annotations

import pytest

from sohoa.records.bodies import mend
from sohoa.records.recognise import recognise
from sohoa.records.rules import Rules
from tests.records.paper import Paper


@pytest.mark.parametrize(
    "name",
    [
        "BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ",
        "TRUNG TÂM KIỂM ĐỊNH GIỐNG SỐ 2",
        "TRƯỜNG CAO ĐẲNG CƠ ĐIỆN",
        "TRUNG TÂM BẢO TỒN DI TÍCH",
        "ĐẢNG ỦY CÁC CƠ QUAN TỈNH",
        "BAN QUẢN LÝ DỰ ÁN ĐẦU TƯ XÂY DỰNG",
        "HỘI ĐỒNG THI ĐUA - KHEN THƯỞNG",
        "CHI CỤC DÂN SỐ",
        "BAN CÁN SỰ ĐẢNG",
        "ỦY BAN NHÂN DÂN XÃ YÊN BÀI",
        "HỘI NẠN NHÂN CHẤT ĐỘC DA CAM",
        "TỔ CÔNG TÁC ĐỀ ÁN 06",
        "BAN QUẢN LÝ CHỢ HÀNG DA",
    ],
)
def test_a_name_well_read_stays(rules: Rules, name: str) -> None:
    assert mend(name, rules) == name


@pytest.mark.parametrize(
    ("read", "name"),
    [
        ("UY BAN NHAN DAN TINH QUANG NGAI", "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"),
        ("UỶ BAN NHÂN DÂN TINH QUẢNG NGÃI", "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"),
        ("SỞ NỘI VỤ TÍNH QUẢNG NGÕI", "SỞ NỘI VỤ TỈNH QUẢNG NGÃI"),
        ("BAN CHỈ ĐẠO CHUYỂN ĐỐI SỞ", "BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ"),
    ],
)
def test_what_leaves_no_choice_is_mended(rules: Rules, read: str, name: str) -> None:
    assert mend(read, rules) == name


def test_a_doubtful_word_is_mended_and_a_sure_one_not(rules: Rules) -> None:
    assert mend("PHÒNG TÀI CHỈNH", rules) == "PHÒNG TÀI CHỈNH"
    assert mend("PHÒNG TÀI CHỈNH", rules, {"chinh"}) == "PHÒNG TÀI CHÍNH"


@pytest.mark.parametrize("party", [False, True])
@pytest.mark.parametrize(
    ("lines", "abbreviation"),
    [
        (("BAN CHỈ ĐẠO", "CHUYỂN ĐỔI SỐ"), "BCĐCĐS"),
        (("TRUNG TÂM", "DÂN SỐ VÀ BẢO TỒN"), "TTDSBT"),
        (("PHÒNG TÀI CHÍNH - KẾ HOẠCH",), "TCKH"),
    ],
)
def test_unknown_bodies_on_a_page(rules: Rules, lines: tuple[str, ...], abbreviation: str, party: bool) -> None:
    paper, dated = Paper(), "Sơn Khê, ngày 5 tháng 3 năm 2024"
    if party:
        paper.party_header(lines, f"Số 42-BC/{abbreviation}", dated)
    else:
        paper.state_header(lines, f"Số: 42/BC-{abbreviation}", dated)
    page = paper.centred(297, 170, "BÁO CÁO").centred(297, 186, "Kết quả công tác quý I").body(220).reading()
    (record,) = recognise([page], rules).records
    assert record.fields.issuing_body is not None
    assert record.fields.issuing_body.value == " ".join(lines)
    assert record.fields.notation is not None
    assert record.fields.notation.value == (f"BC/{abbreviation}" if party else f"BC-{abbreviation}")
