"""Rules as users might write them, each of which asks something of the acceptor that no built-in rule does."""

from __future__ import annotations

from random import Random
from typing import Any

from insights_lint.model import Json, Layer, Rule, Schema, Severity

_SUM = {"total": "value", "of": "objectData", "factors": ["price", "quantity"], "tolerance": "0.01"}


def made(name: str, schema: Schema, *targets: str, **others: Any) -> Rule:
    """A rule of ours that judges events, unless targets say otherwise."""
    return Rule(name, "made", "Made.", Severity.ERROR, Layer.STYLE, schema, targets or ("event",), **others)


def _when(kind: str) -> Schema:
    return {"required": ["eventType"], "properties": {"eventType": {"const": kind}}}


ODD_RULES = (
    made("unique-ids", {"uniqueItems": True}, "objectIDs"),
    made("unique-events", {"properties": {"events": {"uniqueItems": True}}}, "payload"),
    made("sum", {"equalsSum": _SUM}),
    made("closed", {"properties": {"eventType": True, "index": True}, "additionalProperties": {"maxLength": 40}}),
    made("closed-items", {"properties": {"price": True, "quantity": True}, "additionalProperties": False},
         "objectData[]"),
    made("contains", {"contains": {"pattern": "^brand"}}, "filters", when=_when("view")),
    made("contains-written", {"contains": {"writtenAs": {"pattern": "^[1-9]$"}}}, "positions"),
    made("one-of", {"oneOf": [{"required": ["queryID"]}, {"required": ["timestamp"]}, {"required": ["value"]}]}),
    made("any-of", {"anyOf": [{"type": "string", "minLength": 9}, {"type": "number", "minimum": 1}]}, "userToken"),
    made("dependent", {"dependentRequired": {"value": ["currency", "objectData"], "queryID": ["index"]}}),
    made("differ", {"differ": ["value", "currency"]}),
    made("differ-tokens", {"differ": ["userToken", "authenticatedUserToken"]}),
    made("differ-extra", {"differ": ["shop", "index"]}),
    made("differ-items", {"differ": ["price", "discount"]}, "objectData[]"),
    made("differ-lists", {"differ": ["objectData", "objectIDs"]}),
    made("nested", {"properties": {"amount": {"writtenAs": {"maxLength": 5}}, "unit": {"enum": ["EUR", "USD"]}}},
         "value"),
    made("written", {"type": ["string", "number"]}, "value", "objectData[].price"),
    made("written-sometimes", {"properties": {"value": {"writtenAs": {"maxLength": 6}}}}, when=_when("click")),
    made("written-shop", {"writtenAs": {"pattern": "^[0-9]+$"}}, "shop"),
    made("shop-of-all", {"properties": {"events": {"allOrNone": "shop"}}}, "payload"),
    made("shop-differs", {"properties": {"events": {"items": {"differ": ["shop", "index"]}}}}, "payload"),
    made("shop-typed", {"properties": {"events": {"items": {"properties": {"shop": {"type": "string"}}}}}}, "payload"),
    made("shops-alike", {"spelledAlike": "events[].shop"}, "payload"),
    made("values-alike", {"spelledAlike": "events[].objectData[].price"}, "payload"),
    made("null-shop", {"properties": {"shop": {"not": {"type": "null"}}}}, nulls=True),
    made("telling", {"properties": {key: {"maxLength": 50} for key in ("status", "method", "0")}}),
    made("telling-lists", {"properties": {key: {"maxItems": 3} for key in ("events", "args")}}),
    made("telling-event", {"properties": {"event": {"properties": {"eventType": {"minLength": 1}}}}}),
    made("type-alias", {"properties": {"event_type": {"maxLength": 20}}}),
    made("awkward-keys", {"properties": {key: {"type": "string"} for key in ('a"b', "a\\b", "a\nb", "", "a:b", "é")}}),
    made("limits", {"properties": {"timestamp": {"minimum": 2**63, "maximum": 2**70}, "shop": {"minLength": 2**63}}},
         enabled=False),
    made("contradiction", {"allOf": [{"minLength": 9, "maxLength": 3}, {"type": "integer"}, {"type": "string"}]},
         "shop"),
    made("fractions", {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 41.5}, "positions[]"),
    made("one-type", {"type": ["string", "null"], "minLength": 2}, "index", "shop"),
    made("enum-of-all", {"enum": [1, "1", None, True, ["a"], {"a": 1}, "products"]}, "shop"),
    made("const-object", {"not": {"const": {"price": 1}}}, "objectData[]"),
    made("if-else", {"if": {"type": "string"}, "then": {"maxLength": 12}, "else": {"minimum": 3}}, "value"),
    made("two-places", {"allOf": [{"properties": {"index": {"maxLength": 6}}},
                                  {"properties": {"eventName": {"maxLength": 14}}}]}),
    made("two-branches", {"if": {"required": ["value"]}, "then": {"properties": {"index": {"maxLength": 6}}},
                          "else": {"properties": {"eventName": {"maxLength": 14}}}}),
    made("one-place-twice", {"maxLength": 6}, "index", "index"),
    made("place-and-below", {"required": ["queryID"], "properties": {"index": {"maxLength": 6}}}),
    made("not-small", {"not": {"byteSize": {"maximum": 600}}}, "payload"),
    made("small", {"byteSize": {"maximum": 700}}, "payload"),
    made("few-events", {"properties": {"events": {"minItems": 2, "maxItems": 4}}}, "payload"),
    made("only-events", {"properties": {"events": True}, "additionalProperties": False}, "payload"),
    made("store-not-1", {"properties": {"store": {"not": {"const": 1}}}}, "payload"),
    made("no-page", {"not": {"required": ["page"]}}, "payload"),
    made("shop-with-page", {"dependentRequired": {"shop": ["page"]}}, "payload"),
    made("events-written", {"properties": {"events": {"items": {"properties": {"value": {"writtenAs":
                                                                             {"maxLength": 6}}}}}}}, "payload"),
    made("events-contain", {"properties": {"events": {"contains": {"required": ["timestamp"]}}}}, "payload"),
    made("age", {"age": {"minimum": 0, "maximum": 100_000_000}}, "timestamp"),
    made("not-old", {"not": {"age": {"maximum": 100_000_000}}}, "timestamp"),
    made("age-of-anything", {"not": {"age": {"minimum": 1_757_066_975_147}}}, "shop"),
    made("decoded", {"decodesTo": {"not": {"pattern": ":.*:"}}}, "filters[]", "shop"),
    made("title-case", {"titleCase": {"smallWords": "capital", "exempt": ["to"]}}, "eventName"),
    made("personal", {"noPersonalData": "certain"}, "userToken", "shop"),
    made("same-length", {"sameLength": ["filters", "objectIDs"]}),
    made("same-length-items", {"sameLength": ["a", "b"]}, "objectData[]"),
    made("right-keys", {"rightKeys": {"shop": ["store"], "index": ["shop"]}}, gives_way=True),
    made("shop-required", {"required": ["shop", "queryID"]}, when=_when("click")),
    made("shop-never", {"properties": {"shop": False}}),
    made("since-search", {"sinceSearch": {"maximum": 60_000}}),
    made("deep", {"properties": {"a": {"items": {"items": {"properties": {"b": {"maxLength": 3}}}}}}}, "shop"),
    made("telemetry", {"required": ["index"]}, telemetry=True),
    made("never", False, "objectIDs"),
    made("optional-list", {"items": {"type": ["integer", "string"]}, "minItems": 1}, "shop"),
)  # fmt: skip
"""Many of them contradict one another: a set has a few of them."""


def overridden(rule: Rule, random: Random) -> Rule:
    """The rule with another severity and perhaps other limits."""
    severity = random.choice([*Severity])
    return rule._replace(severity=severity, schema=_with_limits(rule.schema, random))


def _with_limits(schema: Json, random: Random) -> Json:
    if isinstance(schema, list):
        return [_with_limits(one, random) for one in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {key: _with_limits(value, random) for key, value in schema.items()}
    for key, value in changed.items():
        if key.startswith(("min", "max")) and isinstance(value, int) and random.random() < 0.5:
            changed[key] = max(0, value + random.choice((-value, -1, 1, 2)))
    return changed
