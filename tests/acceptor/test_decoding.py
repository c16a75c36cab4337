"""Types let through what is known of them afterwards, and nothing that rules cannot be asked about."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from insights_lint.acceptor.decoding import EventTypes, Usual, unknown_in
from insights_lint.acceptor.values import SCALARS, Value
from insights_lint.acceptor.wishes import wishes
from insights_lint.model import Rule, Schema
from tests.odd_rules import made

ANYTHING = Value(SCALARS | {"dict", "list"}, item=Value(SCALARS | {"dict"}), loose=True)
STRING, INTEGER, NUMBER = {"type": "string"}, {"type": "integer"}, {"type": "number"}
WRITTEN = {"writtenAs": {"maxLength": 3}}


def of(*schemas: Schema, when: Schema = True) -> tuple[Any, Value]:
    """The type of a member `x` that has to satisfy the schemas, and what is known of it."""
    kind, value = EventTypes([]).structure(wishes([made(f"r{schema}", schema, "x", when=when) for schema in schemas]))
    assert value.members is not None
    return kind, value.members["x"]


def takes(kind: Any, text: str) -> bool:
    try:
        msgspec.json.decode(f'{{"x":{text}}}', type=kind)
    except msgspec.MsgspecError:
        return False
    return True


@pytest.mark.parametrize(
    ("schemas", "known", "taken", "refused"),
    [
        ([STRING], Value(frozenset({"str"})), ['""', '"a"'], ["1", "[]", "true", "{}"]),
        ([{**STRING, "minLength": 1}, {"maxLength": 2}], Value(frozenset({"str"}), least=1, most=2), ['"a"', '"éé"'],
         ['""', '"aaa"']),
        ([{"minLength": 2}], Value(frozenset({"str"}), least=2), ['"aa"'], ['"a"', "1"]),
        ([{"maxLength": 2**63}], None, [], []),
        ([{"enum": ["a", "b"]}, {"enum": ["b", "c"]}], Value(frozenset({"str"}), texts=frozenset({"b"})), ['"b"'],
         ['"a"', '"c"', "1"]),
        ([{"enum": ["a", 1]}], None, [], []),
        ([INTEGER], Value(frozenset({"int"})), ["1", "-5", "1" * 30], ["1.0", "1e3", '"1"', "true"]),
        ([{**NUMBER, "minimum": 1, "maximum": 40}], Value(frozenset({"int"}), low=1, high=40), ["1", "40"],
         ["0", "41", "1.5"]),
        ([{**INTEGER, "minimum": 2**63}], Value(frozenset({"int"})), ["1", str(2**64)], ["1.0"]),
        ([{**INTEGER, "minimum": -5}], Value(frozenset({"int"})), ["-9"], []),
        ([WRITTEN], None, [], []),
        ([{"type": ["string", "number"]}, WRITTEN], Value(frozenset({"str", "int", "float"}), literal=True),
         ["1.0", '"a"', "{}"], []),
        ([{**INTEGER, "minimum": 1, **WRITTEN}], Value(frozenset({"int"}), low=1), ["1"], ["1.0", "0"]),
        ([{"type": ["string", "integer"]}], Value(SCALARS | {"list"}, item=Value(SCALARS), loose=True),
         ["1", '"a"', "[[]]", "1.5"], []),
        ([{"type": "array", "items": STRING, "minItems": 1}],
         Value(frozenset({"list"}), least=1, item=Value(frozenset({"str"}))), ['["a"]'], ["[]", "[1]", '"a"']),
        ([{"minItems": 1}], Value(frozenset({"list"}), least=1, item=ANYTHING, loose=True),
         ['["a"]', '[{"a":1}]'], ["[]", '"a"']),
        ([STRING, INTEGER], Value(frozenset({"str"})), ['"a"'], ["1"]),
    ],
)  # fmt: skip
def test_types(schemas: list[Schema], known: Value | None, taken: list[str], refused: list[str]) -> None:
    if known is None:
        _, value = EventTypes([]).structure(wishes([made(f"r{schema}", schema, "x") for schema in schemas]))
        assert value.members == {}
        return
    kind, found = of(*schemas)
    assert found == Value(**{**{name: getattr(known, name) for name in Value._fields}, "missing": None})
    assert [text for text in taken if not takes(kind, text)] == []
    assert [text for text in refused if takes(kind, text)] == []


def test_upper_limits_for_some_events_do_not_count_for_all() -> None:
    when: Schema = {"required": ["y"]}
    assert of({**STRING, "minLength": 2, "maxLength": 3}, when=when)[1].most is None
    assert of({**STRING, "minLength": 2, "maxLength": 3})[1].most == 3


def test_members() -> None:
    items = {"type": "object", "required": ["a"], "properties": {"a": STRING, "b": INTEGER}}
    kind, known = of({"type": "array", "items": items})
    assert known.item is not None
    assert known.item.members == {"a": Value(frozenset({"str"})), "b": Value(frozenset({"int"}), missing=None)}
    assert takes(kind, '[{"a":"x"},{"b":1,"a":"y"}]')
    for text in ('[{"b":1}]', '[{"a":"x","c":1}]', '[{"a":"x","b":"1"}]', "[null]", '[{"a":null}]'):
        assert not takes(kind, text)


def test_order_and_keys_that_no_rule_knows() -> None:
    rules = [made("m", {"required": ["b", 'q"'], "properties": {"a": STRING, "b": STRING, 'q"': STRING}})]
    decoding = EventTypes([], usual=Usual(order=("x", "b", "a")))
    kind, value = decoding.structure(wishes(rules), [("x",), ("\ud800",), ("\n",)])
    assert [field.encode_name for field in msgspec.structs.fields(kind)] == ["x", "b", "a"]
    assert (value.members or {}).keys() == {"a", "b", "x"}
    assert (value.members or {})["x"] == Value(unread=True, missing=None)
    assert takes_whole(kind, {"b": "1", "x": {"anything": [None, 1.5]}})
    for event in ({"a": "1"}, {"b": "1", "y": 1}, {"b": "1", 'q"': "1"}, {"b": "1", "\n": "1"}):
        assert not takes_whole(kind, event)


def takes_whole(kind: Any, event: dict[str, Any]) -> bool:
    try:
        msgspec.json.decode(json.dumps(event), type=kind)
    except msgspec.MsgspecError:
        return False
    return True


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        (made("m", {"spelledAlike": "events[].shop"}, "payload"), ["shop"]),
        (made("m", {"properties": {"events": {"allOrNone": "shop"}}}, "payload"), ["shop"]),
        (made("m", {"properties": {"events": {"items": {"differ": ["shop", "b"]}}}}, "payload"), ["shop", "b"]),
        (made("m", {"properties": {"shop": {"not": {"type": "null"}}}}, nulls=True), ["shop"]),
        (made("m", {"dependentRequired": {"shop": ["b"]}}), ["shop", "b"]),
        (made("m", {"not": {"anyOf": [{"required": ["shop"]}, {"sameLength": ["b", "c"]}]}}), ["shop", "b", "c"]),
        (made("m", True, when={"required": ["shop"]}), ["shop"]),
    ],
)
def test_what_any_rule_looks_at_is_read(rule: Rule, path: list[str]) -> None:
    """Once it is known, it is not just kept as it is written."""
    _, value = EventTypes([]).structure(wishes([rule]), [(key,) for key in path])
    assert value.members is not None
    assert value.members.keys() == set(path)
    assert not any(member.unread for member in value.members.values())


def test_keys_in_objects_that_no_rule_knows() -> None:
    rules = [made("m", {"properties": {"a": STRING, "o": {"properties": {"b": STRING}}}}, "items[]")]
    kind, value = EventTypes([]).structure(
        wishes(rules), [("items", "x"), ("items", "o", "y"), ("items", "a"), ("z", "x")]
    )
    item = (value.members or {})["items"].item
    assert item is not None
    assert item.members is not None
    assert item.members["x"] == Value(unread=True, missing=None)
    assert takes_whole(kind, {"items": [{"a": "1", "x": [1.5]}, {"o": {"b": "1", "y": None}}]})
    assert not takes_whole(kind, {"items": [{"a": 1}]})
    for event, unknown in (
        ({"x": 1}, ("x",)),
        ({"z": {"x": 1}}, ("z",)),
        ({"items": [{"x": 1}, {"y": 1}]}, ("items", "y")),
        ({"items": [{"o": {"x": 1}}]}, ("items", "o", "x")),
    ):
        assert not takes_whole(kind, event)
        assert list(unknown_in(event, value)) == [unknown]


def test_how_rules_about_bodies_want_numbers_written() -> None:
    events = {"items": {"properties": {"x": WRITTEN}}}
    assert of({"type": ["string", "number"]})[1].loose
    both = [made("m", {"type": ["string", "number"]}, "x"), made("n", {"properties": {"events": events}}, "payload")]
    _, value = EventTypes([]).structure(wishes(both))
    assert (value.members or {})["x"].literal
