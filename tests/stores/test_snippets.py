"""Pieces of pages with the words marked in their own spelling."""

from __future__ import annotations

from sohoa.stores.index.query import parse
from sohoa.stores.index.snippets import WIDTH, best_pages, cut, marks

FILLER = "văn bản này được ban hành theo quy định " * 30


def shown(text: str, query: str) -> list[str]:
    """The marked words of the best snippet."""
    snippet = cut(best_pages([(1, text)], parse(query))[0])
    return [snippet.text[start:end] for start, end in snippet.marks]


def test_folded_words_mark_the_accented_ones() -> None:
    assert shown("Đảng bộ tỉnh", "dang bo") == ["Đảng", "bộ"]


def test_a_phrase_is_one_mark_over_a_line_break() -> None:
    assert shown("về kế\nhoạch năm", '"kế hoạch"') == ["kế hoạch"]


def test_who_typed_diacritics_sees_only_those_words_marked_where_there_are_any() -> None:
    assert shown("hoa nở ở Hoà Bình", "hòa") == ["Hoà"]
    assert shown("hoa nở ở Hỏa Lò", "hòa") == ["hoa", "Hỏa"]


def test_the_snippet_lies_where_most_of_the_query_is() -> None:
    text = f"cây {FILLER} cây xanh đô thị {FILLER}"
    page = best_pages([(4, text)], parse("cây đô thị"))[0]
    snippet = cut(page)
    assert snippet.page == 4
    assert "cây xanh đô thị" in snippet.text
    assert snippet.more_before and snippet.more_after
    assert len(snippet.text) <= WIDTH + 20
    assert snippet.text in text


def test_the_page_that_has_it_as_meant_is_the_best() -> None:
    pages = [(1, "ke hoach " * 50), (2, "kế hoạch"), (3, "kế và hoạch"), (4, "gì khác")]
    assert [page.page for page in best_pages(pages, parse("kế hoạch"))] == [2, 3, 1]
    assert [page.page for page in best_pages(pages, parse('"kế hoạch"'))] == [2]


def test_a_match_at_the_very_end_and_a_word_longer_than_a_snippet() -> None:
    assert shown(FILLER + "cuối", "cuối") == ["cuối"]
    long = " ".join(["rất"] * 300)
    assert shown(long, f'"{long}"') == [long]


def test_marks_are_offsets_in_the_text_as_given() -> None:
    text = "Số: 15/KH-UBND ngày 12"
    assert [text[mark.start : mark.end] for mark in marks(text, parse("15/kh-ubnd"))] == ["15/KH-UBND"]
