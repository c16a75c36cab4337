"""Runs over streams with and without a screen, told by every reporter, and what the screen did meanwhile."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from insights_lint.acceptor import screen
from insights_lint.audit import audit
from insights_lint.checks import CompiledChecks
from insights_lint.errors import SourceError
from insights_lint.linter import Linter
from insights_lint.model import Rule, Severity
from insights_lint.readers.wanted import Wanted
from insights_lint.reporters import REPORTERS, open_reporter
from insights_lint.reporters.reporter import Settings
from insights_lint.sources import Source
from tests.clean_traffic import Traffic
from tests.mutator import NOW, Raw, write

WINDOW = 60
"""Lines after which screens decide anew in these runs."""


class Seen(NamedTuple):
    """What a screen did with one line."""

    passed: bool
    counted: frozenset[str]
    """Ids of the rules whose breaches its acceptor accepts."""
    left_out: frozenset[str]
    extra: frozenset[str]


class Watched(screen.Screen):
    """A screen that is in use from the first line on and says what it did."""

    seen: list[Seen]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named, warm_up=0)
        self.seen = []
        Watched.last = self

    last: Watched

    def passes(self, line: bytes) -> bool:
        passed = super().passes(line)
        acceptor = self._acceptor
        if acceptor is not None:
            counted, left_out = (
                frozenset(rule.id for rule in rules) for rules in (acceptor.counted, acceptor.left_out)
            )
            self.seen.append(Seen(passed, counted, left_out, frozenset(".".join(path) for path in self._learnt.extra)))
        else:
            self.seen.append(Seen(passed, frozenset(), frozenset(), frozenset()))
        return passed


def watch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has screens watched that decide often."""
    monkeypatch.setattr(screen, "Screen", Watched)
    monkeypatch.setattr(screen, "_WINDOW", WINDOW)


def told(
    path: Path,
    rules: Sequence[Rule],
    *,
    screened: bool,
    max_per_rule: int | None = None,
    min_severity: Severity = Severity.INFO,
) -> dict[str, str]:
    """Name of each reporter → what it tells of the file."""
    linter = Linter(
        CompiledChecks(rules), now=NOW, max_per_rule=max_per_rule, min_severity=min_severity, screened=screened
    )
    streams = {name: io.StringIO() for name in REPORTERS}
    reporters = [open_reporter(name, stream, Settings(statistics=True)) for name, stream in streams.items()]
    for reporter in reporters:
        reporter.start()
    for found in audit([Source(str(path), named=True)], linter, wanted=Wanted(), input_format="ndjson"):
        assert not isinstance(found, SourceError)
        for reporter in reporters:
            reporter.violation(found)
    for reporter in reporters:
        reporter.finish(linter.report)
    return {name: stream.getvalue() for name, stream in streams.items()}


Event = dict[str, Any]


def _named(name: str, event: Event) -> None:
    event["eventName"] = name


def _mixed(events: list[Event]) -> None:
    for number, event in enumerate(events):
        event.pop("timestamp", None)
        if number % 2 == 0:
            event["timestamp"] = Raw(str(NOW - 5000))


def _each(change: Callable[[Event], object]) -> Callable[[list[Event]], None]:
    def change_all(events: list[Event]) -> None:
        for event in events:
            change(event)

    return change_all


def _nothing(_: list[Event]) -> None:
    """Nothing is wrong."""


def _two(event: Event) -> None:
    event.update(eventName="product_clicked", userToken="jane@example.com")


def _misspelt(event: Event) -> None:
    event["indexName"] = event.pop("index", "products")


def _positions(event: Event) -> None:
    if "objectIDs" in event:
        event.update(eventType="click", positions=[Raw("0") for _ in event["objectIDs"]], queryID="a" * 32)


def _unknown(event: Event) -> None:
    event.update(pageTitle="Home: shoes", shop={"id": 7, "tags": ["a", "b"]}, session="x-1", flags=[Raw("1.50"), True])
    for item in event.get("objectData", ()):
        item.update(sku="a:b", sizes=[Raw("38.50")])


def _unknown_and_named(event: Event) -> None:
    _unknown(event)
    _named("PURCHASED", event)


PHASES: dict[str, Callable[[list[Event]], None]] = {
    "clean": _nothing,
    "one rule": _each(partial(_named, "product clicked")),
    "clean again": _nothing,
    "another rule": _each(lambda event: event.update(userToken="jane@example.com")),
    "two rules": _each(_two),
    "items": _each(_positions),
    "filters": _each(lambda event: event.update(filters=["apple", "brand:Apple", "x"]) if "filters" in event else None),
    "payload": _mixed,
    "unknown": _each(_unknown),
    "unknown and a rule": _each(_unknown_and_named),
    "nulls": _each(lambda event: event.update(queryID=None, shop=None)),
    "missing": _each(lambda event: event.pop("userToken", None)),
    "misspelt": _each(_misspelt),
    "old": _each(lambda event: event.update(timestamp=Raw("1657066975147"))),
    "clean at last": _nothing,
}  # fmt: skip
"""What is wrong with all lines for a while, one phase after the other."""


def lines_of(phase: str, traffic: Traffic, count: int) -> Iterator[bytes]:
    """Lines of a phase: bodies and events; now and then one that breaks a rule of its own."""
    for number in range(count):
        node = traffic.body(8) if number % 3 else traffic.event()
        events = node.get("events", [node])
        PHASES[phase](events)
        if number % 37 == 36:
            events[-1]["index"] = ""
        yield write(node).encode() + b"\n"
