"""Makes rules ready to judge: for every value, which of them it breaks and which places are to blame.

One compiled function for each kind of rule tells which of its rules fail; that decides. A wheel has the functions of
the built-in rules that are on by default. The places are then found by evaluating the rule that failed, which is slower
and rare. Templates cannot be decided by code that looks at values, so payloads that hold some are evaluated throughout.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from insights_lint.builtin import FAILING, RULES
from insights_lint.model import Form, Json, Rule
from insights_lint.payload import Known

if TYPE_CHECKING:
    from insights_lint.compiler import Failing
    from insights_lint.keywords.keyword import Fault

Faults = Iterable[tuple[Rule, "Fault"]]

_NUMBERS = {rule: number for number, rule in enumerate(RULES)}
"""The number of each built-in rule that the wheel has compiled; one that overrides it is another rule."""


class Judge(Protocol):
    """Some rules that look at the same kind of value, made ready to judge it."""

    def __call__(self, value: Json, *, known: Known, plain: bool) -> Faults:
        """The faults of the value under each rule, rule by rule; pointers are from the value.

        The value holds no null members, unless the rules look for those. A `plain` value is an object without
        templates.
        """


class Checks(Protocol):
    """Rules made ready to judge; the linter knows no more of them than this."""

    @property
    def rules(self) -> Sequence[Rule]: ...

    def judge(self, rules: Sequence[Rule], form: Form) -> Judge:
        """A judge of some of the rules, for values of that form."""


class CompiledChecks:
    """Checks as generated Python."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)

    def judge(self, rules: Sequence[Rule], form: Form) -> Judge:
        return _CompiledJudge(rules, form)


class _CompiledJudge:
    def __init__(self, rules: Sequence[Rule], form: Form) -> None:
        self.rules = rules
        self.form = form

    @cached_property
    def failing(self) -> Failing:
        """Made when the first value arrives: most runs see no telemetry and no nulls."""
        make = FAILING.get((self.form, tuple(_NUMBERS.get(rule, -1) for rule in self.rules)))
        if make is not None:
            return make()
        from insights_lint.compiler import compiled  # imports all keywords

        return compiled(self.rules, self.form)

    def __call__(self, value: Json, *, known: Known, plain: bool) -> Faults:
        # A template may or may not break any of the rules.
        numbers = self.failing(value, known) if plain and self.rules else range(len(self.rules))
        if not numbers:
            return ()
        from insights_lint.compiler import places  # what is clean needs no keywords

        return places([self.rules[number] for number in numbers], self.form, value, known, failed=plain)
