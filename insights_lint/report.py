"""Adds up what a run found: counts that are exact, violations that are kept, and what was looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Self

from insights_lint.model import Rule, Severity
from insights_lint.payload import PassedOver, Payload, Shape, is_telemetry

if TYPE_CHECKING:
    from insights_lint.recording import Answered, Outcome
    from insights_lint.violation import Violation


class Report:
    """Counts and kept violations of some sources; `merge` adds the parts of a run up to the whole."""

    def __init__(self, **given: Any) -> None:
        """Of nothing yet; `given` are counts and lists by their names."""
        self.sources = 0
        self.source_noun = "file"
        """What a source is called."""
        self.sources_without_events = 0
        self.not_ours = 0
        """Files of a folder that hold nothing of the Insights API; not among `sources`."""
        self.payloads = 0
        """Payloads that were judged, unreadable ones included."""
        self.shapes: Counter[Shape] = Counter()
        """How many of them are request bodies, calls, entries of a log, and so on."""
        self.payloads_without_body = 0
        """Captured requests whose body was not recorded; they are not among `requests`."""
        self.unseen: Counter[tuple[str, str]] = Counter()
        """(source, why a body was not recorded) → how many of them."""
        self.preflights = 0
        """Captured requests by which browsers asked for permission to send events."""
        self.other_methods = 0
        """Captured requests to the API that are neither those nor POST."""
        self.events = 0
        """Events that were judged, telemetry not counted."""
        self.telemetry_events = 0
        self.templates = 0
        """Strings that hold a template and were not judged."""
        self.refused: Counter[Shape] = Counter()
        """Request bodies that the API would refuse, and calls that it would refuse or never gets."""
        self.lost: Counter[Shape] = Counter()
        """Events that are lost with them."""
        self.lost_when_recorded = 0
        """Events of the captured requests that the API refused."""
        self.outcomes: Counter[Outcome] = Counter()
        """Recorded answers of the API, and how the rules go together with them."""
        self.answers: list[Answered] = []
        """The first of each outcome."""
        self.rules: Counter[str] = Counter()
        """Rule id → number of violations."""
        self.severities: Counter[Severity] = Counter()
        self.below_minimum: Counter[Severity] = Counter()
        """Violations that are counted but below the severity that is shown."""
        self.kept: list[Violation] = []
        """The first violations of each rule, in order of source and place."""
        self.seen: dict[str, Rule] = {}
        """Rule id → the rule, for every rule that was broken."""
        self.kept_rules: Counter[str] = Counter()
        """Rule id → number of kept violations."""
        self.excerpts = True
        """Whether they keep their excerpts; whoever tells each violation at once needs them no longer."""
        self.limits: list[int | None] = []
        """For each kept violation, how many of its rule may be kept for it to be one of them."""
        self.answer_limits: list[tuple[int, int | None]] = []
        """For each kept answer, which of its outcome it is, from 1, and the last that is kept."""
        self.notes: list[tuple[str, str]] = []
        """(source, sentence): why a source holds no events, or what it looks like."""
        self.errors: list[str] = []
        """What kept a source from being read."""
        self.rules_run = 0
        self.rules_off = 0
        if unknown := given.keys() - vars(self).keys():
            raise TypeError(f"a report has no {', '.join(sorted(unknown))}")
        vars(self).update(given)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Report) and vars(self) == vars(other)

    @property
    def requests(self) -> int:
        """Payloads that are whole request bodies."""
        return self.shapes[Shape.BODY]

    @property
    def refused_payloads(self) -> int:
        return self.refused.total()

    @property
    def refused_events(self) -> int:
        return self.lost.total()

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
        self.events += len(events) - telemetry
        self.telemetry_events += telemetry
        self.templates += payload.templates
        refused = self._add_broken(broken)
        if payload.captured is not None and not payload.has_body:
            if payload.captured.unseen:
                self.payloads_without_body += 1
                self.unseen[payload.source, payload.captured.unseen] += 1
            else:
                self.other_methods += 1
            return
        self.payloads += 1
        self.shapes[payload.shape] += 1
        if payload.captured is not None and payload.answer is not None and payload.answer.refused:
            self.lost_when_recorded += len(events)
        if refused and payload.shape in (Shape.BODY, Shape.CALL):
            self.refused[payload.shape] += 1
            self.lost[payload.shape] += len(events) if payload.call is None else payload.call.meant

    def add_alike(self, shape: Shape, events: int, payloads: int, broken: Sequence[Rule]) -> None:
        """Counts payloads of one shape, of so many events each, and the rules that each of them breaks."""
        self.events += events * payloads
        self.payloads += payloads
        self.shapes[shape] += payloads
        if self._add_broken(broken, payloads) and shape is Shape.BODY:
            self.refused[shape] += payloads
            self.lost[shape] += events * payloads

    def _add_broken(self, broken: Iterable[Rule], times: int = 1) -> bool:
        """Counts the rules, each so many times; whether the API refuses what breaks one of them."""
        refused = False
        for rule in broken:
            self.rules[rule.id] += times
            self.seen[rule.id] = rule
            self.severities[rule.severity] += times
            refused = refused or rule.refuses
        return refused

    def add_passed_over(self, request: PassedOver) -> None:
        """Counts one captured request by which no events are sent."""
        if request.preflight:
            self.preflights += 1
        else:
            self.other_methods += 1

    def add_answer(self, answered: Answered, limit: int | None) -> None:
        """Counts a recorded answer, and keeps it if there are fewer than `limit` of its outcome."""
        self.outcomes[answered.outcome] += 1
        self._keep_answer(answered, self.outcomes[answered.outcome], limit)

    def _keep_answer(self, answered: Answered, number: int, limit: int | None) -> None:
        if limit is None or number <= limit:
            self.answers.append(answered)
            self.answer_limits.append((number, limit))

    def has_room(self, rule: Rule, limit: int | None) -> bool:
        """Whether one more violation of the rule is kept, if at most `limit` are."""
        return limit is None or self.kept_rules[rule.id] < limit

    def keep(self, violation: Violation, limit: int | None = None) -> None:
        """Keeps a violation, of whose rule at most `limit` are kept."""
        self.kept.append(violation if self.excerpts else violation._replace(excerpt=()))
        self.kept_rules[violation.rule.id] += 1
        self.limits.append(limit)

    def merge(self, other: Self) -> Self:
        """Adds another report to this one, and gives this one back."""
        self.take(other)
        return self

    def take(self, other: Report) -> list[Violation]:
        """Adds another report to this one, and gives what this one keeps of it, with excerpts.

        That is as much as it would have kept if it had seen all of it itself.
        """
        kept = []
        for answered, (number, limit) in zip(other.answers, other.answer_limits, strict=True):
            self._keep_answer(answered, self.outcomes[answered.outcome] + number, limit)
        for violation, limit in zip(other.kept, other.limits, strict=True):
            if self.has_room(violation.rule, limit):
                self.keep(violation, limit)
                kept.append(violation)
        for name in _SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.unseen.update(other.unseen)
        self.shapes.update(other.shapes)
        self.refused.update(other.refused)
        self.lost.update(other.lost)
        self.outcomes.update(other.outcomes)
        self.rules.update(other.rules)
        self.seen |= other.seen
        self.severities.update(other.severities)
        self.below_minimum.update(other.below_minimum)
        self.notes += other.notes
        self.errors += other.errors
        self.rules_run = max(self.rules_run, other.rules_run)
        self.rules_off = max(self.rules_off, other.rules_off)
        return kept


_SUMS = (
    "sources",
    "sources_without_events",
    "not_ours",
    "payloads",
    "payloads_without_body",
    "preflights",
    "other_methods",
    "lost_when_recorded",
    "events",
    "telemetry_events",
    "templates",
)
