"""Decides whether a condition holds for all strings, so that one pattern can stand for several tests.

A condition is made of patterns that are searched for, of lengths and of texts that a string equals. Each of those is an
automaton; together they are run on every string there is, of which they tell finitely many kinds apart.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache, partial
from typing import Any

try:
    from re import _constants as sre  # type: ignore[attr-defined]
    from re import _parser  # type: ignore[attr-defined]
except ImportError:  # private to the library: without them nothing is known of patterns, and events take longer
    _parser = None

_MOST_STATES = 20_000
_LAST = 0x10FFFF

State = Any
Ranges = tuple[tuple[int, int], ...]


class UnknownError(Exception):
    """A condition, or a pattern, of which nothing is known."""


class _Automaton:
    """A pattern that is searched for, as states and the characters that lead from one to the next.

    A `widened` one is found in more strings: it does not look ahead.
    """

    def __init__(self, pattern: str, *, widened: bool) -> None:
        if _parser is None:
            raise UnknownError
        self._widened = widened
        self.edges: list[list[tuple[Ranges, int]]] = []
        self.empty: list[list[tuple[str, int]]] = []
        before, self.accepting = self._state(), self._state()
        start = self._state()
        self.edges[before].append((((0, _LAST),), before))
        self.edges[self.accepting].append((((0, _LAST),), self.accepting))
        self.empty[before].append(("", start))
        end = self._sequence(_parser.parse(pattern), start)
        self.empty[end].append(("", self.accepting))
        self.first = self._closed({before}, {"", "begin"})
        self._classes = {ranges for edges in self.edges for ranges, _ in edges}
        self._steps: dict[tuple[State, int], State] = {}
        self._ends: dict[State, bool] = {}

    def _state(self) -> int:
        self.edges.append([])
        self.empty.append([])
        return len(self.edges) - 1

    def _sequence(self, items: Iterable[tuple[Any, Any]], at: int) -> int:
        for op, argument in items:
            at = self._item(op, argument, at)
        return at

    def _item(self, op: Any, argument: Any, at: int) -> int:
        end = self._state()
        if op is sre.LITERAL:
            self.edges[at].append((((argument, argument),), end))
        elif op is sre.NOT_LITERAL:
            self.edges[at].append((_inverted(((argument, argument),)), end))
        elif op is sre.IN:
            self.edges[at].append((_class(argument), end))
        elif op is sre.AT and argument in (sre.AT_BEGINNING, sre.AT_BEGINNING_STRING):
            self.empty[at].append(("begin", end))
        elif op is sre.AT and argument is sre.AT_END_STRING:
            self.empty[at].append(("end", end))
        elif op is sre.SUBPATTERN:
            self.empty[self._sequence(argument[-1], at)].append(("", end))
        elif op is sre.BRANCH:
            for branch in argument[1]:
                self.empty[self._sequence(branch, at)].append(("", end))
        elif op is sre.MAX_REPEAT:
            least, most, inner = argument
            self._repeat(least, most, inner, at, end)
        else:
            self._looking_ahead(op, at, end)
        return end

    def _looking_ahead(self, op: Any, at: int, end: int) -> None:
        """Leads on where a widened pattern looks ahead. Raises UnknownError for anything else."""
        if not (self._widened and op in (sre.ASSERT, sre.ASSERT_NOT)):
            raise UnknownError
        self.empty[at].append(("", end))

    def _repeat(self, least: int, most: Any, inner: Any, at: int, end: int) -> None:
        for _ in range(least):
            at = self._sequence(inner, at)
        if most is sre.MAXREPEAT:
            loop = self._state()
            self.empty[at].append(("", loop))
            self.empty[self._sequence(inner, loop)].append(("", loop))
            self.empty[loop].append(("", end))
            return
        for _ in range(most - least):
            self.empty[at].append(("", end))
            at = self._sequence(inner, at)
        self.empty[at].append(("", end))

    def _closed(self, states: set[int], kinds: set[str]) -> frozenset[int]:
        found, waiting = set(states), list(states)
        while waiting:
            for kind, target in self.empty[waiting.pop()]:
                if kind in kinds and target not in found:
                    found.add(target)
                    waiting.append(target)
        return frozenset(found)

    def step(self, states: State, code: int) -> State:
        after = self._steps.get((states, code))
        if after is None:
            reached = {
                target
                for state in states
                for ranges, target in self.edges[state]
                if any(low <= code <= high for low, high in ranges)
            }
            after = self._steps[states, code] = self._closed(reached, {""})
        return after

    def accepts(self, states: State) -> bool:
        found = self._ends.get(states)
        if found is None:
            found = self._ends[states] = self.accepting in self._closed(set(states), {"", "end"})
        return found

    def kind(self, code: int) -> object:
        """The same for characters that lead from each state to the same ones."""
        return tuple(any(low <= code <= high for low, high in ranges) for ranges in self._classes)

    def cuts(self) -> set[int]:
        return {cut for edges in self.edges for ranges, _ in edges for low, high in ranges for cut in (low, high + 1)}


class _Texts:
    """Strings that are equal to one of these."""

    def __init__(self, texts: frozenset[str]) -> None:
        self.first: State = (0, texts)

    def step(self, state: State, code: int) -> State:
        at, texts = state
        left = frozenset(text for text in texts if len(text) > at and ord(text[at]) == code)
        return (at + 1, left) if left else (0, left)

    def accepts(self, state: State) -> bool:
        return any(len(text) == state[0] for text in state[1])

    def kind(self, code: int) -> object:
        return code if any(chr(code) in text for text in self.first[1]) else None

    def cuts(self) -> set[int]:
        return {cut for text in self.first[1] for character in text for cut in (ord(character), ord(character) + 1)}


class _Length:
    """Strings whose length stands so to a limit."""

    def __init__(self, compare: Callable[[int, int], bool], limit: int) -> None:
        self.compare, self.limit = compare, limit
        self.first: State = 0

    def step(self, state: State, _: int) -> State:
        return min(state + 1, self.limit + 1)

    def accepts(self, state: State) -> bool:
        return self.compare(state, self.limit)

    def kind(self, _: int) -> object:
        return None

    def cuts(self) -> set[int]:
        return set()


_Part = _Automaton | _Texts | _Length


@lru_cache(maxsize=256)
def _automaton(pattern: str, *, widened: bool) -> _Automaton:
    return _Automaton(pattern, widened=widened)


def _class(items: list[tuple[Any, Any]]) -> Ranges:
    negative = items[0][0] is sre.NEGATE
    ranges: list[tuple[int, int]] = []
    for op, argument in items[negative:]:
        if op is sre.LITERAL:
            ranges.append((argument, argument))
        elif op is sre.RANGE:
            ranges.append(argument)
        else:
            raise UnknownError
    return _inverted(tuple(ranges)) if negative else tuple(ranges)


def _inverted(ranges: Ranges) -> Ranges:
    found, at = [], 0
    for low, high in sorted(ranges):
        if low > at:
            found.append((at, low - 1))
        at = max(at, high + 1)
    return (*found, (at, _LAST)) if at <= _LAST else tuple(found)


_COMPARISONS: dict[type, Callable[[int, int], bool]] = {
    ast.LtE: lambda length, limit: length <= limit,
    ast.Lt: lambda length, limit: length < limit,
    ast.GtE: lambda length, limit: length >= limit,
    ast.Gt: lambda length, limit: length > limit,
    ast.Eq: lambda length, limit: length == limit,
    ast.NotEq: lambda length, limit: length != limit,
}


class Language:
    """The strings for which a condition on the variable `name` is true. Raises UnknownError.

    Of the patterns that are called `widened` it is enough that they are found in no fewer strings than they are.
    """

    def __init__(
        self, condition: ast.expr, name: str, constants: Mapping[str, Any], widened: AbstractSet[str] = frozenset()
    ) -> None:
        self._name = name
        self._constants = constants
        self._widened = widened
        self._parts: list[_Part] = []
        self._numbers: dict[str, int] = {}
        self._test = self._compiled(condition)

    def is_all(self) -> bool:
        """Whether every string is one of them; False also if there are too many kinds to look at."""
        cuts = sorted({0}.union(*(part.cuts() for part in self._parts)))
        # Of the characters that no part tells apart, one is enough.
        kinds = {tuple(part.kind(cut) for part in self._parts): cut for cut in cuts if cut <= _LAST}
        codes = list(kinds.values())
        first = tuple(part.first for part in self._parts)
        seen, waiting = {first}, [first]
        while waiting:
            state = waiting.pop()
            if not self._test([part.accepts(one) for part, one in zip(self._parts, state, strict=True)]):
                return False
            for code in codes:
                after = tuple(part.step(one, code) for part, one in zip(self._parts, state, strict=True))
                if after not in seen:
                    if len(seen) > _MOST_STATES:
                        return False
                    seen.add(after)
                    waiting.append(after)
        return True

    def _compiled(self, node: ast.expr) -> Callable[[list[bool]], bool]:
        if isinstance(node, ast.Constant):
            truth = bool(node.value)
            return lambda _: truth
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            inner = self._compiled(node.operand)
            return lambda values: not inner(values)
        if isinstance(node, ast.BoolOp):
            parts = [self._compiled(value) for value in node.values]
            every = all if isinstance(node.op, ast.And) else any
            return lambda values: every(part(values) for part in parts)
        if isinstance(node, ast.IfExp):
            test, then, other = map(self._compiled, (node.test, node.body, node.orelse))
            return lambda values: then(values) if test(values) else other(values)
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            return self._compared(node)
        raise UnknownError

    def _compared(self, node: ast.Compare) -> Callable[[list[bool]], bool]:
        left, op, right = node.left, node.ops[0], node.comparators[0]
        if self._is_search(left) and isinstance(op, (ast.Is, ast.IsNot)):
            assert isinstance(left, ast.Call)
            assert isinstance(left.func, ast.Name)
            pattern = self._constants[left.func.id].__self__.pattern
            widened = left.func.id in self._widened
            number = self._number(f"{widened} {pattern}", lambda: _automaton(pattern, widened=widened))
            return (lambda values: values[number]) if isinstance(op, ast.IsNot) else (lambda values: not values[number])
        if ast.unparse(left) == f"len({self._name})" and isinstance(right, ast.Constant):
            number = self._number(ast.unparse(node), partial(_Length, _COMPARISONS[type(op)], ast.literal_eval(right)))
            return lambda values: values[number]
        if isinstance(left, ast.Name) and left.id == self._name:
            texts = self._constants.get(right.id) if isinstance(right, ast.Name) else None
            if isinstance(right, ast.Constant) and isinstance(right.value, str):
                texts = frozenset({right.value})
            if isinstance(texts, frozenset) and isinstance(op, (ast.Eq, ast.NotEq, ast.In, ast.NotIn)):
                chosen = texts
                number = self._number(f"texts {sorted(texts)}", lambda: _Texts(chosen))
                if isinstance(op, (ast.Eq, ast.In)):
                    return lambda values: values[number]
                return lambda values: not values[number]
        raise UnknownError

    def _is_search(self, node: ast.expr) -> bool:
        return (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and len(node.args) == 1
            and isinstance(node.args[0], ast.Name)
            and node.args[0].id == self._name
            and isinstance(getattr(self._constants.get(node.func.id), "__self__", None), re.Pattern)
        )

    def _number(self, key: str, make: Callable[[], _Part]) -> int:
        if key not in self._numbers:
            self._numbers[key] = len(self._parts)
            self._parts.append(make())
        return self._numbers[key]
