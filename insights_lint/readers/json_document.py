"""Reads a JSON document: one request body, one list of events, or one event."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from insights_lint.errors import SourceError
from insights_lint.json_text.parsing import decode, parse
from insights_lint.model import Form, Payload, Shape, TextFault, Unjudged
from insights_lint.readers.shapes import describe, shape_of

MAX_BYTES = 1_000_000_000
"""Bytes of one document; beyond that, memory would run out before anything can be said."""

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
    data = _whole(lines, source)
    text, fault = decode(data)
    del data
    if fault is not None:
        yield _unreadable(text, source, form, fault)
        return
    parsed = parse(text, templates=True)
    if parsed.error is not None:
        yield _unreadable(text, source, form, _explained(text, parsed.error))
        return
    shape = shape_of(parsed.document, form)
    if shape is None:
        yield Unjudged(source, describe(parsed.document))
        return
    yield Payload(
        source=source,
        document=parsed.document,
        shape=shape,
        form=form or Form.WIRE,
        text=text,
        duplicates=parsed.duplicates,
        has_null=parsed.has_null,
        templates=parsed.templates,
    )


def _whole(lines: Iterator[bytes], source: str) -> bytes:
    parts = []
    size = 0
    for line in lines:
        parts.append(line)
        size += len(line)
        if size > MAX_BYTES:
            raise SourceError(source, "larger than 1 GB, the limit for one document")
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _unreadable(text: str, source: str, form: Form | None, fault: TextFault) -> Payload:
    return Payload(source, None, Shape.EVENT, form or Form.WIRE, text, error=fault)


def _explained(text: str, fault: TextFault) -> TextFault:
    """The fault with what the text looks like, if that is no JSON at all."""
    if fault.rule != "json-invalid":
        return fault
    sample = text[:4000]
    for pattern, name in _LOOKS:
        if pattern.search(sample):
            return replace(fault, message=f"{fault.message} (this looks like {name})")
    return fault
