"""Paths such as `objectData[].price`: which values a rule's target, or a keyword's argument, means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from insights_lint.model import Json, Pointer

PATH_PATTERN = r"^[^.\[\]]+(?:\[\])*(?:\.[^.\[\]]+(?:\[\])*)*$"
_STEP = re.compile(r"[^.\[\]]+|\[\]")


@lru_cache(maxsize=256)
def steps(path: str) -> tuple[str, ...]:
    """The path's keys in order, and `[]` for each step into all items of an array."""
    return tuple(_STEP.findall(path))


def resolve(path: str, value: Json) -> Iterator[tuple[Pointer, Json]]:
    """Every value at the path, with its pointer, in document order; nothing where the path leads nowhere."""
    found: list[tuple[Pointer, Json]] = [((), value)]
    for step in steps(path):
        if step == "[]":
            found = [
                ((*at, index), item)
                for at, inner in found
                if isinstance(inner, list)
                for index, item in enumerate(inner)
            ]
        else:
            found = [((*at, step), inner[step]) for at, inner in found if isinstance(inner, dict) and step in inner]
    yield from found
