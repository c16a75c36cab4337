"""Proves the sentences of the summary: numbers, singular and plural, and what is said after looking at nothing."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from insights_lint.model import Severity
from insights_lint.payload import Shape
from insights_lint.recording import Outcome
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
            {"sources": 1, "shapes": Counter({Shape.BODY: 2}), "payloads_without_body": 1, "events": 2},
            ["Checked 1 file, 2 of 3 requests, 2 events: no violations.", "1 request had no body recorded."],
        ),
        (
            {"sources": 1, "sources_without_events": 1, "payloads_without_body": 1_000},
            [
                "Checked 1 file without events, 0 of 1,000 requests, 0 events.",
                "Nothing was judged: 1,000 requests, none with a body that was recorded.",
                "1,000 requests had no body recorded.",
            ],
        ),
        (
            {"sources": 1, "shapes": Counter({Shape.CALL: 1}), "payloads_without_body": 1, "events": 1},
            ["Checked 1 file, 0 of 1 request, 1 call, 1 event: no violations.", "1 request had no body recorded."],
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
        ({"unseen": Counter({("a.har", "cut off"): 1})}, "a.har: 1 request without a body: cut off"),
        ({"unseen": Counter({("a.har", "cut off"): 1_000})}, "a.har: 1,000 requests without a body: cut off"),
        ({"preflights": 1}, "Not judged: 1 CORS preflight."),
        ({"preflights": 1_000}, "Not judged: 1,000 CORS preflights."),
        ({"other_methods": 1}, "Not judged: 1 request by another method."),
        ({"other_methods": 2}, "Not judged: 2 requests by other methods."),
        (
            {"preflights": 2, "other_methods": 1},
            "Not judged: 2 CORS preflights and 1 request by another method.",
        ),
    ],
)
def test_what_was_left_out(counts: dict[str, Any], expected: str) -> None:
    assert summary(Report(sources=1, events=1, **counts))[1:] == [expected]


def test_notes_stop_at_ten() -> None:
    lines = summary(Report(events=1, notes=[("a", "b")] * 1_011))
    assert lines[1:] == ["a: b"] * 10 + ["1,001 more"]


def test_reasons_stop_at_ten_and_the_most_frequent_come_first() -> None:
    unseen = Counter({(f"{number}.har", "cut off"): number for number in range(1, 14)})
    lines = summary(Report(events=1, unseen=unseen, notes=[("a", "b")] * 12))
    expected = [f"{number}.har: {number} requests without a body: cut off" for number in range(13, 3, -1)]
    assert lines[1:] == [*expected, *["a: b"] * 10, "5 more"]
    assert summary(Report(events=1, unseen=unseen))[-1] == "3 more"


@pytest.mark.parametrize(
    ("outcomes", "lost", "expected"),
    [
        ({Outcome.BOTH_ACCEPT: 3}, 0, ["When recorded, the API accepted 3 and refused 0 of 3."]),
        ({Outcome.BOTH_REFUSE: 1}, 1, ["When recorded, the API accepted 0 and refused 1 of 1, and 1 event was lost."]),
        (
            {Outcome.BOTH_ACCEPT: 1, Outcome.BOTH_REFUSE: 2},
            1_000,
            ["When recorded, the API accepted 1 and refused 2 of 3, and 1,000 events were lost."],
        ),
        ({Outcome.UNKNOWN: 3}, 0, []),  # nothing was answered that says anything
        ({}, 0, []),
    ],
)
def test_what_was_answered_to_captured_requests(outcomes: dict[Outcome, int], lost: int, expected: list[str]) -> None:
    shapes = Counter({Shape.BODY: max(1, sum(outcomes.values()))})
    report = Report(sources=1, events=1, shapes=shapes, outcomes=Counter(outcomes), lost_when_recorded=lost)
    assert summary(report)[1:] == expected


def test_statistics_of_nothing_is_nothing() -> None:
    assert statistics(Report()) == []
