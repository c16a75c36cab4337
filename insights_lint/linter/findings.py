"""Finds what rules have against a payload: in its text, in how it was sent, in the whole of it, and in each event."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, NamedTuple

from insights_lint.checks import Checks, Faults, Judge
from insights_lint.linter.judges import Judges
from insights_lint.model import Form, Json, Pointer, Rule, Severity
from insights_lint.payload import Event, Known, Payload, Shape, TextFault, is_telemetry

if TYPE_CHECKING:
    from insights_lint.keywords.keyword import Fault
    from insights_lint.recording import Call

_Found = tuple[Rule, "Fault"]


class Finding(NamedTuple):
    """A rule that a payload breaks, and where; pointers are from the payload."""

    rule: Rule
    fault: Fault | TextFault
    event: int | None
    on_request: bool = False
    """Whether it is about what was captured of the request, and its pointers are from there."""


class Finder:
    """Holds payloads against checks; `now` is the clock, in milliseconds since the epoch."""

    def __init__(self, checks: Checks, now: int | None) -> None:
        self.checks = checks
        self.now = now
        self._judges: dict[Form, Judges] = {}

    def findings(self, payload: Payload, suspects: Iterable[int] | None = None) -> Iterator[Finding]:
        """Every rule that the payload breaks, each with every place; the order is that of the rules.

        With `suspects` it is known that events with other numbers break none by themselves.
        """
        judges = self._judges.get(payload.form)
        if judges is None:
            judges = self._judges[payload.form] = Judges(self.checks, payload.form)
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
            for event in payload.events(suspects):
                yield from self._on_event(payload, event, judges, on_call)

    def _on_request(self, payload: Payload, judges: Judges) -> Iterator[Finding]:
        """What is wrong with how events were sent, or with the answer that a log holds."""
        if payload.captured is not None:
            for rule, fault in self._judge(judges.request, _seen(payload.captured.value, payload), payload):
                inside = fault.at[:1] == ("body",)
                yield Finding(rule, _moved(fault, lambda at: at[1:]) if inside else fault, None, not inside)
        elif payload.answer is not None and payload.error is None:
            for rule, fault in self._judge(judges.request, _seen(payload.document, payload), payload):
                yield Finding(rule, fault, None)

    def _judge(self, judge: Judge, value: Json, payload: Payload) -> Faults:
        plain = not (payload.templates or payload.leaves_out) and isinstance(value, dict)
        now = self.now if self.now is not None else payload.sent_at
        if payload.captured is None:
            return judge(value, known=Known(now, payload.sent_size, payload.sent_at), plain=plain)
        known = Known(now, payload.sent_size, payload.sent_at, payload.captured.searches)
        faults = judge(value, known=known, plain=plain)
        if not payload.captured.numbers_altered:
            return faults
        return (one for one in faults if one[0] not in self._needs_text or _is_text(value, one[1].at))

    def _on_payload(self, payload: Payload, judges: Judges) -> Iterator[Finding]:
        if payload.shape in (Shape.EVENT, Shape.RECORD):
            return
        document = _seen(payload.all_events, payload)
        events = payload.event_values
        numbers: Sequence[int] = range(len(events))
        for_all, for_others = judges.body if payload.shape is Shape.BODY else judges.list
        for judge in (for_all, for_others):
            seen = document
            if judge is for_others and any(map(is_telemetry, events)):
                numbers = [number for number, event in enumerate(events) if not is_telemetry(event)]
                seen = {**document, "events": [document["events"][number] for number in numbers]}
            for rule, fault in self._judge(judge, seen, payload):
                whole = _moved(fault, partial(_among_all, numbers=numbers))
                yield Finding(rule, _moved(whole, payload.place), _event_number(whole.at, Shape.BODY))

    def _on_call(self, call: Call, payload: Payload, judges: Judges) -> list[_Found]:
        found = list(self._judge(judges.call, _seen(call.value, payload), payload))
        # JavaScript tells null from what is absent.
        found += self._judge(judges.call_nulls, call.value, payload)
        return [(rule, _moved(fault, call.place)) for rule, fault in found]

    def _on_event(self, payload: Payload, event: Event, judges: Judges, on_call: Sequence[_Found]) -> list[Finding]:
        if not isinstance(event.value, dict):
            found = list(self._judge(judges.not_object, event.value, payload))
        else:
            value = _seen(event.value, payload)
            found = list(self._judge(judges.telemetry if event.telemetry else judges.event, value, payload))
            if payload.has_null:
                nulls = judges.nulls_telemetry if event.telemetry else judges.nulls
                found += self._judge(nulls, event.value, payload)
        moved = [(rule, _moved(fault, event.place)) for rule, fault in found]
        return [Finding(rule, fault, event.number) for rule, fault in _without_giving_way(moved, on_call)]

    @cached_property
    def _needs_text(self) -> frozenset[Rule]:
        """The rules that cannot judge numbers which a recorder wrote anew."""
        from insights_lint.compiler import needs_number_text

        return frozenset(rule for rule in self.checks.rules if needs_number_text(rule))


def _is_text(value: Json, at: Pointer) -> bool:
    for token in at:
        value = value[token]
    return isinstance(value, str)


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


def _without_giving_way(found: list[_Found], others: Sequence[_Found]) -> list[_Found]:
    """The faults without those on a key that any of them, or of the others, reports as missing from its object."""
    if not any(rule.gives_way for rule, _ in found):
        return found
    missing = {
        (fault.at, key)
        for rule, fault in (*found, *others)
        if not rule.gives_way and rule.severity >= Severity.WARNING
        for key in fault.missing
    }
    return [
        (rule, fault)
        for rule, fault in found
        if not (rule.gives_way and any((fault.at[:-1], key) in missing for key in fault.missing or fault.at[-1:]))
    ]


def _moved(fault: Fault, move: Callable[[Pointer], Pointer]) -> Fault:
    if not fault.related:
        return fault._replace(at=move(fault.at))
    return fault._replace(at=move(fault.at), related=tuple((move(at), label) for at, label in fault.related))


def _among_all(at: Pointer, numbers: Sequence[int]) -> Pointer:
    """A pointer into some events as a pointer into all of them, of which those have these numbers."""
    if len(at) >= 2 and at[0] == "events" and isinstance(at[1], int):
        return ("events", numbers[at[1]], *at[2:])
    return at


def _event_number(at: Pointer, shape: Shape) -> int | None:
    number = at[1:2] if shape is Shape.BODY else at[:1]
    return number[0] if number and isinstance(number[0], int) else None
