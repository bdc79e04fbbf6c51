"""A small archive with secrets of every kind, each holding sentences to look for, and ordinary records with controls."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from sohoa.sample import Markers, generate, load_truth
from tests.conftest import FONT, Paper
from tests.faults.killing import SIGNAL
from tests.faults.leaks import Needles, tokens

SECRET = Markers(
    secret_bodies=(
        "Khướu nghênh ngang ngoảnh nhìn hoẵng chuệch choạng",
        "Chuồn chuồn ngoe nguẩy khuếch khoác loạng quạng",
        "Ễnh ương huênh hoang ngọ nguậy khuỷu chân",
    ),
    secret_file_name="khenh-khang-ngheu-ngao",
    secret_title="về việc nguệch ngoạc quờ quạng chếch choáng",
    control_body="Chích chòe nghễu nghện rướn ngồng cải",
    control_file_name="tuenh-toang-khuch-nguyt",
    control_title="về việc chuếnh choạc huệch hoạc luống rau muống",
)
READING = (
    "Nhuếch nhoác khụt khịt xuềnh xoàng trườn trượt",
    "thap-thom-nghech-ngac",
    "luýnh quýnh thoăn thoắt ngúc ngoắc",
)
"""Body, file name and title of the record that is in reading when the run is killed."""
JUDGED = ("Lướt thướt khập khiễng ngượng nghịu", "loang-choang-lup-xup", "chuyếnh choáng khuềnh khoàng bươn bả")
"""The same of the one whose verdict has just fallen; its title is printed on it, so its line is found by content."""
ZIPPED = ("Rượt đuổi huỳnh huỵch thình thịch bên giậu", "quy-quech-phoc-phech")
FOREIGN = "khoang-khoac-lang-nhang"
"""Name of a file that is no scan, and secret by the inventory."""
CONTROL_BORN = "Chuột nhắt loắt choắt tuềnh toàng"
"""Body of an ordinary born-digital record: the only text that stands in stored originals."""
FOLDER = "kho-ngoet-ngoeo"
"""Name of the folder, an ordinary word that Prefect's database is allowed to hold."""


@dataclass(frozen=True)
class SecretArchive:
    folder: Path
    secret: Needles
    control: Needles
    secret_files: tuple[Path, ...]
    ordinary_files: tuple[Path, ...]


def make(target: Path, paper: Paper) -> SecretArchive:
    """Write the archive into `target`."""
    made = generate(target, documents=8, seed=3, damage={"clean": 1}, max_pages=1, markers=SECRET)
    folder = made.archive.rename(target / FOLDER)
    truth = load_truth(made.truth)
    secret_files = [folder / file.path for file in truth.files if file.state == "quarantined"]
    secret_files += _add_secrets(folder, paper)
    _born_digital(folder / "them" / "ban-dien-tu.pdf")
    _add_lines(folder / "muc-luc.xlsx")
    bodies = [m.text for m in truth.markers if m.secret] + [*READING, *JUDGED, *ZIPPED, FOREIGN]
    controls = [m.text for m in truth.markers if not m.secret] + [CONTROL_BORN, FOLDER]
    planted = {*bodies, *controls}
    common = set(tokens(SIGNAL))
    for page in (page for file in truth.files for page in file.pages):
        text = page.text
        for sentence in planted:
            text = text.replace(sentence, " ")
        common |= set(tokens(text))
    common |= {w for line in truth.lines if line.subject not in planted for w in tokens(line.subject)}
    ours, theirs = ({w for s in some for w in tokens(s)} for some in (bodies, controls))
    both = frozenset(common | (ours & theirs))
    ordinary = [p for p in sorted(folder.rglob("*.pdf")) if p not in secret_files]
    return SecretArchive(folder, Needles(bodies, both), Needles(controls, both), tuple(secret_files), tuple(ordinary))


def _add_secrets(folder: Path, paper: Paper) -> list[Path]:
    more = folder / "them"
    reading = paper.pdf(
        more / f"{READING[1]}.pdf",
        paper.page(READING[0], stamp="MẬT", number="41", subject="Về việc rà soát kho tàng"),
        paper.page("Trang hai không có gì đáng kể.", header=False),
        paper.page(SIGNAL, header=False),
    )
    judged = paper.pdf(
        more / f"{JUDGED[1]}.pdf",
        paper.page(JUDGED[0], stamp="TỐI MẬT", number="42", subject=f"Về việc {JUDGED[2]}"),
    )
    zipped = paper.pdf(
        folder.parent / "zipped.pdf", paper.page(ZIPPED[0], stamp="MẬT", number="43"), paper.page("Hết.", header=False)
    )
    with zipfile.ZipFile(more / "goi.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(zipped, f"{ZIPPED[1]}.pdf")
    foreign = more / f"{FOREIGN}.docx"
    with zipfile.ZipFile(foreign, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>")
    return [reading, judged, zipped, foreign]


def _born_digital(path: Path) -> None:
    pdfmetrics.registerFont(TTFont("Tinos", FONT))
    canvas = Canvas(str(path), invariant=1)
    lines = (
        "ỦY BAN NHÂN DÂN", "TỈNH AN BÌNH", "Số: 77/KH-UBND", "An Bình, ngày 5 tháng 4 năm 2021", "KẾ HOẠCH",
        "Về việc chăm sóc vườn hoa", CONTROL_BORN, "Các đơn vị tổ chức thực hiện kế hoạch này từ ngày ký.",
        "Sở Xây dựng theo dõi, tổng hợp và báo cáo Ủy ban nhân dân tỉnh kết quả trước ngày 30 tháng 12.",
    )  # fmt: skip
    for number, line in enumerate(lines):
        canvas.setFont("Tinos", 14)
        canvas.drawString(60, 780 - 26 * number, line)
    canvas.save()


def _add_lines(path: Path) -> None:
    """Lines that do not call the stamped records secret, and one that does so for the foreign file."""
    book = openpyxl.load_workbook(path)
    sheet = book["Mục lục văn bản"]
    for merged in list(sheet.merged_cells.ranges):
        if merged.min_row > 6:
            sheet.unmerge_cells(str(merged))
    last = max(row for row in range(6, sheet.max_row + 1) if isinstance(sheet.cell(row, 1).value, int))
    sheet.delete_rows(last + 1, sheet.max_row - last)
    lines = (
        ("41/KH-UBND", f"Kế hoạch về việc {READING[2]}", "", f"{READING[1]}.pdf"),
        ("42/KH-UBND", f"Kế hoạch về việc {JUDGED[2]}", "", ""),
        ("44/KH-UBND", "Kế hoạch về việc kiểm kê", "Mật", f"{FOREIGN}.docx"),
    )
    for number, (notation, subject, secrecy, file) in enumerate(lines, start=900):
        values = (number, None, notation, "12/3/2019", subject, "UBND tỉnh An Bình", "1", "1", secrecy, "20 năm", file)
        sheet.append(values)
    book.save(path)
