"""Tells a run to programs as one JSON document, written violation by violation."""

from __future__ import annotations

import json
from typing import TextIO

from insights_lint.report import Report
from insights_lint.reporters.json_objects import answer_object, summary_object, violation_object
from insights_lint.reporters.reporter import Settings
from insights_lint.violation import Violation

FACTS = "2026-11-22"
"""The day whose documentation the rules rest on."""


class Format:
    """Writes one violation a line. Everything is ASCII, so that half a surrogate pair can be written too."""

    def __init__(self, stream: TextIO, settings: Settings) -> None:
        self.stream = stream
        self.settings = settings
        self.between = ""

    def start(self) -> None:
        tool = {"name": "insights-lint", "version": self.settings.version, "facts": FACTS}
        self.stream.write(f'{{"version": 1, "tool": {json.dumps(tool)},\n "violations": [')

    def violation(self, violation: Violation) -> None:
        self.stream.write(f"{self.between}\n  {json.dumps(violation_object(violation))}")
        self.between = ","

    def finish(self, report: Report) -> None:
        summary = json.dumps(summary_object(report))
        answers = ",".join(f"\n  {json.dumps(answer_object(answered))}" for answered in report.answers)
        self.stream.write(f'],\n "requests": [{answers}],\n "summary": {summary}}}\n')
