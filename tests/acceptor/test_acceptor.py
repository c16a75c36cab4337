"""Lines that an acceptor once took for clean, or that ended its run, and what it must know of rules."""

from __future__ import annotations

from inspect import getclosurevars
from itertools import combinations
from typing import Any

import pytest

from insights_lint.acceptor import Acceptor, strings
from insights_lint.acceptor.decoding import Usual
from insights_lint.model import Form, Rule, Schema
from tests.mutator import NOW
from tests.odd_rules import ODD_RULES, made
from tests.raw_lines import Judged, RuleSet

EVENT = '{"eventType":"view","eventName":"Products Viewed","index":"p","userToken":"t","objectIDs":["a"]%s}'
WHEN_CLICK = {"required": ["eventType"], "properties": {"eventType": {"const": "click"}}}
WRITTEN_FOR_CLICKS = made("written", {"properties": {"value": {"writtenAs": {"maxLength": 6}}}}, when=WHEN_CLICK)


def odd(*names: str) -> list[Rule]:
    return [rule for rule in ODD_RULES if rule.id in names]


def event(members: str) -> bytes:
    return (EVENT % f",{members}").encode()


def body(*members: str) -> bytes:
    events = ",".join(EVENT % (f",{one}" if one else "") for one in members)
    return f'{{"events":[{events}]}}'.encode()


# (rules, members that are known besides, a line that must not be accepted)
FAULTY: dict[str, tuple[list[Rule], tuple[str, ...], bytes]] = {
    "duplicate key": ([], (), event('"userToken":"u"')),
    "duplicate key, escaped": ([], (), event('"user\\u0054oken":"u"')),
    "escaped colon for that of a duplicate": ([], (), event('"userToken":"\\u003a"')),
    "duplicate in a member that no rule looks at": ([], ("shop",), event('"shop":{"a":1,"a":2}')),
    "invalid UTF-8 in one": ([], ("shop",), event('"shop":["é"]').replace("é".encode(), b"\xff")),
    "too large a number in one": ([], ("shop",), event('"shop":1e400')),
    "too large a number in one, by many digits": ([], ("shop",), event(f'"shop":{"9" * 299}e99')),
    "too deep in a body": ([], ("shop",), body(f'"shop":{"[" * 254}{"]" * 254}')),
    "duplicates as many as members counted twice": (odd("shop-typed", "values-alike"), ("shop",),
        body(*['"objectIDs":["a"]'] * 6)),
    "entry of the API's log": ([made("m", {"required": ["event", "status"]})], (),
        event('"status":200,"event":{"eventType":"view","index":"p"}')),
    "body with members of an event": ([made("m", {"properties": {"events": {"maxItems": 9}}})], (),
        event('"events":[{"eventType":"view","index":"p"}]')),
    "recorded call": ([made("m", {"properties": {"args": True, "method": {"minLength": 1}, "a": {"minItems": 1}}})],
        ("args",), event('"method":"clickedObjectIDs","args":[{"index":"p"}]')),
    "type twice": ([made("m", {"properties": {"event_type": {"minLength": 1}}})], ("event_type",),
        b'{"eventType":"view","index":"p","event_type":"x"}'),
    "equal to a number as written": ([*odd("differ"), WRITTEN_FOR_CLICKS], (), event('"value":"USD","currency":"USD"')),
    "written as an object": ([made("m", {"type": ["number", "string"]}, "value"), WRITTEN_FOR_CLICKS], (),
        event('"value":{"amount":1}')),
    "written as true": ([made("m", {"type": ["number", "string"]}, "value"),
        made("n", {"writtenAs": {"pattern": "^[a-z]+$"}}, "value")], (), event('"value":true')),
    "no item written so": (odd("contains-written"), (), event('"positions":[11,12]')),
    "nested, written too long": (odd("nested"), (), event('"value":{"amount":1234567}')),
    "spelled otherwise as written": ([*odd("values-alike"), made("n", {"writtenAs": {"maxLength": 9}},
        "objectData[].price")], (), body('"objectData":[{"price":"a b"}]', '"objectData":[{"price":"a_b"}]')),
    "duplicate in an object that no rule looks at": ([], (), event('"objectData":[{"a":1,"a":2}]')),
    "duplicate in one, escaped": ([], (), event('"objectData":[{"a":1,"\\u0061":":"}]')),
    "null in an object, for which there is a rule": ([made("m", {"not": {"type": "null"}}, "objectData[].a",
        nulls=True)], (), event('"objectData":[{"a":null}]')),
    "null of some events": (odd("shop-of-all"), ("shop",), body('"shop":"a"', '"shop":null')),
    "null by itself": (odd("null-shop"), ("shop",), event('"shop":null')),
    "a byte too small": ([made("m", {"not": {"byteSize": {"maximum": len(body(""))}}}, "payload")], (),
        body("") + b" \r\n"),
    "a fraction of a millisecond": ([made("m", {"not": {"age": {"maximum": NOW - 1}}}, "shop")], ("shop",),
        event('"shop":0.99999999999')),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTY)
def test_is_not_accepted(name: str, builtin_rules: list[Rule]) -> None:
    rules, extra, line = FAULTY[name]
    texts = [rule for rule in builtin_rules if rule.about == "text"]
    judged = Judged(RuleSet(name, [*texts, *rules], usual=Usual(extra=tuple((key,) for key in extra))))
    assert judged.acceptor.accept(line) == -1
    assert judged.verdict(line)[0] == ("clean" if name == "body with members of an event" else "faulty")
    assert not judged.acceptor.left_out


SALE = {
    "eventType": '"conversion"',
    "eventSubtype": '"purchase"',
    "eventName": '"Order Completed"',
    "index": '"p"',
    "userToken": '"t"',
    "authenticatedUserToken": '"a"',
    "objectIDs": '["a"]',
    "objectData": "[{%s}]",
    "queryID": f'"{"a" * 32}"',
    "timestamp": str(NOW),
    "currency": '"EUR"',
    "value": "1",
}
ITEM = {"price": "1", "discount": "2", "quantity": "3", "queryID": f'"{"b" * 32}"'}


def members(values: dict[str, str], twice: str = "") -> str:
    return ",".join(
        f'"{key}":{value}' for key, value in [*values.items(), *([(twice, values[twice])] if twice else [])]
    )


@pytest.mark.parametrize("left_out", [(), *combinations((*SALE, *ITEM), 1), *combinations((*SALE, *ITEM), 2)])
def test_every_key_that_stands_twice_is_noticed(acceptor_of_builtin: Acceptor, left_out: tuple[str, ...]) -> None:
    sale = {key: value for key, value in SALE.items() if key not in left_out}
    item = {key: value for key, value in ITEM.items() if key not in left_out}
    for twice in sale:
        assert acceptor_of_builtin.accept(f"{{{members(sale, twice)}}}".replace("%s", members(item)).encode()) == -1
    for twice in item if "objectData" in sale else ():
        line = f"{{{members(sale)}}}".replace("%s", members(item, twice))
        assert acceptor_of_builtin.accept(line.encode()) == -1


@pytest.mark.parametrize("left_out", [(), ("queryID",), ("currency", "value", "price", "discount"), ("eventSubtype",)])
def test_sales_are_accepted(acceptor_of_builtin: Acceptor, left_out: tuple[str, ...]) -> None:
    sale = {key: value for key, value in SALE.items() if key not in left_out}
    item = {key: value for key, value in ITEM.items() if key not in left_out}
    line = f"{{{members(sale)}}}".replace("%s", members(item)).encode()
    assert acceptor_of_builtin.accept(line) == 0
    assert acceptor_of_builtin.accept(b'{"events":[%s,%s]}' % (line, line)) == 2


@pytest.fixture(scope="module")
def acceptor_of_builtin(builtin_rules: list[Rule]) -> Acceptor:
    return Acceptor([rule for rule in builtin_rules if rule.enabled], now=NOW)


@pytest.mark.parametrize(
    "line",
    [
        event('"shop":{"a":[1,"x:y",null]},"value":12.50,"currency":"EUR"'),
        event('"shop":null'),
        event(f'"shop":{"[" * 253}{"]" * 253}').replace(b":", b" :\t").replace(b",", b"\r, "),
        body("", '"shop":18446744073709551616', '"timestamp":1757066975147'),
        body('"filters":["brand:a:b"]') + b" \t\r\n",
        event('"value":-0,"currency":"\\u0045UR"'),
        event('"objectData":[{"sku":"a:b","quantity":1},{"a:b":1.5}],"queryID":{"a":true}'),
    ],
)
def test_is_accepted(line: bytes) -> None:
    usual = Usual(extra=(("shop",), ("timestamp",), ("value",), ("currency",)))
    judged = Judged(RuleSet("few", [WRITTEN_FOR_CLICKS], usual=usual))
    assert judged.verdict(line) == ("accepted", "")


@pytest.mark.parametrize("now", [NOW, None])
@pytest.mark.parametrize("key", ['a"b', "a\\b", "a\nb", "", "\ud800", "a:b", "é", "events", "from", "a0", "__init__"])
def test_any_key_can_be_known(builtin_rules: list[Rule], key: str, now: int | None) -> None:
    rules = [*(rule for rule in builtin_rules if rule.enabled), made("m", {"properties": {key: {"minLength": 1}}})]
    for made_of in (builtin_rules, rules, [rules[-1]]):
        usual = Usual((key,), ((key,), (key, key), ("objectData", key)), ((key,),))
        Acceptor(made_of, now=now, usual=usual, counted=rules[-1:])


@pytest.mark.parametrize(
    "schema",
    [
        {"additionalProperties": False, "properties": {"events": True}},
        {"properties": {"store": {"not": {"const": 5}}}},
        {"not": {"required": ["store"]}},
        {"if": {"required": ["store"]}, "then": {"required": ["other"]}},
    ],
)
@pytest.mark.parametrize("counted", [False, True])
def test_what_rules_look_at_beside_the_events(schema: Schema, counted: bool) -> None:
    rule = made("beside", schema, "payload")
    usual = Usual(beside=(("store",), ("page",)))
    judged = Judged(RuleSet("beside", [] if counted else [rule], counted=[rule] if counted else [], usual=usual))
    for line in (body("", "")[:-1] + b',"store":5}', body("") + b"\n", body("")[:-1] + b',"page":":"}'):
        assert judged.verdict(line)[0] != "unsound", line


def test_rules_of_other_forms_are_not_its_business(builtin_rules: list[Rule]) -> None:
    calls = [rule for rule in builtin_rules if Form.WIRE not in rule.forms]
    assert calls
    acceptor = Acceptor(calls, now=None, counted=calls)
    assert acceptor.left_out == acceptor.counted == []


def test_without_a_clock_nothing_is_too_old(builtin_rules: list[Rule]) -> None:
    on = [rule for rule in builtin_rules if rule.enabled]
    old = event('"timestamp":1657066975147')
    assert Acceptor(on, now=NOW).accept(old) == -1
    assert Acceptor(on, now=None).accept(old) == 0


COUNTED: list[tuple[str, Any, bytes, list[int] | None]] = [
    ("event-name-not-title-case", None, body("", "").replace(b"Products", b"products"), [0, 0]),
    ("one-place", made("m", {"maxLength": 0}, "index", "userToken"), event('"x":1'), [0, 0]),
    ("two-places", None, event('"x":1'), None),
    ("two-branches", None, event('"x":1'), None),
    ("one-place-twice", None, event('"x":1'), None),
    ("place-and-below", None, event('"x":1'), None),
    ("object-data-key-misplaced", None, event('"x":1'), None),
    ("positions-not-positive", None, event('"x":1'), None),
]


@pytest.mark.parametrize(
    ("name", "rule", "line", "broken"), COUNTED, ids=lambda one: one if isinstance(one, str) else ""
)
def test_what_can_be_counted(
    builtin_rules: list[Rule], name: str, rule: Rule | None, line: bytes, broken: list[int] | None
) -> None:
    counted = rule or next(one for one in (*builtin_rules, *ODD_RULES) if one.id == name)
    acceptor = Acceptor([], now=NOW, counted=[counted], usual=Usual(extra=(("x",),)))
    assert acceptor.counted == ([counted] if broken is not None else [])
    assert acceptor.left_out == ([] if broken is not None else [counted])
    events = acceptor.accept(line)
    assert events >= 0
    assert acceptor.broken == (broken or [])
    suspects = acceptor.suspects(line)
    assert suspects is None if not events else (suspects is not None and len(suspects) == events)


def test_strings_are_not_remembered_without_end(builtin_rules: list[Rule], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strings, "MOST_REMEMBERED", 10)
    acceptor = Acceptor([rule for rule in builtin_rules if rule.enabled], now=NOW)
    for number in (*range(100), *range(100)):
        assert acceptor.accept(EVENT.replace('"t"', f'"anonymous-{number:04}"').encode() % b"") == 0
        assert acceptor.accept(EVENT.replace('"t"', f'"jane{number}@example.com"').encode() % b"") == -1
    test_events = getclosurevars(acceptor.accept).nonlocals["test_events"]
    checks = [value for name, value in getclosurevars(test_events).nonlocals.items() if name.startswith("check")]
    remembered = [texts for check in checks for texts in getclosurevars(check).nonlocals.values()]
    sizes = [len(texts) for texts in remembered if isinstance(texts, set)]
    assert max(sizes) == 10
    assert sizes.count(10) == 2
