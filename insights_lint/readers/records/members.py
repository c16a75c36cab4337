"""Lists the members of a record at any depth, and finds one by its dotted name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from insights_lint.model import Json, Pointer
from insights_lint.readers.shapes import shape_of

_MAX_DEPTH = 5
_MAX_MEMBERS = 500
_MAX_ITEMS = 20
"""Items of a list that are looked at."""
_ANSWER = re.compile("resp|upstream_|res$|reply$", re.IGNORECASE)
"""Names of members that tell of the answer."""


class Member(NamedTuple):
    """A member of a record, or an item of a list in it."""

    at: Pointer
    key: str
    """Without punctuation at its ends; that of the nearest object."""
    value: Json


def member_at(record: Json, path: str) -> tuple[Pointer, Json] | None:
    """Where a dotted path leads, and what stands there; keys may have dots themselves."""
    if not path:
        return (), record
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        key, rest = ".".join(parts[:length]), ".".join(parts[length:])
        token: str | int = key
        if isinstance(record, dict) and key in record:
            inner = record[key]
        elif isinstance(record, list) and key.isdecimal() and int(key) < len(record):
            token = int(key)
            inner = record[token]
        else:
            continue
        found = member_at(inner, rest)
        if found is not None:
            return (token, *found[0]), found[1]
    return None


def members_of(value: dict[str, Json], at: Pointer = ()) -> Iterator[Member]:
    """Every member, those of an object before those of the objects in it; not into events."""
    inner: list[Member] = []
    for name, one in islice(value.items(), _MAX_MEMBERS):
        member = Member((*at, name), name.strip("$:._- ").replace(".", "_").replace("-", "_"), one)
        yield member
        if len(at) < _MAX_DEPTH and isinstance(one, (dict, list)) and shape_of(one) is None:
            inner.append(member)
    for member in inner:
        items = [(member.at, member.value)]
        if isinstance(member.value, list):
            items = [((*member.at, index), item) for index, item in enumerate(member.value[:_MAX_ITEMS])]
        for pointer, item in items:
            if isinstance(item, dict):
                yield from members_of(item, pointer)
            else:
                yield Member(pointer, member.key, item)


def is_of_answer(member: Member) -> bool:
    """Whether it tells of the answer rather than of the request."""
    return any(_ANSWER.match(str(token)) for token in member.at)
