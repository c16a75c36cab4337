"""Holds payloads against checks: counts every violation in a report, and yields those that are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from insights_lint.compiler import Checks, Faults, Judge
from insights_lint.keywords.keyword import Fault
from insights_lint.model import Event, Json, Payload, Pointer, Rule, Severity, Shape, TextFault, Violation, is_telemetry
from insights_lint.placing import Placer
from insights_lint.report import Report

STREAM_LIMIT = 100
"""Violations of one rule that are kept of a stream, unless told otherwise."""

_REQUEST_TOPIC = "body"
"""Rules of this topic are about a request as a whole, which a list of events in a file is not."""


class Finding(NamedTuple):
    """A rule that a payload breaks, and where; pointers are from the payload."""

    rule: Rule
    fault: Fault | TextFault
    event: int | None


class Linter:
    """Judges payloads one after the other; `report` holds what was found so far.

    `now` is the clock for age rules, in milliseconds since the epoch. Of each rule at most `max_per_rule` violations
    are kept; None keeps all of documents, and the first 100 of streams. `show_values` lifts the masks from what is
    shown.
    """

    def __init__(
        self,
        checks: Checks,
        *,
        now: int | None = None,
        max_per_rule: int | None = None,
        min_severity: Severity = Severity.INFO,
        show_values: bool = False,
    ) -> None:
        self.checks = checks
        self.now = now
        self.max_per_rule = max_per_rule
        self.min_severity = min_severity
        self.show_values = show_values
        self.report = Report(rules_run=len(checks.rules))
        self._judges = _Judges(checks)

    def lint(self, payload: Payload) -> Iterator[Violation]:
        """The kept violations of one payload, in document order."""
        findings = list(self.findings(payload))
        self.report.add(payload, [finding.rule for finding in findings])
        if not findings:
            return
        placer = Placer(payload, show_values=self.show_values)
        findings.sort(key=lambda finding: placer.span(finding.fault)[0])
        for finding in findings:
            if finding.rule.severity < self.min_severity:
                self.report.below_minimum[finding.rule.severity] += 1
            elif self._has_room(finding.rule, payload):
                violation = placer.violation(*finding)
                self.report.keep(violation)
                yield violation

    def findings(self, payload: Payload) -> Iterator[Finding]:
        """Every rule that the payload breaks, each with every place; the order is that of the rules."""
        faults = payload.duplicates if payload.error is None else (payload.error,)
        for text_fault in faults:
            rule = self._judges.reader.get(text_fault.rule)
            if rule is not None:
                yield Finding(rule, text_fault, _event_number(text_fault.pointer, payload.shape))
        if payload.error is None:
            yield from self._on_payload(payload)
            for event in payload.events():
                yield from self._on_event(payload, event)

    def _has_room(self, rule: Rule, payload: Payload) -> bool:
        limit = STREAM_LIMIT if self.max_per_rule is None and payload.streamed else self.max_per_rule
        return limit is None or self.report.kept_rules[rule.id] < limit

    def _judge(self, judge: Judge, value: Json, payload: Payload) -> Faults:
        plain = not payload.templates and isinstance(value, dict)
        now = self.now if self.now is not None else payload.sent_at
        return judge(value, now=now, size=payload.sent_size, plain=plain)

    def _on_payload(self, payload: Payload) -> Iterator[Finding]:
        if payload.shape is Shape.EVENT:
            return
        is_body = payload.shape is Shape.BODY
        document = payload.document if is_body else {"events": payload.document}
        if payload.has_null:
            document = without_nulls(document)
        events = payload.event_values
        everything = range(len(events))
        others: Sequence[int] = everything
        if any(map(is_telemetry, events)):
            others = [number for number in everything if not is_telemetry(events[number])]
        judges = self._judges.on_body if is_body else self._judges.on_list
        for judge, numbers in zip(judges, (everything, others), strict=True):
            seen = document
            if len(numbers) < len(events):
                seen = {**document, "events": [document["events"][number] for number in numbers]}
            for rule, fault in self._judge(judge, seen, payload):
                moved = _moved(fault, partial(_from_payload, numbers=numbers, is_body=is_body))
                yield Finding(rule, moved, _event_number(moved.at, payload.shape))

    def _on_event(self, payload: Payload, event: Event) -> Iterator[Finding]:
        if not isinstance(event.value, dict):
            found = list(self._judge(self._judges.not_object, event.value, payload))
        else:
            value = without_nulls(event.value) if payload.has_null else event.value
            judge = self._judges.telemetry if event.telemetry else self._judges.event
            found = list(self._judge(judge, value, payload))
            if payload.has_null:
                nulls = self._judges.nulls_telemetry if event.telemetry else self._judges.nulls
                found += self._judge(nulls, event.value, payload)
        for rule, fault in _without_giving_way(found):
            yield Finding(rule, _moved(fault, partial(_below, event.pointer)), event.index)


class _Judges:
    """A judge for each kind of value that a payload holds, and the rules that its reader reports."""

    def __init__(self, checks: Checks) -> None:
        rules = [rule for rule in checks.rules if not rule.on_text]
        on_event = [rule for rule in rules if not rule.on_payload]
        on_body = [rule for rule in rules if rule.on_payload]
        on_list = [rule for rule in on_body if rule.topic != _REQUEST_TOPIC]
        self.reader = {rule.id: rule for rule in checks.rules if rule.on_text}
        self.event = checks.judge([rule for rule in on_event if not rule.nulls])
        self.telemetry = checks.judge([rule for rule in on_event if not rule.nulls and rule.telemetry])
        self.nulls = checks.judge([rule for rule in on_event if rule.nulls])
        self.nulls_telemetry = checks.judge([rule for rule in on_event if rule.nulls and rule.telemetry])
        self.not_object = checks.judge([rule for rule in on_event if _is_about_type(rule)])
        # Each time: the rules that see telemetry events, and those that do not.
        self.on_body = _by_telemetry(checks, on_body)
        self.on_list = _by_telemetry(checks, on_list)


def _by_telemetry(checks: Checks, rules: list[Rule]) -> tuple[Judge, Judge]:
    return (
        checks.judge([rule for rule in rules if rule.telemetry]),
        checks.judge([rule for rule in rules if not rule.telemetry]),
    )


def _is_about_type(rule: Rule) -> bool:
    """Whether the rule has something to say of an event that is no object: that it should be one."""
    about_event = rule.targets == ("event",) and rule.when is True
    return about_event and isinstance(rule.schema, dict) and "type" in rule.schema


def without_nulls(value: Json) -> Json:
    """A copy in which no object has a member that is null; items of arrays stay."""
    if isinstance(value, dict):
        return {key: without_nulls(member) for key, member in value.items() if member is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value


def _without_giving_way(found: list[tuple[Rule, Fault]]) -> Iterator[tuple[Rule, Fault]]:
    """The faults without those on a key that another rule already reports as missing from the same object."""
    missing = {
        (fault.at, key)
        for rule, fault in found
        if not rule.gives_way and rule.severity >= Severity.WARNING
        for key in fault.missing
    }
    for rule, fault in found:
        keys = fault.missing or fault.at[-1:]
        if not (rule.gives_way and any((fault.at[:-1], key) in missing for key in keys)):
            yield rule, fault


def _below(base: Pointer, at: Pointer) -> Pointer:
    return (*base, *at)


def _moved(fault: Fault, move: Callable[[Pointer], Pointer]) -> Fault:
    return replace(fault, at=move(fault.at), related=tuple((move(at), label) for at, label in fault.related))


def _from_payload(at: Pointer, numbers: Sequence[int], is_body: bool) -> Pointer:
    """A pointer into what a rule was shown as a pointer into the payload: all events counted, and no body invented."""
    if len(at) >= 2 and at[0] == "events" and isinstance(at[1], int):
        at = ("events", numbers[at[1]], *at[2:])
    return at if is_body else at[1:]


def _event_number(at: Pointer, shape: Shape) -> int | None:
    number = at[1:2] if shape is Shape.BODY else at[:1]
    return number[0] if number and isinstance(number[0], int) else None
