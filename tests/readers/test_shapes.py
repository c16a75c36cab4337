"""What is judged is what looks like Insights events, and nothing that only looks a little like them."""

from __future__ import annotations

from pathlib import Path

import pytest

from insights_lint.model import Json
from insights_lint.payload import Payload, Shape, Unjudged
from insights_lint.readers import read
from insights_lint.readers.payloads import Found
from insights_lint.readers.shapes import describe, mentions_events, parts_of, shape_of
from insights_lint.readers.wanted import Wanted

KEYS = [
    "eventName",
    "index",
    "indexName",
    "userToken",
    "objectIDs",
    "filters",
    "queryID",
    "positions",
    "objectData",
    "eventSubtype",
]
DISTINCT = [key for key in KEYS if key not in ("index", "filters", "positions")]
EVENT = {"eventName": "A", "userToken": "t"}


@pytest.mark.parametrize("key", DISTINCT)
@pytest.mark.parametrize("other", KEYS)
def test_two_of_the_keys_are_an_event(key: str, other: str) -> None:
    assert shape_of({key: 1, other: 2, "x": 3}) is (None if key == other else Shape.EVENT)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("kind", ["click", "conversion", "view"])
def test_one_of_the_keys_beside_a_type_is_an_event(key: str, kind: str) -> None:
    assert shape_of({"eventType": kind, key: 1}) is Shape.EVENT
    assert shape_of({"eventtype": kind, key: 1}) is Shape.EVENT
    assert shape_of({"event_type": kind, key: 1}) is Shape.EVENT


@pytest.mark.parametrize("kind", ["Click", "purchase", "", None, 3, ["click"]])
@pytest.mark.parametrize("key", KEYS)
def test_one_of_the_keys_beside_another_type_is_none(kind: Json, key: str) -> None:
    assert shape_of({"eventType": kind, key: 1}) is None


@pytest.mark.parametrize(
    "keys",
    [("EVENTNAME", "USERTOKEN"), ("event_name", "user_token"), ("Event_Name", "objectids"), ("query_id", "OBJECT_IDS")],
)
def test_case_and_underscores_do_not_matter(keys: tuple[str, str]) -> None:
    assert shape_of(dict.fromkeys(keys, "a")) is Shape.EVENT


@pytest.mark.parametrize(
    ("document", "shape"),
    [
        (EVENT, Shape.EVENT),
        ([EVENT], Shape.EVENTS),
        ([3, None, EVENT], Shape.EVENTS),
        ({"events": [EVENT]}, Shape.BODY),
        ({"events": [3, EVENT], "more": 1}, Shape.BODY),
        ({"events": [{}]}, None),
        ({"events": []}, None),
        ({"events": EVENT}, None),
        ({"events": None, **EVENT}, Shape.EVENT),
        ({"data": [EVENT]}, None),
        ([[EVENT]], None),
        ([], None),
        ({}, None),
        (3, None),
        ("eventName userToken", None),
        (None, None),
        ({"eventType": "click"}, None),
        ({"objectIDs": ["a"], "index": "p"}, Shape.EVENT),
        (["clickedObjectIDs", EVENT], None),
    ],
)
def test_shapes(document: Json, shape: Shape | None) -> None:
    assert shape_of(document) is shape


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"events": []}, "an empty list of events"),
        ({"type": "track", "event": "A", "properties": {}, "userId": "u"}, "Segment"),
        ({"event": "add_to_cart", "ecommerce": {}}, "Google Tag Manager"),
        ({"event": "gtm.js", "gtm.start": 1}, "Google Tag Manager"),
        ({"indexName": "p", "query": "shoes", "userToken": "t"}, "a search request"),
        (["clickedObjectIDsAfterSearch", {"eventName": "A", "items": []}], "InstantSearch or Autocomplete"),
        (["track", EVENT], "perhaps a recorded call"),
        ({"a": 1}, "no events"),
        ([], "no events"),
        (3, "no events"),
    ],
)
def test_what_is_not_judged_is_named(document: Json, words: str) -> None:
    assert parts_of(document, None, asked=False) == []
    assert words in describe(document)


@pytest.mark.parametrize(
    "document",
    [
        {"indexName": "p", "query": "shoes", "userToken": "t", "filters": "brand:a"},
        {"index": "p", "params": "query=shoes", "filters": "a"},
        {"indexName": "p", "hitsPerPage": 20, "userToken": "t", "index": "q"},
    ],
)
def test_a_search_request_is_not_an_event(document: Json) -> None:
    assert shape_of(document) is None


def test_an_event_may_carry_a_query() -> None:
    assert shape_of({"query": "shoes", "eventName": "A", "objectIDs": ["a"]}) is Shape.EVENT


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ('{"eventName": ', True),
        ("{eventName: 'A'", True),
        ('{"event_name": 3', True),
        ("{'objectIDs' : [", True),
        ('{"index": 1, "positions": ', True),
        ('{"index": 1', False),
        ('{"index": 1, "index": ', False),
        ('"eventName"', False),
        ("eventname is a word", False),
        ("", False),
        ("{\x00}", False),
        ('{"fileIndex": 1, "myfilters": 2, ', False),
    ],
)
def test_a_broken_text_was_meant_to_hold_events_if_its_keys_say_so(text: str, mentions: bool) -> None:
    assert mentions_events([text]) is mentions


def test_keys_are_found_in_any_chunk() -> None:
    assert mentions_events(["{}" * 1000, '{"index": 1, ', '"positions": ['])
    assert not mentions_events(["{}", "[]"])


# the corpus


def found_in(file: Path) -> list[Found]:
    with file.open("rb") as stream:
        return list(read(stream, file.name, Wanted(), None))


def files(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("SOURCE"))
    assert found
    return found


def test_look_alikes_are_never_judged(corpus: Path) -> None:
    for file in files(corpus / "look-alikes"):
        assert [type(one) for one in found_in(file)] == [Unjudged], file.name


@pytest.mark.parametrize("folder", ["har-generic", "aws-events"])
def test_captures_of_other_requests_give_no_payloads(corpus: Path, folder: str) -> None:
    for file in files(corpus / folder):
        (found,) = found_in(file)
        assert isinstance(found, Unjudged) or (isinstance(found, Payload) and found.error is not None), file.name


def test_captures_give_the_requests_to_the_api(corpus: Path) -> None:
    for file in files(corpus / "captures"):
        found = found_in(file)
        payloads = [one for one in found if isinstance(one, Payload)]
        assert len(payloads) >= 10, file.name
        assert [one.request for one in payloads] == list(range(1, len(payloads) + 1)), file.name
        assert all(one.captured and one.shape is Shape.BODY for one in payloads), file.name
        assert all(one.event_values for one in payloads if one.has_body and one.error is None), file.name


def test_every_recorded_body_is_judged(corpus: Path) -> None:
    unreadable = set()
    for file in files(corpus / "search-insights-wire" / "payloads"):
        (payload,) = found_in(file)
        assert isinstance(payload, Payload), file.name
        if payload.error is not None:
            unreadable.add(file.name)
        else:
            assert payload.shape is Shape.BODY, file.name
    # The library counts their length in characters, so that the last bytes never leave.
    assert unreadable == {"x23_event_name_accent.json", "x24_event_name_emoji.json"}


def test_every_documented_payload_is_judged(corpus: Path) -> None:
    unjudged = set()
    for file in files(corpus / "api-clients-automation" / "payloads"):
        (payload,) = found_in(file)
        if isinstance(payload, Unjudged):
            unjudged.add(file.name)
        else:
            assert isinstance(payload, Payload), file.name
            assert payload.event_values, file.name
    # An event of a type of its own with nothing but a user token, and an empty list.
    assert unjudged == {
        "cts_Identify.json",
        "cts_client_fallbacks_to_the_alias_when_region_is_not_given.json",
    }
