"""Holds what the acceptor says of mutated lines against what the exact checks say of them.

As a script: `python -m tests.raw_lines --lines 1000000 --seed 1`.
"""

from __future__ import annotations

import argparse
import io
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from insights_lint.acceptor import Acceptor
from insights_lint.acceptor.decoding import PLAIN, Usual
from insights_lint.checks import CompiledChecks
from insights_lint.linter import Linter
from insights_lint.linter.findings import Finding
from insights_lint.model import Form, Rule
from insights_lint.payload import Payload, Shape
from insights_lint.readers import ndjson
from insights_lint.readers.payloads import Found
from insights_lint.readers.source import Input
from insights_lint.readers.wanted import Wanted
from insights_lint.ruleset import load_rules
from tests.line_mutator import EXTRA_KEYS, LineMutator
from tests.mutator import NOW
from tests.odd_rules import ODD_RULES, overridden

_BESIDE = tuple((key,) for key in EXTRA_KEYS if key.isascii())
_LEARNT = (*_BESIDE, *(("objectData", key) for key in ("shop", "a", "b", "quantity")), ("shop", "a"))
_USUAL = ("eventType", "eventName", "userToken", "index", "timestamp", "objectIDs", "queryID", "positions", "shop")
_FEW = 120
"""Characters of a line that is shown."""


class RuleSet(NamedTuple):
    """What an acceptor is made of."""

    name: str
    rules: Sequence[Rule]
    now: int | None = NOW
    counted: Sequence[Rule] = ()
    usual: Usual = PLAIN


class Unsound(NamedTuple):
    """A line that was accepted although it should not have been."""

    rules: RuleSet
    line: bytes
    reason: str

    def __str__(self) -> str:
        return f"{self.rules.name}, {self.rules.usual}: {self.reason}: {self.line[:2000]!r}"


class Judged:
    """An acceptor, and a linter with the rules that it was made of."""

    def __init__(self, rules: RuleSet, make: Callable[..., Acceptor] = Acceptor) -> None:
        self.rules = rules
        self.acceptor = make(rules.rules, now=rules.now, counted=rules.counted, usual=rules.usual)
        everything = dict.fromkeys((*rules.rules, *rules.counted))
        self.linter = Linter(CompiledChecks(everything), now=rules.now)
        self.unknown = set(self.acceptor.left_out)
        self.counted = set(self.acceptor.counted)

    def verdict_or_error(self, line: bytes) -> tuple[str, str]:
        """The verdict; an error of the acceptor, which would end a run, is no better than an unsound one."""
        try:
            return self.verdict(line)
        except Exception as error:
            return "unsound", f"raised {error!r}"

    def verdict(self, line: bytes) -> tuple[str, str]:
        """(`accepted`, `clean`, `faulty` or `unsound`, why it is that)."""
        found, asked = read_line(line)
        payload = found[0] if len(found) == 1 and isinstance(found[0], Payload) else None
        if payload is None or payload.error is not None or payload.form is not Form.WIRE or payload.captured:
            # Whoever reads lines asks only of those that cannot be records.
            if self.acceptor.accept(line) >= 0 and asked:
                return "unsound", f"taken for {[type(one).__name__ for one in found]}"
            return "faulty", ""
        findings = list(self.linter.findings(payload))
        if (wrong := self._clean_event(payload, findings)) is not None:
            return "unsound", f"an event taken for clean, but {wrong}"
        broken = Counter(finding.rule for finding in findings if finding.rule not in self.unknown)
        events = self.acceptor.accept(line)
        if events < 0:
            return ("faulty" if broken else "clean"), ""
        expected = (Shape.BODY, events) if events else (Shape.EVENT, 1)
        if (payload.shape, len(payload.event_values)) != expected or any(one.telemetry for one in payload.events()):
            return "unsound", f"{payload.shape} of {len(payload.event_values)}, accepted as {events}"
        told = Counter(self.acceptor.counted[number] for number in self.acceptor.broken)
        if broken != told:
            missed, invented = ({rule.id: count for rule, count in (one - other).items()} for one, other in
                                ((broken, told), (told, broken)))  # fmt: skip
            return "unsound", f"not told {missed}, told without need {invented}"
        return "accepted", ""

    def _clean_event(self, payload: Payload, findings: Sequence[Finding]) -> str | None:
        """A rule that an event of a body breaks which the acceptor takes for clean."""
        if payload.shape is not Shape.BODY:
            return None
        suspects = self.acceptor.suspects(payload.text.encode("utf-8", "surrogatepass"))
        if suspects is None:
            return None
        for rule, _, event, *_ in findings:
            if event is not None and event not in suspects and rule.about == "event" and rule not in self.unknown:
                return rule.id
        return None


def read_line(line: bytes) -> tuple[list[Found], bool]:
    """What the exact path makes of a line of NDJSON, and whether it is one that the acceptor is asked for."""
    asked: list[bytes] = []

    def passes(one: bytes) -> bool:
        asked.append(one)
        return False

    return list(ndjson.read(Input(io.BytesIO(line), "made", Wanted(), passes=passes))), bool(asked)


@dataclass
class Soundness:
    """What was compared: each line with some acceptors."""

    lines: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    told: int = 0
    """Faults that were counted exactly by acceptors."""
    kept: dict[tuple[str, str], Unsound] = field(default_factory=dict)
    """Of each rule set and reason the shortest line."""

    def keep(self, unsound: Unsound) -> None:
        key = unsound.rules.name.split(":")[0], unsound.reason
        if key not in self.kept or len(unsound.line) < len(self.kept[key].line):
            self.kept[key] = unsound

    def __str__(self) -> str:
        counts = self.verdicts
        share = counts["accepted"] / max(1, counts.total())
        return (
            f"{self.lines:,} lines, judged {counts.total():,} times: {counts['accepted']:,} accepted ({share:.0%}, "
            f"{self.told:,} faults counted), {counts['clean']:,} rejected although clean, "
            f"{counts['faulty']:,} rejected with violations, {counts['unsound']:,} unsound"
        )


def compare(
    lines: Iterable[bytes],
    sets: Iterator[Judged],
    *,
    always: Sequence[Judged] = (),
    each: int = 250,
    progress: Callable[[Soundness], object] = str,
) -> Soundness:
    """Judges each line with one of the sets, of which the next takes over after so many lines, and with `always`."""
    result = Soundness()
    current: Judged | None = None
    for line in lines:
        if result.lines % each == 0:
            current = next(sets, None)
        result.lines += 1
        for judged in (*always, *([current] if current else [])):
            verdict, reason = judged.verdict_or_error(line)
            result.verdicts[verdict] += 1
            if verdict == "unsound":
                result.keep(Unsound(judged.rules, line, reason))
            elif verdict == "accepted":
                result.told += len(judged.acceptor.broken)
        progress(result)
    return result


def rule_sets(rules: Sequence[Rule], seed: int) -> Iterator[RuleSet]:
    """Rule sets without end: all rules, one of them, some of them, changed ones, and those of users beside them."""
    random = Random(seed)  # noqa: S311  # repeatable, not secret
    on = [rule for rule in rules if rule.enabled]
    singles = [rule for rule in (*rules, *ODD_RULES) if Form.WIRE in rule.forms]
    random.shuffle(singles)
    while True:
        for single in singles:
            for made in (
                RuleSet(f"only: {single.id}", [single]),
                RuleSet(f"beside: {single.id}", [*(rule for rule in on if rule is not single), single]),
                RuleSet("all", rules),
                RuleSet("some", random.sample(singles, random.choice((1, 2, 5, 20, 60)))),
                RuleSet("changed", [overridden(rule, random) for rule in on]),
                RuleSet("odd", [*random.sample(on, 5), *random.sample(ODD_RULES, random.choice((2, 3, 5)))]),
            ):
                yield _varied(made, random)


def _varied(made: RuleSet, random: Random) -> RuleSet:
    """The set with another clock, counted rules, and something else that is usual."""
    chosen = list(made.rules)
    counted = random.sample(chosen, min(len(chosen), random.choice((0, 0, 1, 3, len(chosen) // 2, len(chosen)))))
    usual = Usual(
        order=tuple(random.sample(_USUAL, random.choice((0, len(_USUAL))))),
        extra=tuple(random.sample(_LEARNT, random.choice((0, 3, len(_LEARNT), len(_LEARNT))))),
        beside=tuple(random.sample(_BESIDE, random.choice((0, 3, len(_BESIDE))))),
        fractions=random.choice((True, False)),
    )
    return made._replace(now=random.choice((NOW, NOW, None)), counted=counted, usual=usual)


def judged_sets(rules: Sequence[Rule], seed: int) -> Iterator[Judged]:
    return map(Judged, rule_sets(rules, seed))


def default_sets(rules: Sequence[Rule]) -> list[Judged]:
    """The rules that are on by default, with a clock and without one."""
    on = [rule for rule in rules if rule.enabled]
    return [Judged(RuleSet("default", on)), Judged(RuleSet("default without a clock", on, None))]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.raw_lines", description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000, help="how many lines to mutate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=250, help="lines after which another rule set has its turn")
    options = parser.parse_args()
    rules = load_rules()
    last, shown = time.monotonic(), 0

    def progress(counts: Soundness) -> None:
        nonlocal last, shown
        while shown < len(counts.kept):
            sys.stdout.write(f"{list(counts.kept.values())[shown]}\n")
            shown += 1
        if time.monotonic() - last > 60:
            last = time.monotonic()
            sys.stdout.write(f"seed {options.seed}: {counts}\n")
            sys.stdout.flush()

    lines = LineMutator(options.seed).lines(options.lines)
    result = compare(
        lines, judged_sets(rules, options.seed), always=default_sets(rules)[:1], each=options.each, progress=progress
    )
    sys.stdout.write(f"seed {options.seed}, done: {result}\n")
    return 1 if result.verdicts["unsound"] else 0


if __name__ == "__main__":
    sys.exit(main())
