"""Legacy Vietnamese encodings: TCVN3 (ABC fonts) and VNI text recognised and turned into Unicode NFC.

Such text comes as Latin letters that only a special font shows as Vietnamese: «Quyết định» is stored as «QuyÕt ®Þnh»
(TCVN3) or «Quyeát ñònh» (VNI). A third kind of damage, UTF-8 read as an 8-bit code page («Quyáº¿t»), is repaired too.
The choice is made by counting syllables that Vietnamese can have, before and after; correct Unicode is never touched.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from sohoa.text.normal import nfc
from sohoa.text.syllables import looks_vietnamese, plausible

__all__ = ["Legacy", "detect_legacy", "is_mojibake", "looks_vietnamese", "to_unicode"]

Legacy = Literal["tcvn3", "vni"]

# TCVN 5712:1993, third form: one byte a letter, from 0xA1 on. Capitals with a tone share the code of the small letter
# (the font draws them large).
_TCVN3_CODES: Final = (
    "A1Ă A2Â A3Ê A4Ô A5Ơ A6Ư A7Đ A8ă A9â AAê ABô ACơ ADư AEđ B5à B6ả B7ã B8á B9ạ BBằ BCẳ BDẵ BEắ C6ặ C7ầ C8ẩ C9ẫ CAấ CBậ "
    "CCè CEẻ CFẽ D0é D1ẹ D2ề D3ể D4ễ D5ế D6ệ D7ì D8ỉ DCĩ DDí DEị DFò E1ỏ E2õ E3ó E4ọ E5ồ E6ổ E7ỗ E8ố E9ộ "
    "EAờ EBở ECỡ EDớ EEợ EFù F1ủ F2ũ F3ú F4ụ F5ừ F6ử F7ữ F8ứ F9ự FAỳ FBỷ FCỹ FDý FEỵ"
)
_TCVN3: Final = {int(pair[:2], 16): pair[2:] for pair in _TCVN3_CODES.split()}

# VNI-Windows: a base letter followed by a mark letter; a few letters have one code.
_VNI_PAIRS: Final = (
    "aùá aøà aûả aõã aïạ aââ aáấ aàầ aåẩ aãẫ aäậ aêă aéắ aèằ aúẳ aüẵ aëặ eùé eøè eûẻ eõẽ eïẹ eâê eáế eàề eåể eãễ eäệ "
    "oùó oøò oûỏ oõõ oïọ oâô oáố oàồ oåổ oãỗ oäộ ôùớ ôøờ ôûở ôõỡ ôïợ uùú uøù uûủ uõũ uïụ öùứ öøừ öûử öõữ öïự "
    "yùý yøỳ yûỷ yõỹ"
)
_VNI_SINGLES: Final = "íí ìì æỉ óĩ òị îỵ ñđ ôơ öư"


def _vni_table() -> dict[str, str]:
    table: dict[str, str] = {}
    for pair in _VNI_PAIRS.split():
        base, mark, letter = pair[0], pair[1], pair[2]
        for first in (base, base.upper()):
            for second in (mark, mark.upper()):
                table[first + second] = letter.upper() if first.isupper() else letter
    for single in _VNI_SINGLES.split():
        table[single[0]] = single[1]
        table[single[0].upper()] = single[1].upper()
    return table


_VNI: Final = _vni_table()
_VNI_PATTERN: Final = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))
_WORD: Final = re.compile(r"[^\s\d.,;:!?()\[\]{}\"'“”‘’/\\|_*+=<>-]+")
_TOKEN: Final = re.compile(r"\S+")
# Letters that TCVN3 and VNI text cannot contain: proof of Unicode.
_UNICODE_ONLY: Final = re.compile("[\u0300\u0301\u0303\u0309\u0323\u1ea0-\u1ef9ăĂđĐĩĨũŨơƠưƯ]")
_HIGH: Final = re.compile("[\u00a1-\u00ff]")
_MOJIBAKE_HINT: Final = re.compile(
    "[ÃÂÄÅÆáâ├ß─╞][\u0080-\u00bf\u0152-\u0192\u02c6-\u02dc\u2013-\u2122\u2500-\u25a0¡-ÿ]"
)


def detect_legacy(text: str) -> Legacy | None:
    """`tcvn3` or `vni` when the text is Vietnamese in that encoding, None for Unicode, plain ASCII and other languages.

    Short texts are decided only when the words cannot be anything else; a table should be judged as a whole.
    """
    text = nfc(text)
    if not _HIGH.search(text):
        return None
    words = _WORD.findall(text)
    high = [w for w in words if any(c >= "\u00a1" for c in w) and any(c.isalpha() for c in w)]
    if not high or 2 * sum(1 for w in high if _UNICODE_ONLY.search(w)) >= len(high):
        return None
    before = sum(map(plausible, high))
    best = before
    name: Legacy | None = None
    candidates: tuple[Legacy, ...] = ("tcvn3", "vni")
    for candidate in candidates:
        after = sum(plausible(nfc(_convert(w, candidate))) for w in high)
        if after > best:
            best, name = after, candidate
    if name is None or best < 0.6 * len(high) or best - before < max(1, 0.2 * len(high)):
        return None
    if best - before < 2 and not (best == len(high) and _sure_alone(words, high)):
        return None
    return name


def to_unicode(text: str) -> str:
    """The text in Unicode NFC; TCVN3, VNI and mojibake are converted line by line, everything else is left alone."""
    text = nfc(text)
    if is_mojibake(text):
        text = "\n".join(_repair(line) or line for line in text.split("\n"))
    whole = detect_legacy(text)
    lines = text.split("\n")
    if whole is None and len(lines) == 1:
        return text
    converted = []
    for line in lines:
        kind = detect_legacy(line) or (whole if _may_be(line) else None)
        converted.append(nfc(_convert(line, kind)) if kind else line)
    return "\n".join(converted)


def convert(text: str, encoding: Legacy) -> str:
    """The text converted from an encoding that is known (as for a whole sheet), NFC. Unicode letters stay."""
    return nfc(text) if _UNICODE_ONLY.search(nfc(text)) else nfc(_convert(nfc(text), encoding))


def is_mojibake(text: str) -> bool:
    """True when UTF-8 was read as an 8-bit code page («Quyáº¿t Ä‘á»‹nh»), or many letters were lost to U+FFFD."""
    if not text:
        return False
    if text.count("\ufffd") * 20 > len(text):
        return True
    if not _MOJIBAKE_HINT.search(text):
        return False
    hints = len(_MOJIBAKE_HINT.findall(text))
    if hints < 2 and len(text) > 200:
        return False
    return any((fixed := _repair(line)) is not None and fixed != line for line in text.split("\n"))


def _convert(text: str, encoding: Legacy) -> str:
    if encoding == "tcvn3":
        return _TOKEN.sub(lambda m: _tcvn3_word(m.group()), text)
    return _VNI_PATTERN.sub(lambda m: _VNI[m.group()], text)


def _tcvn3_word(word: str) -> str:
    """A word typed in capitals has small toned letters, because the code has no others: «QUYÕT» is QUYẾT."""
    converted = word.translate(_TCVN3)
    plain = [c for c in word if c.isascii() and c.isalpha()]
    return converted.upper() if len(plain) > 1 and all(c.isupper() for c in plain) else converted


def _may_be(line: str) -> bool:
    """A line of a legacy text that is too short to be judged alone."""
    return bool(_HIGH.search(line)) and not _UNICODE_ONLY.search(line)


def _sure_alone(words: list[str], high: list[str]) -> bool:
    """One word is proof only if it is three letters long and the plain words beside it could be Vietnamese."""
    plain = [w for w in words if w not in high and w.isalpha()]
    fits = sum(map(plausible, plain))
    return max(len(w) for w in high if not plausible(w)) >= 3 and fits * 2 >= len(plain)


def _repair(text: str) -> str | None:
    """The text as it was before UTF-8 was taken for an 8-bit code page, or None."""
    if not _MOJIBAKE_HINT.search(text):
        return None
    for page in ("cp1252", "latin-1", "cp1258", "cp437"):
        try:
            raw = b"".join(_byte(c, page) for c in text)
            fixed = nfc(raw.decode("utf-8"))
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
        if len(fixed) < len(text) and looks_vietnamese(fixed) >= looks_vietnamese(text):
            return fixed
    return None


def _byte(char: str, page: str) -> bytes:
    try:
        return char.encode(page)
    except UnicodeEncodeError:
        # cp1252 has five holes that programs fill with the control character of the same number.
        if "\x80" <= char <= "\x9f":
            return char.encode("latin-1")
        raise
