"""The check keywords about what one value says: how it is written, what it decodes to, how old it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from insights_lint.keywords.keyword import Emitter, Evaluation, Fault, Keyword, Quoted
from insights_lint.keywords.personal_data import CLEAR, personal_data
from insights_lint.keywords.title_case import is_title_case, to_title_case
from insights_lint.keywords.values import count, holds_template, literal, unquoted
from insights_lint.model import Form, Json, Pointer, Template

_SCHEMA: dict[str, Json] = {"$ref": "#/$defs/schema"}
_STRING: dict[str, Json] = {"type": "string"}
_MILLISECONDS: dict[str, Json] = {"type": "integer"}


def _looks(_: Evaluation, __: Json, value: Json, ___: dict[str, Json]) -> bool:
    return holds_template(value)


# writtenAs


def _written_as_faults(
    evaluation: Evaluation, argument: Json, value: Json, at: Pointer, _: dict[str, Json]
) -> Iterator[Fault]:
    text = literal(value)
    if text is not None and not evaluation.holds(argument, text):
        yield Fault(at, "writtenAs", {"literal": Quoted(text), "length": str(len(text))}, count(len(text), "character"))


def _written_as_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str | None:
    text = emitter.fresh()
    test = emitter.expression(argument, text)
    get = emitter.function("keywords.values", "literal")
    return None if test is None else f"(({text} := {get}({x})) is None or {test})"


# decodesTo


def decoded(value: str, form: Form) -> str:
    """The string as the API reads it; search-insights encodes a call's strings itself."""
    return unquoted(value) if form is not Form.CALL else value


def _decodes_to_faults(
    evaluation: Evaluation, argument: Json, value: Json, at: Pointer, _: dict[str, Json]
) -> Iterator[Fault]:
    if isinstance(value, str):
        text = decoded(value, evaluation.form)
        if not evaluation.holds(argument, text):
            yield Fault(at, "decodesTo", {"decoded": Quoted(text)})


def _decodes_to_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str | None:
    if emitter.form is Form.CALL:
        return emitter.expression(argument, x)
    text = emitter.fresh()
    test = emitter.expression(argument, text)
    decode = emitter.function("keywords.values", "unquoted")
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
    if evaluation.known.now is None or isinstance(value, bool) or not isinstance(value, (int, float)):
        return
    age = evaluation.known.now - value
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
    level = emitter.function("keywords.personal_data", "personal_level")
    emitter.results[level] = CLEAR, ""
    return f"{level}({x}) != {argument!r}"


# titleCase


def _title_case_faults(_: Evaluation, argument: Json, value: Json, at: Pointer, __: dict[str, Json]) -> Iterator[Fault]:
    if isinstance(value, str) and not is_title_case(value, **_title_case_options(argument)):
        yield Fault(at, "titleCase", {"suggestion": Quoted(to_title_case(value))})


def _title_case_options(argument: dict[str, Json]) -> dict[str, Json]:
    return {"small_words": argument.get("smallWords", "either"), "exempt": tuple(argument.get("exempt", ()))}


def _title_case_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str:
    options = _title_case_options(argument)
    exempt = emitter.constant(f"frozenset({sorted(options['exempt'])!r})")
    test = emitter.function("keywords.title_case", "is_title_case")
    return f"{test}({x}, {options['small_words']!r}, {exempt})"


# byteSize


def _byte_size_faults(
    evaluation: Evaluation, argument: Json, _: Json, at: Pointer, __: dict[str, Json]
) -> Iterator[Fault]:
    if evaluation.known.size is not None and evaluation.known.size > argument["maximum"]:
        yield Fault(at, "byteSize", {"size": f"{evaluation.known.size:,}", "maximum": f"{argument['maximum']:,}"})


def _byte_size_code(_: Emitter, argument: Json, __: str, ___: dict[str, Json]) -> str:
    return f"(size is None or size <= {argument['maximum']!r})"


# sinceSearch

_LONG = 172_800_000
"""Two days, from which on days are enough."""
_FIRST_MS, _LAST_MS = 1_000_000_000_000, 9_999_999_999_999
"""Times of 13 digits: other numbers are not milliseconds, and have a rule of their own."""


def distance_from_search(event: dict[str, Json], sent_at: int | None, searches: Mapping[str, int]) -> int | None:
    """Milliseconds between the event and the recorded search that its `queryID` is of; None if one is not known."""
    query_id, time = event.get("queryID"), event.get("timestamp", sent_at)
    searched = searches.get(query_id) if isinstance(query_id, str) else None
    if searched is None or isinstance(time, bool) or not isinstance(time, int) or not _FIRST_MS <= time <= _LAST_MS:
        return None
    return abs(time - searched)


def _since_search_faults(
    evaluation: Evaluation, argument: Json, value: Json, at: Pointer, _: dict[str, Json]
) -> Iterator[Fault]:
    if not isinstance(value, dict):
        return
    distance = distance_from_search(value, evaluation.known.sent_at, evaluation.known.searches)
    if distance is not None and distance > argument["maximum"]:
        key = "timestamp" if "timestamp" in value else "queryID"
        # A minute more than an hour is not to be read as an hour.
        minutes = count(-(-distance // 60_000), "minute")
        words = minutes if distance < _LONG else duration(distance)
        names = {"distance": words, "maximum": duration(argument["maximum"])}
        yield Fault((*at, key), "sinceSearch", names, f"{names['distance']} from the search")


def _since_search_code(emitter: Emitter, argument: Json, x: str, _: dict[str, Json]) -> str:
    distance = emitter.function("keywords.contents", "distance_from_search")
    found = emitter.fresh()
    return (
        f"(not searches or ({found} := {distance}({x}, sent_at, searches)) is None or {found} <= {argument['maximum']})"
    )


def _looks_at_time(_: Evaluation, __: Json, value: Json, ___: dict[str, Json]) -> bool:
    return isinstance(value, dict) and any(isinstance(value.get(key), Template) for key in ("queryID", "timestamp"))


CONTENTS = (
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
        "sinceSearch",
        "The event lies at most this long, in milliseconds, from the search of its `queryID`, if that was captured.",
        {
            "type": "object",
            "properties": {"maximum": _MILLISECONDS},
            "required": ["maximum"],
            "additionalProperties": False,
        },
        _since_search_faults,
        _since_search_code,
        ("object",),
        ("distance", "maximum"),
        looks=_looks_at_time,
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
