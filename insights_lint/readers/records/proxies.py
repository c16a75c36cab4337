"""Reads what Envoy taps, what Caddy logs, and what a tail of Cloudflare Workers shows."""

from __future__ import annotations

from collections.abc import Iterator

from insights_lint.model import Json
from insights_lint.readers.bodies import CUT_OFF, from_base64, looks_like_base64, recorded_text
from insights_lint.readers.exchange import EMPTY, Body, BodyBytes, BodyText, Exchange, Nested, Unseen
from insights_lint.readers.har import as_object, header_map, sent_length
from insights_lint.readers.moments import moment

_CADDY = "Caddy never logs bodies by itself: record with mitmproxy, or let the application log them"
_WORKER = "the Worker did not log the body: log the text of the request in the Worker"


def read_envoy(record: dict[str, Json]) -> Iterator[Exchange | Nested] | None:
    """The request of one of Envoy's buffered traces."""
    trace = record.get("http_buffered_trace")
    request = trace.get("request") if isinstance(trace, dict) else None
    if not isinstance(trace, dict) or not isinstance(request, dict):
        return None
    headers = header_map(request.get("headers")) or {}
    response = as_object(trace.get("response"))
    status = (header_map(response.get("headers")) or {}).get(":status", "")
    host = headers.get(":authority") or headers.get("host", "")
    answer, _ = _envoy_content(response.get("body"))
    return iter(
        [
            Exchange(
                url=f"{f'//{host}' if host else ''}{headers.get(':path', '')}",
                method=headers.get(":method", "").upper(),
                body=_envoy_body(request.get("body")),
                headers=headers or None,
                time=moment(headers.get("x-request-start")),
                status=int(status) if status.isdecimal() else None,
                answer=answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer or "",
            )
        ]
    )


def _envoy_body(body: Json) -> Body:
    at = ("http_buffered_trace", "request", "body")
    content, key = _envoy_content(body)
    if isinstance(body, dict) and body.get("truncated") is True:
        return Unseen(CUT_OFF)
    if isinstance(content, bytes):
        return BodyBytes(content, (*at, key))
    return BodyText(content, (*at, key)) if content else BodyBytes(EMPTY)


def _envoy_content(body: Json) -> tuple[str | bytes | None, str]:
    if isinstance(body, dict):
        if isinstance(body.get("as_bytes"), str):
            return from_base64(body["as_bytes"]), "as_bytes"
        if isinstance(body.get("as_string"), str):
            return body["as_string"], "as_string"
    return None, ""


def read_caddy(record: dict[str, Json]) -> Iterator[Exchange | Nested] | None:
    """The request of a line of Caddy's access log."""
    request = record.get("request")
    logger = record.get("logger")
    if not isinstance(request, dict) or not isinstance(request.get("uri"), str) or not isinstance(logger, str):
        return None
    if not logger.startswith("http."):
        return None
    status = record.get("status")
    headers = header_map(request.get("headers")) or {}
    return iter(
        [
            Exchange(
                url=f"//{request.get('host', '')}{request['uri']}",
                method=str(request.get("method", "")).upper(),
                body=_appended_body(record, headers) or Unseen(_CADDY),
                headers=headers or None,
                time=moment(record.get("ts")),
                status=status if isinstance(status, int) and status else None,
            )
        ]
    )


def is_doubled(record: dict[str, Json]) -> bool:
    """Whether it may be a line to which Caddy added the body twice, the second time when it was read already."""
    return "" in record.values() and str(record.get("logger")).startswith("http.")


def first_values(members: list[tuple[str, Json]]) -> dict[str, Json]:
    """The object of the members; of those with one key the first that is not empty."""
    found: dict[str, Json] = {}
    for key, value in members:
        if found.get(key, "") == "":
            found[key] = value
    return found


def _appended_body(record: dict[str, Json], headers: dict[str, str]) -> Body | None:
    """The body that an operator had added to the line (`log_append`), under a name of their own."""
    for key, value in record.items():
        if isinstance(value, str) and '"event' in value:
            return recorded_text(value, (key,), size=sent_length(headers), headers=headers, logged=True)
        data = from_base64(value) if isinstance(value, str) and looks_like_base64(value) else None
        if data is not None:
            return BodyBytes(data, (key,))
    return None


def read_worker(record: dict[str, Json]) -> Iterator[Exchange | Nested] | None:
    """The request that a Worker handled; its body is what the Worker wrote to the console, if it did."""
    event = record.get("event")
    request = event.get("request") if isinstance(event, dict) else None
    if not isinstance(event, dict) or not isinstance(request, dict) or not isinstance(record.get("logs"), list):
        return None
    response = event.get("response")
    status = response.get("status") if isinstance(response, dict) else None
    return iter(
        [
            Exchange(
                url=str(request.get("url", "")),
                method=str(request.get("method", "")).upper(),
                body=_logged_body(record["logs"]),
                headers=header_map(request.get("headers")),
                time=moment(record.get("eventTimestamp")) or _first_time(record["logs"]),
                status=status if isinstance(status, int) else None,
            )
        ]
    )


def _logged_body(logs: list[Json]) -> Body:
    for number, log in enumerate(logs):
        messages = log.get("message") if isinstance(log, dict) else None
        for index, message in enumerate(messages if isinstance(messages, list) else []):
            if isinstance(message, str) and message.lstrip().startswith(("{", "[")) and '"event' in message:
                return BodyText(message, ("logs", number, "message", index), ends_unseen=True)
    return Unseen(_WORKER)


def _first_time(logs: list[Json]) -> int | None:
    return next((moment(log.get("timestamp")) for log in logs if isinstance(log, dict)), None)
