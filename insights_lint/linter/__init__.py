"""Holds payloads against checks: counts every violation in a report, and yields those that are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from insights_lint.checks import Checks, CompiledChecks
from insights_lint.linter.findings import Finder, Finding
from insights_lint.model import Form, Rule, Severity
from insights_lint.payload import Payload, Shape
from insights_lint.report import Report

if TYPE_CHECKING:
    from insights_lint.acceptor.screen import Screen
    from insights_lint.placing import Placer
    from insights_lint.violation import Violation

STREAM_LIMIT = 100
"""Violations of one rule, and answers of one kind, that are kept of a stream, unless told otherwise."""

_MIN_SECRET = 4
"""Characters of a token that hardly stand in a sentence by chance."""

_SETTINGS = ("now", "max_per_rule", "min_severity", "show_values", "excerpts", "screened")


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
        self._finder = Finder(checks, now)
        self._finders_alone: dict[tuple[Rule, ...], Finder] = {}
        self.screened = screened
        self._screen: Screen | None = None

    @cached_property
    def _placer(self) -> Placer:
        from insights_lint.placing import Placer  # what is clean needs none

        return Placer(show_values=self.show_values, excerpts=self.excerpts)

    def __reduce__(self) -> tuple[Callable[..., Linter], tuple[Checks]]:
        """In another process it is one of the same settings that has found nothing yet."""
        return partial(Linter, **{name: getattr(self, name) for name in _SETTINGS}), (self.checks,)

    def passes(self, line: bytes) -> bool:
        """Whether the line of a stream, which is a payload on the wire, needs no judgement; it is counted then."""
        if self._screen is None:
            if not self.screened:
                return False
            self._screen = self._made_screen()
        return self._screen.passes(line)

    def settle(self) -> None:
        """Has everything counted in the report that passed."""
        if self._screen is not None:
            self._screen.settle()

    def lint(self, payload: Payload) -> Iterator[Violation]:
        """The kept violations of one payload, in document order."""
        suspects = self._suspects(payload)
        findings = list(self._finder.findings(payload, suspects))
        broken = [finding.rule for finding in findings]
        names: dict[str, str] = {}
        self.report.add(payload, broken)
        if self._screen is not None and payload.captured is None and payload.form is Form.WIRE:
            self._screen.saw(payload, broken, suspects)
        if payload.answer is not None or payload.captured is not None:
            from insights_lint.refusals import answer_words, compared

            sentence = partial(self._placer.sentence, secrets=_secrets(payload))
            answered = compared(payload, broken, self.checks.rules, sentence)
            shown = answered._replace(pointer=self._placer.pointer(answered.pointer))
            self.report.add_answer(shown, self._limit(payload))
            names["answer"] = answer_words(answered, broken, payload.shape)
        if not findings:
            return
        if suspects:
            self._placer.know(payload, suspects)
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
        return self._finder.findings(payload, self._suspects(payload))

    def _suspects(self, payload: Payload) -> dict[int, int] | None:
        """Numbers of the events that need judgement, of a line that did not pass, and where they begin; None: all."""
        in_line = payload.streamed and payload.captured is None and payload.root == ()
        return self._screen.suspects(payload) if self._screen is not None and in_line else None

    def _made_screen(self) -> Screen:
        from insights_lint.acceptor.screen import Screen  # imports msgspec

        return Screen(self.checks.rules, self.now, full=self._is_full, alone=self._alone, count=self._count)

    def _is_full(self, rule: Rule) -> bool:
        """Whether no more violations of the rule are kept of streams."""
        limit = STREAM_LIMIT if self.max_per_rule is None else self.max_per_rule
        return rule.severity < self.min_severity or self.report.kept_rules[rule.id] >= limit

    def _alone(self, payload: Payload, rules: tuple[Rule, ...]) -> list[Rule]:
        """Those of some rules that a payload breaks, once for each violation."""
        finder = self._finders_alone.get(rules)
        if finder is None:
            finder = self._finders_alone[rules] = Finder(CompiledChecks(rules), self.now)
        return [finding.rule for finding in finder.findings(payload)]

    def _count(self, shape: Shape, events: int, payloads: int, broken: Sequence[Rule]) -> None:
        self.report.add_alike(shape, events, payloads, broken)
        for rule in broken:
            if rule.severity < self.min_severity:
                self.report.below_minimum[rule.severity] += payloads

    def _start(self, payload: Payload, finding: Finding) -> int:
        """Where the blame begins in what is looked at."""
        looked_at = self._placer.request_view(payload) if finding.on_request else payload
        return self._placer.start(looked_at, finding.fault)

    def _limit(self, payload: Payload) -> int | None:
        return STREAM_LIMIT if self.max_per_rule is None and payload.streamed else self.max_per_rule


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
