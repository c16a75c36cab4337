"""Reads JSON texts that follow one another, indented and coloured as `algolia events tail` shows them in a terminal."""

from __future__ import annotations

import re
from collections import Counter
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
    payloads = Payloads(source, wanted, streamed=True)
    others: Counter[str] = Counter()
    for first, text in _texts(lines):
        for found in payloads.of(text, first):
            if isinstance(found, Unjudged):
                others[found.reason] += 1
            else:
                yield found
    for reason, count in others.most_common(3):
        yield Unjudged(source, f"{count:,} texts: {reason}" if count > 1 else reason)
    yield from payloads.unmatched()


def _texts(lines: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    """Each text without colours, and the line at which it begins.

    An indented text ends with a bracket at the margin, also if something in it is broken; one that is not indented,
    when all of its brackets are closed.
    """
    text: list[bytes] = []
    first = depth = 0
    indented: bool | None = None
    for number, line in enumerate(lines, 1):
        # As many spaces: colours stand between the tokens, and columns stay those of the source.
        plain = _STRING_OR_COLOR.sub(_blank, line)
        if not text and not plain.strip():
            continue
        bare = _COLOR.sub(b"", line)
        if not text:
            first, depth, indented = number, 0, None
        elif indented is None and bare.strip():
            indented = bare[:1].isspace()
        text.append(plain)
        depth += sum(_STEPS.get(found[0], 0) for found in _STRING_OR_BRACKET.finditer(plain))
        edge = bare.rstrip()[-1:] if len(text) == 1 else bare[:1]
        if edge in _CLOSING if len(text) == 1 or indented else depth <= 0:
            yield first, b"".join(text)
            text = []
    if text:
        yield first, b"".join(text)


def _blank(found: re.Match[bytes]) -> bytes:
    return found[0] if found[0].startswith(b'"') else b" " * len(found[0])
