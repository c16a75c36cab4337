"""Requests are taken from the logs of the tools that record them, each tool for real."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import requests
import requests_mock
import responses
import respx
import vcr
from pytest_httpserver import HTTPServer

from insights_lint.readers.endpoints import is_insights_url
from insights_lint.request_log import sent_requests

URL = "https://insights.de.algolia.io/1/events?X-Algolia-API-Key=k"
BODY = {"events": [{"eventName": "Café Clicked"}]}


def bodies(log: Any) -> list[tuple[str, str, object]]:
    """(method, host, parsed body) of each request of the log; a request without a body has none, or an empty one."""
    return [
        (one.method, one.url.split("/")[2], json.loads(one.body) if one.body else None) for one in sent_requests(log)
    ]


def send_with_requests() -> None:
    requests.post(URL, json=BODY, timeout=5)
    requests.get(URL, timeout=5)


def logs_of_requests_mock() -> Iterator[Any]:
    with requests_mock.Mocker() as mocker:
        mocker.register_uri(requests_mock.ANY, requests_mock.ANY, json={})
        send_with_requests()
        yield mocker
        yield mocker.request_history


def logs_of_responses() -> Iterator[Any]:
    with responses.RequestsMock() as mock:
        mock.add(responses.POST, URL, json={})
        mock.add(responses.GET, URL, json={})
        send_with_requests()
        yield mock
        yield mock.calls


def logs_of_respx() -> Iterator[Any]:
    with respx.mock() as router:
        router.route().respond(json={})
        httpx.post(URL, json=BODY)
        httpx.get(URL)
        yield router
        yield router.calls


@pytest.mark.parametrize("logs", [logs_of_requests_mock, logs_of_responses, logs_of_respx])
def test_what_mocks_record(logs: Callable[[], Iterator[Any]]) -> None:
    for log in logs():
        host = "insights.de.algolia.io"
        assert bodies(log) == [("POST", host, BODY), ("GET", host, None)]


def test_pytest_httpx(httpx_mock: Any) -> None:
    httpx_mock.add_response(json={})
    httpx.post(URL, json=BODY)
    assert bodies(httpx_mock) == bodies(httpx_mock.get_requests()) == [("POST", "insights.de.algolia.io", BODY)]


def test_pytest_httpserver(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/1/events", method="POST").respond_with_json({})
    requests.post(httpserver.url_for("/1/events"), json=BODY, timeout=5)
    expected = [("POST", f"{httpserver.host}:{httpserver.port}", BODY)]
    assert bodies(httpserver) == bodies(httpserver.log) == expected


@pytest.mark.parametrize("serializer", ["yaml", "json"])
def test_vcr_cassettes(httpserver: HTTPServer, tmp_path: Path, serializer: str) -> None:
    httpserver.expect_request("/1/events", method="POST").respond_with_json({})
    path = tmp_path / f"events.{serializer}"
    with vcr.use_cassette(str(path), serializer=serializer) as cassette:
        requests.post(httpserver.url_for("/1/events"), json=BODY, timeout=5)
    expected = [("POST", f"{httpserver.host}:{httpserver.port}", BODY)]
    assert bodies(cassette) == bodies(path) == bodies(str(path)) == expected


def playwright_request(method: str, url: str, post_data_buffer: bytes | None) -> SimpleNamespace:
    """The members of a request of Playwright that count."""
    return SimpleNamespace(method=method, url=url, post_data_buffer=post_data_buffer)


def test_what_playwright_lists() -> None:
    data = json.dumps(BODY).encode()
    listed = [playwright_request("POST", URL, data), playwright_request("POST", URL, None)]
    assert bodies(listed) == [("POST", "insights.de.algolia.io", BODY), ("POST", "insights.de.algolia.io", None)]
    answers = [SimpleNamespace(request=one, status=200) for one in listed]
    assert bodies(answers) == bodies(listed)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("a", b"a"),
        ("é\ud83d", b"\xc3\xa9\xed\xa0\xbd"),
        (bytearray(b"a"), b"a"),
        (memoryview(b"a"), b"a"),
        ({"string": "a"}, b"a"),
        (gzip.compress(b'{"events": []}', mtime=0), b'{"events": []}'),
        (b"\x1f\x8b and no more", b"\x1f\x8b and no more"),
        (b"", b""),
        (iter([b"a"]), None),
        (None, None),
    ],
)
def test_bodies(body: object, expected: bytes | None) -> None:
    (request,) = sent_requests([{"method": "post", "url": URL, "body": body}])
    assert request == ("POST", URL, expected)


@pytest.mark.parametrize("log", [3, None, [3], ["POST"], [{"url": URL}], [SimpleNamespace(url=URL)], object()])
def test_what_is_no_log_is_refused(log: object) -> None:
    with pytest.raises(TypeError, match="not a"):
        list(sent_requests(log))


def test_what_is_no_cassette_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("- 1\n", "utf-8")
    with pytest.raises(TypeError, match="not a VCR cassette"):
        list(sent_requests(tmp_path / "a.yaml"))
    with pytest.raises(FileNotFoundError):
        list(sent_requests(tmp_path / "b.yaml"))


@pytest.mark.parametrize(
    ("url", "hosts", "expected"),
    [
        ("https://insights.algolia.io/1/events", (), True),
        ("https://insights.us.algolia.io/1/events?x=y", (), True),
        ("http://INSIGHTS.de.algolia.io:443/1/event", (), True),
        ("https://insights.algolia.io.example.com/1/events", (), False),
        # Of Algolia, but not the API's: whoever sends events there meant the API.
        ("https://x-insights.algolia.io/1/events", (), True),
        ("https://app-dsn.algolia.net/1/events", (), True),
        ("https://app-1.algolianet.com/1/events", (), True),
        ("https://algolia.io.example.com/1/events", (), False),
        ("https://notalgolia.net/1/events", (), False),
        ("https://app-dsn.algolia.net/1/indexes/p/query", (), False),
        ("http://localhost:8000/1/events", (), False),
        ("http://localhost:8000/1/events", ("localhost",), True),
        ("http://localhost:8000/1/events/", ("LOCALHOST:8000",), True),
        ("http://localhost:8000/1/events", ("localhost:8001",), False),
        ("http://localhost:8000/proxy/1/events", ("localhost:8000",), True),
        ("http://localhost:8000/1/indexes", ("localhost:8000",), False),
        ("http://[::1/1/events", ("localhost",), False),
        ("http://localhost:port/1/events", ("localhost",), False),
        ("", (), False),
    ],
)
def test_urls_of_the_api(url: str, hosts: tuple[str, ...], expected: bool) -> None:
    assert is_insights_url(url, hosts) is expected
