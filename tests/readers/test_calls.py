"""Recorded calls of search-insights are told from other arrays, and judged by what the library would send."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from insights_lint.model import Form, Json, Pointer, Rule
from insights_lint.payload import Event, Shape
from insights_lint.readers.calls import METHODS, OTHER_FUNCTIONS, SEND_EVENTS, arguments_of, call_of
from insights_lint.recording import Call
from tests.readers.reading import found_in, lint, payloads_in, payloads_of, places, reasons_of, told
from tests.running import run_cli

GIVEN: dict[str, Json] = {"index": "p", "eventName": "Product Viewed", "objectIDs": ["a"]}
FILTERS: dict[str, Json] = {"index": "p", "eventName": "Brand Viewed", "filters": ["brand:a"]}
WALKING = ("clickedObjectIDsAfterSearch", "addedToCartObjectIDsAfterSearch", "addedToCartObjectIDs")


def notations(method: str, *rest: Json) -> list[Json]:
    """The ways to record a call."""
    return [
        [method, *rest],
        {"method": method, "args": [*rest]},
        {"0": method, **{str(number): one for number, one in enumerate(rest, 1)}},
    ]


# what is a call


@pytest.mark.parametrize("method", [*METHODS, SEND_EVENTS])
@pytest.mark.parametrize("number", range(3), ids=["array", "method and args", "arguments"])
def test_every_method_is_recognised(method: str, number: int) -> None:
    given: Json = FILTERS if method.endswith("Filters") else GIVEN
    call = notations(method, [given] if method == SEND_EVENTS else given)[number]
    (payload,) = payloads_in(call)
    assert (payload.shape, payload.form, payload.document) == (Shape.CALL, Form.CALL, call)
    assert len(payload.event_values) == 1
    assert payload.document_pointer == ()
    assert payload.call is not None
    assert payload.call.value["method"] == method


@pytest.mark.parametrize(
    "document",
    [
        ["clickedObjectIDs", {"index": "p"}],
        ["clickedObjectIDs", {"event_name": "A"}],
        ["clickedObjectIDs", 3, None, {"objectIDs": []}],
        ["viewedFilters", {"filters": []}],
        ["viewedObjectIDs", [GIVEN]],
        ["sendEvents", GIVEN],
        ["sendEvents", [{}, {"eventName": "A"}]],
        {"method": "clickedFilters", "args": [FILTERS], "time": 1},
        # `items` beside objects or filters are the event's own
        ["viewedObjectIDs", {**GIVEN, "items": []}],
        ["viewedFilters", {**FILTERS, "items": [1]}],
        # misspelt
        ["clickedObjectIdsAfterSearch", GIVEN],
        ["clickObjectIDs", GIVEN],
        ["ClickedObjectIDs", GIVEN],
        ["viewedFilter", FILTERS],
        ["sendEvent", [GIVEN]],
        {"method": "purchaseObjectIDs", "args": [GIVEN]},
        {"0": "convertedObjectsIDs", "1": GIVEN},
    ],
)
def test_calls(document: Json) -> None:
    (payload,) = payloads_in(document)
    assert (payload.shape, payload.form) == (Shape.CALL, Form.CALL)


NO_METHOD = "perhaps a recorded call, but not like one of search-insights (--form call judges it)"
OTHER_LIBRARY = "a call of InstantSearch or Autocomplete, which add to it: lint what they send instead"


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (["track", GIVEN], NO_METHOD),
        (["event", "purchase", GIVEN], NO_METHOD),
        ({"method": "identify", "args": [GIVEN]}, NO_METHOD),
        ({"0": "config", "1": GIVEN}, NO_METHOD),
        (["init", {"appId": "A", "apiKey": "k"}], NO_METHOD),
        (["track", {"index": "p", "eventName": "A", "items": []}], NO_METHOD),
        # Autocomplete and InstantSearch make whole events of these
        (["clickedObjectIDsAfterSearch", {"eventName": "A", "items": []}], OTHER_LIBRARY),
        (["viewedObjectIDs", {"index": "p", "eventName": "A", "items": [{"objectID": "a"}]}], OTHER_LIBRARY),
        (["clickedObjectIDsAfterSearch", {"eventName": "A", "objectIDs": ["a"]}], OTHER_LIBRARY),
        (["convertedObjectIDsAfterSearch", {"objectIDs": ["a"], "eventName": "A"}], OTHER_LIBRARY),
        ({"0": "clickedObjectIDs", "1": {"items": [], "eventName": "A"}}, OTHER_LIBRARY),
        ({"method": "convertedObjectIDsAfterSearch", "args": [{"eventName": "A", "objectIDs": []}]}, OTHER_LIBRARY),
        (["clickedObjectIDs", {}], NO_METHOD),
        (["clickedObjectIDs", {"headers": {}}], NO_METHOD),
        # nothing in it that could be an event
        (["clickedObjectIDs"], "no events"),
        (["clickedObjectIDs", "p"], "no events"),
        (["sendEvents", []], "no events"),
        (["sendEvents"], "no events"),
        (["setUserToken", "t"], "no events"),
        (["a", "b"], "no events"),
        ([], "no events"),
        ([[]], "no events"),
        ([["a"], ["b", 3]], "no events"),
        ([3, "clickedObjectIDs"], "no events"),
        ({"method": "GET", "args": []}, "no events"),
        ({"method": "clickedObjectIDs"}, "no events"),
        ({"method": 3, "args": [GIVEN]}, "no events"),
        ({"0": "clickedObjectIDs", "2": GIVEN}, "no events"),
        ({"1": "clickedObjectIDs", "2": GIVEN}, "no events"),
        ({"0": "clickedObjectIDs", "1": GIVEN, "x": 1}, "no events"),
    ],
)
def test_what_is_not_judged_is_named(document: Json, reason: str) -> None:
    assert payloads_of(found_in(document)) == []
    assert reasons_of(found_in(document)) == [reason]


@pytest.mark.parametrize(
    ("document", "shape"),
    [
        ([3, GIVEN], Shape.EVENTS),
        ([None, "clickedObjectIDs", GIVEN], Shape.EVENTS),
        ([GIVEN, ["clickedObjectIDs"]], Shape.EVENTS),
        ({"method": "x", **GIVEN}, Shape.EVENT),
        ({"0": "clickedObjectIDs", **GIVEN}, Shape.EVENT),
    ],
)
def test_what_is_written_otherwise_is_no_call(document: Json, shape: Shape) -> None:
    (payload,) = payloads_in(document)
    assert (payload.shape, payload.form, payload.call) == (shape, Form.WIRE, None)


QUEUE: list[Json] = [
    ["init", {"appId": "A", "apiKey": "k"}],
    ["setUserToken", "t"],
    ["viewedObjectIDs", GIVEN],
    ["track", GIVEN],
    ["clickedObjectIDsAfterSearch", {"eventName": "A", "objectIDs": ["a"]}],
    {"method": "viewedFilters", "args": [FILTERS]},
    GIVEN,
    [],
    {"0": "sendEvents", "1": []},
]


@pytest.mark.parametrize("form", [None, Form.CALL])
def test_of_a_queue_every_call_is_judged(form: Form | None) -> None:
    """One call for certain is enough; what surrounds it was recorded by the same means."""
    found = found_in(QUEUE, form=form)
    payloads = payloads_of(found)
    judged = ["/0", "/1", "/2", "/3", "/5", "/8"]
    assert places(payloads) == (judged if form is None else [*judged[:4], "/4", *judged[4:]])
    assert {(one.shape, one.form) for one in payloads} == {(Shape.CALL, Form.CALL)}
    assert [one.root for one in payloads] == [one.document_pointer for one in payloads]
    other = "no events" if form is None else "no recorded call"
    reasons = [f"2 of 9 entries not judged: {other}"]
    if form is None:
        reasons.append(f"1 of 9 entries not judged: {OTHER_LIBRARY}")
    assert reasons_of(found) == reasons


@pytest.mark.parametrize(
    "queue",
    [[["init", {}], ["setUserToken", "t"]], [["track", GIVEN]], [["clickedObjectIDs", {"items": []}]], [[GIVEN]]],
)
def test_a_queue_without_a_call_for_certain_is_none(queue: Json) -> None:
    assert payloads_of(found_in(queue)) == []


@pytest.mark.parametrize(
    ("document", "pointers"),
    [
        (["track", GIVEN], [""]),
        (["clickedObjectIDs"], [""]),
        (["a"], [""]),
        (["clickedObjectIDsAfterSearch", {"eventName": "A", "objectIDs": ["a"]}], [""]),
        ({"method": "GET", "args": []}, [""]),
        ({"0": "a"}, [""]),
        ([["a"], 3, {"method": "b", "args": []}, {"0": "c"}], ["/0", "/2", "/3"]),
        # written in no way in which calls are
        ({"0": "a", "2": GIVEN}, []),
        ({"method": "a", "args": {}}, []),
        ([3], []),
        ([], []),
        ({}, []),
        (GIVEN, []),
        ({"events": [GIVEN]}, []),
        ("clickedObjectIDs", []),
        (3, []),
        (None, []),
    ],
)
def test_with_the_form_a_call_is_what_is_written_like_one(document: Json, pointers: list[str]) -> None:
    found = found_in(document, form=Form.CALL)
    assert places(payloads_of(found)) == pointers
    assert {(one.shape, one.form) for one in payloads_of(found)} <= {(Shape.CALL, Form.CALL)}
    if not pointers:
        assert reasons_of(found) == ["no recorded call"]


def test_the_functions_of_the_library_are_those_of_the_rule(builtin_rules: list[Rule]) -> None:
    (rule,) = [rule for rule in builtin_rules if rule.id == "call-unknown-method"]
    assert isinstance(rule.schema, dict)
    names = rule.schema["properties"]["method"]["enum"]
    assert set(names) == {*METHODS, SEND_EVENTS, *OTHER_FUNCTIONS}
    assert len(names) == len(METHODS) + 1 + len(OTHER_FUNCTIONS)


# what is made of a call


def made(call: Json) -> tuple[Call, tuple[Event, ...]]:
    arguments = arguments_of(call)
    assert arguments is not None
    return call_of(arguments)


TYPES = {
    "clickedObjectIDsAfterSearch": ("click", None),
    "clickedObjectIDs": ("click", None),
    "clickedFilters": ("click", None),
    "convertedObjectIDsAfterSearch": ("conversion", None),
    "convertedObjectIDs": ("conversion", None),
    "convertedFilters": ("conversion", None),
    "addedToCartObjectIDsAfterSearch": ("conversion", "addToCart"),
    "addedToCartObjectIDs": ("conversion", "addToCart"),
    "purchasedObjectIDsAfterSearch": ("conversion", "purchase"),
    "purchasedObjectIDs": ("conversion", "purchase"),
    "viewedObjectIDs": ("view", None),
    "viewedFilters": ("view", None),
    "sendEvents": (None, None),
}


@pytest.mark.parametrize("method", TYPES)
@pytest.mark.parametrize(
    ("number", "method_at", "first"),
    [(0, (0,), (1,)), (1, ("method",), ("args", 0)), (2, ("0",), ("1",))],
    ids=["array", "method and args", "arguments"],
)
def test_what_the_library_fills_in(method: str, number: int, method_at: Pointer, first: Pointer) -> None:
    """The method is to blame for what it fills in, the argument for the rest."""
    call = notations(method, [GIVEN] if method == SEND_EVENTS else GIVEN)[number]
    _, (event,) = made(call)
    kind, subtype = TYPES[method]
    filled = {"eventType": kind, "eventSubtype": subtype}
    expected = {key: value for key, value in filled.items() if value is not None}
    assert {key: value for key, value in event.value.items() if key != "userToken"} == {**expected, **GIVEN}
    assert event.value["userToken"].startswith("anonymous-")
    assert event.filled == {*expected, "userToken"}
    at = (*first, 0) if method == SEND_EVENTS else first
    assert (event.pointer, event.number) == (at, 0)
    assert event.place(()) == at
    assert event.place(("objectIDs", 0)) == (*at, "objectIDs", 0)
    assert event.place(("filters",)) == (*at, "filters")
    for key in event.filled:
        assert event.place((key,)) == method_at
        assert event.place((key, 0)) == method_at


@pytest.mark.parametrize(
    ("given", "expected", "filled"),
    [
        ({}, {"eventType": "conversion", "eventSubtype": "purchase"}, ["eventSubtype", "eventType", "userToken"]),
        # what the caller gives wins, whatever it is
        ({"eventType": "view"}, {"eventType": "view", "eventSubtype": "purchase"}, ["eventSubtype", "userToken"]),
        ({"eventType": None}, {"eventType": None, "eventSubtype": "purchase"}, ["eventSubtype", "userToken"]),
        ({"eventSubtype": 3}, {"eventType": "conversion", "eventSubtype": 3}, ["eventType", "userToken"]),
        ({"userToken": "t"}, {"eventType": "conversion", "eventSubtype": "purchase"}, ["eventSubtype", "eventType"]),
        ({"userToken": ""}, {"eventType": "conversion", "eventSubtype": "purchase"}, ["eventSubtype", "eventType"]),
        ({"userToken": 0}, {"eventType": "conversion", "eventSubtype": "purchase"}, ["eventSubtype", "eventType"]),
        # but for tokens that are null
        (
            {"userToken": None, "authenticatedUserToken": None},
            {"eventType": "conversion", "eventSubtype": "purchase"},
            ["eventSubtype", "eventType", "userToken"],
        ),
    ],
)
def test_what_the_caller_gives_wins(given: dict[str, Json], expected: dict[str, Json], filled: list[str]) -> None:
    call = ["purchasedObjectIDs", {**GIVEN, **given}]
    _, (event,) = made(call)
    assert sorted(event.filled) == filled
    assert {key: value for key, value in event.value.items() if key not in ("userToken", *GIVEN)} == expected
    if given.get("userToken") is None:
        assert event.value["userToken"].startswith("anonymous-")
        assert "authenticatedUserToken" not in event.value
    else:
        assert event.value["userToken"] == given["userToken"]
    assert call == ["purchasedObjectIDs", {**GIVEN, **given}]  # the document stays as it was


INDEX_NULL = {**GIVEN, "index": None}


@pytest.mark.parametrize(
    ("rest", "events", "parameters"),
    [
        ([], [], []),
        ([GIVEN], [GIVEN], []),
        ([GIVEN, GIVEN], [GIVEN, GIVEN], []),
        ([{"headers": {}}, GIVEN, {"inferQueryID": True}], [GIVEN], [{"headers": {}}, {"inferQueryID": True}]),
        # `index` alone tells them apart, whatever is in it
        ([{}], [], [{}]),
        ([{"indexName": "p", "eventName": "A"}], [], [{"indexName": "p", "eventName": "A"}]),
        ([{"index": None}], [{"index": None}], []),
        ([{"index": 7, "headers": {}}], [{"index": 7, "headers": {}}], []),
        ([INDEX_NULL], [INDEX_NULL], []),
        ([[GIVEN]], [], [[GIVEN]]),
        # these throw, so they are no parameters either
        ([None, "p", 3, True], [None, "p", 3, True], []),
        # for Autocomplete
        ([{"items": [], "index": "p"}, GIVEN], [GIVEN], []),
        ([{"items": []}], [], []),
        ([{**GIVEN, "items": []}], [{**GIVEN, "items": []}], []),
        ([{**FILTERS, "items": []}], [{**FILTERS, "items": []}], []),
    ],
)
def test_events_are_told_from_parameters(rest: list[Json], events: list[Json], parameters: list[Json]) -> None:
    call, _ = made(["viewedObjectIDs", *rest])
    assert call.value == {"method": "viewedObjectIDs", "events": events, "parameters": parameters}


@pytest.mark.parametrize(
    ("rest", "value"),
    [
        ([], {"parameters": []}),
        ([[]], {"events": [], "parameters": []}),
        ([[GIVEN, 3, None]], {"events": [GIVEN, 3, None], "parameters": []}),
        ([GIVEN], {"events": GIVEN, "parameters": []}),
        ([None], {"events": None, "parameters": []}),
        ([[], {}], {"events": [], "parameters": [{}]}),
        ([[], None, {"headers": {}}], {"events": [], "parameters": [None]}),
        ([[{"items": []}]], {"events": [{"items": []}], "parameters": []}),
    ],
)
def test_send_events_takes_its_arguments_by_their_place(rest: list[Json], value: dict[str, Json]) -> None:
    call, _ = made(["sendEvents", *rest])
    assert call.value == {"method": "sendEvents", **value}


@pytest.mark.parametrize("method", ["init", "setUserToken", "clickObjectIDs", "", "sendevents"])
def test_another_method_sends_nothing(method: str) -> None:
    call, events = made([method, GIVEN, [GIVEN]])
    assert (call.value, events) == ({"method": method, "events": [], "parameters": []}, ())


@pytest.mark.parametrize(
    ("call", "places"),
    [
        (
            ["viewedObjectIDs", {"headers": {}}, GIVEN, {"items": []}, GIVEN, {"inferQueryID": True}],
            {
                ("method",): (0,),
                ("events", 0, "index"): (2, "index"),
                ("events", 1): (4,),
                ("parameters", 0, "headers"): (1, "headers"),
                ("parameters", 1): (5,),
                ("parameters",): (5,),  # the last wins
                ("events",): (),
                (): (),
            },
        ),
        (
            {"method": "clickedFilters", "args": [{}, FILTERS]},
            {
                ("method",): ("method",),
                ("events", 0): ("args", 1),
                ("events", 0, "filters", 0): ("args", 1, "filters", 0),
                ("parameters", 0): ("args", 0),
            },
        ),
        (
            {"0": "sendEvents", "1": [GIVEN], "2": {"headers": {}}},
            {
                ("method",): ("0",),
                ("events",): ("1",),
                ("events", 0, "objectIDs"): ("1", 0, "objectIDs"),
                ("parameters", 0, "headers"): ("2", "headers"),
                ("parameters",): (),
            },
        ),
        (["sendEvents"], {("events",): (), ("method",): (0,)}),
        (["track", GIVEN], {("method",): (0,), ("events", 0): (), ("parameters",): ()}),
    ],
)
def test_where_the_parts_of_a_call_stand(call: Json, places: dict[Pointer, Pointer]) -> None:
    value, _ = made(call)
    assert {at: value.place(at) for at in places} == places


@pytest.mark.parametrize("method", TYPES)
@pytest.mark.parametrize(
    ("event", "walking", "others"),
    [
        (GIVEN, True, True),
        ({**GIVEN, "objectIDs": []}, True, True),
        ({**GIVEN, "filters": []}, True, True),
        ({"index": "p", "objectIDs": "a"}, False, True),
        ({"index": "p", "objectIDs": None}, False, True),
        ({"index": "p", "objectIDs": {"length": 0}}, False, True),
        ({"index": "p"}, False, True),
        (FILTERS, False, True),
        ({**GIVEN, "filters": "brand:a"}, False, False),
        ({**GIVEN, "filters": None}, False, False),
        ({**GIVEN, "filters": {"0": "a"}}, False, False),
        ("p", False, False),
        (3, False, False),
        (True, False, False),
        (None, False, False),
    ],
)
def test_an_event_on_which_the_library_throws_is_not_sent(
    method: str, event: Json, walking: bool, others: bool
) -> None:
    _, events = made(
        [method, [event, GIVEN] if method == SEND_EVENTS else event, GIVEN][: 2 if method == SEND_EVENTS else 3]
    )
    sent = walking if method in WALKING else others
    if method == SEND_EVENTS and not isinstance(event, dict) and event is not None:
        sent = True  # the spread of a number or a text is an object
    assert len(events) == 1 + sent
    assert events[-1].number == 1
    assert events[-1].pointer == ((1, 1) if method == SEND_EVENTS else (2,))


@pytest.mark.parametrize("number", range(3), ids=["array", "method and args", "arguments"])
def test_violations_stand_where_their_cause_does(number: int, builtin_rules: list[Rule]) -> None:
    method_at = ["/0", "/method", "/0"][number]
    first, second = [("/1", "/2"), ("/args/0", "/args/1"), ("/1", "/2")][number]
    bad = {**GIVEN, "eventName": "é", "objectIDs": ["a", 3], "eventType": "view"}
    call = notations("addedToCartObjectIDs", {"indexName": "p", "eventName": "A"}, bad)[number]
    assert sorted(told(lint(payloads_in(call), builtin_rules))) == sorted(
        [
            ("call-nothing-sent", first),
            ("event-name-characters", f"{second}/eventName"),
            ("object-ids-type", f"{second}/objectIDs/1"),
            ("call-type-overrides-method", f"{second}/eventType"),
            ("event-subtype-not-conversion", method_at),  # which the method fills in
        ]
    )


def test_a_run_over_calls(tmp_path: Path) -> None:
    file = tmp_path / "queue.json"
    misspelt = ["viewedObjectID", {**GIVEN, "userToken": 7}]
    file.write_text(json.dumps([["init", {}], ["viewedObjectIDs", GIVEN], misspelt, ["sendEvents", GIVEN]]), "utf-8")
    found = run_cli("check", str(file), "--output", "json")
    assert (found.status, found.err) == (1, "")
    summary = found.report["summary"]
    assert (summary["calls"], summary["requests"], summary["events"]) == (4, 0, 1)
    assert (summary["refused_payloads"], summary["refused_events"]) == (2, 2)
    told = [(one["rule"], one["document_pointer"], one["pointer"]) for one in found.report["violations"]]
    assert told == [("call-unknown-method", "/2", "/0"), ("call-send-events-not-array", "/3", "/1")]
    message = found.report["violations"][0]["message"]
    assert message.startswith("search-insights has no method `viewedObjectID`, did you mean `viewedObjectIDs`")
    text = run_cli("check", str(file))
    assert "2 of 4 calls would not arrive, and 2 events with them.\n" in text.out


@pytest.mark.parametrize(
    ("call", "meant"),
    [
        (["init", {"appId": "A"}], 0),
        (["viewedObjectIDs"], 0),
        (["viewedObjectIDs", GIVEN, {"headers": {}}], 1),
        (["viewedObjectIDs", {"indexName": "p"}, GIVEN], 2),
        (["viewedObjectIDs", {}], 1),
        (["viewObjectIDs", GIVEN], 1),
        (["sendEvents", [GIVEN, GIVEN], {"inferQueryID": True}], 2),
        (["sendEvents", GIVEN], 1),
        (["sendEvents", []], 0),
    ],
)
def test_how_many_events_a_call_was_meant_to_send(call: Json, meant: int) -> None:
    arguments = arguments_of(call)
    assert arguments is not None
    assert call_of(arguments)[0].meant == meant


def test_of_a_known_method_a_type_alone_makes_an_event(builtin_rules: list[Rule]) -> None:
    violations = lint(payloads_in(["sendEvents", {"eventType": "view"}]), builtin_rules)
    assert told(violations) == [("call-send-events-not-array", "/1")]
