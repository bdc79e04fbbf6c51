"""A folder of small scans of one page: plain ones, duplicates, a zip, a secret one, one that cannot be read."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import openpyxl

from tests.conftest import Paper

HEADINGS = ("STT", "Số, ký hiệu hồ sơ", "Số, ký hiệu văn bản", "Ngày tháng năm văn bản", "Tên loại và trích yếu",
            "Tác giả văn bản", "Tờ số", "Độ mật", "Tên tệp", "Ghi chú")  # fmt: skip
DUTIES = ("trồng cây xanh", "sửa chữa kênh mương", "thu gom rác thải", "tu bổ đình làng", "khám sức khỏe học sinh",
          "kiểm tra cầu treo", "phòng cháy rừng", "dạy nghề dệt chiếu", "nuôi cá lồng", "chống sạt lở bờ sông")  # fmt: skip

A5 = (0, 0, 1654, 1165)
"""The upper half of an A4 page at 200 dpi, where everything that is drawn stands: read in half the time."""


def make(folder: Path, paper: Paper, *, documents: int, seed: int) -> Path:
    """Write `documents` files of one page into `folder`, with an inventory. The same arguments give the same pages."""
    drawn = random.Random(seed)
    folder.mkdir(parents=True)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Mục lục văn bản"
    sheet.append(("MỤC LỤC VĂN BẢN, TÀI LIỆU TRONG HỒ SƠ",))
    sheet.append(HEADINGS)
    packed: list[Path] = []
    for number in range(1, documents + 1):
        name = f"{number:03d}.pdf"
        path = folder / f"hop-{1 + number % 3}" / name
        subject = f"Về việc {drawn.choice(DUTIES)} năm {drawn.randint(2012, 2025)}"
        kind = {0: "copy", 4: "secret", 7: "broken"}.get(number % 10, "plain")
        if kind == "copy":
            path.parent.mkdir(exist_ok=True)
            path.write_bytes((folder / f"hop-{1 + (number - 1) % 3}" / f"{number - 1:03d}.pdf").read_bytes())
        else:
            body = (
                f"Điều {number}. Giao {drawn.choice(DUTIES)}, {drawn.choice(DUTIES)}.",
                "Văn phòng theo dõi việc này.",
            )
            stamp = {"stamp": "MẬT"} if kind == "secret" else {}
            paper.pdf(path, paper.page(*body, number=str(100 + number), subject=subject, **stamp).crop(A5))
        if kind == "broken":
            path.write_bytes(path.read_bytes()[:700])
        if number % 10 in (2, 3):
            packed.append(path)
        file = name if number % 2 else ""
        line = ("H01.2019.05", f"{100 + number}/KH-UBND", "12/3/2019", f"Kế hoạch {subject}", "UBND tỉnh An Bình")
        sheet.append((number, *line, "1", "", file, ""))
    with zipfile.ZipFile(folder / "goi.zip", "w") as archive:
        for path in packed:
            archive.write(path, path.name)
            path.unlink()
    book.save(folder / "muc-luc.xlsx")
    return folder
