"""What the acceptor lets pass, the exact checks let pass: a seeded mutator of raw lines, and that it would notice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pytest

from insights_lint import acceptor
from insights_lint.acceptor import Acceptor, runtime
from insights_lint.acceptor.decoding import Usual
from insights_lint.model import Rule
from tests.acceptor.runs import lines_of
from tests.clean_traffic import Traffic
from tests.line_mutator import LineMutator
from tests.mutator import Raw, write
from tests.odd_rules import ODD_RULES
from tests.raw_lines import Judged, RuleSet, Soundness, compare, default_sets, judged_sets, rule_sets

LINES = 10_000
SEED = 20261124


@pytest.fixture(scope="module")
def soundness(builtin_rules: list[Rule]) -> Soundness:
    sets = judged_sets(builtin_rules, SEED)
    return compare(LineMutator(SEED).lines(LINES), sets, always=default_sets(builtin_rules)[:1], each=500)


def test_nothing_faulty_is_accepted(soundness: Soundness, record_property: Callable[[str, object], None]) -> None:
    record_property("Raw lines", str(soundness))
    assert [str(unsound) for unsound in soundness.kept.values()] == []


def test_much_is_accepted(soundness: Soundness) -> None:
    verdicts = soundness.verdicts
    assert verdicts["accepted"] > 0.3 * verdicts.total()
    assert verdicts["faulty"] > 0.2 * verdicts.total()
    assert soundness.told > 0


def test_without_a_clock(builtin_rules: list[Rule]) -> None:
    result = compare(LineMutator(3).lines(1000), iter(()), always=default_sets(builtin_rules)[1:])
    assert list(result.kept.values()) == []
    assert result.verdicts["accepted"] > 300


@pytest.mark.parametrize("rule", ODD_RULES, ids=lambda rule: rule.id)
def test_rules_of_users(rule: Rule, builtin_rules: list[Rule]) -> None:
    some = [one for one in builtin_rules if one.enabled][::5]
    usual = Usual(extra=(("shop",), ("a",), ("page",), ('a"b',), ("",), ("objectData", "sku"), ("objectData", "")))
    for judged in (
        Judged(RuleSet("only", [rule], usual=usual)),
        Judged(RuleSet("counted", [], counted=[rule], usual=usual)),
        Judged(RuleSet("beside", some, counted=[rule])),
    ):
        result = compare(LineMutator(5).lines(150), iter([judged]))
        assert [str(unsound) for unsound in result.kept.values()] == []


def test_what_cannot_be_expressed_is_left_out(builtin_rules: list[Rule]) -> None:
    on = [rule for rule in builtin_rules if rule.enabled]
    left_out = {rule.id for rule in Acceptor([*on, *ODD_RULES[:6]], now=None).left_out}
    assert left_out == {"unique-events", "sum", "closed", "closed-items"} & {rule.id for rule in ODD_RULES[:6]}
    assert Acceptor(on, now=None).left_out == []


def test_same_seed_same_lines_and_sets(builtin_rules: list[Rule]) -> None:
    first, again, other = (list(LineMutator(seed).lines(200)) for seed in (7, 7, 8))
    assert first == again
    assert first != other
    one, two = (list(islice(rule_sets(builtin_rules, 7), 30)) for _ in range(2))
    assert [(made_of.name, made_of.usual) for made_of in one] == [(made_of.name, made_of.usual) for made_of in two]


# That a broken acceptor would be noticed.


def unsound_of(judged: Judged, lines: Iterator[bytes] | None = None) -> set[str]:
    """Ids of rules and other words for what was accepted wrongly."""
    return {
        unsound.reason
        for unsound in compare(lines or LineMutator(5).lines(1500), iter([judged]), each=10**9).kept.values()
    }


def test_uncounted_colons_are_noticed(builtin_rules: list[Rule], monkeypatch: pytest.MonkeyPatch) -> None:
    class Blind(bytes):
        """A line in which colons are as many as members."""

        def count(self, *_: Any) -> int:
            return Blind.members

        members = 0

    judged = default_sets(builtin_rules)[0]
    accept = judged.acceptor.accept

    def blind(line: bytes) -> int:
        for Blind.members in range(60):
            if (events := accept(Blind(line))) >= 0:
                return events
        return -1

    judged.acceptor.accept = blind
    assert any("json-duplicate-key" in reason for reason in unsound_of(judged))


@pytest.mark.parametrize(
    ("forgotten", "phase"),
    [
        ("event-name-not-title-case", "one rule"),
        ("user-token-missing", "missing"),
        ("positions-not-positive", "items"),
        ("filters-without-attribute", "filters"),
        ("batch-timestamps-mixed", "payload"),
        ("timestamp-too-old", "old"),
        ("index-empty", "clean"),
    ],
)
def test_a_forgotten_rule_is_noticed(builtin_rules: list[Rule], forgotten: str, phase: str) -> None:
    def forgetful(rules: list[Rule], **named: Any) -> Acceptor:
        return Acceptor([rule for rule in rules if rule.id != forgotten], **named)

    judged = Judged(RuleSet("forgetful", [rule for rule in builtin_rules if rule.enabled]), forgetful)
    reasons = unsound_of(judged, lines_of(phase, Traffic(5), 200))
    assert reasons
    assert all(forgotten in reason for reason in reasons)


def test_unread_values_that_are_not_json_are_noticed(
    builtin_rules: list[Rule], monkeypatch: pytest.MonkeyPatch
) -> None:
    on = [rule for rule in builtin_rules if rule.enabled]
    monkeypatch.setattr(runtime, "harmless", lambda _: True)
    values = ('{"a":1,"a":2}', "1e400", "[" * 256 + "]" * 256)
    lines = (write({**Traffic(5).event(), "shop": Raw(value)}).encode() for value in values)
    reasons = unsound_of(Judged(RuleSet("careless", on, usual=Usual(extra=(("shop",),)))), lines)
    assert "taken for ['Payload']" in reasons
    assert any("json-duplicate-key" in reason for reason in reasons)


def test_several_faults_counted_as_one_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acceptor, "can_be_counted", lambda _: True)
    rule = next(rule for rule in ODD_RULES if rule.id == "two-places")
    assert any(
        "not told {'two-places': 1}" in reason for reason in unsound_of(Judged(RuleSet("many", [], counted=[rule])))
    )


def test_an_error_of_the_acceptor_is_noticed(builtin_rules: list[Rule]) -> None:
    judged = default_sets(builtin_rules)[0]

    def fail(line: bytes) -> int:
        raise AttributeError("what")

    judged.acceptor.accept = fail
    assert "raised AttributeError('what')" in unsound_of(judged, LineMutator(1).lines(5))
