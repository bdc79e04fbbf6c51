"""The form in which a run is started from the pages: Vietnamese titles for its fields."""

from __future__ import annotations

from typing import Any


def entitle(properties: dict[str, dict[str, Any]]) -> None:
    """Take each field's title from the flow's docstring: `name: Title. What it does…` under `Args:`.

    `properties` is the part of that name of a parameter schema. Prefect shows the names of the arguments as titles
    and reads nothing of pydantic's `Field` but its description.
    """
    for place in properties.values():
        title, found, rest = str(place.get("description", "")).partition(". ")
        if found and title:
            place["title"], place["description"] = title, rest.strip()
