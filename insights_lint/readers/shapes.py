"""Tells what stands in a parsed document: a request body, a list of events, one event, or something else."""

from __future__ import annotations

import re
from collections.abc import Iterable

from insights_lint.model import Form, Json, Shape

_DISTINCT = frozenset({"eventname", "usertoken", "objectids", "queryid", "objectdata", "eventsubtype", "indexname"})
"""Keys that hardly anything but an Insights event has, without case and `_`."""
_COMMON = frozenset({"index", "filters", "positions"})
"""Keys that events have, and much else, too."""
_SEARCH = frozenset({"query", "params", "hitsperpage"})
_TEXT_KEYS = re.compile(
    r"[\"']?\b(event_?name|user_?token|object_?ids|query_?id|object_?data|event_?subtype|index_?name"
    r"|index|filters|positions|event_?type)\b[\"']?\s*:",
    re.IGNORECASE,
)


def shape_of(document: Json, form: Form | None) -> Shape | None:
    """The shape of the payload that the document is; None if it holds no events.

    With a `form` the document is a payload because its user says so; without, it must look like one.
    """
    if form is not None:
        if isinstance(document, dict) and "events" in document:
            return Shape.BODY
        return Shape.EVENTS if isinstance(document, list) else Shape.EVENT
    if isinstance(document, dict):
        events = document.get("events")
        if isinstance(events, list) and any(map(_looks_like_event, events)):
            return Shape.BODY
        return Shape.EVENT if _looks_like_event(document) else None
    if isinstance(document, list) and not _is_call(document) and any(map(_looks_like_event, document)):
        return Shape.EVENTS
    return None


def describe(document: Json) -> str:
    """What a document is that holds no events, in words for the user."""
    if isinstance(document, dict):
        keys = {_folded(key) for key in document}
        if document.get("events") == []:
            return "an empty list of events"
        if "events" in document and _is_server_log(document["events"]):
            return "the API's own log of events, which is not read"
        if "properties" in keys and ({"event", "type"} & keys):
            return "a Segment or RudderStack call: lint what it sends to the Insights API instead"
        if "event" in keys and ({"ecommerce", "gtm.start", "gtm.uniqueeventid"} & keys):
            return "an entry of a Google Tag Manager data layer: lint what it sends to the Insights API instead"
        if "log" in document and isinstance(document["log"], dict) and "entries" in document["log"]:
            return "an HTTP archive (HAR), which is not read"
        if keys & _SEARCH and keys & {"indexname", "usertoken"}:
            return "a search request"
        if isinstance(document.get("method"), str) and isinstance(document.get("args"), list):
            return "a recorded call, which is not read"
    if isinstance(document, list) and _is_call(document):
        return "a recorded call, which is not read"
    return "no events"


def mentions_events(chunks: Iterable[str]) -> bool:
    """Whether a text that does not parse was meant to hold events: by the keys that stand in it."""
    found: set[str] = set()
    for chunk in chunks:
        found.update(_folded(key) for key in _TEXT_KEYS.findall(chunk))
        if found & _DISTINCT or len(found) > 1:
            return True
    return False


def _folded(key: str) -> str:
    return key.replace("_", "").lower()


def _looks_like_event(value: Json) -> bool:
    if not isinstance(value, dict):
        return False
    keys = {_folded(key): key for key in value}
    distinct, common = _DISTINCT & keys.keys(), _COMMON & keys.keys()
    typed = "eventtype" in keys and value[keys["eventtype"]] in ("click", "conversion", "view")
    if typed and (distinct or common):
        return True
    if keys.keys() & _SEARCH and not distinct - {"indexname", "usertoken"}:
        return False  # a search request has an index and a user token, too
    return len(distinct) + len(common) > 1 and bool(distinct)


def _is_call(document: list[Json]) -> bool:
    """`["clickedObjectIDs", {…}]`: a method's name and its arguments."""
    return bool(document) and isinstance(document[0], str) and any(isinstance(item, (dict, list)) for item in document)


def _is_server_log(events: Json) -> bool:
    return isinstance(events, list) and any(
        isinstance(entry, dict) and "event" in entry and "status" in entry for entry in events
    )
