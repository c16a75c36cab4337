"""Simplified conditions say the same of structures as the original ones of the dictionaries that they were."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from insights_lint.acceptor import generation, runtime
from insights_lint.acceptor.conditions import negated
from insights_lint.acceptor.decoding import EventTypes
from insights_lint.acceptor.facts import Facts
from insights_lint.acceptor.rewriting import reading, text_of
from insights_lint.acceptor.simplifier import NotOnStructuresError, Simplifier
from insights_lint.acceptor.values import MISSING, Value
from insights_lint.acceptor.wishes import wishes
from insights_lint.compiler import broken
from insights_lint.json_text.parsing import parse
from insights_lint.keywords.dialect import KEYWORDS
from insights_lint.keywords.keyword import Emitter
from insights_lint.model import Form, Rule
from tests.clean_traffic import Traffic
from tests.mutator import NOW, Mutator, write
from tests.odd_rules import ODD_RULES

NO_CONSTANTS: dict[str, Any] = {}


def simplified(condition: str, **facts: Value) -> str:
    simplifier = Simplifier(NO_CONSTANTS, {"k": "a0"})
    return ast.unparse(simplifier.condition(ast.parse(condition, mode="eval").body, dict(facts)))


TEXT = Value(frozenset({"str"}), least=1, most=9)
COUNT = Value(frozenset({"int"}), low=1)
MAYBE = Value(frozenset({"str"}), missing=None)
ENUM = Value(frozenset({"str"}), texts=frozenset({"a", "b"}))
OBJECT = Value(frozenset({"dict"}), members={"k": MAYBE})
OBJECTS = Value(frozenset({"list"}), item=OBJECT)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("x.__class__ is str", "True"),
        ("x.__class__ is not str or y > 3", "y > 3"),
        ("len(x) >= 1", "True"),
        ("i - y <= 5 and i - y <= 9", "i - y <= 5"),
        ("i - y <= 9 and (i - y > 9 or i - y <= 5)", "i - y <= 9 and i - y <= 5"),
        ("i - y <= 5 and i - j <= 9 and y - i <= 9", "i - y <= 5 and i - j <= 9 and (y - i <= 9)"),
        ("i - x <= 5 and i - x <= 9", "i - x <= 5 and i - x <= 9"),
        ("len(x) <= 8", "len(x) <= 8"),
        ("len(x) > 9", "False"),
        ("y >= 1 and y >= 2", "y >= 2"),
        ("y >= 2 and y >= 1", "y >= 2"),
        ("m is MISSING or m.__class__ is str", "True"),
        ("m is MISSING or m.__class__ is int", "m is MISSING"),
        ("m.__class__ is str", "m.__class__ is str"),
        ("e is MISSING", "False"),
        ("n is not MISSING and n > 1", "False"),
        ("t == 'a' or t == 'b'", "True"),
        ("t == 'c'", "False"),
        ("t != 'a' and t == 'b'", "t != 'a'"),
        ("isinstance(y, float)", "False"),
        ("not (x.__class__ is str and y > 3)", "not y > 3"),
        ("(v := x).__class__ is str and len(v) > 3", "len(x) > 3"),
        ("'k' in o", "o.a0 is not MISSING"),
        ("'z' in o", "False"),
        ("o.get('z', MISSING) is MISSING", "True"),
        ("all([i.__class__ is dict for i in s])", "True"),
        ("all([i.__class__ is str for i in s])", "len(s) == 0"),
        ("any([i.__class__ is dict for i in s])", "len(s) > 0"),
        ("any(['k' in i for i in s])", "any([i.a0 is not MISSING for i in s])"),
        ("len({'k' in i for i in s if i.__class__ is dict}) < 2", "len({i.a0 is not MISSING for i in s}) < 2"),
    ],
)
def test_simplified(condition: str, expected: str) -> None:
    facts = {
        "x": TEXT,
        "y": COUNT,
        "i": COUNT,
        "m": MAYBE,
        "e": TEXT,
        "n": MISSING,
        "t": ENUM,
        "o": OBJECT,
        "s": OBJECTS,
    }
    assert simplified(condition, **facts) == expected


@pytest.mark.parametrize("condition", ["f(o)", "f(s)", "o == x", "{i for i in s}", "o.values()", "f(u)", "u == x"])
def test_structures_are_refused(condition: str) -> None:
    with pytest.raises(NotOnStructuresError):
        simplified(condition, o=OBJECT, s=OBJECTS, x=TEXT, u=Value(unread=True))


@pytest.mark.parametrize(
    ("condition", "opposite"),
    [
        ("a and b is None", "not a or b is not None"),
        ("x is None", "x is not None"),
        ("x in y", "x not in y"),
        ("all([x for x in y])", "any([not x for x in y])"),
        ("x < y", "not x < y"),
    ],
)
def test_opposites(condition: str, opposite: str) -> None:
    node = ast.parse(condition, mode="eval").body
    assert ast.unparse(negated(node)) == opposite
    assert ast.unparse(negated(negated(node))) == condition


class Both:
    """A rule's condition as the compiler wrote it, of dictionaries, and simplified, of structures."""

    def __init__(self, rule: Rule, others: list[Rule]) -> None:
        emitter = Emitter(KEYWORDS, Form.WIRE, "e")
        condition = ast.parse(broken(emitter, rule) or "False", mode="eval").body
        self.members = emitter.members
        decoding = EventTypes([])
        kind, value = decoding.structure(wishes([*others, rule]))
        self.decode = msgspec.json.Decoder(kind).decode
        self.attributes = decoding.attributes
        constants = {**generation._constants(emitter), "now": NOW}
        known = value.members or {}
        facts: Facts = {"e": value, "now": Value(frozenset({"int"}))}
        facts |= {name: known.get(key, MISSING) for key, name in emitter.members.items()}
        simple = Simplifier(constants, decoding.attributes).condition(condition, facts)
        written = {name for name, member in facts.items() if member.literal or (member.item and member.item.literal)}
        self.constants = {**constants, **vars(runtime), "MISSING": None}
        self.original = compile(text_of(condition), "<original>", "eval")
        self.simple = compile(text_of(reading(simple, written, decoding.as_written)), "<simple>", "eval")

    def said(self, text: bytes) -> tuple[bool, bool] | None:
        """What the two say of an event; None if it is not of the types."""
        try:
            structure = self.decode(text)
            if not all(map(_is_plain, _values(structure))):
                return None
        except msgspec.MsgspecError:
            return None
        event = parse(text.decode()).document
        original = {name: event.get(key) for key, name in self.members.items()}
        simple = {name: getattr(structure, self.attributes.get(key, ""), None) for key, name in self.members.items()}
        return (
            bool(eval(self.original, self.constants | original | {"e": event})),  # noqa: S307  # made of the rules
            bool(eval(self.simple, self.constants | simple | {"e": structure})),  # noqa: S307
        )


def _values(structure: msgspec.Struct) -> Iterator[Any]:
    """What stands in a structure, and in those in it, as far as it is there."""
    for name in structure.__struct_fields__:
        value = getattr(structure, name)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, msgspec.Struct):
                yield from _values(item)
            elif item is not None or isinstance(value, list):
                yield item


def _is_plain(value: Any) -> bool:
    return runtime.is_written(value) if isinstance(value, msgspec.Raw) else runtime.plain(value)


def test_rules_say_the_same_of_structures(builtin_rules: list[Rule]) -> None:
    traffic, mutator = Traffic(4), Mutator(4, [Traffic(number).event() for number in range(60)])
    nodes = [*(traffic.event() for _ in range(60)), *(mutator.event() for _ in range(500))]
    texts = [text for text in (write(node).encode("utf-8", "surrogatepass") for node in nodes) if b"null" not in text]
    on = [rule for rule in builtin_rules if rule.enabled]
    said: Counter[tuple[bool, bool]] = Counter()
    refused = 0
    for rule in (*builtin_rules, *ODD_RULES):
        if rule.about != "event" or rule.nulls or Form.WIRE not in rule.forms:
            continue
        for others in ([], on):
            try:
                both = Both(rule, others)
            except NotOnStructuresError:
                refused += 1
                continue
            for text in texts:
                if (answers := both.said(text)) is not None:
                    assert answers[0] == answers[1], (rule.id, text)
                    said[answers] += 1
    assert said[False, False] > 3000
    assert said[True, True] > 500
    assert refused < 20
