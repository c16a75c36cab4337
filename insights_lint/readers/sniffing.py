"""Tells a source's format by how it begins."""

from __future__ import annotations

import codecs
import json
import re

from insights_lint.readers.shapes import parts_of
from insights_lint.readers.source import Input
from insights_lint.sources import PACKED_SUFFIXES

_LINES = 10
"""Lines that are not blank, after which enough is known."""
_BYTES = 65_536
"""And bytes, if two lines are whole by then."""
_MAX_BYTES = 16_000_000
_TERMINAL_BYTES = 4096

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
# Patterns are compiled only for what has in it, or begins with, what they cannot do without: most sources have not.
# JSON in a call of JavaScript (JSONP) counts, too.
_HAR = (
    rb"(?:\xef\xbb\xbf)?\s*(?:[\w.$]{1,64}\s*\(\s*)?\{\s*\"log\"\s*:\s*\{"
    rb"\s*(?:\}|\"(?:version|creator|browser|pages|entries|comment|_[^\"]*)\")"
)
_FLOWS = rb"[0-9]{1,12}:[0-9]{1,12}:[a-z_]{2,40}[,;]"
_COLORED = rb"\s*(?:\x1b\[[0-9;]*m)+\s*[\[{]"
_ENTRY = rb'\s*\{\s*"event"\s*:\s*\{'
_LOG_KEYS = frozenset(
    {"level", "logger", "message", "method", "msg", "request", "status", "time", "time_local", "ts", "uri"}
)
_LINE_SUFFIXES = {".ndjson": "ndjson", ".jsonl": "ndjson", ".log": "log"}


def head_of(source: Input) -> bytes:
    """The beginning of a source, as much as is needed to tell its format; it is read from the stream."""
    parts: list[bytes] = []
    size = lines = 0
    while lines < _LINES and size < _MAX_BYTES:
        part = source.stream.readline(_BYTES)
        if not part:
            break
        parts.append(part)
        size += len(part)
        lines += part.endswith(b"\n") and bool(part.strip())
        # Two long lines tell as much as ten, and so do the first bytes of what is no text of lines.
        if size >= _BYTES and (lines >= 2 or is_zip(parts[0]) or _special(parts[0])):
            break
    return b"".join(parts)


def is_utf_16(head: bytes) -> bool:
    """Whether a source that begins so is UTF-16, as PowerShell writes it."""
    return head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def is_zip(head: bytes) -> bool:
    """Whether a source that begins so is a zip archive."""
    return head.startswith(_ZIP)


def is_terminal_output(head: bytes) -> bool:
    """Whether a source that begins so is what a terminal showed of a log of the API, or other JSON in colours."""
    text = head[:_TERMINAL_BYTES]
    if b"\x1b" in text and re.match(_COLORED, text):
        return True
    return b'"event"' in text and re.match(_ENTRY, text) is not None


def sniff(head: bytes, source: str) -> str:
    """The format of a source, by how it begins; its name counts only if that leaves it open."""
    if special := _special(head):
        return special
    if is_terminal_output(head) or _has_neighbours(head):
        return "concatenated"
    lines = [line.removeprefix(codecs.BOM_UTF8).strip() for line in head.splitlines() if line.strip()]
    documents = [document for document in map(_document, lines) if document is not None]
    if len(documents) >= 2:
        is_log = len(documents) < len(lines) and any(map(_is_of_log, documents))
        return "log" if is_log else "ndjson"
    if lines and _begins_log(lines, documents):
        return "log"
    name = source.lower()
    for suffix in PACKED_SUFFIXES:
        name = name.removesuffix(suffix)
    return next((known for suffix, known in _LINE_SUFFIXES.items() if name.endswith(suffix)), "json")


def _begins_log(lines: list[bytes], documents: list[object]) -> bool:
    """Whether the lines are those of a log, at most one of which is JSON."""
    if lines[0].startswith((b"{", b"[")) and not lines[0].endswith(b"}"):
        return False  # a document of several lines
    texts = [line.decode("utf-8", "surrogateescape") for line in lines]
    from insights_lint.readers.line_texts import is_log_line

    if not documents and is_log_line(texts[0]):
        return True
    if texts[0].startswith(("{", "[", '"')):
        return False
    return any(map(_is_of_log, documents)) or any(map(is_log_line, (one for one in texts[1:] if one[:1] not in "{[")))


def _special(head: bytes) -> str:
    """The format of a source that is neither one text nor lines; empty for others."""
    if head[:1].isdigit() and re.match(_FLOWS, head):
        return "mitmproxy"
    return "har" if b'"log"' in head and re.match(_HAR, head) else ""


def _has_neighbours(head: bytes) -> bool:
    """Whether an object begins where another one ends, on one line as Firehose writes them, or indented."""
    if b"}{" not in b"".join(head.split()) or not head.lstrip(codecs.BOM_UTF8 + b" \t\r\n").startswith(b"{"):
        return False
    text = head.decode("utf-8-sig", "replace").lstrip()
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return False
    # A text a line is NDJSON.
    return text[end:].lstrip(" \t" if "\n" not in text[:end] else None).startswith("{")


def _document(line: bytes) -> object:
    """The object or array that the line is; None if it is none. That of a large document is not parsed twice."""
    if line[:1] + line[-1:] not in (b"{}", b"[]"):
        return None
    try:
        return json.loads(line)
    except RecursionError:  # whole, for all that is known
        return []
    except ValueError:
        return None


def _is_of_log(document: object) -> bool:
    """Whether it is what a server or program logs, beside lines that are no JSON."""
    return (
        isinstance(document, dict) and bool(_LOG_KEYS & document.keys()) and not parts_of(document, None, asked=False)
    )
