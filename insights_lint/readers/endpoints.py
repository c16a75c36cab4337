"""Tells requests to the Insights API from others, by their URL."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from enum import Enum
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

_API_HOST = re.compile(r"insights(?:\.[a-z0-9-]+)?\.algolia\.io")
_ALGOLIA_HOST = re.compile(r"(?:[a-z0-9-]+\.)+algolia\.(?:com|io|net)|(?:[a-z0-9-]+\.)+algolianet\.com")
_PATH = "/1/events"
_MENTIONED_HOST = re.compile(r"\binsights(?:\.[a-z0-9-]+)?\.algolia\.io\b")
_MENTION = re.compile(r"/1/events\b|\binsights(?:\.[a-z0-9-]+)?\.algolia\.io")
_OTHER_PATHS = ("/1/usertokens",)
"""Of the API, but not for events."""
_SEARCH = re.compile(r"/1/indexes/[^/]+/(?:query|queries|browse)|/1/indexes/\*/queries")
CREDENTIALS = ("X-Algolia-Application-Id", "X-Algolia-API-Key")
AGENT = "X-Algolia-Agent"


class Endpoint(Enum):
    """Whose endpoint it is that a request with events goes to."""

    API = "api"
    """Algolia's, also if the host or the path is wrong."""
    OWN = "own"
    """Somebody else's, who passes the events on; or the recorder did not say whose."""


class Url(NamedTuple):
    """A URL's parts, as far as they were recorded: logs often leave out where it begins."""

    scheme: str
    host: str
    """With the port, if it has one."""
    path: str
    query: Mapping[str, str]

    @classmethod
    def parse(cls, text: str) -> Url | None:
        try:
            parts = urlsplit(text)
            host = (parts.hostname or "").lower() + (f":{parts.port}" if parts.port else "")
        except ValueError:
            return None
        return cls(parts.scheme.lower(), host, parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)))

    @property
    def hostname(self) -> str:
        return self.host.partition(":")[0]


def is_host(text: str) -> bool:
    """Whether it is a host of the Insights API, with or without a port."""
    return _API_HOST.fullmatch(text.partition(":")[0].lower()) is not None


def is_events_path(text: str) -> bool:
    """Whether it is the path at which events are sent, with or without a query."""
    return text.partition("?")[0].rstrip("/").endswith(_PATH)


def mentions_api(text: str) -> bool:
    """Whether the text speaks of the API: by its host, or by the path of events."""
    return _MENTION.search(text.replace("\\/", "/")) is not None


def names_endpoint(text: str, hosts: Collection[str]) -> bool:
    """Whether a text that cannot be read tells of a request to the API, or to one of the `hosts`."""
    known = (re.sub("^.*://|/.*$", "", host) for host in hosts)
    folded = text.lower()
    return _MENTIONED_HOST.search(folded) is not None or any(
        mark in folded for mark in ("x-algolia-application-id", "x-algolia-api-key", *known)
    )


def is_search(url: Url) -> bool:
    """Whether it is a search or a browse of an index, whose answer has a query ID."""
    return _SEARCH.search(url.path) is not None


def endpoint_of(url: Url, hosts: Collection[str], headers: Mapping[str, str]) -> Endpoint | None:
    """Whose endpoint for events the URL is; None if it is none.

    `hosts` are those that pass events on to the API, each with its port or without, or with the path at which it takes
    them. Hosts of others count if the request carries credentials of Algolia, and if the host was not recorded. Header
    names are in small letters.
    """
    if _API_HOST.fullmatch(url.hostname):
        return None if url.path.startswith(_OTHER_PATHS) else Endpoint.API
    for known in hosts:
        host, _, path = (known.partition("://")[2] or known).partition("/")
        is_host_of_url = host.lower() in (url.host, url.hostname, f"{url.host}:443", f"{url.host}:80")
        at_its_path = bool(path) and url.path.strip("/") == path.strip("/")
        if is_host_of_url and (at_its_path or is_events_path(url.path)):
            return Endpoint.OWN
    if not is_events_path(url.path):
        return None
    if _ALGOLIA_HOST.fullmatch(url.hostname):
        return Endpoint.API
    credentials = any(name in url.query or name.lower() in headers for name in CREDENTIALS)
    return Endpoint.OWN if credentials or not (url.host or url.scheme) else None


def is_insights_url(url: str, hosts: Collection[str] = ()) -> bool:
    """Whether the URL is one of the API, or of one of the `hosts` that pass events on to it."""
    parts = Url.parse(url)
    return parts is not None and bool(parts.host) and endpoint_of(parts, hosts, {}) is not None
