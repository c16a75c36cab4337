"""The dialect against JSON Schema: the official test suite, and schemas and values made at random."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from insights_lint.compiler import compiled, evaluate
from insights_lint.json_text.parsing import parse
from insights_lint.keywords.dialect import CHECKS, KEYWORDS
from insights_lint.keywords.keyword import Evaluation
from insights_lint.keywords.patterns import translate
from insights_lint.model import Form, Json, Layer, Number, Pointer, Rule, Schema, Severity, Template
from insights_lint.payload import Known
from insights_lint.reference import ReferenceChecks
from insights_lint.ruleset.schemas import schema_mistakes

EVALUATION = Evaluation(KEYWORDS, Form.WIRE)
SUITE = Path("json-schema-test-suite", "draft2020-12")

FEWEST_CASES = 598
"""Cases of the suite that stay inside the dialect; fewer would mean that the dialect lost something."""

OTHER_FILES = {"boolean_schema", "if-then-else"} | {
    f"optional/{name}" for name in ("bignum", "ecmascript-regex", "float-overflow", "non-bmp-regex")
}
"""Files about keywords of the dialect that are not named after one."""

# File: {description of the group: what it needs that the dialect refuses}.
LEFT_OUT = {
    "additionalProperties": {
        "additionalProperties being false does not allow other properties": "patternProperties",
        "non-ASCII pattern with additionalProperties": "patternProperties",
        "additionalProperties with propertyNames": "propertyNames",
        "dependentSchemas with additionalProperties": "dependentSchemas",
    },
    "allOf": {"allOf combined with anyOf, oneOf": "multipleOf"},
    "contains": {"items + contains": "multipleOf"},
    "if-then-else": {
        "if and else without then": "multipleOf",
        "validate against correct branch, then vs else": "multipleOf",
        "non-interference across combined schemas": "multipleOf",
    },
    "items": {
        "items and subitems": "$defs, prefixItems",
        "prefixItems with no additional items allowed": "prefixItems",
        "items does not look in applicators, valid case": "prefixItems",
        "prefixItems validation adjusts the starting index for items": "prefixItems",
        "items with heterogeneous array": "prefixItems",
    },
    "not": {"collect annotations inside a 'not', even if collection is disabled": "unevaluatedProperties"},
    "optional/ecmascript-regex": {
        "ECMA 262 regex escapes control codes with \\c and upper letter": r"pattern ^\cC$",
        "ECMA 262 regex escapes control codes with \\c and lower letter": r"pattern ^\cc$",
        "patterns always use unicode semantics with pattern": r"pattern \p{Letter}cole",
        "pattern with non-ASCII digits": r"pattern ^\p{digit}+$",
        "patterns always use unicode semantics with patternProperties": "patternProperties",
        "\\w in patternProperties matches [A-Za-z0-9_], not unicode letters": "patternProperties",
        "patternProperties with ASCII ranges": "patternProperties",
        "\\d in patternProperties matches [0-9], not unicode digits": "patternProperties",
        "patternProperties with non-ASCII digits": "patternProperties",
    },
    "optional/float-overflow": {"all integers are multiples of 0.5, if overflow is handled": "multipleOf"},
    "optional/non-bmp-regex": {"Proper UTF-16 surrogate pair handling: patternProperties": "patternProperties"},
    "pattern": {"pattern with Unicode property escape requires unicode mode": r"pattern ^\p{Letter}+$"},
    "properties": {"properties, patternProperties, additionalProperties interaction": "patternProperties"},
    "uniqueItems": {
        "uniqueItems with an array of items": "prefixItems",
        "uniqueItems with an array of items and additionalItems=false": "prefixItems",
        "uniqueItems=false with an array of items": "prefixItems",
        "uniqueItems=false with an array of items and additionalItems=false": "prefixItems",
    },
}

# `\s` is ASCII in the dialect, and Unicode in ECMAScript: (group, case).
ASCII_SPACE = {
    (group, f"{case} {word}")
    for group, word in (
        ("ECMA 262 \\s matches whitespace", "matches"),
        ("ECMA 262 \\S matches everything but whitespace", "does not match"),
    )
    for case in ("latin-1 non-breaking-space", "zero-width whitespace")
} | {
    ("ECMA 262 \\s matches whitespace", "paragraph separator matches (line terminator)"),
    ("ECMA 262 \\s matches whitespace", "EM SPACE matches (Space_Separator)"),
    ("ECMA 262 \\S matches everything but whitespace", "paragraph separator does not match (line terminator)"),
    ("ECMA 262 \\S matches everything but whitespace", "EM SPACE does not match (Space_Separator)"),
}


class Group(NamedTuple):
    """Some cases of one schema: (description, value, whether it is valid)."""

    file: str
    description: str
    schema: Schema
    cases: list[tuple[str, Json, bool]]


def read_suite(corpus: Path) -> Iterator[Group]:
    folder = corpus / SUITE
    for path in sorted(folder.rglob("*.json")):
        text = path.read_text("utf-8")
        parsed = parse(text)
        assert parsed.error is None, (path.name, parsed.error)
        for raw, group in zip(json.loads(text), parsed.document, strict=True):
            schema = raw["schema"]
            if isinstance(schema, dict):
                schema = {name: argument for name, argument in schema.items() if name != "$schema"}
            cases = [(case["description"], case["data"], case["valid"]) for case in group["tests"]]
            yield Group(path.relative_to(folder).with_suffix("").as_posix(), raw["description"], schema, cases)


def refused(schema: Schema) -> str:
    """The keywords and patterns of the schema that the dialect refuses; empty if it has none."""
    found = set()
    for at, _, on_key in schema_mistakes(schema, validate=True):
        value: Any = schema
        for token in at:
            value = value[token]
        found.add(str(at[-1]) if on_key else f"{at[-1]} {value}")
    return ", ".join(sorted(found))


def make_rule(schema: Schema, target: str) -> Rule:
    return Rule("made", "made", "Made.", Severity.ERROR, Layer.STYLE, schema, (target,))


def generated(rule: Rule) -> Callable[[Json], bool]:
    """Whether a value satisfies the rule, by the generated code."""
    failing = compiled([rule], Form.WIRE)
    return lambda value: failing(value, Known()) == []


def verdicts(schema: Schema, values: list[Json]) -> Iterator[dict[str, bool]]:
    """For each value what each way of judging says; the schema stands on a member and, for objects, at the root."""
    rule, at_root = make_rule(schema, "value"), make_rule(schema, "event")
    code, root_code = generated(rule), generated(at_root)
    reference = ReferenceChecks([rule]).judge([rule], Form.WIRE)
    for value in values:
        event = {"value": value}
        result = {
            "evaluation": EVALUATION.holds(schema, value),
            "code": code(event),
            "reference": not list(reference(event, known=Known(), plain=True)),
        }
        if isinstance(value, dict):
            result["code at the root"] = root_code(value)
        yield result


def test_official_suite(corpus: Path, record_property: Callable[[str, object], None]) -> None:
    ran = 0
    differences = []
    otherwise = set()
    for group in read_suite(corpus):
        if refused(group.schema):
            continue
        values = [value for _, value, _ in group.cases]
        for (description, value, valid), found in zip(group.cases, verdicts(group.schema, values), strict=True):
            ran += 1
            if set(found.values()) == {not valid} and (group.description, description) in ASCII_SPACE:
                otherwise.add((group.description, description))
            elif set(found.values()) != {valid}:
                differences.append((group.file, group.description, description, value, valid, found))
    record_property("JSON-Schema-Test-Suite", f"{ran} cases ran, {len(otherwise)} of them differ on purpose")
    assert differences == []
    assert otherwise == ASCII_SPACE
    assert ran >= FEWEST_CASES


def test_left_out_of_the_suite(corpus: Path) -> None:
    found: dict[str, dict[str, str]] = {}
    seen = set()
    for group in read_suite(corpus):
        if group.file in KEYWORDS or group.file in OTHER_FILES:
            seen.add(group.file)
            if reason := refused(group.schema):
                found.setdefault(group.file, {})[group.description] = reason
    assert found == LEFT_OUT
    assert seen >= OTHER_FILES
    # `then` and `else` share a file with `if`; `$comment` asserts nothing.
    own = KEYWORDS.keys() - {keyword.name for keyword in CHECKS} - {"if", "then", "else", "$comment"}
    assert own <= seen


def test_keywords_of_json_schema() -> None:
    ours = {keyword.name for keyword in CHECKS}
    standard = KEYWORDS.keys() - ours - {"$comment", "then", "else"}
    assert standard <= Draft202012Validator.VALIDATORS.keys()
    assert ours.isdisjoint(Draft202012Validator.VALIDATORS)


# Schemas and values at random. Few keys, strings and numbers, so that they meet.

KEYS = st.sampled_from(["a", "b", "c"])
NUMBERS = st.one_of(
    st.integers(-3, 3),
    st.sampled_from([2**53, 2**53 + 1, -(10**20)]),
    st.sampled_from(["1.0", "-0", "-0.0", "1e0", "0.5", "2.50", "1E2", "9007199254740993.0", "1e300"]).map(Number),
)
STRINGS = st.one_of(
    st.text(alphabet="ab1 -", max_size=4),
    st.sampled_from(["é", "😀", "\ud800", "a\n", "\n", "٣", "\u00a0", "ab12", "A_b", "click", "true", "{}", "0x"]),
)
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, STRINGS)


def values_of(scalars: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    return st.recursive(
        scalars,
        lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=3)),
        max_leaves=8,
    )


VALUES = values_of(SCALARS)
TEMPLATED = values_of(st.one_of(SCALARS, st.sampled_from(["${x}", "{{a}}", "${a}-1"]).map(Template)))
PATTERNS = st.sampled_from(
    [
        "^a", "a$", "^[a-z]+$", r"^\d+$", r"\w\s\w", r"^\S*$", "^(?:a|b){1,2}$", "^[^a]$", ".", "^.$", "a|^1", "^$",
        r"^[-\w]{2,}$", r"^é?$", r"\u0061", "(ab)?1", r"^[0-9]{0,2}$", r"^\D", r"^[\d ]+$", r"^\W",
    ]
)  # fmt: skip
COUNTS = st.integers(0, 3)
TYPES = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])
LIMITS = st.one_of(st.integers(-3, 3), st.sampled_from([0.5, 1.0, 2.5, 2**53]))
NAMES = st.lists(KEYS, unique=True, max_size=3)


def arguments(inner: st.SearchStrategy[Schema]) -> dict[str, st.SearchStrategy[Json]]:
    """For each keyword of JSON Schema that the dialect has: its arguments, with schemas from `inner`."""
    schemas = st.lists(inner, min_size=1, max_size=3)
    made: dict[str, st.SearchStrategy[Json]] = {
        "type": st.one_of(TYPES, st.lists(TYPES, min_size=1, max_size=3, unique=True)),
        "enum": st.one_of(st.lists(VALUES, max_size=3), st.lists(STRINGS, max_size=3)),
        "const": VALUES,
        "pattern": PATTERNS,
        "uniqueItems": st.booleans(),
        "required": NAMES,
        "dependentRequired": st.dictionaries(KEYS, NAMES, max_size=2),
        "properties": st.dictionaries(KEYS, inner, max_size=3),
        "$comment": st.just("a remark"),
    }
    made |= dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), COUNTS)
    made |= dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), LIMITS)
    made |= dict.fromkeys(("items", "contains", "additionalProperties", "not", "if", "then", "else"), inner)
    made |= dict.fromkeys(("allOf", "anyOf", "oneOf"), schemas)
    return made


def schemas_of(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    """Schemas with up to four keywords."""
    made = arguments(inner)
    names = st.lists(st.sampled_from(sorted(made)), max_size=4, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({name: made[name] for name in chosen}))


def nested(depth: int) -> st.SearchStrategy[Schema]:
    return st.booleans() if depth == 0 else st.one_of(st.booleans(), schemas_of(nested(depth - 1)))


SCHEMAS = schemas_of(nested(3))


def for_library(schema: Schema) -> Schema:
    """The schema with its patterns as Python writes them, at every depth; nothing else is changed."""
    if isinstance(schema, bool):
        return schema
    result: dict[str, Json] = {}
    for name, argument in schema.items():
        below = list(KEYWORDS[name].subschemas(argument))
        if name == "pattern":
            result[name] = translate(argument)
        elif not below:
            result[name] = argument
        elif below[0][0] == ():
            result[name] = for_library(argument)
        elif isinstance(argument, list):
            result[name] = [for_library(one) for one in argument]
        else:
            result[name] = {key: for_library(one) for key, one in argument.items()}
    return result


def test_schemas_at_random_have_every_keyword() -> None:
    assert arguments(st.booleans()).keys() == KEYWORDS.keys() - {keyword.name for keyword in CHECKS}


@settings(derandomize=True, deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(schema=SCHEMAS, values=st.lists(VALUES, min_size=1, max_size=8))
def test_schemas_at_random(schema: Schema, values: list[Json]) -> None:
    assert refused(schema) == ""
    library = Draft202012Validator(for_library(schema))
    for value, found in zip(values, verdicts(schema, values), strict=True):
        found["library"] = library.is_valid(value)
        assert len(set(found.values())) == 1, (schema, value, found)


@settings(derandomize=True, deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(schema=SCHEMAS, values=st.lists(VALUES, min_size=1, max_size=8))
def test_places_at_random(schema: Schema, values: list[Json]) -> None:
    rule = make_rule(schema, "value")
    judge = ReferenceChecks([rule]).judge([rule], Form.WIRE)
    for value in values:
        event = {"value": value}
        ours: set[Pointer] = {fault.at for fault in evaluate(EVALUATION, rule, event)}
        theirs = {fault.at for _, fault in judge(event, known=Known(), plain=True)}
        assert ours == theirs, (schema, value)


@settings(derandomize=True, deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(schema=SCHEMAS, values=st.lists(TEMPLATED, min_size=1, max_size=8))
def test_templates_at_random(schema: Schema, values: list[Json]) -> None:
    rule = make_rule(schema, "value")
    judge = ReferenceChecks([rule]).judge([rule], Form.WIRE)
    for value in values:
        event = {"value": value}
        ours = {fault.at for fault in evaluate(EVALUATION, rule, event)}
        theirs = {fault.at for _, fault in judge(event, known=Known(), plain=False)}
        assert ours == theirs, (schema, value)


def test_numbers_keep_their_literals_in_the_suite(corpus: Path) -> None:
    values = [value for group in read_suite(corpus) for _, value, _ in group.cases]
    literals = {value.literal for value in values if isinstance(value, Number)}
    assert {"1.0", "0.0", "1.1"} <= literals
