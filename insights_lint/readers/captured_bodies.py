"""Makes payloads of the bodies of captured requests, whatever stands in them."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import NamedTuple

from insights_lint.json_text.breaks import is_cut_off
from insights_lint.json_text.parsing import Parsed, decode
from insights_lint.json_text.spans import Lines, Spans
from insights_lint.model import Form, Json, Pointer
from insights_lint.payload import Payload, Shape
from insights_lint.readers.bodies import CUT_OFF, as_bytes
from insights_lint.readers.exchange import Body, BodyBytes, BodyText, BodyValue, Unseen
from insights_lint.readers.payloads import Payloads, Text
from insights_lint.readers.shapes import Part
from insights_lint.readers.source import Record
from insights_lint.recording import Captured, Embedding

_HALF_PAIR = re.compile("[\ud800-\udfff]")
"""What a byte that is not UTF-8 was decoded to."""


@lru_cache(maxsize=2)  # of one document with many requests, what was walked once is remembered
def _spans(text: str) -> Spans:
    return Spans(text)


@lru_cache(maxsize=2)
def _lines(text: str) -> Lines:
    return Lines(text)


class _Found(NamedTuple):
    whole: Text
    document: Json
    size: int | None = None
    """Bytes that were sent."""


def place_in(record: Record, at: Pointer) -> tuple[int, int]:
    """Line and column of the source at which a value of the record begins, behind its quote if it is a string."""
    if not record.exact or not at:
        return record.line, record.column
    start, _ = _spans(record.text).value(at)
    return _place(record, start + (record.text[start : start + 1] == '"'))


def payload_of(
    payloads: Payloads, body: Body, record: Record, captured: Captured, number: int, shape: Shape
) -> Payload:
    """The payload that the body is, the request of that number, with what else was captured of it."""
    seen = not isinstance(body, Unseen) and not captured.unwanted
    found = _found_in(payloads, body, record, captured) if seen else _Found(Text("", Parsed(), record.line), None)
    whole = found.whole
    error = whole.parsed.error
    if isinstance(body, BodyText) and body.ends_unseen and error is not None and is_cut_off(whole.text, error):
        captured = captured._replace(unseen=CUT_OFF)
    exact = record.exact and captured.exact and (whole.embedding is not None or isinstance(body, BodyValue))
    altered = isinstance(body, BodyValue) and body.numbers_altered
    payload = payloads.payload(whole, (), Part((), found.document, shape, Form.WIRE), found.size, request=number)
    return payload._replace(
        document_pointer=(*record.pointer, *(() if isinstance(body, Unseen) else body.at)),
        captured=captured._replace(exact=exact, numbers_altered=altered),
    )


def _found_in(payloads: Payloads, body: Body, record: Record, captured: Captured) -> _Found:
    if isinstance(body, BodyText) and not _HALF_PAIR.search(body.text):
        embedding = Embedding(record.text, body.at) if record.exact and captured.exact and body.at else None
        text = f" {body.text[1:]}" if body.text.startswith("\ufeff") else body.text  # a mark of the byte order
        whole = payloads.parsed(text, None, record.line, record.column, embedding)
        return _Found(whole, whole.parsed.document, len(body.text.encode()))
    if isinstance(body, BodyValue):
        return _of_value(payloads, body, record)
    if isinstance(body, Unseen):
        raise TypeError("there is no body")
    return _of_bytes(payloads, body.data if isinstance(body, BodyBytes) else as_bytes(body.text), record)


def _of_bytes(payloads: Payloads, data: bytes, record: Record) -> _Found:
    text, fault = decode(data)
    whole = payloads.parsed(text, fault, record.line, record.column)
    return _Found(whole, whole.parsed.document, len(data))


def _of_value(payloads: Payloads, body: BodyValue, record: Record) -> _Found:
    """What a recorder parsed. Only where it stands as it was sent, its text is that of the record."""
    if not body.whole:
        text = json.dumps(body.value, ensure_ascii=False) if body.at else record.text
        return _Found(payloads.parsed(text, None, record.line, record.column), body.value)
    start, end = _spans(record.text).value(body.at)
    text = record.text[start:end]
    if _HALF_PAIR.search(text):
        return _of_bytes(payloads, as_bytes(text), record)
    whole = payloads.parsed(text, None, *_place(record, start))
    return _Found(whole, whole.parsed.document)


def _place(record: Record, offset: int) -> tuple[int, int]:
    line, column = _lines(record.text).place(offset)
    return record.line + line - 1, column + (record.column - 1 if line == 1 else 0)
