"""The built-in rules: the contract on their examples, and what the table of rules says of each."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pycountry
import pytest

from insights_lint.checks import Checks, CompiledChecks
from insights_lint.compiler import needs_clock
from insights_lint.contract import broken_examples
from insights_lint.errors import RuleError
from insights_lint.keywords.dialect import KEYWORDS
from insights_lint.keywords.keyword import walk_schema
from insights_lint.keywords.patterns import translate
from insights_lint.model import Form, Layer, Rule, Severity
from insights_lint.reference import ReferenceChecks
from insights_lint.ruleset.files import builtin_folder
from insights_lint.ruleset.rule_files import read_rule_files

ENGINES = [CompiledChecks, ReferenceChecks]
Engine = Callable[[Iterable[Rule]], Checks]

# id, severity, layer, on or off by default, forms: (w)ire, (c)all, (t)ail.
TABLE = """\
json-invalid error arrival on wct
json-not-utf-8 error arrival on wct
json-too-deep error arrival on wct
json-number-too-large error arrival on wct
json-duplicate-key warning usability on wct
body-shape error arrival on w
body-event-not-object error arrival on w
body-too-large error arrival on w
batch-empty error arrival on w
batch-too-many-events error arrival on wc
batch-timestamps-mixed warning usability on wc
batch-timestamps-missing info usability off wc
batch-duplicate-event info usability off wc
event-name-missing error arrival on wct
event-name-not-string error arrival on wc
event-name-length error arrival on wct
event-name-characters error arrival on wct
event-name-not-title-case warning style on wct
event-name-spacing warning style on wct
event-name-inconsistent warning style on wc
event-name-placeholder warning style on wct
event-name-one-word info style off wct
event-name-type-conflict info style off w
event-type-missing error arrival on wct
event-type-not-string error arrival on wc
event-type-unknown error arrival on wct
event-subtype-unknown error usability on wc
event-subtype-not-conversion warning usability on wc
event-subtype-missing info attribution off w
index-missing error arrival on wct
index-not-string error arrival on wc
index-empty warning arrival on wc
index-placeholder info usability off wc
user-token-missing error arrival on wt
user-token-not-string error arrival on wc
user-token-characters error arrival on wct
user-token-too-long error arrival on wct
user-token-length-disputed warning arrival on wct
user-token-personal-data error usability on wct
user-token-personal-data-suspected warning usability on wct
user-token-placeholder warning attribution on wct
user-token-equals-authenticated info attribution off wc
user-token-anonymous-as-authenticated info attribution off wc
timestamp-not-integer error arrival on wc
timestamp-written-with-fraction warning arrival on wc
timestamp-not-milliseconds error arrival on wc
timestamp-too-old error arrival on w
timestamp-over-four-days warning arrival on w
timestamp-in-future warning arrival on w
timestamp-far-from-query warning attribution on w
query-id-not-string error arrival on wc
query-id-format error arrival on wct
query-id-upper-case warning arrival on wct
query-id-empty warning arrival on wc
query-id-missing-after-search error attribution on c
query-id-on-plain-method warning attribution on c
query-id-on-view info attribution off w
query-id-on-some-items-only info attribution off wc
query-id-top-level-on-purchase info attribution off wc
items-missing error arrival on wct
items-both-kinds error arrival on wct
items-other-kind-empty warning arrival on wct
object-ids-type error arrival on wc
object-ids-too-many error arrival on wct
object-ids-blank warning usability on wct
object-ids-duplicate info usability off wc
positions-missing error arrival on wct
positions-count-mismatch error arrival on wct
positions-not-integers error arrival on wc
positions-as-strings warning arrival on wc
positions-not-positive error arrival on wct
positions-without-query-id error arrival on wct
positions-not-click error arrival on wct
positions-empty-not-click warning arrival on wct
positions-without-object-ids warning arrival on wc
positions-duplicate info attribution off wc
filters-type error arrival on wc
filters-too-many error arrival on wct
filters-over-ten error usability on wct
filters-without-attribute error usability on wct
filters-numeric warning arrival on wct
filters-percent-broken warning usability on wt
filters-not-encoded info usability off wt
filters-double-encoded warning usability on wt
filters-encoded-in-call warning usability on c
object-data-type error usability on wc
object-data-count-mismatch error usability on wc
object-data-unknown-key warning usability on wc
object-data-key-misplaced warning usability on wc
object-data-not-conversion info usability off wc
object-data-without-object-ids warning usability on wc
object-data-all-empty info usability off wc
object-data-missing-on-purchase warning attribution on c
amount-type error usability on wc
amount-not-decimal error arrival on wc
amount-unusual-notation warning arrival on wc
amount-too-long error arrival on wc
amount-negative info usability off wc
amount-value-not-sum info usability off wc
quantity-type error usability on wc
quantity-not-whole warning usability on wc
quantity-not-positive info usability off wc
currency-missing error usability on wc
currency-missing-for-discount warning usability on wc
currency-format error usability on wc
currency-unknown warning usability on wc
currency-lower-case info style off wc
key-misspelt warning usability on wc
key-null warning usability on wc
key-unknown info style off wc
call-nothing-sent error arrival on c
call-unknown-method error arrival on c
call-send-events-not-array error arrival on c
call-argument-throws error arrival on c
call-method-mismatch error arrival on c
call-type-overrides-method warning usability on c
call-parameters-repeated warning usability on c
call-headers-case warning usability on c
call-infer-query-id-unused info usability off c
call-user-token-missing info attribution off c
capture-endpoint error arrival on w
capture-credentials-missing error arrival on w
capture-secret warning style on w
capture-library-too-old info usability off w
capture-refused info arrival on wt
"""

TELEMETRY = {
    *("event-name-missing", "event-name-not-string", "event-name-length", "event-name-characters"),
    *("batch-empty", "batch-too-many-events"),
    *("user-token-missing", "user-token-not-string", "user-token-characters", "user-token-too-long"),
    *("user-token-length-disputed", "user-token-personal-data", "user-token-personal-data-suspected"),
    *("timestamp-not-integer", "timestamp-written-with-fraction", "timestamp-not-milliseconds"),
    *("timestamp-too-old", "timestamp-over-four-days", "timestamp-in-future"),
}
CLOCK = {"timestamp-too-old", "timestamp-over-four-days", "timestamp-in-future"}

_NOT_STRING = "Invalid type for field events: expected string, got number"
_POSITIONS = "Event of type click should have the same number of ObjectIDs and Positions"

# What the API answers (422, 413 for the size, 401 without credentials): the rules that find it beforehand.
SERVER_MESSAGES = {
    "No events to process": {"batch-empty", "body-shape"},
    "Invalid type for field : expected insights.PublicEventsBatch, got array": {"body-shape"},
    "Cannot process more than 1000 events in a batch": {"batch-too-many-events"},
    "Request Entity Too Large": {"body-too-large"},
    "EventName is required": {"event-name-missing"},
    "EventName must contain only visible ASCII characters, and be between 1 and 64 characters long": {
        *("event-name-length", "event-name-characters")
    },
    "EventType is required": {"event-type-missing"},
    'EventType must be one of "click", "conversion", "view" or "instantsearch"': {"event-type-unknown"},
    'EventType must be one of "click", "conversion" or "view"': {"event-type-unknown"},
    "The index field is required": {"index-missing"},
    "The userToken field is required": {"user-token-missing"},
    "UserToken must contain only alphanumeric, equal, plus, slash, hyphen, or underscore characters, "
    "and be between 1 and 128 characters long": {
        "user-token-characters",
        "user-token-too-long",
        "user-token-length-disputed",
    },
    "Event should specify either some ObjectIDs or some Filters": {"items-missing"},
    "Events should specify either some objectIDs or some Filters": {"items-missing"},
    "Event should specify ObjectIDs or Filters, but not both": {"items-both-kinds"},
    "Cannot process more that 20 objects in an event": {"object-ids-too-many"},
    "Only event of type click should specify the positions attribute": {"positions-not-click"},
    "Event of type click with positions should specify a queryID": {"positions-without-query-id"},
    "Event of type click may only have strictly positive positions": {"positions-not-positive"},
    _POSITIONS: {"positions-missing", "positions-count-mismatch"},
    "Query ID must be a search query ID (32 characters hexadecimal string)": {"query-id-format"},
    _NOT_STRING: {
        *("event-name-not-string", "event-type-not-string", "index-not-string", "user-token-not-string"),
        *("object-ids-type", "query-id-not-string"),
    },
    "The timestamp is too far in the past": {"timestamp-too-old"},
    "The timestamp must be at most 4 days in the past": {"timestamp-over-four-days"},
    'Syntax error near: `"Facet Value"`, expected a filter': {"filters-without-attribute"},
    "Discount must be a valid decimal number and total length must be no longer than 16 characters": {
        *("amount-not-decimal", "amount-too-long")
    },
    "Invalid credentials": {"capture-credentials-missing"},
}
# Answers about the request, and one that names no fault.
OTHER_MESSAGES = {"OK", "Method Not Allowed", "Invalid payload", "Path not supported"}

BUILTIN = sorted(builtin_folder().glob("*.yaml"))


def rows() -> list[list[str]]:
    return [line.split() for line in TABLE.strip().splitlines()]


def patterns_of(rules: Iterable[Rule]) -> set[str]:
    schemas = [
        schema for rule in rules for root in (rule.when, rule.schema) for _, schema in walk_schema(KEYWORDS, root)
    ]
    return {schema["pattern"] for schema in schemas if isinstance(schema, dict) and "pattern" in schema}


@pytest.mark.parametrize("engine", ENGINES)
def test_every_example_holds(engine: Engine, builtin_rules: list[Rule]) -> None:
    assert [str(broken) for broken in broken_examples(builtin_rules, builtin_rules, engine)] == []
    assert sum(len(rule.examples) for rule in builtin_rules) > 2 * len(builtin_rules)


def test_table(builtin_rules: list[Rule]) -> None:
    found = {
        rule.id: [
            rule.severity.label,
            rule.layer.value,
            "on" if rule.enabled else "off",
            "".join(letter for letter, form in zip("wct", Form, strict=True) if form in rule.forms),
        ]
        for rule in builtin_rules
    }
    assert found == {row[0]: row[1:] for row in rows()}


def test_table_is_whole() -> None:
    assert len(rows()) == len({row[0] for row in rows()}) == 125
    assert [form.value[0] for form in Form] == ["w", "c", "t"]
    assert {row[1] for row in rows()} == {severity.label for severity in Severity}
    assert {row[2] for row in rows()} == {layer.value for layer in Layer}


def test_telemetry_and_clock(builtin_rules: list[Rule]) -> None:
    assert {rule.id for rule in builtin_rules if rule.telemetry} == TELEMETRY
    assert {rule.id for rule in builtin_rules if needs_clock(rule)} == CLOCK


def test_ids_begin_with_their_file(builtin_rules: list[Rule]) -> None:
    for rule in builtin_rules:
        assert rule.id.startswith(f"{rule.topic}-"), rule.id
        assert rule.file == f"{rule.topic}.yaml", rule.id
    assert {rule.file for rule in builtin_rules} == {path.name for path in BUILTIN}


def test_every_rule_is_explained(builtin_rules: list[Rule]) -> None:
    for rule in builtin_rules:
        for text in (rule.title, rule.message, rule.why, rule.help, rule.source):
            assert text.strip(), rule.id
        assert rule.docs.startswith("https://"), rule.id


def test_topic_json_is_the_readers(builtin_rules: list[Rule]) -> None:
    assert {rule.id for rule in builtin_rules if rule.about == "text"} == {
        row[0] for row in rows() if row[0].startswith("json-")
    }


def test_files_validate_in_full(builtin_rules: list[Rule]) -> None:
    texts = [(path.name, path.read_text("utf-8")) for path in BUILTIN]
    assert [rule.id for rule in read_rule_files(texts, trusted=0)] == [rule.id for rule in builtin_rules]


@pytest.mark.parametrize("wrong", ["severity: fatal", "severity: error\n    sevrity: error", "severity: [error]"])
def test_files_are_validated(wrong: str) -> None:
    texts = [(path.name, path.read_text("utf-8").replace("severity: error", wrong, 1)) for path in BUILTIN]
    with pytest.raises(RuleError) as caught:
        read_rule_files(texts, trusted=0)
    assert {mistake.file for mistake in caught.value.mistakes} == {name for name, text in texts if wrong in text}


@pytest.mark.parametrize("message", SERVER_MESSAGES)
def test_server_message(message: str, builtin_rules: list[Rule]) -> None:
    assert {rule.id for rule in builtin_rules if message in rule.server_messages} == SERVER_MESSAGES[message]


def test_no_other_server_messages(builtin_rules: list[Rule]) -> None:
    assert {message for rule in builtin_rules for message in rule.server_messages} == SERVER_MESSAGES.keys()


def test_published_answers_are_listed(corpus: Path) -> None:
    answers = json.loads((corpus / "api-clients-automation" / "documented_responses.json").read_text("utf-8"))
    published = {answer["message"] for answer in answers if "message" in answer}
    other = {message for message in published if message.startswith(tuple(OTHER_MESSAGES))}
    assert len(other) == len(OTHER_MESSAGES)
    assert published - other <= SERVER_MESSAGES.keys()


def test_currency_codes(builtin_rules: list[Rule]) -> None:
    (rule,) = (rule for rule in builtin_rules if rule.id == "currency-unknown")
    enums = [
        schema["enum"]
        for _, schema in walk_schema(KEYWORDS, rule.schema)
        if isinstance(schema, dict) and "enum" in schema
    ]
    codes = [code for enum in enums for code in enum]
    assert len(codes) == len(set(codes))
    assert {code for code in codes if code.isupper()} == {currency.alpha_3 for currency in pycountry.currencies}


# Fed by a child, so that one that takes for ever fails the test instead of hanging it.
FEED = """
import json, re, sys
patterns = json.load(sys.stdin)
units = ["a", "A", "0", " ", "-", ".", ":", "%", "%2", "%25", "%3A", "=", "<", "a:", "a0"]
units += ["\\u00e9", "\\n", "1 TO ", "0."]
heads = ["", "a:", "a>=", "message_", "-1."]
for pattern in patterns:
    search = re.compile(pattern).search
    for unit in units:
        body = unit * (100_000 // len(unit))
        for head in heads:
            for end in ("", "\\0", " TO "):
                search(head + body + end)
    print(pattern)
"""


def test_patterns_are_linear(builtin_rules: list[Rule]) -> None:
    patterns = sorted(map(translate, patterns_of(builtin_rules)))
    command = [sys.executable, "-I", "-c", FEED]
    child = subprocess.run(
        command, input=json.dumps(patterns), capture_output=True, text=True, encoding="utf-8", timeout=60, check=True
    )
    assert child.stdout.splitlines() == patterns
    assert len(patterns) > 10


# The contract notices what is wrong with examples.

HOUSE = """
topic: house
rules:
  house-index:
    title: The index is not plain.
    severity: warning
    layer: style
    target: index
    when: {{required: [eventType], properties: {{eventType: {{enum: [click, view]}}}}}}
    schema: {{pattern: '^[a-z]+$'}}
    examples:
      valid: [{valid}]
      invalid: [{invalid}]
"""
VALID = "{event: {index: shoes}}"
INVALID = "{event: {index: Shoes}}"
NAMELESS = "event: {index: Shoes}, omit: [eventName]"


def broken(valid: str, invalid: str, engine: Engine, builtin: list[Rule]) -> list[str]:
    (house,) = read_rule_files([("house.yaml", HOUSE.format(valid=valid, invalid=invalid))])
    found = list(broken_examples([*builtin, house], [house], engine))
    assert {one.rule for one in found} <= {house}
    return [one.message for one in found]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("valid", "invalid", "messages"),
    [
        (VALID, INVALID, []),
        (VALID, f"{INVALID}, {{{NAMELESS}, also: [event-name-missing]}}", []),
        # A valid example is reported, by this rule and by another one.
        (f"{VALID}, {INVALID}", INVALID, ['a valid example, but house-index reports it at "/index"']),
        (
            f"{VALID}, {{event: {{}}, omit: [eventName]}}",
            INVALID,
            ['a valid example, but event-name-missing reports it at ""'],
        ),
        # An invalid example is reported elsewhere, nowhere, or in more places.
        (VALID, '{event: {index: Shoes}, at: [""]}', ['expected "", reported at "/index"']),
        (VALID, '{event: {index: Shoes}, at: ["/index", "/x"]}', ['expected "/index", "/x", reported at "/index"']),
        (VALID, f"{VALID}, {INVALID}", ['expected "/index", reported nothing']),
        # Another rule reports an invalid example, or should and does not.
        (
            VALID,
            f"{INVALID}, {{{NAMELESS}}}",
            ["event-name-missing reports it, too, but is not in `also`"],
        ),
        (
            VALID,
            f"{INVALID}, {{event: {{index: Shoes}}, also: [event-name-missing]}}",
            ["event-name-missing is in `also` but reports nothing"],
        ),
        # No example is looked at: `when` does not select it, or its target is absent.
        (
            "{event: {eventType: conversion, eventName: Product Bought}}",
            INVALID,
            ["no valid example is looked at: `when` selects none, or the target is absent"],
        ),
        (
            "{body: {events: [{eventType: instantsearch, eventName: a, userToken: b}]}}",
            INVALID,
            ["no valid example is looked at: `when` selects none, or the target is absent"],
        ),
        # None is this rule's alone.
        (VALID, f"{{{NAMELESS}, also: [event-name-missing]}}", ["no invalid example is reported by this rule alone"]),
    ],
)
def test_broken_example(
    valid: str, invalid: str, messages: list[str], engine: Engine, builtin_rules: list[Rule]
) -> None:
    assert broken(valid, invalid, engine, builtin_rules) == messages


@pytest.mark.parametrize("engine", ENGINES)
def test_every_invalid_example_matters(engine: Engine, builtin_rules: list[Rule]) -> None:
    """A rule that never speaks breaks each of its invalid examples."""
    tested = [rule for rule in builtin_rules if rule.topic in ("positions", "filters", "currency")]
    silent = [rule._replace(schema=True, enabled=True) for rule in tested]
    others = [rule for rule in builtin_rules if rule not in tested]
    found = {id(one.example) for one in broken_examples([*others, *silent], silent, engine)}
    assert found >= {id(example) for rule in tested for example in rule.examples if not example.valid}
