"""Compares the compiled checks, the meaning of their keywords and the jsonschema library on mutated payloads.

As a script: `python -m tests.agreement --events 200000 --seed 1`, with the corpus named by INSIGHTS_LINT_CORPUS.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from insights_lint.checks import Checks, CompiledChecks, Faults
from insights_lint.compiler import evaluate
from insights_lint.keywords.dialect import KEYWORDS
from insights_lint.keywords.keyword import Evaluation, Fault
from insights_lint.linter import Linter
from insights_lint.model import Form, Json, Pointer, Rule, pointer_text
from insights_lint.payload import Known, Payload, Shape, TextFault
from insights_lint.readers import json_document
from insights_lint.readers.captures import Captures
from insights_lint.readers.exchange import BodyText, Exchange, Unseen
from insights_lint.readers.payloads import Payloads
from insights_lint.readers.source import Input, Record
from insights_lint.readers.wanted import Wanted
from insights_lint.reference import ReferenceChecks
from insights_lint.ruleset import load_rules
from tests.mutator import NOW, Mutator, real_events

Found = frozenset[tuple[str, str]]
"""(rule id, pointer) of everything that is reported for one payload."""

_SIZES = (None, None, None, 300, 1_999_999, 2_000_000, 3_000_000)


_HOUR = 3_600_000
_QUERY_ID = re.compile(r'"queryID": ?"([0-9a-f]{32})"')
_SEARCH = "https://app-dsn.algolia.net/1/indexes/products"
_URLS = (
    *("https://insights.algolia.io/1/events", "https://insights.de.algolia.io/1/events", "/1/events"),
    *("http://insights.algolia.io/1/events", "https://insights.algolia.io/1/event", "https://insights.fr.algolia.io/"),
    *("https://app-dsn.algolia.net/1/events", "//insights.us.algolia.io/1/events"),
)
_KEY = "0123456789abcdef0123456789abcdef"
_QUERIES = (
    "",
    "?X-Algolia-Application-Id=A",
    f"?X-Algolia-Application-Id=A&X-Algolia-API-Key={_KEY}&X-Algolia-Agent=insights-js%20(2.6.0)",
    "?X-Algolia-Application-Id=A&X-Algolia-API-Key=REDACTED&X-Algolia-Agent=insights-js%20(2.17.3)",
    f"?x-algolia-application-id=A&x-algolia-api-key={_KEY}",
)
_HEADERS = (
    {"content-type": "text/plain"},
    {"x-algolia-application-id": "A", "x-algolia-api-key": "***"},
    {"x-algolia-application-id": "A", "x-algolia-api-key": _KEY[::-1], "x-algolia-agent": "insights-js (2.8.9)"},
    {"x-algolia-application-id": "", "x-algolia-api-key": "a" * 40},
)


class EvaluatedChecks:
    """Checks by the meaning of their keywords alone: no code is generated, and no library asked."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules: Sequence[Rule] = tuple(rules)

    def judge(self, rules: Sequence[Rule], form: Form) -> EvaluatedJudge:
        return EvaluatedJudge(rules, form)


@dataclass(frozen=True)
class EvaluatedJudge:
    rules: Sequence[Rule]
    form: Form

    def __call__(self, value: Json, *, known: Known, plain: bool) -> Faults:  # noqa: ARG002  # templates or not
        evaluation = Evaluation(KEYWORDS, self.form, known)
        for rule in self.rules:
            for fault in evaluate(evaluation, rule, value):
                yield rule, fault


Engine = Callable[[Iterable[Rule]], Checks]

ENGINES: dict[str, Engine] = {
    "compiled": CompiledChecks,
    "evaluated": EvaluatedChecks,
    "reference": ReferenceChecks,
}


@dataclass(frozen=True)
class Difference:
    """A payload of which two ways of judging say different things."""

    text: str
    size: int | None
    now: int | None
    engine: str
    templated: bool
    only_compiled: Found
    only_engine: Found

    @property
    def rules(self) -> frozenset[str]:
        return frozenset(rule for rule, _ in self.only_compiled | self.only_engine)


@dataclass
class Agreement:
    """What was compared. Findings are those of the compiled checks, each rule once for each pointer of a payload."""

    payloads: int = 0
    unreadable: int = 0
    templated: int = 0
    events: int = 0
    """Those that are objects."""
    forms: Counter[Form] = field(default_factory=Counter)
    """Payloads of each form."""
    findings: int = 0
    differences: int = 0
    kept: dict[tuple[str, bool, frozenset[str]], Difference] = field(default_factory=dict)
    """Of one engine's differences on the same rules, with and without templates each, that with the shortest text."""
    rules: Counter[str] = field(default_factory=Counter)
    """Rule id → findings."""
    differing: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(engine, rule id) → payloads of which it says something else than the compiled checks."""

    def keep(self, difference: Difference) -> None:
        key = difference.engine, difference.templated, difference.rules
        if key not in self.kept or len(difference.text) < len(self.kept[key].text):
            self.kept[key] = difference

    def __str__(self) -> str:
        return (
            f"{self.events:,} events in {self.payloads:,} payloads ({self.unreadable:,} unreadable, "
            f"{self.templated:,} with templates): {self.findings:,} findings of {len(self.rules)} rules, "
            f"{self.differences:,} differences"
        )


def read(text: str, form: Form = Form.WIRE) -> Payload:
    """The payload as it is read from a file."""
    (payload,) = json_document.read(Input(io.BytesIO(text.encode()), "made", Wanted(form)))
    assert isinstance(payload, Payload)
    return payload


class Recorder:
    """Makes captured requests of bodies: any URL, method, headers and answer, and perhaps a search before it."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  # repeatable, not secret
        self.captures = Captures(Payloads("made", Wanted()))

    def captured(self, text: str) -> Payload:
        """The payload that a request with this body is."""
        choice = self.random.choice
        for query_id in set(_QUERY_ID.findall(text)):
            if choice((True, False)):
                self._search(query_id)
        exchange = Exchange(
            url=choice(_URLS) + choice(_QUERIES),
            method=choice(("POST", "POST", "POST", "", "PUT")),
            body=choice((BodyText(text), BodyText(text), BodyText(text), Unseen("not recorded"))),
            headers=choice((None, {}, *_HEADERS)),
            time=choice((None, NOW, NOW - _HOUR)),
            status=choice((None, 200, 401, 422, 500)),
            answer=choice(("", '{"message": "EventName is required"}')),
        )
        (payload,) = self.captures.of(exchange, Record(None, "", exact=False))
        assert isinstance(payload, Payload)
        assert payload.captured is not None
        altered = self.random.random() < 0.2
        return payload._replace(captured=payload.captured._replace(numbers_altered=altered))

    def _search(self, query_id: str) -> None:
        time = NOW + self.random.choice((0, -_HOUR, -_HOUR - 1, _HOUR + 1, -48 * _HOUR))
        answer = json.dumps({"queryID": query_id})
        search = Exchange(f"{_SEARCH}/query", "POST", Unseen(""), time=time, status=200, answer=answer)
        assert list(self.captures.of(search, Record(None, "", exact=False))) == []


def found_by(linter: Linter, payload: Payload) -> Found:
    return frozenset((rule.id, pointer_text(_place(fault))) for rule, fault, *_ in linter.findings(payload))


def _place(fault: Fault | TextFault) -> Pointer:
    return fault.pointer if isinstance(fault, TextFault) else fault.at


def compare(
    rules: Sequence[Rule],
    events: Sequence[Json],
    *,
    count: int,
    seed: int,
    engines: Mapping[str, Engine] = ENGINES,
    progress: Callable[[Agreement], object] = str,
) -> Agreement:
    """Judges mutated payloads with at least `count` events in every way, in turn with and without a clock.

    All rules take part, those that are off by default too. Of the `engines`, "compiled" is what the others are compared
    with. `progress` is told the counts after every payload.
    """
    on = [rule._replace(enabled=True) for rule in rules]
    linters = {now: {name: Linter(engine(on), now=now) for name, engine in engines.items()} for now in (NOW, None)}
    mutator = Mutator(seed, events)
    recorder = Recorder(seed)
    result = Agreement()
    for form, text in mutator:
        if result.events >= count:
            break
        is_captured = form is Form.WIRE and recorder.random.random() < 0.25
        payload = recorder.captured(text) if is_captured else read(text, form)
        if payload.shape is Shape.BODY:
            payload = payload._replace(sent_size=mutator.random.choice(_SIZES))
        result.payloads += 1
        result.forms[form] += 1
        result.events += sum(isinstance(event.value, dict) for event in payload.events())
        result.unreadable += payload.error is not None
        result.templated += payload.templates > 0
        now = NOW if result.payloads % 2 else None
        for difference in _differences(linters[now], payload, text, result):
            result.differences += 1
            result.differing.update((difference.engine, rule) for rule in difference.rules)
            result.keep(difference)
        progress(result)
    return result


def _differences(linters: dict[str, Linter], payload: Payload, text: str, result: Agreement) -> Iterator[Difference]:
    compiled = found_by(linters["compiled"], payload)
    result.findings += len(compiled)
    result.rules.update(rule for rule, _ in compiled)
    for engine in linters.keys() - {"compiled"}:
        other = found_by(linters[engine], payload)
        if other != compiled:
            now = linters[engine].now
            templated = payload.templates > 0
            yield Difference(text, payload.sent_size, now, engine, templated, compiled - other, other - compiled)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.agreement", description=__doc__)
    parser.add_argument("--events", type=int, default=200_000, help="how many events to judge, at least")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", type=Path, default=os.environ.get("INSIGHTS_LINT_CORPUS"))
    options = parser.parse_args()
    if options.corpus is None:
        parser.error("--corpus or INSIGHTS_LINT_CORPUS must name the folder of real payloads")
    last = time.monotonic()

    def progress(counts: Agreement) -> None:
        nonlocal last
        if time.monotonic() - last > 60:
            last = time.monotonic()
            sys.stdout.write(f"seed {options.seed}: {counts}\n")
            sys.stdout.flush()

    result = compare(
        load_rules(), real_events(options.corpus), count=options.events, seed=options.seed, progress=progress
    )
    sys.stdout.write(f"seed {options.seed}, done: {result}\n")
    for rule, number in sorted(result.rules.items()):
        sys.stdout.write(f"{number:9,} {rule}\n")
    for (engine, rule), number in sorted(result.differing.items()):
        sys.stdout.write(f"{engine} differs on {rule}: {number:,}\n")
    for difference in result.kept.values():
        sys.stdout.write(f"{difference}\n")
    return 1 if result.differences else 0


if __name__ == "__main__":
    sys.exit(main())
