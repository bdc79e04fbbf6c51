"""Vietnamese phonology: which letter groups can be a syllable at all (onset, rhyme, tone)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_ONSET_LIST: Final = "ngh ng nh ch gh gi kh ph qu th tr b c d đ g h k l m n p r s t v x"
_RHYME_LIST: Final = """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oem oen oeo oet oi om on ong ooc oong op ot
    ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ uôc uôi uôm uôn uông uôp uôt up ut
    uy uya uych uyên uyêt uyn uynh uyp uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu
    y yêm yên yêng yêt yêu
"""
# After qu the u belongs to the onset.
_QU_RHYME_LIST: Final = """
    a ac ach ai an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt ân âng âp ât âu ây e en eo et eng ê êch ên ênh êt
    i it ich inh ơ ơn ơi ôc y ych yên yêt ynh yt yn yp
"""
_ONSETS: Final = tuple(_ONSET_LIST.split())
_RHYMES: Final = frozenset(_RHYME_LIST.split())
_QU_RHYMES: Final = frozenset(_QU_RHYME_LIST.split())
_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
_STOP: Final = re.compile(r"(?:c|ch|p|t)$")
_WORDS: Final = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=65_536)
def plausible(word: str) -> bool:
    """True when the word (Unicode) could be one Vietnamese syllable. `mất` yes, `mat` no: a stop needs sắc or nặng."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    tones = [c for c in decomposed if c in _TONES]
    if len(tones) > 1 or len(decomposed) > 12:
        return False
    bare = unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in _TONES))
    tone = tones[0] if tones else ""
    for onset in ("", *_ONSETS):
        if bare.startswith(onset):
            rhyme = bare[len(onset) :]
            known = rhyme in (_QU_RHYMES if onset == "qu" else _RHYMES)
            if known and (not _STOP.search(rhyme) or tone in ("\u0301", "\u0323")):
                return True
    # gì, gìn: the i is letter of the onset and vowel at once.
    return bare == "gi"


def looks_vietnamese(text: str) -> float:
    """Share (0–1) of the words that could be Vietnamese syllables; digits and signs do not count, no words give 0."""
    words = _WORDS.findall(unicodedata.normalize("NFC", text))
    return sum(map(plausible, words)) / len(words) if words else 0.0
