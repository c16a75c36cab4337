"""Reads records in which a collector put a line of another log as a string: Docker, Fluent Bit, journald."""

from __future__ import annotations

import re
from collections.abc import Iterator

from insights_lint.json_text.parsing import parse
from insights_lint.model import Json
from insights_lint.readers.endpoints import mentions_api
from insights_lint.readers.exchange import Exchange, Nested
from insights_lint.readers.moments import moment
from insights_lint.readers.shapes import shape_of

_LINES = ("log", "message", "msg", "MESSAGE", "@message", "textPayload", "line")
_TIMES = ("time", "timestamp", "@timestamp", "ts", "date", "__REALTIME_TIMESTAMP")
_REQUEST = re.compile(r"\b[A-Z]{3,7} \S*/1/events\S* HTTP/")


def read_wrapped(record: dict[str, Json]) -> Iterator[Exchange | Nested] | None:
    """The line, if it tells of a request by itself."""
    for name in _LINES:
        line = record.get(name)
        if isinstance(line, str) and mentions_api(line) and _tells(line):
            times = (moment(record.get(key)) for key in _TIMES)
            return iter([Nested(line, (name,), next((time for time in times if time is not None), None))])
    return None


def _tells(line: str) -> bool:
    if line.startswith('"'):  # encoded twice
        document = parse(line).document
        return isinstance(document, str) and _tells(document)
    if line.lstrip().startswith("{"):
        document = parse(line).document
        return isinstance(document, dict) and shape_of(document) is None
    return _REQUEST.search(line) is not None
