"""Sixty queries drawn from a corpus get the same answers from both back ends, and the answers are right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from sohoa.models import EVERYTHING
from sohoa.stores.index import FacetField, Index, IndexDocument, SearchResult, Sort, open_index
from tests.contract import corpus
from tests.contract.conftest import INDEX_KINDS, index_settings

BASE = corpus.records(400, seed=20)
CASES, PLANTED = corpus.cases(BASE, seed=4)
DOCUMENTS = BASE + PLANTED
FACETS: tuple[FacetField, ...] = ("agency", "year", "type")
every_case = pytest.mark.parametrize(
    "number", range(len(CASES)), ids=[f"{n:02}-{case.kind}" for n, case in enumerate(CASES)]
)


def _filled(kind: str, request: pytest.FixtureRequest, factory: pytest.TempPathFactory) -> Iterator[Index]:
    index = open_index(index_settings(kind, request, factory.mktemp("index")))
    # Written twice, the second time over the first: nothing may be doubled.
    index.replace(DOCUMENTS[:100])
    for start in range(0, len(DOCUMENTS), 150):
        index.replace(DOCUMENTS[start : start + 150])
    index.refresh()
    yield index
    index.close()


@pytest.fixture(scope="module")
def filled_tantivy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    yield from _filled("tantivy", request, tmp_path_factory)


@pytest.fixture(scope="module")
def filled_elasticsearch(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    yield from _filled("elasticsearch", request, tmp_path_factory)


@pytest.fixture(params=INDEX_KINDS)
def filled(request: pytest.FixtureRequest) -> Index:
    found: Index = request.getfixturevalue(f"filled_{request.param}")
    return found


_ANSWERS: dict[tuple[int, int], SearchResult] = {}


def _ask(index: Index, number: int) -> SearchResult:
    """All hits of a case, asked once."""
    key = id(index), number
    if key not in _ANSWERS:
        case = CASES[number]
        _ANSWERS[key] = index.search(
            case.query, EVERYTHING, filters=case.filters, limit=1_000, facets=FACETS, snippets=0
        )
    return _ANSWERS[key]


@cache
def _found(number: int, exact: bool) -> frozenset[str]:
    case = CASES[number]
    return frozenset(
        d.record.record_id
        for d in DOCUMENTS
        if corpus.lies_within(d.record, case.filters) and corpus.holds(d, case.query, exact=exact)
    )


def _expected(number: int, *, exact: bool = False) -> dict[str, IndexDocument]:
    found = _found(number, exact)
    return {d.record.record_id: d for d in DOCUMENTS if d.record.record_id in found}


def test_there_are_sixty_queries_each_with_a_near_miss() -> None:
    assert len(CASES) == 60
    assert len({case.near_miss for case in CASES}) == 60


@every_case
def test_exactly_the_right_records_are_found(filled: Index, number: int) -> None:
    expected = _expected(number)
    assert expected, "a query drawn from the corpus finds something"
    assert CASES[number].near_miss not in expected
    result = _ask(filled, number)
    assert {hit.record_id for hit in result.hits} == set(expected)
    assert result.total == len(expected) == len(result.hits)


@every_case
def test_facets_are_counted_exactly(filled: Index, number: int) -> None:
    expected = _expected(number)
    result = _ask(filled, number)
    for name in FACETS:
        counts = Counter(str(getattr(d.record, name)) for d in expected.values())
        assert dict(result.facets[name]) == counts
        assert result.facets[name] == sorted(counts.items(), key=lambda item: (-item[1], item[0]))


@every_case
def test_exact_matches_come_before_folded_ones(filled: Index, number: int) -> None:
    exact = _expected(number, exact=True)
    order = [hit.record_id in exact for hit in _ask(filled, number).hits]
    assert order == sorted(order, reverse=True)


@every_case
def test_the_pages_and_marks_are_right(filled: Index, number: int) -> None:
    by_id = {d.record.record_id: d for d in DOCUMENTS}
    case = CASES[number]
    for hit in filled.search(case.query, EVERYTHING, filters=case.filters, limit=5).hits:
        pages = {page.page: page.text for page in by_id[hit.record_id].pages}
        assert set(hit.pages) <= set(pages)
        for snippet in hit.snippets:
            flat = "".join(" " if c.isspace() else c for c in pages[snippet.page])
            assert snippet.text in flat
            assert snippet.marks
            wanted = {corpus.bare(w) for w in corpus.split(case.query)}
            for start, end in snippet.marks:
                marked = corpus.split(snippet.text[start:end])
                assert marked and all(any(corpus.bare(w).startswith(q) for q in wanted) for w in marked)


@pytest.mark.servers
@every_case
def test_both_back_ends_agree(filled_tantivy: Index, filled_elasticsearch: Index, number: int) -> None:
    first, second = _ask(filled_tantivy, number), _ask(filled_elasticsearch, number)
    assert {h.record_id for h in first.hits} == {h.record_id for h in second.hits}
    assert first.facets == second.facets
    tens = [{h.record_id for h in result.hits[:10]} for result in (first, second)]
    assert len(tens[0] & tens[1]) >= min(8, len(tens[0]))


@pytest.mark.servers
def test_both_back_ends_show_the_same_pages_and_snippets(filled_tantivy: Index, filled_elasticsearch: Index) -> None:
    for case in CASES[::5]:
        shown = []
        for index in (filled_tantivy, filled_elasticsearch):
            hits = index.search(case.query, EVERYTHING, filters=case.filters, sort="record", limit=5).hits
            shown.append({hit.record_id: (sorted(hit.pages), hit.snippets) for hit in hits})
        assert shown[0] == shown[1]


def test_pages_of_hits_join_to_the_whole(filled: Index) -> None:
    for number, case in enumerate(CASES):
        if case.kind != "paging":
            continue
        whole = [hit.record_id for hit in _ask(filled, number).hits]
        assert len(whole) > 40
        sorts: tuple[Sort, ...] = ("relevance", "newest")
        for sort in sorts:
            ordered = filled.search(case.query, EVERYTHING, sort=sort, limit=1_000, snippets=0).hits
            joined: list[str] = []
            for offset in range(0, len(whole) + 29, 29):
                page = filled.search(case.query, EVERYTHING, sort=sort, offset=offset, limit=29, snippets=0)
                joined += [hit.record_id for hit in page.hits]
            assert joined == [hit.record_id for hit in ordered]
            assert set(joined) == set(whole)


def test_sorting_follows_the_fields(filled: Index) -> None:
    newest = filled.search("", EVERYTHING, sort="newest", limit=1_000, snippets=0).hits
    days = [hit.entry.issued_date or str(hit.entry.year) for hit in newest]
    assert days == sorted(days, reverse=True)
    oldest = filled.search("", EVERYTHING, sort="oldest", limit=1_000).hits
    assert [h.record_id for h in oldest] == [h.record_id for h in reversed(newest)]
    ids = [hit.record_id for hit in filled.search("", EVERYTHING, limit=1_000).hits]
    assert ids == sorted(d.record.record_id for d in DOCUMENTS)


@pytest.mark.parametrize(
    "query", ['"', '""', '" "', "***", "*", "\\", "(", "[a TO", "a:b^2~", "\x00", "‘’“", "/.*/", "-", "_"]
)
def test_nothing_a_person_types_raises(filled: Index, query: str) -> None:
    filled.search(query, EVERYTHING)
    filled.suggest(query, EVERYTHING)


def test_the_page_of_the_match_comes_first(filled: Index) -> None:
    document = next(d for d in BASE if len(d.pages) >= 4)
    page = document.pages[2]
    words = corpus.split(page.text)[5:12]
    hit = next(
        h for h in filled.search(f'"{" ".join(words)}"', EVERYTHING).hits if h.record_id == document.record.record_id
    )
    assert hit.pages[0] == 3
    assert hit.snippets[0].page == 3


def test_suggestions_begin_with_what_was_typed_whatever_the_diacritics(filled: Index) -> None:
    assert filled.suggest("nguyen v", EVERYTHING) == ["Nguyễn Văn An"]
    assert filled.suggest("TRẦN", EVERYTHING) == ["Trần Thị Bình"]
    notations = {d.record.notation for d in DOCUMENTS if (d.record.notation or "").startswith("12")}
    assert set(filled.suggest("12", EVERYTHING, limit=100)) == notations
