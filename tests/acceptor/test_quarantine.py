"""Rules that fail everywhere leave the acceptor while they do, and no report tells that they did."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from insights_lint.model import Rule, Schema, Severity
from tests.acceptor.runs import PHASES, WINDOW, Seen, Watched, lines_of, told, watch
from tests.clean_traffic import Traffic
from tests.line_mutator import LineMutator
from tests.odd_rules import ODD_RULES, made

LINES = 4 * WINDOW
"""Of each phase."""

OPTIONS: list[dict[str, Any]] = [
    {"max_per_rule": 0},
    {"max_per_rule": 1},
    {},
    {"max_per_rule": 1000},
    {"min_severity": Severity.ERROR, "max_per_rule": 3},
]


@pytest.fixture(scope="module")
def traffic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One phase after the other, some megabytes."""
    path = tmp_path_factory.mktemp("traffic") / "mixed.ndjson"
    made = Traffic(2)
    path.write_bytes(b"".join(line for phase in PHASES for line in lines_of(phase, made, LINES)))
    return path


@pytest.fixture(autouse=True)
def watched(monkeypatch: pytest.MonkeyPatch) -> None:
    watch(monkeypatch)


def seen_of(phase: str) -> list[Seen]:
    """What the last screen did with the second half of a phase's lines."""
    start = list(PHASES).index(phase) * LINES
    return Watched.last.seen[start + LINES // 2 : start + LINES]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_reports_are_the_same(traffic: Path, builtin_rules: list[Rule], options: dict[str, Any]) -> None:
    rules = [rule for rule in builtin_rules if rule.enabled]
    assert told(traffic, rules, screened=True, **options) == told(traffic, rules, screened=False, **options)
    assert any(one.passed for one in Watched.last.seen)


def test_rules_leave_and_come_back(traffic: Path, builtin_rules: list[Rule]) -> None:
    told(traffic, [rule for rule in builtin_rules if rule.enabled], screened=True)
    assert passed("clean") > 0.9
    expected = {
        "one rule": {"event-name-not-title-case"},
        "another rule": {"user-token-personal-data", "user-token-characters"},
        "two rules": {"event-name-not-title-case", "user-token-personal-data"},
        "unknown and a rule": {"event-name-not-title-case"},
        "missing": {"user-token-missing"},
        "old": {"timestamp-too-old"},
    }
    for phase, rules in expected.items():
        assert rules <= seen_of(phase)[-1].counted
        assert passed(phase) > 0.9
    for phase, rule in (
        ("items", "positions-not-positive"),
        ("filters", "filters-without-attribute"),
        ("payload", "batch-timestamps-mixed"),
        ("unknown", "object-data-unknown-key"),
    ):
        assert rule in seen_of(phase)[-1].left_out
        assert passed(phase) > 0.8
    for phase in ("clean again", "clean at last"):
        assert seen_of(phase)[-1].counted <= {"index-empty"}
        assert passed(phase) > 0.9
    assert seen_of("payload")[-1].extra == set()
    assert seen_of("unknown")[-1].extra == {
        "pageTitle",
        "shop",
        "session",
        "flags",
        "objectData.sku",
        "objectData.sizes",
    }


def passed(phase: str) -> float:
    """The share of the second half of a phase's lines that passed."""
    seen = seen_of(phase)
    return sum(one.passed for one in seen) / len(seen)


@pytest.mark.parametrize("seed", range(3))
def test_mutated_lines(tmp_path: Path, builtin_rules: list[Rule], seed: int) -> None:
    path = tmp_path / "mutated.ndjson"
    path.write_bytes(b"".join(LineMutator(seed).lines(10 * WINDOW)))
    rules = [*(rule for rule in builtin_rules if rule.enabled), *ODD_RULES[seed::7]]
    told_with = told(path, rules, screened=True, max_per_rule=seed)
    assert told_with == told(path, rules, screened=False, max_per_rule=seed)
    assert any(one.passed and (one.counted or one.left_out) for one in Watched.last.seen)


def test_rules_that_give_way_do_so_to_rules_that_are_counted(traffic: Path) -> None:
    clicks: Schema = {"required": ["eventType"], "properties": {"eventType": {"const": "click"}}}
    rules = [
        made("needed", {"required": ["queryID"]}, when=clicks),
        made("wanted", {"required": ["queryID"]}, gives_way=True),
    ]
    assert told(traffic, rules, screened=True, max_per_rule=0) == told(traffic, rules, screened=False, max_per_rule=0)
    assert any(one.passed and one.counted and one.left_out for one in Watched.last.seen)
