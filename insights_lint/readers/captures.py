"""Finds the requests to the Insights API in what was captured, and makes payloads of their bodies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from insights_lint.model import Json, time_text
from insights_lint.payload import PassedOver, Payload, Shape, Unjudged
from insights_lint.readers.bodies import CUT_OFF, GARBLED, PACKED, unpacked_body
from insights_lint.readers.captured_bodies import payload_of, place_in
from insights_lint.readers.endpoints import (
    AGENT,
    CREDENTIALS,
    Endpoint,
    Url,
    endpoint_of,
    is_search,
    names_endpoint,
)
from insights_lint.readers.exchange import Body, BodyBytes, BodyText, BodyValue, Exchange, Unseen
from insights_lint.readers.payloads import Payloads
from insights_lint.readers.shapes import mentions_events, shape_of
from insights_lint.readers.source import Record
from insights_lint.recording import Answer, Captured

_QUERY_ID = re.compile(r'"queryID"\s*:\s*"([0-9a-fA-F]{32})"')
_PREFLIGHT = re.compile(r"\bOPTIONS\b")
_MAX_SEARCHES = 100_000
"""Searches of one capture that are remembered."""
_MAX_KEYS = 1000
"""API keys of one capture that are reported, each once; secured keys may be as many as users."""
_NO_EVENTS = ("GET", "HEAD", "DELETE")
"""Methods by which the API is asked for something; a body would be a mistake."""


class Captures:
    """The requests of one source, in order; what is no request to the Insights API is only counted.

    `exact` tells that places within a body are those of the source, as people expect it of lines.
    """

    def __init__(self, payloads: Payloads, *, exact: bool = False) -> None:
        self.payloads = payloads
        self.exact = exact
        self.others = 0
        self._number = 0
        self._searches: dict[str, int] = {}
        self._keys: set[str] = set()

    def of(self, exchange: Exchange, record: Record) -> Iterator[Payload | PassedOver]:
        """The payload of a request that sends events, judged or not; a word for other requests to the API."""
        if not exchange.url:  # its user named the field of the body, and there is no other
            payload = self._payload(exchange, record, {"endpoint": Endpoint.OWN.value}, "")
            ours = mentions_events([payload.text]) if payload.error else shape_of(payload.document) is not None
            if ours:
                yield payload
            else:
                self._number -= 1
                self.others += 1
            return
        url = Url.parse(exchange.url)
        headers = exchange.headers or {}
        endpoint = None if url is None else endpoint_of(url, self.payloads.wanted.hosts, headers)
        if url is None or endpoint is None or exchange.method == "CONNECT":  # a tunnel, through which requests go
            self.others += 1
            if url is not None and exchange.answer and exchange.time is not None and is_search(url):
                self._remember(exchange.answer, exchange.time)
            return
        if exchange.method == "OPTIONS":
            yield PassedOver(self.payloads.source, preflight=True)
            return
        if exchange.method in _NO_EVENTS and _is_empty(exchange.body):
            yield PassedOver(self.payloads.source, preflight=False)
            return
        value = self._value(exchange, url, endpoint)
        unwanted = exchange.method if exchange.method not in ("POST", "") else ""
        yield self._payload(exchange, record, value, unwanted)

    def bare(self, record: Record, time: int | None) -> Payload:
        """The payload that a record itself is, of which nothing else is known."""
        exchange = Exchange("", "", BodyValue(record.value), time=time)
        return self._payload(exchange, record, {"endpoint": Endpoint.OWN.value}, "", shape_of(record.value))

    def garbled(
        self, text: str, record: Record, time: int | None = None, *, cut_off: bool = False
    ) -> Payload | PassedOver | None:
        """The request that a text tells of which cannot be read; None if it tells of none."""
        if "/1/events" not in text.replace("\\/", "/") or not names_endpoint(text, self.payloads.wanted.hosts):
            return None
        if _PREFLIGHT.search(text):
            return PassedOver(self.payloads.source, preflight=True)
        exchange = Exchange("/1/events", "", Unseen(CUT_OFF if cut_off else GARBLED), time=time)
        return self._payload(exchange, record, {"endpoint": Endpoint.OWN.value, "path": exchange.url}, "")

    def rest(self, noun: str) -> Iterator[Unjudged]:
        """A word for what was captured besides."""
        if self.others and not self._number:
            many = f"{self.others:,} {noun}" if self.others == 1 else f"{self.others:,} {noun}s"
            yield Unjudged(self.payloads.source, f"{many}, none to the Insights API (--host adds an endpoint)")

    def _remember(self, answer: str, time: int) -> None:
        for found in _QUERY_ID.finditer(answer):
            self._searches[found[1]] = time
        while len(self._searches) > _MAX_SEARCHES:
            del self._searches[next(iter(self._searches))]

    def _value(self, exchange: Exchange, url: Url, endpoint: Endpoint) -> dict[str, Json]:
        """What rules see of the request; members are absent where nothing was recorded."""
        headers = exchange.headers
        value: dict[str, Json] = {"endpoint": endpoint.value, "method": exchange.method, "url": exchange.url}
        value |= {"scheme": url.scheme, "host": url.host, "path": url.path}
        for name in (*CREDENTIALS, AGENT):
            value[name] = (headers or {}).get(name.lower()) or url.query.get(name, "")
        value = {key: member for key, member in value.items() if member != ""}
        value["query"] = dict(url.query)
        if headers is not None:
            value["headers"] = dict(headers)
        if exchange.status is not None:
            value["status"] = exchange.status
        key = value.get(CREDENTIALS[1])
        if key is not None:
            if key in self._keys or len(self._keys) == _MAX_KEYS:
                value["keySeenBefore"] = True
            else:
                self._keys.add(key)
        return value

    def _payload(
        self,
        exchange: Exchange,
        record: Record,
        value: dict[str, Json],
        unwanted: str,
        shape: Shape | None = None,
    ) -> Payload:
        self._number += 1
        body = _readable(exchange.body, exchange.headers or {})
        time = f"{time_text(exchange.time)} " if exchange.time is not None else ""
        title = f"{time}{exchange.method or 'POST'} {value['path']}" if "path" in value else time.strip()
        at = () if isinstance(body, Unseen) else body.at
        unseen = body.reason if isinstance(body, Unseen) else ""
        captured = Captured(
            value=value,
            title=title,
            entry=record.pointer,
            origin=place_in(record, at),
            exact=self.exact,
            by_line=self.exact,
            unseen="" if unwanted else unseen,
            unwanted=unwanted,
            searches=self._searches,
        )
        payload = payload_of(self.payloads, body, record, captured, self._number, shape or Shape.BODY)._replace(
            answer=_answer(exchange),
            sent_at=exchange.time,
        )
        if payload.error is None and payload.has_body:
            value["body"] = payload.document
        return payload


def _is_empty(body: Body) -> bool:
    if isinstance(body, BodyText):
        return not body.text.strip()
    return isinstance(body, Unseen) or (isinstance(body, BodyBytes) and not body.data)


def _readable(body: Body, headers: Mapping[str, str]) -> Body:
    """The body before its Content-Encoding, as far as that can be undone here."""
    if not isinstance(body, BodyBytes):
        return body
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding in ("br", "zstd") and body.data.lstrip()[:1] not in (b"{", b"["):
        return Unseen(PACKED)
    return BodyBytes(unpacked_body(body.data, encoding), body.at)


def _answer(exchange: Exchange) -> Answer | None:
    if exchange.status is None:
        return None
    try:
        answer = json.loads(exchange.answer)
    except (ValueError, RecursionError):
        answer = None
    message = answer.get("message") if isinstance(answer, dict) else None
    refused = exchange.status >= 400
    return Answer(exchange.status, (message,) if refused and isinstance(message, str) and message else ())
