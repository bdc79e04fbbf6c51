"""Pages set by hand: lines of words with boxes, as an engine hands them over, with its mistakes where a test wants them."""

from __future__ import annotations

from collections.abc import Sequence

from sohoa.models import Outcome, PageReading, Word

WIDTH, HEIGHT, SIZE = 595.0, 842.0, 12.0
LEFT, RIGHT = 165.0, 420.0
"""Axes of the two header columns."""


class Paper:
    """One page under the pen. Places are points from the top left."""

    def __init__(self, page: int = 1, confidence: float = 0.95) -> None:
        self.page, self._confidence = page, confidence
        self._words: list[Word] = []
        self._line = 0

    def at(self, x: float, y: float, text: str, *, confidence: float | None = None, same_line: bool = False) -> Paper:
        """A line that begins at x. `same_line`: the engine took it for a part of the line before."""
        if not same_line:
            self._line += 1
        for token in text.split():
            width = sum(0.58 if c.isupper() else 0.42 for c in token) * SIZE
            box = (x, y, x + width, y + SIZE)
            self._words.append(Word(token, box, confidence or self._confidence, self._line))
            x += width + 0.28 * SIZE
        return self

    def centred(self, x: float, y: float, text: str, *, same_line: bool = False) -> Paper:
        """A line whose middle is at x."""
        blank = Paper().at(0, 0, text)._words
        return self.at(x - blank[-1].box[2] / 2, y, text, same_line=same_line)

    def state_header(self, bodies: Sequence[str], number: str, dated: str) -> Paper:
        """The header of a State body; the engine reads each row of both columns as one line."""
        right = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
        return self._header(bodies, right, number, dated)

    def party_header(self, bodies: Sequence[str], number: str, dated: str) -> Paper:
        """The header of a Party body, with its star."""
        return self._header([*bodies, "*"], ["ĐẢNG CỘNG SẢN VIỆT NAM"], number, dated)

    def body(self, y: float, count: int = 6, text: str = "") -> Paper:
        """Lines of running text over the whole width."""
        running = (
            text or "các cơ quan đơn vị tổ chức thực hiện nghiêm túc nội dung nêu trên và báo cáo kết quả theo quy định"
        )
        self.at(100, y, "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015 của Quốc hội")
        for n in range(1, count):
            self.at(80, y + 16 * n, running)
        return self

    def reading(self, source: str = "ocr") -> PageReading:
        """The page as read."""
        lines: dict[int, list[str]] = {}
        for word in self._words:
            lines.setdefault(word.line, []).append(word.text)
        return PageReading(
            page=self.page,
            outcome=Outcome.text,
            source="text-layer" if source == "text-layer" else "ocr",
            text="\n".join(" ".join(words) for words in lines.values()),
            words=tuple(self._words),
            width=WIDTH,
            height=HEIGHT,
            dpi=200,
            confidence=self._confidence,
        )

    def _header(self, left: Sequence[str], right: Sequence[str], number: str, dated: str) -> Paper:
        y = 60.0
        for n in range(max(len(left), len(right))):
            if n < len(left):
                self.centred(LEFT, y, left[n])
            if n < len(right):
                self.centred(RIGHT, y, right[n], same_line=n < len(left))
            y += 16
        y += 8
        if number:
            self.centred(LEFT, y, number)
        if dated:
            self.centred(RIGHT, y, dated, same_line=bool(number))
        return self


def signed(paper: Paper, y: float, positions: Sequence[str], name: str, recipients: Sequence[str]) -> Paper:
    """Recipients at the lower left, authority, position and name at the lower right."""
    paper.at(85, y, "Nơi nhận:")
    for n, line in enumerate(positions):
        paper.centred(420, y + 16 * n, line, same_line=n == 0)
    for n, line in enumerate(recipients):
        paper.at(85, y + 16 + 13 * n, line)
    return paper.centred(420, y + 16 * len(positions) + 78, name)


def tilted(page: PageReading, slope: float) -> PageReading:
    """The page as a scan that lay askew: every word falls with its place across."""
    words = []
    for word in page.words:
        x0, y0, x1, y1 = word.box
        fall = slope * (x0 + x1) / 2
        words.append(word._replace(box=(x0, y0 + fall, x1, y1 + fall)))
    return page.model_copy(update={"words": tuple(words)})
