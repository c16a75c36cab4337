"""A document is one payload with its text, its templates and its literals, or a word on what it is instead."""

from __future__ import annotations

import io

import pytest

from insights_lint.model import Form, Number, Template
from insights_lint.payload import Payload, Shape, Unjudged
from insights_lint.readers.json_document import read
from insights_lint.readers.payloads import Found
from insights_lint.readers.source import Input
from insights_lint.readers.wanted import Wanted

EVENT = '{"eventType": "click", "eventName": "A", "objectIDs": ["a"]}'


def read_one(text: str | bytes, form: Form | None = None) -> Found:
    data = text.encode() if isinstance(text, str) else text
    (found,) = read(Input(io.BytesIO(data), "a.json", Wanted(form)))
    return found


def payload_of(text: str | bytes, form: Form | None = None) -> Payload:
    found = read_one(text, form)
    assert isinstance(found, Payload)
    return found


@pytest.mark.parametrize(
    ("text", "shape", "pointers"),
    [
        (EVENT, Shape.EVENT, [()]),
        (f"[{EVENT}, {EVENT}]", Shape.EVENTS, [(0,), (1,)]),
        (f'{{"events": [{EVENT}]}}', Shape.BODY, [("events", 0)]),
        (f"\r\n {EVENT} \r\n", Shape.EVENT, [()]),
        (f"\ufeff{EVENT}", Shape.EVENT, [()]),
        (f"\ufeff{EVENT}".encode("utf-16-le"), Shape.EVENT, [()]),
        (f"\ufeff{EVENT}".encode("utf-16-be"), Shape.EVENT, [()]),
    ],
)
def test_payloads(text: str | bytes, shape: Shape, pointers: list[tuple[str | int, ...]]) -> None:
    payload = payload_of(text)
    assert (payload.source, payload.shape, payload.form, payload.line) == ("a.json", shape, Form.WIRE, 1)
    assert (payload.error, payload.sent_size, payload.streamed) == (None, None, False)
    assert [event.pointer for event in payload.events()] == pointers
    assert all(event.value["eventName"] == "A" for event in payload.events())
    assert not payload.text.startswith("\ufeff")


def test_what_the_parser_keeps_is_in_the_payload() -> None:
    payload = payload_of('{"eventName": "a", "userToken": null, "value": 1.50, "userToken": "${T}"}')
    assert isinstance(payload.document["value"], Number)
    assert payload.document["value"].literal == "1.50"
    assert [fault.pointer for fault in payload.duplicates] == [("userToken",)]
    assert (payload.has_null, payload.templates) == (False, 1)


def test_templates_are_kept_apart() -> None:
    text = (
        '{"events": [{"eventName": "{{ name }}", "userToken": "${TOKEN}", "index": "p", "objectIDs": ["a", "${B}"]}]}'
    )
    payload = payload_of(text)
    (event,) = payload.events()
    assert payload.templates == 3
    assert [type(event.value[key]) for key in ("eventName", "userToken", "index")] == [Template, Template, str]
    assert [type(one) for one in event.value["objectIDs"]] == [str, Template]


@pytest.mark.parametrize(
    ("text", "rule", "message"),
    [
        ("", "json-invalid", "empty: expected JSON"),
        ("\n \n", "json-invalid", "empty: expected JSON"),
        ("\ufeff", "json-invalid", "empty: expected JSON"),
        (f"{EVENT},", "json-invalid", "text after the end of the JSON value"),
        (f"{EVENT}\n{EVENT}", "json-invalid", "text after the end of the JSON value"),
        (b'{"eventName": "caf\xe9"}', "json-not-utf-8", "byte 0xE9 is not valid UTF-8"),
        ("[" * 300, "json-too-deep", "nested deeper than 256"),
        ('{"value": 1e400}', "json-number-too-large", "1e400 is too large to represent"),
    ],
)
def test_what_does_not_parse_is_a_payload_with_an_error(text: str | bytes, rule: str, message: str) -> None:
    payload = payload_of(text)
    assert payload.error is not None
    assert (payload.error.rule, payload.error.message) == (rule, message)
    assert (payload.document, payload.event_values) == (None, [])
    assert 0 <= payload.error.start <= payload.error.end <= len(payload.text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("aa('clickedObjectIDs', {\n  index: 'p',\n});\n", "JavaScript"),
        ("import aa from 'search-insights';\n", "JavaScript"),
        ("const event = {eventName: 'A'};\n", "JavaScript"),
        ("window.dataLayer.push({})", "JavaScript"),
        ("module.exports = {}\n", "JavaScript"),
        ('{"events": [{% for e in events %}{{ e | tojson }}{% endfor %}]}', "a template"),
        ('{"timestamp": ${NOW}}', "a template"),
        ('{"timestamp": <%= now %>}', "a template"),
        ("['eventName' => 'A', \n'index' => 'p']", "PHP or Ruby"),
        ("<!DOCTYPE html><html></html>", "HTML or XML"),
        ('<?xml version="1.0"?>', "HTML or XML"),
    ],
)
def test_a_document_of_another_language_is_told_what_it_looks_like(text: str, language: str) -> None:
    payload = payload_of(text)
    assert payload.error is not None
    assert payload.error.message.endswith(f" (this looks like {language})")


def test_json_with_a_slip_is_not_told_to_be_another_language() -> None:
    payload = payload_of('{"eventName": "const x", "filters": ["a => b"], "objectIDs": ["<html>"],}')
    assert payload.error is not None
    assert "looks like" not in payload.error.message


@pytest.mark.parametrize("text", ["{}", "[]", "3", "null", '"events"', '{"events": []}', '{"a": [1, 2]}', "[[]]"])
def test_what_holds_no_events_is_not_judged(text: str) -> None:
    found = read_one(text)
    assert isinstance(found, Unjudged)
    assert found.source == "a.json"
    assert found.reason == ("an empty list of events" if '"events": []' in text else "no events")


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("{}", Shape.EVENT),
        ("[]", Shape.EVENTS),
        ("[3]", Shape.EVENTS),
        ("3", Shape.EVENT),
        ("null", Shape.EVENT),
        ('{"events": []}', Shape.BODY),
        ('{"events": 3}', Shape.BODY),
        ('{"query": "shoes"}', Shape.EVENT),
    ],
)
def test_everything_is_judged_if_its_user_says_what_it_is(text: str, shape: Shape) -> None:
    payload = payload_of(text, Form.WIRE)
    assert (payload.shape, payload.form) == (shape, Form.WIRE)
