"""Tells what stands in a parsed document: events as the API gets them, calls, entries of its log, or something else."""

# Without annotations as strings, as in model.py.
import re
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import NamedTuple

from insights_lint.model import Form, Json, Pointer
from insights_lint.payload import Shape
from insights_lint.readers.calls import (
    METHODS,
    OTHER_FUNCTIONS,
    SEND_EVENTS,
    arguments_of,
    given_events,
    is_of_another_library,
)

_DISTINCT = frozenset({"eventname", "usertoken", "objectids", "queryid", "objectdata", "eventsubtype", "indexname"})
"""Keys that hardly anything but an Insights event has, without case and `_`."""
_COMMON = frozenset({"index", "filters", "positions"})
"""Keys that events have, and much else, too."""
_OF_CALLS = _DISTINCT | _COMMON | {"eventtype"}
"""Keys of which one is enough where the method of a call is known."""
_SEARCH = frozenset({"query", "params", "hitsperpage"})
_TEXT_KEYS = (
    r"[\"']?\b(event_?name|user_?token|object_?ids|query_?id|object_?data|event_?subtype|index_?name"
    r"|index|filters|positions|event_?type)\b[\"']?\s*:"
)


class Part(NamedTuple):
    """A payload in a document: the pointer to it, itself, and what it is."""

    pointer: Pointer
    value: Json
    shape: Shape
    form: Form


def parts_of(document: Json, form: Form | None, *, asked: bool) -> list[Part]:
    """The payloads that a document is or consists of: a queue of calls and a log of the API are several.

    With a `form` it is what its user says; with `asked` it is a payload of some form; otherwise it must look like one.
    """
    if form is Form.CALL:
        return _calls(document, lambda value: arguments_of(value) is not None)
    if form is Form.TAIL:
        return _entries(document, lambda value: isinstance(value, dict) and isinstance(value.get("event"), dict))
    if form is None and (found := _calls(document, partial(_is_call, asked=asked)) or _entries(document, _is_entry)):
        return found
    if form is None and _is_of_another_library(document):
        return []
    shape = shape_of(document, asked=asked or form is not None)
    return [] if shape is None else [Part((), document, shape, Form.WIRE)]


def shape_of(document: Json, *, asked: bool = False) -> Shape | None:
    """The shape of what the API would get; None if the document looks like nothing of that, and nobody `asked`."""
    if asked:
        if isinstance(document, dict) and "events" in document:
            return Shape.BODY
        return Shape.EVENTS if isinstance(document, list) else Shape.EVENT
    if isinstance(document, dict):
        events = document.get("events")
        if isinstance(events, list) and any(map(_looks_like_event, events)):
            return Shape.BODY
        return Shape.EVENT if _looks_like_event(document) else None
    if isinstance(document, list) and arguments_of(document) is None and any(map(_looks_like_event, document)):
        return Shape.EVENTS
    return None


def _calls(document: Json, is_call: Callable[[Json], bool]) -> list[Part]:
    """The call that the document is, or those of a queue if one of them is a call for certain."""
    if arguments_of(document) is not None:
        return [Part((), document, Shape.CALL, Form.CALL)] if is_call(document) else []
    if not isinstance(document, list) or not any(map(is_call, document)):
        return []
    return [
        Part((number,), value, Shape.CALL, Form.CALL)
        for number, value in enumerate(document)
        if arguments_of(value) is not None and (is_call(value) or not _is_of_another_library(value))
    ]


def _is_call(value: Json, *, asked: bool = False) -> bool:
    """Whether it is a call of search-insights, or looks like one whose method is misspelt; if asked, any will do."""
    arguments = arguments_of(value)
    if arguments is None or _is_of_another_library(value):
        return False
    given = list(given_events(arguments))
    if arguments.method in METHODS or arguments.method == SEND_EVENTS:
        return asked or any(isinstance(event, dict) and _keys(event) & _OF_CALLS for event in given)
    if asked:  # a list of strings is none: more likely the user meant events
        return arguments.method in OTHER_FUNCTIONS or any(isinstance(event, dict) for event in given)
    if not any(map(_looks_like_event, given)):
        return False
    from insights_lint.keywords.nearest import nearest  # few documents look like a call

    return bool(nearest(arguments.method, [*METHODS, SEND_EVENTS], limit=1))


def _is_of_another_library(value: Json) -> bool:
    arguments = arguments_of(value)
    given = [] if arguments is None else [event for event in given_events(arguments) if isinstance(event, dict)]
    return arguments is not None and any(is_of_another_library(arguments.method, event) for event in given)


def _entries(document: Json, is_entry: Callable[[Json], bool]) -> list[Part]:
    """The entries of the API's log: one, a list of them, or the answer of the API itself."""
    if is_entry(document):
        return [Part((), document, Shape.RECORD, Form.TAIL)]
    base: Pointer = ()
    if isinstance(document, dict):
        base, document = ("events",), document.get("events")
    if not isinstance(document, list) or not any(map(is_entry, document)):
        return []
    return [
        Part((*base, number), entry, Shape.RECORD, Form.TAIL)
        for number, entry in enumerate(document)
        if is_entry(entry)
    ]


def _is_entry(value: Json) -> bool:
    return isinstance(value, dict) and "status" in value and _looks_like_event(value.get("event"))


def is_payload(value: Json) -> bool:
    """Whether a document is a payload by itself, and tells no more of its request."""
    if isinstance(value, dict) and not (len(value) == 1 and "events" in value):
        return shape_of(value) is not None and not any(
            isinstance(one, str) and _mentions_api(one) for one in value.values()
        )
    return isinstance(value, dict) or (isinstance(value, list) and shape_of(value) is not None)


def _mentions_api(text: str) -> bool:
    if "events" not in text and "algolia" not in text:
        return False
    from insights_lint.readers.endpoints import mentions_api  # knows what it takes to tell for certain

    return mentions_api(text)


def describe(document: Json) -> str:
    """What a document is that holds no events, in words for the user."""
    if isinstance(document, dict):
        keys = {_folded(key) for key in document}
        if document.get("events") == []:
            return "an empty list of events"
        if "properties" in keys and ({"event", "type"} & keys):
            return "a Segment or RudderStack call: lint what it sends to the Insights API instead"
        if "event" in keys and ({"ecommerce", "gtm.start", "gtm.uniqueeventid"} & keys):
            return "an entry of a Google Tag Manager data layer: lint what it sends to the Insights API instead"
        if keys & _SEARCH and keys & {"indexname", "usertoken"}:
            return "a search request"
    if (arguments := arguments_of(document)) is not None:
        if _is_of_another_library(document):
            return "a call of InstantSearch or Autocomplete, which add to it: lint what they send instead"
        if any(isinstance(event, dict) for event in given_events(arguments)):
            return "perhaps a recorded call, but not like one of search-insights (--form call judges it)"
    return "no events"


def mentions_events(chunks: Iterable[str]) -> bool:
    """Whether a text that does not parse was meant to hold events: by the keys that stand in it."""
    found: set[str] = set()
    for chunk in chunks:
        found.update(_folded(key) for key in re.findall(_TEXT_KEYS, chunk, re.IGNORECASE))
        if found & _DISTINCT or len(found) > 1:
            return True
    return False


def _keys(value: dict[str, Json]) -> set[str]:
    return set(map(_folded, value))


@lru_cache(maxsize=256)  # events have the same few keys
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
