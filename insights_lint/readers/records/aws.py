"""Reads events of AWS: API Gateway, load balancers and function URLs; Kinesis, Firehose, SQS and CloudWatch Logs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

from insights_lint.model import Json
from insights_lint.readers.bodies import CUT_OFF, LEFT_OUT, from_base64
from insights_lint.readers.exchange import EMPTY, Body, BodyBytes, BodyText, Exchange, Nested, Unseen
from insights_lint.readers.har import as_object, header_map, sent_length
from insights_lint.readers.moments import moment

_PROTOCOL_KEYS = frozenset({"httpMethod", "rawPath", "path"})
_TRUNCATED = re.compile(r"\[TRUNCATED\]\s*$")


def read_gateway(record: dict[str, Json]) -> Iterator[Exchange | Nested] | None:
    """The request that API Gateway (REST or HTTP), a load balancer or a function URL hands to a function."""
    context = record.get("requestContext")
    if not isinstance(context, dict) or "body" not in record or not _PROTOCOL_KEYS & record.keys():
        return None
    return iter([_gateway_exchange(record, context)])


def _gateway_exchange(record: dict[str, Json], context: dict[str, Json]) -> Exchange:
    headers = header_map(record.get("headers")) or header_map(record.get("multiValueHeaders"))
    http = as_object(context.get("http"))
    method = record.get("httpMethod") or http.get("method") or ""
    path = record.get("rawPath") or record.get("path") or ""
    query = record.get("rawQueryString")
    if not isinstance(query, str):
        parameters = record.get("queryStringParameters") or record.get("multiValueQueryStringParameters")
        query = urlencode(parameters, doseq=True, errors="surrogatepass") if isinstance(parameters, dict) else ""
    host = (headers or {}).get("host") or context.get("domainName") or ""
    time = moment(context.get("requestTimeEpoch")) or moment(context.get("timeEpoch"))
    return Exchange(
        url=f"{f'//{host}' if host else ''}{path}{f'?{query}' if query else ''}",
        method=str(method).upper(),
        body=_gateway_body(record, headers or {}),
        headers=headers,
        time=time,
    )


def _gateway_body(record: dict[str, Json], headers: dict[str, str]) -> Body:
    text = record["body"]
    if not isinstance(text, str) or not text:
        return Unseen(LEFT_OUT) if sent_length(headers) else BodyBytes(EMPTY)
    if record.get("isBase64Encoded") is True:
        data = from_base64(text)
        if data is not None:
            return BodyBytes(data, ("body",))
    return BodyText(text, ("body",))


def read_queue(record: dict[str, Json]) -> Iterator[Exchange | Nested] | None:
    """What the records of Kinesis, Firehose and SQS hold, and a record of Firehose's own."""
    key = next((key for key in ("Records", "records") if isinstance(record.get(key), list)), None)
    if key is None or not any(_queued(one) for one in record[key]):
        return None
    return _queue(record[key], key)


def _queue(records: list[Json], key: str) -> Iterator[Nested]:
    for number, one in enumerate(records):
        found = _queued(one)
        if found is None:
            continue
        pointer, text, encoded, time = found
        content = from_base64(text) if encoded else text
        if content is not None:
            yield Nested(content, (key, number, *pointer), time)


def _queued(record: Json) -> tuple[tuple[str, ...], str, bool, int | None] | None:
    """Where a record holds its data, that, whether it is Base64, and when it came."""
    if not isinstance(record, dict):
        return None
    kinesis = record.get("kinesis")
    if isinstance(kinesis, dict) and isinstance(kinesis.get("data"), str):
        return ("kinesis", "data"), kinesis["data"], True, moment(kinesis.get("approximateArrivalTimestamp"))
    if isinstance(record.get("data"), str) and "recordId" in record:
        return ("data",), record["data"], True, moment(record.get("approximateArrivalTimestamp"))
    if record.get("eventSource") == "aws:sqs" and isinstance(record.get("body"), str):
        attributes = record.get("attributes")
        sent = attributes.get("SentTimestamp") if isinstance(attributes, dict) else None
        return ("body",), record["body"], False, moment(sent)
    return None


def read_cloudwatch(record: dict[str, Json]) -> Iterator[Exchange | Nested] | None:
    """What a subscription of CloudWatch Logs delivers: packed, or as its log events."""
    packed = record.get("awslogs")
    if isinstance(packed, dict) and isinstance(packed.get("data"), str):
        data = from_base64(packed["data"])
        return iter([] if data is None else [Nested(data, ("awslogs", "data"))])
    events = record.get("logEvents")
    if not isinstance(events, list) or "messageType" not in record:
        return None
    return _log_events(events)


def _log_events(events: list[Json]) -> Iterator[Exchange | Nested]:
    for number, event in enumerate(events):
        message = event.get("message") if isinstance(event, dict) else None
        if not isinstance(message, str):
            continue
        at, time = ("logEvents", number, "message"), moment(event.get("timestamp"))
        if _TRUNCATED.search(message):
            if '"events"' in message or "/1/events" in message:
                yield Exchange("/1/events", "", Unseen(CUT_OFF), time=time)
        else:
            yield Nested(message, at, time)
