"""Writes the function that tests what types cannot say: conditions that every accepted object meets."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from insights_lint.acceptor.conditions import is_false, is_true, loop_of
from insights_lint.acceptor.facts import Facts, assume
from insights_lint.acceptor.rewriting import reading, renamed, with_variables
from insights_lint.acceptor.simplifier import Simplifier
from insights_lint.acceptor.strings import StringTests, unless
from insights_lint.acceptor.values import MISSING, Value

_COUNTED = "COUNTED"
_COLONS = "COLONS"
"""Conditions that are met by counting: a member, and the colons in a string."""


class Writer:
    """Writes the body of a function that returns how many members an object has, or 0 if a condition is not met.

    The variables of the members are in `facts`; attributes `as_written` may be kept so. `results` are those that are
    known of functions.
    """

    def __init__(
        self, simplifier: Simplifier, as_written: AbstractSet[str], results: Mapping[str, tuple[str, str]]
    ) -> None:
        self._simplifier = simplifier
        self._as_written = as_written
        self._strings = StringTests(simplifier, results)
        self._loops = 0

    def constants(self) -> list[str]:
        """Lines that define what the blocks use besides the constants of the rules."""
        return self._strings.constants()

    def block(self, conditions: list[ast.expr], facts: Facts, indent: str) -> list[str]:
        """Lines that return 0 unless all conditions hold; they are free of contradiction with the facts."""
        parts: list[ast.expr] = []
        for condition in conditions:
            simple = self._simplifier.again(condition, dict(facts))
            if is_false(simple):
                return [f"{indent}return 0"]
            parts += simple.values if isinstance(simple, ast.BoolOp) and isinstance(simple.op, ast.And) else [simple]
        parts = [part for part in parts if not is_true(part)]
        lines: list[str] = []
        while parts:
            name, texts = self._split(parts, facts)
            if not name:
                return lines + self._plain(parts, facts, indent)
            chosen = [part for part in parts if _mentions(part, name)]
            parts = [part for part in parts if not _mentions(part, name)]
            lines += (
                self._by_text(name, texts, chosen, facts, indent)
                if texts
                else self._by_presence(name, chosen, facts, indent)
            )
        return lines

    def _split(self, parts: list[ast.expr], facts: Facts) -> tuple[str, frozenset[str]]:
        """The member that the most conditions depend on, and its texts if it is those that they depend on."""
        tests: Counter[str] = Counter()
        texts: dict[str, frozenset[str]] = {}
        for part in parts:
            for name in _decided_by(part):
                known = facts.get(name)
                if known is None:
                    continue
                if known.missing is None:
                    tests[name] += 1
                elif known.texts is not None and 1 < len(known.texts) <= 4:
                    tests[name] += 1
                    texts[name] = known.texts
        if not tests:
            return "", frozenset()
        name = max(tests, key=lambda one: (tests[one], one in texts))
        return name, texts.get(name, frozenset())

    def _by_presence(self, name: str, parts: list[ast.expr], facts: Facts, indent: str) -> list[str]:
        there = self.block(parts, {**facts, name: facts[name].there()}, indent + "    ")
        missing = self.block(parts, {**facts, name: MISSING}, indent + "    ")
        if not there and not missing:
            return []
        if not there:
            return [f"{indent}if {name} is None:", *missing]
        return [f"{indent}if {name} is not None:", *there, *([f"{indent}else:", *missing] if missing else [])]

    def _by_text(self, name: str, texts: frozenset[str], parts: list[ast.expr], facts: Facts, indent: str) -> list[str]:
        bodies: dict[str, list[str]] = {}
        for text in sorted(texts):
            known = Value(frozenset({"str"}), texts=frozenset({text}))
            lines = self.block(parts, {**facts, name: known}, indent + "    ")
            bodies.setdefault("\n".join(lines), []).append(text)
        lines = []
        word = "if"
        for body, same in sorted(bodies.items(), key=lambda one: len(one[1])):
            if body and len(bodies) == 1:
                return [line[4:] for line in body.split("\n")]
            if not body:
                continue
            test = " or ".join(f"{name} == {text!r}" for text in same)
            lines += [f"{indent}{word} {test}:", body]
            word = "elif"
        return lines

    def _plain(self, parts: list[ast.expr], facts: Facts, indent: str) -> list[str]:
        """Conditions one after the other; those on the items of one array in one loop."""
        lines, parts = _counting(parts, indent)
        parts = self._needed(parts, facts)
        loops: dict[str, list[tuple[str, ast.expr]]] = {}
        strings: dict[str, list[ast.expr]] = {}
        for part in parts:
            loop = loop_of(part)
            if loop is not None and loop[0] == "all" and isinstance(loop[2].iter, ast.Name):
                assert isinstance(loop[2].target, ast.Name)
                loops.setdefault(loop[2].iter.id, []).append((loop[2].target.id, loop[1]))
                continue
            names = {node.id for node in ast.walk(part) if isinstance(node, ast.Name) and node.id in facts}
            if len(names) == 1 and _is_string(facts[name := names.pop()]):
                strings.setdefault(name, []).append(part)
            else:
                lines += unless(self._reading(part, facts), indent)
        for name, tests in strings.items():
            lines += self._strings.lines(name, tests, facts[name], indent)
        for name, elements in loops.items():
            lines += self._loop(name, elements, facts, indent)
        return lines

    def _reading(self, part: ast.expr, facts: Facts) -> ast.expr:
        """The condition on parsed values, where some are kept as they are written."""
        names = {name for name, known in facts.items() if known.literal or (known.item and known.item.literal)}
        return reading(part, names, self._as_written) if names or self._as_written else part

    def _needed(self, parts: list[ast.expr], facts: Facts) -> list[ast.expr]:
        """The conditions without those that the others imply."""
        needed = [part for part in parts if not self._strings.is_of_digits(part, facts)]
        for number in (*range(len(needed)), *range(len(needed))):  # twice: the first time they become simpler
            others = dict(facts)
            for other in (*needed[:number], *needed[number + 1 :]):
                assume(other, others, True, self._simplifier.constants)
            needed[number] = self._simplifier.again(needed[number], others)
        return [part for part in needed if not is_true(part)]

    def _loop(self, name: str, elements: list[tuple[str, ast.expr]], facts: Facts, indent: str) -> list[str]:
        self._loops += 1
        item = f"i{self._loops}"
        known = facts[name].item or Value(missing=None)
        tests = [renamed(test, old, item) for old, test in elements]
        if known.members is None:
            excluded = [] if known.literal else [_excluded(test, item) for test in tests]
            if len(tests) == 1 and excluded and excluded[0] is not None:
                return [f"{indent}if not {excluded[0]}.isdisjoint({name}):", f"{indent}    return 0"]
            body = self.block(tests, {**facts, item: known}, indent + "    ")
            return [f"{indent}for {item} in {name}:", *body] if body else []
        return self._structures(name, item, tests, known, facts, indent)

    def _structures(
        self, name: str, item: str, tests: list[ast.expr], known: Value, facts: Facts, indent: str
    ) -> list[str]:
        """A loop over structures, whose members get variables of their own, and are counted."""
        members = known.members or {}
        variables = {f"{item}_{self._simplifier.attributes[key]}": (key, value) for key, value in members.items()}
        inside = {**facts, item: known, **{variable: value for variable, (_, value) in variables.items()}}
        by_attribute = {self._simplifier.attributes[key]: variable for variable, (key, _) in variables.items()}
        tests = [with_variables(test, item, by_attribute) for test in tests]
        body = self.block(tests, inside, indent + "    ")
        if not body:
            return []
        used = set(re.findall(r"\w+", "\n".join(body)))
        loads = [
            f"{indent}    {variable} = {item}.{self._simplifier.attributes[key]}"
            for variable, (key, _) in variables.items()
            if variable in used
        ]
        return [f"{indent}for {item} in {name}:", *loads, *body]


def own_tests(variable: str, value: Value, attributes: Mapping[str, str]) -> Iterator[str]:
    """What must be tested of a member besides the rules: that it is counted, and that it is what facts say.

    The same of the members of objects in it, whose `attributes` are given. Each must be tested once: what is counted
    twice hides a key that stands twice.
    """
    missing = f"{variable} is MISSING or " if value.missing is None else ""
    yield f"{missing}{_COUNTED}"
    if value.loose:
        yield f"{missing}{'flat' if 'dict' in (value.item or value).classes else 'plain'}({variable})"
    if value.unread:
        yield f"{missing}harmless({variable})"
    if value.literal:
        yield f"{missing}is_written({variable})"
    if value.item is not None and value.item.literal:
        yield f"{missing}all([is_written(item) for item in {variable}])"
    if value.item is not None and counts_colons(value.item):
        yield f"{missing}all([{_COLONS}(item) for item in {variable}])"
    if value.item is not None and value.item.members:
        item = f"{variable.replace('.', '_')}_item"
        members = value.item.members.items()
        tests = [test for key, member in members for test in own_tests(f"{item}.{attributes[key]}", member, attributes)]
        yield f"{missing}all([{' and '.join(f'({test})' for test in tests)} for {item} in {variable}])"


def counts_colons(item: Value) -> bool:
    """Whether the colons in items of an array are counted at once: searching takes a loop over them anyway."""
    return item.searched and item.classes == {"str"}


def _counting(parts: list[ast.expr], indent: str) -> tuple[list[str], list[ast.expr]]:
    """Lines for the parts that are met by counting, and the other parts."""
    members, lines, others = 0, [], []
    for part in parts:
        if isinstance(part, ast.Name) and part.id == _COUNTED:
            members += 1
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == _COLONS:
            lines.append(f"{indent}n += {ast.unparse(part.args[0])}.count(':')")
        else:
            others.append(part)
    return [f"{indent}n += {members}", *lines] if members else lines, others


def _is_string(known: Value) -> bool:
    return known.missing is False and (known.classes == {"str"} or known.literal)


def _decided_by(node: ast.expr) -> Iterator[str]:
    """Variables that a condition compares with MISSING or a text, outside of loops."""
    if isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _decided_by(value)
    elif isinstance(node, ast.IfExp):
        for part in (node.test, node.body, node.orelse):
            yield from _decided_by(part)
    elif isinstance(node, ast.UnaryOp):
        yield from _decided_by(node.operand)
    elif isinstance(node, ast.Compare) and isinstance(node.left, ast.Name):
        yield node.left.id


def _mentions(node: ast.expr, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))


def _excluded(test: ast.expr, item: str) -> str | None:
    """The constant of texts that the item must not be one of, if that is all."""
    if (
        isinstance(test, ast.Compare)
        and isinstance(test.ops[0], ast.NotIn)
        and isinstance(test.left, ast.Name)
        and test.left.id == item
        and isinstance(test.comparators[0], ast.Name)
    ):
        return test.comparators[0].id
    return None
