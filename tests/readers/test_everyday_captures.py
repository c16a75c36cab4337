"""Captures as people have them every day: wrapped, packed twice, in lists, with banners, with names of machines."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import pytest

from insights_lint.model import Json
from insights_lint.payload import PassedOver, Payload
from insights_lint.readers import read
from insights_lint.readers.bodies import CUT_OFF, MASKED
from insights_lint.readers.wanted import Wanted

URL = "https://insights.algolia.io/1/events?X-Algolia-Application-Id=A&X-Algolia-API-Key=***"
EVENT = {"eventType": "view", "eventName": "Viewed", "index": "i", "userToken": "u", "objectIDs": ["1"]}
BODY = {"events": [EVENT]}
TEXT = json.dumps(BODY)
RECORD = {"url": URL, "method": "POST", "body": TEXT}


def found_in(data: bytes | str, *hosts: str, name: str = "capture") -> list[Json]:
    data = data if isinstance(data, bytes) else data.encode()
    return list(read(io.BytesIO(data), name, Wanted(hosts=hosts), None))


def bodies_in(data: bytes | str, *hosts: str) -> list[Json]:
    """What was judged, and why something was not."""
    requests = [one for one in found_in(data, *hosts) if isinstance(one, Payload)]
    assert all(one.captured is not None for one in requests)
    return [one.document if one.has_body else one.captured and one.captured.unseen for one in requests]


def lines(*records: Json) -> str:
    return "".join(f"{json.dumps(record)}\n" for record in records)


def packed(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


@pytest.mark.parametrize(
    "wrapped",
    [
        {"log": json.dumps(RECORD) + "\n", "stream": "stdout"},
        {"MESSAGE": json.dumps({"host": "insights.algolia.io", "request_uri": "/1/events", "request_body": TEXT})},
        {"log": json.dumps(json.dumps(RECORD))},
        {"entries": [RECORD]},
        {"hits": {"hits": [{"_source": {"url": {"full": URL}, "http": {"request": {"body": {"content": TEXT}}}}}]}},
        [{"msg": "start"}] * 12 + [RECORD],
        {"url.full": URL, "http.request.method": "POST", "http.request.body.content": TEXT},
        {"url": URL, "method": "POST", "body": {"type": "Buffer", "data": list(TEXT.encode())}},
        {"url": URL, "msg": f"sent {TEXT} (266 bytes)"},
        {"url": URL, "body": f"\ufeff{TEXT}"},
    ],
)
def test_wrapped_records(wrapped: Json) -> None:
    assert bodies_in(json.dumps(wrapped)) == [BODY]


def test_each_record_of_a_list_is_read() -> None:
    assert bodies_in(json.dumps({"entries": [RECORD, {"url": "https://shop.example/"}, RECORD]})) == [BODY, BODY]


def test_many_records_in_one_document_take_no_longer_than_they_are_many() -> None:
    assert len(bodies_in(json.dumps([RECORD] * 3000))) == 3000


@pytest.mark.parametrize(
    ("record", "host"),
    [
        (
            {"hostname": "web-1", "req": {"url": "/1/events", "headers": {"host": "c.shop.com"}, "body": BODY}},
            "c.shop.com",
        ),
        (
            {"ClientHost": "10.0.0.1", "RequestHost": "c.shop.com", "RequestPath": "/1/events", "body": TEXT},
            "c.shop.com",
        ),
        ({**BODY, "path": "/1/events", "host": "vector-0"}, ""),
        ({"url": "https://shop.com/collect", "method": "POST", "body": TEXT}, "shop.com/collect"),
        ({"url": "https://shop.com/1/events", "method": "POST", "body": TEXT}, "shop.com:443"),
    ],
)
def test_hosts_of_requests_and_of_machines(record: Json, host: str) -> None:
    hosts = (host,) if host else ()
    assert bodies_in(lines(record, record), *hosts) == [BODY, BODY]


def test_the_body_of_an_answer_is_not_that_of_the_request() -> None:
    record = {"req": {"method": "POST", "url": URL}, "res": {"statusCode": 422, "body": '{"message": "No"}'}}
    (payload,) = [one for one in found_in(json.dumps(record)) if isinstance(one, Payload)]
    assert not payload.has_body
    assert payload.answer is not None
    assert (payload.answer.status, payload.answer.messages) == (422, ("No",))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("[Redacted]", MASKED),
        ("[Filtered]", MASKED),
        ("***", MASKED),
        ("<binary data>", MASKED),
        (f"{TEXT[:60]}...[truncated]", CUT_OFF),
        (f"{TEXT[:60]} (truncated)", CUT_OFF),
    ],
)
def test_placeholders_are_no_bodies(body: str, reason: str) -> None:
    assert bodies_in(lines({**RECORD, "body": body}, {"a": 1})) == [reason]


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-18 02:40:00 query[A] insights.algolia.io from 10.0.0.1\n" * 2,
        lines({"csp-report": {"blocked-uri": "https://insights.algolia.io/1/events"}}) * 2,
        lines({"insightsHost": "https://insights.algolia.io", "msg": "config"}) * 2,
        lines({"name": URL, "entryType": "resource", "duration": 3}) * 2,
        lines({"method": "CONNECT", "url": "https://insights.algolia.io:443", "status": 200}) * 2,
    ],
)
def test_words_about_the_api_are_no_requests(text: str) -> None:
    assert bodies_in(text) == []


def test_any_date_is_not_the_clock() -> None:
    record = {"url": URL, "body": TEXT, "build": "2020-01-01T00:00:00Z", "accept_date": "2025-11-22T00:06:40Z"}
    (payload,) = [one for one in found_in(json.dumps(record)) if isinstance(one, Payload)]
    assert payload.sent_at == 1_763_770_000_000


def test_logs_behind_banners_are_recognised() -> None:
    assert bodies_in("listening on 80\n" + lines({**RECORD, "status": 200})) == [BODY]
    text = f"2024-05-18 02:40:00 starting\n2024-05-18 02:40:01 POST https://insights.algolia.io/1/events 200 {TEXT}\n"
    assert bodies_in(text) == [BODY]


def test_utf_16_lines() -> None:
    assert bodies_in(lines(RECORD, RECORD).replace("\n", "\r\n").encode("utf-16")) == [BODY, BODY]


def test_packed_twice() -> None:
    har = json.dumps({"log": {"version": "1.2", "entries": []}}).encode()
    log = lines(RECORD, RECORD).encode()
    assert bodies_in(gzip.compress(gzip.compress(log))) == [BODY, BODY]
    assert bodies_in(packed({"access.log": log, "in.zip": packed({"a.ndjson": log}), "a.har": har})) == [BODY] * 4


def test_preflights_under_dotted_names() -> None:
    found = found_in(lines({"url.full": URL, "http.request.method": "OPTIONS", "http.response.status_code": 200}) * 2)
    assert [type(one) for one in found] == [PassedOver, PassedOver]


def test_values_of_a_load_balancer_stand_in_lists() -> None:
    event = {
        "requestContext": {"elb": {}},
        "httpMethod": "POST",
        "path": "/1/events",
        "multiValueQueryStringParameters": {"X-Algolia-Application-Id": ["A"], "X-Algolia-API-Key": ["k"]},
        "multiValueHeaders": {"host": ["insights.algolia.io"]},
        "body": TEXT,
    }
    (payload,) = [one for one in found_in(json.dumps(event)) if isinstance(one, Payload)]
    assert payload.captured is not None
    assert (payload.captured.value["X-Algolia-Application-Id"], payload.captured.value["X-Algolia-API-Key"]) == (
        "A",
        "k",
    )


def test_records_of_python_that_are_no_json() -> None:
    record = json.dumps({"seconds": float("nan"), "worst": float("inf"), **RECORD})
    assert bodies_in(f"{record}\n{record}\n") == [BODY, BODY]


def test_the_last_line_of_a_log_that_grows() -> None:
    text = lines(RECORD, RECORD, RECORD)
    assert bodies_in(text[:-60]) == [BODY, BODY, CUT_OFF]
