"""Tells violations to GitHub Actions: annotations on the lines of a change, and a table for the job's summary."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import TextIO

from insights_lint.json_text.visible import visible
from insights_lint.model import Severity
from insights_lint.report import Report
from insights_lint.reporters.reporter import Settings
from insights_lint.reporters.summary import count, sentences, statistics, summary
from insights_lint.violation import Violation

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
# GitHub drops the whole summary of a step that is longer than 1 MiB.
_MAX_SUMMARY = 900_000
# All that means something in GitHub's Markdown or HTML, within a line: none of it may come from a source.
_MARKDOWN = str.maketrans({character: f"&#{ord(character)};" for character in "&<>|`*_~[]\\$@#"})


class Format:
    """Writes as many annotations as GitHub shows, as they come, and the rest as a number and a table."""

    def __init__(self, stream: TextIO, settings: Settings) -> None:
        self.stream = stream
        self.settings = settings
        self.shown: Counter[Severity] = Counter()

    def start(self) -> None:
        """Nothing comes before the first annotation."""

    def violation(self, violation: Violation) -> None:
        severity = violation.rule.severity
        # The last notice is for saying how many more there are.
        if self.shown[severity] < self.settings.max_shown - (severity is Severity.INFO):
            self.shown[severity] += 1
            self.stream.write(f"{_command(violation)}\n")

    def finish(self, report: Report) -> None:
        path = self.settings.summary_path
        more = report.violations - report.below_minimum.total() - self.shown.total()
        if more:
            where = "" if path is None else "; the job's summary lists what was kept"
            self.stream.write(f"::notice::{count(more, 'more violation')} not shown here{where}\n")
        for error in report.errors:
            self.stream.write(f"::error title=insights-lint::{_escaped(visible(error))}\n")
        if report.nothing_judged and not report.errors:
            self.stream.write("::warning title=insights-lint::nothing was judged: no events found\n")
        if not self.settings.quiet:
            # Only sentences of our own: a line of the log that a source wrote could be a command.
            table = statistics(report) if self.settings.statistics else []
            self.stream.writelines(f"{line}\n" for line in [*table, *sentences(report)])
        if path is not None:
            with open(path, "a", encoding="utf-8", errors="backslashreplace", newline="\n") as file:  # noqa: PTH123
                file.writelines(f"{line}\n" for line in _markdown(report))


def _command(violation: Violation) -> str:
    at = violation.location
    # GitHub finds the file only by its path from the repository, without "./", and with slashes.
    file = os.path.normpath(at.source).replace(os.sep, "/")
    properties: dict[str, str | int] = {"file": _writable(file), "line": at.line, "endLine": at.end_line}
    # GitHub takes columns for annotations of one line only.
    if at.line == at.end_line:
        properties |= {"col": at.column, "endColumn": at.end_column}
    properties["title"] = violation.rule.id
    listed = ",".join(f"{name}={_escaped_property(str(value))}" for name, value in properties.items())
    return f"::{_COMMANDS[violation.rule.severity]} {listed}::{_escaped(visible(violation.message))}"


def _writable(path: str) -> str:
    """The path, which must stay as it is to be found, but for what would move a cursor or cannot be written."""
    return "".join(character if character in "\r\n" else visible(character) for character in path)


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _markdown(report: Report) -> Iterator[str]:
    """The summary and the kept violations, as far as there is room."""
    yield "### insights-lint"
    yield ""
    for line in summary(report):
        yield f"- {line.translate(_MARKDOWN)}"
    if not report.kept:
        return
    yield ""
    yield "| severity | rule | place | message |"
    yield "| --- | --- | --- | --- |"
    written = 0
    for number, violation in enumerate(report.kept):
        row = _row(violation)
        written += len(row.encode("utf-8", "backslashreplace")) + 1
        if written > _MAX_SUMMARY:
            yield ""
            yield f"{len(report.kept) - number:,} more do not fit here."
            return
        yield row


def _row(violation: Violation) -> str:
    at, rule = violation.location, violation.rule
    place = f"{at.source}:{at.line}:{at.column}"
    cells = (rule.severity.label, rule.id, place, violation.message)
    return f"| {' | '.join(visible(cell).translate(_MARKDOWN) for cell in cells)} |"
