"""JSON values as the dialect sees them: types, equality, literals, and words for people."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from insights_lint.model import Json, Number, Template

if TYPE_CHECKING:
    from decimal import Decimal

_ENCODED = r"(?:%[0-9A-Fa-f]{2})+"

TYPE_WORDS = {
    "null": "null",
    "boolean": "true or false",
    "object": "an object",
    "array": "an array",
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
}


def unquoted(text: str, errors: str = "replace") -> str:
    """The text without percent-encoding, as `urllib.parse.unquote` gives it, whose import takes longer than a check.

    Raises UnicodeDecodeError with "strict" `errors` if what is encoded is no UTF-8.
    """
    if "%" not in text:
        return text
    return re.sub(_ENCODED, lambda run: bytes.fromhex(run[0].replace("%", "")).decode("utf-8", errors), text)


def type_of(value: Json) -> str:
    """The most specific JSON type: `integer` for every number without a fraction, however it is written."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if isinstance(value, (int, float)):
        return "integer" if isinstance(value, int) or value.is_integer() else "number"
    return "array" if isinstance(value, list) else "object"


def has_type(name: str, value: Json) -> bool:
    found = type_of(value)
    return found == name or (name == "number" and found == "integer")


def equal(left: Json, right: Json) -> bool:
    """JSON equality: 1 equals 1.0 but not true; objects are equal whatever the order of their members."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(value, right[key]) for key, value in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    return bool(left == right)


def holds_template(value: Json) -> bool:
    """Whether the value is a template or holds one at any depth."""
    if isinstance(value, dict):
        return any(map(holds_template, value.values()))
    if isinstance(value, list):
        return any(map(holds_template, value))
    return isinstance(value, Template)


def literal(value: Json) -> str | None:
    """A number as written in the source, or the content of a string; None for other values.

    Numbers that were not parsed from text are written as `json.dumps` writes them.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, Number):
        return value.literal
    if isinstance(value, int):
        return int.__repr__(value)
    return json.dumps(value) if isinstance(value, float) else None


def decimal(value: Json) -> Decimal | None:
    """The exact value of a number, or of a string that is one; None for anything else."""
    from decimal import Decimal, InvalidOperation

    text = literal(value)
    if text is None:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def count(number: int, noun: str) -> str:
    """`1 item`, `2 items`; also for field names: `1 objectID`, `2 objectIDs`, `1 objectData`."""
    if number == 1:
        return f"1 {noun.removesuffix('s')}"
    return f"{number} {noun}" if noun[-1:] in "sa" else f"{number} {noun}s"


def show(value: Json) -> str:
    """The value as a message shows it: scalars as JSON writes them, strings bare, containers by their kind."""
    if isinstance(value, str):
        return value
    if isinstance(value, (dict, list)):
        return TYPE_WORDS[type_of(value)]
    return literal(value) or json.dumps(value)
