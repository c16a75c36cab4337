"""Tells each violation in one line, for editors, grep and long lists."""

from __future__ import annotations

from typing import TextIO

from insights_lint.json_text.visible import visible
from insights_lint.report import Report
from insights_lint.reporters.paint import painter
from insights_lint.reporters.reporter import Settings
from insights_lint.reporters.summary import statistics, summary
from insights_lint.violation import Violation


class Format:
    """Writes `path:line:column: severity rule message` lines, and the summary last."""

    def __init__(self, stream: TextIO, settings: Settings) -> None:
        self.stream = stream
        self.settings = settings
        self.paint = painter(settings.color)

    def start(self) -> None:
        """Nothing comes before the first finding."""

    def violation(self, violation: Violation) -> None:
        at, rule = violation.location, violation.rule
        severity = self.paint(rule.severity.label, rule.severity.label)
        place = f"{visible(at.source)}:{at.line}:{at.column}"
        self.stream.write(f"{place}: {severity} {rule.id} {visible(violation.message)}\n")

    def finish(self, report: Report) -> None:
        if self.settings.quiet:
            return
        table = statistics(report) if self.settings.statistics else []
        self.stream.writelines(f"{line}\n" for line in [*table, *summary(report)])
