"""Compares a result with a baseline: what fell by more than noise."""

from __future__ import annotations

from typing import Final

from sohoa.bench.result import FORM, Accuracy, Result
from sohoa.errors import SettingsError
from sohoa.language import Sentence

NOISE_CER: Final = 0.005
ROUGH_CER: Final = 0.015
"""Gaps below these are noise on six pages of a level; the second for heavily damaged and turned pages (notes on OCR)."""
ROUGH: Final = frozenset({"heavy", "turned"})
LEAST_PAGES: Final = 6
"""A group with fewer pages is only judged within the sum."""
WER_FACTOR: Final = 2.0
"""One wrong letter is one wrong word of four: word error rates move by more than twice as much; this is the strict side."""
RATIO_LOSS: Final = 0.10


def comparable(baseline: Result, corpus: str, workers: int) -> None:
    """SettingsError where a measurement on that corpus with so many workers cannot be compared with the baseline."""
    if (FORM, corpus) != (baseline.form, baseline.corpus):
        raise SettingsError(
            "Mốc so sánh đo trên các trang khác. Dùng cùng thư mục, --documents, --seed, hoặc tạo mốc mới bằng --write-baseline.",
            "The baseline was measured on other pages. Use the same folder, --documents and --seed, or --write-baseline anew.",
        )
    if workers != baseline.workers:
        raise SettingsError(
            f"Mốc so sánh đo với {baseline.workers} tiến trình, lần này {workers}. Đặt SOHOA_WORKERS cho bằng nhau.",
            f"The baseline was measured with {baseline.workers} workers, this with {workers}. Set SOHOA_WORKERS alike.",
        )


def falls(now: Result, baseline: Result) -> list[Sentence]:
    """One sentence for each loss; empty when nothing fell. SettingsError where the two cannot be compared."""
    comparable(baseline, now.corpus, now.workers)
    found = []
    earlier = {(a.group, a.held_out): a for a in baseline.accuracy}
    for group in now.accuracy:
        before = earlier.get((group.group, group.held_out))
        if before is not None and (group.held_out is None or group.pages >= LEAST_PAGES):
            found += _worse(group, before)
    if now.ratio < baseline.ratio * (1 - RATIO_LOSS):
        found.append(
            Sentence(
                f"Tốc độ so với Tesseract giảm từ {baseline.ratio:.2f} xuống {now.ratio:.2f}.",
                f"Speed against Tesseract fell from {baseline.ratio:.2f} to {now.ratio:.2f}.",
            )
        )
    return found


def _worse(now: Accuracy, before: Accuracy) -> list[Sentence]:
    noise = ROUGH_CER if now.group in ROUGH else NOISE_CER
    found = []
    for name, new, old, allowed in (
        ("CER", now.cer, before.cer, noise),
        ("WER", now.wer, before.wer, noise * WER_FACTOR),
    ):
        if new - old > allowed:
            apart_vi, apart_en = (" (bố cục để riêng)", " (held-out layouts)") if now.held_out else ("", "")
            found.append(
                Sentence(
                    f"{name} của nhóm {now.group}{apart_vi} tăng từ {old:.2%} lên {new:.2%}.",
                    f"{name} of group {now.group}{apart_en} rose from {old:.2%} to {new:.2%}.",
                )
            )
    return found
