"""Inventories in every form the field uses: headings found, values understood, secrecy never missed."""

from __future__ import annotations

import datetime as dt
import importlib.util
import io
import random
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import openpyxl
import pytest

from sohoa.errors import InventoryError
from sohoa.intake.inventory import Inventory, read_inventory

Rows = list[list[object]]


def load_biff() -> ModuleType:
    spec = importlib.util.spec_from_file_location("biff", Path(__file__).with_name("biff.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["biff"] = module
    spec.loader.exec_module(module)
    return module


biff = load_biff()

DOSSIERS: Rows = [
    ["ỦY BAN NHÂN DÂN TỈNH"],
    ["MỤC LỤC HỒ SƠ, TÀI LIỆU NỘP LƯU"],
    ["Năm 2015"],
    [],
    [
        "Số TT",
        "Số, ký hiệu hồ sơ",
        "Tiêu đề hồ sơ",
        "Thời gian tài liệu",
        "Thời hạn bảo quản",
        "Số tờ/Số trang",
        "Ghi chú",
    ],
    ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"],
    [1, "H49.64.2015.01", "Hồ sơ Hội nghị tổng kết năm 2015", "05/01/2015 - 20/12/2015", "Vĩnh viễn", "35/70", None],
    [2, "H49.64.2015.02", "Tập kế hoạch công tác", "2015", "20 năm", "12", "Mật"],
    ["Mục lục này gồm: 2 hồ sơ (đơn vị bảo quản)"],
    ["Viết bằng chữ: Hai hồ sơ"],
    [None, None, None, None, "Người lập", None, None],
    [None, None, None, None, "Nguyễn Văn A", None, None],
]
RECORDS: Rows = [
    ["MỤC LỤC VĂN BẢN, TÀI LIỆU"],
    ["Hồ sơ số: H49.64.2015.01"],
    ["STT", "Số, ký hiệu\nvăn bản", "Ngày tháng năm văn bản", "Tên loại và trích yếu", "Tác giả văn bản", "Tờ số/\nTrang số", "Ghi chú"],
    [1, "638-KH/TU", "05/03/2015", "Kế hoạch về việc tuyên truyền Nghị quyết", "Tỉnh ủy", "01-05", None],
    [2, "75/KH-UBND", dt.date(2015, 4, 29), "Kế hoạch tổ chức Tuần lễ văn hóa", "UBND huyện", "06", None],
    [3, None, "tháng 5/2015", "Biên bản họp", "UBND huyện", "07", "Bản sao; Tối mật"],
    ["Tổng cộng: 3 văn bản"],
]  # fmt: skip


def xlsx(tmp_path: Path, *sheets: Rows, merges: tuple[str, ...] = (), names: tuple[str, ...] = ()) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for index, rows in enumerate(sheets):
        sheet = book.create_sheet(names[index] if names else f"Sheet{index + 1}")
        for row in rows:
            sheet.append(row)
        for area in merges:
            sheet.merge_cells(area)
    path = tmp_path / "muc-luc.xlsx"
    book.save(path)
    return path


def read(tmp_path: Path, *sheets: Rows, **more: tuple[str, ...]) -> Inventory:
    return read_inventory(xlsx(tmp_path, *sheets, **more))


def test_the_list_of_dossiers_of_decree_30(tmp_path: Path) -> None:
    inventory = read(tmp_path, DOSSIERS)
    one, two = inventory.dossiers
    assert (one.code, one.title) == ("H49.64.2015.01", "Hồ sơ Hội nghị tổng kết năm 2015")
    assert (one.start, one.end, one.retention, one.sheets, one.pages) == (
        "2015-01-05",
        "2015-12-20",
        "Vĩnh viễn",
        35,
        70,
    )
    assert (one.secrecy, two.secrecy) == (None, "Mật")
    assert (two.start, two.end, two.sheets, two.row) == ("2015", "2015", 12, 8)
    assert inventory.lines == () and inventory.notes == ()


def test_the_list_of_records_in_a_dossier(tmp_path: Path) -> None:
    inventory = read(tmp_path, DOSSIERS, RECORDS)
    one, two, three = inventory.lines
    assert {line.dossier_code for line in inventory.lines} == {"H49.64.2015.01"}
    assert (one.ordinal, one.number, one.notation, one.issued_date) == (1, "638", "638-KH/TU", "2015-03-05")
    assert (one.type, one.subject, one.author, one.page_ref) == (
        "Kế hoạch",
        "tuyên truyền Nghị quyết",
        "Tỉnh ủy",
        "01-05",
    )
    assert (two.notation, two.issued_date, two.year) == ("75/KH-UBND", "2015-04-29", 2015)
    assert (three.notation, three.number, three.issued_date, three.secrecy) == (None, None, "2015-05", "Tối mật")
    assert (one.secrecy, two.secrecy) == (None, None)
    assert one.retention == "Vĩnh viễn", "from its dossier"
    assert (one.sheet, one.row) == ("Sheet2", 4)
    assert inventory.notes == ()


def test_keys_stay_when_rows_are_put_in_between(tmp_path: Path) -> None:
    before = {x.notation: x.key for x in read(tmp_path, RECORDS).lines}
    moved = [*RECORDS[:3], [], *RECORDS[3:6], [4, "9-CV/TU", "2015", "Công văn", None, None, None]]
    after = {x.notation: x.key for x in read(tmp_path, moved).lines}
    assert before.items() <= after.items()
    assert len(set(after.values())) == 4


def test_a_historical_inventory_with_a_two_row_heading_and_merges(tmp_path: Path) -> None:
    rows: Rows = [
        ["MỤC LỤC HỒ SƠ PHÔNG LƯU TRỮ", None, None, None, None, None, None],
        ["Cặp/Hộp số", "Hồ sơ số (ĐVBQ)", "Tiêu đề", "Thời gian", None, "Số tờ", "Thời hạn\nbảo quản"],
        [None, None, None, "Bắt đầu", "Kết thúc", None, None],
        ["01", "01", "Hồ sơ một", "01/01/1998", "12/1998", 20, "Vĩnh viễn"],
        [None, "02", "Hồ sơ hai", "1998", "1999", 30, "Vĩnh viễn"],
        ["Cộng", None, None, None, None, 60, None],
    ]
    merges = ("A1:G1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3", "G2:G3", "A4:A5")
    inventory = read(tmp_path, rows, merges=merges)
    one, two = inventory.dossiers
    assert (one.code, one.box, one.start, one.end, one.sheets) == ("01", "01", "1998-01-01", "1998-12", 20)
    assert (two.code, two.box, two.start, two.end) == ("02", "01", "1998", "1999")
    (note,) = inventory.notes
    assert note.serious and "60" in note.vi and "50" in note.vi and note.row == 6


def test_a_two_row_heading_without_merges_as_in_csv(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "STT,Hồ sơ số,Tiêu đề hồ sơ,Thời gian,,Ghi chú\n,,,Bắt đầu,Kết thúc,\n1,01,Hồ sơ một,1998,1999,\n",
        encoding="utf-8",
    )
    (one,) = read_inventory(path).dossiers
    assert (one.start, one.end) == ("1998", "1999")


def test_the_outgoing_register_and_abbreviations(tmp_path: Path) -> None:
    rows: Rows = [
        ["SỔ ĐĂNG KÝ VĂN BẢN ĐI"],
        ["Số, ký hiệu", "Ngày tháng", "Tên loại và trích yếu", "Người ký", "Nơi nhận", "Đơn vị/người nhận bản lưu", "Số lượng bản", "Ngày chuyển", "Ký nhận", "Ghi chú"],
        ["12/QĐ-UBND", "05/01/2016", "Quyết định bổ nhiệm", "Trần B", "Sở Nội vụ", "VP", 5, "06/01/2016", None, None],
    ]  # fmt: skip
    (line,) = read(tmp_path, rows).lines
    assert (line.notation, line.signer, line.type, line.subject) == ("12/QĐ-UBND", "Trần B", "Quyết định", "bổ nhiệm")
    short: Rows = [["TT", "SKH VB", "NGÀY VB", "TRÍCH YẾU ND", "CQ BAN HÀNH", "Tên file", "ĐỘ MẬT", "GC"]]
    short.append(["1", "12/QĐ-UBND", "5.1.16", "V/v bổ nhiệm", "UBND", "12-QD-UBND.pdf", "Mật", None])
    (line,) = read(tmp_path, short).lines
    assert (line.issued_date, line.subject, line.file_name, line.secrecy) == (
        "2016-01-05",
        "bổ nhiệm",
        "12-QD-UBND.pdf",
        "Mật",
    )


def test_headings_without_diacritics_in_capitals_and_misspelt(tmp_path: Path) -> None:
    rows: Rows = [
        ["stt", "SO KY HIEU VAN BAN", "ngay thang nam", "Trich yeú nội dugn", "tac gia"],
        [1, "1/BC-UB", 2001, "Bao cao", "UB"],
    ]
    (line,) = read(tmp_path, rows).lines
    assert (line.notation, line.issued_date, line.subject, line.author) == ("1/BC-UB", "2001", "Bao cao", "UB")


def test_the_english_names_of_circular_05(tmp_path: Path) -> None:
    rows: Rows = [
        ["docCode", "codeNumber", "codeNotation", "issuedDate", "organName", "subject", "numberOfPage", "mode"],
        ["H49.1.0000001", "638", "KH/TU", "05/03/2015", "Tỉnh ủy", "Tuyên truyền", 4, "01"],
        ["H49.1.0000002", 75, "KH-UBND", "05/03/2015", "UBND", "Tổng kết", 2, "03"],
    ]
    one, two = read(tmp_path, rows).lines
    assert (one.record_code, one.notation, one.number, one.pages, one.secrecy) == (
        "H49.1.0000001",
        "638-KH/TU",
        "638",
        4,
        None,
    )
    assert (two.notation, two.secrecy) == ("75/KH-UBND", "Mật")


def test_dossiers_named_in_rows_between_the_records(tmp_path: Path) -> None:
    head = RECORDS[2]
    rows: Rows = [
        head,
        ["Hồ sơ số 01.2015: Tập lưu công văn"],
        [1, "1/CV", "2015", "Công văn A", "x", None, None],
        ["Hồ sơ số 02.2015: Tập lưu quyết định"],
        [1, "1/QĐ", "2015", "Quyết định B", "x", None, None],
        head,
        [2, "2/QĐ", "2015", "Quyết định C", "x", None, None],
    ]
    assert [(x.dossier_code, x.ordinal, x.notation) for x in read(tmp_path, rows).lines] == [
        ("01.2015", 1, "1/CV"), ("02.2015", 1, "1/QĐ"), ("02.2015", 2, "2/QĐ"),
    ]  # fmt: skip


def test_dossier_and_record_columns_in_one_table(tmp_path: Path) -> None:
    rows: Rows = [
        ["Mã hồ sơ", "Tiêu đề hồ sơ", "STT", "Số ký hiệu", "Ngày VB", "Trích yếu", "Số trang"],
        ["H1", "Hồ sơ một", 1, "1/CV", "2015", "A", 2],
        [None, None, 2, "2/CV", "2015", "B", 3],
        ["H2", "Hồ sơ hai", 1, "3/CV", "2015", "C", 4],
    ]
    inventory = read(tmp_path, rows)
    assert [(d.code, d.title) for d in inventory.dossiers] == [("H1", "Hồ sơ một"), ("H2", "Hồ sơ hai")]
    assert [(x.dossier_code, x.notation, x.pages) for x in inventory.lines] == [
        ("H1", "1/CV", 2),
        ("H1", "2/CV", 3),
        ("H2", "3/CV", 4),
    ]


def test_a_sheet_named_by_its_dossier(tmp_path: Path) -> None:
    records: Rows = [RECORDS[2], RECORDS[3]]
    inventory = read(tmp_path, DOSSIERS, records, names=("Mục lục", "H49.64.2015.02"))
    (line,) = inventory.lines
    assert line.dossier_code == "H49.64.2015.02"
    assert line.secrecy == "Mật", "the mark of its dossier"


def test_totals_that_do_not_agree_are_told(tmp_path: Path) -> None:
    wrong = [*RECORDS[:-1], ["Tổng cộng: 5 văn bản"], ["Viết bằng chữ: Bốn văn bản"]]
    notes = read(tmp_path, wrong).notes
    assert len(notes) == 2 and all(n.serious and n.sheet == "Sheet1" for n in notes)
    assert "5" in notes[0].vi and "3" in notes[0].vi and "4" in notes[1].en


def test_rows_go_on_after_a_subtotal(tmp_path: Path) -> None:
    rows = [*RECORDS, [4, "76/KH-UBND", "2015", "Kế hoạch", "UBND", "9", None], ["Tổng cộng: 4 văn bản"]]
    inventory = read(tmp_path, rows)
    assert len(inventory.lines) == 4 and inventory.notes == ()


def test_a_subject_in_two_rows_and_a_row_of_blanks(tmp_path: Path) -> None:
    rows: Rows = [RECORDS[2], RECORDS[3], [None, None, None, "của Trung ương Đảng"], [None] * 7, RECORDS[4]]
    one, two = read(tmp_path, rows).lines
    assert one.subject == "tuyên truyền Nghị quyết của Trung ương Đảng" and two.ordinal == 2


def test_a_record_merged_over_two_rows_is_one_line(tmp_path: Path) -> None:
    rows: Rows = [RECORDS[2], RECORDS[3], [None] * 7, RECORDS[4]]
    inventory = read(tmp_path, rows, merges=tuple(f"{c}2:{c}3" for c in "ABCDEFG"))
    assert [x.ordinal for x in inventory.lines] == [1, 2]


@pytest.mark.parametrize(
    ("column", "value", "mark"),
    [
        ("Độ mật", "Mật", "Mật"), ("Mức độ mật", "TỐI MẬT", "Tối mật"), ("Độ mật", "Tuyệt mật", "Tuyệt mật"),
        ("Độ mật", "mat", "Mật"), ("Độ mật", "M", "Mật"), ("Độ mật", "A", "Tuyệt mật"), ("Độ mật", "??", "Mật"),
        ("Độ mật", "x", "Mật"), ("Độ mật", "Thường", None), ("Độ mật", "Không", None), ("Độ mật", None, None),
        ("Mật", "x", "Mật"), ("Mật", None, None), ("Tối mật", "X", "Tối mật"), ("Tuyệt mật", 1, "Tuyệt mật"),
        ("Chế độ sử dụng", "Mật", "Mật"), ("Chế độ sử dụng", "Hạn chế", None), ("Chế độ sử dụng", "03", "Mật"),
        ("Ghi chú", "Mật", "Mật"), ("Ghi chú", "Bản chính. Mật.", "Mật"), ("Ghi chú", "MAT", "Mật"), ("Ghi chú", "toi mat", "Tối mật"),
        ("Ghi chú", "mất trang 3", None), ("Ghi chú", "Tài liệu bị mất", None), ("Ghi chú", "không mật", None),
        ("Ghi chú", "Đã giải mật năm 2010", None), ("Ghi chú", "Bí mật nhà nước", "Mật"), ("Ghi chú", "mật độ dân số", None),
        ("Ghi chú", "Dấu: TỐI MẬT", "Tối mật"), ("Tình trạng", "Mật", "Mật"), ("Người lập", "Tối mật", "Tối mật"),
    ],
)  # fmt: skip
def test_secrecy_is_found_wherever_it_stands(tmp_path: Path, column: str, value: object, mark: str | None) -> None:
    rows: Rows = [
        ["STT", "Số, ký hiệu văn bản", "Ngày tháng", "Trích yếu", column],
        [1, "1/CV-UB", "2015", "Báo cáo", value],
    ]
    (line,) = read(tmp_path, rows).lines
    assert line.secrecy == mark


@pytest.mark.parametrize(
    ("subject", "mark"),
    [
        ("Báo cáo tình hình (Mật)", "Mật"), ("Báo cáo tình hình [TỐI MẬT]", "Tối mật"), ("Báo cáo tình hình - Mật", "Mật"),
        ("Báo cáo MẬT về biên giới", "Mật"), ("Bảo vệ bí mật nhà nước", None), ("Tăng cường bảo mật", None),
        ("Điều tra mật độ cây trồng", None), ("Báo cáo mất cắp", None), ("Danh mục bí mật nhà nước độ Tối mật", None),
    ],
)  # fmt: skip
def test_a_subject_bears_a_mark_only_as_a_mark(tmp_path: Path, subject: str, mark: str | None) -> None:
    rows: Rows = [["STT", "Số, ký hiệu văn bản", "Ngày tháng", "Trích yếu"], [1, "1/CV-UB", "2015", subject]]
    assert read(tmp_path, rows).lines[0].secrecy == mark


def test_a_secret_title_section_or_dossier_marks_all_its_lines(tmp_path: Path) -> None:
    head = RECORDS[2]
    line: list[object] = [1, "1/CV", "2015", "Công văn", "x", None, None]
    assert read(tmp_path, [["MỤC LỤC TÀI LIỆU MẬT"], head, line]).lines[0].secrecy == "Mật"
    assert read(tmp_path, [["MỤC LỤC TÀI LIỆU KHÔNG MẬT"], head, line]).lines[0].secrecy is None
    assert read(tmp_path, [["DANH SÁCH TÀI LIỆU MẤT"], head, line]).lines[0].secrecy is None
    sections: Rows = [
        head,
        ["I. Tài liệu thường"],
        line,
        ["II. Tài liệu tối mật"],
        [2, *line[1:]],
        ["III. Tài liệu khác"],
        [3, *line[1:]],
    ]
    assert [x.secrecy for x in read(tmp_path, sections).lines] == [None, "Tối mật", None]


def test_an_unclear_mark_is_told(tmp_path: Path) -> None:
    rows: Rows = [
        ["STT", "Số, ký hiệu văn bản", "Ngày tháng", "Trích yếu", "Độ mật"],
        [1, "1/CV-UB", "2015", "Báo cáo", "hỏi lại"],
    ]
    inventory = read(tmp_path, rows)
    assert inventory.lines[0].secrecy == "Mật"
    assert inventory.problems and inventory.problems[0].row == 2 and "hỏi lại" not in inventory.problems[0].vi


def test_formulas_count_by_their_stored_result(tmp_path: Path) -> None:
    rows: Rows = [
        ["STT", "Số, ký hiệu văn bản", "Ngày tháng", "Trích yếu", "Độ mật"],
        [1, "1/CV-UB", "2015", "Báo cáo", '=IF(1,"Mật","")'],
    ]
    path = xlsx(tmp_path, rows)
    inventory = read_inventory(path)
    assert any(n.serious and "công thức" in n.vi and n.row == 2 for n in inventory.notes), (
        "a result that was never stored is told"
    )
    with zipfile.ZipFile(path) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = (
        parts[sheet].replace(b'<c r="E2"><f>', b'<c r="E2" t="str"><f>').replace(b"<v></v>", "<v>Mật</v>".encode())
    )
    parts[sheet] = parts[sheet].replace(b"<v />", "<v>Mật</v>".encode()).replace(b"<v/>", "<v>Mật</v>".encode())
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    inventory = read_inventory(path)
    assert inventory.lines[0].secrecy == "Mật" and inventory.notes == ()


def test_hidden_and_foreign_sheets_are_told(tmp_path: Path) -> None:
    path = xlsx(tmp_path, RECORDS, RECORDS, [["a", "b"], [1, 2]])
    book = openpyxl.load_workbook(path)
    book.worksheets[1].sheet_state = "hidden"
    book.save(path)
    inventory = read_inventory(path)
    assert len(inventory.lines) == 3
    assert [n.sheet for n in inventory.problems] == ["Sheet2", "Sheet3"]


def test_a_wrong_dimension_hides_no_rows(tmp_path: Path) -> None:
    path = xlsx(tmp_path, RECORDS)
    with zipfile.ZipFile(path) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert b"<dimension ref=" in parts[sheet]
    parts[sheet] = parts[sheet].replace(b'ref="A1:G7"', b'ref="A1"')
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert len(read_inventory(path).lines) == 3


def test_a_notation_that_excel_made_a_date_is_told(tmp_path: Path) -> None:
    rows: Rows = [RECORDS[2], [1, dt.datetime(2015, 5, 12), "2015", "Công văn", "x", None, None]]
    inventory = read(tmp_path, rows)
    assert inventory.lines[0].notation is None and any("Excel" in n.vi for n in inventory.notes)


CSV = "STT;Số, ký hiệu văn bản;Ngày tháng năm;Trích yếu nội dung;Độ mật\n1;638-KH/TU;05/03/2015;Kế hoạch tuyên truyền, phổ biến;\n2;7-BC/TU;2015;Báo cáo tổng kết công tác năm;Mật\n"
TCVN3 = "STT;Sè, ký hiÖu v¨n b¶n;Ngµy th¸ng n¨m;TrÝch yÕu néi dung;§é mËt\n1;638-KH/TU;05/03/2015;KÕ ho¹ch tuyªn truyÒn, phæ biÕn;\n2;7-BC/TU;2015;B¸o c¸o tæng kÕt c«ng t¸c n¨m;MËt\n"
VNI = "STT;Soá, kyù hieäu vaên baûn;Ngaøy thaùng naêm;Trích yeáu noäi dung;Ñoä maät\n1;638-KH/TU;05/03/2015;Keá hoaïch tuyeân truyeàn, phoå bieán;\n2;7-BC/TU;2015;Baùo caùo toång keát coâng taùc naêm;Maät\n"


def cp1258(text: str) -> bytes:
    import unicodedata

    out = bytearray()
    for char in text:
        for form in (char, *([unicodedata.normalize("NFD", char)] if ord(char) > 127 else [])):
            # A vowel keeps its shape mark and gives its tone as a letter of its own.
            tone = "".join(c for c in form if c in "\u0300\u0301\u0303\u0309\u0323")
            base = unicodedata.normalize("NFC", "".join(c for c in form if c not in tone))
            try:
                out += base.encode("cp1258") + tone.encode("cp1258")
                break
            except UnicodeEncodeError:
                continue
    return bytes(out)


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize(
    "raw",
    [
        CSV.encode(), CSV.encode("utf-8-sig"), CSV.encode("utf-16"), CSV.encode("utf-16-le"), CSV.encode("utf-16-be"),
        cp1258(CSV), TCVN3.encode("latin-1"), VNI.encode("latin-1"), TCVN3.encode(), VNI.encode(),
        CSV.encode().decode("latin-1").encode(),
    ],
    ids=["utf8", "bom", "utf16", "utf16le", "utf16be", "cp1258", "tcvn3", "vni", "tcvn3-utf8", "vni-utf8", "mojibake"],
)  # fmt: skip
def test_csv_in_every_encoding_and_with_every_delimiter(tmp_path: Path, raw: bytes, delimiter: str) -> None:
    path = tmp_path / "a.csv"
    if delimiter != ";":
        code = (
            "utf-16"
            if raw[:2] in (b"\xff\xfe", b"\xfe\xff")
            else "utf-16-le"
            if raw[1:2] == b"\0"
            else "utf-16-be"
            if raw[:1] == b"\0"
            else "latin-1"
        )
        text = raw.decode(code)
        rows = [row.split(";") for row in text.splitlines()]
        text = "\n".join(delimiter.join(f'"{c}"' if delimiter in c else c for c in row) for row in rows)
        raw = text.encode(code)
    path.write_bytes(raw)
    one, two = read_inventory(path).lines
    assert (one.notation, one.issued_date, one.secrecy) == ("638-KH/TU", "2015-03-05", None)
    assert one.subject == "Kế hoạch tuyên truyền, phổ biến"
    assert (two.subject, two.secrecy) == ("Báo cáo tổng kết công tác năm", "Mật")


def test_xls_of_excel_97_with_merges_and_dates(tmp_path: Path) -> None:
    rows = [["MỤC LỤC VĂN BẢN"], *RECORDS[2:]]
    path = tmp_path / "a.xls"
    path.write_bytes(biff.ole(biff.workbook(rows, [(0, 0, 0, 6)])))
    inventory = read_inventory(path)
    assert [x.issued_date for x in inventory.lines] == ["2015-03-05", "2015-04-29", "2015-05"]
    assert [x.secrecy for x in inventory.lines] == [None, None, "Tối mật"]
    assert inventory.notes == ()


def test_xls_of_the_nineties_in_tcvn3(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(biff.biff2([row.split(";") for row in TCVN3.splitlines()]))
    inventory = read_inventory(path)
    assert [x.subject for x in inventory.lines] == ["Kế hoạch tuyên truyền, phổ biến", "Báo cáo tổng kết công tác năm"]
    assert inventory.lines[1].secrecy == "Mật"
    assert "TCVN3" in inventory.notes[0].vi


def test_what_is_no_inventory_is_refused_with_a_sentence(tmp_path: Path) -> None:
    locked = biff.ole(b"x" * 5000, "EncryptedPackage")
    cases = {
        "empty": (b"", "rỗng"), "noise": (bytes(range(256)) * 20, ""), "pdf": (b"%PDF-1.4", "hỏng"), "html": (b"<html><table>", "hỏng"),
        "zip": (b"PK\x03\x04" + bytes(100), "hỏng"), "locked": (locked, "mật khẩu"), "ole": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), ""),
        "words": ("chỉ có chữ\nkhông có cột".encode(), "tiêu đề"), "heading": (CSV.splitlines()[0].encode(), "không có dòng nào"),
    }  # fmt: skip
    for name, (data, word) in cases.items():
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(InventoryError) as caught:
            read_inventory(path)
        assert word in caught.value.sentence.vi, name
        assert str(tmp_path) not in caught.value.sentence.vi
    with pytest.raises(InventoryError):
        read_inventory(tmp_path / "missing.xlsx")


def test_entity_bombs_and_zip_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sohoa.intake.inventory.xlsx.MAX_UNPACKED", 200 * 1024**2)
    path = xlsx(tmp_path, RECORDS)
    with zipfile.ZipFile(path) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    laugh = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    sheet = "xl/worksheets/sheet1.xml"
    for data in (laugh + parts[sheet], b" " * (300 * 1024**2)):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, part in parts.items():
                archive.writestr(name, data if name == sheet else part)
        with pytest.raises(InventoryError):
            read_inventory(path)


def test_a_merge_over_the_whole_sheet_is_bounded(tmp_path: Path) -> None:
    path = xlsx(tmp_path, RECORDS, merges=("I1:J1",))
    with zipfile.ZipFile(path) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b'ref="I1:J1"', b'ref="A1:XFD1048576"')
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    with pytest.raises(InventoryError, match="Không nhận ra cột"):
        read_inventory(path)


@pytest.mark.parametrize("seed", range(30))
def test_flipped_bytes_end_in_an_inventory_or_a_sentence(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    sources = (xlsx(tmp_path, RECORDS).read_bytes(), biff.ole(biff.workbook(RECORDS[2:])), CSV.encode())
    data = bytearray(sources[seed % 3])
    for _ in range(rng.choice((1, 5, 40))):
        data[rng.randrange(len(data))] = rng.randrange(256)
    path = tmp_path / "x"
    path.write_bytes(data)
    try:
        read_inventory(path)
    except InventoryError as error:
        assert error.sentence.vi


def test_the_name_of_the_inventory_is_kept_and_lines_are_values(tmp_path: Path) -> None:
    inventory = read(tmp_path, RECORDS)
    assert inventory.path_name == "muc-luc.xlsx"
    assert inventory.lines[0].model_dump()["notation"] == "638-KH/TU"
    assert io.StringIO(str(inventory.notes)) is not None
