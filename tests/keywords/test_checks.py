"""The check keywords: for each a table of cases, what it offers to messages, and which arguments it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from insights_lint.compiler import compiled, evaluate
from insights_lint.json_text.parsing import parse
from insights_lint.keywords.contents import decoded, duration
from insights_lint.keywords.dialect import CHECKS, KEYWORDS
from insights_lint.keywords.keyword import Evaluation, Fault
from insights_lint.keywords.spelling import folded
from insights_lint.model import Form, Json, Layer, Rule, Schema, Severity, pointer_text
from insights_lint.payload import Known
from insights_lint.reference import ReferenceChecks
from insights_lint.ruleset.schemas import schema_mistakes

NOW = 1_757_066_975_147
DAY = 86_400_000
HOUR = 3_600_000
SEARCHED = "43b15df305339e827f0ac0bdc5ebcaa7"


@dataclass(frozen=True)
class Case:
    """A value as JSON text, and the pointers that the keyword blames for it; `!` before one blames the member's key."""

    keyword: str
    argument: Json
    text: str
    at: tuple[str, ...] = ()
    form: Form = Form.WIRE
    now: int | None = NOW
    size: int | None = None
    names: dict[str, str] = field(default_factory=dict)
    """Names that the first fault offers to messages."""
    label: str | None = None
    related: tuple[str, ...] = ()
    """Pointers of the first fault's related places."""
    missing: tuple[str, ...] = ()
    sent_at: int | None = None
    searches: dict[str, int] = field(default_factory=dict)

    @property
    def known(self) -> Known:
        return Known(self.now, self.size, self.sent_at, self.searches)

    def __str__(self) -> str:
        return f"{self.keyword} {self.argument} on {self.text[:40]}"


def cases(keyword: str, argument: Json, *rows: tuple[str, *tuple[str, ...]]) -> Iterator[Case]:
    """Cases of one argument: the text of the value, then the pointers that are blamed."""
    for text, *at in rows:
        yield Case(keyword, argument, text, tuple(at))


def since_search(
    text: str, *at: str, sent_at: int | None = None, searches: dict[str, int] | None = None, **more: Any
) -> Case:
    """A case of an hour, with one search that was captured at NOW unless others are given."""
    known = {SEARCHED: NOW} if searches is None else searches
    return Case("sinceSearch", {"maximum": HOUR}, text, at, now=None, sent_at=sent_at, searches=known, **more)


PAIR = ["a", "b"]
SUM = {"total": "value", "of": "items", "factors": ["price", "quantity"], "tolerance": "0.01"}
RIGHT = {"eventType": [], "index": ["indexName", "search_index"], "queryID": []}
AGE = {"minimum": -300_000, "maximum": 4 * DAY}
TITLE = {"exempt": ["__start__"]}

CASES: list[Case] = [
    # sameLength
    *cases(
        "sameLength",
        PAIR,
        ('{"a": [1], "b": [2]}',),
        ('{"a": [], "b": []}',),
        ('{"a": [1, 2], "b": [3]}', "/b"),
        ('{"a": [], "b": [3]}', "/b"),
        ('{"a": [1], "b": []}', "/b"),
        # It looks at two arrays, or not at all.
        ('{"a": [1, 2]}',),
        ('{"b": [1, 2]}',),
        ('{"a": [1, 2], "b": "x"}',),
        ('{"a": null, "b": [1]}',),
        ('{"a": {"0": 1}, "b": [1, 2]}',),
        ("[[1], [1, 2]]",),
        ('"ab"',),
        # Templates count as items.
        ('{"a": ["${x}"], "b": [1]}',),
        ('{"a": ["${x}"], "b": [1, 2]}', "/b"),
        ('{"a": "${x}", "b": [1, 2]}',),
    ),
    Case(
        "sameLength",
        PAIR,
        '{"a": [1, 2, 3], "b": [1]}',
        ("/b",),
        names={"first": "a", "second": "b", "first_length": "3", "second_length": "1", "second_items": "1 item"},
        label="1 b",
        related=("/a",),
    ),
    Case(
        "sameLength", PAIR, '{"a": [1], "b": []}', ("/b",), names={"first_items": "1 item", "second_items": "0 items"}
    ),
    # allOrNone
    *cases(
        "allOrNone",
        "t",
        ("[]",),
        ("[{}, {}]",),
        ('[{"t": 1}, {"t": null}]',),
        ('[{"t": 1}]',),
        ('[{"t": 1}, {}]', "/1"),
        ('[{}, {"t": 1}, {"T": 1}]', "/0", "/2"),
        # Items that are no objects neither have the member nor lack it.
        ('[1, "t", null, ["t"], {"t": 1}]',),
        ("[1, {}]",),
        ('[3, {}, {"t": 1}]', "/1"),
        ('{"t": 1}',),
        ('"t"',),
        ('[{"t": "${x}"}, {}]', "/1"),
    ),
    Case(
        "allOrNone",
        "t",
        '[{"t": 1}, {}, {"t": 2}]',
        ("/1",),
        names={"member": "t", "having": "2", "items": "3"},
        label="no `t`",
        missing=("t",),
    ),
    # differ
    *cases(
        "differ",
        PAIR,
        ('{"a": 1, "b": 2}',),
        ('{"a": 1, "b": 1}', "/b"),
        ('{"a": 1, "b": 1.0}', "/b"),
        ('{"a": 1, "b": true}',),
        ('{"a": 0, "b": false}',),
        ('{"a": "1", "b": 1}',),
        ('{"a": "x", "b": "X"}',),
        ('{"a": {"x": 1, "y": [2]}, "b": {"y": [2.0], "x": 1}}', "/b"),
        ('{"a": [1, 2], "b": [2, 1]}',),
        ('{"a": null, "b": null}', "/b"),
        ('{"a": 1}',),
        ('{"b": 1}',),
        ("{}",),
        ("[1, 1]",),
        # What a template will say is not known.
        ('{"a": "${x}", "b": "${x}"}',),
        ('{"a": ["${x}"], "b": ["${x}"]}',),
    ),
    Case("differ", PAIR, '{"a": "x", "b": "x"}', ("/b",), names={"first": "a", "second": "b"}, related=("/a",)),
    # writtenAs
    *cases(
        "writtenAs",
        {"maxLength": 4},
        ("1.50",),
        ("1.500", ""),
        ("12345", ""),
        ("1234",),
        ("-123",),
        ("1e10",),
        ("1.0e2", ""),
        ('"abcd"',),
        ('"abcde"', ""),
        ("true",),
        ("null",),
        ("[12345]",),
        ('{"a": 12345}',),
        ('"${token}"',),
    ),
    *cases(
        "writtenAs",
        {"pattern": "^-?[0-9]+$"},
        ("10",),
        ("-0",),
        ("10.0", ""),
        ("1e3", ""),
        ('"10"',),
        ('"1_0"', ""),
        ('""', ""),
        ("123456789012345678901234567890",),
    ),
    *cases("writtenAs", True, ("1.0",), ('"x"',)),
    *cases("writtenAs", False, ("1.0", ""), ('"x"', ""), ("null",)),
    Case(
        "writtenAs",
        {"maxLength": 3},
        "0.059999999999999",
        ("",),
        names={"literal": "0.059999999999999", "length": "17"},
        label="17 characters",
    ),
    # decodesTo
    *cases(
        "decodesTo",
        {"pattern": "^[^:%]+:[^:%]+$"},
        ('"brand:apple"',),
        ('"brand%3Aapple"',),
        ('"brand%3aapple"',),
        ('"brand%253Aapple"', ""),
        ('"apple"', ""),
        ('"a%20b:c"',),
        ('"a:b%2"', ""),
        ('"a:+"',),
        ('""', ""),
        ("1",),
        ('["apple"]',),
        ('"${filter}"',),
    ),
    *cases("decodesTo", {"const": "é"}, ('"%C3%A9"',), ('"é"',), ('"%E9"', "")),
    *cases("decodesTo", {"const": "\ufffd"}, ('"%E9"',), ('"%C3%A9"', "")),
    Case("decodesTo", {"pattern": ":"}, '"brand%3Aapple"', ("",), form=Form.CALL, names={"decoded": "brand%3Aapple"}),
    Case("decodesTo", {"pattern": ":"}, '"brand:apple"', form=Form.CALL),
    Case("decodesTo", {"pattern": ":"}, '"brand%3Aapple"', form=Form.TAIL),
    Case("decodesTo", {"not": {"const": "a b"}}, '"a%20b"', ("",), names={"decoded": "a b"}),
    # age
    *cases(
        "age",
        AGE,
        (f"{NOW}",),
        (f"{NOW - 4 * DAY}",),
        (f"{NOW - 4 * DAY - 1}", ""),
        (f"{NOW + 300_000}",),
        (f"{NOW + 300_001}", ""),
        (f"{NOW - 4 * DAY}.0",),
        (f"{NOW - 4 * DAY - 1}.0", ""),
        (f"{NOW + 300_000}.5", ""),
        ("0", ""),
        (f'"{NOW - 5 * DAY}"',),
        ("true",),
        ("null",),
        ('["0"]',),
        ('"${now}"',),
    ),
    *cases("age", {"maximum": 1000}, (f"{NOW + DAY}",), (f"{NOW - 1000}",), (f"{NOW - 1001}", "")),
    *cases("age", {"minimum": 0}, ("0",), (f"{NOW}",), (f"{NOW + 1}", "")),
    Case("age", AGE, "0", now=None),
    Case("age", AGE, f"{NOW - 31 * DAY}", ("",), names={"age": "31 days", "maximum": "4 days"}, label="31 days old"),
    Case("age", AGE, f"{NOW + 600_000}", ("",), names={"age": "10 minutes ahead", "minimum": "5 minutes"}),
    # noPersonalData
    *cases(
        "noPersonalData",
        "certain",
        ('"jane@example.com"', ""),
        ('"jane%40example.com"', ""),
        ('"192.168.0.1"', ""),
        ('"415-555-0132"',),
        ('"user-1"',),
        ('""',),
        ("4155550132",),
        ('["jane@example.com"]',),
        ('"${name}@example.com"',),
    ),
    *cases(
        "noPersonalData",
        "suspected",
        ('"415-555-0132"', ""),
        ('"123-45-6789"', ""),
        ('"jane@example.com"',),
        ('"user-1"',),
        ("null",),
    ),
    Case("noPersonalData", "certain", '"::1"', ("",), names={"kind": "an IP address"}, label="an IP address"),
    # titleCase
    *cases(
        "titleCase",
        {},
        ('"Product Clicked"',),
        ('"Added to Cart"',),
        ('"product clicked"', ""),
        ('"__start__"', ""),
        ('""',),
        ('"é"',),
        ("1",),
        ("null",),
        ('["product clicked"]',),
        ('"{{name}} clicked"',),
    ),
    *cases("titleCase", TITLE, ('"__start__"',), ('"items_shown"', ""), ('"Added to Cart"',)),
    *cases("titleCase", {"smallWords": "capital"}, ('"Added to Cart"', ""), ('"Added To Cart"',)),
    *cases("titleCase", {"smallWords": "either"}, ('"Added to Cart"',), ('"Added To Cart"',), ('"added to Cart"', "")),
    Case("titleCase", {}, '"pdp_add_to_cart"', ("",), names={"suggestion": "Pdp Add To Cart"}),
    # spelledAlike
    *cases(
        "spelledAlike",
        "events[].name",
        ('{"events": [{"name": "Add To Cart"}, {"name": "Add To Cart"}]}',),
        ('{"events": [{"name": "Add To Cart"}, {"name": "Add to cart"}]}', "/events/1/name"),
        ('{"events": [{"name": "a b"}, {"name": "a_b"}, {"name": "a-b"}]}', "/events/1/name", "/events/2/name"),
        ('{"events": [{"name": "a b"}, {"name": "c"}, {"name": " AB "}, {"name": "a b"}]}', "/events/2/name"),
        ('{"events": [{"name": "straße"}, {"name": "STRASSE"}]}', "/events/1/name"),
        ('{"events": [{"name": "ab"}, {"name": "a.b"}, {"name": "abc"}]}',),
        ('{"events": [{"name": "1"}, {"name": 1}, {}, 2, null, {"name": ["1 "]}]}',),
        ('{"events": {"name": "a"}}',),
        ('{"name": "a"}',),
        ('[{"name": "a"}, {"name": "A"}]',),
        ('{"events": [{"name": "${a}"}, {"name": "${A}"}]}',),
        ('{"events": [{"name": "${a}"}, {"name": "a"}, {"name": "A"}]}', "/events/2/name"),
    ),
    Case(
        "spelledAlike",
        "events[].name",
        '{"events": [{"name": "Hit Seen"}, {"name": "hit seen"}]}',
        ("/events/1/name",),
        names={"first": "Hit Seen"},
        related=("/events/0/name",),
    ),
    # rightKeys
    *cases(
        "rightKeys",
        RIGHT,
        ('{"eventType": 1, "index": 2, "queryID": 3}',),
        ("{}",),
        ('{"eventtype": 1}', "!/eventtype"),
        ('{"EVENTTYPE": 1}', "!/EVENTTYPE"),
        ('{"event_type": 1}', "!/event_type"),
        ('{"event-type": 1}', "!/event-type"),
        ('{"event__Type": 1}', "!/event__Type"),
        ('{"e_v_e_n_t_T_y_p_e": 1}', "!/e_v_e_n_t_T_y_p_e"),
        ('{"queryId": 1, "Index": 2}', "!/queryId", "!/Index"),
        ('{"queryId": 1, "query_id": 2}', "!/queryId", "!/query_id"),
        # Aliases are taken as they are written.
        ('{"indexName": 1}', "!/indexName"),
        ('{"search_index": 1}', "!/search_index"),
        ('{"index_name": 1}',),
        ('{"INDEXNAME": 1}',),
        # The right key is there.
        ('{"indexName": 1, "index": 2}',),
        ('{"query_id": 1, "queryID": null}',),
        # Leading and trailing signs mark another key, spaces do not count.
        ('{"__queryID": 1, "_queryID": 1, "-queryID": 1}',),
        ('{"queryID_": 1}',),
        ('{"query ID": 1}',),
        ('{"queryIDs": 1, "query": 2}',),
        ('[{"queryId": 1}]',),
        ('"queryId"',),
        ('{"queryId": "${id}"}', "!/queryId"),
    ),
    Case(
        "rightKeys",
        RIGHT,
        '{"indexName": "products"}',
        ("!/indexName",),
        names={"key": "indexName", "suggestion": "index"},
        missing=("index",),
    ),
    # equalsSum
    *cases(
        "equalsSum",
        SUM,
        ('{"value": 20, "items": [{"price": 10, "quantity": 2}]}',),
        ('{"value": "20.00", "items": [{"price": "10", "quantity": 2.0}]}',),
        ('{"value": 21, "items": [{"price": 10, "quantity": 2}]}', ""),
        ('{"value": 20.01, "items": [{"price": 10, "quantity": 2}]}',),
        ('{"value": 19.99, "items": [{"price": 10, "quantity": 2}]}',),
        ('{"value": 20.011, "items": [{"price": 10, "quantity": 2}]}', ""),
        ('{"value": 0.3, "items": [{"price": 0.1}, {"price": 0.2}]}',),
        ('{"value": 0.28, "items": [{"price": 0.1}, {"price": 0.2}]}', ""),
        ('{"value": 99999999999999.99, "items": [{"price": 33333333333333.33, "quantity": 3}]}',),
        ('{"value": 99999999999999.97, "items": [{"price": 33333333333333.33, "quantity": 3}]}', ""),
        ('{"value": -5, "items": [{"price": -5}]}',),
        ('{"value": 0, "items": [{"price": 5, "quantity": 0}]}',),
        # One number that is missing or none, and nothing can be said.
        ('{"value": 1, "items": []}',),
        ('{"value": 1, "items": [{"quantity": 2}]}',),
        ('{"value": 1, "items": [{"price": 5}, {}]}',),
        ('{"value": 1, "items": [{"price": 5}, 5]}',),
        ('{"value": 1, "items": [{"price": "5 EUR"}]}',),
        ('{"value": 1, "items": [{"price": "NaN"}]}',),
        ('{"value": 1, "items": [{"price": true}]}',),
        ('{"value": 1, "items": [{"price": 5, "quantity": null}]}',),
        ('{"value": "Infinity", "items": [{"price": 5}]}',),
        ('{"value": null, "items": [{"price": 5}]}',),
        ('{"items": [{"price": 5}]}',),
        ('{"value": 1}',),
        ('{"value": 1, "items": {"price": 5}}',),
        ("[1]",),
        ('{"value": "${total}", "items": [{"price": 5}]}',),
        ('{"value": 1, "items": [{"price": "${price}"}]}',),
    ),
    *cases("equalsSum", {**SUM, "tolerance": 1}, ('{"value": 6, "items": [{"price": 5}]}',)),
    *cases("equalsSum", {**SUM, "factors": ["price"]}, ('{"value": 5, "items": [{"price": 5, "quantity": 2}]}',)),
    Case(
        "equalsSum",
        SUM,
        '{"value": 5, "items": [{"price": "1.5", "quantity": 2}, {"price": 4}]}',
        ("",),
        names={"total": "5", "sum": "7.0"},
    ),
    # byteSize
    *(
        Case("byteSize", {"maximum": 1000}, text, at, size=size)
        for text in ("{}", "[]", "1")
        for size, at in ((None, ()), (0, ()), (1000, ()), (1001, ("",)))
    ),
    Case(
        "byteSize",
        {"maximum": 1_999_999},
        "{}",
        ("",),
        size=2_000_000,
        names={"size": "2,000,000", "maximum": "1,999,999"},
    ),
    # sinceSearch: the event's own time comes before that of its request
    *(
        since_search(f'{{"queryID": "{SEARCHED}", "timestamp": {NOW + distance}}}', *at, sent_at=sent_at)
        for distance, at in (
            *((0, ()), (HOUR, ()), (-HOUR, ()), (DAY, ("/timestamp",))),
            *((HOUR + 1, ("/timestamp",)), (-HOUR - 1, ("/timestamp",))),
        )
        for sent_at in (None, NOW, NOW + DAY)
    ),
    *(
        since_search(f'{{"queryID": "{SEARCHED}"}}', *at, sent_at=sent_at)
        for sent_at, at in (
            *((None, ()), (NOW, ()), (NOW + HOUR, ()), (NOW - HOUR, ())),
            *((NOW + HOUR + 1, ("/queryID",)), (NOW - DAY, ("/queryID",))),
        )
    ),
    # Of the searches, only that of its query ID counts.
    *(
        since_search(f'{{"queryID": "{query_id}", "timestamp": 1}}', sent_at=NOW + DAY, searches={SEARCHED: NOW})
        for query_id in ("", "0" * 32, SEARCHED.upper(), SEARCHED[:-1])
    ),
    since_search(f'{{"queryID": "{SEARCHED}"}}', sent_at=NOW, searches={"0" * 32: NOW - DAY, SEARCHED: NOW}),
    since_search(
        f'{{"queryID": "{SEARCHED}"}}', "/queryID", sent_at=NOW, searches={"0" * 32: NOW, SEARCHED: NOW - DAY}
    ),
    since_search(f'{{"queryID": "{SEARCHED}", "timestamp": {NOW + DAY}}}', sent_at=NOW + DAY, searches={}),
    since_search("{}", sent_at=NOW + DAY),
    # Query IDs that are no strings, and times that are no milliseconds, have rules of their own.
    *(
        since_search(f'{{"queryID": {query_id}, "timestamp": {NOW + DAY}}}', sent_at=NOW + DAY)
        for query_id in ("null", "true", "5", "[]", f'["{SEARCHED}"]', f'{{"{SEARCHED}": 1}}')
    ),
    *(
        since_search(f'{{"queryID": "{SEARCHED}", "timestamp": {time}}}', sent_at=NOW + DAY)
        for time in (
            *("null", "true", "0", "-1", "[]", "{}", f'"{NOW + DAY}"', f"{NOW + DAY}.0", f"{NOW + DAY}.5"),
            *("1e13", f"{NOW // 1000}", f"{NOW * 1000}", "999999999999", "10000000000000"),
        )
    ),
    since_search(f'{{"queryID": "{SEARCHED}", "timestamp": 1000000000000}}', "/timestamp"),
    since_search(f'{{"queryID": "{SEARCHED}", "timestamp": 9999999999999}}', "/timestamp"),
    *(since_search(text, sent_at=NOW + DAY) for text in ("null", "5", f'"{SEARCHED}"', f'["{SEARCHED}"]', "[]")),
    *(
        since_search(text, sent_at=NOW + DAY, searches={SEARCHED: NOW, "${query}": NOW})
        for text in (
            f'{{"queryID": "{SEARCHED}", "timestamp": "${{now}}"}}',
            f'{{"queryID": "${{query}}x", "timestamp": {NOW + DAY}}}',
        )
    ),
    since_search(
        f'{{"queryID": "{SEARCHED}", "timestamp": {NOW + 2 * HOUR}}}',
        "/timestamp",
        names={"distance": "120 minutes", "maximum": "1 hour"},
        label="120 minutes from the search",
    ),
]


def rule_of(schema: Schema, target: str) -> Rule:
    return Rule("made", "made", "Made.", Severity.ERROR, Layer.STYLE, schema, (target,), forms=frozenset(Form))


def marked(fault: Fault) -> str:
    return f"{'!' if fault.on_key else ''}{pointer_text(fault.at)}"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_faults(case: Case) -> None:
    parsed = parse(case.text, templates=True)
    assert parsed.error is None
    schema = {case.keyword: case.argument}
    evaluation = Evaluation(KEYWORDS, case.form, case.known)
    faults = list(evaluation.faults(schema, parsed.document))
    assert tuple(map(marked, faults)) == case.at
    assert evaluation.holds(schema, parsed.document) == (not case.at)
    for fault in faults:
        assert fault.keyword == case.keyword  # not a keyword of its argument: a check blames its own value
        assert fault.names.keys() <= {*KEYWORDS[fault.keyword].names, "key"}
    if faults:
        first = faults[0]
        assert {name: first.names[name] for name in case.names} == case.names
        assert first.label == case.label or case.label is None
        assert tuple(pointer_text(at) for at, _ in first.related) == case.related or not case.related
        assert first.missing == case.missing or not case.missing
        assert all(words for _, words in first.related)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_code_and_reference(case: Case) -> None:
    """The generated code and the library say the same, on a member and, for objects, at the root."""
    parsed = parse(case.text, templates=True)
    plain = not parsed.templates
    schema = {case.keyword: case.argument}
    events = [("value", {"value": parsed.document})]
    if isinstance(parsed.document, dict):
        events.append(("event", parsed.document))
    for target, event in events:
        rule = rule_of(schema, target)
        evaluated = {fault.at for fault in evaluate(Evaluation(KEYWORDS, case.form, case.known), rule, event)}
        judge = ReferenceChecks([rule]).judge([rule], case.form)
        reference = {fault.at for _, fault in judge(event, known=case.known, plain=plain)}
        assert len(evaluated) == len(case.at)
        assert reference == evaluated
        if plain:
            assert compiled([rule], case.form)(event, case.known) == ([0] if case.at else [])


def test_every_keyword_has_cases() -> None:
    for keyword in CHECKS:
        own = [case for case in CASES if case.keyword == keyword.name]
        assert any(case.at for case in own), keyword.name
        assert any(not case.at for case in own), keyword.name
        offered = {name for case in own for name in case.names}
        assert offered >= set(keyword.names), keyword.name
        assert keyword.docs.endswith("."), keyword.name


# Under `not`, a keyword that looks at a template is satisfied, whatever it says.
@pytest.mark.parametrize(
    ("keyword", "argument", "text"),
    [
        ("differ", PAIR, '{"a": "${x}", "b": "y"}'),
        ("writtenAs", {"minLength": 1}, '"${x}"'),
        ("decodesTo", {"pattern": ":"}, '"brand:${x}"'),
        ("noPersonalData", "certain", '"${x}"'),
        ("titleCase", {}, '"${x} Clicked"'),
        ("age", AGE, '"${now}"'),
        ("spelledAlike", "events[].name", '{"events": [{"name": "${x}"}, {"name": "a"}]}'),
        ("equalsSum", SUM, '{"value": 5, "items": [{"price": "${x}"}]}'),
        ("sinceSearch", {"maximum": HOUR}, '{"queryID": "${x}"}'),
        ("sinceSearch", {"maximum": HOUR}, f'{{"queryID": "{SEARCHED}", "timestamp": "${{x}}"}}'),
    ],
)
def test_templates_under_not(keyword: str, argument: Json, text: str) -> None:
    evaluation = Evaluation(KEYWORDS, Form.WIRE, Known(NOW, None, NOW + DAY, {SEARCHED: NOW}))
    templated, plain = parse(text, templates=True), parse(text)
    assert templated.templates == 1
    assert evaluation.holds({keyword: argument}, templated.document)
    assert evaluation.holds({"not": {keyword: argument}}, templated.document)
    assert evaluation.holds({keyword: argument}, plain.document) != evaluation.holds(
        {"not": {keyword: argument}}, plain.document
    )


SINCE: Json = {"sinceSearch": {"maximum": HOUR}}


@pytest.mark.parametrize(
    ("schema", "broken"),
    [
        ({"properties": {"events": {"items": SINCE}}}, True),
        ({"not": {"required": ["events"], "properties": {"events": {"type": "array", "items": SINCE}}}}, False),
        ({"properties": {"events": {"items": {"not": {"type": "object", **SINCE}}}}}, True),
        ({"properties": {"events": {"contains": {"type": "object", **SINCE}}}}, False),
        ({"properties": {"events": {"items": {"if": {"type": "object", **SINCE}, "then": False}}}}, True),
        ({"properties": {"events": {"items": {"anyOf": [SINCE, {"sinceSearch": {"maximum": 2 * DAY}}]}}}}, False),
        ({"properties": {"events": {"items": {"oneOf": [SINCE, {"sinceSearch": {"maximum": DAY}}]}}}}, True),
    ],
)
def test_a_search_is_known_at_any_depth_of_a_schema(schema: Schema, broken: bool) -> None:
    """Of two events, one lies a day from the search, and the other in time."""
    events = [{"queryID": SEARCHED, "timestamp": NOW + distance} for distance in (DAY, HOUR)]
    known = Known(None, None, None, {SEARCHED: NOW})
    rule = rule_of(schema, "event")
    assert list(schema_mistakes(schema, validate=True)) == []
    evaluated = {fault.at for fault in evaluate(Evaluation(KEYWORDS, Form.WIRE, known), rule, {"events": events})}
    judge = ReferenceChecks([rule]).judge([rule], Form.WIRE)
    assert {fault.at for _, fault in judge({"events": events}, known=known, plain=True)} == evaluated
    assert compiled([rule], Form.WIRE)({"events": events}, known) == [0] * broken
    assert bool(evaluated) is broken


@pytest.mark.parametrize(
    ("keyword", "argument", "wrong"),
    [
        ("sameLength", PAIR, [["a"], ["a", "b", "c"], ["a", 1], "a", {}]),
        ("allOrNone", "timestamp", [1, ["timestamp"], None]),
        ("differ", PAIR, [["a"], [], "ab", [1, 2]]),
        ("writtenAs", {"maxLength": 1}, [1, "a", [], {"maxLenght": 1}, {"maxLength": -1}]),
        ("decodesTo", {"pattern": "^a$"}, [1, "a", {"pattern": r"\p{L}"}]),
        ("age", {"minimum": 1, "maximum": 2}, [{}, {"minimum": 0.5}, {"max": 1}, 5, {"minimum": 1, "unit": "ms"}]),
        ("sinceSearch", {"maximum": 1}, [{}, 5, {"minimum": 1}, {"maximum": 0.5}, {"maximum": 1, "minimum": 0}]),
        ("noPersonalData", "certain", ["maybe", True, ["certain"]]),
        ("titleCase", {}, [{"smallWords": "lower"}, {"exempt": "a"}, {"exempt": [1]}, {"small-words": "either"}, True]),
        ("spelledAlike", "events[].name", ["", "a..b", "[]", ".a", 1, "a[0]"]),
        ("rightKeys", {"index": ["indexName"]}, [[], {"index": "indexName"}, {"index": [1]}, "index"]),
        (
            "equalsSum",
            SUM,
            [
                {},
                {**SUM, "factors": []},
                {**SUM, "of": 1},
                {**SUM, "tolerance": None},
                {**SUM, "more": 1},
                {"total": "a"},
            ],
        ),
        ("byteSize", {"maximum": 0}, [{}, {"maximum": -1}, {"maximum": 1.5}, {"maximum": 1, "minimum": 0}, 5]),
    ],
)
def test_arguments(keyword: str, argument: Json, wrong: list[Json]) -> None:
    assert list(schema_mistakes({keyword: argument}, validate=True)) == []
    accepted = [one for one in wrong if not list(schema_mistakes({keyword: one}, validate=True))]
    assert accepted == []


def test_every_argument_is_tried() -> None:
    (mark,) = (mark for mark in test_arguments.pytestmark if mark.name == "parametrize")  # type: ignore[attr-defined]
    assert {row[0] for row in mark.args[1]} == {keyword.name for keyword in CHECKS}


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [
        (0, "0 milliseconds"),
        (1, "1 millisecond"),
        (999.9, "999 milliseconds"),
        (1_000, "1 second"),
        (59_999, "59 seconds"),
        (60_000, "1 minute"),
        (-300_000, "5 minutes"),
        (3_600_000, "1 hour"),
        (DAY - 1, "23 hours"),
        (DAY, "1 day"),
        (30 * DAY + 5, "30 days"),
    ],
)
def test_duration(milliseconds: float, words: str) -> None:
    assert duration(milliseconds) == words


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("queryID", "queryid"),
        ("query_id", "queryid"),
        ("query--ID", "queryid"),
        ("a-_b", "ab"),
        ("__queryID", "__queryid"),
        ("-a_b", "-ab"),
        ("a_", "a_"),
        ("_", "_"),
        ("", ""),
    ],
)
def test_folded(key: str, expected: str) -> None:
    assert folded(key) == expected


@pytest.mark.parametrize(
    ("form", "expected"), [(Form.WIRE, "a:b%20c"), (Form.TAIL, "a:b%20c"), (Form.CALL, "a%3Ab%2520c")]
)
def test_decoded(form: Form, expected: str) -> None:
    assert decoded("a%3Ab%2520c", form) == expected
