"""Writes captures of every format, as recorders do, around bodies that a test wants to see in them."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from insights_lint.model import Json

API = "https://insights.algolia.io/1/events"
URL = f"{API}?X-Algolia-Application-Id=A1&X-Algolia-API-Key=REDACTED"
TIME = "2026-11-22T10:00:01.000Z"
EVENT: dict[str, Json] = {
    "eventType": "click",
    "eventName": "Product Clicked",
    "index": "products",
    "userToken": "anonymous-1",
    "objectIDs": ["a"],
    "queryID": "43b15df305339e827f0ac0bdc5ebcaa7",
    "positions": [1],
}


def body(*events: Json) -> str:
    """The text of a request body with those events, by default one without a fault."""
    return json.dumps({"events": list(events or (EVENT,))})


def base64_text(data: str | bytes) -> str:
    return base64.b64encode(data.encode() if isinstance(data, str) else data).decode()


def har_entry(
    text: str | None = None,
    *,
    url: str = URL,
    method: str = "POST",
    headers: Mapping[str, str] | None = None,
    time: str = TIME,
    status: int = 200,
    answer: Json = None,
    post: Json = None,
    body_size: int = -1,
) -> dict[str, Json]:
    """An entry of an HTTP archive; `post` is its `postData` if that is not just a text."""
    if post is None and text is not None:
        post = {"mimeType": "application/json", "text": text}
    entry: dict[str, Json] = {
        "startedDateTime": time,
        "request": {
            "method": method,
            "url": url,
            "headers": [{"name": name, "value": value} for name, value in (headers or {}).items()],
            "bodySize": body_size,
        },
        "response": {"status": status, "headers": [], "content": {"text": json.dumps(answer)}},
    }
    if post is not None:
        entry["request"]["postData"] = post
    return entry


def har(*entries: Json, indent: int | None = None) -> str:
    """An HTTP archive."""
    return json.dumps(
        {"log": {"version": "1.2", "creator": {"name": "c", "version": "1"}, "entries": entries}}, indent=indent
    )


def lines(*records: Json | str) -> str:
    """Records, one a line; a string is a line as it stands."""
    return "".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in records)


def nginx(text: str, *, uri: str = URL.removeprefix("https://insights.algolia.io"), **fields: Json) -> dict[str, Json]:
    """A record of nginx with `escape=json`."""
    return {
        "time_local": "22/Nov/2026:10:00:01 +0000",
        "host": "insights.algolia.io",
        "request_method": "POST",
        "request_uri": uri,
        "status": "200",
        "request_body": text,
        **fields,
    }


def netstring(value: Any) -> bytes:
    """A value as mitmproxy's dumps hold it."""
    if isinstance(value, dict):
        data, kind = b"".join(netstring(key) + netstring(one) for key, one in value.items()), b"}"
    elif isinstance(value, (list, tuple)):
        data, kind = b"".join(map(netstring, value)), b"]"
    elif isinstance(value, bool):
        data, kind = str(value).lower().encode(), b"!"
    elif isinstance(value, int):
        data, kind = str(value).encode(), b"#"
    elif isinstance(value, float):
        data, kind = repr(value).encode(), b"^"
    elif value is None:
        data, kind = b"", b"~"
    elif isinstance(value, bytes):
        data, kind = value, b","
    else:
        data, kind = str(value).encode(), b";"
    return str(len(data)).encode() + b":" + data + kind


def flow(
    text: str | None,
    *,
    target: str = "/1/events?X-Algolia-Application-Id=A1&X-Algolia-API-Key=REDACTED",
    headers: Mapping[str, str] | None = None,
    status: int = 200,
    answer: str = "{}",
) -> bytes:
    """A flow of mitmproxy 11."""
    sent = [
        [b"Host", b"insights.algolia.io"],
        *([name.encode(), value.encode()] for name, value in (headers or {}).items()),
    ]
    return netstring(
        {
            "websocket": None,
            "response": {"status_code": status, "reason": b"", "headers": [], "content": answer.encode()},
            "request": {
                "path": target.encode(),
                "authority": b"",
                "scheme": b"https",
                "method": b"POST",
                "port": 443,
                "host": "insights.algolia.io",
                "timestamp_start": 1_795_341_601.0,
                "content": None if text is None else text.encode(),
                "headers": sent,
            },
            "version": 21,
            "type": "http",
        }
    )


def zipped(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def gzipped(data: str | bytes) -> bytes:
    return gzip.compress(data.encode() if isinstance(data, str) else data, mtime=0)


def bzipped(data: str | bytes) -> bytes:
    return bz2.compress(data.encode() if isinstance(data, str) else data)


def gateway(
    text: str, *, headers: Mapping[str, str], query: Mapping[str, str], encoded: bool = False
) -> dict[str, Json]:
    """What API Gateway hands to a function (version 1)."""
    return {
        "resource": "/1/events",
        "path": "/1/events",
        "httpMethod": "POST",
        "headers": {"Host": "insights.algolia.io", **headers},
        "queryStringParameters": dict(query),
        "requestContext": {"requestTimeEpoch": 1_795_341_601_000},
        "body": base64_text(text) if encoded else text,
        "isBase64Encoded": encoded,
    }


def function_url(text: str, *, headers: Mapping[str, str], query: str) -> dict[str, Json]:
    """What API Gateway's version 2, and a function URL, hand to a function."""
    return {
        "version": "2.0",
        "rawPath": "/1/events",
        "rawQueryString": query,
        "headers": {"host": "insights.algolia.io", **headers},
        "requestContext": {"http": {"method": "POST", "path": "/1/events"}, "timeEpoch": 1_795_341_601_000},
        "body": text,
        "isBase64Encoded": False,
    }


def kinesis(*contents: str | bytes) -> dict[str, Json]:
    """Records of Kinesis."""
    return {"Records": [{"kinesis": {"data": base64_text(one)}, "eventSource": "aws:kinesis"} for one in contents]}


def firehose(*contents: str | bytes) -> dict[str, Json]:
    """Records of Firehose."""
    return {"records": [{"recordId": str(number), "data": base64_text(one)} for number, one in enumerate(contents)]}


def sqs(*contents: str) -> dict[str, Json]:
    """Records of a queue."""
    return {"Records": [{"eventSource": "aws:sqs", "body": one, "attributes": {}} for one in contents]}


def cloudwatch(*messages: str) -> dict[str, Json]:
    """What a subscription of CloudWatch Logs delivers, decoded."""
    return {
        "messageType": "DATA_MESSAGE",
        "logGroup": "g",
        "logEvents": [{"id": "1", "timestamp": 1_795_341_601_000, "message": one} for one in messages],
    }


def cloudwatch_packed(*messages: str) -> dict[str, Json]:
    """And as it is delivered."""
    return {"awslogs": {"data": base64_text(gzipped(json.dumps(cloudwatch(*messages))))}}


def envoy(
    text: str, *, target: str, headers: Mapping[str, str], answer: str = "{}", encoded: bool = True
) -> dict[str, Json]:
    """A trace of Envoy's tap filter."""
    pseudo = {":authority": "insights.algolia.io", ":path": target, ":method": "POST"}
    sent = [{"key": name, "value": value} for name, value in {**pseudo, **headers}.items()]
    content = {"as_bytes": base64_text(text)} if encoded else {"as_string": text}
    return {
        "http_buffered_trace": {
            "request": {"headers": sent, "body": {"truncated": False, **content}},
            "response": {"headers": [{"key": ":status", "value": "422"}], "body": {"as_string": answer}},
        }
    }


def caddy(*, target: str, headers: Mapping[str, str]) -> dict[str, Json]:
    """A line of Caddy's access log."""
    return {
        "level": "info",
        "ts": 1_795_341_601.5,
        "logger": "http.log.access.log0",
        "request": {
            "method": "POST",
            "host": "insights.algolia.io",
            "uri": target,
            "headers": {name: [value] for name, value in headers.items()},
        },
        "status": 200,
    }


def worker(text: str, *, url: str, headers: Mapping[str, str]) -> dict[str, Json]:
    """What `wrangler tail` shows of a request."""
    return {
        "outcome": "ok",
        "scriptName": "proxy",
        "logs": [{"message": [text], "level": "log", "timestamp": 1_795_341_601_000}],
        "event": {"request": {"url": url, "method": "POST", "headers": dict(headers)}, "response": {"status": 200}},
    }


def tail(event: Mapping[str, Json], status: int, errors: Sequence[str]) -> dict[str, Json]:
    """An entry of the API's log."""
    return {"event": dict(event), "requestID": "r-1", "status": status, "errors": list(errors), "Headers": {}}
