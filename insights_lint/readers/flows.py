"""Reads flow dumps of mitmproxy, flow by flow.

A dump is a sequence of netstrings with types, one dictionary for each flow: a small format that has not changed since
2014, whereas the library that writes it brings some thirty others along. All versions of a flow's members are read.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

from insights_lint.model import Json
from insights_lint.payload import Unjudged
from insights_lint.readers.bodies import unpacked_body
from insights_lint.readers.captures import Captures
from insights_lint.readers.exchange import EMPTY, Body, BodyBytes, Exchange, Unseen
from insights_lint.readers.json_stream import BrokenJsonError
from insights_lint.readers.moments import moment
from insights_lint.readers.payloads import Found, Payloads
from insights_lint.readers.source import Input, Record

MAX_FLOW = 1_000_000_000
"""Bytes of one flow, which holds the bodies of one request and its answer."""
_LENGTH = re.compile(rb"[0-9]{1,12}")
_MAX_DEPTH = 64
_STEP = 1_000_000
"""Bytes that are read at once at most."""
STREAMED = "mitmproxy passed the body on without keeping it (stream_large_bodies): record without that option"


class _BrokenFlowError(Exception):
    """The dump is no sequence of netstrings here: a sentence."""


def read(source: Input) -> Iterator[Found]:
    """The requests of the dump, and what else is in it."""
    payloads = Payloads(source.name, source.wanted, streamed=True)
    captures = Captures(payloads)
    line, column = 1, 1
    number = 0
    try:
        for number, (data, flow) in enumerate(_flows(source), 1):
            exchange = _exchange(flow)
            if exchange is None:
                captures.others += 1
            else:
                body = exchange.body.data if isinstance(exchange.body, BodyBytes) else b""
                before = data[: data.find(body)] if body and body in data else b""
                place = _moved(line, column, before)
                record = Record(None, "", *place, (number - 1,), exact=False)
                yield from captures.of(exchange, record)
            line, column = _moved(line, column, data)
    except _BrokenFlowError as error:
        what = f"flow {number + 1} of the dump: {error}"
        yield payloads.broken_at(BrokenJsonError(what, line, column, "", 0))
        return
    if not number:
        yield Unjudged(source.name, "a flow dump of mitmproxy without flows")
    yield from captures.rest("recorded flow")


def _flows(source: Input) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Each flow's bytes, and what they hold."""
    stream = source.stream
    while True:
        length = b""
        while (character := stream.read(1)) and character != b":":
            length += character
            if not _LENGTH.fullmatch(length):
                raise _BrokenFlowError("expected the length of a netstring")
        if not character and not length:
            return
        if not character:
            raise _BrokenFlowError("breaks off")
        if int(length) > MAX_FLOW:
            raise _BrokenFlowError("larger than 1 GB")
        data = _read(stream, int(length) + 1)
        if len(data) <= int(length):
            raise _BrokenFlowError("breaks off")
        flow = _value(data[:-1], data[-1:], 0)
        if not isinstance(flow, dict):
            raise _BrokenFlowError("is no dictionary")
        yield length + b":" + data, flow


def _read(stream: io.BufferedIOBase, size: int) -> bytes:
    """So many bytes, or fewer at the end: a length that lies costs no memory."""
    parts = []
    while size > 0 and (part := stream.read(min(size, _STEP))):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _moved(line: int, column: int, data: bytes) -> tuple[int, int]:
    """Line and column behind the bytes, as `grep -a` counts lines: for finding a body again in a dump."""
    breaks = data.count(b"\n")
    return line + breaks, len(data) - data.rfind(b"\n") if breaks else column + len(data)


def _value(data: bytes, kind: bytes, depth: int) -> Any:
    """What a netstring of that type holds."""
    if depth > _MAX_DEPTH:
        raise _BrokenFlowError("nested too deep")
    if kind == b"]":
        return list(_values(data, depth + 1))
    if kind == b"}":
        items = list(_values(data, depth + 1))
        if len(items) % 2:
            raise _BrokenFlowError("holds a key without a value")
        return {_text(key): value for key, value in zip(items[::2], items[1::2], strict=True)}
    convert = _SCALARS.get(kind)
    if convert is None:
        raise _BrokenFlowError("holds a netstring of an unknown type")
    try:
        return convert(data)
    except ValueError:
        raise _BrokenFlowError("holds a number that is none") from None


_SCALARS: dict[bytes, Callable[[bytes], Any]] = {
    b",": lambda data: data,
    b";": lambda data: data.decode("utf-8", "surrogateescape"),
    b"#": int,
    b"^": float,
    b"!": lambda data: data == b"true",
    b"~": lambda _: None,
}


def _values(data: bytes, depth: int) -> Iterator[Any]:
    at = 0
    while at < len(data):
        length = _LENGTH.match(data, at)
        if length is None or data[length.end() : length.end() + 1] != b":":
            raise _BrokenFlowError("expected the length of a netstring")
        start = length.end() + 1
        end = start + int(length[0])
        kind = data[end : end + 1]
        if not kind:
            raise _BrokenFlowError("breaks off")
        yield _value(data[start:end], kind, depth)
        at = end + 1


def _text(value: Any) -> str:
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value)


def _exchange(flow: dict[str, Any]) -> Exchange | None:
    """The request of a flow; None if it is none of HTTP."""
    request = flow.get("request")
    if not isinstance(request, dict):
        return None
    headers = _headers(request.get("headers"))
    response = flow.get("response")
    status = response.get("status_code", response.get("code")) if isinstance(response, dict) else None
    answer_headers = _headers(response.get("headers")) if isinstance(response, dict) else {}
    answer = response.get("content") if isinstance(response, dict) else None
    if isinstance(answer, bytes):
        answer = unpacked_body(answer, answer_headers.get("content-encoding", "").lower())
    return Exchange(
        url=_url(request, headers),
        method=_text(request.get("method") or "").upper(),
        body=_body(request),
        headers=headers or None,
        time=moment(request.get("timestamp_start")),
        status=status if isinstance(status, int) else None,
        answer=answer.decode("utf-8", "replace") if isinstance(answer, bytes) else "",
    )


def _headers(pairs: Json) -> dict[str, str]:
    found = {}
    for pair in pairs if isinstance(pairs, list) else []:
        if isinstance(pair, list) and len(pair) == 2:
            found[_text(pair[0]).lower()] = _text(pair[1])
    return found


def _url(request: dict[str, Any], headers: dict[str, str]) -> str:
    """The URL that the client asked for: behind a reverse proxy the flow's own host is that of the server behind it."""
    scheme = _text(request.get("scheme") or "")
    host = _text(request.get("host") or "")
    asked = _text(request.get("authority") or "") or headers.get(":authority") or headers.get("host", "")
    path = _text(request.get("path") or "")
    if "://" in path:
        return path
    if asked and asked.partition(":")[0].lower() != host.lower():
        return f"//{asked}{path}"  # nor is the scheme the client's
    port = request.get("port")
    known = {"https": 443, "http": 80}.get(scheme)
    return f"{scheme}://{host}{f':{port}' if isinstance(port, int) and port != known else ''}{path}"


def _body(request: dict[str, Any]) -> Body:
    content = request.get("content", request.get("body"))
    if isinstance(content, str):
        content = content.encode("utf-8", "surrogateescape")
    if isinstance(content, bytes):
        return BodyBytes(content or EMPTY)
    return Unseen(STREAMED)
