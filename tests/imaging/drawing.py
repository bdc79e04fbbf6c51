"""Small pages drawn for the tests: administrative text in Tinos, with the place of every word, and damage done to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

FONTS = Path("/usr/share/fonts/truetype/croscore")

BODY = """Thực hiện Nghị quyết số 57-NQ/TW ngày 22 tháng 12 năm 2024 của Bộ Chính trị về đột phá phát triển khoa học, công nghệ, \
đổi mới sáng tạo và chuyển đổi số quốc gia; xét đề nghị của Giám đốc Sở Nội vụ tại Tờ trình số 318/TTr-SNV, Ủy ban nhân dân \
huyện yêu cầu các phòng, ban chuyên môn và Ủy ban nhân dân các xã, thị trấn triển khai những nhiệm vụ sau đây.
1. Rà soát, thống kê toàn bộ tài liệu lưu trữ hình thành trong giai đoạn 2015 - 2025; lập mục lục hồ sơ, xác định thời hạn \
bảo quản và giá trị của từng hồ sơ trước khi số hóa.
2. Phòng Văn hóa và Thông tin chủ trì, phối hợp với Văn phòng Huyện ủy kiểm tra chất lượng bản quét, bảo đảm hình ảnh rõ nét, \
đầy đủ số trang, không bị lệch, mờ hoặc mất góc; kịp thời khắc phục những sai sót.
3. Các cơ quan, đơn vị bố trí kinh phí trong dự toán được giao, sử dụng đúng mục đích, tiết kiệm và hiệu quả; định kỳ trước \
ngày 25 hằng tháng báo cáo kết quả thực hiện về Ủy ban nhân dân huyện để tổng hợp.
Trong quá trình thực hiện nếu có khó khăn, vướng mắc, đề nghị các đơn vị phản ánh bằng văn bản để được hướng dẫn, giải quyết."""


@dataclass
class Drawn:
    """A drawn page: RGB picture, its words with boxes in pixels, its lines of text."""

    image: Image.Image
    dpi: int
    words: list[tuple[str, tuple[int, int, int, int]]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def pixels(self) -> np.ndarray:
        return np.asarray(self.image)

    def box(self, word: str) -> tuple[int, int, int, int]:
        return next(box for text, box in self.words if text == word)


def font(points: float, dpi: int, style: str = "Regular") -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / f"Tinos-{style}.ttf"), round(points * dpi / 72))


def paper(dpi: int = 200, size: tuple[float, float] = (8.27, 11.69), colour: str = "white") -> Drawn:
    return Drawn(Image.new("RGB", (round(size[0] * dpi), round(size[1] * dpi)), colour), dpi)


def write(
    page: Drawn, text: str, x: float, y: float, points: float = 13, style: str = "Regular", fill: str = "black"
) -> float:
    """One line at x, y inches; returns the y of the next line."""
    pen, face = ImageDraw.Draw(page.image), font(points, page.dpi, style)
    left = x * page.dpi
    for word in text.split():
        page.words.append((word, tuple(round(v) for v in pen.textbbox((left, y * page.dpi), word, font=face))))
        pen.text((left, y * page.dpi), word, font=face, fill=fill)
        left += pen.textlength(word + " ", font=face)
    page.lines.append(text)
    return y + points * 1.35 / 72


def write_paragraph(page: Drawn, text: str, y: float, points: float = 13, x: float = 1.1, right: float = 7.6) -> float:
    pen, face = ImageDraw.Draw(page.image), font(points, page.dpi)
    line: list[str] = []
    for word in [*text.split(), None]:
        if word is None or (line and pen.textlength(" ".join([*line, word]), font=face) > (right - x) * page.dpi):
            y = write(page, " ".join(line), x, y, points)
            line = []
        if word is not None:
            line.append(word)
    return y + 0.06


def letter(dpi: int = 200, body: str = BODY, points: float = 13, colour: str = "white") -> Drawn:
    """A letter of a district: header in two columns, subject, body, recipients and signer."""
    page = paper(dpi, colour=colour)
    write(page, "ỦY BAN NHÂN DÂN", 1.3, 0.7, 12, "Bold")
    write(page, "HUYỆN ĐẠI LỘC", 1.5, 0.92, 12, "Bold")
    write(page, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 3.7, 0.7, 11.5, "Bold")
    write(page, "Độc lập - Tự do - Hạnh phúc", 4.35, 0.92, 12.5, "Bold")
    write(page, "Số: 214/UBND-NV", 1.4, 1.35, 12.5)
    write(page, "Đại Lộc, ngày 18 tháng 3 năm 2025", 4.2, 1.35, 12.5, "Italic")
    y = write(page, "KẾ HOẠCH", 3.6, 1.9, 14, "Bold")
    y = write(page, "Số hóa tài liệu lưu trữ giai đoạn 2015 - 2025", 2.4, y, 13.5, "Bold") + 0.15
    for paragraph in body.split("\n"):
        y = write_paragraph(page, paragraph, y, points)
    y = max(y + 0.2, 8.2)
    write(page, "Nơi nhận:", 1.1, y, 11, "BoldItalic")
    write(page, "- Như Điều 3;", 1.1, y + 0.2, 10.5)
    write(page, "- Lưu: VT, NV.", 1.1, y + 0.38, 10.5)
    write(page, "TM. ỦY BAN NHÂN DÂN", 4.6, y, 12.5, "Bold")
    write(page, "KT. CHỦ TỊCH", 5.0, y + 0.24, 12.5, "Bold")
    write(page, "PHÓ CHỦ TỊCH", 5.0, y + 0.48, 12.5, "Bold")
    write(page, "Nguyễn Thị Thu Hằng", 4.8, y + 1.7, 13, "Bold")
    return page


def seal(image: Image.Image, dpi: int, x: float, y: float, ink: tuple[int, int, int] = (205, 40, 60)) -> Image.Image:
    """A round red seal with its centre at x, y inches, printed over what is there."""
    layer = Image.new("RGB", image.size, "white")
    pen, r = ImageDraw.Draw(layer), 0.7 * dpi
    cx, cy = x * dpi, y * dpi
    for radius, width in ((r, 0.025), (0.93 * r, 0.01), (0.55 * r, 0.015)):
        pen.ellipse((cx - radius, cy - radius, cx + radius, cy + radius), outline=ink, width=max(1, round(width * dpi)))
    star = [
        (cx + s * np.sin(a), cy - s * np.cos(a))
        for i in range(10)
        for s, a in [((0.4 if i % 2 == 0 else 0.16) * r, i * np.pi / 5)]
    ]
    pen.polygon(star, fill=ink)
    face = ImageFont.truetype(str(FONTS / "Tinos-Bold.ttf"), round(0.12 * dpi))
    for i, char in enumerate("H.ĐẠI LỘC * T.QUẢNG NAM * UBND *"):
        angle = i * 2 * np.pi / 32
        pen.text((cx + 0.74 * r * np.sin(angle), cy - 0.74 * r * np.cos(angle)), char, font=face, fill=ink, anchor="mm")
    return Image.fromarray(np.minimum(np.asarray(image), np.asarray(layer)))


def stamp(
    image: Image.Image,
    dpi: int,
    text: str,
    x: float,
    y: float,
    angle: float = 0,
    ink: tuple[int, int, int] = (205, 40, 60),
) -> Image.Image:
    """A framed red stamp with its centre at x, y inches, turned counter-clockwise by `angle` degrees."""
    face = ImageFont.truetype(str(FONTS / "Tinos-Bold.ttf"), round(18 * dpi / 72))
    left, top, right, bottom = face.getbbox(text)
    pad = round(0.08 * dpi)
    tile = Image.new("RGB", (right - left + 4 * pad, bottom - top + 3 * pad), "white")
    pen = ImageDraw.Draw(tile)
    pen.rectangle((2, 2, tile.width - 3, tile.height - 3), outline=ink, width=max(2, dpi // 70))
    pen.text((2 * pad - left, 1.5 * pad - top), text, font=face, fill=ink)
    tile = tile.rotate(angle, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)
    layer = Image.new("RGB", image.size, "white")
    layer.paste(tile, (round(x * dpi - tile.width / 2), round(y * dpi - tile.height / 2)))
    return Image.fromarray(np.minimum(np.asarray(image), np.asarray(layer)))


def skew(image: Image.Image, degrees: float) -> Image.Image:
    """Turned counter-clockwise about its centre on a canvas of the same size."""
    return image.rotate(degrees, resample=Image.Resampling.BICUBIC, fillcolor="white")


def uneven(image: Image.Image, darkest: float = 0.45) -> Image.Image:
    """Light falling off to one corner."""
    pixels = np.asarray(image).astype(np.float32)
    y, x = np.mgrid[0 : pixels.shape[0], 0 : pixels.shape[1]].astype(np.float32)
    light = 1 - (1 - darkest) * ((x / pixels.shape[1] + y / pixels.shape[0]) / 2) ** 1.5
    return Image.fromarray((pixels * light[..., None]).clip(0, 255).astype(np.uint8))


def noise(image: Image.Image, sigma: float = 8, seed: int = 1) -> Image.Image:
    pixels = np.asarray(image).astype(np.float32)
    pixels = pixels + np.random.default_rng(seed).normal(0, sigma, pixels.shape[:2])[..., None]
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def blur(image: Image.Image, sigma: float) -> Image.Image:
    return Image.fromarray(cv2.GaussianBlur(np.asarray(image), (0, 0), sigma))


def bleed(image: Image.Image, back: Image.Image, strength: float = 0.2) -> Image.Image:
    """What is printed on the back shines through: mirrored, blurred, faint."""
    mirrored = cv2.GaussianBlur(np.asarray(back)[:, ::-1].astype(np.float32), (0, 0), 1.6)
    seen = 255 - (255 - mirrored) * strength
    return Image.fromarray((np.asarray(image).astype(np.float32) * seen / 255).clip(0, 255).astype(np.uint8))


def borders(image: Image.Image, inches: float, dpi: int) -> Image.Image:
    """Dark scanner borders on the left and the bottom."""
    pixels = np.array(image)
    width = round(inches * dpi)
    pixels[:, :width] = 25
    pixels[-width:, :] = 30
    return Image.fromarray(pixels)
