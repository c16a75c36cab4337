"""Reads logs of servers and programs: lines of JSON among others, or requests as words."""

from __future__ import annotations

from collections.abc import Iterator

from insights_lint.readers.ndjson import Lines
from insights_lint.readers.payloads import Found
from insights_lint.readers.source import Input


def read(source: Input) -> Iterator[Found]:
    """The payloads of a log: a line that is no JSON is one of many things that servers write."""
    return Lines(source, strict=False).read()
