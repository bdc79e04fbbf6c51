"""A parsed query, a scope and filters in the query language of Elasticsearch."""

from __future__ import annotations

from typing import Any

from sohoa.models import Scope
from sohoa.stores.index.base import EXACT_TIER, PHRASE_TIER, Filters
from sohoa.stores.index.entries import day_range
from sohoa.stores.index.query import Clause, Query

Body = dict[str, Any]


def records_query(query: Query, scope: Scope, filters: Filters) -> Body:
    """Records in scope that pass the filters and meet every clause, those as typed above all others."""
    should: list[Body] = []
    for clause in query.clauses:
        if clause.meant and not clause.strict:
            should.append(_clause("exact", clause, exact=True))
        if not clause.strict:
            should.append(_clause("head", clause, exact=False))
    if query.clauses:
        all_exact = [_clause("exact", clause, exact=True) for clause in query.clauses]
        should.append({"constant_score": {"filter": {"bool": {"filter": all_exact}}, "boost": EXACT_TIER}})
    should += _run(query)
    return {
        "bool": {
            "filter": [*_scope(scope), *_filters(filters), {"match_all": {}}],
            "must": [_wanted(clause) for clause in query.clauses],
            "should": should,
            "minimum_should_match": 0,
        }
    }


def pages_query(query: Query, record_id: str) -> Body:
    """Pages of a record on which any clause is met."""
    wanted: list[Body] = []
    for clause in query.clauses:
        wanted.append(_wanted(clause))
        if clause.meant and not clause.strict:
            wanted.append(_clause("exact", clause, exact=True))
    wanted += _run(query)
    of_record = {"term": {"record_id": record_id}}
    return {"bool": {"filter": [of_record], "should": wanted, "minimum_should_match": 1}}


def _run(query: Query) -> list[Body]:
    """The words side by side, as an extra."""
    if query.run is None:
        return []
    together = _clause("folded", query.run, exact=False)
    return [{"constant_score": {"filter": together, "boost": PHRASE_TIER}}]


def suggest_query(prefix: str, scope: Scope) -> Body:
    """Records in scope with a suggestion that begins so."""
    return {"bool": {"filter": [*_scope(scope), {"prefix": {"suggest": prefix}}]}}


def literal_pattern(text: str) -> str:
    """A regular expression of Lucene for texts that begin with `text`."""
    return "".join(c if c.isalnum() else f"\\{c}" for c in text) + ".*"


def _scope(scope: Scope) -> list[Body]:
    limits = (("agency", scope.agencies), ("access_class", scope.access_classes))
    return [{"terms": {name: sorted(values)}} for name, values in limits if values is not None]


def _filters(filters: Filters) -> list[Body]:
    found: list[Body] = [{"terms": {name: list(values)}} for name, values in filters.values.items()]
    if filters.record_ids is not None:
        found.append({"terms": {"record_id": list(filters.record_ids)}})
    if days := day_range(filters.issued_from):
        found.append({"range": {"day_last": {"gte": days[0]}}})
    if days := day_range(filters.issued_to):
        found.append({"range": {"day_first": {"lte": days[1]}}})
    return found


def _wanted(clause: Clause) -> Body:
    """What a record must have: the exact words where the clause is strict, else the folded ones."""
    return _clause("exact" if clause.strict else "folded", clause, exact=clause.strict)


def _clause(name: str, clause: Clause, *, exact: bool) -> Body:
    words = clause.exact if exact else clause.folded
    if clause.kind == "phrase":
        return {"match_phrase": {name: {"query": " ".join(words)}}}
    if clause.kind == "word":
        return {"term": {name: words[0]}}
    stems = clause.stems if exact else words
    prefixes = [{"prefix": {name: stem}} for stem in stems]
    return {"constant_score": {"filter": {"bool": {"should": prefixes}}, "boost": 1.0}}
