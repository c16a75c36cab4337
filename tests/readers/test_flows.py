"""Dumps of mitmproxy are read flow by flow, of every version, and where one breaks what came before counts."""

from __future__ import annotations

import gzip
import io
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from insights_lint.model import Rule
from insights_lint.payload import Payload
from insights_lint.readers import read
from insights_lint.readers.flows import STREAMED
from insights_lint.readers.sniffing import sniff
from insights_lint.readers.wanted import Wanted
from tests.readers.capturing import BODY, MILLISECONDS, found_in, payloads_of, seen, the_payload, value_of
from tests.readers.reading import lint, told

HEADERS = [[b"Host", b"insights.algolia.io"], [b"Content-Type", b"application/json"], [b"X-Algolia-API-Key", b"xxxx"]]


def netstring(value: Any) -> bytes:
    """The value as mitmproxy writes it."""
    if value is None:
        return b"0:~"
    if isinstance(value, bool):
        return b"4:true!" if value else b"5:false!"
    if isinstance(value, (int, float)):
        text = repr(value).encode()
        return b"%d:%s%s" % (len(text), text, b"#" if isinstance(value, int) else b"^")
    if isinstance(value, bytes):
        return b"%d:%s," % (len(value), value)
    if isinstance(value, str):
        text = value.encode("utf-8", "surrogateescape")
        return b"%d:%s;" % (len(text), text)
    if isinstance(value, dict):
        inside = b"".join(netstring(key) + netstring(member) for key, member in value.items())
        return b"%d:%s}" % (len(inside), inside)
    inside = b"".join(map(netstring, value))
    return b"%d:%s]" % (len(inside), inside)


def request(**members: Any) -> dict[str, Any]:
    """The request of a flow; a member that is `...` is left out."""
    whole = {
        "host": "insights.algolia.io",
        "port": 443,
        "method": b"POST",
        "scheme": b"https",
        "authority": b"",
        "path": b"/1/events",
        "http_version": b"HTTP/2.0",
        "headers": HEADERS,
        "content": BODY.encode(),
        "timestamp_start": MILLISECONDS / 1000,
        **members,
    }
    return {name: value for name, value in whole.items() if value is not ...}


def flow(response: Any = None, **members: Any) -> dict[str, Any]:
    return {
        "version": 21,
        "type": "http",
        "id": "a-b",
        "error": None,
        "request": request(**members),
        "response": response,
    }


def dump(*flows: Any) -> bytes:
    return b"".join(map(netstring, flows))


# what a flow holds


def test_a_flow(builtin_rules: list[Rule]) -> None:
    payload = the_payload(found_in(dump(flow()), "a.flow"))
    assert (payload.text, payload.sent_size, payload.sent_at, payload.answer) == (BODY, len(BODY), MILLISECONDS, None)
    value = value_of(payload)
    assert (value["scheme"], value["host"], value["path"], value["method"]) == (
        "https",
        "insights.algolia.io",
        "/1/events",
        "POST",
    )
    assert value["headers"]["content-type"] == "application/json"
    assert payload.document_pointer[:1] == (0,)


def test_names_and_texts_may_be_bytes_or_strings() -> None:
    """They were bytes in old versions."""
    old = {
        b"version": (0, 11),
        b"type": b"http",
        b"request": {
            b"host": b"insights.algolia.io",
            b"port": 443,
            b"method": "POST",
            b"scheme": "https",
            b"path": "/1/events",
            b"headers": [["Host", "insights.algolia.io"]],
            b"content": BODY,
        },
        b"response": {b"code": 422, b"content": b'{"message": "no"}', b"headers": []},
    }
    payload = the_payload(found_in(dump(old), "a.mitm"))
    assert (payload.text, value_of(payload)["host"]) == (BODY, "insights.algolia.io")
    assert payload.answer is not None
    assert (payload.answer.status, payload.answer.messages) == (422, ("no",))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", ""),
        (b"{}", "{}"),
        (gzip.compress(BODY.encode()), BODY),
        ('{"é": "😀"}'.encode(), '{"é": "😀"}'),
        (None, f"<{STREAMED}>"),
        (..., f"<{STREAMED}>"),
    ],
)
def test_bodies(content: Any, expected: str) -> None:
    assert seen(found_in(dump(flow(content=content)), "a.flow")) == [expected]


def test_a_body_that_is_not_utf_8(builtin_rules: list[Rule]) -> None:
    payload = the_payload(found_in(dump(flow(content=b'{"events": ["Caf\xe9"]}')), "a.flow"))
    assert "json-not-utf-8" in [rule for rule, _ in told(lint([payload], builtin_rules))]
    assert payload.sent_size == 20


@pytest.mark.parametrize(
    ("members", "url"),
    [
        ({}, "https://insights.algolia.io/1/events"),
        ({"scheme": b"http", "port": 80}, "http://insights.algolia.io/1/events"),
        ({"port": 8443}, "https://insights.algolia.io:8443/1/events"),
        ({"authority": b"insights.algolia.io:443"}, "https://insights.algolia.io/1/events"),
        # Behind a reverse proxy, the flow's host is that of the server behind it.
        ({"host": "127.0.0.9", "port": 8080, "scheme": b"http"}, "//insights.algolia.io/1/events"),
        ({"host": "127.0.0.9", "authority": b"insights.us.algolia.io"}, "//insights.us.algolia.io/1/events"),
        (
            {"host": "127.0.0.9", "headers": [[b":authority", b"insights.de.algolia.io"]]},
            "//insights.de.algolia.io/1/events",
        ),
        ({"path": b"http://insights.algolia.io/1/events"}, "http://insights.algolia.io/1/events"),
    ],
)
def test_the_url_is_that_which_the_client_asked_for(members: dict[str, Any], url: str) -> None:
    payload = the_payload(found_in(dump(flow(**members)), "a.flow"))
    assert (value_of(payload)["url"], payload.text) == (url, BODY)


def test_a_reverse_proxy_is_no_wrong_scheme(builtin_rules: list[Rule]) -> None:
    found = found_in(dump(flow(host="127.0.0.9", port=8080, scheme=b"http")), "a.flow")
    assert "capture-endpoint" not in [rule for rule, _ in told(lint(payloads_of(found), builtin_rules))]


def test_answers_are_unpacked() -> None:
    answer = {
        "status_code": 422,
        "content": gzip.compress(b'{"message": "no"}'),
        "headers": [[b"Content-Encoding", b"gzip"]],
    }
    payload = the_payload(found_in(dump(flow(answer)), "a.flow"))
    assert payload.answer is not None
    assert payload.answer.messages == ("no",)


def test_what_else_is_in_a_dump() -> None:
    others = [
        {"version": 21, "type": "tcp", "messages": [[True, b"a", 1.5]]},
        {"version": 21, "type": "dns", "request": {"id": 3, "query": True}},
        {"version": 21, "request": {}},
        {"version": 21, "request": None},
        flow(host="www.example.com", headers=[]),
        flow(method=b"CONNECT", path=b"", host="insights.example.com", headers=[]),
    ]
    nothing = "recorded flows, none to the Insights API (--host adds an endpoint)"
    assert seen(found_in(dump(*others), "a.flow")) == [f"<6 {nothing}>"]
    assert seen(found_in(dump(*others, flow(), flow(method=b"OPTIONS", content=b"")), "a.flow")) == [
        BODY,
        "<preflight>",
    ]


@pytest.mark.parametrize(
    "member", ["host", "port", "method", "scheme", "authority", "path", "headers", "timestamp_start"]
)
@pytest.mark.parametrize("value", [None, True, 3, -1.5, b"", b"\xff", "x", [], [[]], [[b"a"], [b"a", 3], 4], {}])
def test_members_of_any_type_are_borne(member: str, value: Any, builtin_rules: list[Rule]) -> None:
    found = found_in(
        dump(flow(**{member: value}), flow({"status_code": value, "headers": value, "content": value})), "a.flow"
    )
    assert BODY in seen(found)
    lint(payloads_of(found), builtin_rules)


def test_where_a_body_is_found_again_in_a_dump() -> None:
    data = dump(flow(content=b"one\ntwo"), flow())
    _, second = payloads_of(found_in(data, "a.flow"))
    assert second.captured is not None
    line, column = second.captured.origin
    assert data.split(b"\n")[line - 1][column - 1 :].startswith(BODY.encode())


# netstrings that are none


@pytest.mark.parametrize(
    ("flawed", "reason"),
    [
        (b"5:abc", "breaks off"),
        (b"5", "breaks off"),
        (b"x", "expected the length of a netstring"),
        (b"12345678901234567890:", "expected the length of a netstring"),
        (b"999999999999:", "larger than 1 GB"),
        (b"999999999:abc", "breaks off"),
        (b"3:abc?", "holds a netstring of an unknown type"),
        (b"3:abc,", "is no dictionary"),
        (b"4:true!", "is no dictionary"),
        (b"3:1:a}", "breaks off"),
        (b"4:1:a,}", "holds a key without a value"),
        (b"8:1:a,9:b,}", "breaks off"),
        (b"8:1:a,1:b#}", "holds a number that is none"),
        (b"8:1:a,1:b^}", "holds a number that is none"),
        (b"7:1:a,x:,}", "expected the length of a netstring"),
        (b"7:1:a,1b,}", "expected the length of a netstring"),
    ],
)
def test_what_is_no_netstring(flawed: bytes, reason: str) -> None:
    whole = dump(flow())
    first, broken = found_in(whole + flawed, "a.flow")
    assert isinstance(first, Payload)
    assert isinstance(broken, Payload)
    assert first.text == BODY
    assert broken.error is not None
    assert (broken.error.rule, broken.error.message) == ("json-invalid", f"flow 2 of the dump: {reason}")


def test_nested_too_deep() -> None:
    value = b"1:a,"
    for _ in range(2_000):
        value = b"%d:%s]" % (len(value), value)
    deep = b"1:a," + value
    (_, broken) = seen(found_in(dump(flow()) + b"%d:%s}" % (len(deep), deep), "a.flow"))
    assert broken == "<flow 2 of the dump: nested too deep>"


def test_a_length_that_lies_costs_no_memory() -> None:
    tracemalloc.start()
    try:
        found = found_in(dump(flow()) + b"999999999:7:version;2:21#", "a.flow")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert seen(found) == [BODY, "<flow 2 of the dump: breaks off>"]
    assert peak < 10_000_000


def test_a_dump_cut_anywhere() -> None:
    data = dump(*(flow(content=f'{{"n": {number}}}'.encode()) for number in range(3)))
    whole = [f'{{"n": {number}}}' for number in range(3)]
    ends = [len(dump(flow(content=b'{"n": 0}'))) * number for number in range(4)]
    for end in range(40, len(data)):
        found = seen(found_in(data[:end], "a.flow"))
        complete = sum(end >= one for one in ends[1:])
        expected = whole[:complete] + ([] if end in ends else [f"<flow {complete + 1} of the dump: breaks off>"])
        assert found == expected, end


def test_only_one_flow_is_held() -> None:
    one = dump(flow({"status_code": 200, "content": b"x" * 1_000_000, "headers": []}))
    count = 0

    class Many(io.RawIOBase):
        """Thirty flows, made while they are read."""

        def __init__(self) -> None:
            self.at = 0

        def readable(self) -> bool:
            return True

        def readinto(self, target: memoryview) -> int:  # type: ignore[override]  # its reader gives no other buffer
            data = b"" if self.at >= 30 * len(one) else one[self.at % len(one) :][: len(target)]
            target[: len(data)] = data
            self.at += len(data)
            return len(data)

    tracemalloc.start()
    try:
        for payload in read(io.BufferedReader(Many()), "a.flow", Wanted(), None):
            assert isinstance(payload, Payload)
            count += payload.text == BODY
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (count, peak < 12_000_000) == (30, True)


# dumps of mitmproxy's own tests


def test_dumps_are_recognised() -> None:
    assert sniff(dump(flow()), "a") == "mitmproxy"
    for other in (b"", b"12:34", b"5:hello,", b'{"a": 1}', b"10:30:00 GET /"):
        assert sniff(other, "a") != "mitmproxy"


def test_dumps_of_all_versions(corpus: Path) -> None:
    paths = sorted((corpus / "mitmproxy-testdata").glob("*.mitm"))
    assert len(paths) > 12
    for path in paths:
        data = path.read_bytes()
        assert sniff(data, "a") == "mitmproxy", path.name
        found = found_in(data, path.name)
        (reason,) = [one for one in seen(found) if one.startswith("<")]
        assert "none to the Insights API" in reason, path.name
        # Each of them, if it were one of ours.
        hosts = [b"example.com", b"mitmproxy.org", b"httpbin.org", b"127.0.0.1"]
        assert payloads_of(found) == [] or any(host in data for host in hosts)
