"""Writes the functions that test events and bodies which were decoded to structures.

They are made of the rules and of nothing else: the clock is an argument. So they can be written when a wheel is built.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import indent
from typing import Any, NamedTuple

from insights_lint.acceptor.conditions import is_true, negated
from insights_lint.acceptor.decoding import MARKS, TYPES, EventTypes
from insights_lint.acceptor.facts import Facts
from insights_lint.acceptor.simplifier import NotOnStructuresError, Simplifier
from insights_lint.acceptor.source import Writer, counts_colons, own_tests
from insights_lint.acceptor.values import MISSING, Value
from insights_lint.compiler import broken
from insights_lint.keywords.dialect import KEYWORDS
from insights_lint.keywords.keyword import Emitter
from insights_lint.model import Form, Rule

HEADER = """\
import re
from importlib import import_module

from insights_lint.acceptor.runtime import colons_in, flat, harmless, is_written, parsed, plain, read
"""


class Written(NamedTuple):
    """Source of two functions that make the tests, and what they make of the rules.

    `make_events(now, broken)` makes a test of events, which gives how many members they have, with those of their
    items and some of the colons in strings, or 0 if one breaks a rule, and a function that counts the other colons in
    an event's strings. For each rule of `counted` that an event breaks there is a number in the list `broken`
    afterwards. `make_body(now, test_events)` makes the same test of a body, from its events and its size.
    """

    source: str
    counted: list[Rule]
    left_out: list[Rule]
    """Rules of which nothing is tested."""


def written(rules: Sequence[Rule], counted: Sequence[Rule], types: EventTypes, *, clock: bool) -> Written:
    """The tests for rules on the wire; `counted` ones have one fault at most for each target."""
    events = _EventTest(rules, counted, types, clock=clock)
    body, body_left_out = _body_test(rules, types, clock=clock)
    source = "\n".join([HEADER, "", *events.source, "", "", *body, ""])
    return Written(source, events.counted, events.left_out + body_left_out)


class _EventTest:
    def __init__(self, rules: Sequence[Rule], counted: Sequence[Rule], types: EventTypes, *, clock: bool) -> None:
        self.counted = list(counted)
        self.left_out: list[Rule] = []
        self._types = types
        emitter = Emitter(KEYWORDS, Form.WIRE, "e")
        conditions = _conditions(emitter, (rule for rule in rules if rule.about == "event"))
        each = [(rule, condition) for rule in counted for condition in _each_target(emitter, rule)]
        self._simplifier = Simplifier(_constants(emitter), types.attributes)
        self._writer = Writer(self._simplifier, types.as_written, emitter.results)
        members = types.value.members or {}
        for key in members:
            emitter.get("e", key)
        self._variables = emitter.members
        self._facts: Facts = {
            "e": types.value,
            "now": _clock(known=clock),
            **{name: members.get(key, MISSING) for key, name in self._variables.items()},
        }
        test = self._test(conditions)
        tests, calls = self._counting(each)
        self.source = _maker(
            "make_events(now, broken)",
            emitter,
            [*self._writer.constants(), *tests, *test, *calls, "    return n", "", *self._colons()],
            "test_events, colons",
        )

    def _test(self, conditions: Iterable[tuple[Rule, ast.expr]]) -> list[str]:
        kept, left_out = _on_structures(self._simplifier, conditions, self._facts)
        self.left_out += left_out
        members = self._types.value.members or {}
        for key, value in members.items():
            kept += map(_parsed, own_tests(self._variables[key], value, self._types.attributes))
        kept.append(_parsed(_looks_like_event(self._variables)))
        block = self._writer.block(kept, self._facts, "        ")
        return [
            *["def test_events(events):", "    n = 0", "    for e in events:"],
            *[*self._loads(block, "        "), *block],
        ]

    def _loads(self, block: list[str], indent: str) -> list[str]:
        """Lines that give the members their variables that a block uses."""
        names = set(re.findall(r"\w+", "\n".join(block)))
        members = self._types.value.members or {}
        return [
            f"{indent}{name} = e.{self._types.attributes[key]}"
            for key, name in self._variables.items()
            if name in names and key in members
        ]

    def _counting(self, each: Sequence[tuple[Rule, ast.expr]]) -> tuple[list[str], list[str]]:
        """Functions for the rules that are counted, and lines that call them."""
        held: list[tuple[Rule, ast.expr]] = []
        for rule, condition in each:
            try:
                held.append((rule, negated(self._simplifier.condition(condition, dict(self._facts)))))
            except NotOnStructuresError:
                self.counted = [one for one in self.counted if one is not rule]
        tests: list[str] = []
        calls: list[str] = []
        for number, (rule, holds) in enumerate(one for one in held if one[0] in self.counted):
            block = self._writer.block([holds], self._facts, "    ")
            # What a block counts in passing is counted already.
            tests += [f"def holds{number}(e):", "    n = 0", *self._loads(block, "    "), *block, "    return 1", ""]
            calls += [f"        if not holds{number}(e):", f"            broken.append({self.counted.index(rule)})"]
        return tests, calls

    def _colons(self) -> list[str]:
        lines = list(_colons_of("e", self._types.value, self._types.attributes, "    "))
        return ["def colons(e):", "    n = 0", "    texts = []", *lines, "    return n + ''.join(texts).count(':')", ""]


def _body_test(rules: Sequence[Rule], types: EventTypes, *, clock: bool) -> tuple[list[str], list[Rule]]:
    """Source of what makes the test of a body, and rules that it leaves out."""
    emitter = Emitter(KEYWORDS, Form.WIRE, "e")
    conditions = _conditions(emitter, (rule for rule in rules if rule.about == "payload"))
    name = emitter.get("e", "events")
    constants = _constants(emitter)
    attributes = {**types.attributes, **types.beside, "events": "events"}
    facts: Facts = {"size": Value(frozenset({"int"})), "now": _clock(known=clock)}
    # Of other members that rules look at, an accepted body has none.
    facts |= dict.fromkeys(emitter.members.values(), MISSING)
    facts[name] = Value(frozenset({"list"}), least=1, item=types.value)
    beside = dict.fromkeys(types.beside, Value(missing=None, unread=True))
    facts["e"] = Value(frozenset({"dict"}), members={"events": facts[name], **beside})
    simplifier = Simplifier(constants, attributes)
    kept, left_out = _on_structures(simplifier, conditions, facts)
    # What cannot be wrong with a single event need not be asked of one.
    single = {**facts, name: facts[name]._replace(most=1)}
    what_if = Simplifier(constants, attributes)
    among = [one for one in kept if is_true(what_if.again(one, dict(single)))]
    writer = Writer(simplifier, types.as_written, emitter.results)
    block = writer.block([one for one in kept if one not in among], facts, "    ")
    several = writer.block(among, facts, "        ")
    test = [
        # First the events: what can be anything is known to be plain afterwards.
        *[f"def test_body({name}, size):", f"    members = test_events({name})"],
        *["    if not members:", "        return 0"],
        # What a block counts in passing, events did themselves.
        *["    n = 0", *block, *([f"    if len({name}) > 1:", *several] if several else [])],
        *["    return members + 1", ""],
    ]
    return _maker("make_body(now, test_events)", emitter, [*writer.constants(), *test], "test_body"), left_out


def _maker(signature: str, emitter: Emitter, lines: list[str], result: str) -> list[str]:
    """A function around the lines, with those of the rules' constants that they use."""
    names = set(re.findall(r"\w+", "\n".join(lines)))
    constants = [f"{name} = {source}" for source, name in emitter.constants.items() if name in names]
    # Of lines no search and no time of sending is known.
    inside = [*constants, "searches, sent_at = {}, None", *lines, f"return {result}"]
    return [f"def {signature}:", indent("\n".join(inside), "    ")]


def _clock(*, known: bool) -> Value:
    return Value(frozenset({"int"} if known else {"None"}))


def _conditions(emitter: Emitter, rules: Iterable[Rule]) -> list[tuple[Rule, ast.expr]]:
    """For each rule the condition that an object breaks it."""
    written = [(rule, broken(emitter, rule)) for rule in rules]
    return [(rule, _parsed(text)) for rule, text in written if text is not None]


def _each_target(emitter: Emitter, rule: Rule) -> Iterator[ast.expr]:
    """For each target of the rule the condition that it is broken there."""
    for target in rule.targets:
        text = broken(emitter, rule._replace(targets=(target,)))
        if text is not None:
            yield _parsed(text)


def _on_structures(
    simplifier: Simplifier, conditions: Iterable[tuple[Rule, ast.expr]], facts: Facts
) -> tuple[list[ast.expr], list[Rule]]:
    """What must be true of a structure, and the rules of which that cannot be said."""
    kept, left_out = [], []
    for rule, condition in conditions:
        try:
            kept.append(negated(simplifier.condition(condition, dict(facts))))
        except NotOnStructuresError:
            left_out.append(rule)
    return [one for one in kept if not is_true(one)], left_out


def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _mentions(condition: ast.expr, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(condition))


def _constants(emitter: Emitter) -> dict[str, Any]:
    """The values of the names in an emitter's conditions that are known before a line is."""
    namespace: dict[str, Any] = {}
    lines = ["import re", "from importlib import import_module"]
    lines += [f"{name} = {source}" for source, name in emitter.constants.items()]
    exec("\n".join(lines), namespace)  # noqa: S102  # made of the rules alone
    return {**{name: namespace[name] for name in emitter.constants.values()}, "searches": {}, "sent_at": None}


def _looks_like_event(variables: dict[str, str]) -> str:
    """A condition: readers take the object for an event, whatever the rules."""
    marks = " or ".join(f"{variables[key]} is not MISSING" for key in MARKS)
    types = " or ".join(f"{variables['eventType']} == {name!r}" for name in TYPES)
    return f"({types}) and ({marks})"


def _colons_of(owner: str, value: Value, attributes: Mapping[str, str], indent: str) -> Iterator[str]:
    """Lines that add the colons in the strings of a structure to `n`, or the strings to `texts`."""
    for key, member in (value.members or {}).items():
        name = f"{owner}.{attributes[key]}"
        if member.texts is not None or member.classes <= {"int", "float"}:
            continue
        if member.literal or member.unread or member.loose or (member.item is not None and member.item.literal):
            lines = [f"n += colons_in({name})"]
        elif member.members is not None:
            lines = [*_colons_of(name, member, attributes, ""), "pass"]
        elif member.item is None:
            lines = [f"texts.append({name})"]
        elif member.item.members is not None:
            item = f"i{len(indent)}"
            lines = [f"for {item} in {name}:", *_colons_of(item, member.item, attributes, "    "), "    pass"]
        else:
            lines = [f"texts += {name}"] if member.item.classes == {"str"} and not counts_colons(member.item) else []
        if lines:
            yield f"{indent}if {name} is not None:"
            yield from (f"{indent}    {line}" for line in lines)
