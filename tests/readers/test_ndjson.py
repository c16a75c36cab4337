"""Every line of NDJSON is a payload of its own, with the place that it has in the source."""

from __future__ import annotations

import io

import pytest

from insights_lint.checks import CompiledChecks
from insights_lint.linter import Linter
from insights_lint.model import Form, Rule
from insights_lint.payload import Payload, Shape, Unjudged
from insights_lint.readers import read
from insights_lint.readers.payloads import Found
from insights_lint.readers.wanted import Wanted
from insights_lint.violation import Violation

EVENT = '{"eventType": "view", "eventName": "Product Viewed", "index": "p", "userToken": "t-1", "objectIDs": ["a"]}'
BODY = f'{{"events": [{EVENT}]}}'


def read_text(text: str | bytes, form: Form | None = None) -> list[Found]:
    data = text.encode() if isinstance(text, str) else text
    return list(read(io.BytesIO(data), "a.ndjson", Wanted(form), "ndjson"))


def violations(text: str | bytes, rules: list[Rule]) -> list[Violation]:
    linter = Linter(CompiledChecks([rule for rule in rules if rule.enabled]))
    return [violation for one in read_text(text) if isinstance(one, Payload) for violation in linter.lint(one)]


def test_each_line_is_a_payload() -> None:
    found = read_text(f"{EVENT}\n\n[{EVENT}, {EVENT}]\r\n  \t\n{BODY}")
    payloads = [one for one in found if isinstance(one, Payload)]
    assert found == payloads
    assert [(one.line, one.shape, len(one.event_values)) for one in payloads] == [
        (1, Shape.EVENT, 1),
        (3, Shape.EVENTS, 2),
        (5, Shape.BODY, 1),
    ]
    assert all(one.streamed and one.source == "a.ndjson" and one.form is Form.WIRE for one in payloads)


def test_only_a_body_is_as_large_as_what_was_sent() -> None:
    text = BODY.replace('"a"', '"é"')
    sizes = [one.sent_size for one in read_text(f"{EVENT}\n[{EVENT}]\n  {text} \r\n") if isinstance(one, Payload)]
    assert sizes == [None, None, len(text.encode())]


def test_strings_that_look_like_templates_are_what_was_sent() -> None:
    text = '{"eventName": "{{ name }}", "userToken": "${TOKEN}"}'
    (payload,) = read_text(text)
    assert isinstance(payload, Payload)
    assert payload.templates == 0
    assert {type(value) for value in payload.document.values()} == {str}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_violations_have_the_line_and_column_of_the_source(end: str, bom: str, builtin_rules: list[Rule]) -> None:
    bad = '  {"eventType": "view", "eventName": "é😀", "index": "p", "userToken": 7, "objectIDs": ["a"]}'
    text = bom + end.join([bad, "", EVENT, BODY.replace('"t-1"', "7"), bad, ""])
    found = [one for one in violations(text, builtin_rules) if one.rule.id == "user-token-not-string"]
    column, in_body = bad.index("7,") + 1, BODY.index('"t-1"') + 1
    assert [(one.location.line, one.location.column, one.location.end_column) for one in found] == [
        (1, column, column + 1),
        (4, in_body, in_body + 1),
        (5, column, column + 1),
    ]
    assert [one.excerpt[0].number for one in found] == [1, 4, 5]


def test_a_broken_line_has_its_place_and_does_not_stop_the_others(builtin_rules: list[Rule]) -> None:
    lines = [EVENT, '  {"eventType": "view",}', "", '{"eventName": "caf\\x"}', EVENT, '{"events": [', "// end", EVENT]
    found = violations("\r\n".join(lines), builtin_rules)
    assert [(one.rule.id, one.location.line, one.location.column, one.location.end_line) for one in found] == [
        ("json-invalid", 2, 23, 2),
        ("json-invalid", 4, 19, 4),
        ("json-invalid", 6, 13, 6),
        ("json-invalid", 7, 1, 7),
    ]
    assert [one.message for one in found] == [
        "trailing comma before `}`",
        "invalid escape in a string",
        "cut off: expected a value or `]`",
        "comments are not JSON",
    ]


def test_a_line_that_is_not_utf_8(builtin_rules: list[Rule]) -> None:
    found = violations(EVENT.encode() + b'\n {"eventName": "\xc3\xa9 \xe9"}\n' + EVENT.encode(), builtin_rules)
    assert [(one.rule.id, one.location.line, one.location.column) for one in found] == [("json-not-utf-8", 2, 19)]


def test_lines_that_are_no_events_are_counted_by_what_they_are() -> None:
    text = "\n".join([*["{}"] * 1_200, EVENT, '{"events": []}', '{"query": "a", "indexName": "p"}', '{"events": []}'])
    found = read_text(text)
    assert isinstance(found[0], Payload)
    assert [one.reason for one in found[1:] if isinstance(one, Unjudged)] == [
        "1,200 lines: no events",
        "2 lines: an empty list of events",
        "1 line: a search request",
    ]


def test_with_a_form_every_line_is_judged() -> None:
    found = read_text('{}\n3\n[]\n{"events": []}\n', Form.WIRE)
    assert [one.shape for one in found if isinstance(one, Payload)] == [
        Shape.EVENT,
        Shape.EVENT,
        Shape.EVENTS,
        Shape.BODY,
    ]


def test_lines_are_read_one_by_one() -> None:
    """A stream without end can be read: what stands on a line is told before the next is needed."""

    class Endless(io.BytesIO):
        lines = 0

        def read(self, _: int | None = -1, /) -> bytes:
            return EVENT.encode()[:3]

        def read1(self, _: int | None = -1, /) -> bytes:
            self.lines += 1
            line = EVENT.encode() + b"\n"
            return line[3:] if self.lines == 1 else line

    stream = Endless()
    payloads = read(stream, "a.ndjson", Wanted(), None)
    for number in range(1, 51):
        payload = next(payloads)
        assert isinstance(payload, Payload)
        assert payload.line == number
        assert stream.lines <= max(10, number) + 1
