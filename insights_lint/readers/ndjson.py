"""Reads NDJSON (JSON Lines): a JSON text a line, in a stream of any length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from insights_lint.payload import Payload, Unjudged
from insights_lint.readers.payloads import Payloads
from insights_lint.readers.wanted import Wanted


def read(lines: Iterator[bytes], source: str, wanted: Wanted) -> Iterator[Payload | Unjudged]:
    """The payloads of each line that holds some or does not parse, and at the end what the other lines were."""
    payloads = Payloads(source, wanted, sent=True, streamed=True)
    others: Counter[str] = Counter()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        for found in payloads.of(line.rstrip(b"\r\n"), number):
            if isinstance(found, Unjudged):
                others[found.reason] += 1
            else:
                yield found
    for reason, count in others.most_common(3):
        yield Unjudged(source, f"{count:,} line{'s' if count > 1 else ''}: {reason}")
    yield from payloads.unmatched()
