"""Tells words that are the same but for their spelling: strings of one payload, and keys that should be others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import lru_cache

from insights_lint.keywords.paths import resolve
from insights_lint.model import Json, Pointer, Template


def spelled_alike(texts: set[str]) -> bool:
    return len(texts) == len(set(map(_folded_words, texts)))


def misspelt(value: Json, path: str) -> Iterator[tuple[Pointer, Pointer, str]]:
    """(pointer, pointer of the first, the first) for each string that is the first one spelled otherwise."""
    first: dict[str, tuple[Pointer, str]] = {}
    for at, text in resolve(path, value):
        if isinstance(text, str) and not isinstance(text, Template):
            earlier_at, earlier = first.setdefault(_folded_words(text), (at, text))
            if earlier != text:
                yield at, earlier_at, earlier


@lru_cache(maxsize=4096)
def _folded_words(text: str) -> str:
    return "".join(text.split()).replace("_", "").replace("-", "").casefold()


def folded(key: str) -> str:
    """The key without its case and its inner `_` and `-`; leading ones mark a private key and stay."""
    inner = "_" in key or "-" in key
    return (re.sub("(?<=[^_-])[_-]+(?=[^_-])", "", key) if inner else key).lower()


def right_key(key: str, value: dict[str, Json], rights: dict[str, list[str]]) -> str | None:
    """The key of `rights` that `key` stands for in an object that lacks it; None for all other keys."""
    if key in rights:
        return None
    for right, aliases in rights.items():
        if right not in value and (key in aliases or folded(key) == _folded_right(right)):
            return right
    return None


_folded_right = lru_cache(maxsize=256)(folded)


def never_aliases(keys: AbstractSet[str], rights: dict[str, list[str]]) -> bool:
    """Whether none of the keys stands for another one, whatever else the object has."""
    return keys <= rights.keys() or all(key in rights or right_key(key, {}, rights) is None for key in keys)


def right_keys(value: dict[str, Json], rights: dict[str, list[str]]) -> bool:
    return all(right_key(key, value, rights) is None for key in value)
