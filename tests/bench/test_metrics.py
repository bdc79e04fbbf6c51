"""Error rates on cases counted by hand: header and footer in any order, running text in order."""

from __future__ import annotations

import unicodedata

import pytest

from sohoa.bench.metrics import Score, score, total
from sohoa.bench.zones import Zoned, zones_of_blocks, zones_of_text

RUNNING = "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015 của Quốc hội"
TRUTH = Zoned(running=RUNNING, free="ỦY BAN NHÂN DÂN TỈNH HÀ NAM Độc lập Nơi nhận: Lưu: VT")
LETTERS = len(RUNNING) + len(TRUTH.free.replace(" ", ""))
WORDS = len(RUNNING.split()) + len(TRUTH.free.split())


def test_a_perfect_reading_has_no_errors_and_counts_every_letter() -> None:
    got = score(TRUTH, f"ỦY BAN NHÂN DÂN TỈNH HÀ NAM Độc lập\n\n{RUNNING}\nNơi nhận: Lưu: VT")
    assert got == Score(LETTERS, 0, WORDS, 0, len(RUNNING), 0)


@pytest.mark.parametrize(
    "read",
    [
        f"Độc lập\nỦY BAN NHÂN DÂN\nTỈNH HÀ NAM\n{RUNNING}\nLưu: VT\nNơi nhận:",
        f"TỈNH HÀ NAM ỦY BAN Độc NHÂN lập DÂN Nơi nhận: Lưu: VT {RUNNING}",
        f"{RUNNING} Lưu: VT Nơi nhận: Độc lập TỈNH HÀ NAM ỦY BAN NHÂN DÂN",
    ],
)
def test_header_and_footer_may_come_in_any_order_and_place(read: str) -> None:
    assert score(TRUTH, read).letter_errors == 0
    assert score(TRUTH, read).word_errors == 0


def test_running_text_in_another_order_is_wrong() -> None:
    words = RUNNING.split()
    turned = " ".join([*words[9:], *words[:9]])
    got = score(TRUTH, f"{TRUTH.free} {turned}")
    assert got.word_errors >= 9
    assert got.letter_errors > 20


def test_unicode_form_and_white_space_do_not_count() -> None:
    text = f"ỦY BAN NHÂN DÂN TỈNH HÀ NAM Độc lập {RUNNING} Nơi nhận: Lưu: VT".replace(" ", " \n\t")
    assert score(TRUTH, unicodedata.normalize("NFD", text)).letter_errors == 0


def test_one_wrong_mark_in_running_text_is_one_letter_and_one_word() -> None:
    got = score(TRUTH, f"{TRUTH.free} {RUNNING.replace('Tổ', 'Tô')}")
    assert (got.letter_errors, got.word_errors, got.running_letter_errors) == (1, 1, 1)


def test_one_wrong_mark_in_the_header_is_one_letter_and_one_word() -> None:
    got = score(TRUTH, f"{TRUTH.free.replace('TỈNH', 'TINH')} {RUNNING}")
    assert (got.letter_errors, got.word_errors, got.running_letter_errors) == (1, 1, 0)


def test_a_lost_header_word_costs_its_letters() -> None:
    got = score(TRUTH, f"{TRUTH.free.replace('NHÂN ', '')} {RUNNING}")
    assert (got.letter_errors, got.word_errors) == (4, 1)


def test_words_that_are_not_there_cost_their_letters() -> None:
    got = score(TRUTH, f"{TRUTH.free} {RUNNING} §§§ ###### @@")
    assert (got.letter_errors, got.word_errors) == (11, 3)


def test_a_split_word_inside_running_text_is_one_letter_wrong() -> None:
    got = score(TRUTH, f"{TRUTH.free} {RUNNING.replace('phương', 'ph ương')}")
    assert (got.letter_errors, got.word_errors) == (1, 2)


def test_a_stamp_read_in_the_middle_of_running_text_counts_once_and_spoils_nothing_else() -> None:
    middle = RUNNING.replace("ngày 19", "CÔNG VĂN ĐẾN SỐ ngày 19")
    got = score(TRUTH, f"{TRUTH.free} {middle}")
    assert got.letter_errors == len("CÔNGVĂNĐẾNSỐ")
    assert got.running_letter_errors == 0


def test_a_header_line_that_the_engine_put_inside_running_text_is_still_header() -> None:
    without = TRUTH.free.replace("TỈNH HÀ NAM ", "")
    got = score(TRUTH, f"{without} {RUNNING.replace('ngày 19', 'TỈNH HÀ NAM ngày 19')}")
    assert got.letter_errors == 0


def test_nothing_read_is_every_letter_wrong() -> None:
    got = score(TRUTH, " \n ")
    assert got.cer == got.wer == got.running_cer == 1.0
    assert (got.letter_errors, got.word_errors) == (LETTERS, WORDS)


def test_what_is_read_on_a_blank_page_is_invented() -> None:
    got = score(Zoned("", ""), "l , .")
    assert (got.letters, got.letter_errors, got.word_errors) == (0, 3, 3)


def test_words_that_share_less_than_half_are_not_the_same_word() -> None:
    got = score(Zoned("", "VIỆT"), "Hà")
    assert (got.letter_errors, got.word_errors) == (6, 2)


def test_the_closest_words_are_paired_first() -> None:
    got = score(Zoned("", "HÀNH HÀN"), "HANH HAN")
    assert (got.letter_errors, got.word_errors) == (2, 2)


def test_long_pages_weigh_more_in_a_group() -> None:
    group = total([Score(100, 10, 20, 4), Score(900, 0, 180, 0)])
    assert group.cer == 0.01
    assert group.wer == 0.02


def test_a_hundred_wrong_words_are_scored_quickly_and_in_full() -> None:
    truth = Zoned(" ".join(f"chữ{i:03}" for i in range(400)), "")
    got = score(truth, " ".join(f"§§{i:03}§§§§§" for i in range(400)))
    assert got.word_errors >= 400
    assert got.cer > 0.9


def test_blocks_of_a_sample_page_fall_into_zones_and_stamps_are_left_out() -> None:
    zones = zones_of_blocks(
        [
            ("parent_body", "UBND TỈNH"),
            ("stamp", "HỎA TỐC"),
            ("para", "Thực  hiện"),
            ("signer", "Lê A"),
            ("to", "Kính gửi: B"),
        ]
    )
    assert zones == Zoned(running="Thực hiện Kính gửi: B", free="UBND TỈNH Lê A")


PAGE = """   ỦY BAN NHÂN DÂN                    CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
      TỈNH HÀ NAM                           Độc lập - Tự do - Hạnh phúc
   Số: 12/UBND                        Hà Nam, ngày 24 tháng 01 năm 2025

Theo đề nghị của Sở Nội vụ tại Công văn số 20 về việc chỉnh lý tài liệu tồn
đọng, Ủy ban nhân dân tỉnh yêu cầu các sở, ban, ngành thực hiện nghiêm túc
các nội dung trên./.

Nơi nhận:                             TM. ỦY BAN NHÂN DÂN
- Như trên;
- Lưu: VT, và một dòng rất dài của nơi nhận để không ai coi là thân bài cả;
"""


def test_running_text_of_a_plain_page_lies_between_header_and_recipients() -> None:
    zones = zones_of_text(PAGE)
    assert zones.running.startswith("Theo đề nghị")
    assert zones.running.endswith("nội dung trên./.")
    assert "HÀ NAM" in zones.free
    assert "Lưu: VT" in zones.free


def test_no_word_of_a_plain_page_is_lost_or_counted_twice() -> None:
    zones = zones_of_text(PAGE)
    assert sorted(f"{zones.running} {zones.free}".split()) == sorted(PAGE.split())
