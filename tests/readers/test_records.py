"""Records of proxies, queues and logs: which request each tells of, where its body stands, and when it was sent."""

from __future__ import annotations

import base64
import gzip
import io
import json
from pathlib import Path

import pytest

from insights_lint.model import Json, pointer_text
from insights_lint.payload import PassedOver, Payload, Unjudged
from insights_lint.readers import read
from insights_lint.readers.bodies import CUT_OFF, LEFT_OUT
from insights_lint.readers.wanted import Fields, Wanted
from insights_lint.ruleset import load_rules
from insights_lint.violation import Violation
from tests.readers.reading import lint, stretch

FORMATS = Path(__file__).parent / "captures" / "formats"
QUERY = "?X-Algolia-Application-Id=APPID12345&X-Algolia-API-Key=***"
URL = f"https://insights.algolia.io/1/events{QUERY}"
EVENT = {"eventType": "view", "eventName": "Product Viewed", "index": "i", "userToken": "u", "objectIDs": ["1"]}
BODY = {"events": [EVENT]}
TEXT = json.dumps(BODY)
MOMENT = 1_763_770_000_000


def found_in(data: bytes | Json, wanted: Wanted | None = None, name: str = "a.json") -> list[Json]:
    data = data if isinstance(data, bytes) else json.dumps(data).encode()
    return list(read(io.BytesIO(data), name, wanted or Wanted(), None))


def requests_in(data: bytes | Json, wanted: Wanted | None = None) -> list[Payload]:
    return [one for one in found_in(data, wanted) if isinstance(one, Payload)]


def only(data: bytes | Json, wanted: Wanted | None = None) -> Payload:
    (payload,) = requests_in(data, wanted)
    assert payload.captured is not None
    return payload


def reasons_in(data: bytes | Json) -> list[str]:
    return [one.reason for one in found_in(data) if isinstance(one, Unjudged)]


def sample(name: str) -> list[Payload]:
    return requests_in((FORMATS / name).read_bytes())


def unseen(payload: Payload) -> str:
    assert payload.captured is not None
    return payload.captured.unseen


@pytest.mark.parametrize(
    ("name", "judged", "without_body"),
    [
        ("aws_apigw_proxy_events.ndjson", 2, []),
        ("cloudflare_worker_tail.ndjson", 1, []),
        ("cloudwatch_subscription_decoded.json", 1, [CUT_OFF]),
        ("cloudwatch_subscription_event.json", 1, [CUT_OFF]),
        ("envoy_tap_bytes.json", 1, []),
        ("envoy_tap_string_truncated.json", 0, [CUT_OFF]),
        ("firehose_concatenated_no_newline.json", 2, []),
        ("fluentd_vector_lines.ndjson", 3, []),
        ("kinesis_firehose_event.json", 2, []),
    ],
)
def test_samples(name: str, judged: int, without_body: list[str]) -> None:
    requests = sample(name)
    assert len([one for one in requests if one.has_body]) == judged
    assert [unseen(one) for one in requests if not one.has_body] == without_body
    assert all(len(one.event_values) == 1 for one in requests if one.has_body)
    assert [one.request for one in requests] == list(range(1, len(requests) + 1))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("charles_session.chlsj", "Charles"),
        ("curl_copy_as.sh", "curl"),
        ("goreplay_requests.gor", "GoReplay"),
        ("postman_collection.json", "Postman"),
        ("fiddler.saz", "Fiddler"),
    ],
)
def test_formats_that_are_not_read_are_named_with_what_to_do(name: str, words: str) -> None:
    found = found_in((FORMATS / name).read_bytes(), name=name)
    (reason,) = [one.reason for one in found if isinstance(one, Unjudged)]
    assert not [one for one in found if isinstance(one, Payload)]
    assert words in reason
    assert ": " in reason


@pytest.mark.parametrize(
    "document",
    [
        {"method": "Network.requestWillBeSent", "params": {"request": {"url": URL, "postData": TEXT}}},
        {"constants": {"logEventTypes": {}}, "events": [{"params": {"url": URL}}]},
    ],
)
def test_documents_that_are_not_read_are_named(document: Json) -> None:
    assert requests_in(document) == []
    (reason,) = reasons_in(document)
    assert "which is not read: " in reason


def gateway_1(**members: Json) -> Json:
    return {
        "resource": "/{proxy+}",
        "path": "/1/events",
        "httpMethod": "POST",
        "headers": {"Host": "insights.algolia.io"},
        "queryStringParameters": {"X-Algolia-Application-Id": "A"},
        "requestContext": {"requestTimeEpoch": MOMENT},
        "body": TEXT,
        "isBase64Encoded": False,
        **members,
    }


def gateway_2(**members: Json) -> Json:
    return {
        "version": "2.0",
        "rawPath": "/1/events",
        "rawQueryString": QUERY[1:],
        "headers": {"host": "insights.algolia.io"},
        "requestContext": {"http": {"method": "POST", "path": "/1/events"}, "timeEpoch": MOMENT},
        "body": TEXT,
        **members,
    }


@pytest.mark.parametrize("event", [gateway_1(), gateway_2()])
def test_gateway(event: Json) -> None:
    payload = only(event)
    assert (payload.document, payload.sent_at) == (BODY, MOMENT)
    assert payload.captured is not None
    assert payload.captured.title == "2025-11-22T00:06:40Z POST /1/events"
    assert payload.captured.value["host"] == "insights.algolia.io"
    assert payload.captured.value["X-Algolia-Application-Id"]
    assert pointer_text(payload.document_pointer) == "/body"


def test_gateway_bodies() -> None:
    packed = base64.b64encode(gzip.compress(TEXT.encode())).decode()
    assert only(gateway_1(body=packed, isBase64Encoded=True)).document == BODY
    assert only(gateway_1(body=base64.b64encode(TEXT.encode()).decode(), isBase64Encoded=True)).document == BODY
    empty = only(gateway_1(body=None))
    assert empty.error is not None
    lost = only(gateway_1(body="", headers={"Host": "insights.algolia.io", "Content-Length": "12"}))
    assert unseen(lost) == LEFT_OUT
    assert requests_in(gateway_1(path="/products", headers={"Host": "shop.example"})) == []
    (preflight,) = [one for one in found_in(gateway_1(httpMethod="OPTIONS")) if isinstance(one, PassedOver)]
    assert preflight.preflight


def test_gateway_of_somebody_else() -> None:
    own = gateway_1(headers={"Host": "shop.example"}, queryStringParameters=None)
    assert requests_in(own) == []
    assert only(own, Wanted(hosts=("shop.example",))).document == BODY
    elsewhere = gateway_1(headers={"Host": "shop.example"}, queryStringParameters=None, path="/collect")
    assert requests_in(elsewhere, Wanted(hosts=("shop.example",))) == []
    assert only(elsewhere, Wanted(hosts=("shop.example/collect",))).document == BODY


@pytest.mark.parametrize(
    ("record", "at"),
    [
        ({"kinesis": {"data": "{data}", "approximateArrivalTimestamp": MOMENT / 1000}}, "/Records/0/kinesis/data"),
        ({"recordId": "1", "data": "{data}", "approximateArrivalTimestamp": MOMENT}, "/Records/0/data"),
        ({"eventSource": "aws:sqs", "body": "{text}", "attributes": {"SentTimestamp": str(MOMENT)}}, "/Records/0/body"),
    ],
)
@pytest.mark.parametrize("content", [BODY, EVENT, gateway_1(requestContext={})])
def test_queues(record: Json, at: str, content: Json) -> None:
    text = json.dumps(content)
    data = base64.b64encode(text.encode()).decode()
    filled = json.dumps(record).replace('"{data}"', json.dumps(data)).replace('"{text}"', json.dumps(text))
    payload = only({"Records": [json.loads(filled)]})
    assert payload.event_values == [EVENT]
    assert payload.sent_at == MOMENT
    assert pointer_text(payload.document_pointer).startswith(at)


def test_queue_of_lines_and_of_something_else() -> None:
    lines = "\n".join([json.dumps(gateway_1()), f"2025-11-22T00:06:40Z INFO {json.dumps(gateway_2())}", "plain"])
    data = base64.b64encode(lines.encode()).decode()
    assert len(requests_in({"records": [{"recordId": "1", "data": data}]})) == 2
    assert requests_in({"records": [{"recordId": "1", "data": base64.b64encode(b"Hello World").decode()}]}) == []


def test_cloudwatch_packed_and_not() -> None:
    message = f"(r-1) Method request body before transformations: {TEXT}"
    delivered = {"messageType": "DATA_MESSAGE", "logEvents": [{"timestamp": MOMENT, "message": message}]}
    packed = base64.b64encode(gzip.compress(json.dumps(delivered).encode())).decode()
    for document in (delivered, {"awslogs": {"data": packed}}):
        payload = only(document)
        assert (payload.document, payload.sent_at) == (BODY, MOMENT)


def envoy(body: Json, **headers: str) -> Json:
    named = {":authority": "insights.algolia.io", ":path": "/1/events", ":method": "POST", **headers}
    listed = [{"key": key, "value": value} for key, value in named.items()]
    answer = {"headers": [{"key": ":status", "value": "422"}], "body": {"as_string": '{"message": "No"}'}}
    return {"http_buffered_trace": {"request": {"headers": listed, "body": body}, "response": answer}}


def test_envoy() -> None:
    payload = only(envoy({"truncated": False, "as_string": TEXT}))
    assert payload.document == BODY
    assert payload.answer is not None
    assert (payload.answer.status, payload.answer.messages) == (422, ("No",))
    assert only(envoy({"as_bytes": base64.b64encode(TEXT.encode()).decode()})).document == BODY
    assert only(envoy({})).error is not None


def worker(**members: Json) -> Json:
    request = {"url": URL, "method": "POST", "headers": {"content-type": "text/plain"}}
    return {"event": {"request": request, "response": {"status": 200}}, "eventTimestamp": MOMENT, "logs": [], **members}


def test_worker() -> None:
    assert unseen(only(worker())).startswith("the Worker did not log the body")
    payload = only(worker(logs=[{"message": ["start"]}, {"message": [TEXT], "timestamp": MOMENT}]))
    assert (payload.document, payload.sent_at) == (BODY, MOMENT)
    assert unseen(only(worker(logs=[{"message": [TEXT[:40]]}]))) == CUT_OFF


@pytest.mark.parametrize(
    "record",
    [
        {"url": URL, "body": TEXT},
        {"url": URL, "body": BODY},
        {"url": URL, "payload": BODY},
        {"url": URL, "body": base64.b64encode(TEXT.encode()).decode()},
        {"url": URL, "b": base64.b64encode(gzip.compress(TEXT.encode(), mtime=0)).decode()},
        {"http": {"request": {"method": "POST", "body": {"content": TEXT}}}, "url": {"full": URL}},
        {"request": f"POST /1/events{QUERY} HTTP/1.1", "http_host": "insights.algolia.io", "request_body": TEXT},
        {"uri": "/1/events", "args": QUERY[1:], "host": "insights.de.algolia.io", "request_body": TEXT},
        {"path": "/1/events", "events": [EVENT]},
        {"message": TEXT, "target": "/1/events", "host": "edge-1", "http": {"host": "insights.algolia.io"}},
        {"message": f"got {TEXT}", "url": URL},
        {"request": {"url": URL, "method": "post"}, "response": {"body": "{}"}, "request_body": TEXT},
        {"log": {"request": {"url": URL, "data": TEXT}, "level": "info"}},
    ],
)
def test_records_whose_fields_nobody_named(record: Json) -> None:
    payload = only(record)
    assert payload.document == BODY
    assert payload.captured is not None
    assert payload.captured.value["path"] == "/1/events"


@pytest.mark.parametrize(
    "record",
    [
        {"url": "https://shop.example/1/events/42", "body": "{}"},
        {"url": "https://shop.example/1/events", "body": TEXT},
        {"url": "https://other.algolia.net/1/indexes/*/queries", "body": '{"requests": []}'},
        {"msg": f"could not reach {URL}: timeout"},
        {"referer": "https://shop.example/?back=/1/events", "path": "/"},
    ],
)
def test_records_of_something_else(record: Json) -> None:
    assert requests_in(record) == []


def test_size_tells_what_a_log_lost() -> None:
    record = {"url": URL, "content_length": str(len(TEXT)), "body": TEXT}
    assert only(record).document == BODY
    assert unseen(only({**record, "body": TEXT[:50]})) == CUT_OFF
    assert unseen(only({**record, "body": TEXT.replace("Viewed", "View")})).startswith("the recorder altered")
    assert unseen(only({"url": URL, "body": TEXT[:50]})) == CUT_OFF  # no size, and servers cut without a word
    assert only({**record, "content_length": "0", "body": ""}).error is not None
    assert unseen(only({**record, "content_length": "9", "body": "-"})).startswith("the server logged no body")


def test_bytes_that_a_log_wrote_as_characters() -> None:
    text = json.dumps({"events": [{**EVENT, "eventName": "Café 😀"}]}, ensure_ascii=False)
    garbled = text.encode().decode("latin-1")
    assert only({"url": URL, "body": garbled}).document == json.loads(text)
    assert only({"url": URL, "body": text, "cl": len(text.encode())}).document == json.loads(text)


def test_first_body_of_two_that_caddy_wrote() -> None:
    line = (
        '{"logger": "http.log.access", "ts": 1763770000.5, "status": 200, "request": {"host": "insights.algolia.io", '
        f'"uri": "/1/events", "method": "POST", "headers": {{"A": ["b"]}}}}, "body": {json.dumps(TEXT)}, "body": ""}}'
    )
    payload = only(f"{line}\n{line}\n".encode().splitlines()[0])
    assert payload.document == BODY
    assert payload.sent_at == MOMENT + 500


@pytest.mark.parametrize(
    "text", [TEXT, json.dumps({"events": [{**EVENT, "eventType": "bad\u00e9", "eventName": "é\n"}]})]
)
def test_places_in_escaped_bodies_are_exact(text: str) -> None:
    record = json.dumps({"time": "2025-11-22T00:06:40Z", "url": URL, "body": text.replace("view", "bad"), "x": 1})
    source = f"{record}\n{record}\n"
    requests = requests_in(source.encode())
    found: list[Violation] = lint(requests, load_rules())
    unknown = [one for one in found if one.rule.id == "event-type-unknown"]
    assert [one.location.line for one in unknown] == [1, 2]
    for one in unknown:
        assert json.loads(f'"{stretch(source, one.location)}"').startswith('"bad')
        assert one.location.request_title == "2025-11-22T00:06:40Z POST /1/events"


def test_fields_with_dots_in_their_names() -> None:
    record = {"http.url": URL, "a": {"b.c": [TEXT]}}
    assert only(record, Wanted(fields=Fields("http.url", "a.b.c.0"))).document == BODY


@pytest.mark.parametrize("name", ["log", "message", "MESSAGE"])
def test_lines_of_other_logs_in_a_string(name: str) -> None:
    inner = json.dumps({"url": URL, "method": "POST", "body": TEXT}) + "\n"
    payload = only({name: inner, "stream": "stdout", "time": "2025-11-22T00:06:40.123Z"})
    assert (payload.document, payload.sent_at) == (BODY, MOMENT + 123)
    assert pointer_text(payload.document_pointer) == f"/{name}/body"
    access = f'127.0.0.1 - - [22/Nov/2025:00:06:40 +0000] "POST {URL} HTTP/1.1" 200 29 "-" "curl"'
    told = only({name: access})
    assert unseen(told).startswith("the log holds no bodies")
    assert (told.sent_at, told.answer and told.answer.status) == (MOMENT, 200)
