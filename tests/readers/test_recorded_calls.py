"""A recorded call is judged as what search-insights really made of it; where it is not, the reason is written down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from insights_lint.checks import CompiledChecks
from insights_lint.linter import Linter
from insights_lint.model import Form, Json, Rule
from insights_lint.payload import Payload
from insights_lint.readers.payloads import Payloads
from insights_lint.readers.wanted import Wanted
from insights_lint.ruleset import select_rules
from tests.readers.reading import payloads_in, payloads_of

RECORDED = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "calls" / "recorded.ndjson").read_text("utf-8").splitlines()
]
"""Each with `id`, `init` (options of the library), `calls`, `bodies` (what was sent), and whether it `threw`."""

Recorded = dict[str, Any]


def named(recorded: Recorded) -> str:
    return str(recorded["id"])


def calls_of(recorded: Recorded) -> list[Payload]:
    return [payload for call in recorded["calls"] for payload in payloads_in(call, form=Form.CALL)]


def bodies_of(recorded: Recorded) -> list[Payload]:
    sent = Payloads("body", Wanted(Form.WIRE), sent=True)
    return payloads_of(
        [found for body in recorded["bodies"] for found in sent.of(body.encode("utf-8", "surrogatepass"))]
    )


@pytest.fixture(scope="module")
def linter(builtin_rules: list[Rule]) -> Linter:
    return Linter(CompiledChecks(select_rules(builtin_rules).rules))


def broken(payloads: list[Payload], linter: Linter) -> set[str]:
    return {finding.rule.id for payload in payloads for finding in linter.findings(payload)}


def encoded(one: Json) -> str:
    """As `encodeURIComponent` does it."""
    return quote(str(one), safe="!*'()")


@pytest.mark.parametrize("recorded", RECORDED, ids=named)
def test_events_are_those_that_the_library_sends(recorded: Recorded) -> None:
    """All members, but for the token that the library keeps, and filters still unencoded."""
    if recorded["threw"] or recorded["init"].get("userHasOptedOut"):
        assert recorded["bodies"] == []
        return
    sent = [event for body in recorded["bodies"] for event in json.loads(body)["events"]]
    events = [event for payload in calls_of(recorded) for event in payload.events()]
    assert len(sent) == len(events)
    for there, event in zip(sent, events, strict=True):
        here = dict(event.value)
        if "userToken" in event.filled:
            here.pop("userToken")
            there.pop("userToken", None)
        if "filters" in here:
            here["filters"] = [encoded(one) for one in here["filters"]]
        assert json.loads(json.dumps(here)) == there


@pytest.mark.parametrize("recorded", [one for one in RECORDED if one["threw"] and one["init"] is not None], ids=named)
def test_a_call_that_threw_is_reported(recorded: Recorded, linter: Linter) -> None:
    found = broken(calls_of(recorded), linter)
    assert found & {"call-argument-throws", "call-method-mismatch", "call-send-events-not-array"}


@pytest.mark.parametrize("recorded", RECORDED, ids=named)
def test_a_call_that_sent_nothing_is_reported_or_has_no_event(recorded: Recorded, linter: Linter) -> None:
    # Without `init` the library does not know where to send, and of users who have opted out it sends nothing.
    if recorded["bodies"] or recorded["init"] is None or recorded["init"].get("userHasOptedOut"):
        return
    calls = calls_of(recorded)
    assert broken(calls, linter) or not any(payload.event_values for payload in calls)


EXCEPTIONS: dict[str, tuple[set[str], set[str], str]] = {
    "x01_indexName_instead_of_index": (
        {"call-nothing-sent"},
        set(),
        "Without `index` the argument counts as parameters, so that no request was sent.",
    ),
    "x03_no_user_token_anonymous_off": (
        set(),
        {"user-token-missing"},
        "With `anonymousUserToken: false`, which stands in `init`, the library fills in no token.",
    ),
    "x04_numeric_user_token": (
        set(),
        {"user-token-not-string"},
        "The token that is no text stands in `init`, not in the call.",
    ),
    "x07_objectIDs_undefined_click_after_search": (
        {"call-argument-throws"},
        set(),
        "This method walks `objectIDs`, which is not there: it threw and sent nothing.",
    ),
    "x13_queryID_undefined": (
        {"query-id-missing-after-search"},
        set(),
        "Only the method's name tells that the click followed a search.",
    ),
    "x14_queryID_null": (
        {"query-id-missing-after-search"},
        set(),
        "Only the method's name tells that the click followed a search.",
    ),
    "x17_filters_preencoded": (
        {"filters-encoded-in-call"},
        {"filters-double-encoded"},
        "What is encoded once in the call is encoded twice when it is sent.",
    ),
    "x19_filters_string": (
        {"call-argument-throws"},
        set(),
        "The library walks `filters`, which is a text: it threw and sent nothing.",
    ),
    "x50_sendEvents_object": (
        {"call-send-events-not-array"},
        set(),
        "The library walks the argument, which is an object: it threw and sent nothing.",
    ),
    "x53_method_typo": (
        {"call-unknown-method"},
        set(),
        "The library has no such method, and sent nothing.",
    ),
    "y01_type_overrides_click": (
        {"call-type-overrides-method"},
        set(),
        "Only the method's name tells that a click was meant; what was sent is a good view.",
    ),
    "y02_type_overrides_with_unknown": (
        {"call-type-overrides-method"},
        set(),
        "Only the method's name tells which type the unknown one hides.",
    ),
    "y04_subtype_overrides_purchase": (
        {"call-type-overrides-method"},
        set(),
        "Only the method's name tells that a purchase was meant; what was sent adds to the cart.",
    ),
    "y05_type_overrides_cart": (
        {"call-type-overrides-method"},
        set(),
        "Only the method's name tells that a conversion was meant.",
    ),
    "y09_filters_object": (
        {"call-argument-throws"},
        set(),
        "The library walks `filters`, which is an object: it threw and sent nothing.",
    ),
    "y10_filters_null": (
        {"call-argument-throws"},
        set(),
        "The library walks `filters`, which is null: it threw and sent nothing.",
    ),
    "y11_filters_encoded": (
        {"filters-encoded-in-call"},
        {"filters-double-encoded"},
        "What is encoded once in the call is encoded twice when it is sent.",
    ),
    "y14_filters_numbers": (
        {"filters-type"},
        {"filters-without-attribute"},
        "Encoding makes a text of the number, which then is a filter without an attribute.",
    ),
    "y16_filters_in_objects_method": (
        {"call-method-mismatch"},
        set(),
        "Only the method's name tells that objects were meant; what was sent is a good view of a filter.",
    ),
    "y17_objects_in_filters_method": (
        {"call-method-mismatch"},
        set(),
        "Only the method's name tells that filters were meant; what was sent is a good click on an object.",
    ),
    "y19_filters_in_walking_method": (
        {"call-method-mismatch"},
        set(),
        "This method walks `objectIDs`, which is not there: it threw and sent nothing.",
    ),
    "y21_neither_throws": (
        {"call-argument-throws"},
        set(),
        "This method walks `objectIDs`, which is not there: it threw and sent nothing.",
    ),
    "y22_object_ids_string_throws": (
        {"call-argument-throws"},
        set(),
        "This method walks `objectIDs`, which is a text: it threw and sent nothing.",
    ),
    "y24_argument_null": (
        {"call-argument-throws"},
        set(),
        "The library looks for `index` in null: it threw and sent nothing.",
    ),
    "y25_argument_string": (
        {"call-argument-throws"},
        set(),
        "The library looks for `index` in a text: it threw and sent nothing.",
    ),
    "y26_argument_array": (
        {"call-nothing-sent"},
        set(),
        "An array has no `index`, so that it counts as parameters and no request was sent.",
    ),
    "y27_argument_empty": (
        {"call-nothing-sent"},
        set(),
        "Without `index` the argument counts as parameters, so that no request was sent.",
    ),
    "y29_one_of_two_without_index": (
        {"call-nothing-sent"},
        set(),
        "The second argument counts as parameters; the request holds the first event only.",
    ),
    "y33_parameters_repeated": (
        {"call-parameters-repeated"},
        set(),
        "Parameters become headers and URL of the request; they are not in its body.",
    ),
    "y34_headers_case": (
        {"call-headers-case"},
        set(),
        "Parameters become headers and URL of the request; they are not in its body.",
    ),
    "y35_query_id_on_plain_click": (
        {"query-id-on-plain-method"},
        set(),
        "Only the method's name tells that no search was meant to precede.",
    ),
    "y36_query_id_on_plain_conversion": (
        {"query-id-on-plain-method"},
        set(),
        "Only the method's name tells that no search was meant to precede.",
    ),
    "y37_query_id_missing_conversion": (
        {"query-id-missing-after-search"},
        set(),
        "Only the method's name tells that the conversion followed a search.",
    ),
    "y38_query_id_missing_click": (
        {"query-id-missing-after-search"},
        set(),
        "Only the method's name tells that the click followed a search.",
    ),
    "y39_purchase_without_any_query_id": (
        {"query-id-missing-after-search"},
        set(),
        "Only the method's name tells that the purchase followed a search.",
    ),
    "y40_purchase_without_object_data": (
        {"object-data-missing-on-purchase"},
        set(),
        "Only the method's name tells that the purchase followed a search.",
    ),
    "y45_send_null_item": (
        {"call-argument-throws"},
        set(),
        "The library reads members of null: it threw and sent nothing.",
    ),
    "y47_send_filters_string": (
        {"call-argument-throws"},
        set(),
        "The library walks `filters`, which is a text: it threw and sent nothing, the other event neither.",
    ),
    "y48_send_nothing": (
        {"call-send-events-not-array"},
        set(),
        "The library walks an argument that is not there: it threw and sent nothing.",
    ),
    "y52_send_lower_headers": (
        {"call-headers-case"},
        set(),
        "Parameters become headers and URL of the request; they are not in its body.",
    ),
    "y53_unknown_method": (
        {"call-unknown-method"},
        set(),
        "The library has no such method, and sent nothing.",
    ),
    "y58_positions_on_view": (
        {"query-id-on-plain-method"},
        set(),
        "Only the method's name tells that no search was meant to precede.",
    ),
    "y60_query_id_null": (
        {"query-id-missing-after-search"},
        {"key-null"},
        "Only the method's name tells that the conversion followed a search; what is missing then is told once.",
    ),
}
"""Recorded call → rules that report it only as a call, rules that report only what was sent, and why."""


@pytest.mark.parametrize("recorded", RECORDED, ids=named)
def test_a_call_breaks_the_rules_that_its_request_breaks(recorded: Recorded, linter: Linter) -> None:
    as_call, as_sent = broken(calls_of(recorded), linter), broken(bodies_of(recorded), linter)
    only_call, only_wire, _ = EXCEPTIONS.get(recorded["id"], (set(), set(), ""))
    assert (as_call - as_sent, as_sent - as_call) == (only_call, only_wire)


def test_every_exception_is_one_and_has_a_reason() -> None:
    assert EXCEPTIONS.keys() <= {recorded["id"] for recorded in RECORDED}
    for only_call, only_wire, reason in EXCEPTIONS.values():
        assert only_call or only_wire
        assert reason.endswith(".")
    assert len(RECORDED) == len({recorded["id"] for recorded in RECORDED}) == 136
