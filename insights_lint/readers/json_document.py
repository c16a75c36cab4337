"""Reads a JSON document: one request body, one list of events, or one event."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from insights_lint.errors import SourceError
from insights_lint.model import Form, Payload, TextFault, Unjudged
from insights_lint.readers.payloads import payload_of

MAX_BYTES = 1_000_000_000
"""Bytes of one document; beyond that, memory would run out before anything can be said."""

_BEGINNINGS = {"\x1f": "gzip", "BZh": "bzip2", "PK\x03\x04": "a zip archive"}
_LOOKS = (
    (
        re.compile(r"^\s*(?:aa|insights)\s*\(|^\s*(?:import|export|const|let|var|window|module)\b", re.MULTILINE),
        "JavaScript",
    ),
    (re.compile(r"\{\{.*?\}\}|\$\{.*?\}|<%"), "a template"),
    (re.compile(r"^\s*[\"']?[A-Za-z]+[\"']?\s*=>", re.MULTILINE), "PHP or Ruby"),
    (re.compile(r"^\s*<(?:!doctype|html|\?xml)", re.IGNORECASE), "HTML or XML"),
)


def read(lines: Iterator[bytes], source: str, form: Form | None) -> Iterator[Payload | Unjudged]:
    """The one payload of the document, or what stands there instead."""
    found = payload_of(_whole(lines, source), source, form)
    if isinstance(found, Payload) and found.error is not None:
        found = replace(found, error=_explained(found.text, found.error))
    yield found


def _whole(lines: Iterator[bytes], source: str) -> bytes:
    parts = []
    size = 0
    for line in lines:
        parts.append(line)
        size += len(line)
        if size > MAX_BYTES:
            raise SourceError(source, "larger than 1 GB, the limit for one document")
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _explained(text: str, fault: TextFault) -> TextFault:
    """The fault with what the text looks like, if that is no JSON at all."""
    for beginning, name in _BEGINNINGS.items():
        if text.startswith(beginning):
            return replace(fault, message=f"{fault.message} (this looks like {name}: unpack it first)")
    if fault.rule != "json-invalid":
        return fault
    sample = text[:4000]
    for pattern, name in _LOOKS:
        if pattern.search(sample):
            return replace(fault, message=f"{fault.message} (this looks like {name})")
    return fault
