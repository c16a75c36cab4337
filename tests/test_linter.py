"""Payloads are held against rules: what is judged, in which order it is told, where it stands and what is kept."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence

import pytest

from insights_lint.checks import Checks, CompiledChecks
from insights_lint.linter import STREAM_LIMIT, Linter
from insights_lint.linter.findings import without_nulls
from insights_lint.model import Form, Json, Rule, Severity, pointer_text
from insights_lint.payload import Payload
from insights_lint.readers import read
from insights_lint.readers.wanted import Wanted
from insights_lint.reference import ReferenceChecks
from insights_lint.ruleset import select_rules
from insights_lint.violation import Violation

EVENT: dict[str, Json] = {
    "eventType": "view",
    "eventName": "Product Viewed",
    "index": "p",
    "userToken": "t-1",
    "objectIDs": ["a"],
}
TELEMETRY: dict[str, Json] = {"eventType": "instantsearch", "eventName": "__start__", "userToken": "t-1"}


def event(*omit: str, **keys: Json) -> dict[str, Json]:
    return {**{key: value for key, value in EVENT.items() if key not in omit}, **keys}


def payloads(text: str | bytes, source: str = "a.json", form: Form | None = None) -> list[Payload]:
    data = text.encode() if isinstance(text, str) else text
    return [one for one in read(io.BytesIO(data), source, Wanted(form), None) if isinstance(one, Payload)]


def lint(document: Json, checks: Checks, form: Form | None = None) -> list[Violation]:
    (payload,) = payloads(json.dumps(document), form=form)
    return list(Linter(checks).lint(payload))


def told(violations: Sequence[Violation]) -> list[tuple[str, str]]:
    return [(one.rule.id, pointer_text(one.location.pointer)) for one in violations]


@pytest.fixture(scope="module", params=["compiled", "reference"])
def checks(request: pytest.FixtureRequest, builtin_rules: list[Rule]) -> Checks:
    """All rules that are on, judged by either engine."""
    on = select_rules(builtin_rules).rules
    return CompiledChecks(on) if request.param == "compiled" else ReferenceChecks(on)


@pytest.fixture(scope="module", params=["compiled", "reference"])
def batch_checks(request: pytest.FixtureRequest, builtin_rules: list[Rule]) -> Checks:
    """Every rule about the events of a request together, those that are off too."""
    named = [rule.id for rule in builtin_rules if rule.topic in ("batch", "body")]
    chosen = select_rules(builtin_rules, named).rules
    return CompiledChecks(chosen) if request.param == "compiled" else ReferenceChecks(chosen)


def test_a_good_event_breaks_no_rule(checks: Checks) -> None:
    for document in (EVENT, [EVENT], {"events": [EVENT, EVENT]}):
        assert lint(document, checks) == []


# rules on the events together


def test_batch_rules_on_a_body(batch_checks: Checks) -> None:
    document = {"events": [TELEMETRY, event(timestamp=1), TELEMETRY, event(), event(timestamp=1), TELEMETRY]}
    found = lint(document, batch_checks)
    assert told(found) == [("batch-timestamps-mixed", "/events/3"), ("batch-duplicate-event", "/events/4")]
    assert [one.event for one in found] == [3, 4]
    (related,) = found[1].related
    assert related.location.pointer == ("events", 1)
    assert "2 of the 3 events" in found[0].message


def test_batch_rules_on_a_list_have_the_pointers_of_the_list(batch_checks: Checks) -> None:
    found = lint([event(timestamp=1), TELEMETRY, event(), TELEMETRY, event(timestamp=1)], batch_checks)
    assert told(found) == [("batch-timestamps-mixed", "/2"), ("batch-duplicate-event", "/4")]
    assert [one.event for one in found] == [2, 4]
    assert [related.location.pointer for related in found[1].related] == [(0,)]


def test_a_rule_on_the_whole_list_points_at_it(batch_checks: Checks) -> None:
    assert told(lint([EVENT, event(index="q")], batch_checks)) == [("batch-timestamps-missing", "")]
    body = {"sentBy": "x", "events": [EVENT, event(index="q")]}
    found = lint(body, batch_checks)
    assert told(found) == [("batch-timestamps-missing", "/events")]
    assert [one.event for one in found] == [None]


def test_telemetry_counts_where_a_rule_says_so(batch_checks: Checks) -> None:
    assert told(lint({"events": [TELEMETRY] * 1_000 + [EVENT]}, batch_checks)) == [("batch-too-many-events", "/events")]
    assert lint({"events": [TELEMETRY, TELEMETRY]}, batch_checks, Form.WIRE) == []
    assert told(lint({"events": []}, batch_checks, Form.WIRE)) == [("batch-empty", "/events")]


def test_one_event_is_no_batch(batch_checks: Checks) -> None:
    assert lint(EVENT, batch_checks) == []


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"events": 3}, [("body-shape", "/events")]),
        ({"events": None}, [("body-shape", "")]),
        ({"events": [EVENT]}, []),
        ([EVENT], []),  # in a file a list stands for its events only
        (EVENT, []),
    ],
)
def test_rules_on_the_request(document: Json, expected: list[tuple[str, str]], batch_checks: Checks) -> None:
    assert told(lint(document, batch_checks, Form.WIRE)) == expected


@pytest.mark.parametrize("value", [3, "x", None, True, [], [EVENT], 1.5])
def test_an_event_that_is_no_object_is_seen_by_one_rule_alone(value: Json, checks: Checks) -> None:
    assert told(lint({"events": [EVENT, value]}, checks)) == [("body-event-not-object", "/events/1")]
    assert told(lint([EVENT, value, EVENT], checks)) == [("body-event-not-object", "/1")]


# telemetry


def test_telemetry_is_judged_by_rules_that_say_so_only(checks: Checks) -> None:
    on = {rule.id for rule in checks.rules if rule.telemetry}
    wrong = {**TELEMETRY, "eventName": "x" * 300, "index": 3, "objectIDs": 5, "positions": ["a"], "userToken": 3}
    found = lint({"events": [wrong, EVENT]}, checks)
    assert {one.rule.id for one in found} <= on
    assert lint({"events": [TELEMETRY, EVENT]}, checks) == []


# nulls


def test_rules_do_not_see_members_that_are_null(checks: Checks) -> None:
    found = told(lint(event(queryID=None, timestamp=None, more={"a": None}), checks))
    assert found == [("key-null", "/queryID"), ("key-null", "/timestamp")]


def test_a_required_key_that_is_null_is_missing_and_nothing_else(checks: Checks) -> None:
    assert told(lint(event(index=None), checks)) == [("index-missing", "")]


def test_nulls_in_arrays_are_seen(checks: Checks) -> None:
    assert ("object-ids-type", "/objectIDs/1") in told(lint(event(objectIDs=["a", None]), checks))


def test_pointers_do_not_move_where_nulls_are_left_out(checks: Checks) -> None:
    document = {"events": [event(queryID=None), None, event(objectIDs=[None, 7], currency=None)]}
    found = told(lint(document, checks))
    assert ("body-event-not-object", "/events/1") in found
    assert ("object-ids-type", "/events/2/objectIDs/1") in found
    assert ("key-null", "/events/0/queryID") in found
    assert ("key-null", "/events/2/currency") in found


def test_without_nulls() -> None:
    value = {"a": None, "b": [None, {"c": None, "d": 0}], "e": {"f": {"g": None}}, "h": False, "i": ""}
    kept = json.dumps(value)
    assert without_nulls(value) == {"b": [None, {"d": 0}], "e": {"f": {}}, "h": False, "i": ""}
    assert json.dumps(value) == kept


# one fault, one finding


@pytest.mark.parametrize(
    ("omitted", "alias"),
    [
        ("index", "indexName"),
        ("index", "Index"),
        ("eventName", "event_name"),
        ("userToken", "usertoken"),
        ("eventType", "eventtype"),
    ],
)
def test_an_alias_of_a_missing_key_is_related_and_silent(omitted: str, alias: str, checks: Checks) -> None:
    document = {"events": [EVENT, event(omitted, **{alias: EVENT[omitted]})]}
    (violation,) = lint(document, checks)
    assert violation.rule.id.endswith("-missing")
    assert pointer_text(violation.location.pointer) == "/events/1"
    (related,) = violation.related
    assert related.location.pointer == ("events", 1, alias)
    text = json.dumps(document)
    assert text[related.location.column - 1 : related.location.end_column - 1] == f'"{alias}"'
    assert f"`{alias}`" in violation.message or "this instead?" in related.message


def test_a_misspelt_key_that_nothing_requires_is_told(checks: Checks) -> None:
    found = lint(event(query_id="x", indexName="p"), checks)
    assert told(found) == [("key-misspelt", "/query_id")]
    text = json.dumps(event(query_id="x", indexName="p"))
    (violation,) = found
    assert text[violation.location.column - 1 : violation.location.end_column - 1] == '"query_id"'


def test_only_the_same_object_makes_a_rule_give_way(checks: Checks) -> None:
    found = told(lint({"events": [event("index"), event(index="p", Index="q", query_id="x")]}, checks))
    assert found == [("index-missing", "/events/0"), ("key-misspelt", "/events/1/query_id")]


def test_a_rule_does_not_give_way_to_one_that_is_not_run(builtin_rules: list[Rule]) -> None:
    chosen = CompiledChecks(select_rules(builtin_rules, ignore=["index-missing"]).rules)
    assert told(lint(event("index", indexName="p"), chosen)) == [("key-misspelt", "/indexName")]


def test_related_places_are_labelled(checks: Checks) -> None:
    document = event(eventType="click", queryID="a" * 32, positions=[3], objectIDs=["a", "b"])
    (violation,) = lint(document, checks)
    assert told([violation]) == [("positions-count-mismatch", "/positions")]
    assert [(pointer_text(one.location.pointer), one.message) for one in violation.related] == [
        ("/objectIDs", "2 objectIDs")
    ]
    assert violation.label == "1 position"


# order


def test_violations_come_in_the_order_of_the_document(checks: Checks) -> None:
    bad = {"objectIDs": 5, "eventName": "bad name", "userToken": 7, "index": 3, "eventType": "view", "queryID": "x"}
    document = {"events": [bad, event("index"), dict(reversed(bad.items()))]}
    (payload,) = payloads(json.dumps(document, indent=1))
    found = list(Linter(checks).lint(payload))
    places = [(one.location.line, one.location.column) for one in found]
    assert places == sorted(places)
    assert len(found) >= 9
    assert [one.event for one in found] == sorted(one.event for one in found if one.event is not None)


def test_both_engines_tell_the_same_in_the_same_order(builtin_rules: list[Rule]) -> None:
    rules = select_rules(builtin_rules, [rule.id for rule in builtin_rules]).rules
    bad = {
        "objectIDs": ["a", 5],
        "eventName": "bad  name",
        "userToken": "a@b.de",
        "positions": [0],
        "eventType": "click",
    }
    document = {"events": [bad, event("index", indexName="p"), TELEMETRY, 3, event(timestamp=None, Value=3)]}
    assert told(lint(document, CompiledChecks(rules))) == told(lint(document, ReferenceChecks(rules)))


# what is kept


def linter_of(rules: Sequence[Rule], limit: int | None = None, least: Severity = Severity.INFO) -> Linter:
    return Linter(CompiledChecks(select_rules(rules).rules), max_per_rule=limit, min_severity=least)


def test_of_a_document_everything_is_kept(builtin_rules: list[Rule]) -> None:
    linter = linter_of(builtin_rules)
    (payload,) = payloads(json.dumps([event("index")] * 250))
    assert len(list(linter.lint(payload))) == 250
    assert (len(linter.report.kept), linter.report.not_kept) == (250, 0)


def test_of_a_stream_the_first_of_each_rule_are_kept(builtin_rules: list[Rule]) -> None:
    linter = linter_of(builtin_rules)
    text = (json.dumps(event("index")) + "\n" + json.dumps(event(userToken=3)) + "\n") * 150
    found = [one for payload in payloads(text) for one in linter.lint(payload)]
    assert found == linter.report.kept
    assert linter.report.kept_rules == {"index-missing": STREAM_LIMIT, "user-token-not-string": STREAM_LIMIT}
    assert linter.report.rules == {"index-missing": 150, "user-token-not-string": 150}
    assert (linter.report.violations, linter.report.not_kept) == (300, 100)
    assert found[-1].location.line == 200


@pytest.mark.parametrize("limit", [0, 1, 3, 1_000])
@pytest.mark.parametrize("streamed", [False, True])
def test_the_limit_may_be_given(limit: int, streamed: bool, builtin_rules: list[Rule]) -> None:
    linter = linter_of(builtin_rules, limit)
    line = json.dumps(event("index", userToken=3))
    text = f"{line}\n" * 150 if streamed else f"[{','.join([line] * 150)}]"
    found = [one for payload in payloads(text) for one in linter.lint(payload)]
    kept = min(limit, 150)
    assert len(found) == 2 * kept
    assert (linter.report.violations, linter.report.not_kept) == (300, 300 - 2 * kept)


def test_what_is_below_the_least_severity_is_counted_and_not_kept(builtin_rules: list[Rule]) -> None:
    document = json.dumps([event("index", eventName="bad name")] * 3)
    linter = linter_of(builtin_rules, limit=2, least=Severity.ERROR)
    (payload,) = payloads(document)
    found = list(linter.lint(payload))
    assert {one.rule.severity for one in found} == {Severity.ERROR}
    assert (len(found), linter.report.not_kept) == (2, 1)
    assert linter.report.below_minimum[Severity.WARNING] == linter.report.severities[Severity.WARNING] >= 3
    assert linter.report.severities[Severity.ERROR] == 3


def test_each_run_counts_for_itself(builtin_rules: list[Rule]) -> None:
    linter = linter_of(builtin_rules)
    good, bad = payloads(json.dumps(EVENT)), payloads(json.dumps({"events": [event("index"), EVENT]}))
    for payload in (*good, *bad):
        assert len(list(linter.lint(payload))) <= 1
    report = linter.report
    assert (report.payloads, report.events, report.violations) == (2, 3, 1)
    assert (report.refused_payloads, report.refused_events) == (1, 2)
    assert report.rules_run == len(linter.checks.rules)


# the clock


def test_without_a_clock_age_rules_are_silent(builtin_rules: list[Rule]) -> None:
    chosen = CompiledChecks(select_rules(builtin_rules).rules)
    (payload,) = payloads(json.dumps(event(timestamp=1_600_000_000_000)))
    assert list(Linter(chosen).lint(payload)) == []
    found = list(Linter(chosen, now=1_700_000_000_000).lint(payload))
    assert told(found) == [("timestamp-too-old", "/timestamp")]
    assert list(Linter(chosen, now=1_600_000_000_001).lint(payload)) == []


# places


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_places_are_those_of_the_file(newline: str, bom: bytes, checks: Checks) -> None:
    text = json.dumps({"events": [EVENT, event(eventName="é😀 ok", userToken=7)]}, indent=2, ensure_ascii=False)
    data = text.replace("\n", newline).encode("utf-16-le" if bom == b"\xff\xfe" else "utf-8")
    (payload,) = payloads(bom + data)
    lines = text.split("\n")
    (violation,) = [one for one in Linter(checks).lint(payload) if one.rule.id == "user-token-not-string"]
    at = violation.location
    line = lines[at.line - 1]
    assert line == '      "userToken": 7,'
    assert (at.source, at.column, at.end_line, at.end_column) == ("a.json", 20, at.line, 21)
    assert (pointer_text(at.pointer), at.document_pointer, at.request) == ("/events/1/userToken", (), None)
    assert [one.number for one in violation.excerpt] == [at.line]


def test_columns_count_code_points(checks: Checks) -> None:
    (payload,) = payloads(json.dumps(event(eventName="😀", userToken=7), ensure_ascii=False))
    found = {one.rule.id: one.location for one in Linter(checks).lint(payload)}
    start = payload.text.index('"😀"')
    at = found["event-name-characters"]
    assert (at.line, at.column, at.end_column) == (1, start + 1, start + 4)


@pytest.mark.parametrize(
    ("text", "rule", "line", "column", "end_column"),
    [
        ("", "json-invalid", 1, 1, 1),
        ('{"events": [\r\n  {"index": "p",}\r\n]}', "json-invalid", 2, 16, 17),
        ('{"eventName": "A",\n "value": 1e400}', "json-number-too-large", 2, 11, 16),
        ("[" * 300, "json-too-deep", 1, 257, 258),
    ],
)
def test_a_text_that_does_not_parse_is_one_violation(
    text: str, rule: str, line: int, column: int, end_column: int, checks: Checks
) -> None:
    (payload,) = payloads(text)
    (violation,) = Linter(checks).lint(payload)
    at = violation.location
    assert violation.rule.id == rule
    assert (at.line, at.column, at.end_line, at.end_column) == (line, column, line, end_column)


def test_a_duplicate_key_is_told_beside_what_the_last_value_breaks(checks: Checks) -> None:
    first = '{"events": [{"eventType": "view", "eventName": "Product Viewed",'
    text = first + '\n"index": "p", "index": 3, "userToken": "t-1", "objectIDs": ["a"]}]}'
    (payload,) = payloads(text)
    duplicate, wrong = Linter(checks).lint(payload)
    assert told([duplicate, wrong]) == [
        ("json-duplicate-key", "/events/0/index"),
        ("index-not-string", "/events/0/index"),
    ]
    assert (duplicate.location.line, duplicate.location.column) == (2, 15)
    assert [(one.location.line, one.location.column) for one in duplicate.related] == [(2, 1)]
    assert (wrong.location.line, wrong.location.column) == (2, 24)
    assert (duplicate.event, wrong.event) == (0, 0)


# what is shown


def test_values_are_masked_unless_asked_for(builtin_rules: list[Rule]) -> None:
    chosen = CompiledChecks(select_rules(builtin_rules).rules)
    (payload,) = payloads(json.dumps(event(userToken="jane@example.com", queryID="x")))
    hidden = list(Linter(chosen).lint(payload))
    assert "user-token-personal-data" in {one.rule.id for one in hidden}
    assert all("jane" not in repr((one.message, one.label, one.excerpt, one.related)) for one in hidden)
    shown = list(Linter(chosen, show_values=True).lint(payload))
    assert any("jane@example.com" in line.text for one in shown for line in one.excerpt)


@pytest.mark.parametrize("character", ["a", "A", "0", "f", " ", ".", "-"])
def test_one_long_value_is_told_in_a_bounded_way(character: str, builtin_rules: list[Rule]) -> None:
    chosen = CompiledChecks(select_rules(builtin_rules).rules)
    long = character * 20_000
    document = event(eventName=long, userToken=long, index=3, objectIDs=[long], queryID=long)
    (payload,) = payloads(json.dumps(document))
    found = list(Linter(chosen).lint(payload))
    assert found
    for one in found:
        assert len(one.message) < 400
        assert sum(len(line.text) for line in one.excerpt) < 1_000


def test_templates_are_neither_right_nor_wrong(checks: Checks) -> None:
    document = event(
        eventName="${NAME}", userToken="{{ token }}", queryID="${Q}", objectIDs=["${A}"], value="${V}", currency="EUR"
    )
    (payload,) = payloads(json.dumps(document))
    linter = Linter(checks)
    assert list(linter.lint(payload)) == []
    assert linter.report.templates == 5
