"""Draws search phrases from the truth of an archive: three consecutive words of a random page, with where they stand."""

from __future__ import annotations

import random
from collections import defaultdict

from pydantic import BaseModel, ConfigDict

from sohoa.sample.grammar import triples
from sohoa.sample.truth import FileTruth, PageTruth, Truth

BODY_KINDS = ("para", "basis", "heading", "section", "table")
"""Kinds of block with text of a record's own; headers, recipients and signatures repeat all over an archive."""


class Phrase(BaseModel):
    """Three folded words, the record and the page (in its file) they were drawn from, and every record that holds them."""

    model_config = ConfigDict(frozen=True)

    text: str
    record: str
    path: str
    page: int
    records: tuple[str, ...]


def draw_phrases(truth: Truth, count: int, seed: int, *, at_most: int | None = 3) -> list[Phrase]:
    """Phrases from pages that end done: every page is as likely as another, then every triple of its body.

    Words are lower case, without diacritics and punctuation; only purely alphabetic ones are used. `at_most`: leave
    out phrases that more records hold, for which "the right record" has no meaning; None keeps all.
    """
    holders: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    pages: list[tuple[FileTruth, PageTruth]] = []
    for file in truth.files:
        for page in file.pages:
            for block in page.blocks:
                for triple in triples(block.text):
                    holders[triple].add(page.record)
            if file.state == "done" and not page.blank:
                pages.append((file, page))
    rng = random.Random(f"{seed}/phrases")
    drawn: list[Phrase] = []
    for _ in range(count * 50):
        if len(drawn) == count or not pages:
            break
        file, page = rng.choice(pages)
        choices = [
            t
            for block in page.blocks
            if block.kind in BODY_KINDS
            for t in triples(block.text)
            if all(w.isalpha() for w in t) and (at_most is None or len(holders[t]) <= at_most)
        ]
        if not choices:
            continue
        triple = rng.choice(choices)
        records = tuple(sorted(holders[triple]))
        drawn.append(Phrase(text=" ".join(triple), record=page.record, path=file.path, page=page.page, records=records))
    return drawn
