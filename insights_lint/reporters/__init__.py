"""Tells violations and reports to people and programs: one module per format, imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TextIO

from insights_lint.reporters.reporter import Reporter, Settings

__all__ = ["REPORTERS", "Reporter", "Settings", "open_reporter"]

REPORTERS: dict[str, str] = {
    "text": "insights_lint.reporters.text",
    "concise": "insights_lint.reporters.concise",
    "json": "insights_lint.reporters.json_format",
    "ndjson": "insights_lint.reporters.ndjson_format",
    "github": "insights_lint.reporters.github",
}
"""Format name → the module whose class `Format`, made of a stream and settings, is the reporter."""


def open_reporter(name: str, stream: TextIO, settings: Settings) -> Reporter:
    """The reporter of a format that writes to the stream. Raises KeyError for a name that the table does not have."""
    reporter: Reporter = import_module(REPORTERS[name]).Format(stream, settings)
    return reporter
