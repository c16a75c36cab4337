"""Makes of rules the functions that test events and bodies that were decoded to structures."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from insights_lint.acceptor.conditions import is_true, negated
from insights_lint.acceptor.decoding import Decoding, wishes
from insights_lint.acceptor.facts import Facts
from insights_lint.acceptor.runtime import FUNCTIONS
from insights_lint.acceptor.simplifier import NotOnStructuresError, Simplifier
from insights_lint.acceptor.source import Writer, own_tests
from insights_lint.acceptor.values import MISSING, Value
from insights_lint.compiler import broken
from insights_lint.keywords.dialect import KEYWORDS
from insights_lint.keywords.keyword import Emitter
from insights_lint.model import Form, Rule

_TYPES = ("click", "conversion", "view")
_MARKS = (
    *("eventName", "userToken", "objectIDs", "queryID", "objectData"),
    *("eventSubtype", "index", "filters", "positions"),
)
"""Members by which readers know events, beside their type."""
_TELLING = frozenset({"events", "event", "status", "method", "args", "0"})
"""Members by which readers know bodies, entries of the API's log, and calls."""


class EventTest:
    """The type that events are decoded to, and the functions that test them.

    `test` gives how many members an event has, with those of its items, or 0 if it breaks a rule; for each rule of
    `counted` that it breaks there is a number in `broken` then. `colons` counts those in the event's strings.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        counted: Sequence[Rule],
        now: int | None,
        extra: tuple[str, ...],
        order: tuple[str, ...],
    ) -> None:
        self.counted = list(counted)
        self.left_out: list[Rule] = []
        self.broken: list[int] = []
        emitter = Emitter(KEYWORDS, Form.WIRE, "e")
        conditions = _conditions(emitter, (rule for rule in rules if rule.about == "event"))
        each = [(rule, condition) for rule in counted for condition in _each_target(emitter, rule)]
        wish = wishes(rules)
        for key, name in emitter.members.items():
            wish.member(key).kept |= any(_mentions(condition, name) for _, condition in each)
        for key in ("eventType", *_MARKS):
            wish.member(key).kept = True
        wish.members = {key: below for key, below in wish.members.items() if not tells_otherwise(key)}
        extra = tuple(key for key in extra if not tells_otherwise(key))
        self.decoding = Decoding(order)
        self.extra = extra
        self.type, self.value = self.decoding.structure(wish, extra)
        self._constants = {**_constants(emitter), "now": now}
        self._simplifier = Simplifier(self._constants, self.decoding.attributes)
        self._writer = Writer(self._simplifier, self.decoding.as_written, emitter.results)
        members = self.value.members or {}
        for key in members:
            emitter.get("e", key)
        self._variables = emitter.members
        self._facts: Facts = {
            "e": self.value,
            "now": Value(frozenset({"int"} if now is not None else {"None"})),
            **{name: members.get(key, MISSING) for key, name in self._variables.items()},
        }
        test = self._test_event(conditions)
        tests, calls = self._counting(each)
        self.source = "\n".join([*self._writer.constants(), *tests, *test, *calls, "    return n", "", *self._colons()])
        namespace: dict[str, Any] = {**self._constants, **FUNCTIONS, "now": now, "broken": self.broken}
        exec(compile(self.source, "<events>", "exec"), namespace)  # noqa: S102  # made of the rules alone
        self.test: Callable[[Any], int] = namespace["test_event"]
        self.colons: Callable[[Any], int] = namespace["colons"]

    def _test_event(self, conditions: Iterable[tuple[Rule, ast.expr]]) -> list[str]:
        kept, left_out = _on_structures(self._simplifier, conditions, self._facts)
        self.left_out += left_out
        members = self.value.members or {}
        for key, value in members.items():
            tests = list(own_tests(self._variables[key], value))
            if value.unread:
                tests.append(f"{self._variables[key]} is MISSING or harmless({self._variables[key]})")
            kept += map(_parsed, tests)
        kept.append(_parsed(_looks_like_event(self._variables)))
        required = sum(value.missing is False for value in members.values())
        block = self._writer.block(kept, self._facts, "    ")
        return ["def test_event(e):", f"    n = {required}", *self._loads(block), *block]

    def _loads(self, block: list[str]) -> list[str]:
        """Lines that give the members their variables that a block uses."""
        names = set(re.findall(r"\w+", "\n".join(block)))
        members = self.value.members or {}
        return [
            f"    {name} = e.{self.decoding.attributes[key]}"
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
            tests += [f"def holds{number}(e):", "    n = 0", *self._loads(block), *block, "    return 1", ""]
            calls += [f"    if not holds{number}(e):", f"        broken.append({self.counted.index(rule)})"]
        return tests, calls

    def _colons(self) -> list[str]:
        lines = list(_colons_of("e", self.value, self.decoding, "    "))
        return ["def colons(e):", "    n = 0", "    texts = []", *lines, "    return n + ''.join(texts).count(':')", ""]


def generated_body_test(
    rules: Sequence[Rule], events: EventTest, now: int | None
) -> tuple[Callable[[list[Any], int], int], list[Rule]]:
    """A function that tests events of a body, and its size, as `EventTest.test` does one; rules that it leaves out."""
    emitter = Emitter(KEYWORDS, Form.WIRE, "e")
    conditions = _conditions(emitter, (rule for rule in rules if rule.about == "payload"))
    name = emitter.get("e", "events")
    constants = {**_constants(emitter), "now": now}
    events.decoding.attribute("events")
    attributes = events.decoding.attributes
    facts: Facts = {"size": Value(frozenset({"int"})), "now": Value()}
    facts[name] = Value(frozenset({"list"}), least=1, item=events.value)
    facts["e"] = Value(frozenset({"dict"}), members={"events": facts[name]})
    simplifier = Simplifier(constants, attributes)
    kept, left_out = _on_structures(simplifier, conditions, facts)
    # What cannot be wrong with a single event need not be asked of one.
    single = {**facts, name: replace(facts[name], most=1)}
    what_if = Simplifier(constants, attributes)
    among = [one for one in kept if is_true(what_if.again(one, dict(single)))]
    writer = Writer(simplifier, events.decoding.as_written, emitter.results)
    lines = writer.block([one for one in kept if one not in among], facts, "    ")
    several = writer.block(among, facts, "        ")
    lines += [f"    if len({name}) > 1:", *several] if several else []
    source = [
        # What a block counts in passing, events do themselves.
        *[f"def holds({name}, size):", "    n = 0", *lines, "    return 1", ""],
        *[f"def test_body({name}, size):", f"    if not {name}:", "        return 0", "    n = 1"],
        # First the events: what can be anything is known to be plain afterwards.
        *[f"    for event in {name}:", "        found = test_event(event)"],
        *["        if not found:", "            return 0", "        n += found"],
        *[f"    return n if holds({name}, size) else 0", ""],
    ]
    namespace: dict[str, Any] = {**constants, **FUNCTIONS, "test_event": events.test}
    exec(compile("\n".join([*writer.constants(), *source]), "<bodies>", "exec"), namespace)  # noqa: S102
    test: Callable[[list[Any], int], int] = namespace["test_body"]
    return test, left_out


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
    """The values of the names in an emitter's conditions; of lines no search and no time of sending is known."""
    namespace: dict[str, Any] = {}
    lines = ["import re", "from importlib import import_module"]
    lines += [f"{name} = {source}" for source, name in emitter.constants.items()]
    exec("\n".join(lines), namespace)  # noqa: S102  # made of the rules alone
    return {**{name: namespace[name] for name in emitter.constants.values()}, "searches": {}, "sent_at": None}


def _looks_like_event(variables: dict[str, str]) -> str:
    """A condition: readers take the object for an event, whatever the rules."""
    marks = " or ".join(f"{variables[key]} is not MISSING" for key in _MARKS)
    types = " or ".join(f"{variables['eventType']} == {name!r}" for name in _TYPES)
    return f"({types}) and ({marks})"


def tells_otherwise(key: str) -> bool:
    """Whether readers may take an object for something else than an event because it has the member."""
    return key in _TELLING or (key != "eventType" and key.replace("_", "").lower() == "eventtype")


def _colons_of(owner: str, value: Value, decoding: Decoding, indent: str) -> Iterator[str]:
    """Lines that add the colons in the strings of a structure to `n`, or the strings to `texts`."""
    for key, member in (value.members or {}).items():
        name = f"{owner}.{decoding.attributes[key]}"
        if member.texts is not None or member.classes == {"int"}:
            continue
        if member.literal or member.unread or member.loose or (member.item is not None and member.item.literal):
            lines = [f"n += colons_in({name})"]
        elif member.members is not None:
            lines = [*_colons_of(name, member, decoding, ""), "pass"]
        elif member.item is None:
            lines = [f"texts.append({name})"]
        elif member.item.members is not None:
            item = f"i{len(indent)}"
            lines = [f"for {item} in {name}:", *_colons_of(item, member.item, decoding, "    "), "    pass"]
        else:
            lines = [f"texts += {name}"] if member.item.classes == {"str"} else []
        if lines:
            yield f"{indent}if {name} is not None:"
            yield from (f"{indent}    {line}" for line in lines)
