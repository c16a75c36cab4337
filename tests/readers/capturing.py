"""Makes captures as recorders write them, and tells what was found in one."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from insights_lint.model import Json
from insights_lint.payload import PassedOver, Payload, Unjudged
from insights_lint.readers import read
from insights_lint.readers.payloads import Found
from insights_lint.readers.source import Attached, nothing_attached
from insights_lint.readers.wanted import Wanted

CAPTURES = Path(__file__).parent / "captures"

URL = "https://insights.algolia.io/1/events?X-Algolia-Application-Id=APPID12345&X-Algolia-API-Key=REDACTED"
EVENT = {"eventType": "view", "eventName": "Product Viewed", "index": "p", "userToken": "t-1", "objectIDs": ["a"]}
BODY = json.dumps({"events": [EVENT]})
TIME = "2026-03-01T12:00:00.250Z"
MILLISECONDS = 1_772_366_400_250

JSON_POST: dict[str, Json] = {"mimeType": "application/json"}
POST = {**JSON_POST, "text": BODY}
ABSENT = object()
"""Stands for a member that is not written."""


def entry(
    post: Json = POST,
    *,
    url: Json = URL,
    method: Json = "POST",
    headers: Json = ABSENT,
    size: Json = ABSENT,
    time: Json = TIME,
    response: Json = ABSENT,
) -> dict[str, Json]:
    """An entry of an HTTP archive; by default nothing is said of sizes, headers and the answer."""
    request = _present({"method": method, "url": url, "headers": headers, "bodySize": size, "postData": post})
    return _present({"startedDateTime": time, "request": request, "response": response})


def _present(members: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in members.items() if value is not ABSENT}


def archive(*entries: Json) -> dict[str, Json]:
    """An HTTP archive."""
    return {"log": {"version": "1.2", "creator": {"name": "a recorder", "version": "1"}, "entries": list(entries)}}


def har(*entries: Json, indent: int | None = None) -> bytes:
    """The text of an HTTP archive."""
    return json.dumps(archive(*entries), indent=indent).encode()


def header_list(**headers: str) -> list[dict[str, str]]:
    """Headers as most recorders write them; `_` stands for `-`."""
    return [{"name": name.replace("_", "-"), "value": value} for name, value in headers.items()]


def found_in(
    data: bytes,
    name: str = "a.har",
    *,
    hosts: tuple[str, ...] = (),
    input_format: str | None = None,
    attached: Attached = nothing_attached,
) -> list[Found]:
    """What is found in a capture."""
    return list(read(io.BytesIO(data), name, Wanted(hosts=hosts), input_format, attached))


def payloads_of(found: Sequence[Found]) -> list[Payload]:
    return [one for one in found if isinstance(one, Payload)]


def seen(found: Sequence[Found]) -> list[str]:
    """Each request in order: its body, or in angle brackets why there is none; and what else was told."""
    return [_told(one) for one in found]


def _told(one: Found) -> str:
    if isinstance(one, PassedOver):
        return "<preflight>" if one.preflight else "<no events>"
    if isinstance(one, Unjudged):
        return f"<{one.reason}>"
    assert isinstance(one, Payload)
    if one.captured is not None and one.captured.unseen:
        return f"<{one.captured.unseen}>"
    if one.captured is not None and one.captured.unwanted:
        return f"<{one.captured.unwanted}>"
    return one.text if one.error is None or one.captured is not None else f"<{one.error.message}>"


def the_payload(found: Sequence[Found]) -> Payload:
    """The only thing that was found."""
    (payload,) = found
    assert isinstance(payload, Payload)
    return payload


def value_of(payload: Payload) -> dict[str, Any]:
    """What rules see of the payload's request."""
    assert payload.captured is not None
    return payload.captured.value
