"""Words as the index, the query and the marks see them."""

from __future__ import annotations

import unicodedata
from typing import Literal

import pytest

from sohoa.text.tokens import LONGEST, has_diacritics, tokens


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_offsets_lead_back_to_the_text_as_given(form: Literal["NFC", "NFD"]) -> None:
    text = unicodedata.normalize(form, "Số 638-KH/TU: «Đảng bộ» tỉnh Hoà Bình, hỏi_đáp.")
    found = tokens(text)
    assert [unicodedata.normalize("NFC", text[t.start : t.end]) for t in found] == [
        "Số", "638", "KH", "TU", "Đảng", "bộ", "tỉnh", "Hoà", "Bình", "hỏi", "đáp",
    ]  # fmt: skip
    assert [t.exact for t in found][-5:] == ["tỉnh", "hòa", "bình", "hỏi", "đáp"]
    assert [t.folded for t in found][4:6] == ["dang", "bo"]


def test_both_forms_and_both_tone_places_give_the_same_words() -> None:
    one = tokens("hoà thuý khoẻ quý")
    other = tokens(unicodedata.normalize("NFD", "HÒA THÚY KHỎE QUÝ"))
    assert [t[:2] for t in one] == [t[:2] for t in other]


def test_noise_without_an_end_is_cut_so_that_every_index_takes_it() -> None:
    found = tokens("x" * 1000 + " cuối")
    assert max(len(t.exact) for t in found) == LONGEST
    assert found[-1].exact == "cuối"
    assert "".join(t.exact for t in found[:-1]) == "x" * 1000


def test_diacritics_are_noticed() -> None:
    assert has_diacritics("đi") and has_diacritics("hòa") and has_diacritics(unicodedata.normalize("NFD", "tê"))
    assert not has_diacritics("hoa") and not has_diacritics("KH")
