"""What the peers judge: rules that JSON Schema can say, merged by hand into one schema that is fast for them."""

from __future__ import annotations

from typing import Any

from tests.benchmarks.traffic import DAY, NOW

Schema = dict[str, Any]

# "As many positions as objects" can only be said number by number, which costs the peers time; nobody sends more.
LONGEST_COMPARED = 30

_TOKEN: Schema = {"type": "string", "pattern": "^[a-zA-Z0-9_=/+-]{1,129}$"}
_QUERY: Schema = {"type": "string", "pattern": "^[a-f0-9]{32}$"}
_AMOUNT: Schema = {
    "anyOf": [{"type": "number"}, {"type": "string", "maxLength": 16, "pattern": "^-?[0-9]+(\\.[0-9]+)?$"}]
}
_ENCODED = "([A-Za-z0-9_.~!*'()-]|%[0-9A-Fa-f]{2})+"

_ITEM: Schema = {
    "type": "object",
    "properties": {
        "price": _AMOUNT,
        "discount": _AMOUNT,
        "quantity": {"type": "integer", "minimum": 1},
        "queryID": _QUERY,
    },
}

_FIELDS: Schema = {
    "eventName": {
        "type": "string",
        "allOf": [{"pattern": "^[ -~]{1,64}$"}, {"pattern": "^[A-Z0-9][^ ]*( [A-Z0-9][^ ]*)*$"}],
    },
    "eventType": {"enum": ["click", "conversion", "view"]},
    "eventSubtype": {"enum": ["addToCart", "purchase"]},
    "index": {"type": "string", "minLength": 1, "maxLength": 256},
    "userToken": _TOKEN,
    "authenticatedUserToken": _TOKEN,
    "queryID": _QUERY,
    # Four days back, and an hour ahead for clocks that are fast.
    "timestamp": {"type": "integer", "minimum": NOW - 4 * DAY, "maximum": NOW + DAY // 24},
    "objectIDs": {"type": "array", "minItems": 1, "maxItems": 20, "items": {"type": "string", "minLength": 1}},
    "filters": {
        "type": "array",
        "minItems": 1,
        "maxItems": 10,
        "items": {"type": "string", "pattern": f"^{_ENCODED}:{_ENCODED}$"},
    },
    "positions": {"type": "array", "items": {"type": "integer", "minimum": 1}},
    "objectData": {"type": "array", "items": _ITEM},
    "value": _AMOUNT,
    "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
}


def peer_schema() -> Schema:
    """45 rules, in draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": {"event": _event({"dependentRequired": {"value": ["currency"]}})},
        **_body_or_event("#/$defs/event"),
    }


def peer_schema_draft_7() -> Schema:
    """The same in draft 7, where two keywords have other names."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "definitions": {"event": _event({"dependencies": {"value": ["currency"]}})},
        **_body_or_event("#/definitions/event"),
    }


def _body_or_event(event: str) -> Schema:
    events = {"type": "array", "minItems": 1, "maxItems": 1000, "items": {"$ref": event}}
    return {
        "if": {"type": "object", "required": ["events"]},
        "then": {"properties": {"events": events}},
        "else": {"$ref": event},
    }


def _event(value_needs_currency: Schema) -> Schema:
    return {
        "type": "object",
        "required": ["eventName", "eventType", "index", "userToken"],
        "additionalProperties": False,
        "properties": _FIELDS,
        "allOf": [
            {"oneOf": [{"required": ["objectIDs"]}, {"required": ["filters"]}]},
            {
                "if": {"properties": {"eventType": {"const": "click"}}, "required": ["queryID", "objectIDs"]},
                "then": {"required": ["positions"]},
            },
            _only_for("click", "positions"),
            _only_for("conversion", "eventSubtype"),
            value_needs_currency,
            {
                "if": {
                    "properties": {"objectData": {"contains": {"required": ["price"]}}},
                    "required": ["objectData"],
                },
                "then": {"required": ["currency"]},
            },
            *map(_same_length, range(LONGEST_COMPARED + 1)),
        ],
    }


def _only_for(kind: str, key: str) -> Schema:
    others = [other for other in ("view", "conversion", "click") if other != kind]
    return {"if": {"properties": {"eventType": {"enum": others}}}, "then": {"not": {"required": [key]}}}


def _same_length(length: int) -> Schema:
    exactly = {"minItems": length, "maxItems": length}
    return {
        "if": {"properties": {"objectIDs": exactly}, "required": ["objectIDs"]},
        "then": {"properties": {"positions": exactly, "objectData": exactly}},
    }
