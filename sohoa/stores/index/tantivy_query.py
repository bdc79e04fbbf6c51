"""A parsed query, a scope and filters as tantivy queries."""

from __future__ import annotations

from collections.abc import Sequence

import tantivy
from tantivy import FieldType, Occur
from tantivy import Query as TantivyQuery

from sohoa.models import Scope
from sohoa.stores.index.base import EXACT_TIER, PHRASE_TIER, Filters
from sohoa.stores.index.entries import day_range
from sohoa.stores.index.query import Clause, Query

_PREFIX_SCORE = 2.2
"""tantivy's BM25 is Lucene's times (k1 + 1) = 2.2; so a prefix, which counts 1 there, counts 2.2 here."""

_Part = tuple[Occur, TantivyQuery]


class QueryBuilder:
    """Builds queries for one schema."""

    def __init__(self, schema: tantivy.Schema) -> None:
        self.schema = schema

    def records(self, query: Query, scope: Scope, filters: Filters) -> TantivyQuery:
        """Records in scope that pass the filters and meet every clause, those as typed above all others."""
        parts = self._conditions(scope, filters)
        for clause in query.clauses:
            parts.append((Occur.Must, self._wanted(clause)))
            if clause.meant and not clause.strict:
                parts.append((Occur.Should, self._clause("exact", clause, exact=True)))
            if not clause.strict:
                parts.append((Occur.Should, self._clause("head", clause, exact=False)))
        if query.clauses:
            all_exact = [(Occur.Must, self._clause("exact", clause, exact=True)) for clause in query.clauses]
            tier = TantivyQuery.const_score_query(TantivyQuery.boolean_query(all_exact), EXACT_TIER)
            parts.append((Occur.Should, tier))
        parts += self._run(query)
        return TantivyQuery.boolean_query(parts)

    def pages(self, query: Query, record_id: str) -> TantivyQuery:
        """Pages of a record on which any clause is met."""
        wanted: list[_Part] = []
        for clause in query.clauses:
            wanted.append((Occur.Should, self._wanted(clause)))
            if clause.meant and not clause.strict:
                wanted.append((Occur.Should, self._clause("exact", clause, exact=True)))
        wanted += self._run(query)
        return TantivyQuery.boolean_query(
            [self._condition("record_id", [record_id]), (Occur.Must, TantivyQuery.boolean_query(wanted))]
        )

    def _run(self, query: Query) -> list[_Part]:
        """The words side by side, as an extra."""
        if query.run is None:
            return []
        together = self._clause("folded", query.run, exact=False)
        return [(Occur.Should, TantivyQuery.const_score_query(together, PHRASE_TIER))]

    def scope(self, scope: Scope) -> TantivyQuery:
        """Every record in scope."""
        return TantivyQuery.boolean_query(self._conditions(scope, Filters()))

    def _conditions(self, scope: Scope, filters: Filters) -> list[_Part]:
        parts: list[_Part] = [(Occur.Must, TantivyQuery.const_score_query(TantivyQuery.all_query(), 0.0))]
        if scope.agencies is not None:
            parts.append(self._condition("agency", sorted(scope.agencies)))
        if scope.access_classes is not None:
            parts.append(self._condition("access_class", sorted(scope.access_classes)))
        parts += [self._condition(name, values) for name, values in filters.values.items()]
        if filters.record_ids is not None:
            parts.append(self._condition("record_id", filters.record_ids))
        if days := day_range(filters.issued_from):
            parts.append(self._days("day_last", days[0], None))
        if days := day_range(filters.issued_to):
            parts.append(self._days("day_first", None, days[1]))
        return parts

    def _condition(self, name: str, values: Sequence[str]) -> _Part:
        if not values:
            return Occur.Must, TantivyQuery.empty_query()
        query = TantivyQuery.term_set_query(self.schema, name, list(values))
        return Occur.Must, TantivyQuery.const_score_query(query, 0.0)

    def _days(self, name: str, lower: int | None, upper: int | None) -> _Part:
        query = TantivyQuery.range_query(self.schema, name, FieldType.Integer, lower, upper)
        return Occur.Must, TantivyQuery.const_score_query(query, 0.0)

    def _wanted(self, clause: Clause) -> TantivyQuery:
        """What a record must have: the exact words where the clause is strict, else the folded ones."""
        return self._clause("exact" if clause.strict else "folded", clause, exact=clause.strict)

    def _clause(self, name: str, clause: Clause, *, exact: bool) -> TantivyQuery:
        words = clause.exact if exact else clause.folded
        if clause.kind == "phrase":
            return TantivyQuery.phrase_query(self.schema, name, list(words))
        if clause.kind == "word":
            return TantivyQuery.term_query(self.schema, name, words[0])
        stems = clause.stems if exact else words
        # Tokens hold letters, digits and combining marks only, none of which means anything in a regular expression.
        pattern = "(" + "|".join(stems) + ").*"
        return TantivyQuery.const_score_query(
            TantivyQuery.regex_query(self.schema, name, pattern),
            _PREFIX_SCORE,
        )
