"""URLs of the Insights API, of endpoints that pass events on to it, and of neither."""

from __future__ import annotations

import pytest

from insights_lint.readers.endpoints import Endpoint, Url, endpoint_of, is_insights_url, is_search

CREDENTIALS = "X-Algolia-Application-Id=A&X-Algolia-API-Key=b"


def endpoint(url: str, *hosts: str, headers: dict[str, str] | None = None) -> Endpoint | None:
    parsed = Url.parse(url)
    return None if parsed is None else endpoint_of(parsed, hosts, headers or {})


@pytest.mark.parametrize(
    "url",
    [
        "https://insights.algolia.io/1/events",
        "https://insights.us.algolia.io/1/events?x=1",
        "https://INSIGHTS.de.algolia.io:443/1/events/",
        "http://insights.algolia.io/1/event",
        "https://insights.eu.algolia.io/1/events",
        "https://app-dsn.algolia.net/1/events",
        "https://app-1.algolianet.com/1/events",
        "//insights.algolia.io/1/events",
    ],
)
def test_endpoints_of_the_api_right_or_wrong(url: str) -> None:
    assert endpoint(url) is Endpoint.API
    assert is_insights_url(url)


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("https://events.shop.example/1/events", ["events.shop.example"]),
        ("https://events.shop.example/1/events", ["https://Events.shop.example/"]),
        ("https://shop.example:8443/api/1/events?x", ["shop.example"]),
        ("https://shop.example:8443/1/events", ["shop.example:8443"]),
        ("http://localhost:8080/collect", ["localhost:8080/collect"]),
        ("http://localhost:8080/Collect/", ["http://localhost:8080/Collect"]),
        (f"https://shop.example/1/events?{CREDENTIALS}", []),
        ("/1/events", []),
    ],
)
def test_endpoints_of_others(url: str, hosts: list[str]) -> None:
    assert endpoint(url, *hosts) is Endpoint.OWN


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("https://shop.example/1/events", []),
        ("https://shop.example/1/events/42?" + CREDENTIALS, []),
        ("https://shop.example:8080/1/events", ["shop.example:8443"]),
        ("https://shop.example/collect", ["shop.example"]),
        ("https://shop.example/collect/more", ["shop.example/collect"]),
        ("https://insights.algolia.io/1/usertokens/abc", []),
        ("https://insights.algolia.io.evil.example/1/events", []),
        ("https://notinsights.algolia.example/1/events", []),
        ("https://[broken/1/events", []),
        ("data:text/plain,/1/events", ["data"]),
        ("", []),
    ],
)
def test_no_endpoints(url: str, hosts: list[str]) -> None:
    assert endpoint(url, *hosts) is None


def test_credentials_in_headers_tell_too() -> None:
    assert endpoint("https://shop.example/1/events", headers={"x-algolia-api-key": "b"}) is Endpoint.OWN
    assert not is_insights_url("/1/events")


@pytest.mark.parametrize("path", ["/1/indexes/*/queries", "/1/indexes/products/query", "/1/indexes/p/browse"])
def test_searches(path: str) -> None:
    url = Url.parse(f"https://app-dsn.algolia.net{path}?x=1")
    assert url is not None
    assert is_search(url)
