"""Says in sentences what a run looked at, what it found, and what it left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from insights_lint.json_text.visible import visible
from insights_lint.model import Severity
from insights_lint.payload import Shape
from insights_lint.report import Report

MAX_NOTES = 10
"""Sources of which the summary says what is wrong with them."""


def count(number: int, noun: str, plural: str = "") -> str:
    """The number and its noun: `1 file`, `1,234 files`."""
    return f"1 {noun}" if number == 1 else f"{number:,} {plural or noun + 's'}"


def severity_counts(numbers: Counter[Severity]) -> str:
    """Counts, worst first: `5 errors, 2 warnings`; nothing for none."""
    return ", ".join(
        count(numbers[severity], severity.label) for severity in sorted(Severity, reverse=True) if numbers[severity]
    )


def summary(report: Report) -> list[str]:
    """All of it, one line each."""
    return [*sentences(report), *_notes(report)]


def sentences(report: Report) -> list[str]:
    """What was looked at, found and left out; nothing that a source wrote or is called."""
    looked_at = f"Checked {', '.join(_denominators(report))}"
    found = severity_counts(report.severities)
    if not report.nothing_judged:
        lines = [f"{looked_at}: {found or 'no violations'}.", *_refused(report), *_answers(report)]
    else:
        # Here "no violations" would sound like praise.
        lines = [f"{looked_at}: {found}." if found else f"{looked_at}.", f"Nothing was judged: {_instead(report)}."]
    return [*lines, *_left_out(report)]


def statistics(report: Report) -> list[str]:
    """A table of the violations of each rule, most frequent first."""
    ranked = sorted(report.rules.items(), key=lambda item: (-item[1], item[0]))
    digits = max((len(f"{number:,}") for _, number in ranked), default=0)
    letters = max((len(rule) for rule, _ in ranked), default=0)
    lines = []
    for id_, number in ranked:
        rule = report.seen[id_]
        lines.append(f"{number:>{digits},}  {rule.severity.label:7}  {id_:{letters}}  {visible(rule.title)}")
    return lines


def _denominators(report: Report) -> Iterator[str]:
    files, without = count(report.sources, report.source_noun), report.sources_without_events
    if without == report.sources and without:
        yield f"{files} without events"
    else:
        yield f"{files} ({without:,} without events)" if without else files
    for shape, *words in ((Shape.BODY, "request"), (Shape.CALL, "call"), (Shape.RECORD, "log entry", "log entries")):
        number = report.shapes[shape]
        if shape is Shape.BODY and report.payloads_without_body:
            number += report.payloads_without_body
            yield f"{report.shapes[shape]:,} of {count(number, *words)}"
        elif number:
            yield count(number, *words)
    yield count(report.events, "event")
    if report.telemetry_events:
        yield count(report.telemetry_events, "telemetry event")


def _instead(report: Report) -> str:
    if report.telemetry_events:
        return f"{count(report.telemetry_events, 'telemetry event')}, no others"
    if report.payloads_without_body:
        return f"{count(report.payloads_without_body, 'request')}, none with a body that was recorded"
    return "no events found"


def _refused(report: Report) -> Iterator[str]:
    """How many requests are lost, and the events with them; one without events takes nothing with it."""
    for shape, noun in ((Shape.BODY, "request"), (Shape.CALL, "call")):
        refused, lost, whole = report.refused[shape], report.lost[shape], report.shapes[shape]
        if not refused:
            continue
        if whole == 1:
            what, loss = f"this {noun}", {1: "its event", 2: "both events"}.get(lost, f"all {lost:,} events")
        else:
            what, loss = f"{refused:,} of {count(whole, noun)}", count(lost, "event")
        if shape is Shape.BODY:
            yield f"The API would refuse {what} and lose {loss}." if lost else f"The API would refuse {what}."
        else:
            arrive = f"{what[0].upper()}{what[1:]} would not arrive"
            yield f"{arrive}, and {loss} with {'it' if refused == 1 else 'them'}." if lost else f"{arrive}."


def _answers(report: Report) -> Iterator[str]:
    """What the API answered when it was recorded, and where the rules say something else."""
    numbers = report.outcomes
    if not numbers and not report.shapes[Shape.RECORD]:
        return
    from insights_lint.recording import Outcome

    refused = numbers[Outcome.BOTH_REFUSE] + numbers[Outcome.API_REFUSES] + numbers[Outcome.LOST]
    accepted = numbers[Outcome.BOTH_ACCEPT] + numbers[Outcome.WE_REFUSE]
    if not refused and not accepted and not report.shapes[Shape.RECORD]:
        return
    lost = report.lost_when_recorded
    losing = f", and {count(lost, 'event')} {'was' if lost == 1 else 'were'} lost" if lost else ""
    # Of requests without a body nobody can say whether the answer was right.
    whole = numbers.total() if report.shapes[Shape.RECORD] else accepted + refused
    yield f"When recorded, the API accepted {accepted:,} and refused {refused:,} of {whole:,}{losing}."
    if number := numbers[Outcome.API_REFUSES]:
        yield f"Only the API refused {number:,}: no rule that runs here finds the reason."
    if number := numbers[Outcome.WE_REFUSE]:
        yield f"Only the rules refuse {number:,}: the API took {'it' if number == 1 else 'them'}."
    if number := numbers[Outcome.LOST]:
        yield f"The API gave no reason for {number:,}, mostly because another event of the request was refused."


def _left_out(report: Report) -> Iterator[str]:
    yield from _requests_left_out(report)
    if report.not_kept:
        yield f"Not shown: {report.not_kept:,} more violation{'s' * (report.not_kept != 1)} (--max-per-rule)."
    if below := severity_counts(report.below_minimum):
        yield f"Not shown: {below} (--min-severity)."
    if report.templates:
        hold = "holds a template and was" if report.templates == 1 else "hold templates and were"
        yield f"{count(report.templates, 'string')} {hold} not judged."
    if report.rules_off:
        yield f"{count(report.rules_off, 'rule')} {_is(report.rules_off)} off."
    if report.not_ours:
        hold = "holds" if report.not_ours == 1 else "hold"
        yield f"{count(report.not_ours, 'more file')} {hold} nothing of the Insights API."
    if report.errors:
        yield f"{count(len(report.errors), 'path')} could not be read."


def _requests_left_out(report: Report) -> Iterator[str]:
    if report.payloads_without_body:
        yield f"{count(report.payloads_without_body, 'request')} had no body recorded."
    kinds = []
    if report.preflights:
        kinds.append(count(report.preflights, "CORS preflight"))
    if report.other_methods:
        kinds.append(count(report.other_methods, "request by another method", "requests by other methods"))
    if kinds:
        yield f"Not judged: {' and '.join(kinds)}."


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _notes(report: Report) -> Iterator[str]:
    # most_common() imports a module.
    for (source, reason), number in report.unseen.most_common(MAX_NOTES) if report.unseen else ():
        yield f"{visible(source)}: {count(number, 'request')} without a body: {visible(reason)}"
    for source, sentence in report.notes[:MAX_NOTES]:
        yield f"{visible(source)}: {visible(sentence)}"
    if more := sum(max(0, len(told) - MAX_NOTES) for told in (report.unseen, report.notes)):
        yield f"{more:,} more"
