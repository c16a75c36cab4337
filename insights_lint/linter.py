"""Holds payloads against checks: counts every violation in a report, and yields those that are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from insights_lint.checks import Checks, CompiledChecks, Faults, Judge
from insights_lint.model import Form, Json, Pointer, Rule, Severity
from insights_lint.payload import Event, Known, Payload, Shape, TextFault, is_telemetry
from insights_lint.report import Report

if TYPE_CHECKING:
    from insights_lint.acceptor.screen import Screen
    from insights_lint.keywords.keyword import Fault
    from insights_lint.placing import Placer
    from insights_lint.recording import Call
    from insights_lint.violation import Violation

STREAM_LIMIT = 100
"""Violations of one rule, and answers of one kind, that are kept of a stream, unless told otherwise."""

_MIN_SECRET = 4
"""Characters of a token that hardly stand in a sentence by chance."""
_REQUEST_TOPIC = "body"
"""Rules of this topic are about a request as a whole, which a list of events in a file is not."""

_Found = tuple[Rule, "Fault"]


class Finding(NamedTuple):
    """A rule that a payload breaks, and where; pointers are from the payload."""

    rule: Rule
    fault: Fault | TextFault
    event: int | None
    on_request: bool = False
    """Whether it is about what was captured of the request, and its pointers are from there."""


class Linter:
    """Judges payloads one after the other; `report` holds what was found so far.

    `now` is the clock for age rules, in milliseconds since the epoch. Of each rule at most `max_per_rule` violations
    are kept; None keeps all of documents, and the first 100 of streams. `show_values` lifts the masks from what is
    shown. `excerpts` tells whether violations have one. `screened` lets lines of streams pass that are known to be
    clean, or to break only rules of which no more violations are kept, without being parsed exactly.
    """

    def __init__(
        self,
        checks: Checks,
        *,
        now: int | None = None,
        max_per_rule: int | None = None,
        min_severity: Severity = Severity.INFO,
        show_values: bool = False,
        excerpts: bool = True,
        screened: bool = False,
    ) -> None:
        self.checks = checks
        self.now = now
        self.max_per_rule = max_per_rule
        self.min_severity = min_severity
        self.report = Report(rules_run=len(checks.rules))
        self.show_values = show_values
        self.excerpts = excerpts
        self._settings: dict[str, Any] = {
            "now": now,
            "max_per_rule": max_per_rule,
            "min_severity": min_severity,
            "show_values": show_values,
            "excerpts": excerpts,
            "screened": screened,
        }
        self._judges: dict[Form, _Judges] = {}
        self._judges_alone: dict[tuple[Rule, ...], _Judges] = {}
        self._screened = screened
        self._screen: Screen | None = None

    @cached_property
    def _placer(self) -> Placer:
        from insights_lint.placing import Placer  # what is clean needs none

        return Placer(show_values=self.show_values, excerpts=self.excerpts)

    @cached_property
    def _needs_text(self) -> frozenset[Rule]:
        """The rules that cannot judge numbers which a recorder wrote anew."""
        from insights_lint.compiler import needs_number_text

        return frozenset(rule for rule in self.checks.rules if needs_number_text(rule))

    def __reduce__(self) -> tuple[Callable[..., Linter], tuple[Checks]]:
        """In another process it is one of the same settings that has found nothing yet."""
        return partial(Linter, **self._settings), (self.checks,)

    def passes(self, line: bytes) -> bool:
        """Whether the line of a stream, which is a payload on the wire, needs no judgement; it is counted then."""
        if self._screen is None:
            if not self._screened:
                return False
            self._screen = self._made_screen()
        return self._screen.passes(line)

    def settle(self) -> None:
        """Has everything counted in the report that passed."""
        if self._screen is not None:
            self._screen.settle()

    def lint(self, payload: Payload) -> Iterator[Violation]:
        """The kept violations of one payload, in document order."""
        findings = list(self.findings(payload))
        broken = [finding.rule for finding in findings]
        names: dict[str, str] = {}
        self.report.add(payload, broken)
        if self._screen is not None and payload.captured is None and payload.form is Form.WIRE:
            self._screen.saw(payload, broken)
        if payload.answer is not None or payload.captured is not None:
            from insights_lint.refusals import answer_words, compared

            sentence = partial(self._placer.sentence, secrets=_secrets(payload))
            answered = compared(payload, broken, self.checks.rules, sentence)
            shown = answered._replace(pointer=self._placer.pointer(answered.pointer))
            self.report.add_answer(shown, self._limit(payload))
            names["answer"] = answer_words(answered, broken, payload.shape)
        if not findings:
            return
        if len(findings) > 1:
            findings.sort(key=lambda finding: (not finding.on_request, self._start(payload, finding)))
        limit = self._limit(payload)
        for finding in findings:
            rule = finding.rule
            if rule.severity < self.min_severity:
                self.report.below_minimum[rule.severity] += 1
            elif self.report.has_room(rule, limit):
                looked_at = self._placer.request_view(payload) if finding.on_request else payload
                violation = self._placer.violation(looked_at, rule, finding.fault, finding.event, names)
                self.report.keep(violation, limit)
                yield violation

    def findings(self, payload: Payload) -> Iterator[Finding]:
        """Every rule that the payload breaks, each with every place; the order is that of the rules."""
        judges = self._judges.get(payload.form)
        if judges is None:
            judges = self._judges[payload.form] = _Judges(self.checks, payload.form)
        yield from self._findings(payload, judges)

    def _findings(self, payload: Payload, judges: _Judges) -> Iterator[Finding]:
        yield from self._on_request(payload, judges)
        if not payload.has_body:
            return
        faults = payload.duplicates if payload.error is None else (payload.error,)
        for text_fault in faults:
            rule = judges.reader.get(text_fault.rule)
            if rule is not None:
                yield Finding(rule, text_fault, _event_number(text_fault.pointer, payload.shape))
        if payload.error is None:
            yield from self._on_payload(payload, judges)
            on_call = self._on_call(payload.call, payload, judges) if payload.call is not None else []
            yield from (Finding(rule, fault, None) for rule, fault in on_call)
            clean = self._clean_events(payload)
            for event in payload.events():
                if event.number not in clean:
                    yield from self._on_event(payload, event, judges, on_call)

    def _clean_events(self, payload: Payload) -> set[int]:
        """Numbers of events that need no judgement, in a line that did not pass."""
        in_line = self._screen is not None and payload.streamed and payload.captured is None and payload.root == ()
        return self._screen.clean_events(payload) if self._screen is not None and in_line else set()

    def _made_screen(self) -> Screen:
        from insights_lint.acceptor.screen import Screen  # imports msgspec

        return Screen(self.checks.rules, self.now, full=self._is_full, alone=self._alone, count=self._count)

    def _is_full(self, rule: Rule) -> bool:
        """Whether no more violations of the rule are kept of streams."""
        limit = STREAM_LIMIT if self.max_per_rule is None else self.max_per_rule
        return rule.severity < self.min_severity or self.report.kept_rules[rule.id] >= limit

    def _alone(self, payload: Payload, rules: tuple[Rule, ...]) -> list[Rule]:
        """Those of some rules that a payload breaks, once for each violation."""
        judges = self._judges_alone.get(rules)
        if judges is None:
            judges = self._judges_alone[rules] = _Judges(CompiledChecks(rules), Form.WIRE)
        return [finding.rule for finding in self._findings(payload, judges)]

    def _count(self, shape: Shape, events: int, payloads: int, broken: Sequence[Rule]) -> None:
        self.report.add_alike(shape, events, payloads, broken)
        for rule in broken:
            if rule.severity < self.min_severity:
                self.report.below_minimum[rule.severity] += 1

    def _start(self, payload: Payload, finding: Finding) -> int:
        """Where the blame begins in what is looked at."""
        looked_at = self._placer.request_view(payload) if finding.on_request else payload
        return self._placer.start(looked_at, finding.fault)

    def _on_request(self, payload: Payload, judges: _Judges) -> Iterator[Finding]:
        """What is wrong with how events were sent, or with the answer that a log holds."""
        if payload.captured is not None:
            for rule, fault in self._judge(judges.request, _seen(payload.captured.value, payload), payload):
                inside = fault.at[:1] == ("body",)
                yield Finding(rule, _moved(fault, lambda at: at[1:]) if inside else fault, None, not inside)
        elif payload.answer is not None and payload.error is None:
            for rule, fault in self._judge(judges.request, _seen(payload.document, payload), payload):
                yield Finding(rule, fault, None)

    def _limit(self, payload: Payload) -> int | None:
        return STREAM_LIMIT if self.max_per_rule is None and payload.streamed else self.max_per_rule

    def _judge(self, judge: Judge, value: Json, payload: Payload) -> Faults:
        plain = not (payload.templates or payload.leaves_out) and isinstance(value, dict)
        now = self.now if self.now is not None else payload.sent_at
        searches = payload.captured.searches if payload.captured is not None else {}
        faults = judge(value, known=Known(now, payload.sent_size, payload.sent_at, searches), plain=plain)
        if payload.captured is None or not payload.captured.numbers_altered:
            return faults
        return (one for one in faults if one[0] not in self._needs_text or _is_text(value, one[1].at))

    def _on_payload(self, payload: Payload, judges: _Judges) -> Iterator[Finding]:
        if payload.shape in (Shape.EVENT, Shape.RECORD):
            return
        document = _seen(payload.all_events, payload)
        events = payload.event_values
        everything = range(len(events))
        others: Sequence[int] = everything
        if any(map(is_telemetry, events)):
            others = [number for number in everything if not is_telemetry(events[number])]
        chosen = judges.body if payload.shape is Shape.BODY else judges.list
        for judge, numbers in zip(chosen, (everything, others), strict=True):
            seen = document
            if len(numbers) < len(events):
                seen = {**document, "events": [document["events"][number] for number in numbers]}
            for rule, fault in self._judge(judge, seen, payload):
                whole = _moved(fault, partial(_among_all, numbers=numbers))
                yield Finding(rule, _moved(whole, payload.place), _event_number(whole.at, Shape.BODY))

    def _on_call(self, call: Call, payload: Payload, judges: _Judges) -> list[_Found]:
        found = list(self._judge(judges.call, _seen(call.value, payload), payload))
        # JavaScript tells null from what is absent.
        found += self._judge(judges.call_nulls, call.value, payload)
        return [(rule, _moved(fault, call.place)) for rule, fault in found]

    def _on_event(
        self, payload: Payload, event: Event, judges: _Judges, on_call: Sequence[_Found]
    ) -> Iterator[Finding]:
        if not isinstance(event.value, dict):
            found = list(self._judge(judges.not_object, event.value, payload))
        else:
            value = _seen(event.value, payload)
            found = list(self._judge(judges.telemetry if event.telemetry else judges.event, value, payload))
            if payload.has_null:
                nulls = judges.nulls_telemetry if event.telemetry else judges.nulls
                found += self._judge(nulls, event.value, payload)
        moved = [(rule, _moved(fault, event.place)) for rule, fault in found]
        for rule, fault in _without_giving_way(moved, on_call):
            yield Finding(rule, fault, event.number)


class _Judges:
    """A judge for each kind of value that payloads of one form hold, and the rules that their reader reports."""

    def __init__(self, checks: Checks, form: Form) -> None:
        def judge(about: str, *, nulls: bool = False, telemetry: bool | None = None, but: str = "") -> Judge:
            chosen = [rule for rule in rules if rule.about == about and rule.nulls is nulls and rule.topic != but]
            return checks.judge([rule for rule in chosen if telemetry in (None, rule.telemetry)], form)

        rules = [rule for rule in checks.rules if form in rule.forms]
        self.reader = {rule.id: rule for rule in rules if rule.about == "text"}
        self.event = judge("event")
        self.telemetry = judge("event", telemetry=True)
        self.nulls = judge("event", nulls=True)
        self.nulls_telemetry = judge("event", nulls=True, telemetry=True)
        self.not_object = checks.judge([rule for rule in rules if _is_about_type(rule)], form)
        # Each time: the rules that see telemetry events, and those that do not.
        self.body = (judge("payload", telemetry=True), judge("payload", telemetry=False))
        self.list = (
            judge("payload", telemetry=True, but=_REQUEST_TOPIC),
            judge("payload", telemetry=False, but=_REQUEST_TOPIC),
        )
        self.call = judge("call")
        self.call_nulls = judge("call", nulls=True)
        self.request = judge("request")


def _secrets(payload: Payload) -> set[str]:
    """What an answer may quote of the request and must not be shown."""
    if payload.answer is None or not payload.answer.messages:
        return set()
    events = [event for event in payload.event_values if isinstance(event, dict)]
    known = [event.get(name) for event in events for name in ("userToken", "authenticatedUserToken")]
    if payload.captured is not None:
        headers = payload.captured.value.get("headers", {})
        known += [payload.captured.value.get("X-Algolia-API-Key"), headers.get("authorization"), headers.get("cookie")]
        known += str(headers.get("cookie", "")).replace("=", ";").split(";")
    return {one.strip() for one in known if isinstance(one, str) and len(one.strip()) >= _MIN_SECRET}


def _is_text(value: Json, at: Pointer) -> bool:
    for token in at:
        value = value[token]
    return isinstance(value, str)


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


def _seen(value: Json, payload: Payload) -> Json:
    """The value as rules see it that are not about nulls."""
    return without_nulls(value) if payload.has_null else value


def _without_giving_way(found: Sequence[_Found], others: Sequence[_Found]) -> Iterator[_Found]:
    """The faults without those on a key that any of them, or of the others, reports as missing from its object."""
    missing = {
        (fault.at, key)
        for rule, fault in (*found, *others)
        if not rule.gives_way and rule.severity >= Severity.WARNING
        for key in fault.missing
    }
    for rule, fault in found:
        keys = fault.missing or fault.at[-1:]
        if not (rule.gives_way and any((fault.at[:-1], key) in missing for key in keys)):
            yield rule, fault


def _moved(fault: Fault, move: Callable[[Pointer], Pointer]) -> Fault:
    return fault._replace(at=move(fault.at), related=tuple((move(at), label) for at, label in fault.related))


def _among_all(at: Pointer, numbers: Sequence[int]) -> Pointer:
    """A pointer into some events as a pointer into all of them, of which those have these numbers."""
    if len(at) >= 2 and at[0] == "events" and isinstance(at[1], int):
        return ("events", numbers[at[1]], *at[2:])
    return at


def _event_number(at: Pointer, shape: Shape) -> int | None:
    number = at[1:2] if shape is Shape.BODY else at[:1]
    return number[0] if number and isinstance(number[0], int) else None
