"""The keywords of JSON Schema that test one value: its type, its size, its text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from insights_lint.keywords.keyword import Emitter, Evaluation, Fault, Keyword
from insights_lint.keywords.nearest import did_you_mean
from insights_lint.keywords.patterns import PATTERN, translate
from insights_lint.keywords.values import TYPE_WORDS, count, equal, has_type, holds_template, show, type_of
from insights_lint.model import Json, Pointer

_NUMBER: dict[str, Json] = {"type": "number"}
_COUNT: dict[str, Json] = {"type": "integer", "minimum": 0}
_UNIQUE_STRINGS: dict[str, Json] = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
_TYPE: dict[str, Json] = {"enum": sorted(TYPE_WORDS)}


def _types(argument: Json) -> list[str]:
    return [argument] if isinstance(argument, str) else list(argument)


def _type_faults(_: Evaluation, argument: Json, value: Json, at: Pointer, __: dict[str, Json]) -> Iterator[Fault]:
    names = _types(argument)
    if not any(has_type(name, value) for name in names):
        expected = " or ".join(TYPE_WORDS[name] for name in names)
        actual = TYPE_WORDS[type_of(value)]
        yield Fault(at, "type", {"expected": expected, "actual": actual}, label=actual)


def _type_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str:
    return "(" + " or ".join(emitter.type_test(name, x) for name in _types(argument)) + ")"


def _expected(values: list[Json]) -> str:
    return ", ".join(f"`{show(value)}`" for value in values[:8]) + (", …" if len(values) > 8 else "")


def _enum_faults(_: Evaluation, argument: Json, value: Json, at: Pointer, __: dict[str, Json]) -> Iterator[Fault]:
    if not holds_template(value) and not any(equal(value, allowed) for allowed in argument):
        words = [allowed for allowed in argument if isinstance(allowed, str)]
        suggestion = did_you_mean(value, words, "`") if isinstance(value, str) else ""
        yield Fault(at, "enum", {"expected": _expected(argument), "suggestion": suggestion})


def _enum_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str:
    if all(isinstance(allowed, str) for allowed in argument):
        if len(argument) == 1:
            return f"({x} == {argument[0]!r})"
        allowed = emitter.constant(f"frozenset({sorted(argument)!r})")
        return f"({x}.__class__ is str and {x} in {allowed})"
    is_equal = emitter.function("keywords.values", "equal")
    tests = [f"{is_equal}({x}, {emitter.constant(repr(allowed))})" for allowed in argument]
    return f"({' or '.join(tests) or 'False'})"


def _const_faults(_: Evaluation, argument: Json, value: Json, at: Pointer, __: dict[str, Json]) -> Iterator[Fault]:
    if not holds_template(value) and not equal(value, argument):
        yield Fault(at, "const", {"expected": f"`{show(argument)}`", "suggestion": ""})


def _const_code(emitter: Emitter, argument: Json, x: str, schema: dict[str, Json]) -> str:
    return _enum_code(emitter, [argument], x, schema)


def _sized(name: str, kind: type, noun: str, limit: str, compare: str, broken: Callable[[int, Json], bool]) -> Keyword:
    """A keyword that limits the length of a string or an array."""
    json_type = "string" if kind is str else "array"

    def faults(_: Evaluation, argument: Json, value: Json, at: Pointer, __: dict[str, Json]) -> Iterator[Fault]:
        if isinstance(value, kind) and broken(len(value), argument):  # type: ignore[arg-type]  # both have a length
            length = len(value)  # type: ignore[arg-type]
            yield Fault(at, name, {"length": str(length), limit: str(argument)}, label=count(length, noun))

    def code(_: Emitter, argument: Json, x: str, __: dict[str, Json]) -> str:
        return f"len({x}) {compare} {int(argument)}"

    docs = f"The {json_type} has at {'least' if compare == '>=' else 'most'} this many {noun}s."
    return Keyword(name, docs, _COUNT, faults, code, (json_type,), ("length", limit))


def unit_of(value: float) -> str:
    """The unit in which a moment of our times, counted from the epoch, has as many digits as this number."""
    digits = len(str(abs(int(value))))
    units = {9: "seconds", 10: "seconds", 13: "milliseconds", 16: "microseconds", 19: "nanoseconds"}
    return units.get(digits, "an unknown unit")


def _bounded(name: str, limit: str, compare: str, broken: Callable[[float, Json], bool], words: str) -> Keyword:
    """A keyword that limits a number."""

    def faults(_: Evaluation, argument: Json, value: Json, at: Pointer, __: dict[str, Json]) -> Iterator[Fault]:
        if has_type("number", value) and broken(value, argument):
            yield Fault(at, name, {limit: str(argument), "unit": unit_of(value)})

    def code(_: Emitter, argument: Json, x: str, __: dict[str, Json]) -> str:
        return f"{x} {compare} {argument!r}"

    return Keyword(name, f"The number is {words} this.", _NUMBER, faults, code, ("number",), (limit, "unit"))


def _pattern_faults(_: Evaluation, argument: Json, value: Json, at: Pointer, __: dict[str, Json]) -> Iterator[Fault]:
    if isinstance(value, str) and re.search(translate(argument), value) is None:
        yield Fault(at, "pattern", {"pattern": argument})


def _pattern_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str:
    search = emitter.called(f"re.compile({translate(argument)!r}).search")
    return f"{search}({x}) is not None"


def repeated_items(items: list[Any]) -> Iterator[tuple[int, int]]:
    """(number of the first, number of the later one) for each item that equals an earlier one."""
    seen: dict[Any, list[int]] = {}
    for index, item in enumerate(items):
        if holds_template(item):
            continue
        earlier = seen.setdefault(_bucket(item), [])
        first = next((number for number in earlier if equal(items[number], item)), None)
        if first is None:
            earlier.append(index)
        else:
            yield first, index


def _bucket(item: Json) -> Any:
    """A hash key that equal items share."""
    if isinstance(item, dict):
        return ("object", frozenset(item))
    if isinstance(item, list):
        return ("array", len(item))
    return ("boolean", item) if isinstance(item, bool) else item


def _unique_faults(_: Evaluation, argument: Json, value: Json, at: Pointer, __: dict[str, Json]) -> Iterator[Fault]:
    if argument and isinstance(value, list):
        for first, index in repeated_items(value):
            yield Fault(
                (*at, index), "uniqueItems", {"first": str(first)}, label="again", related=(((*at, first), "first"),)
            )


def unique(items: list[Any]) -> bool:
    return next(repeated_items(items), None) is None


def _unique_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str | None:
    return f"{emitter.function('keywords.assertions', 'unique')}({x})" if argument else None


def _quoted(missing: tuple[str, ...]) -> str:
    return " and ".join(f"`{key}`" for key in missing)


def _required_faults(_: Evaluation, argument: Json, value: Json, at: Pointer, __: dict[str, Json]) -> Iterator[Fault]:
    if isinstance(value, dict):
        missing = tuple(key for key in argument if key not in value)
        if missing:
            yield Fault(at, "required", {"missing": _quoted(missing)}, missing=missing)


def _required_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str | None:
    return " and ".join(emitter.present(x, key) for key in argument) or None


def _dependent_faults(_: Evaluation, argument: Json, value: Json, at: Pointer, __: dict[str, Json]) -> Iterator[Fault]:
    if isinstance(value, dict):
        for given, needed in argument.items():
            missing = tuple(key for key in needed if given in value and key not in value)
            if missing:
                names = {"missing": _quoted(missing), "given": f"`{given}`"}
                yield Fault(at, "dependentRequired", names, missing=missing)
                return


def _dependent_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str | None:
    tests = []
    for given, needed in argument.items():
        if needed:
            all_there = " and ".join(emitter.present(x, key) for key in needed)
            tests.append(f"(not ({emitter.present(x, given)}) or ({all_there}))")
    return " and ".join(tests) or None


ASSERTIONS = (
    Keyword(
        "type",
        "The value has this JSON type, or one of these. 1.0 is an integer.",
        {"anyOf": [_TYPE, {"type": "array", "items": _TYPE, "minItems": 1, "uniqueItems": True}]},
        _type_faults,
        _type_code,
        names=("expected", "actual"),
    ),
    Keyword(
        "enum",
        "The value equals one of these.",
        {"type": "array"},
        _enum_faults,
        _enum_code,
        names=("expected", "suggestion"),
        looks=lambda _, __, value, ___: holds_template(value),
    ),
    Keyword(
        "const",
        "The value equals this.",
        {},
        _const_faults,
        _const_code,
        names=("expected", "suggestion"),
        looks=lambda _, __, value, ___: holds_template(value),
    ),
    _sized("minLength", str, "character", "minimum", ">=", lambda length, limit: length < limit),
    _sized("maxLength", str, "character", "maximum", "<=", lambda length, limit: length > limit),
    Keyword(
        "pattern",
        "The pattern is found in the string. Anchor it with `^` and `$` to match the whole.",
        PATTERN,
        _pattern_faults,
        _pattern_code,
        ("string",),
        ("pattern",),
    ),
    _bounded("minimum", "minimum", ">=", lambda value, limit: value < limit, "at least"),
    _bounded("maximum", "maximum", "<=", lambda value, limit: value > limit, "at most"),
    _bounded("exclusiveMinimum", "minimum", ">", lambda value, limit: value <= limit, "greater than"),
    _bounded("exclusiveMaximum", "maximum", "<", lambda value, limit: value >= limit, "less than"),
    _sized("minItems", list, "item", "minimum", ">=", lambda length, limit: length < limit),
    _sized("maxItems", list, "item", "maximum", "<=", lambda length, limit: length > limit),
    Keyword(
        "uniqueItems",
        "No two items of the array are equal; each later one is blamed.",
        {"type": "boolean"},
        _unique_faults,
        _unique_code,
        ("array",),
        ("first",),
        looks=lambda _, __, value, ___: holds_template(value),
    ),
    Keyword(
        "required",
        "The object has these members.",
        _UNIQUE_STRINGS,
        _required_faults,
        _required_code,
        ("object",),
        ("missing",),
    ),
    Keyword(
        "dependentRequired",
        "Where the object has the member on the left, it has those on the right.",
        {"type": "object", "additionalProperties": _UNIQUE_STRINGS},
        _dependent_faults,
        _dependent_code,
        ("object",),
        ("missing", "given"),
    ),
)
