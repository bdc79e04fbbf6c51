"""The printed notation comes out right though the engine lost a hyphen, a mark or the number."""

from __future__ import annotations

import pytest

from sohoa.records.dates import find_date, mend_place
from sohoa.records.notation import find_notation
from sohoa.records.rules import Rules


@pytest.mark.parametrize(
    ("line", "digits", "notation"),
    [
        ("Số: 75/KH-UBND", "75", "KH-UBND"),
        ("Số: 75 / KH - UBND", "75", "KH-UBND"),
        ("Số: 4‡ /QĐÐ-UBND", "4", "QĐ-UBND"),
        ("Só:#3. /TTr-UBND", "3", "TTr-UBND"),
        ("Số: 12/KHLUBND", "12", "KH-UBND"),
        ("Số: 12/QĐUBND", "12", "QĐ-UBND"),
        ("Số: /QD-UBND", "", "QĐ-UBND"),
        ("Số: 8/TTR-STC", "8", "TTr-STC"),
        ("Số: 8/CTR-UBND", "8", "CTr-UBND"),
        ("Số: 3 /CI-UBND", "3", "CT-UBND"),
        ("Số: /4/QĐ-UBND", "4", "QĐ-UBND"),
        ("Số: 575/UBND-KTTH", "575", "UBND-KTTH"),
        ("Số: 30/2020/NĐ-CP", "30", "2020/NĐ-CP"),
        ("Số: 141/KH-BCDTKNQ18", "141", "KH-BCDTKNQ18"),
        ("Số: 04/QĐ-BCD138", "04", "QĐ-BCĐ138"),
        ("Số: 157/QĐ-NĐ-UB", "157", "QĐ-NĐ-UB"),
        ("Số: 22a/BC-HDND", "22a", "BC-HĐND"),
        ("Số: 15/TB-VPUBND", "15", "TB-VPUBND"),
        ("Số: 56/PVHKHTT", "56", "PVHKHTT"),
        ("Số: 12/ĐA-UBND", "12", "ĐA-UBND"),
        ("Số 638-KH/TU", "638", "KH/TU"),
        ("Số 638 -KH/TU i &", "638", "KH/TU"),
        ("$638 -KH/TU", "638", "KH/TU"),
        ("$6.,1043-CV/DU", "1043", "CV/ĐU"),
        ("Số      -QD/TU", "", "QĐ/TU"),
        ("Số 07-HD/BTGDVTU", "07", "HD/BTGDVTU"),
        ("Số 01-CTr/ĐU", "01", "CTr/ĐU"),
        ("Số 01-CTR/HU", "01", "CTr/HU"),
        ("Số 11-KH/BCD", "11", "KH/BCĐ"),
    ],
)
def test_number_lines(rules: Rules, line: str, digits: str, notation: str) -> None:
    found = find_notation(line, rules)
    assert found is not None
    assert (found.digits, found.value) == (digits, notation)


CLEAN = [
    ("Số: 42/BC-TCKH", "BC-TCKH"),
    ("Số: 325/TCKH-NS", "TCKH-NS"),
    ("Số: 17/TB-TTDVNN", "TB-TTDVNN"),
    ("Số: 9/QĐ-THPTNTĐ", "QĐ-THPTNTĐ"),
    ("Số: 31/KH-TTVHTT", "KH-TTVHTT"),
    ("Số: 88/TTVHTT-NV", "TTVHTT-NV"),
    ("Số: 12/KT-XD", "KT-XD"),
    ("Số: 12/BV-KHTH", "BV-KHTH"),
    ("Số: 5/TTr-GDDT", "TTr-GDĐT"),
    ("Số: 6/BC-BQLRPH", "BC-BQLRPH"),
    ("Số: 77/HĐND", "HĐND"),
    ("Số: 3/BB-UBMB", "BB-UBMB"),
    ("Số: 3/BC-SNMT", "BC-SNMT"),
    ("Số: 14/QLĐT-DA", "QLĐT-DA"),
    ("Số 21-BC/BCĐCĐS", "BC/BCĐCĐS"),
    ("Số 21-BC/TTCT", "BC/TTCT"),
    ("Số 8-TB/CBVPQ", "TB/CBVPQ"),
    ("Số 15-QĐ/ĐUBCHQS", "QĐ/ĐUBCHQS"),
]


@pytest.mark.parametrize(("line", "notation"), CLEAN)
def test_abbreviations_of_any_organisation_stay_as_read(rules: Rules, line: str, notation: str) -> None:
    initials = ["PTCKH", "UBND", "UTHKPTCKH"]
    for doubts in ((), [(0, len(line))]):
        # One look-alike letter away from a known one.
        if doubts and notation in ("BB-UBMB", "BC-SNMT", "BC/TTCT"):
            continue
        found = find_notation(line, rules, initials, doubts=doubts)
        assert found is not None
        assert found.value == notation


def test_a_title_makes_no_type_of_an_organisation(rules: Rules) -> None:
    report = next(t for t in rules.types if t.name == "Báo cáo")
    found = find_notation("Số: 12/BV-KHTH", rules, (), report)
    assert found is not None
    assert (found.value, found.rule) == ("BV-KHTH", None)


@pytest.mark.parametrize(
    ("line", "doubtful", "notation"),
    [
        ("Số: 4/BC-U8ND", False, "BC-UBND"),
        ("Số: 4/BC-ỦBND", False, "BC-UBND"),
        ("Số: 4/BC-UB1ND", False, "BC-UBND"),
        ("Số: 4/BC-UBMD", True, "BC-UBND"),
        ("Số: 4/BC-UBMD", False, "BC-UBMD"),
    ],
)
def test_noise_and_doubt_are_what_a_repair_needs(rules: Rules, line: str, doubtful: bool, notation: str) -> None:
    found = find_notation(line, rules, doubts=[(3, len(line))] if doubtful else ())
    assert found is not None
    assert found.value == notation


@pytest.mark.parametrize(
    "line", ["Độc lập - Tự do - Hạnh phúc", "Số: 2352", "Số: ..../....", "SỞ TÀI CHÍNH", "và/hoặc"]
)
def test_lines_without_a_notation(rules: Rules, line: str) -> None:
    found = find_notation(line, rules)
    assert found is None or found.score < 0.35


def test_the_initials_of_the_body_mend_an_abbreviation(rules: Rules) -> None:
    found = find_notation("Số: 5/BC-PLDTBXH", rules, ["PLĐTBXH"])
    assert found is not None
    assert found.value == "BC-PLĐTBXH"


def test_the_title_gives_back_a_lost_letter(rules: Rules) -> None:
    report = next(t for t in rules.types if t.name == "Báo cáo")
    found = find_notation("Số: 33 /C-UBND", rules, (), report)
    assert found is not None
    assert found.value == "BC-UBND"


@pytest.mark.parametrize(
    ("line", "iso"),
    [
        ("Quảng Ngãi, ngày 04 tháng 02 năm 2025", "2025-02-04"),
        ("Quảng Ngãi, ngày2“tháng 01 năm 2025", "2025-01"),
        ("Quảng Ngãi, ngày‡{ tháng 5 năm 2021", "2021-05"),
        ("Quảng Ngãi, ngày    tháng 5 năm 2021", "2021-05"),
        ("Quảng Ngãi, ngày 45 tháng 3 năm 2024", "2024-03"),
        ("Quảng Ngãi, ngày 31 tháng 6 năm 2024", "2024-06"),
        ("Son Tdy, ngay 29 thang 4 ndm 2025", "2025-04-29"),
        ("Huế, ngày 5/3/1998", "1998-03-05"),
    ],
)
def test_dates(line: str, iso: str) -> None:
    found = find_date(line)
    assert found is not None
    assert found.value == iso


@pytest.mark.parametrize("line", ["Ngày ký: 04-02-2025 16:42:36", "Ngày 21/3/18", "ngày càng tháng năm", ""])
def test_lines_without_a_date(line: str) -> None:
    assert find_date(line) is None


def test_places_are_mended_towards_provinces_and_the_body_only(rules: Rules) -> None:
    assert mend_place("Quảng Ngõi,", [], rules)[0] == "Quảng Ngãi"
    assert mend_place("Pong Nai", [], rules)[0] == "Đồng Nai"
    assert mend_place("Sơn Tdy,", ["ỦY BAN NHÂN DÂN HUYỆN SƠN TÂY"], rules)[0] == "Sơn Tây"
    assert mend_place("Bình Minh,", [], rules)[0] == "Bình Minh"
