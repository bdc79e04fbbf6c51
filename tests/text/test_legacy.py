"""Legacy encodings are recognised and converted; correct text of any language is left alone."""

from __future__ import annotations

import random
import unicodedata

import pytest

from sohoa.text.legacy import _TCVN3, _VNI, convert, detect_legacy, is_mojibake, looks_vietnamese, to_unicode
from sohoa.text.syllables import plausible

SENTENCES = (
    "Cộng hòa xã hội chủ nghĩa Việt Nam",
    "Quyết định về việc thành lập tổ công tác xây dựng nông thôn mới",
    "Kế hoạch tuyên truyền, phổ biến giáo dục pháp luật năm 2015",
    "Báo cáo tổng kết công tác văn thư, lưu trữ của Ủy ban nhân dân huyện",
    "Hướng dẫn thực hiện Nghị quyết số 12-NQ/TU của Tỉnh ủy",
    "Thông báo kết luận của đồng chí Bí thư tại buổi làm việc",
)
FOREIGN = (
    "Noël à la façade du café, naïve résumé",
    "für Müller in der Größe 5 µm",
    "São Paulo, João",
    "plain ASCII text, nothing else",
    "© 2020 Công ty ® X, § 5, 25 °C ± 1",
    "Ærø, smørrebrød og rødgrød",
    "",
)


def to_tcvn3(text: str) -> str:
    back = {letter: chr(code) for code, letter in _TCVN3.items()}
    # The code has no toned capitals: fonts in capitals show the small letters.
    return "".join(back.get(c) or back.get(c.lower()) or c for c in text)


def to_vni(text: str) -> str:
    back = {letter: code for code, letter in _VNI.items()}
    return "".join(back.get(c, c) for c in text)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_tcvn3_and_vni_come_back_as_unicode(sentence: str) -> None:
    assert detect_legacy(to_tcvn3(sentence)) == "tcvn3"
    assert detect_legacy(to_vni(sentence)) == "vni"
    assert to_unicode(to_tcvn3(sentence)).lower() == sentence.lower()
    assert to_unicode(to_vni(sentence)) == sentence


@pytest.mark.parametrize("page", ["cp1252", "latin-1"])
@pytest.mark.parametrize("sentence", SENTENCES)
def test_utf8_read_as_an_8_bit_page_is_repaired(sentence: str, page: str) -> None:
    broken = "".join(
        bytes([b]).decode("latin-1" if page == "latin-1" or b in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else page)
        for b in sentence.encode()
    )
    assert is_mojibake(broken)
    assert to_unicode(broken) == sentence


@pytest.mark.parametrize("text", [*SENTENCES, *FOREIGN])
def test_correct_text_is_left_alone(text: str) -> None:
    assert detect_legacy(text) is None
    assert not is_mojibake(text)
    assert to_unicode(text) == text


def test_decomposed_text_is_composed_and_nothing_else() -> None:
    for sentence in SENTENCES:
        assert to_unicode(unicodedata.normalize("NFD", sentence)) == sentence


def test_real_words_of_both_codes() -> None:
    assert to_unicode("QuyÕt ®Þnh vÒ viÖc") == "Quyết định về việc"
    assert to_unicode("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam") == "Cộng hòa xã hội chủ nghĩa Việt Nam"
    assert to_unicode("UÛY BAN NHAÂN DAÂN TÆNH") == "ỦY BAN NHÂN DÂN TỈNH"
    assert to_unicode("MËt") == "Mật"
    assert to_unicode("Sè, ký hiÖu") == "Số, ký hiệu"


def test_a_word_in_capitals_keeps_them() -> None:
    assert convert("QUYÕT §ÞNH", "tcvn3") == "QUYẾT ĐỊNH"


def test_lines_of_one_text_are_judged_apart() -> None:
    mixed = f"{SENTENCES[0]}\n{to_tcvn3(SENTENCES[1])}"
    assert to_unicode(mixed) == f"{SENTENCES[0]}\n{SENTENCES[1]}"


def test_text_full_of_lost_letters_is_mojibake() -> None:
    assert is_mojibake("Quy\ufffdt \ufffd\ufffdnh s\ufffd 5")


def test_random_sentences_survive_both_ways() -> None:
    words = " ".join(SENTENCES).replace(",", "").lower().split()
    words = [w for w in words if w.isalpha()]
    for seed in range(60):
        chosen = random.Random(seed).sample(words, 8)
        text = " ".join(chosen)
        if sum(not w.isascii() for w in chosen) < 4:
            continue
        assert to_unicode(text) == text, seed
        assert to_unicode(to_tcvn3(text)) == text, seed
        assert to_unicode(to_vni(text)) == text, seed


def test_random_latin_noise_never_raises() -> None:
    for seed in range(200):
        rng = random.Random(seed)
        text = "".join(chr(rng.choice((*range(32, 127), *range(160, 256), 0x1EA5, 0x301))) for _ in range(60))
        assert isinstance(to_unicode(text), str)
        looks_vietnamese(text)


def test_phonology_knows_syllables() -> None:
    for word in [
        "nghiêng",
        "quyết",
        "khuếch",
        "giếng",
        "gì",
        "gìn",
        "loằng",
        "ngoằng",
        "khuya",
        "quốc",
        "mất",
        "mật",
        "hòa",
        "hoà",
        "thuý",
        "thúy",
        "Đảng",
        "ủy",
        "uỷ",
    ]:
        assert plausible(word), word
    for word in ["mat", "kết2", "strong", "file", "hềllo", "biêu3", "tổng1", "tôt", "kêt"]:
        assert not plausible(word), word
    assert looks_vietnamese("Kế hoạch công tác năm 2015") == 1.0
    assert looks_vietnamese("The quick brown fox jumps over") < 0.4
    assert looks_vietnamese("2015 / 12") == 0.0
