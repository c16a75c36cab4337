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
_ENTRY = re.compile(rb'\s*\{\s*"event"\s*:\s*\{')
_SNIFFED = 4096


def is_terminal_output(head: list[bytes]) -> bool:
    """Whether a source that begins so is what a terminal showed of a log of the API, or other JSON in colours."""
    text = b"".join(head)[:_SNIFFED]
    return _COLORED.match(text) is not None or _ENTRY.match(text) is not None


def read(lines: Iterator[bytes], source: str, wanted: Wanted) -> Iterator[Payload | Unjudged]:
    """The payloads of each text. A text ends with a line that closes what its first line opened, at the margin."""
    payloads = Payloads(source, wanted, streamed=True)
    text: list[bytes] = []
    first = 1
    for number, line in enumerate(lines, 1):
        # As many spaces: colours stand between the tokens, and columns stay those of the source.
        plain = _STRING_OR_COLOR.sub(_blank, line)
        if not text and not plain.strip():
            continue
        if not text:
            first = number
        text.append(plain)
        if _closes(_COLOR.sub(b"", line), alone=len(text) == 1):
            yield from payloads.of(b"".join(text), first)
            text = []
    if text:
        yield from payloads.of(b"".join(text), first)
    yield from payloads.unmatched()


def _blank(found: re.Match[bytes]) -> bytes:
    return found[0] if found[0].startswith(b'"') else b" " * len(found[0])


def _closes(line: bytes, *, alone: bool) -> bool:
    """Whether the line ends a text: with a bracket at the margin or, on the text's only line, with any."""
    return line.rstrip()[-1:] in (b"}", b"]") if alone else line[:1] in (b"}", b"]")
