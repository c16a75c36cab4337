"""Violations and reports made by hand, for every reporter to tell."""

from __future__ import annotations

import io
from collections import Counter
from typing import Any

from insights_lint.model import Layer, Pointer, Rule, Severity
from insights_lint.payload import Shape
from insights_lint.report import Report
from insights_lint.reporters import Settings, open_reporter
from insights_lint.violation import ExcerptLine, Location, Mark, Related, Violation

MISMATCH = Rule(
    id="positions-count-mismatch",
    topic="positions",
    title="`positions` and `objectIDs` have the same length",
    severity=Severity.ERROR,
    layer=Layer.ARRIVAL,
    schema=True,
    help="send one 1-based position for each objectID",
    docs="https://www.algolia.com/doc/rest-api/insights",
    server_messages=("Event of type click should have the same number of ObjectIDs and Positions", "another"),
)
MISSPELT = Rule(
    id="key-misspelt",
    topic="key",
    title="Fields are spelled as documented",
    severity=Severity.WARNING,
    layer=Layer.ATTRIBUTION,
    schema=True,
    help="rename the field",
    server_messages=("not told, for the API takes it",),
)
STYLE = Rule(
    id="event-name-not-title-case",
    topic="event-name",
    title="Event names are in title case",
    severity=Severity.INFO,
    layer=Layer.STYLE,
    schema=True,
)
NEGATIVE = Rule(
    id="amount-negative",
    topic="amount",
    title="Amounts are not negative",
    severity=Severity.WARNING,
    layer=Layer.USABILITY,
    schema=True,
)


def mark(text: str, marked: str, label: str = "", *, primary: bool = False) -> Mark:
    """A mark of the first such stretch of the text."""
    start = text.index(marked)
    return Mark(start, start + len(marked), label, primary)


def line(number: int, text: str, *marks: Mark, before: bool = False, after: bool = False) -> ExcerptLine:
    return ExcerptLine(number, text, before, after, marks)


def found(
    rule: Rule,
    message: str,
    *excerpt: ExcerptLine,
    source: str = "fixtures/bad.json",
    pointer: Pointer = (),
    related: tuple[Related, ...] = (),
    ends: tuple[int, int] | None = None,
    event: int | None = None,
    **place: Any,
) -> Violation:
    """A violation where the primary mark of the excerpt says, or at the beginning."""
    at = next(((one.number, stretch) for one in excerpt for stretch in one.marks if stretch.primary), None)
    number, start, end = (at[0], at[1].start + 1, at[1].end + 1) if at else (1, 1, 1)
    location = Location(source, number, start, *(ends or (number, end)), pointer, **place)
    return Violation(rule, location, message, event, related=related, excerpt=excerpt)


def report_of(violations: list[Violation], **counts: Any) -> Report:
    """A report that keeps these violations."""
    report = Report(**counts)
    for violation in violations:
        report.keep(violation)
        report.rules[violation.rule.id] += 1
        report.seen[violation.rule.id] = violation.rule
        report.severities[violation.rule.severity] += 1
    return report


def told(format_: str, violations: list[Violation], report: Report, **settings: Any) -> str:
    """What the reporter writes."""
    stream = io.StringIO()
    reporter = open_reporter(format_, stream, Settings(**{"version": "0.1.0", **settings}))
    reporter.start()
    for violation in violations:
        reporter.violation(violation)
    reporter.finish(report)
    return stream.getvalue()


IDS = '      "objectIDs": ["9780545139700", "9780439784542"],'
POSITIONS = '      "positions": [3],'
MANY = '{"eventType": "click", "queryid": "0123", "userToken": "****", "positions": [1, 2], "objectIDs": ["a"]}'
LONG = (
    '{"a": "'
    + "lorem ipsum " * 5
    + '", "objectIDs": ["9780545139700"], "b": "'
    + "dolor sit " * 8
    + '", "positions": [3]}'
)
WIDE = '  {"eventName": "購入 e\u0301te\u0301 👍", "positions": [3]}'
HOSTILE = '\t{"eventName": "\u202eevil\x1b[31m\x00", "x": "\ud800"}'

FINDINGS = [
    found(
        MISMATCH,
        "`positions` has 1 item but `objectIDs` has 2",
        line(7, IDS, mark(IDS, '["9780545139700", "9780439784542"]', "2 objectIDs")),
        line(8, POSITIONS, mark(POSITIONS, "[3]", "1 position", primary=True)),
        pointer=("events", 0, "positions"),
        related=(Related(Location("fixtures/bad.json", 7, 20, 7, 54, ("events", 0, "objectIDs")), "2 objectIDs"),),
        event=0,
    ),
    found(
        MISSPELT,
        "unknown field `queryid`, did you mean `queryID`?",
        line(2, '  "events": [', mark('  "events": [', '"events"', "of this list")),
        line(118, '      "queryid": "****",', mark('      "queryid": "****",', '"queryid"', primary=True)),
        pointer=("events", 9, "queryid"),
        event=9,
    ),
    found(
        STYLE,
        "`Product viewed` is not in title case",
        line(
            3,
            '  "eventName": "Product viewed"',
            mark('  "eventName": "Product viewed"', '"Product viewed"', primary=True),
        ),
        source="captures/page.har",
        pointer=("events", 2, "eventName"),
        document_pointer=("log", "entries", 16, "request/body"),
        request=17,
        by_line=False,
        event=2,
    ),
    found(MISMATCH, "nothing of the source is at hand", source="events.ndjson", ends=(4, 2)),
]
LAYOUT = [
    found(
        MISMATCH,
        "two marks fit in one row, two do not",
        line(
            1,
            MANY,
            mark(MANY, '"queryid"', "this instead?"),
            mark(MANY, '"click"', "click"),
            mark(MANY, "[1, 2]", "2 positions", primary=True),
            mark(MANY, '["a"]', "1 objectID"),
        ),
    ),
    found(
        MISMATCH,
        "many related places",
        line(1, "[", Mark(0, 1, "the list", False)),
        *(line(number, f"  {number},", mark(f"  {number},", str(number), f"no {number}")) for number in (8, 9, 10, 99)),
        line(1000, "  3", mark("  3", "3", "the same again", primary=True)),
    ),
    found(
        MISMATCH,
        "far apart in one long line",
        line(1, LONG, mark(LONG, '["9780545139700"]', "1 objectID"), mark(LONG, "[3]", "0 positions", primary=True)),
    ),
    found(
        MISMATCH,
        "a window of a longer line, and a mark that goes on behind it",
        line(1, LONG, Mark(100, len(LONG), "this event", True), before=True, after=True),
    ),
    found(
        MISMATCH,
        "wide characters and accents",
        line(
            1, WIDE, mark(WIDE, '"購入 e\u0301te\u0301 👍"', "the name"), mark(WIDE, "[3]", "1 position", primary=True)
        ),
    ),
    found(MISMATCH, "the text ends here", line(1, "{", Mark(9, 9, "expected `}`", True))),
    found(MISMATCH, "an empty text", line(1, "", Mark(0, 0, "", True))),
]
HOSTILES = [
    found(
        MISSPELT,
        "unknown field `a\nb`\r, `\u202e` | <img src=x> ::error::%0A \ud800 \x1b[31m",
        line(1, HOSTILE, mark(HOSTILE, '"x"', "la\x1bbel", primary=True)),
        source="odd\n::error::name,%:\x1b[31m\u202e\udcff|`x`.json",
        pointer=("events", 0, "a/b~c\n"),
    ),
]
MASKED_LINE = '  "userToken": "********", "positions": [3]'
MASKED = found(
    MISMATCH, "masks are equal in width", line(1, MASKED_LINE, mark(MASKED_LINE, "[3]", "1 position", primary=True))
)

CASES: dict[str, tuple[list[Violation], Report]] = {
    "findings": (
        FINDINGS,
        report_of(
            FINDINGS,
            sources=3,
            payloads=4,
            shapes=Counter({Shape.BODY: 3, Shape.EVENT: 1}),
            events=1_025,
            refused=Counter({Shape.BODY: 1}),
            lost=Counter({Shape.BODY: 2}),
            rules_run=80,
        ),
    ),
    "layout": (
        LAYOUT,
        report_of(
            LAYOUT,
            sources=1,
            payloads=1,
            shapes=Counter({Shape.BODY: 1}),
            events=2,
            refused=Counter({Shape.BODY: 1}),
            lost=Counter({Shape.BODY: 2}),
        ),
    ),
    "hostile": (
        HOSTILES,
        report_of(HOSTILES, sources=1, payloads=1, events=1, notes=[("a\nb", "looks like \x1b[1mthis")]),
    ),
    "clean": ([], Report(sources=1, payloads=1, shapes=Counter({Shape.BODY: 1}), events=1, rules_run=80)),
    "left_out": (
        FINDINGS[:2],
        Report(
            sources=40,
            sources_without_events=12,
            not_ours=3,
            payloads=2_000,
            shapes=Counter({Shape.BODY: 1_990, Shape.EVENT: 10}),
            payloads_without_body=10,
            unseen=Counter({("session.har", "the recorder left the body out"): 9, ("b\x1b[1m.har", "cut\noff"): 1}),
            preflights=3,
            other_methods=1,
            events=25_000,
            telemetry_events=7,
            templates=2,
            refused=Counter({Shape.BODY: 1_200}),
            lost=Counter({Shape.BODY: 13_000}),
            rules=Counter({"positions-count-mismatch": 1_235, "key-misspelt": 1, "amount-negative": 3}),
            seen={rule.id: rule for rule in (MISMATCH, MISSPELT, NEGATIVE)},
            severities=Counter({Severity.ERROR: 1_235, Severity.WARNING: 4}),
            below_minimum=Counter({Severity.WARNING: 3}),
            kept=FINDINGS[:2],
            notes=[(f"page{number}.js", "looks like JavaScript") for number in range(12)],
            errors=["nowhere.json: no such file"],
            rules_run=56,
            rules_off=24,
        ),
    ),
}
