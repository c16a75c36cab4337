"""Logs of real servers: every request is found, and each body is judged as what was sent, or told to be unseen."""

from __future__ import annotations

import base64
import json
import zlib
from collections import Counter
from pathlib import Path

import pytest

from insights_lint.model import Json
from insights_lint.payload import PassedOver, Payload, Unjudged
from insights_lint.readers import read
from insights_lint.readers.bodies import CUT_OFF, GARBLED
from insights_lint.readers.payloads import Found
from insights_lint.readers.records.fields import NOT_KEPT, NOT_LOGGED
from insights_lint.readers.wanted import Fields, Wanted

FOLDER = Path(__file__).parent / "captures" / "logs"
PACKED = "the recorder kept the compressed body as text, which garbles it: record it as Base64 or with mitmproxy"
CADDY = "Caddy never logs bodies by itself: record with mitmproxy, or let the application log them"

# What was sent: 12 requests, or 13 with one of 20 KB. Bodies that are judged and why the others are not. Without a
# Content-Length beside it nobody can tell that HAProxy left out an emoji, or what a character was that is no UTF-8.
LOGS: dict[str, tuple[int, int, dict[str, int]]] = {
    "nginx-json": (11, 0, {NOT_KEPT: 1}),
    "nginx-json-smallbuf": (11, 0, {NOT_KEPT: 2}),
    "nginx-default-json": (11, 0, {NOT_KEPT: 1}),
    "nginx-default": (10, 0, {NOT_LOGGED: 2}),
    "nginx-none-json": (10, 0, {NOT_KEPT: 1, GARBLED: 1}),
    "nginx-none-tsv": (10, 0, {NOT_LOGGED: 2}),
    "haproxy-utf8s": (8, 0, {GARBLED: 2, PACKED: 1, NOT_KEPT: 1}),
    "haproxy-ascii": (10, 1, {PACKED: 1, NOT_KEPT: 1}),
    "haproxy-base64": (11, 0, {NOT_KEPT: 1}),
    "haproxy-capture": (7, 2, {CUT_OFF: 4, PACKED: 1, NOT_KEPT: 1}),
    "haproxy-httplog": (10, 0, {}),
    "haproxy-escape": (8, 0, {}),
    "caddy-json-body": (9, 0, {CADDY: 2, GARBLED: 1}),
    "caddy-json-base64": (11, 0, {CADDY: 1}),
    "caddy-json": (0, 0, {CADDY: 13}),
}


def found_in(path: Path, wanted: Wanted | None = None) -> list[Found]:
    with path.open("rb") as stream:
        return list(read(stream, path.name, wanted or Wanted(hosts=("events.shop.example",)), None))


def unpacked(body: bytes) -> bytes:
    return zlib.decompress(body, 31) if body.startswith(b"\x1f\x8b") else body


def sent(name: str) -> list[Json]:
    """The bodies that came over the wire, parsed if they can be."""
    bodies = json.loads((FOLDER / f"{name}.sent.json").read_text("utf-8"))
    return [comparable(unpacked(base64.b64decode(body))) for body in bodies]


def comparable(body: bytes) -> Json:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")


def judged(payload: Payload) -> Json:
    return payload.document if payload.error is None else payload.text.encode("utf-8", "surrogatepass").decode()


@pytest.mark.parametrize("name", LOGS)
def test_every_request_is_found_and_each_body_is_what_was_sent(name: str) -> None:
    number, altered, unseen = LOGS[name]
    found = found_in(FOLDER / f"{name}.log")
    requests = [one for one in found if isinstance(one, Payload)]
    assert all(one.captured is not None for one in requests)
    left = sent(name)
    assert len(requests) == len(left)
    wrong = 0
    for one in requests:
        if one.has_body:
            document = judged(one)
            if document in left:
                left.remove(document)
            else:
                wrong += 1
    reasons = Counter(one.captured.unseen for one in requests if one.captured is not None and one.captured.unseen)
    assert sum(one.has_body for one in requests) == number
    assert wrong == altered
    assert not unseen or reasons == unseen
    assert len(left) == len(requests) - number + altered


@pytest.mark.parametrize("name", LOGS)
def test_requests_have_the_time_the_method_and_the_answer(name: str) -> None:
    requests = [one for one in found_in(FOLDER / f"{name}.log") if isinstance(one, Payload) and one.captured]
    for one in requests:
        assert one.captured is not None
        assert one.captured.value["path"] == "/1/events"
    known = [one for one in requests if one.captured is not None and "POST" in one.captured.title]
    assert len(known) == len(requests)
    if name != "haproxy-escape":  # its lines with line breaks in them are broken
        assert all(one.sent_at is not None and 1_795_000_000_000 < one.sent_at < 1_796_000_000_000 for one in requests)
    if name.startswith(("nginx", "caddy")):
        assert {one.answer.status for one in requests if one.answer is not None} == {200, 422}


def test_named_fields_decide(tmp_path: Path) -> None:
    body = {"events": [{"eventType": "view", "eventName": "Seen", "index": "i", "userToken": "u", "objectIDs": ["1"]}]}
    lines = [
        {"at": 1_700_000_000, "req": {"target": "/1/events", "raw": json.dumps(body)}, "body": "no"},
        {"at": 1_700_000_001, "req": {"target": "/products", "raw": "{}"}},
        {"at": 1_700_000_002, "req.target": "/1/events", "req": {"raw": None}},
    ]
    log = tmp_path / "app.log"
    log.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    wanted = Wanted(fields=Fields("req.target", "req.raw", "at"))
    requests = [one for one in found_in(log, wanted) if isinstance(one, Payload)]
    assert [(one.sent_at, one.document) for one in requests] == [(1_700_000_000_000, body), (1_700_000_002_000, None)]
    assert requests[1].captured is not None
    assert requests[1].captured.unseen == NOT_KEPT


def test_only_the_field_of_bodies_is_named(tmp_path: Path) -> None:
    body = {"events": [{"eventType": "view", "eventName": "Seen", "index": "i", "userToken": "u", "objectIDs": ["1"]}]}
    log = tmp_path / "app.ndjson"
    log.write_text("".join(f"{json.dumps({'b': json.dumps(one)})}\n" for one in (body, {"page": 1})), "utf-8")
    found = found_in(log, Wanted(fields=Fields(body="b")))
    assert [one.document for one in found if isinstance(one, Payload)] == [body]
    assert [one.reason for one in found if isinstance(one, Unjudged)] == []


def test_a_message_about_the_api_is_no_request(tmp_path: Path) -> None:
    log = tmp_path / "app.ndjson"
    message = {
        "level": "error",
        "time": "2026-11-24T10:00:00Z",
        "msg": "POST https://insights.algolia.io/1/events failed",
    }
    log.write_text(f"{json.dumps(message)}\n" * 2, "utf-8")
    found = found_in(log)
    assert [one for one in found if isinstance(one, Payload)] == []
    assert len(found) == 1


def test_broken_lines_count_as_requests_only_if_they_name_an_endpoint(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    lines = [
        '{"time": "t", "host": "insights.algolia.io", "uri": "/1/events", "method": "POST", "body": "\\',
        '{"time": "t", "host": "insights.algolia.io", "uri": "/1/events", "method": "OPTIONS", "body": "\\',
        '{"time": "t", "host": "shop.example", "uri": "/1/events", "method": "POST", "body": "\\',
        '{"time": "t", "host": "shop.example", "uri": "/", "method": "GET", "body": ""}',
        '{"time": "t", "host": "shop.example", "uri": "/", "method": "GET", "body": ""}',
    ]
    log.write_text("\n".join(lines), "utf-8")
    found = found_in(log, Wanted())
    requests = [one for one in found if isinstance(one, Payload)]
    assert [one.captured.unseen for one in requests if one.captured is not None] == [CUT_OFF]
    assert [one.preflight for one in found if isinstance(one, PassedOver)] == [True]
    assert [one.line for one in requests if one.error is not None] == [3]
    named = [one for one in found_in(log) if isinstance(one, Payload) and one.captured is not None]
    assert len(named) == 1
