"""Proves the sentences of the summary: numbers, singular and plural, and what is said after looking at nothing."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from insights_lint.model import Severity
from insights_lint.payload import Shape
from insights_lint.report import Report
from insights_lint.reporters.summary import statistics, summary

ERROR = Counter({Severity.ERROR: 1})


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"sources": 1, "events": 1}, ["Checked 1 file, 1 event: no violations."]),
        (
            {
                "sources": 1,
                "shapes": Counter({Shape.BODY: 1}),
                "events": 2,
                "severities": Counter({Severity.ERROR: 5, Severity.WARNING: 2}),
            },
            ["Checked 1 file, 1 request, 2 events: 5 errors, 2 warnings."],
        ),
        (
            {"sources": 1_500, "sources_without_events": 1_499, "events": 1_000},
            ["Checked 1,500 files (1,499 without events), 1,000 events: no violations."],
        ),
        (
            {"sources": 2, "sources_without_events": 2, "severities": ERROR},
            ["Checked 2 files without events, 0 events: 1 error."],
        ),
        (
            {"sources": 1, "sources_without_events": 1},
            ["Checked 1 file without events, 0 events.", "Nothing was judged: no events found."],
        ),
        ({}, ["Checked 0 files, 0 events.", "Nothing was judged: no events found."]),
        (
            {"sources": 1, "shapes": Counter({Shape.BODY: 1}), "telemetry_events": 3},
            [
                "Checked 1 file, 1 request, 0 events, 3 telemetry events.",
                "Nothing was judged: 3 telemetry events, no others.",
            ],
        ),
        (
            {"sources": 1, "telemetry_events": 1, "severities": Counter({Severity.INFO: 2})},
            [
                "Checked 1 file, 0 events, 1 telemetry event: 2 infos.",
                "Nothing was judged: 1 telemetry event, no others.",
            ],
        ),
        (
            {"sources": 1, "payloads_without_body": 1, "events": 1},
            ["Checked 1 file, 1 request without a body, 1 event: no violations."],
        ),
    ],
)
def test_denominators(counts: dict[str, Any], expected: list[str]) -> None:
    lines = summary(Report(**counts))
    assert [line for line in lines if not line.startswith("Not shown")] == expected


@pytest.mark.parametrize(
    ("requests", "refused", "lost", "expected"),
    [
        (1, 1, 0, "The API would refuse this request."),
        (1, 1, 1, "The API would refuse this request and lose its event."),
        (1, 1, 2, "The API would refuse this request and lose both events."),
        (1, 1, 3, "The API would refuse this request and lose all 3 events."),
        (1, 1, 1_000, "The API would refuse this request and lose all 1,000 events."),
        (10, 3, 25, "The API would refuse 3 of 10 requests and lose 25 events."),
        (2, 1, 1, "The API would refuse 1 of 2 requests and lose 1 event."),
        (2, 1, 0, "The API would refuse 1 of 2 requests."),
    ],
)
def test_blast_radius(requests: int, refused: int, lost: int, expected: str) -> None:
    report = Report(
        sources=1,
        shapes=Counter({Shape.BODY: requests}),
        refused=Counter({Shape.BODY: refused}),
        lost=Counter({Shape.BODY: lost}),
        severities=ERROR,
    )
    assert summary(report)[1] == expected


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"severities": Counter({Severity.ERROR: 1})}, "Not shown: 1 more violation (--max-per-rule)."),
        ({"severities": Counter({Severity.ERROR: 1_234})}, "Not shown: 1,234 more violations (--max-per-rule)."),
        (
            {
                "severities": Counter({Severity.WARNING: 3, Severity.INFO: 1}),
                "below_minimum": Counter({Severity.WARNING: 3, Severity.INFO: 1}),
            },
            "Not shown: 3 warnings, 1 info (--min-severity).",
        ),
        ({"templates": 1}, "1 string holds a template and was not judged."),
        ({"templates": 2}, "2 strings hold templates and were not judged."),
        ({"rules_off": 1}, "1 rule is off."),
        ({"rules_off": 24}, "24 rules are off."),
        ({"not_ours": 1}, "1 more file holds nothing of the Insights API."),
        ({"not_ours": 2}, "2 more files hold nothing of the Insights API."),
        ({"errors": ["a", "b"]}, "2 paths could not be read."),
        ({"notes": [("a.js", "looks like JavaScript")]}, "a.js: looks like JavaScript"),
    ],
)
def test_what_was_left_out(counts: dict[str, Any], expected: str) -> None:
    assert summary(Report(sources=1, events=1, **counts))[1:] == [expected]


def test_notes_stop_at_ten() -> None:
    lines = summary(Report(events=1, notes=[("a", "b")] * 1_011))
    assert lines[1:] == ["a: b"] * 10 + ["1,001 more"]


def test_statistics_of_nothing_is_nothing() -> None:
    assert statistics(Report()) == []
