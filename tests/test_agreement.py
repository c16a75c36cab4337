"""The compiled checks, the meaning of their keywords and the jsonschema library say the same of mutated payloads."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path

import pytest

from insights_lint.checks import Checks, CompiledChecks
from insights_lint.linter import Linter
from insights_lint.model import Form, Layer, Rule, Schema, Severity
from tests.agreement import ENGINES, Agreement, compare, found_by, read
from tests.mutator import Mutator, Raw, Twice, real_events, write

EVENTS = 3000
SEED = 20261122

UNREACHED = {"json-invalid", "json-not-utf-8", "json-too-deep"}
"""Rules that no mutated payload breaks, as each is JSON; all others are broken at least once."""


@pytest.fixture(scope="module")
def agreement(corpus: Path, builtin_rules: list[Rule]) -> Agreement:
    return compare(builtin_rules, real_events(corpus), count=EVENTS, seed=SEED)


def test_plain_payloads(agreement: Agreement, record_property: Callable[[str, object], None]) -> None:
    record_property("Agreement", str(agreement))
    assert [difference for difference in agreement.kept.values() if not difference.templated] == []
    assert agreement.events >= EVENTS
    assert agreement.unreadable < agreement.payloads / 50
    assert all(agreement.forms[form] > 50 for form in Form)


def test_payloads_with_templates(agreement: Agreement) -> None:
    assert [difference for difference in agreement.kept.values() if difference.templated] == []
    assert agreement.templated > agreement.payloads / 10


def test_every_rule_is_broken(agreement: Agreement, builtin_rules: list[Rule]) -> None:
    assert agreement.rules.keys() == {rule.id for rule in builtin_rules} - UNREACHED
    assert agreement.findings == agreement.rules.total()


def test_a_difference_is_noticed(corpus: Path, builtin_rules: list[Rule]) -> None:
    def forgetful(rules: Iterable[Rule]) -> Checks:
        return CompiledChecks(rule for rule in rules if rule.id != "user-token-characters")

    engines = {"compiled": CompiledChecks, "forgetful": forgetful}
    result = compare(builtin_rules, real_events(corpus), count=500, seed=SEED, engines=engines)
    assert result.differences == sum(result.differing.values()) > 0
    assert result.differing.keys() == {("forgetful", "user-token-characters")}
    for difference in result.kept.values():
        assert difference.only_compiled
        assert difference.only_engine == frozenset()


def test_engines_have_every_rule(corpus: Path, builtin_rules: list[Rule]) -> None:
    engines = {name: engine(builtin_rules) for name, engine in ENGINES.items()}
    ids = {name: [rule.id for rule in checks.rules] for name, checks in engines.items()}
    assert ids["compiled"] == ids["evaluated"] == ids["reference"] == [rule.id for rule in builtin_rules]


# A template is there and counts as an item; whatever looks at what it says is satisfied.
@pytest.mark.parametrize(
    ("schema", "text", "expected"),
    [
        ({"required": ["x"]}, '{"x": "${y}"}', []),
        ({"properties": {"x": {"pattern": "^a$"}}}, '{"x": "${y}"}', []),
        ({"properties": {"x": {"type": "integer"}}}, '{"x": "${y}"}', []),
        ({"properties": {"x": {"not": {"type": "string"}}}}, '{"x": "${y}"}', []),
        ({"properties": {"x": {"maxItems": 1}}}, '{"x": ["${y}", "{{z}}"]}', ["/x"]),
        ({"properties": {"x": {"contains": {"const": "a"}}}}, '{"x": ["${y}", "b"]}', []),
        ({"properties": {"x": {"uniqueItems": True}}}, '{"x": ["${y}", "${y}", "a", "a"]}', ["/x/3"]),
        ({"additionalProperties": False}, '{"x": "${y}"}', ["/x"]),
        # Equal to a container that holds one: not known either.
        ({"properties": {"x": {"enum": ["a"]}}}, '{"x": ["${y}"]}', []),
        ({"properties": {"x": {"const": {"z": 1}}}}, '{"x": {"z": "${y}"}}', []),
        # `false` does not look: it is enough that something is there.
        ({"properties": {"x": False}}, '{"x": "${y}"}', ["/x"]),
        ({"properties": {"x": {"items": False}}}, '{"x": ["${y}"]}', ["/x/0"]),
        ({"anyOf": [{"properties": {"x": False}}, {"required": ["z"]}]}, '{"x": "${y}"}', [""]),
        ({"not": {"properties": {"x": False}}}, '{"x": "${y}"}', []),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_templates(schema: Schema, text: str, expected: list[str], engine: str) -> None:
    rule = Rule("made-rule", "made", "Made.", Severity.ERROR, Layer.STYLE, schema)
    payload = read(text)
    assert payload.templates
    assert found_by(Linter(ENGINES[engine]([rule])), payload) == {("made-rule", pointer) for pointer in expected}


# The mutator itself.


def test_same_seed_same_texts(corpus: Path) -> None:
    events = real_events(corpus)
    first, again, other = (list(islice(Mutator(seed, events), 300)) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_texts_are_json_of_every_shape(corpus: Path) -> None:
    payloads = [read(text, form) for form, text in islice(Mutator(SEED, real_events(corpus)), 2000)]
    assert {payload.error.rule for payload in payloads if payload.error} == {"json-number-too-large"}
    shapes = Counter(payload.shape.value for payload in payloads if payload.error is None)
    assert min(shapes[shape] for shape in ("body", "events", "event", "call", "record")) > 100
    assert any(payload.has_null for payload in payloads)
    assert any(payload.duplicates for payload in payloads)
    assert any(event.telemetry for payload in payloads for event in payload.events())
    assert any(not isinstance(event.value, dict) for payload in payloads for event in payload.events())


def test_few_events_are_not_mutated(corpus: Path) -> None:
    events = real_events(corpus)
    real = {write(event) for event in events}
    made = [write(Mutator(seed, events).event()) for seed in range(400)]
    assert 0 < sum(text in real for text in made) < 150
    assert len(set(made)) > 300


@pytest.mark.parametrize(
    ("node", "text"),
    [
        ({"a": Raw("1.0"), "b": "1.0", "c": [Raw("-0"), None, True]}, '{"a":1.0,"b":"1.0","c":[-0,null,true]}'),
        ({"a": Twice(Raw("1"), "x")}, '{"a":1,"a":"x"}'),
        ([Twice(Raw("1"), "x")], '["x"]'),
        ({"é\ud83d": "\n"}, '{"\\u00e9\\ud83d":"\\n"}'),
    ],
)
def test_writing(node: object, text: str) -> None:
    assert write(node) == text
    json.loads(text)
