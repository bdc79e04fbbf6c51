"""The made-up bodies whose records fill a sample archive: names, notations, layouts, positions, record types."""

from __future__ import annotations

from dataclasses import dataclass

from sohoa.sample.places import PROVINCE

P = PROVINCE.upper()


@dataclass(frozen=True)
class RecordType:
    """A type of record (tên loại): name, abbreviation in notations, code of TT 05/2025/TT-BNV (32: other)."""

    name: str
    short: str
    code: str


TYPES: dict[str, RecordType] = {
    t.short: t
    for t in (
        RecordType("Nghị quyết", "NQ", "01"),
        RecordType("Quyết định", "QĐ", "02"),
        RecordType("Chỉ thị", "CT", "03"),
        RecordType("Quy định", "QyĐ", "05"),
        RecordType("Thông báo", "TB", "07"),
        RecordType("Hướng dẫn", "HD", "08"),
        RecordType("Chương trình", "CTr", "09"),
        RecordType("Kế hoạch", "KH", "10"),
        RecordType("Phương án", "PA", "11"),
        RecordType("Báo cáo", "BC", "14"),
        RecordType("Tờ trình", "TTr", "15"),
        RecordType("Biên bản", "BB", "20"),
        RecordType("Công văn", "CV", "22"),
        RecordType("Công điện", "CĐ", "23"),
        RecordType("Giấy mời", "GM", "26"),
        RecordType("Kết luận", "KL", "32"),
        RecordType("Thông tri", "TT", "32"),
    )
}


@dataclass(frozen=True)
class Agency:
    """A body that issues and keeps records. `code` begins its file codes; `notation` ends its reference numbers."""

    code: str
    name: str
    """As in the inventory, normal case."""
    parent_lines: tuple[str, ...]
    body_lines: tuple[str, ...]
    """Its name as printed, in the lines of the header."""
    notation: str
    units: tuple[str, ...]
    """Abbreviations of drafting units in the notation of a công văn; empty for Party bodies."""
    place: str
    layout: str
    on_behalf: str
    """What follows «TM.» in the signature block; empty when the head signs alone."""
    head: str
    deputy: str
    types: str
    party: bool = False

    @property
    def parent(self) -> str | None:
        return " ".join(self.parent_lines) or None

    @property
    def body(self) -> str:
        return " ".join(self.body_lines)


_STATE = "QĐ CV KH BC TTr TB CT PA CĐ GM HD BB CTr"
_OFFICE = "CV BC TTr KH TB HD QĐ BB GM"
_PARTY = "NQ QĐ KH BC CT KL CTr TB CV HD TT BB QyĐ"

AGENCIES: tuple[Agency, ...] = (
    Agency("H77", f"Ủy ban nhân dân tỉnh {PROVINCE}", (), ("ỦY BAN NHÂN DÂN", f"TỈNH {P}"), "UBND", ("KTTH", "NC", "KGVX", "TTHC", "ĐTXD"), PROVINCE, "s-tinh", "ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "PHÓ CHỦ TỊCH", _STATE),
    Agency("T77", f"Tỉnh ủy {PROVINCE}", (), ("TỈNH ỦY " + P,), "TU", (), PROVINCE, "d-tinh", "BAN THƯỜNG VỤ", "BÍ THƯ", "PHÓ BÍ THƯ", _PARTY, party=True),
    Agency("H77.05", f"Sở Nội vụ tỉnh {PROVINCE}", (f"UBND TỈNH {P}",), ("SỞ NỘI VỤ",), "SNV", ("TCCC", "VTLT", "XDCQ"), PROVINCE, "s-so", "", "GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", _OFFICE),
    Agency("T77.21", "Huyện ủy Trà Cát", (f"TỈNH ỦY {P}",), ("HUYỆN ỦY TRÀ CÁT",), "HU", (), "Trà Cát", "d-huyen", "BAN THƯỜNG VỤ", "BÍ THƯ", "PHÓ BÍ THƯ", _PARTY, party=True),
    Agency("H77.31", "Ủy ban nhân dân huyện Sơn Khê", (), ("ỦY BAN NHÂN DÂN", "HUYỆN SƠN KHÊ"), "UBND", ("TNMT", "KT", "VP"), "Sơn Khê", "s-huyen", "ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "PHÓ CHỦ TỊCH", _STATE),
    Agency("H77.90", "Ban Quản lý dự án Đầu tư xây dựng các công trình Dân dụng", (f"UBND TỈNH {P}",), ("BAN QUẢN LÝ DỰ ÁN ĐTXD", "CÁC CÔNG TRÌNH DÂN DỤNG"), "BQL", ("KHTH", "KT1", "TCKT"), PROVINCE, "s-ban", "", "GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", _OFFICE),
    Agency("T77.06", f"Ban Tuyên giáo Tỉnh ủy {PROVINCE}", (f"TỈNH ỦY {P}",), ("BAN TUYÊN GIÁO",), "BTGTU", (), PROVINCE, "d-ban", "", "TRƯỞNG BAN", "PHÓ TRƯỞNG BAN", "HD KH BC CV TB CTr TTr QĐ GM BB", party=True),
    Agency("H77.01", f"Hội đồng nhân dân tỉnh {PROVINCE}", (), ("HỘI ĐỒNG NHÂN DÂN", f"TỈNH {P}"), "HĐND", ("TT", "VP"), PROVINCE, "s-hdnd", "HỘI ĐỒNG NHÂN DÂN", "CHỦ TỊCH", "PHÓ CHỦ TỊCH", "NQ NQ KH BC TB CV CTr KL"),
    Agency("H77.31.07", "Ủy ban nhân dân xã Phú Leng", ("UBND HUYỆN SƠN KHÊ",), ("ỦY BAN NHÂN DÂN", "XÃ PHÚ LENG"), "UBND", ("ĐC", "VHXH"), "Phú Leng", "s-xa", "ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "PHÓ CHỦ TỊCH", "QĐ CV KH BC TTr TB BB PA GM"),
    Agency("T77.33", f"Đảng ủy Khối các cơ quan tỉnh {PROVINCE}", (f"TỈNH ỦY {P}",), ("ĐẢNG ỦY KHỐI", "CÁC CƠ QUAN TỈNH"), "ĐUK", (), PROVINCE, "d-dang", "BAN THƯỜNG VỤ", "BÍ THƯ", "PHÓ BÍ THƯ", _PARTY, party=True),
    Agency("M77", f"Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh {PROVINCE}", ("ỦY BAN MẶT TRẬN TỔ QUỐC", "VIỆT NAM TỈNH " + P), ("BAN THƯỜNG TRỰC",), "MTTQ-BTT", (), PROVINCE, "m-ttq", "BAN THƯỜNG TRỰC", "CHỦ TỊCH", "PHÓ CHỦ TỊCH", "KH BC CTr TB CV HD TTr NQ GM BB"),
    Agency("H77.31.02", "Phòng Tài chính - Kế hoạch huyện Sơn Khê", ("UBND HUYỆN SƠN KHÊ",), ("PHÒNG TÀI CHÍNH - KẾ HOẠCH",), "TCKH", ("NS", "ĐT"), "Sơn Khê", "s-phong", "", "TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG", "CV BC TTr TB HD KH BB"),
    Agency("T77.02", f"Văn phòng Tỉnh ủy {PROVINCE}", (f"TỈNH ỦY {P}",), ("VĂN PHÒNG",), "VPTU", (), PROVINCE, "d-vp", "", "CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG", "CV TB BC KH HD QĐ GM TTr BB", party=True),
    Agency("H77.12", f"Sở Nông nghiệp và Phát triển nông thôn tỉnh {PROVINCE}", (f"UBND TỈNH {P}",), ("SỞ NÔNG NGHIỆP VÀ", "PHÁT TRIỂN NÔNG THÔN"), "SNN", ("CCTL", "QLXD", "TTBVTV"), PROVINCE, "s-so2", "", "GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", _OFFICE),
    Agency("T77.40", f"Ban Chỉ đạo chuyển đổi số tỉnh {PROVINCE}", (f"TỈNH ỦY {P}",), ("BAN CHỈ ĐẠO", "CHUYỂN ĐỔI SỐ"), "BCĐCĐS", (), PROVINCE, "d-bcd", "", "TRƯỞNG BAN", "PHÓ TRƯỞNG BAN", "KH BC TB CV HD CTr KL QĐ BB", party=True),
)  # fmt: skip
