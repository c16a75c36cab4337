"""Tells each violation to programs as one line of JSON, as soon as it is found."""

from __future__ import annotations

import json
from typing import TextIO

from insights_lint.report import Report
from insights_lint.reporters.json_objects import violation_object
from insights_lint.reporters.reporter import Settings
from insights_lint.violation import Violation


class Format:
    """Writes the objects that `json` lists. Everything is ASCII, so that half a surrogate pair can be written too."""

    def __init__(self, stream: TextIO, settings: Settings) -> None:  # noqa: ARG002  # what every format is made of
        self.stream = stream

    def start(self) -> None:
        """Every line is a violation: nothing comes before the first."""

    def violation(self, violation: Violation) -> None:
        self.stream.write(f"{json.dumps(violation_object(violation))}\n")
        # Whoever reads along must not wait for a buffer to fill.
        self.stream.flush()

    def finish(self, report: Report) -> None:
        """Every line is a violation: nothing comes after the last."""
