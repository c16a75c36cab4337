"""Reads NDJSON (JSON Lines): a JSON text a line, in a stream of any length."""

from __future__ import annotations

from collections.abc import Iterator

from insights_lint.payload import Payload, Unjudged
from insights_lint.readers.payloads import Payloads
from insights_lint.readers.wanted import Wanted


def read(lines: Iterator[bytes], source: str, wanted: Wanted) -> Iterator[Payload | Unjudged]:
    """The payloads of each line that holds some or does not parse, and at the end what the other lines were."""
    texts = ((number, line.rstrip(b"\r\n")) for number, line in enumerate(lines, 1) if line.strip())
    return Payloads(source, wanted, sent=True, streamed=True).of_each(texts, "line")
