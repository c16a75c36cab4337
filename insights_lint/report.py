"""Adds up what a run found: counts that are exact, violations that are kept, and what was looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from insights_lint.model import Layer, Payload, Rule, Severity, Shape, Violation, is_telemetry


@dataclass
class Report:
    """Counts and kept violations of some sources; `merge` adds the parts of a run up to the whole."""

    sources: int = 0
    sources_without_events: int = 0
    not_ours: int = 0
    """Files of a folder that hold nothing of the Insights API; not among `sources`."""
    payloads: int = 0
    """Payloads that were judged, unreadable ones included."""
    requests: int = 0
    """Payloads that are whole request bodies."""
    payloads_without_body: int = 0
    """Captured requests whose body was not recorded; they are not among `requests`."""
    events: int = 0
    """Events that were judged, telemetry not counted."""
    telemetry_events: int = 0
    templates: int = 0
    """Strings that hold a template and were not judged."""
    refused_payloads: int = 0
    """Request bodies that the API would refuse."""
    refused_events: int = 0
    """Events that are lost with them."""
    rules: Counter[str] = field(default_factory=Counter)
    """Rule id → number of violations."""
    severities: Counter[Severity] = field(default_factory=Counter)
    below_minimum: Counter[Severity] = field(default_factory=Counter)
    """Violations that are counted but below the severity that is shown."""
    kept: list[Violation] = field(default_factory=list)
    """The first violations of each rule, in order of source and place."""
    seen: dict[str, Rule] = field(default_factory=dict)
    """Rule id → the rule, for every rule that was broken."""
    kept_rules: Counter[str] = field(default_factory=Counter)
    """Rule id → number of kept violations."""
    notes: list[tuple[str, str]] = field(default_factory=list)
    """(source, sentence): why a source holds no events, or what it looks like."""
    errors: list[str] = field(default_factory=list)
    """What kept a source from being read."""
    rules_run: int = 0
    rules_off: int = 0

    @property
    def violations(self) -> int:
        return sum(self.severities.values())

    @property
    def not_kept(self) -> int:
        """Violations that are counted but neither kept nor left out by severity."""
        return self.violations - len(self.kept) - sum(self.below_minimum.values())

    @property
    def nothing_judged(self) -> bool:
        """Whether no event was seen, and nothing that should have been one; telemetry alone is nothing."""
        return self.events == 0 and not self.reaches(Severity.ERROR)

    def reaches(self, severity: Severity) -> bool:
        """Whether a violation is at or above the severity."""
        return any(number and found >= severity for found, number in self.severities.items())

    def add(self, payload: Payload, broken: Iterable[Rule]) -> None:
        """Counts one judged payload and the rules that it breaks, each as often as it does."""
        events = payload.event_values
        telemetry = sum(map(is_telemetry, events))
        self.payloads += 1
        self.events += len(events) - telemetry
        self.telemetry_events += telemetry
        self.templates += payload.templates
        refused = False
        for rule in broken:
            self.rules[rule.id] += 1
            self.seen[rule.id] = rule
            self.severities[rule.severity] += 1
            refused = refused or (rule.severity is Severity.ERROR and rule.layer is Layer.ARRIVAL)
        if payload.shape is Shape.BODY:
            self.requests += 1
            if refused:
                self.refused_payloads += 1
                self.refused_events += len(events)

    def keep(self, violation: Violation) -> None:
        self.kept.append(violation)
        self.kept_rules[violation.rule.id] += 1

    def merge(self, other: Report) -> Self:
        """Adds another report to this one, and gives this one back."""
        for name in _SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.rules.update(other.rules)
        self.seen |= other.seen
        self.severities.update(other.severities)
        self.below_minimum.update(other.below_minimum)
        self.kept += other.kept
        self.kept_rules.update(other.kept_rules)
        self.notes += other.notes
        self.errors += other.errors
        self.rules_run = max(self.rules_run, other.rules_run)
        self.rules_off = max(self.rules_off, other.rules_off)
        return self


_SUMS = (
    "sources",
    "sources_without_events",
    "not_ours",
    "payloads",
    "requests",
    "payloads_without_body",
    "events",
    "telemetry_events",
    "templates",
    "refused_payloads",
    "refused_events",
)
