"""Reads JSON texts that follow one another, indented and coloured as `algolia events tail` shows them in a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from insights_lint.payload import Payload, Unjudged
from insights_lint.readers.payloads import Payloads
from insights_lint.readers.wanted import Wanted

_COLOR = re.compile(rb"\x1b\[[0-9;]*m")
_COLORED = re.compile(rb"\s*(?:\x1b\[[0-9;]*m)+\s*[\[{]")
# Within a string, it is a control character that does not belong there.
_STRING_OR_COLOR = re.compile(rb'"(?:[^"\\]|\\.)*+"|\x1b\[[0-9;]*m')
_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[{\]}]')
_STEPS = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}
_CLOSING = (b"]", b"}")
_ENTRY = re.compile(rb'\s*\{\s*"event"\s*:\s*\{')
_SNIFFED = 4096


def is_terminal_output(head: list[bytes]) -> bool:
    """Whether a source that begins so is what a terminal showed of a log of the API, or other JSON in colours."""
    text = b"".join(head)[:_SNIFFED]
    return _COLORED.match(text) is not None or _ENTRY.match(text) is not None


def read(lines: Iterator[bytes], source: str, wanted: Wanted) -> Iterator[Payload | Unjudged]:
    """The payloads of each text, and at the end what the other texts were."""
    return Payloads(source, wanted, streamed=True).of_each(_texts(lines), "text")


def _texts(lines: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    """Each text without colours, and the line at which it begins."""
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
            yield first, b"".join(text)
            text = []
    if text:
        yield first, b"".join(text)


def _blank(found: re.Match[bytes]) -> bytes:
    return found[0] if found[0].startswith(b'"') else b" " * len(found[0])
