"""HTTP archives are read entry by entry, as browsers, proxies and test tools write them, and as they lose bodies."""

from __future__ import annotations

import base64
import gc
import gzip
import hashlib
import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from insights_lint.checks import CompiledChecks
from insights_lint.json_text.parsing import parse
from insights_lint.linter import Linter
from insights_lint.model import Json, Rule
from insights_lint.payload import Payload, Shape
from insights_lint.readers import read
from insights_lint.readers.bodies import CUT_OFF, GARBLED, LEFT_OUT, PACKED
from insights_lint.readers.wanted import Wanted
from insights_lint.ruleset import select_rules
from tests.readers.capturing import (
    ABSENT,
    BODY,
    CAPTURES,
    EVENT,
    JSON_POST,
    MILLISECONDS,
    POST,
    TIME,
    URL,
    archive,
    entry,
    found_in,
    har,
    header_list,
    payloads_of,
    seen,
    the_payload,
    value_of,
)
from tests.readers.reading import lint, told, value_at
from tests.running import run_cli

PACKED_TEXT = "the recorder kept the compressed body as text, which garbles it: record it as Base64 or with mitmproxy"
NO_FILE = "the recorder put the body into a file that is not there: keep the archive and its files together"


def bodies(*entries: Json, **options: tuple[str, ...]) -> list[str]:
    return seen(found_in(har(*entries), **options))  # type: ignore[arg-type]  # only hosts


# what recorders write

SPACED = f' {BODY[:-1]}, "x": "é😀"}}'

KINDS: dict[str, Json] = {
    "Chrome": entry({"mimeType": "application/json", "text": SPACED}, size=len(SPACED.encode())),
    "Chrome, a beacon": entry({"mimeType": "text/plain;charset=UTF-8", "text": SPACED}, size=len(SPACED.encode())),
    # It counts UTF-16 units.
    "Firefox": entry({"mimeType": "application/json", "params": [], "text": SPACED}, size=len(SPACED) + 1),
    "Safari": entry({"mimeType": "application/json", "text": SPACED, "params": None}, size=-1),
    "Playwright, minimal": entry({"mimeType": "application/json", "text": SPACED, "params": []}, size=-1),
    "puppeteer-har": entry({"mimeType": "application/json", "text": SPACED}, size=len(SPACED) + 1),
    "mitmproxy": entry({"mimeType": "application/json", "text": SPACED, "params": []}, size=len(SPACED.encode())),
    "Charles": entry({"mimeType": "application/json", "params": [], "text": SPACED}, size=len(SPACED.encode())),
    "Insomnia": entry({"mimeType": "", "params": [], "text": SPACED}, size=-1),
    "without sizes": entry({"text": SPACED}),
    "Base64": entry({"text": base64.b64encode(SPACED.encode()).decode(), "encoding": "base64"}, size=40),
    "Base64, with breaks": entry({"text": base64.encodebytes(SPACED.encode()).decode(), "_encoding": "BASE64"}),
    "Base64, for URLs": entry({"text": base64.urlsafe_b64encode(SPACED.encode()).decode(), "encoding": "base64"}),
    "gzip as Base64": entry({"text": base64.b64encode(gzip.compress(SPACED.encode())).decode(), "encoding": "base64"}),
    "gzip as characters": entry({"text": gzip.compress(SPACED.encode()).decode("latin-1")}),
    "gzip as surrogates": entry({"text": gzip.compress(SPACED.encode()).decode("utf-8", "surrogateescape")}),
    "unpacked beside its header": entry(
        {"text": SPACED}, size=20, headers=header_list(Content_Encoding="gzip", Content_Length="20")
    ),
    "said to be Base64": entry({"text": SPACED, "encoding": "base64"}),
}


@pytest.mark.parametrize("one", KINDS.values(), ids=KINDS)
def test_a_body_is_what_was_sent(one: Json) -> None:
    payload = the_payload(found_in(har(one)))
    assert (payload.text, payload.error, payload.shape, payload.request) == (SPACED, None, Shape.BODY, 1)
    assert payload.sent_size == len(SPACED.encode())
    assert payload.sent_at == MILLISECONDS


@pytest.mark.parametrize(
    ("body", "size"),
    [
        (b'{"events": [{"eventName": "Caf\xe9"}]}', 34),
        (b"\xff\xfe{", 3),
        (b"\x80", 1),
    ],
)
def test_halves_of_surrogate_pairs_are_bytes_that_are_not_utf_8(
    body: bytes, size: int, builtin_rules: list[Rule]
) -> None:
    payload = the_payload(found_in(har(entry({"text": body.decode("utf-8", "surrogateescape")}, size=size))))
    assert payload.sent_size == len(body)
    assert "json-not-utf-8" in [rule for rule, _ in told(lint([payload], builtin_rules))]


def test_headers_are_objects_or_pairs_or_members() -> None:
    expected = {"content-type": "application/json", "x-algolia-api-key": "k"}
    for headers in (
        [{"name": "Content-Type", "value": "application/json"}, {"name": "X-Algolia-API-Key", "value": "k"}],
        [["Content-Type", "application/json"], ["X-Algolia-API-Key", "k"]],  # the application of Slack
        [["Content-Type", "application/json"], ["X-Algolia-API-Key", "k"], ["of", "three", "parts"], "odd", None],
        {"Content-Type": "application/json", "X-Algolia-API-Key": "k"},
    ):
        payload = the_payload(found_in(har(entry(headers=headers))))
        assert value_of(payload)["headers"] == expected
        assert (payload.text, value_of(payload)["X-Algolia-API-Key"]) == (BODY, "k")
    for nothing in (ABSENT, None, [], {}, 3):
        assert "headers" not in value_of(the_payload(found_in(har(entry(headers=nothing)))))


@pytest.mark.parametrize(
    "around",
    [
        b"\xef\xbb\xbf%s",
        b"onInputData(%s);",
        b"onInputData(\n%s)\n",
        b" \r\n%s\r\n\r\n",
        b"\xef\xbb\xbf  harviewer.load( %s );",
    ],
    ids=["Fiddler", "JSONP", "JSONP on lines", "blanks", "BOM and JSONP"],
)
def test_what_stands_around_an_archive(around: bytes) -> None:
    text = har(entry(), entry(method="OPTIONS"))
    assert seen(found_in(around % text, "a.json")) == [BODY, "<preflight>"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
@pytest.mark.parametrize("input_format", [None, "har"])
def test_encodings(encoding: str, input_format: str | None) -> None:
    text = json.dumps(archive(entry({"text": SPACED})), ensure_ascii=False)
    assert seen(found_in(text.encode(encoding), input_format=input_format)) == [SPACED]


def test_members_may_stand_in_any_order() -> None:
    pages = [{"id": "p", "entries": [entry()]}]
    text = json.dumps({"log": {"entries": [entry()], "pages": pages, "version": "1.3"}, "comment": {"log": 3}}).encode()
    assert seen(found_in(text)) == [BODY]
    late = json.dumps({"comment": "a", "log": {"pages": pages, "entries": [entry()]}}).encode()
    assert seen(found_in(late, input_format="har")) == seen(found_in(late)) == [BODY]


def test_archives_may_follow_one_another() -> None:
    text = har(entry()) + b"\n" + har(entry(method="OPTIONS"), entry({"text": "{}"})) + b"\n"
    assert seen(found_in(text)) == [BODY, "<preflight>", "{}"]


# how bodies get lost


LOST: dict[str, tuple[Json, str]] = {
    "null": (entry(None, size=20), LEFT_OUT),
    "missing": (entry(ABSENT, size=20), LEFT_OUT),
    # Chrome and Playwright write 0 for a beacon that they did not see.
    "a size of 0 that is none": (entry(ABSENT, size=0), LEFT_OUT),
    "a size of 0 beside a length": (
        entry({**JSON_POST, "text": ""}, size=0, headers=header_list(content_length="9")),
        LEFT_OUT,
    ),
    "no text": (entry(JSON_POST, size=20), LEFT_OUT),
    "no text and no size": (entry(JSON_POST), LEFT_OUT),
    "Playwright, omit": (entry({**JSON_POST, "text": "", "params": []}, size=266), LEFT_OUT),
    "WebPageTest": (entry({"mimeType": "", "text": ""}, size=-1), LEFT_OUT),
    "a length": (entry({**JSON_POST, "text": ""}, size=-1, headers=header_list(Content_Length="266")), LEFT_OUT),
    "shorter": (entry({"text": BODY[:-9]}, size=len(BODY)), CUT_OFF),
    "shorter than its length": (
        entry({"text": BODY[:-1]}, headers=header_list(content_length=str(len(BODY)))),
        CUT_OFF,
    ),
    "a comment": (entry({"text": BODY[:20], "comment": "Truncated"}, size=-1), CUT_OFF),
    "a mark": (entry({"text": f"{BODY[:20]}… [truncated]"}), CUT_OFF),
    "an ellipsis": (entry({"text": f"{BODY[:20]}…\n"}), CUT_OFF),
    "characters replaced": (entry({"text": BODY.replace("t-1", "t\ufffd1")}, size=len(BODY)), GARBLED),
    "gzip with characters replaced": (entry({"text": "\x1f\ufffd\x08\x00"}, size=193), PACKED_TEXT),
    "gzip that breaks off": (entry({"text": gzip.compress(BODY.encode())[:40].decode("latin-1")}), PACKED_TEXT),
    "no file": (entry({"text": "", "_file": "0a.json"}, size=40), NO_FILE),
    "Base64 that breaks off": (
        entry({"text": base64.b64encode(BODY.encode()).decode()[:40], "encoding": "base64"}, size=len(BODY)),
        CUT_OFF,
    ),
    "Base64 that is none": (entry({"text": "eyJldmVudHMiO…", "encoding": "base64"}), CUT_OFF),
    "Base64 of half a byte": (entry({"text": "eyJld", "encoding": "base64"}), GARBLED),
    "Brotli": (
        entry({"text": "GzoA+A==", "encoding": "base64"}, headers=header_list(Content_Encoding="br")),
        PACKED,
    ),
}


@pytest.mark.parametrize(("one", "reason"), LOST.values(), ids=LOST)
def test_a_lost_body_is_admitted_and_never_judged(one: Json, reason: str, builtin_rules: list[Rule]) -> None:
    payload = the_payload(found_in(har(one)))
    assert payload.captured is not None
    assert (payload.captured.unseen, payload.has_body, payload.event_values) == (reason, False, [])
    assert [rule for rule, _ in told(lint([payload], builtin_rules)) if not rule.startswith("capture-")] == []


@pytest.mark.parametrize(
    "one",
    [
        entry({**JSON_POST, "text": ""}, size=0),
        entry({**JSON_POST, "text": "", "params": []}, size=0, headers=header_list(content_length="0")),
        entry({**JSON_POST, "text": ""}, headers=header_list(content_length="0")),
        entry(ABSENT, size=0, headers=header_list(content_length="0")),
        entry(None, headers=header_list(content_length="0")),
    ],
)
def test_a_body_that_is_really_empty_is_judged(one: Json, builtin_rules: list[Rule]) -> None:
    payload = the_payload(found_in(har(one)))
    assert (payload.text, payload.sent_size, payload.has_body) == ("", 0, True)
    assert "json-invalid" in [rule for rule, _ in told(lint([payload], builtin_rules))]


def test_a_blank_body_is_not_an_absent_one() -> None:
    assert bodies(entry({"text": " "}, size=1), entry({"text": "null"}), entry({"text": "[]"})) == [" ", "null", "[]"]


# bodies that became parameters


def test_events_may_be_parameters(builtin_rules: list[Rule]) -> None:
    """Of chrome-har, which parses the body: sitespeed.io and Browsertime write with it."""
    events = [EVENT, {**EVENT, "eventName": "Product Clicked", "timestamp": 12}]
    params = [{"name": "events", "value": event} for event in events]
    payload = the_payload(found_in(har(entry({**JSON_POST, "params": params}, size=len(BODY)))))
    assert payload.captured is not None
    assert payload.captured.numbers_altered
    assert (payload.document, payload.sent_size) == ({"events": events}, None)
    assert value_at(archive(entry({**JSON_POST, "params": params})), payload.document_pointer) == params
    assert "timestamp-not-milliseconds" in [rule for rule, _ in told(lint([payload], builtin_rules))]


@pytest.mark.parametrize(
    ("body", "judged"),
    [
        ({"events": [EVENT], "x": 1}, {"events": [EVENT], "x": 1}),
        ({"events": ["a", 3]}, {"events": ["a", 3]}),
        ({"events": "none"}, {"events": ["none"]}),  # which it was is not recorded
        ([EVENT, EVENT], [EVENT, EVENT]),
        ({"a": "b=c"}, {"a": "b=c"}),
    ],
)
def test_other_bodies_as_parameters(body: Json, judged: Json) -> None:
    pairs = list(body.items()) if isinstance(body, dict) else [(str(number), one) for number, one in enumerate(body)]
    params = []
    for name, value in pairs:
        params += [{"name": name, "value": one} for one in (value if isinstance(value, list) else [value])]
    payload = the_payload(found_in(har(entry({**JSON_POST, "params": params}))))
    assert payload.document == judged


def test_nothing_is_known_of_a_body_without_parameters() -> None:
    assert bodies(entry({**JSON_POST, "params": []}, size=13)) == [f"<{LEFT_OUT}>"]


def test_a_rule_that_needs_the_literal_is_not_applied_to_numbers_that_were_written_anew(
    builtin_rules: list[Rule],
) -> None:
    event: Json = {**EVENT, "eventType": "conversion", "eventSubtype": "purchase", "currency": "EUR"}
    event["objectData"] = [{"price": 10.5, "quantity": 1}]
    sent = {"mimeType": "application/json", "text": json.dumps({"events": [event]}).replace("10.5", "10.5e0")}
    parsed = {"mimeType": "application/json", "params": [{"name": "events", "value": event}]}
    judged = [
        {rule for rule, _ in told(lint(payloads_of(found_in(har(entry(post)))), builtin_rules))}
        for post in (sent, parsed)
    ]
    assert judged[1] < judged[0]


def test_a_form_is_what_was_sent_in_its_stead(builtin_rules: list[Rule]) -> None:
    form = {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "a", "value": "b"}, {"name": "c"}]}
    payload = the_payload(found_in(har(entry(form))))
    assert payload.text == "a=b&c"
    assert "json-invalid" in [rule for rule, _ in told(lint([payload], builtin_rules))]
    whole = {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": BODY, "value": ""}]}
    assert bodies(entry(whole)) == [BODY]  # of a client that forgot the type


# which requests


def test_requests_are_found_by_their_url() -> None:
    others = [
        entry(url="https://www.example.com/1/events"),
        entry(url="https://example.com/collect", headers=header_list(Content_Type="application/json")),
        entry(url="https://APPID-dsn.algolia.net/1/indexes/p/query"),
        entry(url="https://insights.algolia.io/1/usertokens/t-1", method="DELETE"),
        entry(url="data:text/html,insights.algolia.io/1/events"),
        entry(url="https://[broken"),
        entry(url="wss://www.example.com/"),
    ]
    ours = [
        entry({"text": f'{{"events": [], "n": {number}}}'}, url=url)
        for number, url in enumerate(
            [
                "https://insights.us.algolia.io/1/events",
                "https://insights.de.algolia.io/1/events?x-algolia-agent=a",
                "https://INSIGHTS.ALGOLIA.IO:443/1/events/",
                "http://insights.algolia.io/1/events",
                "https://insights.algolia.io/1/event",
                "https://insights.algolia.com/1/events",
                "https://t.shop.example/1/events?X-Algolia-Application-Id=A&X-Algolia-API-Key=k",
            ]
        )
    ]
    mixed = [one for pair in zip(others, ours, strict=True) for one in pair]
    assert bodies(*mixed) == [f'{{"events": [], "n": {number}}}' for number in range(len(ours))]


def test_hosts_are_added() -> None:
    entries = [entry(url="https://t.shop.example/1/events"), entry(url="https://t.shop.example/send/")]
    nothing = "<2 recorded requests, none to the Insights API (--host adds an endpoint)>"
    assert bodies(*entries) == [nothing]
    assert bodies(*entries, hosts=("t.shop.example",)) == [BODY]
    assert bodies(*entries, hosts=("t.shop.example/send",)) == [BODY, BODY]


def test_what_sends_no_events_is_counted_and_not_judged() -> None:
    get_post = {"mimeType": "", "params": [], "text": ""}
    assert bodies(
        entry(ABSENT, method="OPTIONS", size=0),
        entry(get_post, method="OPTIONS"),
        entry(get_post, method="GET"),
        entry(ABSENT, method="HEAD"),
        entry({"mimeType": "text/plain"}, method="get", size=0),
    ) == ["<preflight>", "<preflight>", "<no events>", "<no events>", "<no events>"]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (entry(method="PUT"), ["capture-endpoint"]),
        (entry(method="GET"), ["capture-endpoint"]),
        (entry(url="https://insights.algolia.io/1/event"), ["capture-endpoint"]),
        (entry(url="http://insights.algolia.io/1/events"), ["capture-endpoint"]),
        (entry(url="https://insights.eu.algolia.io/1/events"), ["capture-endpoint"]),
        (entry(url="https://insights.algolia.io/1/events"), []),
        (
            entry(url="https://insights.algolia.io/1/events", headers=header_list(a="b")),
            ["capture-credentials-missing"],
        ),
        (entry(url=URL.replace("REDACTED", "0123456789abcdef")), ["capture-secret"]),
        (entry(headers=header_list(X_Algolia_API_Key="0123456789abcdef")), ["capture-secret"]),
        (entry(response={"status": 422}), ["capture-refused"]),
        (entry(), []),
    ],
)
def test_rules_on_the_request(one: Json, expected: list[str], builtin_rules: list[Rule]) -> None:
    violations = lint(payloads_of(found_in(har(one))), builtin_rules)
    assert [rule for rule, _ in told(violations) if rule.startswith("capture-")] == expected


def test_an_unwanted_method_is_not_judged_further(builtin_rules: list[Rule]) -> None:
    found = found_in(har(entry({"text": "{"}, method="PUT")))
    assert seen(found) == ["<PUT>"]
    assert not payloads_of(found)[0].has_body


@pytest.mark.parametrize("odd", [None, 3, "a", [], {}, {"request": None}, {"request": {"url": None}}, {"request": []}])
def test_odd_entries_are_told_and_passed(odd: Json) -> None:
    assert bodies(odd, entry(), odd) == [BODY, "<2 entries have no request with a URL>"]
    assert bodies(entry(), odd) == [BODY, "<1 entry has no request with a URL>"]


@pytest.mark.parametrize(
    "document", [{"log": {}}, {"log": {"entries": []}}, {"log": {"entries": None}}, {"log": {"entries": {"a": 1}}}]
)
def test_an_archive_without_entries(document: Json) -> None:
    assert seen(found_in(json.dumps(document).encode())) == ["<an HTTP archive (HAR) without entries>"]


@pytest.mark.parametrize(
    "member", ["method", "url", "headers", "bodySize", "postData", "startedDateTime", "response", "text", "params"]
)
@pytest.mark.parametrize("value", [None, True, 3, -1.5, "", "x", [], [None], {}, {"a": None}])
def test_members_of_any_type_are_borne(member: str, value: Json, builtin_rules: list[Rule]) -> None:
    one = entry({**POST, "params": []}, headers=header_list(a="b"), size=3, response={"status": 200})
    holder = next(part for part in (one, one["request"], one["request"]["postData"]) if member in part)
    holder[member] = value
    found = found_in(har(one, entry()))
    assert BODY in seen(found)
    lint(payloads_of(found), builtin_rules)


# times, answers and searches


@pytest.mark.parametrize(
    "time", [TIME, "2026-03-01T14:00:00.250+02:00", "2026-03-01T12:00:00.2500000Z", MILLISECONDS / 1000]
)
def test_the_time_of_a_request(time: Json) -> None:
    payload = the_payload(found_in(har(entry(time=time))))
    assert payload.sent_at == MILLISECONDS
    assert payload.captured is not None
    assert payload.captured.title == "2026-03-01T12:00:00Z POST /1/events"


@pytest.mark.parametrize("time", [None, "", "yesterday", "2026-13-01T00:00:00Z", True, [], 5])
def test_no_time(time: Json) -> None:
    payload = the_payload(found_in(har(entry(time=time))))
    assert payload.sent_at is None
    assert payload.captured is not None
    assert payload.captured.title == "POST /1/events"


def test_the_request_has_the_clock_for_ages_unless_another_is_given(builtin_rules: list[Rule]) -> None:
    day = 86_400_000
    old = {"text": json.dumps({"events": [{**EVENT, "timestamp": MILLISECONDS - 40 * day}]})}
    young = {"text": json.dumps({"events": [{**EVENT, "timestamp": MILLISECONDS - day}]})}
    rules = CompiledChecks(select_rules(builtin_rules).rules)

    def ages(post: Json, now: int | None) -> list[str]:
        linter = Linter(rules, now=now)
        violations = [one for payload in payloads_of(found_in(har(entry(post)))) for one in linter.lint(payload)]
        return [rule for rule, _ in told(violations) if rule == "timestamp-too-old"]

    assert ages(old, None) == ["timestamp-too-old"]
    assert ages(young, None) == []
    assert ages(old, MILLISECONDS - 39 * day) == []
    assert ages(young, MILLISECONDS + 35 * day) == ["timestamp-too-old"]


REFUSAL = '{"status": 422, "message": "EventName must contain only alphanumeric characters"}'


@pytest.mark.parametrize(
    ("response", "status", "messages"),
    [
        ({"status": 200, "content": {"text": '{"status": 200, "message": "OK"}'}}, 200, ()),
        ({"status": 422, "content": {"text": REFUSAL}}, 422, ("EventName must contain only alphanumeric characters",)),
        (
            {"status": 422, "content": {"text": base64.b64encode(REFUSAL.encode()).decode(), "encoding": "base64"}},
            422,
            ("EventName must contain only alphanumeric characters",),
        ),
        ({"status": 401, "content": {"text": "<html>", "encoding": None}}, 401, ()),
        ({"status": 422, "content": {"text": "!", "encoding": "base64"}}, 422, ()),
        ({"status": 422, "content": {"text": "[" * 100_000}}, 422, ()),
        ({"status": 422, "content": {"text": "9" * 10_000}}, 422, ()),
        ({"status": 422, "content": None}, 422, ()),
    ],
)
def test_what_the_server_said(response: Json, status: int, messages: tuple[str, ...]) -> None:
    answer = the_payload(found_in(har(entry(response=response)))).answer
    assert answer is not None
    assert (answer.status, answer.messages) == (status, messages)


@pytest.mark.parametrize("response", [ABSENT, None, {}, {"status": 0, "_error": "net::ERR_ABORTED"}, {"status": -1}])
def test_no_answer(response: Json) -> None:
    assert the_payload(found_in(har(entry(response=response)))).answer is None


def test_searches_are_remembered(builtin_rules: list[Rule]) -> None:
    query_id, hour = "43b15df305339e827f0ac0bdc5ebcaa7", 3_600_000
    result = json.dumps({"results": [{"hits": [], "queryID": query_id}]})
    content = {"text": base64.b64encode(result.encode()).decode(), "encoding": "base64"}
    search = entry(url="https://a-dsn.algolia.net/1/indexes/*/queries", response={"status": 200, "content": content})
    click = {**EVENT, "eventType": "click", "eventName": "Product Clicked", "queryID": query_id, "positions": [1]}

    def judged(after: int) -> list[str]:
        post = {"text": json.dumps({"events": [{**click, "timestamp": MILLISECONDS + after}]})}
        clicked = entry(post, time="2026-03-02T12:00:00Z")
        return [rule for rule, _ in told(lint(payloads_of(found_in(har(search, clicked))), builtin_rules))]

    assert "timestamp-far-from-query" not in judged(hour // 2)
    assert "timestamp-far-from-query" in judged(5 * hour)


# places

PRETTY = json.dumps(archive(entry(ABSENT, method="OPTIONS"), entry()), indent=2)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_the_line_and_column_of_a_body(end: str, builtin_rules: list[Rule]) -> None:
    text = PRETTY.replace("Product Viewed", "Product viewed").replace("\n", end)
    _, payload = found_in(text.encode())
    assert isinstance(payload, Payload)
    (violation,) = lint([payload], builtin_rules)
    at = violation.location
    line = text.split(end)[at.line - 1]
    assert line[at.column - 1 :].startswith(json.dumps(BODY)[1:20])
    assert (at.end_line, at.end_column) == (at.line, at.column + 1)
    assert (at.request, at.request_title) == (1, "2026-03-01T12:00:00Z POST /1/events")
    assert at.document_pointer == ("log", "entries", 1, "request", "postData", "text")


def test_places_without_a_string(builtin_rules: list[Rule]) -> None:
    document = archive(entry({**JSON_POST, "params": [{"name": "events", "value": {}}]}), entry(ABSENT, size=3))
    lines = json.dumps(document, indent=1).splitlines()
    first, second = payloads_of(found_in("\n".join(lines).encode()))
    assert first.captured is not None
    assert second.captured is not None
    line, column = first.captured.origin
    assert lines[line - 1][column - 2 :] == " ["
    assert lines[line - 2].strip() == '"mimeType": "application/json",'
    line, column = second.captured.origin
    assert (lines[line - 1][column - 1 :], lines[line].strip()) == ("{", f'"startedDateTime": "{TIME}",')


def test_an_archive_on_one_line(builtin_rules: list[Rule]) -> None:
    text = har(entry({"text": SPACED}), entry({"text": "{"})).decode()
    for payload, body in zip(payloads_of(found_in(text.encode())), (SPACED, "{"), strict=True):
        assert payload.captured is not None
        line, column = payload.captured.origin
        assert line == 1
        assert text[column - 1 :].startswith(json.dumps(body)[1:])


# archives that break


def test_an_archive_cut_anywhere_is_read_as_far_as_it_goes() -> None:
    text = har(*(entry({"text": f'{{"n": "é{number}"}}'}) for number in range(5)), indent=1)
    whole = [f'{{"n": "é{number}"}}' for number in range(5)]
    ends = [text.index(b'"version": "1"')]
    for end in range(len(text) - 2):
        found = seen(found_in(text[:end], input_format="har"))
        requests, broken = found[:-1], found[-1]
        assert requests == whole[: len(requests)]
        assert broken.startswith("<"), end
        if end < ends[0]:
            assert requests == []
    assert seen(found_in(text)) == whole


def test_a_cut_archive_is_told_and_its_requests_are_judged(builtin_rules: list[Rule]) -> None:
    text = har(entry(), entry(), indent=1)
    *requests, broken = payloads_of(found_in(text[:-60]))
    assert [one.text for one in requests] == [BODY]
    assert broken.error is not None
    assert broken.line == text[:-60].count(b"\n") + 1
    assert told(lint([broken], builtin_rules)) == [("json-invalid", "")]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        (b'{"log": {"entries": [\n {"request": {}} \n {"request": 1}]}}', 3, 2),
        (b'{"log": {"entries": [\n {"request": {}},,]}}', 2, 18),
        (b'{"log": {"entries": [\n {"a": nul}]}}', 2, 8),
        (b'{"log": {3: 4}}', 1, 10),
        (b'{"log": {"entries": []} 3}', 1, 25),
        (b'{"log": {"entries": []}} 3', 1, 26),
        (b'{"log": {"entries": []}}\n{"entries": []', 2, 15),
    ],
)
def test_where_an_archive_is_no_json(text: bytes, line: int, column: int, builtin_rules: list[Rule]) -> None:
    broken = payloads_of(found_in(text))[-1]
    (violation,) = lint([broken], builtin_rules)
    assert violation.rule.id == "json-invalid"
    assert (violation.location.line, violation.location.column) == (line, column)


def test_what_hurts_no_reader() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    assert bodies(entry({"text": deep})) == [deep]
    nested = har(entry(), entry(size="DEEP"), entry()).replace(b'"DEEP"', deep.encode())
    assert seen(found_in(nested)) == [BODY, "<nested too deep to be read>"]
    digits = har(entry(), entry(size="DIGITS")).replace(b'"DIGITS"', b"9" * 10_000)
    assert seen(found_in(digits)) == [BODY, "<holds a number that is too large to represent>"]
    control = har(entry(), entry(time="BEEP")).replace(b"BEEP", b"\x00\x1f\t\n")
    assert seen(found_in(control)) == [BODY, BODY]
    twice = har(entry({"text": "TWICE"})).replace(b'"text": "TWICE"', b'"text": "{", "text": "{}"')
    assert seen(found_in(twice)) == ["{}"]


def test_places_hold_in_entries_that_are_hardly_json(builtin_rules: list[Rule]) -> None:
    text = (
        har(entry({"text": "{"}, time="BEEP"))
        .replace(b"BEEP", b"\x00\x1f\t\n")
        .replace(b'"method"', b'"postData": {"text": "a"}, "method"')
    )
    payload = the_payload(found_in(text))
    assert payload.captured is not None
    line, column = payload.captured.origin
    assert text.split(b"\n")[line - 1][column - 1 :] == b'{"}}}]}}'


# samples


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("har_base64_encoding.har", ["ok"]),
        ("har_bom.har", ["ok"]),
        ("har_empty_mime.har", ["ok"]),
        ("har_gzip_base64.har", ["ok"]),
        ("har_params_form.har", ["ok"]),
        ("har_null_postdata.har", [f"<{LEFT_OUT}>"]),
        ("har_comment_truncated.har", [f"<{CUT_OFF}>"]),
        ("playwright_chromium_beacon_embed.har", ["ok"] * 12),
        ("chrome-har_xhr.har", ["<preflight>", *["ok"] * 12, *["<preflight>"] * 11]),
    ],
)
def test_samples(name: str, expected: list[str], builtin_rules: list[Rule]) -> None:
    found = found_in((CAPTURES / name).read_bytes(), name)
    told_of = ["ok" if one.startswith(('{"events":', '{ "events"')) else one for one in seen(found)]
    assert sorted(told_of) == sorted(expected)
    for payload in payloads_of(found):
        if payload.has_body:
            assert payload.error is None
            assert payload.event_values


def test_real_archives_of_other_sites_hold_nothing_of_ours(corpus: Path) -> None:
    paths = sorted((corpus / "har-generic").glob("*.har"))
    assert len(paths) > 30
    for path in paths:
        found = found_in(path.read_bytes(), path.name)
        if path.name == "mitmproxy__corrupted_har_brokenfile.har":  # its `log` is a list, and it is no JSON
            assert [one.error is not None for one in payloads_of(found)] == [True]
        else:
            assert payloads_of(found) == []
            assert seen(found)


# bodies in files


@pytest.mark.parametrize("member", ["_file", "_sha1"])
def test_bodies_in_files_beside_the_archive(member: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names = []
    for number, body in enumerate((BODY, '{"events": [3]}')):
        names.append(f"{hashlib.sha1(body.encode()).hexdigest()}.json")  # noqa: S324  # as Playwright names them
        Path(names[number]).write_text(body)
    entries = [entry({**JSON_POST, "text": "", member: name}, size=9) for name in [*names, "0" * 40 + ".json"]]
    Path("a.har").write_bytes(har(*entries))
    report = run_cli("check", "a.har", "--output", "json").report
    assert [(one["rule"], one["request"]) for one in report["violations"]] == [("body-event-not-object", 2)]
    with zipfile.ZipFile("a.zip", "w") as file:
        for name in ("a.har", *names):
            file.write(name)
    again = run_cli("check", "a.zip", "--output", "json").report
    assert [(one["rule"], one["request"]) for one in again["violations"]] == [("body-event-not-object", 2)]


def test_no_other_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive comes from somebody else, who may name any file."""
    monkeypatch.chdir(tmp_path)
    Path("secret.json").write_text('{"events": [3]}')
    Path("folder").mkdir()
    for name in ("secret.json", "../secret.json", str(tmp_path / "secret.json")):
        Path("folder/a.har").write_bytes(har(entry({**JSON_POST, "text": "", "_file": name}, size=9)))
        found = run_cli("check", "folder/a.har")
        assert found.status == 3
        assert NO_FILE.partition(":")[0] in found.out


# the whole way


def test_a_run_over_an_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.har").write_bytes(har(entry(), entry(ABSENT, size=20), entry(ABSENT, method="OPTIONS")))
    found = run_cli("check", "a.har")
    assert found.status == 0
    assert "1 of 2 requests" in found.out
    Path("b.har").write_bytes(har(entry(ABSENT, size=20)))
    assert run_cli("check", "b.har").status == 3
    Path("c.json").write_bytes(har(entry(method="OPTIONS")))
    assert run_cli("check", "c.json").status == 3


class Endless(io.RawIOBase):
    """An archive of so many entries, made while it is read."""

    def __init__(self, number: int, between: bytes) -> None:
        one = entry({"text": BODY}, response={"status": 200, "content": {"text": "x" * 5_000}})
        self.size = 0
        self._text = b""
        self._parts = self._all(json.dumps(one).encode(), number, between)

    def _all(self, one: bytes, number: int, between: bytes) -> Iterator[bytes]:
        yield b'{"log": {"entries": ['
        for left in range(number, 0, -1):
            yield one + between * (left > 1)
        yield b"]}}"

    def readable(self) -> bool:
        return True

    def readinto(self, target: memoryview) -> int:  # type: ignore[override]  # its reader gives no other buffer
        self._text = self._text or next(self._parts, b"")
        data = self._text[: len(target)]
        self._text = self._text[len(data) :]
        target[: len(data)] = data
        self.size += len(data)
        return len(data)


@pytest.mark.parametrize("between", [b",", b",\n"], ids=["one line", "lines"])
def test_no_more_than_an_entry_is_held(between: bytes, builtin_rules: list[Rule]) -> None:
    number = 4_000
    made = Endless(number, between)
    linter = Linter(CompiledChecks(select_rules(builtin_rules).rules))
    gc.collect()
    gc.freeze()  # as a run does: how often garbage is looked for depends on how much was there before
    tracemalloc.start()
    try:
        for found in read(io.BufferedReader(made), "a.har", Wanted(), None):
            assert isinstance(found, Payload)
            list(linter.lint(found))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.unfreeze()
    assert linter.report.requests == number
    assert made.size > 20_000_000
    assert peak < 5_000_000


def test_an_entry_may_be_large() -> None:
    """Larger than what is read at once, several times."""
    events = json.dumps({"events": [{**EVENT, "eventName": "é" * 90} for _ in range(9_000)]})
    found = seen(found_in(har(entry(), entry({"text": events}), entry(), entry({"text": "{}"}))))
    assert found == [BODY, events, BODY, "{}"]
    assert parse(events).error is None


def test_answers_in_files_of_their_own() -> None:
    def attached(name: str) -> bytes | None:
        return REFUSAL.encode() if name == "a.json" else None

    content = {"text": "", "mimeType": "application/json; charset=UTF-8", "_file": "a.json"}
    for file, messages in (("a.json", ("EventName must contain only alphanumeric characters",)), ("b.json", ())):
        one = entry(response={"status": 422, "content": {**content, "_file": file}})
        answer = the_payload(found_in(har(one), attached=attached)).answer
        assert answer is not None
        assert answer.messages == messages
