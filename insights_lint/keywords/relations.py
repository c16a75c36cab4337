"""The check keywords about what members of one object, or items of one array, mean for one another."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from insights_lint.keywords.keyword import Emitter, Evaluation, Fault, Keyword, Quoted
from insights_lint.keywords.paths import PATH_PATTERN, steps
from insights_lint.keywords.spelling import misspelt, right_key
from insights_lint.keywords.values import count, decimal, equal, holds_template
from insights_lint.model import Json, Pointer

_STRING: dict[str, Json] = {"type": "string"}
_TWO_NAMES: dict[str, Json] = {"type": "array", "items": _STRING, "minItems": 2, "maxItems": 2}


def _looks(_: Evaluation, __: Json, value: Json, ___: dict[str, Json]) -> bool:
    return holds_template(value)


# sameLength


def _same_length_faults(
    _: Evaluation, argument: Json, value: Json, at: Pointer, __: dict[str, Json]
) -> Iterator[Fault]:
    if not isinstance(value, dict):
        return
    first, second = argument
    left, right = value.get(first), value.get(second)
    if isinstance(left, list) and isinstance(right, list) and len(left) != len(right):
        names = {
            "first": first,
            "second": second,
            "first_length": str(len(left)),
            "second_length": str(len(right)),
            "first_items": count(len(left), "item"),
            "second_items": count(len(right), "item"),
        }
        related = (((*at, first), count(len(left), first)),)
        yield Fault((*at, second), "sameLength", names, count(len(right), second), related)


def _same_length_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str:
    left, right = emitter.fresh(), emitter.fresh()
    first, second = (emitter.get(x, key) for key in argument)
    different_type = f"({left} := {first}).__class__ is not list or ({right} := {second}).__class__ is not list"
    return f"({different_type} or len({left}) == len({right}))"


# allOrNone


def _lacking(items: list[Json], member: str) -> list[int]:
    """Numbers of the objects without the member, if other objects of the array have it."""
    objects = [index for index, item in enumerate(items) if isinstance(item, dict)]
    lacking = [index for index in objects if member not in items[index]]
    return lacking if len(lacking) < len(objects) else []


def _all_or_none_faults(
    _: Evaluation, argument: Json, value: Json, at: Pointer, __: dict[str, Json]
) -> Iterator[Fault]:
    if isinstance(value, list):
        lacking = _lacking(value, argument)
        having = sum(isinstance(item, dict) and argument in item for item in value)
        for index in lacking:
            names = {"member": argument, "having": str(having), "items": str(having + len(lacking))}
            yield Fault((*at, index), "allOrNone", names, f"no `{argument}`", missing=(argument,))


def _all_or_none_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str:
    item = emitter.fresh()
    return f"len({{{argument!r} in {item} for {item} in {x} if {item}.__class__ is dict}}) < 2"


# differ


def _differ_faults(_: Evaluation, argument: Json, value: Json, at: Pointer, __: dict[str, Json]) -> Iterator[Fault]:
    first, second = argument
    if isinstance(value, dict) and first in value and second in value:
        left, right = value[first], value[second]
        if not holds_template(left) and not holds_template(right) and equal(left, right):
            names = {"first": first, "second": second}
            yield Fault((*at, second), "differ", names, related=(((*at, first), f"equal to `{first}`"),))


def _differ_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str:
    first, second = (emitter.get(x, key) for key in argument)
    return f"{emitter.function('keywords.relations', 'differ')}({first}, {second}, MISSING)"


def differ(left: Json, right: Json, missing: object) -> bool:
    return left is missing or right is missing or not equal(left, right)


# spelledAlike


def _spelled_alike_faults(
    _: Evaluation, argument: Json, value: Json, at: Pointer, __: dict[str, Json]
) -> Iterator[Fault]:
    for found, earlier, text in misspelt(value, argument):
        yield Fault(
            (*at, *found), "spelledAlike", {"first": Quoted(text)}, related=(((*at, *earlier), "first spelled so"),)
        )


def _spelled_alike_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str:
    texts = emitter.fresh()
    test = emitter.function("keywords.spelling", "spelled_alike")
    return f"(len({texts} := {emitter.strings(x, steps(argument))}) < 2 or {test}({texts}))"


# rightKeys


def _right_keys_faults(_: Evaluation, argument: Json, value: Json, at: Pointer, __: dict[str, Json]) -> Iterator[Fault]:
    if isinstance(value, dict):
        for key in value:
            right = right_key(key, value, argument)
            if right is not None:
                yield Fault(
                    (*at, key), "rightKeys", {"key": Quoted(key), "suggestion": right}, on_key=True, missing=(right,)
                )


def _right_keys_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str:
    rights = emitter.constant(repr(argument))
    test = emitter.function("keywords.spelling", "right_keys")
    return f"({emitter.keys_test('keywords.spelling', 'never_aliases', x, rights)} or {test}({x}, {rights}))"


# equalsSum


def _sums(value: dict[str, Json], argument: dict[str, Json]) -> tuple[Decimal, Decimal] | None:
    """The total as given and as computed; None where one of the numbers is missing or not decimal.

    An item that lacks a factor counts as if that were 1, but for the first factor, without which it has no amount.
    """
    total, items = decimal(value.get(argument["total"])), value.get(argument["of"])
    if total is None or not isinstance(items, list) or not items:
        return None
    result = Decimal(0)
    for item in items:
        if not isinstance(item, dict) or argument["factors"][0] not in item:
            return None
        product = Decimal(1)
        for factor in argument["factors"]:
            number = decimal(item.get(factor, 1))
            if number is None or holds_template(item):
                return None
            product *= number
        result += product
    return total, result


def _equals_sum_faults(_: Evaluation, argument: Json, value: Json, at: Pointer, __: dict[str, Json]) -> Iterator[Fault]:
    sums = _sums(value, argument) if isinstance(value, dict) else None
    if sums is not None and abs(sums[0] - sums[1]) > Decimal(str(argument["tolerance"])):
        yield Fault(at, "equalsSum", {"total": Quoted(sums[0]), "sum": Quoted(sums[1])})


def _equals_sum_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str:
    return f"{emitter.function('keywords.relations', 'equals_sum')}({x}, {emitter.constant(repr(argument))})"


def equals_sum(value: dict[str, Json], argument: dict[str, Json]) -> bool:
    sums = _sums(value, argument)
    return sums is None or abs(sums[0] - sums[1]) <= Decimal(str(argument["tolerance"]))


RELATIONS = (
    Keyword(
        "sameLength",
        "The two arrays are equally long.",
        _TWO_NAMES,
        _same_length_faults,
        _same_length_code,
        ("object",),
        ("first", "second", "first_length", "second_length", "first_items", "second_items"),
        looks=_looks,
    ),
    Keyword(
        "allOrNone",
        "Every object of the array has this member, or none has; each that lacks it is blamed.",
        _STRING,
        _all_or_none_faults,
        _all_or_none_code,
        ("array",),
        ("member", "having", "items"),
        looks=_looks,
    ),
    Keyword(
        "differ",
        "The two members are not equal.",
        _TWO_NAMES,
        _differ_faults,
        _differ_code,
        ("object",),
        ("first", "second"),
        looks=_looks,
    ),
    Keyword(
        "spelledAlike",
        "Strings at this path that are equal but for case, space, `_` and `-` are equal; each later one is blamed.",
        {"type": "string", "pattern": PATH_PATTERN},
        _spelled_alike_faults,
        _spelled_alike_code,
        ("object",),
        ("first",),
        looks=_looks,
    ),
    Keyword(
        "rightKeys",
        "No alias stands where its right key is absent, nor a key equal to it but for case and inner `_` or `-`.",
        {"type": "object", "additionalProperties": {"type": "array", "items": _STRING}},
        _right_keys_faults,
        _right_keys_code,
        ("object",),
        ("suggestion",),
    ),
    Keyword(
        "equalsSum",
        "The total is the sum, over the items of an array, of the products of the factors, within the tolerance.",
        {
            "type": "object",
            "properties": {
                "total": _STRING,
                "of": _STRING,
                "factors": {"type": "array", "items": _STRING, "minItems": 1},
                "tolerance": {"type": ["string", "number"]},
            },
            "required": ["total", "of", "factors", "tolerance"],
            "additionalProperties": False,
        },
        _equals_sum_faults,
        _equals_sum_code,
        ("object",),
        ("sum", "total"),
        looks=_looks,
    ),
)
