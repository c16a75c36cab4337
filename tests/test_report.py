"""Reports add up: counts are exact, and the parts of a run give what one run over everything gives."""

from __future__ import annotations

import json
import pickle
from collections import Counter
from collections.abc import Iterable

import pytest

from insights_lint.checks import CompiledChecks
from insights_lint.json_text.parsing import parse
from insights_lint.linter import Linter
from insights_lint.model import Form, Json, Layer, Rule, Severity
from insights_lint.payload import PassedOver, Payload, Shape, TextFault
from insights_lint.recording import Answer, Answered, Captured, Outcome
from insights_lint.report import Report
from insights_lint.violation import ExcerptLine, Location, Violation

EVENT = {"eventType": "click", "eventName": "Product Clicked", "index": "p", "userToken": "t-1", "objectIDs": ["a"]}
TELEMETRY = {"eventType": "instantsearch", "eventName": "__start__", "userToken": "t-1"}


def payload(document: Json, shape: Shape = Shape.BODY) -> Payload:
    text = json.dumps(document)
    return Payload("a.json", parse(text).document, shape, Form.WIRE, text)


def captured(
    document: Json = None, status: int | None = None, unseen: str = "", unwanted: str = "", shape: Shape = Shape.BODY
) -> Payload:
    """A captured request; without a document, its body was not seen, or is not judged."""
    seen = Captured({"endpoint": "api"}, "POST /1/events", (), (1, 1), unseen=unseen, unwanted=unwanted)
    answer = None if status is None else Answer(status)
    return payload(document, shape)._replace(source="log", request=1, captured=seen, answer=answer)


def rule(name: str, severity: Severity = Severity.ERROR, layer: Layer = Layer.ARRIVAL) -> Rule:
    return Rule(name, "t", "title", severity, layer, True)


A, B, C, D = (
    rule("a"),
    rule("b", Severity.WARNING),
    rule("c", layer=Layer.USABILITY),
    rule("d", Severity.INFO, Layer.STYLE),
)


def violation(broken: Rule, line: int) -> Violation:
    return Violation(broken, Location("a.json", line, 1, line, 2), "message")


def test_a_new_report_is_empty() -> None:
    report = Report()
    assert (report.violations, report.not_kept, report.nothing_judged) == (0, 0, True)
    assert not any(report.reaches(severity) for severity in Severity)


def test_counts_of_one_payload() -> None:
    report = Report()
    report.add(payload({"events": [EVENT, TELEMETRY, EVENT]}), [A, A, B])
    assert (report.payloads, report.requests, report.events, report.telemetry_events) == (1, 1, 2, 1)
    assert report.rules == Counter(a=2, b=1)
    assert report.severities == Counter({Severity.ERROR: 2, Severity.WARNING: 1})
    assert (report.violations, report.nothing_judged) == (3, False)


@pytest.mark.parametrize(
    ("broken", "refused"),
    [([], 0), ([A], 1), ([A, A], 1), ([B], 0), ([C], 0), ([D], 0), ([B, C, D], 0), ([D, A], 1)],
)
def test_an_error_of_arrival_loses_the_whole_request(broken: list[Rule], refused: int) -> None:
    report = Report()
    report.add(payload({"events": [EVENT, EVENT, TELEMETRY]}), broken)
    report.add(payload({"events": [EVENT]}), [])
    assert (report.refused_payloads, report.refused_events) == (refused, 3 * refused)


@pytest.mark.parametrize(("document", "shape"), [(EVENT, Shape.EVENT), ([EVENT, EVENT], Shape.EVENTS)])
def test_events_in_a_file_are_no_request(document: Json, shape: Shape) -> None:
    report = Report()
    report.add(payload(document, shape), [A])
    assert (report.payloads, report.requests, report.refused_payloads, report.refused_events) == (1, 0, 0, 0)
    assert report.events in (1, 2)


@pytest.mark.parametrize(
    ("broken", "reached"),
    [
        ([], []),
        ([D], [Severity.INFO]),
        ([B], [Severity.INFO, Severity.WARNING]),
        ([B, D], [Severity.INFO, Severity.WARNING]),
        ([A], list(Severity)),
    ],
)
def test_reaches(broken: list[Rule], reached: list[Severity]) -> None:
    report = Report()
    report.add(payload({"events": []}), broken)
    assert [severity for severity in Severity if report.reaches(severity)] == reached


@pytest.mark.parametrize(
    ("events", "broken", "nothing"),
    [([], [], True), ([TELEMETRY], [], True), ([TELEMETRY], [B], True), ([EVENT], [], False), ([], [A], False)],
)
def test_nothing_judged(events: list[Json], broken: list[Rule], nothing: bool) -> None:
    report = Report()
    report.add(payload({"events": events}), broken)
    assert report.nothing_judged is nothing


def test_an_unreadable_payload_has_no_events() -> None:
    report = Report()
    fault = TextFault("json-invalid", 0, 0, "empty: expected JSON")
    report.add(Payload("a.json", None, Shape.EVENT, Form.WIRE, "", error=fault), [A])
    assert (report.payloads, report.requests, report.events, report.refused_payloads) == (1, 0, 0, 0)
    assert (report.violations, report.nothing_judged) == (1, False)


def test_what_is_kept_and_what_is_not() -> None:
    report = Report()
    report.add(payload({"events": [EVENT]}), [A] * 5 + [D] * 3)
    for line in (1, 2):
        report.keep(violation(A, line))
    report.below_minimum[Severity.INFO] += 3
    assert [one.location.line for one in report.kept] == [1, 2]
    assert (report.kept_rules, report.not_kept) == (Counter(a=2), 3)


def test_whoever_tells_violations_at_once_needs_no_excerpts_of_them_later() -> None:
    lines = (ExcerptLine(1, "text", False, False, ()),)
    found = violation(A, 1)._replace(excerpt=lines)
    other = Report()
    other.keep(found)
    report = Report(excerpts=False)
    report.keep(found)
    (taken,) = report.take(other)
    assert (found.excerpt, taken.excerpt) == (lines, lines)
    assert report.kept == [found._replace(excerpt=())] * 2


# captured requests


def test_a_request_whose_body_was_not_seen_is_counted_apart() -> None:
    report = Report()
    for reason in ("it was cut", "it was left out", "it was cut"):
        report.add(captured(unseen=reason, status=422), [D])
    assert (report.payloads, report.requests, report.events, report.payloads_without_body) == (0, 0, 0, 3)
    assert report.unseen == Counter({("log", "it was cut"): 2, ("log", "it was left out"): 1})
    assert (report.violations, report.rules, report.lost_when_recorded) == (3, Counter(d=3), 0)
    assert report.nothing_judged


@pytest.mark.parametrize("broken", [[], [A], [A, D]])
def test_a_request_without_a_body_loses_no_events_that_are_known(broken: list[Rule]) -> None:
    report = Report()
    report.add(captured(unseen="it was cut"), broken)
    report.add(captured(unwanted="PUT"), broken)
    assert (report.refused_payloads, report.refused_events) == (0, 0)
    assert report.rules == Counter([one.id for one in broken] * 2)


def test_requests_by_other_methods() -> None:
    report = Report()
    report.add(captured(unwanted="PUT"), [])
    report.add_passed_over(PassedOver("log", preflight=False))
    report.add_passed_over(PassedOver("log", preflight=True))
    assert (report.other_methods, report.preflights, report.payloads_without_body) == (2, 1, 0)
    assert (report.payloads, report.requests, report.unseen) == (0, 0, Counter())
    assert report.nothing_judged


@pytest.mark.parametrize(("status", "lost"), [(None, 0), (200, 0), (302, 0), (400, 2), (422, 2), (500, 0)])
def test_events_that_the_api_refused_when_they_were_captured(status: int | None, lost: int) -> None:
    report = Report()
    report.add(captured({"events": [EVENT, TELEMETRY]}, status=status), [])
    assert (report.lost_when_recorded, report.requests, report.events) == (lost, 1, 1)
    assert report.refused_payloads == 0


def test_a_log_of_the_api_counts_no_captured_requests() -> None:
    report = Report()
    report.add(payload({"event": EVENT}, Shape.RECORD)._replace(answer=Answer(422)), [])
    assert (report.lost_when_recorded, report.requests, report.payloads) == (0, 0, 1)


# merge


def some_reports() -> list[Report]:
    first = Report(sources=2, sources_without_events=1, not_ours=3, rules_run=80, rules_off=20)
    first.add(payload({"events": [EVENT, TELEMETRY]}), [A, B])
    first.add(captured(unseen="it was cut"), [D])
    first.add(captured({"events": [EVENT, EVENT]}, status=422), [])
    first.add_passed_over(PassedOver("a.json", preflight=True))
    first.keep(violation(A, 1))
    first.notes.append(("a.json", "no events"))
    second = Report(sources=1, templates=2, rules_run=80, rules_off=20)
    second.add(payload([EVENT], Shape.EVENTS), [D, D, A])
    second.below_minimum[Severity.INFO] += 2
    second.errors.append("b.json: Permission denied")
    for reason in ("it was cut", "it was left out"):
        second.add(captured(unseen=reason), [])
    second.add(captured(unwanted="PUT"), [])
    second.add_passed_over(PassedOver("b.json", preflight=False))
    third = Report(sources=4)
    third.add(captured({"events": [EVENT]}, status=404), [A])
    third.add_passed_over(PassedOver("c.json", preflight=True))
    third.keep(violation(B, 9))
    return [first, second, third, Report()]


def sums(report: Report) -> dict[str, Json]:
    """Everything in a report, without the order of what is listed."""
    found = {name: dict(value) if isinstance(value, dict) else value for name, value in vars(report).items()}
    for name in ("kept", "notes", "errors"):
        found[name] = sorted(map(repr, found[name]))
    return found


def merged(reports: Iterable[Report]) -> Report:
    result = Report()
    for report in reports:
        assert result.merge(report) is result
    return result


def test_merge_adds_everything_up() -> None:
    first, second, third, _ = some_reports()
    report = merged([first, second, third])
    assert (report.sources, report.sources_without_events, report.not_ours, report.payloads) == (7, 1, 3, 4)
    assert (report.requests, report.payloads_without_body, report.events, report.telemetry_events) == (3, 3, 5, 1)
    assert (report.templates, report.refused_payloads, report.refused_events) == (2, 2, 3)
    assert (report.preflights, report.other_methods, report.lost_when_recorded) == (2, 2, 3)
    assert report.unseen == Counter({("log", "it was cut"): 2, ("log", "it was left out"): 1})
    assert report.rules == Counter(a=3, b=1, d=3)
    assert report.severities == Counter({Severity.ERROR: 3, Severity.WARNING: 1, Severity.INFO: 3})
    assert report.below_minimum == Counter({Severity.INFO: 2})
    assert [one.rule.id for one in report.kept] == ["a", "b"]
    assert report.kept_rules == Counter(a=1, b=1)
    assert (report.notes, report.errors) == ([("a.json", "no events")], ["b.json: Permission denied"])
    assert (report.rules_run, report.rules_off) == (80, 20)


def test_merge_leaves_no_field_out() -> None:
    changed = Report()
    for name, value in vars(Report()).items():
        setattr(changed, name, 1 if isinstance(value, int) else value)
    changed.rules["a"] = changed.severities[Severity.INFO] = changed.below_minimum[Severity.INFO] = 1
    changed.seen["a"] = A
    changed.keep(violation(A, 1))
    changed.notes.append(("a", "b"))
    changed.errors.append("c")
    changed.unseen["a", "b"] = 1
    changed.shapes[Shape.CALL] = changed.refused[Shape.CALL] = changed.lost[Shape.CALL] = 1
    changed.add_answer(Answered("a", 1, 1, (), 422, ("m",), ((),), False, Outcome.API_REFUSES), None)
    assert all(vars(changed).values())
    assert vars(Report().merge(changed)) == vars(changed)


def test_the_order_of_merging_does_not_matter() -> None:
    forward = merged(some_reports())
    backward = merged(reversed(some_reports()))
    assert sums(forward) == sums(backward)


def test_how_reports_are_grouped_does_not_matter() -> None:
    first, second, third, empty = some_reports()
    left = merged([first, second]).merge(merged([third, empty]))
    first, second, third, empty = some_reports()
    right = merged([first, merged([second, merged([third, empty])])])
    assert vars(left) == vars(right)


def test_an_empty_report_changes_nothing() -> None:
    for report in some_reports():
        before = sums(report)
        assert sums(report.merge(Report())) == before
        assert sums(merged([Report(), report])) == before


def test_merge_does_not_touch_the_other_report() -> None:
    first, second, *_ = some_reports()
    before = sums(second)
    first.merge(second)
    first.keep(violation(B, 3))
    first.rules["z"] += 1
    first.notes.append(("z", "z"))
    assert sums(second) == before


def test_the_parts_of_a_run_add_up_to_the_run(builtin_rules: list[Rule]) -> None:
    bad = {**EVENT, "positions": [1, 2], "eventName": "bad name", "userToken": None}
    payloads = [payload({"events": [EVENT, bad, TELEMETRY] * number}) for number in range(1, 9)]
    payloads += [payload([bad] * 3, Shape.EVENTS), payload(bad, Shape.EVENT)]
    checks = CompiledChecks([rule for rule in builtin_rules if rule.enabled])

    def run(some: list[Payload]) -> Report:
        linter = Linter(checks)
        for one in some:
            assert list(linter.lint(one)) is not None
        return linter.report

    whole = run(payloads)
    assert whole.violations > 50
    for cut in range(len(payloads) + 1):
        assert vars(run(payloads[:cut]).merge(run(payloads[cut:]))) == vars(whole)


def test_a_report_can_be_sent_to_another_process() -> None:
    report = merged(some_reports()[:2])
    again = pickle.loads(pickle.dumps(report))  # noqa: S301  # our own bytes
    assert sums(again)["rules"] == report.rules
    assert [one.location for one in again.kept] == [one.location for one in report.kept]
    assert (again.events, again.severities, again.notes) == (report.events, report.severities, report.notes)


def told(source: str, outcome: Outcome = Outcome.LOST) -> Answered:
    return Answered(source, 1, 1, (), 422, (), (), False, outcome)


@pytest.mark.parametrize("cut", range(13))
def test_merge_keeps_what_one_report_would_have_kept(cut: int) -> None:
    """Documents have no limit and streams have one; whatever comes first counts against it."""
    limits = [2, None, 1, 3, None, 3, 3, None, 2, 9, 5, 9]

    def run(some: Iterable[int]) -> Report:
        report = Report()
        for number in some:
            rule, limit = (A, B)[number % 3 == 0], limits[number]
            if report.has_room(rule, limit):
                report.keep(violation(rule, number), limit)
            report.add_answer(told(str(number), (Outcome.LOST, Outcome.UNKNOWN)[number % 4 == 0]), limit)
        return report

    whole = run(range(12))
    assert 0 < len(whole.kept) < 12 > len(whole.answers) > 0
    assert vars(run(range(cut)).merge(run(range(cut, 12)))) == vars(whole)
