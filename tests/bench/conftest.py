"""Two small scanned pages with truth, drawn for the bench's tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

FONT = Path("/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf")
PAGES = (
    """ỦY BAN NHÂN DÂN
Độc lập - Tự do - Hạnh phúc
Thực hiện Nghị quyết của Hội đồng nhân dân tỉnh về công tác lưu trữ,
Ủy ban nhân dân huyện yêu cầu các phòng, ban chuyên môn triển khai
những nhiệm vụ sau đây.
Nơi nhận:
- Như trên;""",
    """2
Trong quá trình thực hiện nếu có khó khăn, vướng mắc, đề nghị các đơn
vị phản ánh bằng văn bản để được hướng dẫn và giải quyết kịp thời.
Nguyễn Văn An""",
)


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """A folder with a PDF of two pages, each an image, and `bản quét_p01.txt`, `_p02.txt` beside it."""
    folder = tmp_path / "scans"
    folder.mkdir()
    images = []
    for text in PAGES:
        image = Image.new("L", (1240, 700), 255)
        ImageDraw.Draw(image).text((100, 80), text, font=ImageFont.truetype(str(FONT), 34), fill=0, spacing=16)
        images.append(image)
    images[0].save(folder / "bản quét.pdf", save_all=True, append_images=images[1:], resolution=150)
    for number, text in enumerate(PAGES, start=1):
        (folder / f"bản quét_p{number:02}.txt").write_text(text, encoding="utf-8")
    return folder
