"""What the functions that are made of rules call while they test a line."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from insights_lint.json_text.parsing import parse
from insights_lint.model import Json

_SCALARS = (str, int, float, bool)
_DEPTH = 3
"""Levels at which a member of an event stands in a body."""
_MAY_BE_TOO_LARGE = re.compile(rb"[eE]\+?[0-9]{3}|[0-9]{200}")
"""In what a number stands that no double can hold: 200 digits before `e99` are not too many, yet."""


def colons_in(value: Any) -> int:
    """How many colons stand in a value that was decoded to whatever it is, or not decoded."""
    if value.__class__ is str:
        return int(value.count(":"))
    if value.__class__ is list:
        return sum(map(colons_in, value))
    if value.__class__ is dict:
        return len(value) + sum(map(colons_in, (*value, *value.values())))
    return bytes(value).count(b":") if value.__class__ is msgspec.Raw else 0


def plain(value: Json) -> bool:
    """Whether a value that was decoded to whatever it is means the same to rules as if it were parsed exactly."""
    if value.__class__ is list:
        return all(item.__class__ in _SCALARS for item in value)
    return value.__class__ in _SCALARS


def flat(value: Json) -> bool:
    """The same of a value that may be an object of such values, or an array with some."""
    if value.__class__ in _SCALARS:
        return True
    for one in value if value.__class__ is list else (value,):
        if one.__class__ is dict:
            if not all(member.__class__ in _SCALARS for member in one.values()):
                return False
        elif one.__class__ not in _SCALARS:
            return False
    return True


def parsed(text: bytes) -> Json:
    """The number or string that was kept as it is written; None if it is something else."""
    try:
        value = parse(text.decode()).document
    except UnicodeDecodeError:
        return None
    is_number = isinstance(value, (int, float)) and value.__class__ is not bool
    return value if value.__class__ is str or is_number else None


def is_written(value: msgspec.Raw) -> bool:
    """Whether what was kept as it is written is a number or a string."""
    return parsed(bytes(value)) is not None


def read(value: Any) -> Any:
    """The value, parsed if it, or each of its items, was kept as it is written.

    Raises msgspec.ValidationError if that is no number and no string.
    """
    if value.__class__ is list:
        return [read(item) for item in value]
    if value.__class__ is not msgspec.Raw:
        return value
    found = parsed(bytes(value))
    if found is None:
        raise msgspec.ValidationError("no number and no string")
    return found


def harmless(value: msgspec.Raw) -> bool:
    """Whether nothing is wrong with a value as JSON of which no rule wants anything."""
    text = bytes(value)
    simple = text[:1] == b'"' or not (b"{" in text or b"[" in text[1:] or _MAY_BE_TOO_LARGE.search(text))
    if simple and text.isascii():
        return True
    try:
        found = parse("[" * _DEPTH + text.decode() + "]" * _DEPTH)  # no deeper than it may be where it stands
    except UnicodeDecodeError:
        return False
    return found.error is None and not found.duplicates


def colons_of_members(owner: msgspec.Struct, names: tuple[str, ...]) -> int:
    """The colons of members that were kept as they are written, and those in them.

    Raises msgspec.ValidationError if something is wrong with one of them.
    """
    colons = 0
    for value in (getattr(owner, name) for name in names):
        if value is not None:
            if not harmless(value):
                raise msgspec.ValidationError("a number, or a key that stands twice, that cannot be judged")
            colons += 1 + bytes(value).count(b":")
    return colons
