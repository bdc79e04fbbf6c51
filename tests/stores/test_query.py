"""How what a person types is read."""

from __future__ import annotations

import pytest

from sohoa.stores.index.query import MOST_CLAUSES, parse


def kinds(text: str) -> list[tuple[str, str]]:
    return [(clause.kind, " ".join(clause.exact)) for clause in parse(text).clauses]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kế hoạch", [("word", "kế"), ("word", "hoạch")]),
        ('"kế hoạch" năm', [("phrase", "kế hoạch"), ("word", "năm")]),
        ("“kế hoạch”", [("phrase", "kế hoạch")]),
        ('"kế"', [("word", "kế")]),
        ('kế "hoạch năm', [("word", "kế"), ("word", "hoạch"), ("word", "năm")]),
        ("638-KH/TU", [("phrase", "638 kh tu")]),
        ("chuyển*", [("prefix", "chuyển")]),
        ("638-KH/T*", [("phrase", "638 kh"), ("prefix", "t")]),
        ("* *", []),
        ('" ! "', []),
        ("", []),
        ("kế kế KẾ", [("word", "kế")]),
    ],
)
def test_queries_are_read_as_meant(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(text) == expected


def test_a_quoted_phrase_with_diacritics_is_strict_and_one_without_is_not() -> None:
    assert parse('"kế hoạch"').clauses[0].strict
    assert not parse('"ke hoach"').clauses[0].strict
    assert not parse("kế").clauses[0].strict
    assert parse('"kế"').clauses[0].strict


def test_a_prefix_knows_both_places_of_the_tone() -> None:
    assert set(parse("hoà*").clauses[0].stems) == {"hòa", "hoà"}


def test_an_endless_query_is_bounded() -> None:
    assert len(parse(" ".join(f"w{n}" for n in range(5_000))).clauses) == MOST_CLAUSES
