"""Reads NDJSON (JSON Lines): one request body, list of events or event a line, in a stream of any length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from insights_lint.json_text.parsing import decode, parse
from insights_lint.model import Form, Payload, Shape, Unjudged
from insights_lint.readers.shapes import describe, shape_of


def read(lines: Iterator[bytes], source: str, form: Form | None) -> Iterator[Payload | Unjudged]:
    """A payload for each line that is one or does not parse, and at the end what the other lines were."""
    others: Counter[str] = Counter()
    for number, data in enumerate(lines, 1):
        line = data.strip(b" \t\r\n")
        if not line:
            continue
        text, fault = decode(data.rstrip(b"\r\n"))
        parsed = parse(text) if fault is None else None
        error = fault or (parsed.error if parsed else None)
        if error is not None or parsed is None:
            yield Payload(source, None, Shape.EVENT, form or Form.WIRE, text, number, error, streamed=True)
            continue
        shape = shape_of(parsed.document, form)
        if shape is None:
            others[describe(parsed.document)] += 1
            continue
        yield Payload(
            source=source,
            document=parsed.document,
            shape=shape,
            form=form or Form.WIRE,
            text=text,
            line=number,
            duplicates=parsed.duplicates,
            has_null=parsed.has_null,
            streamed=True,
            sent_size=len(line) if shape is Shape.BODY else None,
        )
    for reason, count in others.most_common(3):
        yield Unjudged(source, f"{count:,} line{'s' if count > 1 else ''}: {reason}")
