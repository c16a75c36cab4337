"""Reads records whose fields their operator named, as in nginx, HAProxy, Fluentd and Vector, by what stands in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from insights_lint.model import Json, Pointer
from insights_lint.readers.bodies import GARBLED, GZIP, from_base64, looks_like_base64, recorded_text
from insights_lint.readers.endpoints import Url, endpoint_of, is_events_path, is_host
from insights_lint.readers.exchange import EMPTY, Body, BodyBytes, BodyText, BodyValue, Exchange, Unseen
from insights_lint.readers.har import header_map, sent_length
from insights_lint.readers.moments import moment
from insights_lint.readers.records.members import Member, is_of_answer, member_at, members_of
from insights_lint.readers.shapes import shape_of
from insights_lint.readers.wanted import Wanted

NOT_LOGGED = "the log holds no bodies: let the server log them, or record with mitmproxy"
NOT_KEPT = (
    "the server logged no body; nginx does so above client_body_buffer_size: raise that, or record with mitmproxy"
)

_MAX_URL = 8192

_METHODS = "GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT"
_URL = re.compile(r"https?://[^\s\"'<>]+")
_REQUEST_LINE = re.compile(rf"({_METHODS}) (\S+)(?: HTTP/[0-9.]+)?")
_NOTHING = ("", "-", "null", "(null)")


def _named(names: str) -> re.Pattern[str]:
    """A pattern for such a name, perhaps said to be of the request."""
    return re.compile(rf"(?:(?:http|request|req|client|raw)_?)*(?:{names})", re.IGNORECASE)


_METHOD = _named("method|verb")
_HOST = _named("(?:v_?)?(?:host|hostname|host_?name|authority|domain)")
_OTHER_NAMES = re.compile("(?:server_?name|host|hostname|server_?host)", re.IGNORECASE)
_DOMAIN = re.compile(r"(?=.*[a-z])[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::[0-9]+)?|localhost(?::[0-9]+)?", re.IGNORECASE)
"""What may be the host of a URL, rather than the name of a machine or somebody's address."""
_NO_URL = re.compile("refer|origin|blocked|document|location", re.IGNORECASE)
"""Names of members with the URL of something else."""
_QUERY = _named("query|query_?string|args|qs")
_BODY = _named("body(?:_?(?:raw|text|base64|b64))?|post_?data|payload|content|data")
_CERTAIN_BODY = _named("body(?:_?(?:raw|text|base64|b64))?|post_?data")
_LENGTH = _named("content_?length|cl|body_?(?:bytes|size|length)")
_ENCODING = _named("content_?encoding")
_HEADERS = _named("headers?")
_STATUS = re.compile(
    "(?:(?:http|edge|origin|response|resp|upstream|downstream)_?)*(?:status|status_?code|code)", re.IGNORECASE
)
_STATUS_VALUE = re.compile("[1-5][0-9]{2}")
_TIME = re.compile(
    "@?(?:(?:event|log|start|started|received|request|edge|client)_?)*"
    "(?:time_?stamp|time|date|date_?time|msec|ms|ts|time_?epoch|started_?date_?time)(?:_?(?:ms|utc|iso8601|local|epoch))?",
    re.IGNORECASE,
)
_DATE = re.compile("(?<!up)(?:time|date|stamp)", re.IGNORECASE)
_INSIDE = ("content", "text", "raw", "bytes")
"""Members of a body that is an object itself, as in the Elastic Common Schema."""


def read_fields(record: dict[str, Json], wanted: Wanted) -> Iterator[Exchange] | None:
    """The request that a record tells of; None if it tells of none.

    With names of `wanted` fields, those decide; all else is found by what stands in the members.
    """
    reading = _Reading(record, wanted)
    url = reading.url()
    if url is None:
        return None
    body = reading.body()
    # A message or a setting with a URL is no request.
    is_told = not url.said_in_words and (url.method or reading.method() or reading.status() or reading.names_body())
    if isinstance(body, Unseen) and not (is_told or wanted.fields):
        return None
    headers = reading.headers()
    return iter(
        [
            Exchange(
                url=url.text,
                method=url.method or reading.method(),
                body=body,
                headers=headers,
                time=reading.time(),
                status=reading.status(),
                answer=reading.answer(),
            )
        ]
    )


class _Url(NamedTuple):
    text: str
    method: str = ""
    """Where both stand in one field."""
    said_in_words: bool = False
    """Whether it stands among other words."""


class _Reading:
    """The members of one record, and what each of them is."""

    def __init__(self, record: dict[str, Json], wanted: Wanted) -> None:
        self.record = record
        self.wanted = wanted.fields
        self.hosts = wanted.hosts
        members = list(members_of(record))
        self.answers = [one for one in members if is_of_answer(one)]
        self.members = [one for one in members if not is_of_answer(one)]

    def url(self) -> _Url | None:
        if self.wanted.url:
            found = member_at(self.record, self.wanted.url)
            return None if found is None or not isinstance(found[1], str) else self._whole(_target_of(found[1]))
        target: _Url | None = None
        for text in self._short_texts():
            for url in _URL.findall(text):
                if self._is_endpoint(url):
                    line = _REQUEST_LINE.fullmatch(text)
                    whole = url == text.strip() or line is not None
                    return _Url(url, line[1] if line else "", said_in_words=not whole)
            found_target = _target_of(text)
            if target is None and found_target.text.startswith("/") and is_events_path(found_target.text):
                target = found_target
        if target is not None:
            return self._whole(target)
        named = bool(self.wanted.body) and member_at(self.record, self.wanted.body) is not None
        return _Url("") if named else None

    def _is_endpoint(self, text: str) -> bool:
        """Whether it may be the URL of one; whose, is told with all that is known of the request."""
        if is_events_path(text) or is_host(text.partition("://")[2].partition("/")[0]):
            return True
        url = Url.parse(text) if self.hosts else None
        return url is not None and endpoint_of(url, self.hosts, {}) is not None

    def names_body(self) -> bool:
        return any(_CERTAIN_BODY.fullmatch(one.key) for one in self.members)

    def method(self) -> str:
        for one in self._texts(_METHOD):
            if re.fullmatch(_METHODS, one.upper()):
                return one.upper()
        return ""

    def headers(self) -> dict[str, str] | None:
        return next((header_map(one.value) for one in self.members if _HEADERS.fullmatch(one.key)), None)

    def time(self) -> int | None:
        if self.wanted.time:
            found = member_at(self.record, self.wanted.time)
            return None if found is None else moment(found[1])
        named = (one.value for one in self.members if _TIME.fullmatch(one.key))
        dates = (one.value for one in self.members if _DATE.search(one.key) and not str(one.value).isdecimal())
        times = map(moment, chain(named, dates))
        return next((time for time in times if time is not None), None)

    def status(self) -> int | None:
        for one in (*self.answers, *self.members):
            if _STATUS.fullmatch(one.key) and _STATUS_VALUE.fullmatch(str(one.value)):
                return int(str(one.value))
        return None

    def answer(self) -> str:
        bodies = (one.value for one in self.answers if _BODY.search(one.key) and isinstance(one.value, str))
        return next(bodies, "")

    def body(self) -> Body:
        if self.wanted.body:
            found = member_at(self.record, self.wanted.body)
            return Unseen(NOT_LOGGED) if found is None else self._body_of(*found) or self._no_body()
        named = [one for one in self.members if _BODY.fullmatch(one.key)]
        for one in named:
            body = self._body_of(one.at, one.value) if _may_be_body(one) else None
            if body is not None:
                return body
        if isinstance(self.record.get("events"), list):
            return BodyValue({"events": self.record["events"]}, whole=False)
        for one in self.members:
            body = self._body_among_words(one)
            if body is not None:
                return body
        return self._no_body() if named else Unseen(NOT_LOGGED)

    def _short_texts(self) -> Iterator[str]:
        for one in self.members:
            is_text = isinstance(one.value, str) and len(one.value) <= _MAX_URL
            if is_text and not _BODY.fullmatch(one.key) and not _NO_URL.search(one.key):
                yield one.value.replace("\\/", "/")  # HAProxy

    def _texts(self, name: re.Pattern[str]) -> Iterator[str]:
        yield from (
            one.value
            for one in self.members
            if isinstance(one.value, str) and one.value not in _NOTHING and name.fullmatch(one.key)
        )

    def _whole(self, target: _Url) -> _Url:
        """The URL with the host and the query that stand in other fields, if it has none."""
        if not target.text.startswith("/") or target.text.startswith("//"):
            return target
        query = "" if "?" in target.text else next(self._texts(_QUERY), "").lstrip("?")
        known = (one.value for one in self.members if isinstance(one.value, str) and is_host(one.value))
        own = (self.headers() or {}).get("host", "")
        hosts = chain(known, [own] if own else [], self._texts(_HOST), self._texts(_OTHER_NAMES))
        host = next(filter(_DOMAIN.fullmatch, hosts), "")
        return _Url(f"{f'//{host}' if host else ''}{target.text}{f'?{query}' if query else ''}", target.method)

    def _size(self) -> int | None:
        for one in self.members:
            if _LENGTH.fullmatch(one.key) and re.fullmatch("[0-9]{1,12}", str(one.value)):
                return int(str(one.value))
        return sent_length(self.headers() or {})

    def _no_body(self) -> Body:
        return BodyBytes(EMPTY) if self._size() == 0 else Unseen(NOT_KEPT)

    def _body_of(self, at: Pointer, value: Json) -> Body | None:
        if isinstance(value, dict) and value.get("type") == "Buffer" and isinstance(value.get("data"), list):
            return _of_buffer(value["data"], at)
        if isinstance(value, dict) and "events" not in value:
            inner = next((key for key in _INSIDE if isinstance(value.get(key), str)), None)
            if inner is not None:
                return self._body_of((*at, inner), value[inner])
        if isinstance(value, (dict, list)):
            return BodyValue(value, at)
        if not isinstance(value, str) or value in _NOTHING:
            return None
        data = from_base64(value) if looks_like_base64(value) else None
        if data is not None and (data.startswith(GZIP) or data.lstrip()[:1] in (b"{", b"[")):
            return BodyBytes(data, at)
        return self._recorded(value, at)

    def _recorded(self, text: str, at: Pointer) -> Body:
        headers = {"content-encoding": next(self._texts(_ENCODING), "")}
        return recorded_text(text, at, size=self._size(), headers=headers, logged=True)

    def _body_among_words(self, one: Member) -> Body | None:
        """A body under a name that says nothing, by what it looks like."""
        if isinstance(one.value, dict):
            return BodyValue(one.value, one.at) if isinstance(one.value.get("events"), list) else None
        if not isinstance(one.value, str):
            return None
        text = one.value.lstrip()
        if text.startswith(("{", "[")) and '"event' in text:
            return self._recorded(one.value, one.at)
        data = from_base64(text) if looks_like_base64(text) else None
        if data is not None and (data.startswith(GZIP) or b'"event' in data):
            return BodyBytes(data, one.at)
        start = one.value.find('{"events"')
        # Blanks for the words before it, so that places stay those of the field.
        return BodyText(" " * start + _first_value(one.value[start:]), one.at, ends_unseen=True) if start > 0 else None


def _of_buffer(data: list[Json], at: Pointer) -> Body:
    """A body as Node.js writes its bytes."""
    try:
        return BodyBytes(bytes(data), at)
    except (TypeError, ValueError):
        return Unseen(GARBLED)


def _first_value(text: str) -> str:
    """The JSON with which the text begins, without what a message says behind it."""
    try:
        _, end = json.JSONDecoder(strict=False).raw_decode(text)
    except (ValueError, RecursionError):
        return text
    return text[:end]


def _target_of(text: str) -> _Url:
    line = _REQUEST_LINE.fullmatch(text)
    return _Url(line[2], line[1]) if line else _Url(text)


def _may_be_body(member: Member) -> bool:
    """Whether what stands under a name of bodies may be one; some of those names mean other things, too."""
    value = member.value
    if _CERTAIN_BODY.fullmatch(member.key):
        return isinstance(value, (dict, list, str))
    if isinstance(value, (dict, list)):
        return shape_of(value) is not None
    return isinstance(value, str) and (value.lstrip().startswith(("{", "[")) or looks_like_base64(value))
