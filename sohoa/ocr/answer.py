"""What an engine answers, checked before it is believed: engines are outside programs and may go wrong in any way."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from sohoa.errors import EngineError, LimitError, SohoaError
from sohoa.ocr.engine import EngineReading
from sohoa.settings import Limits

_SLACK = 8
"""Pixels by which a box may reach over the edge of the picture."""
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def asked(call: Callable[[], EngineReading], shape: tuple[int, ...], limits: Limits) -> EngineReading:
    """The answer to one call about a picture of `shape` (rows, columns).

    Raises what the call raises of ours, EngineError for any other error of the engine and for an answer that cannot
    be true (boxes off the picture, confidences outside 0–1, control characters), LimitError over `page_text_bytes`.
    """
    try:
        answer: Any = call()
    except (SohoaError, MemoryError):
        raise
    except Exception as error:
        name = type(error).__name__
        raise EngineError(
            f"Bộ nhận dạng báo lỗi {name} khi đọc trang. Chạy sohoa doctor để kiểm tra bộ nhận dạng, rồi sohoa retry.",
            f"The engine failed with {name} on the page. Check the engine with sohoa doctor, then run sohoa retry.",
        ) from None
    words = answer.words if isinstance(answer, EngineReading) else None
    if not isinstance(words, tuple):
        raise _impossible()
    size = 0
    for word in words:
        size += len(word[0]) + 1 if word and isinstance(word[0], str) else 1
        if size > limits.page_text_bytes:
            raise too_much_text()
    if not all(_possible(word, shape) for word in words):
        raise _impossible()
    return EngineReading(words)


def _possible(word: Any, shape: tuple[int, ...]) -> bool:
    try:
        text, (x0, y0, x1, y1), confidence, *layout = word
        numbers = (x0, y0, x1, y1, confidence, *layout)
        return (
            bool(text.strip())
            and not _CONTROL.search(text)
            and len(layout) == 3
            and all(math.isfinite(number) for number in numbers)
            and -_SLACK <= x0 <= x1 <= shape[1] + _SLACK
            and -_SLACK <= y0 <= y1 <= shape[0] + _SLACK
            and 0 <= confidence <= 1
            and min(layout) >= 0
        )
    except (TypeError, ValueError, AttributeError, OverflowError):
        return False


def _impossible() -> EngineError:
    return EngineError(
        "Bộ nhận dạng trả về kết quả không thể đúng (khung chữ ngoài trang, độ tin cậy sai hoặc ký tự điều khiển). "
        "Chạy sohoa doctor để kiểm tra bộ nhận dạng, rồi sohoa retry; vẫn lỗi thì quét lại trang.",
        "The engine's answer cannot be true (boxes off the page, wrong confidences or control characters). "
        "Check the engine with sohoa doctor, then run sohoa retry; if it fails again, scan the page again.",
    )


def too_much_text() -> LimitError:
    """The error for a page with more text than `page_text_bytes`."""
    return LimitError(
        "Trang có quá nhiều chữ (limits.page_text_bytes). Kiểm tra nguồn gốc tệp hoặc quét lại trang; nếu trang đúng là vậy thì tăng giới hạn rồi chạy sohoa retry.",
        "The page has too much text (limits.page_text_bytes). Check where the file comes from or scan the page again; if the page is really so, raise the limit and run sohoa retry.",
    )
