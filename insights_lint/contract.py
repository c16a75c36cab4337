"""Holds rules to their examples: valid ones are silent, invalid ones blame exactly the pointers that they name."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from insights_lint.checks import Checks, CompiledChecks
from insights_lint.example import Example
from insights_lint.keywords.dialect import KEYWORDS
from insights_lint.keywords.keyword import Evaluation
from insights_lint.keywords.paths import values_at
from insights_lint.linter import Linter
from insights_lint.linter.findings import without_nulls
from insights_lint.model import Form, Json, Rule, pointer_text
from insights_lint.payload import Known, Payload
from insights_lint.readers.captures import Captures
from insights_lint.readers.exchange import BodyText, Exchange, Unseen
from insights_lint.readers.payloads import Payloads
from insights_lint.readers.source import Record
from insights_lint.readers.wanted import Wanted
from insights_lint.recording import Captured


class BrokenExample(NamedTuple):
    """An example that does not hold, and what was reported instead."""

    rule: Rule
    example: Example | None
    message: str

    def __str__(self) -> str:
        at = self.example or self.rule
        return f"{at.file}:{at.line}: {self.rule.id}: {self.message}"


def example_payload(example: Example) -> Payload:
    """The payload that an example stands for. A `body` is judged as what was sent as a request."""
    if example.kind == "request":
        return _captured(example)
    text = str(example.content) if example.kind == "json" else json.dumps(example.content)
    data = text.encode(example.encoding)
    payloads = Payloads("example", Wanted(_form(example)), templates=True)
    if example.kind == "body":
        return payloads.request(data, 1)
    (payload,) = payloads.of(data)
    if not isinstance(payload, Payload):
        raise TypeError(f"{example.kind}: nothing to judge")
    if example.searches:
        captured = Captured({}, "", (), (1, 1), exact=True, searches=dict(example.searches))
        return payload._replace(captured=captured, sent_at=example.now)
    return payload


def _captured(example: Example) -> Payload:
    """The payload of a request as a recorder would have written it."""
    told = example.content
    text = json.dumps(told["body"]) if "body" in told else ""
    exchange = Exchange(
        url=told["url"],
        method=told.get("method", "POST"),
        body=BodyText(text) if text else Unseen("not in the example"),
        headers={name.lower(): value for name, value in told["headers"].items()} if "headers" in told else None,
        time=example.now,
        status=told.get("status"),
        answer=json.dumps({"message": told["message"]}) if "message" in told else "",
    )
    captures = Captures(Payloads("example", Wanted()))
    (payload,) = captures.of(exchange, Record(None, "", exact=False))
    if not isinstance(payload, Payload):
        raise TypeError("the example's request sends no events")
    return payload


def _form(example: Example) -> Form:
    return {"call": Form.CALL, "tail": Form.TAIL}.get(example.kind, Form.WIRE)


def broken_examples(
    rules: Sequence[Rule], tested: Iterable[Rule], engine: Callable[[Iterable[Rule]], Checks] = CompiledChecks
) -> Iterator[BrokenExample]:
    """Every example of the `tested` rules that does not hold beside all `rules` that are on.

    A rule that is off is on for its own examples. `engine` makes the checks from rules.
    """
    on = tuple(rule for rule in rules if rule.enabled)
    checks_on = engine(on)
    for rule in tested:
        checks = checks_on if rule.enabled else engine((*on, rule))
        yield from _broken(rule, checks)


def _broken(rule: Rule, checks: Checks) -> Iterator[BrokenExample]:
    alone = looked_at = False
    for example in rule.examples:
        reported = _reported(example, checks)
        if example.valid:
            looked_at = looked_at or _looks_at(rule, example)
            for other, places in reported.items():
                yield BrokenExample(rule, example, f"a valid example, but {other} reports it at {_list(places)}")
            continue
        alone = alone or not example.also
        places = reported.pop(rule.id, [])
        if places != list(example.at):
            found = f"at {_list(places)}" if places else "nothing"
            yield BrokenExample(rule, example, f"expected {_list(example.at)}, reported {found}")
        for other in sorted(reported.keys() ^ set(example.also)):
            what = "reports it, too, but is not in `also`" if other in reported else "is in `also` but reports nothing"
            yield BrokenExample(rule, example, f"{other} {what}")
    if not alone:
        yield BrokenExample(rule, None, "no invalid example is reported by this rule alone")
    if not looked_at:
        yield BrokenExample(rule, None, "no valid example is looked at: `when` selects none, or the target is absent")


def _reported(example: Example, checks: Checks) -> dict[str, list[str]]:
    """Rule id → the pointers that it reports."""
    linter = Linter(checks, now=example.now)
    reported: dict[str, list[str]] = {}
    for violation in linter.lint(example_payload(example)):
        reported.setdefault(violation.rule.id, []).append(pointer_text(violation.location.pointer))
    return reported


def _looks_at(rule: Rule, example: Example) -> bool:
    if rule.about == "text":
        return True
    payload = example_payload(example)
    known = Known(example.now, sent_at=example.now, searches=dict(example.searches))
    evaluation = Evaluation(KEYWORDS, payload.form, known)
    for raw in _judged(rule, payload):
        value = raw if rule.nulls else without_nulls(raw)
        there = any(True for target in rule.targets for _ in values_at(target, value))
        if there and evaluation.holds(rule.when, value):
            return True
    return False


def _judged(rule: Rule, payload: Payload) -> list[Json]:
    """The values that the rule judges in the payload, if they fit its `when`."""
    if rule.about == "call":
        return [] if payload.call is None else [payload.call.value]
    if rule.about == "request":
        if payload.captured is not None:
            return [payload.captured.value]
        return [] if payload.answer is None else [payload.document]
    return [payload.all_events] if rule.about == "payload" else payload.event_values


def _list(places: Iterable[str]) -> str:
    return ", ".join(f'"{place}"' for place in places)
