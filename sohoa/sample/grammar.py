"""The sentences of the sample records: a small grammar, drawn so that few word triples repeat in an archive."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from sohoa.sample.domains import DOMAINS, Domain
from sohoa.sample.places import person, place, project

_VERBS = """rà soát|thống kê|đối chiếu|bố trí|củng cố|tham mưu|đôn đốc|thu thập|lồng ghép|ưu tiên|khắc phục|hướng dẫn|tổng hợp|đánh giá
|cập nhật|bổ sung|chấn chỉnh|nhân rộng|khảo sát|lựa chọn|dự báo|phối hợp|kiện toàn|siết chặt|cắt giảm|phân loại|ghi nhận|bảo quản|thay thế
|kiến nghị|huy động|tiết kiệm|lập bảng|công khai|làm rõ|hoàn trả|đề xuất|duy trì|mở rộng|chủ động|hạn chế|xóa bỏ|chia sẻ|thẩm định
|tiếp thu|sàng lọc|tạm dừng|khôi phục|trích lập|nhắc lại|sửa đổi|lưu giữ|xác nhận|gia hạn|rút ngắn|phê bình|tính toán|chốt số
|đăng tải|bám sát|gỡ vướng|vận hành|nghiên cứu|soạn thảo|thử nghiệm|sơ kết|nhận diện|quy đổi|cam kết|tách riêng|gom nhóm"""
_ADVERBS = """dứt điểm|đúng hạn|từng bước|kịp thời|minh bạch|luân phiên|đồng loạt|thường xuyên|chặt chẽ|tận gốc|sớm hơn|theo cụm|liên tục
|tại chỗ|thật kỹ|lần lượt|chính xác|rành mạch|một lần|đến cùng|đông đủ|ban ngày|theo tuần|hai chiều|dài hạn|nhiều đợt|rộng rãi|gấp rút
|thận trọng|khẩn trương|song song|cẩn thận|buổi sáng|về đêm|theo lô|gọn nhẹ|trọn gói|nền nếp|tức khắc|định kỳ"""
_STATES = """xuống cấp|chậm trễ|manh mún|thiếu hụt|chồng chéo|lạc hậu|hư hỏng|dàn trải|quá tải|khó tới|lệch pha|biến động|sai lệch
|thất thoát|nhỏ lẻ|rời rạc|kéo dài|đứt quãng|phân tán|lúng túng|cầm chừng|bỏ trống|không đều|trùng lặp|tồn đọng|hao hụt|rò rỉ|đọng nước
|nứt nẻ|mờ nhạt|sai số|bít kín|lỏng lẻo|lún nghiêng|bạc màu|thiếu chữ ký"""
_GOODS = """ổn định|khởi sắc|gọn gàng|bền vững|thông suốt|thuận lợi|sôi nổi|vượt mức|đồng thuận|tiến bộ|hiệu quả|nghiêm túc|chuyển biến|đầy đủ
|an toàn|tin cậy|hài hòa|lan tỏa|nhanh hơn|dễ tìm|sạch sẽ|rõ nét|vững vàng|đúng mẫu|khô ráo|liền mạch"""
_CAUSES = """mưa lớn|giá tăng|thiếu thợ|mất giấy|dốc cao|rét đậm|nắng hạn|thiếu vốn|thợ nghỉ|mất điện|đường tắc|vắng chủ|máy hỏng|đổi việc
|giá thấp|ranh mờ|lũ quét|sương muối|kẹt cầu|gió xoáy|sụt đất|dịch bệnh|nước đục|sóng to"""
_TEAMS = """Tổ {n}|Đội {v2} {n}|Cụm {p}|Thôn {p}|Khối {p}|Ông {o}|Bà {o}|Nhóm {n}|Trạm {p}|Đồng chí {o}|HTX {p}|Hội {n}|Ban {n}
|Trường {p}|Điểm {n} {p}|Khu {p}|Làng {p}|Tuyến {p}|Xóm {p}|Bộ phận {n}|Bản {p}|Ấp {p}|Xưởng {p}|Chi hội {p}"""

_TEMPLATES = """{T} {v} {n}, {v2} {n} và {v} {n} tại {p} {w}.
{T} {v} {n} {a}, {v2} {n} thuộc {x}; {v} {n} {w}.
{W}, {p} đã {v2} {q} {n}, {r} so với {n2} của {p}.
Riêng {n} ở {p} {s} do {n2} {s}, {n} chưa {v2} {a}.
{V} {n} {a}; {v2} {n}, {n2} và {n}; {v} {n} theo sổ {k} của {p}.
{T} phát hiện {q} {n} {s}, {k2} tại {p}, {k2} tại {p}.
{P} {c}, {n} {s}; {t} {v} {n} rồi mới {v2} {n2}.
{V} {n} gắn {n2} với {n}, tránh để {n} {s} như {p} {w}.
Kinh phí {v2} {n} là {m} đồng, lấy {k2}% từ {n2}, thiếu giao {t} {v}.
{T} và {t} cùng {v} {n}, {v2} {n2}, ghi {k} việc gửi {p}.
Sau khi {v2} {n}, {n2} {p} {g}, {n} {g}; {k2} {n} phải {v}.
{N} {p} được {v2} {a}, {n} {g}; {t} {v} thêm {q} {n2}.
{W} sẽ {v} xong {n}, {w} bàn {n2}, {n} do {t} {v2}.
Chọn {p} {v2} thử {n}; {n2} {g}, {v} {n} ở {p}, {p} và {p}.
Không {v2} {n} lúc {n2} {s}; {t} ký sổ {k}, {v} {n} {a}.
{O} xin {v} {n} đoạn {p} - {p}, dài {k} mét, bởi {n2} {s}.
Mẫu {n} số {k} lấy ở {p} {w} báo {n2} {s}, {v2} {a}.
Có {q} {n} {g}, {q} {n2} {s}; {t} {v} từng {n}, báo {p} {w}.
{V} {n} qua {n2}, {v2} {n}, chuyển {t} {v} {w}.
Ngoài {n}, {t} còn {v2} {n2}; {p} {c} {k2} ngày, {n} {s}.
Đối với {x}, {t} {v} {n}, {v2} {n2} {a}, giữ {n} {g}.
Mức {v2} {n} nâng từ {k2} lên {k}, áp vào {n2} ở {p}, {p}.
{T} nhận {n} từ {o}, {v} {n2}, đến {w} {v2} được {q}.
{N} {p} {g} thì {v2} {n2}; {n} {p} {s} thì {v} {a}.
{V} hợp đồng {k} về {n}; {v2} {n2} {p} {a}, {n} {w}.
Hộ {o} tự {v2} {n}, đóng {m} đồng, {n2} {p} {g}.
{T} đề nghị {v} {n} {p}, nhất là {n2}, {n} và {n} sát {p}.
Tỷ lệ {n} {v2} đạt {k2}%, {p} kém {p} vì {n2} {s}.
{P} {c} {w}, {o} gọi {t} {v} {n}, {v2} {n2} trong {k2} giờ.
{W}, {o} thay {o} lo {n}, {v2} {n2} {p}.
{T} mượn {q} {n} của {p}, {v2} {n2} xong trả {t} {w}.
Còn {q} {n2} {s} ở {p}; {o} {v} {n}, {t} {v2} {n} {a}.
Bảng {k} ghi {n} {p} {r}, {n2} {p} {r}; {t} {v} {n} {w}."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("\n", "").split("|"))


VERBS, ADVERBS, STATES, GOODS, CAUSES, TEAMS = map(_words, (_VERBS, _ADVERBS, _STATES, _GOODS, _CAUSES, _TEAMS))
TEMPLATES = tuple(_TEMPLATES.splitlines())
_SLOT = re.compile(r"\{(\w+)\}")
_TRIES = 8
"""Sentences drawn for each one kept; the one that repeats fewest triples wins."""


@lru_cache(maxsize=50_000)
def _bare(word: str) -> str:
    plain = unicodedata.normalize("NFD", word.lower().replace("đ", "d"))
    return "".join(c for c in plain if c.isalnum())


def triples(text: str) -> list[tuple[str, str, str]]:
    """Each three consecutive words, lower case, without diacritics and punctuation."""
    words = [w for w in map(_bare, text.split()) if w]
    return list(zip(words, words[1:], words[2:], strict=False))


def upper_first(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


class Memory:
    """The word triples an archive already used, so that new sentences avoid them. About 100 bytes a triple."""

    def __init__(self, limit: int = 3_000_000) -> None:
        self._seen: set[tuple[str, str, str]] = set()
        self._limit = limit

    def repeats(self, text: str) -> int:
        """How many triples of the text were used before."""
        return sum(t in self._seen for t in triples(text))

    def add(self, text: str) -> None:
        """Remember a sentence that was kept."""
        if len(self._seen) < self._limit:
            self._seen.update(triples(text))


class Grammar:
    """Draws sentences about two or three fields for one record in one year."""

    def __init__(self, rng: random.Random, memory: Memory, domain: Domain, year: int) -> None:
        self.rng = rng
        self.memory = memory
        self.domain = domain
        self.year = year
        self._second = rng.choice([d for d in DOMAINS if d is not domain])
        self._slots: dict[str, Callable[[], str]] = {
            "n": lambda: rng.choice(self.domain.nouns),
            "N": lambda: upper_first(rng.choice(self.domain.nouns)),
            "n2": lambda: rng.choice(self._second.nouns if rng.random() < 0.4 else self.domain.nouns),
            "v": lambda: rng.choice(VERBS),
            "V": lambda: upper_first(rng.choice(VERBS)),
            "v2": lambda: rng.choice(self.domain.verbs if rng.random() < 0.6 else VERBS),
            "a": lambda: rng.choice(ADVERBS),
            "s": lambda: rng.choice(STATES),
            "g": lambda: rng.choice(GOODS),
            "c": lambda: rng.choice(CAUSES),
            "p": lambda: place(rng),
            "p2": lambda: place(rng),
            "P": lambda: place(rng),
            "o": lambda: person(rng),
            "O": lambda: f"{rng.choice(('Ông', 'Bà'))} {person(rng)}",
            "x": lambda: project(rng),
            "k": lambda: str(rng.randint(101, 9899)),
            "k2": lambda: str(rng.randint(3, 98)),
            "m": self.money,
            "q": lambda: f"{rng.randint(4, 2400)} {rng.choice(self.domain.units)}",
            "r": lambda: f"{rng.choice(('tăng', 'giảm', 'hụt', 'vượt'))} {rng.randint(1, 97)},{rng.randint(1, 9)}%",
            "t": self.team,
            "T": lambda: upper_first(self.team()),
            "w": self.when,
            "W": lambda: upper_first(self.when()),
            "y": lambda: str(self.year),
            "y2": lambda: str(self.year + rng.randint(2, 5)),
        }

    def fill(self, template: str) -> str:
        """The template with its slots drawn."""
        text = _SLOT.sub(lambda m: self._slots[m.group(1)](), template)
        return unicodedata.normalize("NFC", text)

    def team(self) -> str:
        name = self.fill(self.rng.choice(TEAMS))
        return name if name[1:2].isupper() else name[:1].lower() + name[1:]

    def money(self) -> str:
        """An amount as «1.284.500.000»."""
        return f"{self.rng.randint(12, 48_000) * 500_000 + self.rng.randint(0, 9) * 1000:,}".replace(",", ".")

    def when(self) -> str:
        rng = self.rng
        month, day = rng.randint(1, 12), rng.randint(1, 28)
        return rng.choice(
            (
                f"trước ngày {day}/{month}/{self.year}",
                f"ngày {day}/{month}",
                f"tuần {rng.randint(1, 52)}/{self.year}",
                f"{rng.randint(3, 45)} ngày nữa",
                f"lúc {rng.randint(6, 17)}h{rng.randint(10, 59)}",
                f"quý {rng.choice(('I', 'II', 'III', 'IV'))}",
                f"hôm {day}/{month}",
            )
        )

    def sentence(self) -> str:
        """One sentence, the least repeating of a few."""
        best, least = "", 10**6
        for _ in range(_TRIES):
            text = self.fill(self.rng.choice(TEMPLATES))
            repeats = self.memory.repeats(text)
            if repeats < least:
                best, least = text, repeats
            if not repeats:
                break
        self.memory.add(best)
        return best

    def paragraph(self, fewest: int = 2, most: int = 4) -> str:
        """Several sentences."""
        return " ".join(self.sentence() for _ in range(self.rng.randint(fewest, most)))

    def subject(self) -> str:
        """A subject (trích yếu) without its leading words, as «bảo trì cầu Trà Khê năm 2015»."""
        action = self.rng.choice((
            "", "", "kết quả ", "tăng cường ", "một số nội dung về ", "triển khai ", "kiểm tra ", "rà soát ",
        ))  # fmt: skip
        subject = self.fill(self.rng.choice(self.domain.subjects).replace("{k}", self.rng.choice(("1", "2", "3", "4"))))
        return action + subject

    def heading(self) -> str:
        """A short heading of a section."""
        return upper_first(self.fill(self.rng.choice((
            "{v} {n} và {n2}", "Về {n}, {n2}", "{n} tại {p}", "{v} {n} {a}", "Công tác {v2} {n}", "{n2} thuộc {x}",
        ))))  # fmt: skip
