"""Reads HTTP archives (HAR 1.1 to 1.3), entry by entry, as browsers, proxies and test tools write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from insights_lint.model import Json, Pointer
from insights_lint.payload import PassedOver, Payload, Unjudged
from insights_lint.readers.bodies import (
    CUT_MARK,
    CUT_OFF,
    GARBLED,
    LEFT_OUT,
    as_bytes,
    from_base64,
    recorded_bytes,
    recorded_text,
)
from insights_lint.readers.captures import Captures
from insights_lint.readers.exchange import EMPTY, Body, BodyBytes, BodyValue, Exchange, Unseen
from insights_lint.readers.json_stream import BrokenJsonError, JsonStream, Value
from insights_lint.readers.moments import moment
from insights_lint.readers.payloads import Payloads
from insights_lint.readers.source import Attached, Input, Record, nothing_attached

_POST = ("request", "postData")
_CUT = re.compile("truncat|cut off", re.IGNORECASE)


def read(source: Input) -> Iterator[Payload | PassedOver | Unjudged]:
    """The requests of the archive, and what else is in it."""
    payloads = Payloads(source.name, source.wanted, streamed=True)
    captures = Captures(payloads)
    stream = JsonStream(source.stream)
    found = False
    odd = 0
    try:
        for pointer, entry in _entries(stream):
            found = True
            exchange = exchange_of(entry.value, source.attached)
            if exchange is None:
                odd += 1
            else:
                yield from captures.of(exchange, Record(entry.value, entry.text, entry.line, entry.column, pointer))
    except BrokenJsonError as error:
        yield payloads.broken_at(error)
        return
    if odd:
        yield Unjudged(source.name, f"{odd:,} {'entry has' if odd == 1 else 'entries have'} no request with a URL")
    if not found:
        yield Unjudged(source.name, "an HTTP archive (HAR) without entries")
    yield from captures.rest("recorded request")


def _entries(stream: JsonStream) -> Iterator[tuple[Pointer, Value]]:
    """The entries of the archive, and of those that follow it."""
    if stream.peek() != "{":
        stream.skip_until("{")  # of JSONP
    if not stream.take("{"):
        raise stream.broken("expected an object with `log`")
    yield from _entries_of_one(stream)
    stream.take(")")
    stream.take(";")
    while stream.take("{"):
        yield from _entries_of_one(stream)
    if stream.peek():
        raise stream.broken("something stands behind the archive")


def _entries_of_one(stream: JsonStream) -> Iterator[tuple[Pointer, Value]]:
    while (key := stream.key()) is not None:
        if key == "log" and stream.take("{"):
            while (name := stream.key()) is not None:
                if name == "entries" and stream.take("["):
                    for number, entry in enumerate(_items(stream)):
                        yield ("log", "entries", number), entry
                else:
                    stream.value()
        else:
            stream.value()


def _items(stream: JsonStream) -> Iterator[Value]:
    while not stream.take("]"):
        yield stream.value()
        if not stream.take(",") and stream.peek() != "]":
            raise stream.broken("expected `,` or `]` behind an entry" if stream.peek() else "the archive breaks off")


def exchange_of(entry: Json, attached: Attached = nothing_attached) -> Exchange | None:
    """The request of one entry; None if it is none."""
    request = entry.get("request") if isinstance(entry, dict) else None
    if not isinstance(request, dict) or not isinstance(request.get("url"), str):
        return None
    headers = header_map(request.get("headers"))
    response = entry.get("response")
    status = response.get("status") if isinstance(response, dict) else None
    method = request.get("method")
    return Exchange(
        url=request["url"],
        method=method.upper() if isinstance(method, str) else "",
        body=_body(request, headers or {}, attached),
        headers=headers,
        time=moment(entry.get("startedDateTime")),
        status=status if isinstance(status, int) and status > 0 else None,
        answer=_answer(response, attached),
    )


def as_object(value: Json) -> dict[str, Json]:
    """The value if it is an object, and an empty one otherwise."""
    return value if isinstance(value, dict) else {}


def header_map(headers: Json) -> dict[str, str] | None:
    """Names in small letters → values, of a list of objects or of pairs, or of an object; None if there are none."""
    found: dict[str, str] = {}
    if isinstance(headers, dict):
        pairs = list(headers.items())
    else:
        pairs = [_pair(header) for header in headers] if isinstance(headers, list) else []
    for name, value in pairs:
        if isinstance(value, list) and value:  # Caddy and Go write every header as a list
            value = value[0]
        if isinstance(name, str) and isinstance(value, str):
            found[name.lower()] = value
    return found or None


def _pair(header: Json) -> tuple[Json, Json]:
    if isinstance(header, dict):
        return header.get("name", header.get("key")), header.get("value", header.get("rawValue"))
    return (header[0], header[1]) if isinstance(header, list) and len(header) == 2 else (None, None)


def sent_length(headers: Mapping[str, str]) -> int | None:
    """What the Content-Length says."""
    text = headers.get("content-length", "")
    return int(text) if re.fullmatch("[0-9]{1,12}", text) else None


def _body(request: dict[str, Json], headers: Mapping[str, str], attached: Attached) -> Body:
    post = request.get("postData") or _content(request)
    length = sent_length(headers)
    body_size = request.get("bodySize")
    size = body_size if isinstance(body_size, int) and body_size >= 0 else length
    if not isinstance(post, dict):
        # Some recorders write a size of 0 for what they did not see; only the header is the client's word.
        return BodyBytes(EMPTY) if length == 0 else Unseen(LEFT_OUT)
    if name := _attached_name(post):
        data = attached(name)
        missing = "the recorder put the body into a file that is not there: keep the archive and its files together"
        return Unseen(missing) if data is None else BodyBytes(data, _POST)
    text = post.get("text")
    if isinstance(text, str) and text:
        return _text_body(post, text, size, headers)
    params = post.get("params")
    if isinstance(params, list) and params:
        return _body_of_params(params, str(post.get("mimeType")))
    return BodyBytes(EMPTY, _POST) if size == 0 and text == "" and not length else Unseen(LEFT_OUT)


def _attached_name(part: dict[str, Json]) -> str:
    """The file into which Playwright put a body; empty if it did not."""
    name = part.get("_file") or part.get("_sha1")
    return name if isinstance(name, str) else ""


def _content(request: dict[str, Json]) -> Json:
    """What HTTP Toolkit writes instead of `postData` of a body that is no text."""
    content = request.get("_content")
    return content if isinstance(content, dict) and isinstance(content.get("text"), str) else None


def _text_body(post: dict[str, Json], text: str, size: int | None, headers: Mapping[str, str]) -> Body:
    at = (*_POST, "text")
    if str(post.get("encoding", post.get("_encoding", ""))).lower() == "base64":
        data = from_base64(text)
        if data is not None:
            return recorded_bytes(data, at, size=size, headers=headers)
        if not text.lstrip().startswith(("{", "[")):
            return Unseen(CUT_OFF if CUT_MARK.search(text) else GARBLED)
    comment = post.get("comment")
    if (isinstance(comment, str) and _CUT.search(comment)) or CUT_MARK.search(text):
        return Unseen(CUT_OFF)
    return recorded_text(text, at, size=size, headers=headers)


def _body_of_params(params: list[Json], mime_type: str) -> Body:
    """The body of which a recorder made a form: JSON members by chrome-har, the fields of a real form by others."""
    pairs = [(one.get("name"), one.get("value")) for one in params if isinstance(one, dict)]
    at = (*_POST, "params")
    if mime_type.startswith("application/json") or any(isinstance(value, (dict, list)) for _, value in pairs):
        return BodyValue(_parsed_body(pairs), at, whole=False, numbers_altered=True)
    text = "&".join(f"{name}={value}" if value else str(name) for name, value in pairs)
    return BodyBytes(as_bytes(text), at)


def _parsed_body(pairs: list[tuple[Json, Json]]) -> Json:
    """The body that chrome-har parsed: it names the items of a list as it names the members of an object."""
    if [name for name, _ in pairs] == [str(number) for number in range(len(pairs))]:
        return [value for _, value in pairs]
    body: dict[str, Json] = {}
    for name, value in pairs:
        if name == "events":
            body.setdefault("events", []).extend(value if isinstance(value, list) else [value])
        else:
            body[str(name)] = value
    return body


def _answer(response: Json, attached: Attached) -> str:
    content = response.get("content") if isinstance(response, dict) else None
    if not isinstance(content, dict):
        return ""
    name = _attached_name(content)
    if name and "json" in str(content.get("mimeType")):  # of the others nothing is wanted
        return (attached(name) or b"").decode("utf-8", "replace")
    text = content.get("text")
    if not isinstance(text, str):
        return ""
    if content.get("encoding") == "base64":
        return (from_base64(text) or b"").decode("utf-8", "replace")
    return text
