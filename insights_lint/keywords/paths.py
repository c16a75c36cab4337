"""Paths such as `objectData[].price`: which values a rule's target, or a keyword's argument, means."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from insights_lint.model import Json, Pointer

PATH_PATTERN = r"^[^.\[\]]+(?:\[\])*(?:\.[^.\[\]]+(?:\[\])*)*$"


@lru_cache(maxsize=256)
def steps(path: str) -> tuple[str, ...]:
    """The path's keys in order, and `[]` for each step into all items of an array."""
    return tuple(path.replace("[]", ".[]").split("."))


ROOTS = ("event", "payload", "call", "request")
"""Targets that mean the value itself."""


def values_at(target: str, value: Json) -> Iterator[tuple[Pointer, Json]]:
    """The values that a rule's target means in an event or whatever else it judges, each with its pointer."""
    return iter([((), value)]) if target in ROOTS else resolve(target, value)


def resolve(path: str, value: Json) -> Iterator[tuple[Pointer, Json]]:
    """Every value at the path, with its pointer, in document order; nothing where the path leads nowhere."""
    return _below((), value, steps(path))


def _below(at: Pointer, value: Json, path: tuple[str, ...]) -> Iterator[tuple[Pointer, Json]]:
    if not path:
        yield at, value
    elif path[0] == "[]":
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield from _below((*at, index), item, path[1:])
    elif isinstance(value, dict) and path[0] in value:
        yield from _below((*at, path[0]), value[path[0]], path[1:])
