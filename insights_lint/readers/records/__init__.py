"""Reads records of logs and queues: the table of their kinds, and what is nested in them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import islice

from insights_lint.json_text.parsing import parse
from insights_lint.model import Json
from insights_lint.payload import Unjudged
from insights_lint.readers.bodies import unpacked_body
from insights_lint.readers.captured_bodies import place_in
from insights_lint.readers.captures import Captures
from insights_lint.readers.endpoints import mentions_api
from insights_lint.readers.exchange import Exchange, Nested, Unseen
from insights_lint.readers.har import exchange_of
from insights_lint.readers.line_texts import line_text, texts_in
from insights_lint.readers.payloads import Found, Payloads
from insights_lint.readers.records.aws import read_cloudwatch, read_gateway, read_queue
from insights_lint.readers.records.fields import read_fields
from insights_lint.readers.records.proxies import first_values, is_doubled, read_caddy, read_envoy, read_worker
from insights_lint.readers.records.wrapped import read_wrapped
from insights_lint.readers.shapes import is_payload, shape_of
from insights_lint.readers.source import Input, Record
from insights_lint.readers.unread import unread_document

Told = Iterator[Exchange | Nested]

KINDS: tuple[Callable[[dict[str, Json]], Told | None], ...] = (
    read_gateway,
    read_queue,
    read_cloudwatch,
    read_envoy,
    read_caddy,
    read_worker,
    read_wrapped,
)
"""Each tells what is in a record of its kind, and gives None for any other."""

_SAMPLE = 10
"""Items of a list that are looked at to tell whether it is one of records."""
_MAX_DEPTH = 5
"""Records within records: Firehose of CloudWatch of API Gateway are three."""


class Records:
    """The records of one source, in order."""

    def __init__(self, source: Input, payloads: Payloads) -> None:
        self.captures = Captures(payloads, exact=True)
        self._wanted = source.wanted
        self._hosts = [re.sub("^.*://|/.*$", "", host) for host in source.wanted.hosts]
        self._attached = source.attached

    def read(self, record: Record, time: int | None = None, depth: int = 0) -> Iterator[Found] | None:
        """What a value tells of requests; None if it is no record. `time` is that of what it is nested in."""
        value = record.value
        if unread := unread_document(value):
            return iter([Unjudged(self.captures.payloads.source, unread)])
        named = self._is_named(record.text)
        if isinstance(value, list):
            items = value if named else islice(value, _SAMPLE)
            if shape_of(value) is not None or not any(self._told(item, named) for item in items):
                return None
            return self._items(value, record, depth)
        if isinstance(value, dict) and is_doubled(value):
            value = json.loads(record.text, object_pairs_hook=first_values)
            record = record._replace(value=value, exact=False)
        told = self._told(value, named)
        return None if told is None else self._found(told, record, time, depth)

    def _is_named(self, text: str) -> bool:
        """Whether an endpoint is named in the text, without which no field of its own can hold its URL."""
        return bool(self._wanted.fields) or not text or mentions_api(text) or any(host in text for host in self._hosts)

    def _told(self, value: Json, named: bool = True) -> Told | None:
        """What a value tells of requests; of fields with any name only if an endpoint is `named` in it."""
        if not isinstance(value, dict):
            return None
        if self._wanted.fields:
            return read_fields(value, self._wanted)
        if is_payload(value):
            return None
        archive = value.get("log")
        if isinstance(archive, dict) and isinstance(archive.get("entries"), list):
            return self._entries(archive["entries"])
        entry = value["snapshot"] if value.get("type") == "resource-snapshot" and "snapshot" in value else value
        exchange = exchange_of(entry, self._attached)
        if exchange is not None and ("startedDateTime" in entry or "postData" in entry["request"]):
            return iter([exchange if entry is value else _deeper(exchange, "snapshot")])
        for kind in KINDS:
            told = kind(value)
            if told is not None:
                return told
        if not named:
            return None
        return self._told_in_lists(value) or read_fields(value, self._wanted)

    def _told_in_lists(self, value: dict[str, Json], depth: int = 3) -> Told | None:
        """What the records in lists below an object tell, as searches in logs give them."""
        for key, inner in value.items():
            if isinstance(inner, dict) and depth and (told := self._told_in_lists(inner, depth - 1)) is not None:
                return (_deeper(one, key) for one in told)
            if not isinstance(inner, list) or not inner or not all(isinstance(item, dict) for item in inner):
                continue
            if shape_of(inner) is None and any(self._told(item) for item in inner):
                return self._told_of_items(inner, key)
        return None

    def _told_of_items(self, items: list[Json], key: str) -> Told:
        for number, item in enumerate(items):
            yield from (_deeper(one, key, number) for one in self._told(item) or ())

    def _entries(self, entries: list[Json]) -> Told:
        for number, entry in enumerate(entries):
            exchange = exchange_of(entry, self._attached)
            if exchange is not None:
                yield _deeper(exchange, "log", "entries", number)

    def _items(self, values: list[Json], record: Record, depth: int) -> Iterator[Found]:
        for number, value in enumerate(values):
            told = self._told(value)
            if told is None:
                self.captures.others += 1
            else:
                deeper = (_deeper(one, number) for one in told)
                yield from self._found(deeper, record, None, depth)

    def _found(self, told: Told, record: Record, time: int | None, depth: int) -> Iterator[Found]:
        for one in told:
            if isinstance(one, Nested):
                if depth < _MAX_DEPTH:
                    yield from self._nested(one, record, one.time or time, depth + 1)
            else:
                yield from self.captures.of(one._replace(time=one.time or time), record)

    def _nested(self, nested: Nested, record: Record, time: int | None, depth: int) -> Iterator[Found]:
        content = nested.content
        if isinstance(content, bytes):
            content = unpacked_body(content, "").decode("utf-8", "surrogateescape")
        line, column = place_in(record, nested.at)
        pointer = (*record.pointer, *nested.at)
        texts = list(texts_in(content))
        for text in texts:
            document = parse(text).document
            if isinstance(document, str) and depth < _MAX_DEPTH:  # encoded twice
                yield from self._nested(Nested(document, nested.at), record, time, depth + 1)
                continue
            inner = Record(document, text, line, column, pointer, exact=False)
            found = self.read(inner, time, depth)
            if found is not None:
                yield from found
            elif shape_of(document) is not None:
                yield self.captures.bare(inner, time)
            else:
                self.captures.others += 1
        words = line_text(content) if not texts else None
        if words is not None:
            inner = Record(words.value, words.text, line, column, pointer, exact=False)
            yield from self.read(inner, time, depth) or ()
        elif not texts:
            garbled = self.captures.garbled(content, record, time)
            if garbled is None:
                self.captures.others += 1
            else:
                yield garbled


def _deeper(told: Exchange | Nested, *keys: str | int) -> Exchange | Nested:
    """The same, where what it was told by stands below those keys."""
    if isinstance(told, Nested):
        return told._replace(at=(*keys, *told.at))
    if isinstance(told.body, Unseen):
        return told
    return told._replace(body=told.body._replace(at=(*keys, *told.body.at)))
