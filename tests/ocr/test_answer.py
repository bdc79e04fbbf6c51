"""What an engine answers is believed only where it can be true."""

from __future__ import annotations

import pytest

from sohoa.errors import EngineError, LimitError
from sohoa.ocr.answer import asked
from sohoa.ocr.engine import EngineReading, EngineWord
from sohoa.settings import Limits

GOOD = EngineWord("số", (10, 20, 60, 40), 0.9, 0, 0, 0)
SHAPE = (100, 200)


def _answer(*words: EngineWord) -> EngineReading:
    return asked(lambda: EngineReading(words), SHAPE, Limits(page_text_bytes=1000))


def test_a_good_answer_and_an_empty_one_pass() -> None:
    assert _answer(GOOD, GOOD).words == (GOOD, GOOD)
    assert _answer().words == ()
    edge = GOOD._replace(box=(-2, -3, 203, 104))
    assert _answer(edge).words == (edge,)


@pytest.mark.parametrize(
    "change",
    [
        {"text": ""},
        {"text": " "},
        {"text": "a\x00"},
        {"text": "a\tb"},
        {"text": "\ud800"},
        {"text": None},
        {"text": b"so"},
        {"box": (0, 0, 500, 10)},
        {"box": (0, 0, 10, 500)},
        {"box": (60, 0, 10, 10)},
        {"box": (-90, 0, 10, 10)},
        {"box": (0, 0, 10)},
        {"box": (0, 0, float("nan"), 10)},
        {"box": None},
        {"confidence": float("nan")},
        {"confidence": 96.0},
        {"confidence": -0.1},
        {"confidence": None},
        {"block": -1},
        {"line": float("inf")},
    ],
)
def test_what_cannot_be_true_is_an_error(change: dict[str, object]) -> None:
    with pytest.raises(EngineError) as caught:
        _answer(GOOD, GOOD._replace(**change))  # type: ignore[arg-type]
    assert "sohoa retry" in caught.value.sentence.vi and "sohoa retry" in caught.value.sentence.en


@pytest.mark.parametrize("answer", [None, (), "text", EngineReading(None), EngineReading([GOOD])])  # type: ignore[arg-type]
def test_what_is_no_reading_is_an_error(answer: object) -> None:
    with pytest.raises(EngineError):
        asked(lambda: answer, SHAPE, Limits())  # type: ignore[arg-type, return-value]


def test_too_much_text_is_a_limit_before_any_word_is_looked_at() -> None:
    with pytest.raises(LimitError, match="page_text_bytes"):
        _answer(*[GOOD] * 400)


def test_a_foreign_error_is_named_by_its_class_alone() -> None:
    def fail() -> EngineReading:
        raise KeyError("lời trên trang")

    with pytest.raises(EngineError, match="KeyError") as caught:
        asked(fail, SHAPE, Limits())
    assert "lời" not in str(caught.value)
