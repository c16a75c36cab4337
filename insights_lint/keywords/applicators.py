"""The keywords of JSON Schema that apply schemas: to members, to items, and to the value itself."""

from __future__ import annotations

from collections.abc import Iterator

from insights_lint.keywords.keyword import Emitter, Evaluation, Fault, Keyword, Quoted
from insights_lint.keywords.nearest import did_you_mean
from insights_lint.model import Json, Pointer, Schema

_SCHEMA: dict[str, Json] = {"$ref": "#/$defs/schema"}
_SCHEMAS: dict[str, Json] = {"type": "array", "items": _SCHEMA, "minItems": 1}


def _one(argument: Json) -> Iterator[tuple[Pointer, Schema]]:
    yield (), argument


def _listed(argument: Json) -> Iterator[tuple[Pointer, Schema]]:
    yield from (((index,), schema) for index, schema in enumerate(argument))


def _mapped(argument: Json) -> Iterator[tuple[Pointer, Schema]]:
    yield from (((key,), schema) for key, schema in argument.items())


def _properties_faults(
    evaluation: Evaluation, argument: Json, value: Json, at: Pointer, _: dict[str, Json]
) -> Iterator[Fault]:
    if isinstance(value, dict):
        for key in value:
            if key in argument:
                yield from evaluation.faults(argument[key], value[key], (*at, key))


def _properties_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str | None:
    tests = [emitter.absent_or(x, key, schema) for key, schema in argument.items()]
    return " and ".join(test for test in tests if test is not None) or None


def _properties_looks(evaluation: Evaluation, argument: Json, value: Json, _: dict[str, Json]) -> bool:
    return isinstance(value, dict) and any(
        evaluation.looks(schema, value[key]) for key, schema in argument.items() if key in value
    )


def _additional(value: dict[str, Json], schema: dict[str, Json]) -> list[str]:
    known = schema.get("properties", {})
    return [key for key in value if key not in known]


def _additional_faults(
    evaluation: Evaluation, argument: Json, value: Json, at: Pointer, schema: dict[str, Json]
) -> Iterator[Fault]:
    if isinstance(value, dict):
        for key in _additional(value, schema):
            if not evaluation.holds(argument, value[key]):
                suggestion = did_you_mean(key, (name for name in schema.get("properties", {})), "`")
                names = {"key": Quoted(key), "suggestion": suggestion}
                yield Fault((*at, key), "additionalProperties", names, on_key=True)


def _additional_code(emitter: Emitter, argument: Json, x: str, schema: dict[str, Json]) -> str | None:
    known = emitter.constant(f"frozenset({sorted(schema.get('properties', {}))!r})")
    if argument is False:
        return f"{x}.keys() <= {known}"
    key = emitter.fresh()
    value = emitter.fresh()
    test = emitter.expression(argument, value)
    return None if test is None else f"all([{key} in {known} or {test} for {key}, {value} in {x}.items()])"


def _additional_looks(evaluation: Evaluation, argument: Json, value: Json, schema: dict[str, Json]) -> bool:
    return isinstance(value, dict) and any(evaluation.looks(argument, value[key]) for key in _additional(value, schema))


def _items_faults(
    evaluation: Evaluation, argument: Json, value: Json, at: Pointer, _: dict[str, Json]
) -> Iterator[Fault]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from evaluation.faults(argument, item, (*at, index))


def _items_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str | None:
    item = emitter.fresh()
    test = emitter.expression(argument, item)
    return None if test is None else f"all([{test} for {item} in {x}])"


def _any_item_looks(evaluation: Evaluation, argument: Json, value: Json, _: dict[str, Json]) -> bool:
    return isinstance(value, list) and any(evaluation.looks(argument, item) for item in value)


def _contains_faults(
    evaluation: Evaluation, argument: Json, value: Json, at: Pointer, schema: dict[str, Json]
) -> Iterator[Fault]:
    if not isinstance(value, list) or _any_item_looks(evaluation, argument, value, schema):
        return
    if not any(evaluation.holds(argument, item) for item in value):
        yield Fault(at, "contains")


def _contains_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str:
    item = emitter.fresh()
    test = emitter.expression(argument, item)
    return f"any([{test} for {item} in {x}])" if test is not None else f"len({x}) > 0"


def _all_of_faults(
    evaluation: Evaluation, argument: Json, value: Json, at: Pointer, _: dict[str, Json]
) -> Iterator[Fault]:
    for schema in argument:
        yield from evaluation.faults(schema, value, at)


def _all_of_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str | None:
    tests = [emitter.expression(schema, x) for schema in argument]
    return " and ".join(test for test in tests if test is not None) or None


def _any_looks(evaluation: Evaluation, argument: Json, value: Json, _: dict[str, Json]) -> bool:
    return any(evaluation.looks(schema, value) for schema in argument)


def _missing(evaluation: Evaluation, schemas: list[Schema], value: Json) -> tuple[str, ...]:
    """Keys whose absence makes one of the schemas fail."""
    faults = (fault for schema in schemas for fault in evaluation.faults(schema, value))
    return tuple(dict.fromkeys(key for fault in faults if fault.at == () for key in fault.missing))


def _any_of_faults(
    evaluation: Evaluation, argument: Json, value: Json, at: Pointer, schema: dict[str, Json]
) -> Iterator[Fault]:
    looks = _any_looks(evaluation, argument, value, schema)
    if not looks and not any(evaluation.holds(one, value) for one in argument):
        yield Fault(at, "anyOf", missing=_missing(evaluation, argument, value))


def _any_of_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str | None:
    tests = [emitter.expression(schema, x) for schema in argument]
    return None if None in tests else "(" + " or ".join(test for test in tests if test is not None) + ")"


def _one_of_faults(
    evaluation: Evaluation, argument: Json, value: Json, at: Pointer, schema: dict[str, Json]
) -> Iterator[Fault]:
    if not _any_looks(evaluation, argument, value, schema):
        satisfied = sum(evaluation.holds(one, value) for one in argument)
        if satisfied != 1:
            yield Fault(at, "oneOf", missing=() if satisfied else _missing(evaluation, argument, value))


def _one_of_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str:
    tests = [emitter.expression(schema, x) or "True" for schema in argument]
    return f"[{', '.join(f'bool({test})' for test in tests)}].count(True) == 1"


def _not_faults(
    evaluation: Evaluation, argument: Json, value: Json, at: Pointer, _: dict[str, Json]
) -> Iterator[Fault]:
    if not evaluation.looks(argument, value) and evaluation.holds(argument, value):
        yield Fault(at, "not")


def _not_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str:
    test = emitter.expression(argument, x)
    return "False" if test is None else f"not {test}"


def _looks_below(evaluation: Evaluation, argument: Json, value: Json, _: dict[str, Json]) -> bool:
    return evaluation.looks(argument, value)


def _if_faults(
    evaluation: Evaluation, argument: Json, value: Json, at: Pointer, schema: dict[str, Json]
) -> Iterator[Fault]:
    if not evaluation.looks(argument, value):
        branch = "then" if evaluation.holds(argument, value) else "else"
        yield from evaluation.faults(schema.get(branch, True), value, at)


def _if_code(emitter: Emitter, argument: Json, x: str, schema: dict[str, Json]) -> str | None:
    test = emitter.expression(argument, x) or "True"
    then = emitter.expression(schema.get("then", True), x)
    other = emitter.expression(schema.get("else", True), x)
    if then is None and other is None:
        return None
    return f"({then or 'True'} if {test} else {other or 'True'})"


def _if_looks(evaluation: Evaluation, argument: Json, value: Json, schema: dict[str, Json]) -> bool:
    return any(evaluation.looks(one, value) for one in (argument, schema.get("then", True), schema.get("else", True)))


def _branch_faults(*_: object) -> Iterator[Fault]:
    return iter(())  # `if` evaluates its branches


def _branch_code(*_: object) -> None:
    return None


def _branch(name: str, when: str) -> Keyword:
    docs = f"What the value satisfies where it {when} the schema of `if`."
    return Keyword(
        name, docs, _SCHEMA, _branch_faults, _branch_code, subschemas=_one, looks=lambda *_: False, blames=False
    )


APPLICATORS = (
    Keyword(
        "properties",
        "Each member that the object has satisfies the schema of its key.",
        {"type": "object", "additionalProperties": _SCHEMA},
        _properties_faults,
        _properties_code,
        ("object",),
        subschemas=_mapped,
        looks=_properties_looks,
        blames=False,
    ),
    Keyword(
        "additionalProperties",
        "Each member that `properties` beside it does not name satisfies this; the key of one that does not is blamed.",
        _SCHEMA,
        _additional_faults,
        _additional_code,
        ("object",),
        ("suggestion",),
        _one,
        _additional_looks,
    ),
    Keyword(
        "items",
        "Every item of the array satisfies this.",
        _SCHEMA,
        _items_faults,
        _items_code,
        ("array",),
        subschemas=_one,
        looks=_any_item_looks,
        blames=False,
    ),
    Keyword(
        "contains",
        "At least one item of the array satisfies this.",
        _SCHEMA,
        _contains_faults,
        _contains_code,
        ("array",),
        subschemas=_one,
        looks=_any_item_looks,
    ),
    Keyword(
        "allOf",
        "The value satisfies all of these.",
        _SCHEMAS,
        _all_of_faults,
        _all_of_code,
        subschemas=_listed,
        looks=_any_looks,
        blames=False,
    ),
    Keyword(
        "anyOf",
        "The value satisfies at least one of these.",
        _SCHEMAS,
        _any_of_faults,
        _any_of_code,
        subschemas=_listed,
        looks=_any_looks,
    ),
    Keyword(
        "oneOf",
        "The value satisfies exactly one of these.",
        _SCHEMAS,
        _one_of_faults,
        _one_of_code,
        subschemas=_listed,
        looks=_any_looks,
    ),
    Keyword(
        "not", "The value does not satisfy this.", _SCHEMA, _not_faults, _not_code, subschemas=_one, looks=_looks_below
    ),
    Keyword(
        "if",
        "Where the value satisfies this, it satisfies `then`; where it does not, `else`.",
        _SCHEMA,
        _if_faults,
        _if_code,
        subschemas=_one,
        looks=_if_looks,
        blames=False,
    ),
    _branch("then", "satisfies"),
    _branch("else", "does not satisfy"),
)
