"""Real scans with fields read by eye, where they lie beside the project: types, notations, bodies and places."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from sohoa.pipeline.inspect import inspect
from sohoa.settings import load

SCANS = Path(__file__).resolve().parents[3] / "shared" / "scans"

pytestmark = [
    pytest.mark.skipif(
        not (SCANS / "fields.csv").is_file(), reason="no real scans beside the project (../shared/scans)"
    ),
    pytest.mark.timeout(1200),
]

Pair = tuple[dict[str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> list[Pair]:
    """Truth and answer of every scan."""
    with (SCANS / "fields.csv").open(encoding="utf-8") as file:
        truth = {row["image"].replace("_p01.jpg", ""): row for row in csv.DictReader(file)}
    paths = sorted(SCANS.glob("*.pdf"))
    answers = list(inspect(paths, load(data=tmp_path_factory.mktemp("scans"))))
    assert [answer["file"] for answer in answers] == [str(path) for path in paths]
    return [(truth[path.stem], answer) for path, answer in zip(paths, answers, strict=True)]


def value(answer: dict[str, Any], name: str) -> str | None:
    field = answer["fields"][name]
    return None if field is None else str(field["value"])


def test_every_type_is_right(pairs: list[Pair]) -> None:
    assert [a["type"]["value"] for _, a in pairs] == [t["ten_loai"] for t, _ in pairs]


def test_every_printed_notation_is_right(pairs: list[Pair]) -> None:
    assert [value(a, "notation") for _, a in pairs] == [t["ky_hieu"] for t, _ in pairs]


def test_issuing_body_and_place_are_right_on_nine(pairs: list[Pair]) -> None:
    assert sum(value(a, "issuing_body") == t["co_quan_ban_hanh"] for t, a in pairs) >= 9
    assert sum(value(a, "place") == t["dia_danh"] for t, a in pairs) >= 9


def test_a_handwritten_number_is_never_taken_unreviewed(pairs: list[Pair]) -> None:
    for truth, answer in pairs:
        number = answer["fields"]["number"]
        assert number is None or number["review"] or number["value"].lstrip("0") == truth["so"].lstrip("0")


def test_no_incoming_stamp_is_taken_for_the_number(pairs: list[Pair]) -> None:
    assert all(value(a, "number") != "2352" for _, a in pairs)


def test_the_born_digital_one_comes_from_its_text_layer(pairs: list[Pair]) -> None:
    sources = {Path(a["file"]).stem: a["pages"][0]["source"] for _, a in pairs}
    assert sources.pop("db_507_UBND") == "text-layer"
    assert set(sources.values()) == {"ocr"}


def test_no_false_alarm_of_secrecy(pairs: list[Pair]) -> None:
    assert all(a["secrecy"]["value"] is None for _, a in pairs)
