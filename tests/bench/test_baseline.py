"""What counts as a fall against the baseline, and what is noise."""

from __future__ import annotations

from pathlib import Path

import pytest

from sohoa.bench.baseline import falls
from sohoa.bench.result import Accuracy, Pair, Result, Side, load_result, write_result
from sohoa.errors import SettingsError, UnreadableError


def accuracy(group: str, cer: float, *, pages: int = 20, wer: float = 0.05, held_out: bool | None = False) -> Accuracy:
    return Accuracy(
        group=group,
        held_out=held_out,
        pages=pages,
        letters=1000,
        words=200,
        cer=cer,
        wer=wer,
        peer_cer=0.1,
        peer_wer=0.2,
        running_cer=cer,
        peer_running_cer=0.1,
    )


def result(*groups: Accuracy, ratio: float = 1.2, corpus: str = "abc", workers: int = 2) -> Result:
    side = Side(engine="tesseract", pages_per_minute=60, cpu_seconds_per_page=1, peak_mb=100)
    return Result(
        version="0",
        measured="2025-01-01T00:00:00+00:00",
        machine="m",
        corpus=corpus,
        documents=None,
        seed=None,
        pages=20,
        left_out=0,
        workers=workers,
        pairs=(Pair(seconds=1, peer_seconds=1.2, ratio=1.2),),
        ratio=ratio,
        sohoa=side,
        peer=side,
        stages=(),
        accuracy=groups,
        failures=(),
    )


def test_the_same_result_and_a_better_one_are_no_fall() -> None:
    before = result(accuracy("clean", 0.01))
    assert falls(before, before) == []
    assert falls(result(accuracy("clean", 0.0), ratio=2.0), before) == []


@pytest.mark.parametrize(
    ("group", "risen", "fell"),
    [("clean", 0.004, False), ("clean", 0.006, True), ("heavy", 0.014, False), ("heavy", 0.016, True)],
)
def test_accuracy_falls_only_beyond_the_noise_of_its_level(group: str, risen: float, fell: bool) -> None:
    found = falls(result(accuracy(group, 0.05 + risen)), result(accuracy(group, 0.05)))
    assert [str(one).startswith("CER") for one in found] == [True] * fell


def test_words_have_a_wider_noise() -> None:
    before = result(accuracy("light", 0.01, wer=0.05))
    assert falls(result(accuracy("light", 0.01, wer=0.059)), before) == []
    assert len(falls(result(accuracy("light", 0.01, wer=0.061)), before)) == 1


def test_a_group_of_few_pages_is_judged_only_in_the_sum() -> None:
    before = result(accuracy("clean", 0.01, pages=5), accuracy("all", 0.01, pages=5, held_out=None))
    now = result(accuracy("clean", 0.09, pages=5), accuracy("all", 0.09, pages=5, held_out=None))
    assert [str(one) for one in falls(now, before)] == ["CER của nhóm all tăng từ 1.00% lên 9.00%."]


@pytest.mark.parametrize(("ratio", "fell"), [(1.09, False), (1.07, True)])
def test_the_ratio_may_lose_a_tenth(ratio: float, fell: bool) -> None:
    assert bool(falls(result(ratio=ratio), result(ratio=1.2))) == fell


def test_results_of_other_pages_or_other_numbers_of_workers_are_not_compared() -> None:
    with pytest.raises(SettingsError):
        falls(result(corpus="x"), result(corpus="y"))
    with pytest.raises(SettingsError):
        falls(result(workers=1), result(workers=2))


def test_a_baseline_is_read_back_as_written_and_anything_else_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "b.json"
    kept = result(accuracy("clean", 0.01))
    write_result(kept, file)
    assert load_result(file) == kept
    file.write_text("{}", encoding="utf-8")
    with pytest.raises(SettingsError):
        load_result(file)
    with pytest.raises(UnreadableError):
        load_result(tmp_path / "none.json")
