"""Every mistake in a schema is found: wrong words, wrong arguments, and tests that hold for nothing at all."""

from __future__ import annotations

from typing import Any

import pytest

from insights_lint.keywords.dialect import KEYWORDS
from insights_lint.model import Json, Pointer, Schema
from insights_lint.ruleset.schemas import offered_names, schema_mistakes, vacuous_tests


def mistakes(schema: Json) -> list[tuple[Pointer, str]]:
    return [(found.at, found.message) for found in schema_mistakes(schema, validate=True)]


# unknown keywords


@pytest.mark.parametrize(
    ("schema", "at", "message"),
    [
        ({"requried": ["a"]}, ("requried",), 'unknown keyword "requried": it is no keyword, did you mean "required"?'),
        ({"maxlength": 3}, ("maxlength",), 'unknown keyword "maxlength": it is no keyword, did you mean "maxLength"'),
        ({"title": "a"}, ("title",), 'unknown keyword "title": it is not in the rule dialect'),
        ({"format": "email"}, ("format",), 'unknown keyword "format": it is not in the rule dialect'),
        ({"$ref": "#"}, ("$ref",), 'unknown keyword "$ref": it is not in the rule dialect'),
        ({"multipleOf": 2}, ("multipleOf",), 'unknown keyword "multipleOf": it is not in the rule dialect'),
        ({"zzzzzz": 1}, ("zzzzzz",), 'unknown keyword "zzzzzz": it is no keyword'),
    ],
)
def test_an_unknown_keyword(schema: Json, at: Pointer, message: str) -> None:
    ((found_at, found),) = mistakes(schema)
    assert found_at == at
    assert found.startswith(message)


@pytest.mark.parametrize(
    ("around", "at"),
    [
        (lambda inner: {"properties": {"a": inner}}, ("properties", "a")),
        (lambda inner: {"additionalProperties": inner}, ("additionalProperties",)),
        (lambda inner: {"items": inner}, ("items",)),
        (lambda inner: {"contains": inner}, ("contains",)),
        (lambda inner: {"allOf": [True, inner]}, ("allOf", 1)),
        (lambda inner: {"anyOf": [inner]}, ("anyOf", 0)),
        (lambda inner: {"oneOf": [inner]}, ("oneOf", 0)),
        (lambda inner: {"not": inner}, ("not",)),
        (lambda inner: {"if": inner}, ("if",)),
        (lambda inner: {"if": True, "then": inner}, ("then",)),
        (lambda inner: {"if": True, "else": inner}, ("else",)),
        (lambda inner: {"writtenAs": inner}, ("writtenAs",)),
        (lambda inner: {"decodesTo": inner}, ("decodesTo",)),
    ],
)
def test_an_unknown_keyword_at_any_depth(around: Any, at: Pointer) -> None:
    for inner, deeper in (({"patern": "a"}, ()), ({"items": {"patern": "a"}}, ("items",))):
        ((found, _),) = mistakes(around(inner))
        assert found == (*at, *deeper, "patern")


def test_all_mistakes_are_found_and_one_typo_is_one() -> None:
    schema = {"requird": ["a"], "properties": {"a": {"typ": "string"}, "b": {"minLength": -1}}, "maxItems": "x"}
    assert {at for at, _ in mistakes(schema)} == {
        ("requird",),
        ("properties", "a", "typ"),
        ("properties", "b", "minLength"),
        ("maxItems",),
    }


# arguments

WRONG: dict[str, list[Json]] = {
    "type": ["strng", 5, [], ["string", "string"], None, True],
    "enum": ["a", 5, None, {}],
    "const": [],
    "minLength": [-1, "1", 1.5, None, True],
    "maxLength": [-1, "1", 1.5],
    "pattern": [5, None, "(", "a{2,1}", "\\p{L}", "(?=a)", "(a+)+", "[", "\\A"],
    "minimum": ["1", None, True],
    "maximum": ["1", None],
    "exclusiveMinimum": [True, "1"],
    "exclusiveMaximum": [True, "1"],
    "items": [5, "string", [], None],
    "contains": [5, []],
    "minItems": [-1, 1.5],
    "maxItems": [-1, "x"],
    "uniqueItems": ["yes", 1],
    "properties": [[], 5, {"a": 5}, {"a": []}, "x"],
    "additionalProperties": [5, []],
    "required": ["a", [1], ["a", "a"], 5, {}],
    "dependentRequired": [[], {"a": "b"}, {"a": [1]}],
    "allOf": [{}, [], [5], 5],
    "anyOf": [{}, [], [5]],
    "oneOf": [{}, [], [5]],
    "not": [5, []],
    "if": [5, []],
    "then": [5, []],
    "else": [5, []],
    "$comment": [],
    "sameLength": ["a", ["a"], ["a", "b", "c"], [1, 2]],
    "allOrNone": [5, ["a"]],
    "differ": ["a", ["a"], [1, 2]],
    "writtenAs": [5, []],
    "decodesTo": [5, "x"],
    "age": [{}, 5, {"max": 1}, {"maximum": "1"}],
    "sinceSearch": [{}, 5, {"max": 1}, {"maximum": "1"}, {"maximum": 1, "minimum": 0}],
    "noPersonalData": [True, "maybe"],
    "titleCase": [True, {"smallWords": "no"}, {"exemt": []}],
    "spelledAlike": [5, "a..b", ""],
    "rightKeys": [[], {"a": "b"}, {"a": [1]}],
    "equalsSum": [{}, {"total": "a", "of": "b", "factors": [], "tolerance": 1}],
    "byteSize": [{}, 5, {"maximum": -1}, {"maximum": 1, "minimum": 0}],
}


def test_every_keyword_has_wrong_arguments_here() -> None:
    assert WRONG.keys() == KEYWORDS.keys()


@pytest.mark.parametrize(("name", "argument"), [(name, one) for name, those in WRONG.items() for one in those])
def test_a_wrong_argument_is_refused(name: str, argument: Json) -> None:
    found = mistakes({name: argument})
    assert found
    for at, message in found:
        assert at[0] == name
        assert message.startswith(f"`{name}`: ")


def test_a_pattern_outside_the_subset_is_refused_with_its_place() -> None:
    ((at, message),) = mistakes({"properties": {"a": {"pattern": "ab(?=c)"}}})
    assert at == ("properties", "a", "pattern")
    assert message.endswith("at character 3 of `ab(?=c)`")


@pytest.mark.parametrize("schema", [5, "x", None, [], 1.5])
def test_what_is_no_schema(schema: Json) -> None:
    assert mistakes(schema) == [((), "a schema is a mapping, or true or false")]


@pytest.mark.parametrize(
    "schema", [True, False, {}, {"$comment": "why"}, {"type": ["string", "null"]}, {"const": None}, {"enum": []}]
)
def test_what_is_a_schema(schema: Schema) -> None:
    assert mistakes(schema) == []


# tests that hold for nothing

STRING: Json = {"type": "string"}

# (schema as `when`: the rule speaks where it is satisfied, pointers of what is refused)
VACUOUS: list[tuple[Json, list[Pointer]]] = [
    # keywords for one type, without a type
    ({"required": ["a"]}, []),  # the root is an object
    ({"required": ["a"], "properties": {"a": {"pattern": "x"}}}, [("properties", "a", "pattern")]),
    ({"required": ["a"], "properties": {"a": {"type": "string", "pattern": "x"}}}, []),
    ({"required": ["a"], "properties": {"a": {"const": "x"}}}, []),
    ({"required": ["a"], "properties": {"a": {"enum": ["x"], "minLength": 1}}}, []),
    (
        {"required": ["a"], "properties": {"a": {"minLength": 1, "maxLength": 3}}},
        [("properties", "a", "minLength"), ("properties", "a", "maxLength")],
    ),
    ({"required": ["a"], "properties": {"a": {"minimum": 1}}}, [("properties", "a", "minimum")]),
    ({"required": ["a"], "properties": {"a": {"type": "number", "minimum": 1}}}, []),
    ({"required": ["a"], "properties": {"a": {"items": True}}}, [("properties", "a", "items")]),
    ({"required": ["a"], "properties": {"a": {"required": ["b"]}}}, [("properties", "a", "required")]),
    (
        {"required": ["a"], "properties": {"a": {"type": "array", "items": {"pattern": "x"}}}},
        [("properties", "a", "items", "pattern")],
    ),
    (
        {"required": ["a"], "properties": {"a": {"type": "array", "contains": {"minimum": 1}}}},
        [("properties", "a", "contains", "minimum")],
    ),
    # a test of a member that may be absent
    ({"properties": {"a": {"const": 1}}}, [("properties", "a")]),
    ({"properties": {"a": STRING, "b": STRING}, "required": ["b"]}, [("properties", "a")]),
    (
        {"required": ["a"], "properties": {"a": {"type": "object", "properties": {"b": STRING}}}},
        [("properties", "a", "properties", "b")],
    ),
    ({"required": ["a"], "properties": {"a": {"type": "object", "properties": {"b": STRING}, "required": ["b"]}}}, []),
    # what an enclosing schema says of the same value counts, of another value not
    ({"required": ["a"], "allOf": [{"properties": {"a": STRING}}]}, []),
    ({"allOf": [{"required": ["a"]}, {"properties": {"a": STRING}}]}, [("allOf", 1, "properties", "a")]),
    (
        {"required": ["a"], "anyOf": [{"properties": {"a": STRING}}, {"properties": {"b": STRING}}]},
        [("anyOf", 1, "properties", "b")],
    ),
    ({"required": ["a"], "oneOf": [{"properties": {"a": STRING}}]}, []),
    ({"oneOf": [{"properties": {"a": STRING}}]}, [("oneOf", 0, "properties", "a")]),
    # under `not` it is the other way round
    ({"not": {"properties": {"a": STRING}}}, []),
    ({"not": {"required": ["a"]}}, []),
    ({"not": {"not": {"properties": {"a": STRING}}}}, [("not", "not", "properties", "a")]),
    (
        {"not": {"required": ["a"], "properties": {"a": {"not": {"pattern": "x"}}}}},
        [("not", "properties", "a", "not", "pattern")],
    ),
    # `if` decides both ways
    ({"if": {"properties": {"a": STRING}}, "then": False}, [("if", "properties", "a")]),
    (
        {
            "if": {"required": ["a"], "properties": {"a": STRING}},
            "then": {"properties": {"a": {"type": "string", "minLength": 2}}},
        },
        [],
    ),
    ({"if": {"required": ["a"]}, "else": {"properties": {"a": STRING}}}, [("else", "properties", "a")]),
]

# (schema as `schema`: the rule speaks where it is broken, pointers of what is refused)
JUDGING: list[tuple[Json, list[Pointer]]] = [
    ({"properties": {"a": {"pattern": "x", "minimum": 1}}}, []),
    ({"items": {"minLength": 1}}, []),
    ({"not": {"pattern": "x"}}, [("not", "pattern")]),
    ({"not": {"type": "string", "pattern": "x"}}, []),
    ({"type": "string", "not": {"pattern": "x"}}, []),
    ({"not": {"enum": ["a"]}}, []),
    ({"not": {"properties": {"a": STRING}}}, [("not", "properties"), ("not", "properties", "a")]),
    ({"not": {"type": "object", "properties": {"a": STRING}}}, [("not", "properties", "a")]),
    ({"not": {"type": "object", "required": ["a"], "properties": {"a": STRING}}}, []),
    ({"not": {"not": {"pattern": "x"}}}, []),
    ({"properties": {"a": {"not": {"minimum": 3}}}}, [("properties", "a", "not", "minimum")]),
    ({"if": {"pattern": "x"}, "then": False}, [("if", "pattern")]),
    ({"if": {"type": "string", "pattern": "x"}, "then": {"maxLength": 3}}, []),
    ({"oneOf": [{"pattern": "x"}, STRING]}, [("oneOf", 0, "pattern")]),
    ({"anyOf": [{"pattern": "x"}, {"minLength": 3}]}, []),
    ({"writtenAs": {"not": {"pattern": "x"}}}, []),
    ({"decodesTo": {"not": {"pattern": "x"}}}, []),
]


@pytest.mark.parametrize(("schema", "refused"), VACUOUS)
def test_vacuous_tests_in_when(schema: Schema, refused: list[Pointer]) -> None:
    assert mistakes(schema) == []
    assert [found.at for found in vacuous_tests(schema, speaks=True, on_object=True)] == refused


@pytest.mark.parametrize(("schema", "refused"), JUDGING)
def test_vacuous_tests_in_schema(schema: Schema, refused: list[Pointer]) -> None:
    assert mistakes(schema) == []
    assert [found.at for found in vacuous_tests(schema, speaks=False, on_object=False)] == refused


def test_only_the_root_counts_as_an_object() -> None:
    assert list(vacuous_tests({"required": ["a"]}, speaks=True, on_object=True)) == []
    (found,) = vacuous_tests({"required": ["a"]}, speaks=True, on_object=False)
    assert found.message == "`required` holds for everything that is not an object; put `type` beside it"
    (found,) = vacuous_tests({"properties": {"a": {"type": "string"}}}, speaks=True, on_object=True)
    assert found.message == 'this holds where "a" is absent; add it to `required` beside `properties`'


# names of messages


@pytest.mark.parametrize(
    ("schema", "offered", "not_offered"),
    [
        ({"maxLength": 3}, {"length", "maximum", "value", "key"}, {"minimum", "suggestion"}),
        ({"sameLength": ["a", "b"]}, {"first", "second", "first_length", "second_items"}, {"length"}),
        ({"minItems": 1, "maxItems": 3}, {"length"}, {"minimum", "maximum"}),
        ({"properties": {"a": {"enum": ["x"]}}}, {"suggestion", "expected"}, {"length"}),
        ({"allOf": [{"minimum": 1}, {"maximum": 3}]}, {"unit"}, {"minimum", "maximum"}),
        ({"if": {"type": "string"}, "then": {"maxLength": 3}}, {"length", "maximum"}, {"expected"}),
        ({"required": ["a"]}, {"missing", "instead"}, {"length"}),
        (False, {"value"}, {"length", "expected"}),
    ],
)
def test_a_message_may_use_what_every_keyword_offers_that_can_fail(
    schema: Schema, offered: set[str], not_offered: set[str]
) -> None:
    names = offered_names(schema)
    assert offered <= names
    assert not names & not_offered
