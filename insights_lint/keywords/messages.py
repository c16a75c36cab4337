"""Message templates: `{name}` is replaced by what a keyword offers, and nothing else is special."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

# Not str.format: `{x.__class__}` must not mean anything.
_NAME = re.compile(r"\{([A-Za-z_]+)\}")


@lru_cache(maxsize=1024)
def names_in(template: str) -> frozenset[str]:
    """The names that the template uses."""
    return frozenset(_NAME.findall(template))


def unknown_names(template: str, offered: frozenset[str]) -> Iterator[str]:
    yield from (name for name in dict.fromkeys(_NAME.findall(template)) if name not in offered)


def fill(template: str, names: Mapping[str, str]) -> str:
    """The template with every known name replaced, and all else as it stands."""
    return _NAME.sub(lambda found: names.get(found[1], found[0]), template)
