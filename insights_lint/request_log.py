"""Takes method, URL and body out of the requests that test tools for HTTP recorded."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

_GZIP = b"\x1f\x8b"
_MAX_BODY = 100_000_000
"""Bytes of an unpacked body; the API takes 2,000,000."""

# Of the tools' own objects: requests-mock's mocker, VCR's cassette, respx's router, pytest-httpserver's server.
_LOGS = ("request_history", "requests", "calls", "log")
# Playwright; httpx (respx, pytest-httpx); requests (requests-mock, responses) and VCR; Werkzeug (pytest-httpserver).
_BODIES = ("post_data_buffer", "content", "body", "data")
_URLS = ("url", "uri")


class Sent(NamedTuple):
    """One request; the body is None where the tool did not record it."""

    method: str
    url: str
    body: bytes | None


def sent_requests(log: Any) -> Iterator[Sent]:
    """The requests of a log, in order.

    A log is an iterable of requests as Playwright, requests-mock, responses, respx, pytest-httpx, pytest-httpserver or
    VCR record them, the object of such a tool that holds them, or the path of a VCR cassette (YAML or JSON). Raises
    TypeError for what is none of these, OSError for a path that cannot be read.
    """
    if isinstance(log, (str, PathLike)):
        log = _cassette(Path(log))
    elif not isinstance(log, (list, tuple)):
        name = next((name for name in _LOGS if hasattr(log, name)), None)
        if name is not None:
            log = getattr(log, name)
        elif hasattr(log, "get_requests"):  # pytest-httpx
            log = log.get_requests()
    if not isinstance(log, Iterable):
        raise TypeError(f"not a log of requests: {type(log).__name__}")
    yield from map(_sent, log)


def _cassette(path: Path) -> Any:
    """The requests of a VCR cassette, as mappings."""
    text = path.read_text("utf-8")
    if path.suffix == ".json":
        document = json.loads(text)
    else:
        import yaml  # 26 ms, and a cassette is rare

        document = yaml.safe_load(text)
    if not isinstance(document, dict) or not isinstance(document.get("interactions"), list):
        raise TypeError(f"{path}: not a VCR cassette, which has `interactions`")
    return [interaction["request"] for interaction in document["interactions"]]


def _sent(entry: Any) -> Sent:
    request = entry[0] if isinstance(entry, tuple) and entry else entry
    request = getattr(request, "request", request)
    url = _first(request, _URLS)
    method = _first(request, ("method",))
    if url is None or method is None:
        raise TypeError(f"not a recorded request, which has a URL and a method: {type(entry).__name__}")
    return Sent(str(method).upper(), str(url), _bytes(_first(request, _BODIES)))


def _first(request: Any, names: tuple[str, ...]) -> Any:
    """The first of the members that the request has and that is not None."""
    for name in names:
        value = request.get(name) if isinstance(request, dict) else getattr(request, name, None)
        if value is not None and not callable(value):
            return value
    return None


def _bytes(body: Any) -> bytes | None:
    if isinstance(body, dict):  # how VCR wraps a body in some of its versions
        body = body.get("string", body.get("base64_string"))
    if isinstance(body, str):
        return body.encode("utf-8", "surrogatepass")
    if not isinstance(body, (bytes, bytearray, memoryview)):
        return None
    data = bytes(body)
    return _unpacked(data) if data.startswith(_GZIP) else data


def _unpacked(data: bytes) -> bytes:
    """The body of a request with Content-Encoding gzip; as it is, if it is not that, so that it is judged as such."""
    try:
        return zlib.decompressobj(wbits=31).decompress(data, _MAX_BODY)
    except zlib.error:
        return data
