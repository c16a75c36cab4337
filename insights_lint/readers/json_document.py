"""Reads a JSON document: one text with everything that is judged in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from insights_lint.errors import SourceError
from insights_lint.payload import Payload, TextFault
from insights_lint.readers.payloads import Found, Payloads
from insights_lint.readers.recorded import Recorded
from insights_lint.readers.source import Input

MAX_BYTES = 1_000_000_000
"""Bytes of one document; beyond that, memory would run out before anything can be said."""

_STEP = 65_536
"""Bytes that are read at once at most."""
_LOOKS = (
    (r"(?m:^\s*(?:aa|insights)\s*\(|^\s*(?:import|export|const|let|var|window|module)\b)", "JavaScript"),
    (r"\{\{.*?\}\}|\$\{.*?\}|<%", "a template"),
    (r"(?m:^\s*[\"']?[A-Za-z]+[\"']?\s*=>)", "PHP or Ruby"),
    (
        r"(?m:^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} \[[0-9]{3}\] )",
        "the text that `algolia events tail` prints: take its --output json",
    ),
    (r"(?i:^\s*<(?:!doctype|html|\?xml))", "HTML or XML"),
)


def read(source: Input) -> Iterator[Found]:
    """The payloads of the document, or what stands there instead."""
    payloads = Payloads(source.name, source.wanted, templates=True)
    recorded = Recorded(source, payloads)
    payloads.records = recorded.read
    for found in payloads.of(_whole(source)):
        if isinstance(found, Payload) and found.error is not None and found.embedding is None:
            yield found._replace(error=_explained(found.text, found.error))
        else:
            yield found
    yield from recorded.rest("record")
    yield from payloads.unmatched()


def _whole(source: Input) -> bytes:
    parts = []
    size = 0
    try:
        while part := source.stream.read1(_STEP):
            parts.append(part)
            size += len(part)
            if size > MAX_BYTES:
                raise SourceError(source.name, "larger than 1 GB, the limit for one document")
    except OSError as error:
        raise SourceError(source.name, error.strerror or str(error)) from None
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _explained(text: str, fault: TextFault) -> TextFault:
    """The fault with what the text looks like, if that is no JSON at all."""
    if fault.rule != "json-invalid":
        return fault
    sample = text[:4000]
    for pattern, name in _LOOKS:
        if re.search(pattern, sample):
            return fault._replace(message=f"{fault.message} (this looks like {name})")
    return fault
