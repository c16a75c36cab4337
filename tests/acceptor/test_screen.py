"""A screen learns what is usual, slowly forgets it, and never takes a document for what readers do not."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from insights_lint.acceptor import screen
from insights_lint.acceptor.screen import Screen
from insights_lint.checks import CompiledChecks
from insights_lint.json_text.spans import Spans
from insights_lint.linter import Linter
from insights_lint.model import Form, Rule
from insights_lint.payload import Payload, Shape
from tests.json_text.test_spans import dump, random_value
from tests.mutator import NOW
from tests.odd_rules import made
from tests.raw_lines import read_line

EVENT = {"eventType": "view", "eventName": "Products Viewed", "index": "p", "userToken": "t", "objectIDs": ["a"]}
WINDOW = 50


class Stream:
    """A screen before a linter, and what was counted of the lines that passed."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.linter = Linter(CompiledChecks(rules), now=NOW)
        self.full: set[str] = {rule.id for rule in rules}
        self.counted: Counter[tuple[Shape, int, tuple[str, ...]]] = Counter()
        self.screen = Screen(
            rules,
            NOW,
            full=lambda rule: rule.id in self.full,
            alone=self.alone,
            count=self.count,
            warm_up=0,
        )

    def alone(self, payload: Payload, rules: tuple[Rule, ...]) -> list[Rule]:
        return [finding.rule for finding in Linter(CompiledChecks(rules), now=NOW).findings(payload)]

    def count(self, shape: Shape, events: int, payloads: int, broken: Sequence[Rule]) -> None:
        self.counted[shape, events, tuple(rule.id for rule in broken)] += payloads

    def passes(self, **members: Any) -> bool:
        """Whether an event with these members passes."""
        return self.lets_pass({**EVENT, **members})

    def lets_pass(self, document: Any) -> bool:
        line = json.dumps(document, separators=(",", ":")).encode() + b"\n"
        if self.screen.passes(line):
            return True
        for found in read_line(line)[0]:
            if isinstance(found, Payload):
                self.screen.saw(found, [finding.rule for finding in self.linter.findings(found)])
        return False

    def often(self, every: int = 1, **members: Any) -> int:
        """How many of the lines pass of which each so many-th has these members, in two windows."""
        return sum(self.passes(**({} if number % every else members)) for number in range(2 * WINDOW + 2))


@pytest.fixture(autouse=True)
def window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "_WINDOW", WINDOW)


@pytest.fixture
def stream() -> Stream:
    return Stream(
        [made("short-index", {"maxLength": 2}, "index"), made("no-x", {"not": {"const": "x"}}, "objectIDs[]")]
    )


def test_clean_lines_pass_and_are_counted_in_the_end(stream: Stream) -> None:
    assert not stream.passes()  # the first one shows in which order members come
    assert stream.passes()
    assert stream.passes()
    assert not stream.counted
    stream.screen.settle()
    stream.screen.settle()
    assert stream.counted == {(Shape.EVENT, 1, ()): 2}


def test_a_rule_leaves_when_it_fails_often_and_comes_back_when_it_hardly_does(stream: Stream) -> None:
    assert stream.often(every=10, index="long") < 2 * WINDOW
    assert stream.passes(index="long")
    assert stream.counted[Shape.EVENT, 1, ("short-index",)] > 0
    assert stream.often(every=60, index="long") > 2 * WINDOW  # too seldom for leaving, often enough for staying away
    assert stream.passes(index="long")
    stream.often()
    stream.often()
    assert not stream.passes(index="long")
    stream.often()
    stream.often()
    assert stream.often(every=60, index="long") == 2 * WINDOW  # too seldom for leaving


def test_a_rule_stays_while_its_violations_are_to_be_shown(stream: Stream) -> None:
    stream.full.clear()
    stream.often(index="long")
    assert not stream.passes(index="long")
    stream.full.add("short-index")
    stream.often(index="long")
    assert stream.passes(index="long")
    assert not stream.passes(index="long", objectIDs=["x"])


def test_rules_that_cannot_be_counted_are_judged_alone(stream: Stream) -> None:
    stream.often(objectIDs=["x", "a", "x"])
    before = stream.counted[Shape.EVENT, 1, ("no-x", "no-x")]
    assert stream.passes(objectIDs=["x", "a", "x"])
    assert stream.counted[Shape.EVENT, 1, ("no-x", "no-x")] == before + 1
    assert not stream.passes(objectIDs=["x"], index="long")
    stream.full.clear()
    assert not stream.passes(objectIDs=["x"])
    assert stream.passes()


def test_members_that_no_rule_minds_are_learnt(stream: Stream) -> None:
    stream.often(page="x:y", deep={"a": [1]}, **{'a"b': 1, "\ud800": 1})
    assert not stream.passes(page="z", **{'a"b': 1})
    stream.often(page="x:y", deep={"a": [1]})
    assert stream.passes(page="z")
    assert stream.passes(deep=None)
    assert not stream.passes(other=1)


def test_members_of_objects_in_events_are_learnt() -> None:
    priced = made("priced", {"type": "integer"}, "objectData[].price")
    misspelt = made("misspelt", {"rightKeys": {"price": ["cost"]}}, "objectData[]")
    stream = Stream([priced, misspelt])
    stream.full.discard("misspelt")
    assert stream.often(objectData=[{"price": 1, "sku": "a:b"}, {"cost": 2}]) == 0
    stream.often(objectData=[{"price": 1, "sku": "a:b"}, {"size": None}])
    assert stream.passes(objectData=[{"price": 1}, {"sku": ["x"], "size": 2}])
    assert not stream.passes(objectData=[{"price": "1", "sku": "x"}])
    assert not stream.passes(objectData=[{"cost": 1}])
    assert not stream.passes(objectData=[{"other": 1}])
    assert not stream.passes(sku="x")


def test_a_member_that_only_rules_mind_that_have_left_is_learnt() -> None:
    priced = made("priced", {"type": "integer"}, "objectData[].price")
    stream = Stream([priced, made("misspelt", {"rightKeys": {"price": ["cost"]}}, "objectData[]")])
    assert stream.often(objectData=[{"cost": 2}]) == WINDOW + 2
    assert stream.counted[Shape.EVENT, 1, ("misspelt",)] == WINDOW + 2
    assert stream.often() == 2 * WINDOW + 2
    assert not stream.passes(objectData=[{"cost": 2}])


def test_members_beside_the_events_are_learnt(stream: Stream) -> None:
    body = {"sentBy": "x:y", "meta": {"a": [1, ":"]}, "events": [EVENT, EVENT]}
    passed = [stream.lets_pass(body) for _ in range(3 * WINDOW)]
    assert passed == [False] * WINDOW + [True] * 2 * WINDOW
    assert stream.lets_pass({"events": [EVENT], "meta": None, "sentBy": 1.5})
    assert stream.lets_pass({"events": [EVENT]})
    assert not stream.lets_pass({"events": [EVENT], "other": 1})
    assert not stream.lets_pass({"events": [{**EVENT, "index": "long"}], "sentBy": "x"})
    assert not stream.lets_pass({**body, "sentBy": "https://insights.algolia.io/1/events"})
    assert not stream.lets_pass({"events": [{**EVENT, "objectIDs": ["x/1/events"]}], "sentBy": "x"})
    assert stream.lets_pass({"events": [{**EVENT, "objectIDs": ["x/1/events"]}]})
    assert not stream.screen.passes(json.dumps(body).replace('"sentBy"', '"meta": 1, "sentBy"').encode())
    assert not stream.screen.passes(json.dumps(body).replace('{"a"', '{"a": 1, "a"').encode())


@pytest.mark.parametrize("key", ["eventType", "index", "status", "event_type", "0"])
def test_a_telling_member_beside_the_events_is_not_learnt(stream: Stream, key: str) -> None:
    body = {key: "view", "events": [EVENT]}
    assert not any(stream.lets_pass(body) for _ in range(3 * WINDOW))
    assert stream.lets_pass({"events": [EVENT]})


def test_integers_that_are_written_as_fractions_are_learnt() -> None:
    stream = Stream([made("whole", {"type": "integer", "minimum": 1}, "positions[]")])
    assert stream.often(positions=[1.0, 2]) == WINDOW + 2
    assert stream.passes(positions=[1, 2.0])
    assert stream.passes(positions=[3])
    assert not stream.passes(positions=[1.5])
    assert not stream.passes(positions=[0.0])
    assert not stream.passes(positions=["1"])


@pytest.mark.parametrize("key", ["status", "event", "events", "method", "args", "0", "event_type", "EventType"])
def test_a_telling_member_is_not_learnt(stream: Stream, key: str) -> None:
    value: Any = {"status": 200, "event": EVENT, "events": [EVENT], "args": [EVENT]}.get(key, "view")
    stream.often(**{key: value})
    stream.often(page="x")
    assert not stream.passes(**{key: value})
    assert not stream.passes(**{key: ""})
    assert stream.passes(page="x")


def test_a_member_that_a_rule_minds_is_not_learnt() -> None:
    rule = made("misspelt", {"rightKeys": {"index": ["indexName"]}}, gives_way=True)
    never = made("never", {"properties": {"secret": False}})
    stream = Stream([rule, never])
    stream.often(indexName="p", secret=1)
    stream.often(indexName="p")
    assert not stream.passes(secret=1)
    assert not stream.passes(indexName="p", secret=1)


def test_it_does_not_learn_without_end(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "_MOST_CHANGES", 2)
    for number in range(4):
        stream.often(**{f"k{number}": 1})
    assert stream.passes(k0=1, k1=1)
    assert not stream.passes(k2=1)


def test_it_is_known_where_suspects_begin(builtin_rules: list[Rule]) -> None:
    stream = Stream([rule for rule in builtin_rules if rule.enabled])
    stream.passes()
    known = 0
    for seed in range(600):
        source = random.Random(seed)  # noqa: S311  # repeatable, and no secret
        values = (
            EVENT,
            {**EVENT, "shop": "é😀"},
            {**EVENT, "eventName": "[{,é" * 40},
            [[EVENT]],
            random_value(source, 3),
        )
        events = source.choices(values, k=source.randrange(1, 6))
        text = dump(source, {"events": events}).strip()
        payload = Payload("", {"events": events}, Shape.BODY, Form.WIRE, text, streamed=True)
        suspects = stream.screen.suspects(payload)
        if suspects is not None:
            assert suspects.keys() == {number for number, event in enumerate(events) if event is not EVENT}
            spans = Spans(text)
            assert suspects == {number: spans.value(("events", number))[0] for number in suspects}
            known += len(suspects)
    assert known > 300


@pytest.mark.parametrize(
    "line",
    [
        b'{"events":[{}],"events":[{"a":1}]}',
        b'{"events":[{}],"a":null}',
        b'{ "events":[{}]}',
        b'{"a":1,"events":[{}]}',
        b'{"events":{}}',
        b'{"eventType":"view"}',
        b"{",
    ],
)
def test_of_other_lines_suspects_are_not_known(builtin_rules: list[Rule], line: bytes) -> None:
    stream = Stream([rule for rule in builtin_rules if rule.enabled])
    stream.passes()
    for found in read_line(line)[0]:
        if isinstance(found, Payload):
            assert stream.screen.suspects(found) is None
