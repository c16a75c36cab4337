"""Reads NDJSON (JSON Lines): one request body, list of events or event a line, in a stream of any length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from insights_lint.model import Form, Payload, Unjudged
from insights_lint.readers.payloads import payload_of


def read(lines: Iterator[bytes], source: str, form: Form | None) -> Iterator[Payload | Unjudged]:
    """A payload for each line that is one or does not parse, and at the end what the other lines were."""
    others: Counter[str] = Counter()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        found = payload_of(line.rstrip(b"\r\n"), source, form, line=number, streamed=True)
        if isinstance(found, Unjudged):
            others[found.reason] += 1
        else:
            yield found
    for reason, count in others.most_common(3):
        yield Unjudged(source, f"{count:,} line{'s' if count > 1 else ''}: {reason}")
