"""Tells violations to people: what is wrong, where, in its source lines, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from insights_lint.json_text.visible import shorten, visible
from insights_lint.model import dotted
from insights_lint.report import Report
from insights_lint.reporters.paint import painter
from insights_lint.reporters.reporter import Settings
from insights_lint.reporters.summary import statistics, summary

if TYPE_CHECKING:
    from insights_lint.violation import Location, Violation

_STATUSES = {"Invalid credentials": 401, "Request Entity Too Large": 413}
"""Published answers with another status than 422, that of an event which breaks a rule."""

_MAX_PLACE = 120
"""Code points of a logical place; keys may be of any length."""


class Format:
    """Writes each finding when it comes, and the summary at the end."""

    def __init__(self, stream: TextIO, settings: Settings) -> None:
        self.stream = stream
        self.settings = settings
        self.paint = painter(settings.color)
        self.begun = False

    def start(self) -> None:
        """Nothing comes before the first finding."""

    def violation(self, violation: Violation) -> None:
        self._block(self._finding(violation))

    def finish(self, report: Report) -> None:
        if self.settings.quiet:
            return
        if self.settings.statistics and report.rules:
            self._block(statistics(report))
        self._block(summary(report))

    def _block(self, lines: Iterator[str] | list[str]) -> None:
        """Writes lines, with a blank one between them and what came before."""
        if self.begun:
            self.stream.write("\n")
        self.begun = True
        self.stream.writelines(f"{line}\n" for line in lines)

    def _finding(self, violation: Violation) -> Iterator[str]:
        from insights_lint.reporters.frame import frame, gutter_width  # what is clean needs none

        rule = violation.rule
        style = rule.severity.label
        indent = " " * (gutter_width(violation.excerpt) + 1)
        header = self.paint(style, f"{style}[{rule.id}]")
        yield header + self.paint("bold", f": {visible(violation.message)}")
        yield f"{indent}{self.paint('gutter', '-->')} {_place(violation.location)}"
        if violation.excerpt:
            yield from frame(violation.excerpt, style, self.settings.width, self.paint)
        for name, note in _notes(violation):
            yield f"{indent} {self.paint('gutter', '=')} {self.paint('bold', f'{name}:')} {note}"


def _place(location: Location) -> str:
    """Where it stands: line and column, or the request of a capture, whose frame shows lines that it does not have."""
    source = visible(location.source)
    where = shorten(visible(dotted(location.document_pointer + location.pointer)), _MAX_PLACE)
    request = f"request {location.request}{f', {visible(location.request_title)}' if location.request_title else ''}"
    if location.request is not None and not location.by_line:
        where = shorten(visible(dotted(location.pointer)), _MAX_PLACE)
        return f"{source}: {request}{f' → {where}' if where else ''}"
    if location.request_title:
        inside = shorten(visible(dotted(location.pointer)), _MAX_PLACE)
        where = f"{request} → {inside}" if inside else request
    return f"{source}:{location.line}:{location.column}{f'  {where}' if where else ''}"


def _notes(violation: Violation) -> Iterator[tuple[str, str]]:
    rule = violation.rule
    if rule.refuses and violation.recorded_status is not None:
        yield "recorded", f"the API answered {violation.recorded_status}"
    if rule.server_messages and rule.refuses:
        message = rule.server_messages[0]
        yield "server", f'{_STATUSES.get(message, 422)} "{visible(message)}"'
    if rule.help:
        yield "help", visible(" ".join(rule.help.split()))
    yield "explain", f"insights-lint explain {rule.id}"
