"""Generations on Elasticsearch: two versioned indices, found through two aliases that are switched in one step."""

from __future__ import annotations

import secrets
import time

from elasticsearch import BadRequestError, Elasticsearch, NotFoundError

from sohoa.errors import StoreError
from sohoa.stores.index.elasticsearch_client import call, error_type
from sohoa.stores.index.elasticsearch_mapping import PAGES, RECORDS, SCHEMA_VERSION, SETTINGS
from sohoa.stores.index.elasticsearch_writing import Names


def aliases(name: str) -> Names:
    """The aliases by which everyone reads and writes."""
    return Names(f"{name}-records", f"{name}-pages")


def new_generation(client: Elasticsearch, name: str, *, serve: bool) -> Names:
    """Make two indices; with `serve` under the aliases at once."""
    stamp = f"{time.strftime('%Y%m%d%H%M%S', time.gmtime())}-{secrets.token_hex(3)}"
    alias = aliases(name)
    made = Names(f"{alias.records}-{stamp}", f"{alias.pages}-{stamp}")
    for index, mapping in ((made.records, RECORDS), (made.pages, PAGES)):
        _make(client, index, mapping)
    if serve:
        switch(client, name, made)
    return made


def serving(client: Elasticsearch, name: str) -> Names | None:
    """The indices behind the aliases; None before the first write. `StoreError` for another version's."""
    alias = aliases(name)
    try:
        found = call(lambda: _mapping(client, alias))
    except _NoIndexError:
        return None
    by_kind: dict[str, str] = {}
    for index, mapping in found.items():
        if mapping["mappings"].get("_meta", {}).get("schema") != SCHEMA_VERSION:
            raise StoreError(
                "Chỉ mục do một phiên bản khác của chương trình ghi. Chạy «sohoa reindex» để dựng lại.",
                "The index was written by another version of this program. Run `sohoa reindex` to build it anew.",
            )
        by_kind["pages" if index.startswith(f"{alias.pages}-") else "records"] = index
    return Names(by_kind["records"], by_kind["pages"]) if len(by_kind) == 2 else None


def switch(client: Elasticsearch, name: str, made: Names) -> None:
    """Both aliases to the new indices and the old ones dropped, in one atomic step."""
    alias = aliases(name)
    actions = [
        {"add": {"index": index, "alias": short, "is_write_index": True}}
        for index, short in zip(made, alias, strict=True)
    ]
    actions += [{"remove_index": {"index": index}} for index in generations(client, name) if index not in made]
    call(lambda: client.indices.update_aliases(actions=actions))


def drop_others(client: Elasticsearch, name: str) -> None:
    """Remove indices that no alias leads to: what an interrupted rebuild left."""
    alias = aliases(name)
    found = call(lambda: client.indices.get_alias(index=[f"{alias.records}-*", f"{alias.pages}-*"]))
    for index, facts in dict(found).items():
        if not set(facts["aliases"]) & set(alias):
            call(lambda index=index: client.indices.delete(index=index, ignore_unavailable=True))  # type: ignore[misc]


def generations(client: Elasticsearch, name: str) -> list[str]:
    """Every index of this name, of all generations."""
    alias = aliases(name)
    return sorted(call(lambda: client.indices.get_alias(index=[f"{alias.records}-*", f"{alias.pages}-*"])))


class _NoIndexError(Exception):
    pass


def _mapping(client: Elasticsearch, alias: Names) -> dict[str, dict[str, dict[str, dict[str, int]]]]:
    try:
        return dict(client.indices.get_mapping(index=list(alias)))
    except NotFoundError as error:
        if error_type(error) != "index_not_found_exception":
            raise
        raise _NoIndexError from None


def _make(client: Elasticsearch, index: str, mapping: dict[str, object]) -> None:
    def make() -> None:
        try:
            client.indices.create(index=index, mappings=mapping, settings=SETTINGS)
        except BadRequestError as error:
            # An earlier attempt of ours whose answer was lost.
            if error_type(error) != "resource_already_exists_exception":
                raise

    call(make)
