"""Tells which rules can be counted where they are broken, without looking for the places that are to blame."""

from __future__ import annotations

from collections.abc import Iterator

from insights_lint.model import Rule, Schema

_MANY = frozenset({"items", "additionalProperties", "uniqueItems", "allOrNone", "spelledAlike", "rightKeys"})
"""Keywords that may blame several places in a value."""
_ELSEWHERE = frozenset({"sameLength", "differ", "sinceSearch"})
"""Keywords that blame another place than the value."""


def can_be_counted(rule: Rule) -> bool:
    """Whether the rule has at most one fault for each of its targets in an event, whatever other rules say."""
    in_event = rule.about == "event" and not rule.nulls and not any("[]" in target for target in rule.targets)
    different = len(set(rule.targets)) == len(rule.targets)
    return in_event and different and not rule.gives_way and len(set(_places(rule.schema))) <= 1


def _places(schema: Schema, at: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The places in a value that the schema may blame; two that stand for any number where there may be many."""
    if isinstance(schema, bool):
        yield at
        return
    for keyword, argument in schema.items():
        if keyword == "properties":
            for key, below in argument.items():
                yield from _places(below, (*at, key))
        elif keyword == "allOf":
            for below in argument:
                yield from _places(below, at)
        elif keyword in ("then", "else"):
            yield from _places(argument, at)
        elif keyword in _MANY:
            yield from (at, (*at, keyword))
        elif keyword != "if":
            yield (*at, keyword) if keyword in _ELSEWHERE else at
