"""Small scans for measuring everything but reading: one page, five lines, a fraction of a second for the engine."""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

_FONT = "/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf"
_SIZE, _DPI = (620, 420), 100
_WORDS = ("giao cho văn phòng", "theo dõi", "trồng cây", "sửa đường", "thu gom rác", "dạy nghề", "nuôi cá", "khám bệnh")


def small_archive(folder: Path, documents: int, seed: int) -> Path:
    """Write `documents` PDFs of one page into `folder`, 500 to a sub-folder. Same seed, same pictures."""
    drawn = random.Random(seed)
    font = ImageFont.truetype(_FONT, 20)
    for number in range(1, documents + 1):
        image = Image.new("L", _SIZE, 255)
        draw = ImageDraw.Draw(image)
        year = drawn.randint(2012, 2025)
        lines = (
            "ỦY BAN NHÂN DÂN XÃ AN BÌNH",
            f"Số: {number}/BC-UBND      An Bình, ngày {drawn.randint(1, 28)} tháng {drawn.randint(1, 12)} năm {year}",
            "BÁO CÁO",
            " ".join(drawn.choices(_WORDS, k=4)).capitalize(),
            " ".join(drawn.choices(_WORDS, k=4)) + ".",
        )
        for row, line in enumerate(lines):
            draw.text((40, 40 + 50 * row), line, font=font, fill=0)
        path = folder / f"hop-{1 + number // 500:03d}" / f"{number:05d}.pdf"
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save(path, resolution=_DPI)
    return folder
