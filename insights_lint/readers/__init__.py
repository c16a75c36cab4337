"""Reads sources into payloads: the table of formats, and how a source's format is recognised."""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Callable, Iterator

from insights_lint.errors import SourceError
from insights_lint.payload import Payload, Unjudged
from insights_lint.readers import concatenated, json_document, ndjson
from insights_lint.readers.packing import unpacked
from insights_lint.readers.payloads import Payloads
from insights_lint.readers.wanted import Wanted
from insights_lint.sources import PACKED_SUFFIXES

Read = Callable[[Iterator[bytes], str, Wanted], Iterator[Payload | Unjudged]]
"""(the source's lines, its name, what its user says of it) → its payloads, and what is none."""

FORMATS: dict[str, Read] = {
    "json": json_document.read,
    "ndjson": ndjson.read,
    "concatenated": concatenated.read,
}

MAX_LINE = 1_000_000_000
"""Bytes of one payload; beyond that, memory would run out before anything can be said."""

_SNIFFED_LINES = 10
_LINE_SUFFIXES = (".ndjson", ".jsonl")


def read(
    stream: io.BufferedIOBase, source: str, wanted: Wanted, input_format: str | None
) -> Iterator[Payload | Unjudged]:
    """The payloads of one source. Its content decides how it is read, unless `input_format` names a format.

    Raises SourceError if the source cannot be read, or if one payload is too large.
    """
    try:
        plain, unpacking = unpacked(stream)
    except OSError as error:
        raise SourceError(source, error.strerror or str(error)) from None
    for found in _read_plain(plain, source, wanted, input_format):
        # A text that ends too soon because the packed data does is no fault of its own.
        cut_off = unpacking is not None and unpacking.broken and isinstance(found, Payload) and found.error is not None
        if not cut_off:
            yield found
    if unpacking is not None and unpacking.broken:
        yield from Payloads(source, wanted).broken(unpacking.broken, unpacking.lines + 1)


def _read_plain(
    stream: io.BufferedReader, source: str, wanted: Wanted, input_format: str | None
) -> Iterator[Payload | Unjudged]:
    lines = _lines(stream, source)
    head = []
    blank = 0
    for line in lines:
        head.append(line)
        blank += not line.strip()
        if len(head) - blank == _SNIFFED_LINES:
            break
    name = input_format or sniff(head, source)
    yield from FORMATS[name](_chain(head, lines), source, wanted)


def sniff(head: list[bytes], source: str) -> str:
    """The format of a source, by its first lines; its name counts only if those leave it open."""
    lines = [line.removeprefix(codecs.BOM_UTF8).strip() for line in head]
    if sum(map(_is_complete, lines)) >= 2:
        return "ndjson"
    if concatenated.is_terminal_output(head):
        return "concatenated"
    name = source.lower()
    for suffix in PACKED_SUFFIXES:
        name = name.removesuffix(suffix)
    return "ndjson" if name.endswith(_LINE_SUFFIXES) else "json"


def _is_complete(line: bytes) -> bool:
    """Whether the line is a whole object or array. The only line of a large document is not parsed twice for that."""
    if line[:1] + line[-1:] not in (b"{}", b"[]"):
        return False
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _lines(stream: io.BufferedReader, source: str) -> Iterator[bytes]:
    while True:
        try:
            line = stream.readline(MAX_LINE + 1)
        except OSError as error:
            raise SourceError(source, error.strerror or str(error)) from None
        if not line:
            return
        if len(line) > MAX_LINE:
            raise SourceError(source, "one line is larger than 1 GB")
        yield line


def _chain(head: list[bytes], rest: Iterator[bytes]) -> Iterator[bytes]:
    head.reverse()
    while head:
        yield head.pop()  # let go of each line once it was handed on
    yield from rest
