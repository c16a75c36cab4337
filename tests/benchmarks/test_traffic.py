"""The traffic is the same for the same seed, clean where it says so, and faulty in the ways that it says."""

from __future__ import annotations

import functools
import itertools
import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from jsonschema.validators import validator_for

from insights_lint import lint_files
from tests.benchmarks.peer_schema import peer_schema, peer_schema_draft_7
from tests.benchmarks.traffic import FAULTS, FAULTY_SHARE, MIXES, NOW, Traffic, write_fixtures, write_lines

LINES = 150


@functools.cache
def lines_of(mix: str, count: int = LINES) -> list[str]:
    return list(itertools.islice(Traffic(mix, 7).lines(), count))


def events_of(line: str) -> list[dict[str, Any]]:
    payload = json.loads(line)
    events: list[dict[str, Any]] = payload.get("events", [payload])
    return events


def rules_broken(lines: Iterable[str], folder: Path) -> dict[int, list[str]]:
    """The rules that each line breaks, by its number."""
    file = folder / "traffic.ndjson"
    file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    broken: dict[int, list[str]] = {}
    for violation in lint_files([file], now=NOW, max_per_rule=100_000).kept:
        broken.setdefault(violation.location.line, []).append(violation.rule.id)
    return broken


@pytest.mark.parametrize("mix", MIXES)
def test_a_seed_gives_the_same_bytes_every_time(mix: str, tmp_path: Path) -> None:
    first, second, other = (tmp_path / name for name in ("first", "second", "other"))
    events = [write_lines(file, mix, 0.05, seed) for file, seed in ((first, 1), (second, 1), (other, 2))]
    text = first.read_text("utf-8")
    assert 50_000 <= len(text.encode()) < 60_000
    assert text.endswith("}\n")
    assert events[0] == sum(len(events_of(line)) for line in text.splitlines())
    assert second.read_text("utf-8") == text
    assert other.read_text("utf-8") != text


@pytest.mark.parametrize("mix", ["clean", "varied"])
def test_clean_mixes_break_no_rule(mix: str, tmp_path: Path) -> None:
    assert rules_broken(lines_of(mix), tmp_path) == {}


def test_varied_lines_are_written_in_many_ways() -> None:
    text = "\n".join(lines_of("varied"))
    for unusual in (
        '": "',
        " ,\t",
        r"\u0050roduct",
        r"\u0065vents",
        r"\u00dcber",
        "Über",
        "pageTitle",
        "sentBy",
        ".0]",
    ):
        assert unusual in text
    assert len({tuple(event) for line in lines_of("varied") for event in events_of(line)}) > LINES / 2


def test_every_event_of_the_broken_mix_breaks_the_same_rule(tmp_path: Path) -> None:
    lines = lines_of("broken")
    assert rules_broken(lines, tmp_path) == {
        number: ["event-name-not-title-case"] * len(events_of(line)) for number, line in enumerate(lines, 1)
    }


def test_the_faulty_mix_is_the_clean_one_but_for_its_share_of_faults() -> None:
    pairs = zip(lines_of("clean", 2_000), lines_of("faulty", 2_000), strict=True)
    events = [both for clean, faulty in pairs for both in zip(events_of(clean), events_of(faulty), strict=True)]
    share = sum(clean != faulty for clean, faulty in events) / len(events)
    assert share == pytest.approx(FAULTY_SHARE, rel=0.25)


def test_events_are_as_large_and_as_often_alone_as_in_real_traffic() -> None:
    lines = lines_of("clean", 2_000)
    events = sum(len(events_of(line)) for line in lines)
    assert sum(map(len, lines)) / events == pytest.approx(324, rel=0.05)
    assert sum("events" not in json.loads(line) for line in lines) / len(lines) == pytest.approx(0.3, abs=0.05)


def test_every_fault_is_found_by_its_rule_and_by_the_peers(tmp_path: Path) -> None:
    dice = random.Random(3)  # noqa: S311  # repeatable, not secret
    peers = [validator_for(schema)(schema) for schema in (peer_schema(), peer_schema_draft_7())]
    whole = Traffic("clean", 3).body(10 * len(FAULTS))["events"]
    assert all(peer.is_valid(event) for peer in peers for event in whole)
    expected = list(itertools.islice(itertools.cycle(FAULTS), len(whole)))
    for rule, event in zip(expected, whole, strict=True):
        FAULTS[rule](event, dice)
    assert not any(peer.is_valid({"events": [event]}) for peer in peers for event in whole)
    found = rules_broken(map(json.dumps, whole), tmp_path)
    assert [rule for number, rule in enumerate(expected, 1) if rule not in found.get(number, [])] == []


def test_fixtures_are_clean_and_small(tmp_path: Path) -> None:
    write_fixtures(tmp_path / "fixtures", 20, 1)
    files = list((tmp_path / "fixtures").iterdir())
    assert len(files) == 20
    assert max(file.stat().st_size for file in files) < 8_000
    report = lint_files(files, now=NOW)
    assert report.events > 20
    assert not report.kept
