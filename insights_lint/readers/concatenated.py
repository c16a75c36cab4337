"""Reads JSON texts that follow one another: joined by Firehose, or in colours as a terminal shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from insights_lint.readers.json_stream import BrokenJsonError, JsonStream
from insights_lint.readers.payloads import Found, Payloads
from insights_lint.readers.recorded import Recorded
from insights_lint.readers.sniffing import is_terminal_output
from insights_lint.readers.source import Input

_COLOR = re.compile(rb"\x1b\[[0-9;]*m")
# Within a string, it is a control character that does not belong there.
_STRING_OR_COLOR = re.compile(rb'"(?:[^"\\]|\\.)*+"|\x1b\[[0-9;]*m')
_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[{\]}]')
_STEPS = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}
_CLOSING = (b"]", b"}")


def read(source: Input) -> Iterator[Found]:
    """The payloads of each text, and at the end what the other texts were."""
    payloads = Payloads(source.name, source.wanted, streamed=True)
    recorded = Recorded(source, payloads)
    payloads.records = recorded.read
    if is_terminal_output(source.head):
        yield from payloads.of_each(_texts(source.lines()), "text")
    else:
        try:
            yield from payloads.of_each(_values(JsonStream(source.stream)), "text")
        except BrokenJsonError as error:
            yield payloads.broken_at(error)
    yield from recorded.rest("record")


def _values(stream: JsonStream) -> Iterator[tuple[int, int, str]]:
    while stream.peek():
        found = stream.value()
        yield found.line, found.column, found.text


def _texts(lines: Iterator[bytes]) -> Iterator[tuple[int, int, bytes]]:
    """Each text without colours, and the line and column at which it begins."""
    text: list[bytes] = []
    first = depth = 0
    indented: bool | None = None
    for number, line in enumerate(lines, 1):
        # As many spaces: colours stand between the tokens, and columns stay those of the source.
        plain = _STRING_OR_COLOR.sub(_blank, line)
        if not text and not plain.strip():
            continue
        margin = _COLOR.sub(b"", line)[:1]
        if not text:
            first, depth, indented = number, 0, None
        elif indented is None and plain.strip():
            indented = margin.isspace()
        text.append(plain)
        depth += sum(_STEPS.get(found[0], 0) for found in _STRING_OR_BRACKET.finditer(plain))
        # Of an indented text the margin tells, also if a bracket within is missing.
        if margin in _CLOSING if indented else depth <= 0:
            yield first, 1, b"".join(text)
            text = []
    if text:
        yield first, 1, b"".join(text)


def _blank(found: re.Match[bytes]) -> bytes:
    return found[0] if found[0].startswith(b'"') else b" " * len(found[0])
