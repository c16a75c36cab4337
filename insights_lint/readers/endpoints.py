"""Tells requests to the Insights API from others, by their URL."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

_API_HOST = re.compile(r"insights(?:\.[a-z]+)?\.algolia\.io")
_PATH = "/1/events"


def is_insights_url(url: str, hosts: Collection[str] = ()) -> bool:
    """Whether the URL is one of the API, or of one of the `hosts` that pass events on to it.

    A host is written with its port or without. On the API's own hosts any path counts, on others only that of events.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:  # no URL at all
        return False
    if _API_HOST.fullmatch(host):
        return True
    known = {one.lower() for one in hosts}
    return parts.path.rstrip("/").endswith(_PATH) and (host in known or f"{host}:{port}" in known)
