"""The keywords that JSON Schema has not: what one field means for another, how values are written, and their age."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from urllib.parse import unquote

from insights_lint.keywords.keyword import Emitter, Evaluation, Fault, Keyword
from insights_lint.keywords.paths import PATH_PATTERN, resolve
from insights_lint.keywords.personal_data import personal_data
from insights_lint.keywords.title_case import is_title_case, to_title_case
from insights_lint.keywords.values import count, decimal, equal, holds_template, literal
from insights_lint.model import Form, Json, Pointer, Template

_SCHEMA: dict[str, Json] = {"$ref": "#/$defs/schema"}
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
    first, second = (emitter.get(x, key) for key in argument)
    return f"{emitter.function('keywords.checks', 'same_length')}({first}, {second})"


def same_length(left: Json, right: Json) -> bool:
    return left.__class__ is not list or right.__class__ is not list or len(left) == len(right)


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
    return f"{emitter.function('keywords.checks', 'all_or_none')}({x}, {argument!r})"


def all_or_none(items: list[Json], member: str) -> bool:
    return not _lacking(items, member)


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
    return f"{emitter.function('keywords.checks', 'differ')}({first}, {second}, MISSING)"


def differ(left: Json, right: Json, missing: object) -> bool:
    return left is missing or right is missing or not equal(left, right)


# writtenAs


def _written_as_faults(
    evaluation: Evaluation, argument: Json, value: Json, at: Pointer, _: dict[str, Json]
) -> Iterator[Fault]:
    text = literal(value)
    if text is not None and not evaluation.holds(argument, text):
        yield Fault(at, "writtenAs", {"literal": text, "length": str(len(text))}, count(len(text), "character"))


def _written_as_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str | None:
    text = emitter.fresh()
    test = emitter.expression(argument, text)
    get = emitter.function("keywords.values", "literal")
    return None if test is None else f"(({text} := {get}({x})) is None or {test})"


# decodesTo


def decoded(value: str, form: Form) -> str:
    """The string as the API reads it; search-insights encodes a call's strings itself."""
    return unquote(value) if form is not Form.CALL else value


def _decodes_to_faults(
    evaluation: Evaluation, argument: Json, value: Json, at: Pointer, _: dict[str, Json]
) -> Iterator[Fault]:
    if isinstance(value, str):
        text = decoded(value, evaluation.form)
        if not evaluation.holds(argument, text):
            yield Fault(at, "decodesTo", {"decoded": text})


def _decodes_to_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str | None:
    if emitter.form is Form.CALL:
        return emitter.expression(argument, x)
    text = emitter.fresh()
    test = emitter.expression(argument, text)
    decode = emitter.constant('getattr(import_module("urllib.parse"), "unquote")')
    return None if test is None else f"(({text} := {decode}({x})) is None or {test})"


# age

_UNITS = ((86_400_000, "day"), (3_600_000, "hour"), (60_000, "minute"), (1_000, "second"), (1, "millisecond"))


def duration(milliseconds: float) -> str:
    """`31 days`, `2 hours`: whole units of the largest that fits."""
    size, unit = next(((size, unit) for size, unit in _UNITS if abs(milliseconds) >= size), _UNITS[-1])
    return count(int(abs(milliseconds) // size), unit)


def _age_faults(
    evaluation: Evaluation, argument: Json, value: Json, at: Pointer, _: dict[str, Json]
) -> Iterator[Fault]:
    if evaluation.now is None or isinstance(value, bool) or not isinstance(value, (int, float)):
        return
    age = evaluation.now - value
    if age < argument.get("minimum", age) or age > argument.get("maximum", age):
        words = f"{duration(age)} ahead" if age < 0 else duration(age)
        limits = {limit: duration(argument.get(limit, 0)) for limit in ("minimum", "maximum")}
        yield Fault(at, "age", {"age": words, **limits}, words if age < 0 else f"{words} old")


def _age_code(_: Emitter, argument: Json, x: str, __: dict[str, Json]) -> str:
    tests = []
    if "minimum" in argument:
        tests.append(f"now - {x} >= {argument['minimum']!r}")
    if "maximum" in argument:
        tests.append(f"now - {x} <= {argument['maximum']!r}")
    return f"(now is None or ({' and '.join(tests)}))"


# noPersonalData


def _personal_faults(_: Evaluation, argument: Json, value: Json, at: Pointer, __: dict[str, Json]) -> Iterator[Fault]:
    if isinstance(value, str):
        found = personal_data(value)
        if found is not None and found[0] == argument:
            yield Fault(at, "noPersonalData", {"kind": found[1]}, found[1])


def _personal_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str:
    return f"{emitter.function('keywords.checks', 'no_personal_data')}({x}, {argument!r})"


def no_personal_data(token: str, level: str) -> bool:
    found = personal_data(token)
    return found is None or found[0] != level


# titleCase


def _title_case_faults(_: Evaluation, argument: Json, value: Json, at: Pointer, __: dict[str, Json]) -> Iterator[Fault]:
    if isinstance(value, str) and not is_title_case(value, **_title_case_options(argument)):
        yield Fault(at, "titleCase", {"suggestion": to_title_case(value)})


def _title_case_options(argument: dict[str, Json]) -> dict[str, Json]:
    return {"small_words": argument.get("smallWords", "either"), "exempt": tuple(argument.get("exempt", ()))}


def _title_case_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str:
    options = _title_case_options(argument)
    exempt = emitter.constant(f"frozenset({sorted(options['exempt'])!r})")
    test = emitter.function("keywords.title_case", "is_title_case")
    return f"{test}({x}, {options['small_words']!r}, {exempt})"


# spelledAlike

_FILLERS = re.compile(r"[\s_-]+")


def _misspelt(value: Json, path: str) -> Iterator[tuple[Pointer, Pointer, str]]:
    """(pointer, pointer of the first, the first) for each string that is the first one spelled otherwise."""
    first: dict[str, tuple[Pointer, str]] = {}
    for at, text in resolve(path, value):
        if isinstance(text, str) and not isinstance(text, Template):
            earlier_at, earlier = first.setdefault(_FILLERS.sub("", text).casefold(), (at, text))
            if earlier != text:
                yield at, earlier_at, earlier


def _spelled_alike_faults(
    _: Evaluation, argument: Json, value: Json, at: Pointer, __: dict[str, Json]
) -> Iterator[Fault]:
    for found, earlier, text in _misspelt(value, argument):
        yield Fault((*at, *found), "spelledAlike", {"first": text}, related=(((*at, *earlier), "first spelled so"),))


def _spelled_alike_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str:
    return f"{emitter.function('keywords.checks', 'spelled_alike')}({x}, {argument!r})"


def spelled_alike(value: Json, path: str) -> bool:
    return next(_misspelt(value, path), None) is None


# rightKeys

_INNER = re.compile(r"(?<=[^_-])[_-]+(?=[^_-])")


def folded(key: str) -> str:
    """The key without its case and its inner `_` and `-`; leading ones mark a private key and stay."""
    return _INNER.sub("", key).lower()


def right_key(key: str, value: dict[str, Json], rights: dict[str, list[str]]) -> str | None:
    """The key of `rights` that `key` stands for in an object that lacks it; None for all other keys."""
    if key in rights:
        return None
    for right, aliases in rights.items():
        if right not in value and (key in aliases or folded(key) == right.lower()):
            return right
    return None


def _right_keys_faults(_: Evaluation, argument: Json, value: Json, at: Pointer, __: dict[str, Json]) -> Iterator[Fault]:
    if isinstance(value, dict):
        for key in value:
            right = right_key(key, value, argument)
            if right is not None:
                yield Fault((*at, key), "rightKeys", {"key": key, "suggestion": right}, on_key=True, missing=(right,))


def _right_keys_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str:
    rights = emitter.constant(repr(argument))
    known = emitter.constant(f"frozenset({sorted(argument)!r})")
    return f"({x}.keys() <= {known} or {emitter.function('keywords.checks', 'right_keys')}({x}, {rights}))"


def right_keys(value: dict[str, Json], rights: dict[str, list[str]]) -> bool:
    return all(right_key(key, value, rights) is None for key in value)


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
        yield Fault(at, "equalsSum", {"total": str(sums[0]), "sum": str(sums[1])})


def _equals_sum_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str:
    return f"{emitter.function('keywords.checks', 'equals_sum')}({x}, {emitter.constant(repr(argument))})"


def equals_sum(value: dict[str, Json], argument: dict[str, Json]) -> bool:
    sums = _sums(value, argument)
    return sums is None or abs(sums[0] - sums[1]) <= Decimal(str(argument["tolerance"]))


# byteSize


def _byte_size_faults(
    evaluation: Evaluation, argument: Json, _: Json, at: Pointer, __: dict[str, Json]
) -> Iterator[Fault]:
    if evaluation.size is not None and evaluation.size > argument["maximum"]:
        yield Fault(at, "byteSize", {"size": f"{evaluation.size:,}", "maximum": f"{argument['maximum']:,}"})


def _byte_size_code(_: Emitter, argument: Json, __: str, ___: dict[str, Json]) -> str:
    return f"(size is None or size <= {argument['maximum']!r})"


_MILLISECONDS: dict[str, Json] = {"type": "integer"}

CHECKS = (
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
        "writtenAs",
        "The number's text in the JSON source, or a string's content, satisfies this.",
        _SCHEMA,
        _written_as_faults,
        _written_as_code,
        ("number", "string"),
        ("literal", "length"),
        lambda argument: iter([((), argument)]),
        _looks,
    ),
    Keyword(
        "decodesTo",
        "The string satisfies this once percent-decoded on the wire, and as it is in a call.",
        _SCHEMA,
        _decodes_to_faults,
        _decodes_to_code,
        ("string",),
        ("decoded",),
        lambda argument: iter([((), argument)]),
        _looks,
    ),
    Keyword(
        "age",
        "The clock minus the value, in milliseconds, lies within; the whole rule is skipped without a clock.",
        {
            "type": "object",
            "properties": {"minimum": _MILLISECONDS, "maximum": _MILLISECONDS},
            "additionalProperties": False,
            "minProperties": 1,
        },
        _age_faults,
        _age_code,
        ("number",),
        ("age", "minimum", "maximum"),
    ),
    Keyword(
        "noPersonalData",
        "The token holds no personal data: `certain` (e-mail and IP addresses, also encoded) or `suspected`.",
        {"enum": ["certain", "suspected"]},
        _personal_faults,
        _personal_code,
        ("string",),
        ("kind",),
    ),
    Keyword(
        "titleCase",
        "Every word of the name begins with a capital.",
        {
            "type": "object",
            "properties": {
                "smallWords": {"enum": ["either", "capital"]},
                "exempt": {"type": "array", "items": _STRING},
            },
            "additionalProperties": False,
        },
        _title_case_faults,
        _title_case_code,
        ("string",),
        ("suggestion",),
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
    Keyword(
        "byteSize",
        "The source text of the request's body has at most this many bytes.",
        {
            "type": "object",
            "properties": {"maximum": {"type": "integer", "minimum": 0}},
            "required": ["maximum"],
            "additionalProperties": False,
        },
        _byte_size_faults,
        _byte_size_code,
        names=("size", "maximum"),
    ),
)
