"""Made-up places, people and projects of the sample archives. None of them exists."""

from __future__ import annotations

import random

PROVINCE = "Quảng Giang"


def _words(text: str) -> list[str]:
    return text.split()


_FIRST = _words("""An Ba Bàu Bình Bồng Cà Cẩm Châu Chư Cồn Đa Đại Đắk Đập Đồng Đức Gia Gò Hàm Hành Hòa Hoài Hố Hương Ia Khánh Kim Kon
Krông La Lộc Long Mang Mỏ Mộ Mường Mỹ Nà Nậm Nghĩa Ngọc Nhơn Ninh Núi Phong Phổ Phú Phước Pờ Rạch Sa Sông Suối Tà Tam Tân
Thạch Thanh Thiện Thượng Tiên Tịnh Trà Trảng Triệu Trung Tu Vạn Vĩnh Xuân Xóm Ya Yên""")
_SECOND = _words("""Ao Bản Bang Báu Bồng Bút Cang Cao Cát Chánh Chiến Cói Cư Dinh Dương Đào Điền Đình Độ Giàng Gừng Hạ Hà Hiệp Hiếu Hội
Huề Khê Khương Kiều Lá Lai Lãnh Lâm Leng Liên Linh Lương Lưu Mai Mát Miên Môn Nam Ngang Nhai Nham Nhuận Nổ Nương Phiến Phô
Quan Quế Quý Rằm Răng Rin Sen Sim Sơn Tầm Thái Thắng Thế Thịnh Thọ Thôi Thuần Tích Toàn Trạch Tranh Trì Trung Tuyền Tường Ué Uyên
Vân Vệ Vịnh Xá Xoài Xuyên""")
_SURNAMES = _words("""Nguyễn Trần Lê Phạm Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trương Cao Mai Tạ Lương Hà Tô Kiều Châu Quách Thái Từ
Lâm Đoàn Phùng Trịnh""")
_MIDDLES = _words(
    """Văn Thị Đức Minh Hữu Ngọc Thanh Quốc Xuân Hoàng Công Đình Kim Thu Bá Gia Anh Phương Trọng Tấn Hải Khánh Bích Diệu"""
)
_GIVEN = _words("""An Bảo Bình Cường Chi Chương Cúc Dũng Duyên Đạt Điệp Giang Hạnh Hân Hiển Hòa Hồng Huệ Hùng Khoa Khuê Kiên Lan Lập Linh Loan Lực
Mẫn Mỹ Nghĩa Nguyệt Nhàn Oanh Phúc Quang Quyên Sang Sáng Tâm Thạch Thảo Thìn Thuận Tiến Trí Tuấn Tùng Uyên Vinh Vượng Yến""")
_WORKS = """Hồ chứa nước|Nhà máy nước sạch|Khu tái định cư|Đường tránh lũ|Kè chống xói lở|Trung tâm bảo trợ|Bệnh viện đa khoa|Chợ đầu mối|
Cầu dân sinh|Công viên ven sông|Nhà lưu trữ|Khu neo đậu|Trạm cấp nước|Tuyến mương thoát lũ|Sân vận động|Nhà sinh hoạt cộng đồng|
Khu xử lý chất thải|Trại giống cây trồng|Bến thủy nội địa|Đường dây trung thế|Thư viện điện tử|Nghĩa trang nhân dân""".replace(
    "\n", ""
).split("|")


def place(rng: random.Random) -> str:
    """A place name of two syllables, out of about seven thousand."""
    while True:
        first, second = rng.choice(_FIRST), rng.choice(_SECOND)
        if first != second:
            return f"{first} {second}"


def person(rng: random.Random) -> str:
    """A person's name of three syllables."""
    return f"{rng.choice(_SURNAMES)} {rng.choice(_MIDDLES)} {rng.choice(_GIVEN)}"


def project(rng: random.Random) -> str:
    """A public work with its place, as «Kè chống xói lở Trà Khê»."""
    work = rng.choice(_WORKS).strip()
    tail = rng.choice(
        ("", "", f" giai đoạn {rng.randint(2, 4)}", f" (mã số {rng.randint(7100, 7999)}{rng.randint(100, 999)})")
    )
    return f"{work} {place(rng)}{tail}"
