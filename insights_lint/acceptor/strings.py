"""Writes tests of strings, and of numbers as they are written: a single pattern where that is enough."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from insights_lint.acceptor.conditions import conjunction, negated
from insights_lint.acceptor.facts import Facts
from insights_lint.acceptor.languages import Language, UnknownError
from insights_lint.acceptor.rewriting import copied, renamed, text_of
from insights_lint.acceptor.simplifier import Simplifier
from insights_lint.acceptor.values import Value
from insights_lint.keywords.values import literal

MOST_REMEMBERED = 65_000
"""Strings of one kind that are remembered as good, and as bad: some 8 MB. Of more than 65,536 a set takes 2 MB more."""
_MOST_WRITTEN = 100
"""Characters of a number for which a pattern is enough, if the rules have no limit."""

_CHEAP = frozenset({"len", "isinstance", "all", "any"})


class StringTests:
    """Lines for the tests of one string each, and the constants and functions that they use.

    `results` has, for names of functions, a pattern of strings for which the result is known, and that result.
    """

    def __init__(self, simplifier: Simplifier, results: Mapping[str, tuple[str, str]]) -> None:
        self._simplifier = simplifier
        self._results = results
        self._constants = simplifier.constants
        self._searches = {name for name, value in self._constants.items() if _is_search(value)}
        self._witnesses: dict[str, str] = {}
        """Source of a constant → its name."""
        self._functions: list[str] = []
        self._checks: dict[str, str] = {}
        self._always: dict[str, bool] = {}
        self._count = 0

    def constants(self) -> list[str]:
        """Lines that define what the tests use besides the constants of the rules."""
        return [*(f"{name} = {source}" for source, name in self._witnesses.items()), *self._functions]

    def lines(self, name: str, tests: list[ast.expr], known: Value, indent: str) -> list[str]:
        """Tests of one string: each time, or once for each string if that costs more than to remember it."""
        if known.literal:  # of a written one the following tells
            return self._literal(name, conjunction([test for test in tests if not _is_of_writing(test)]), indent)
        test = conjunction(tests)
        calls = {one.func.id for one in ast.walk(test) if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)}
        if calls <= self._searches | _CHEAP:
            witness = self._witness(test, name)
            return unless(ast.BoolOp(ast.Or(), [witness, test]) if witness is not None else test, indent)
        test = renamed(test, name, "x")
        clear = self._clear(test, "x")
        number = self._check(text_of(ast.BoolOp(ast.Or(), [clear, test]) if clear is not None else test), "x")
        return [f"{indent}if {name} not in good{number} and not check{number}({name}):", f"{indent}    return 0"]

    def _check(self, source: str, argument: str) -> str:
        """A function that tests a string and remembers those that are good; its number."""
        key = f"{argument} {source}"
        if key not in self._checks:
            number = self._checks[key] = str(len(self._checks))
            self._functions += [
                f"good{number} = set()",
                f"bad{number} = set()",
                f"def check{number}({argument}):",
                *(["    x = parsed(written)", "    if x is None:", "        return False"] if argument != "x" else []),
                f"    if {argument} in bad{number}:",
                "        return False",
                f"    good = {source}",
                f"    known = good{number} if good else bad{number}",
                f"    if len(known) >= {MOST_REMEMBERED}:",
                "        known.pop()",
                f"    known.add({argument})",
                "    return good",
            ]
        return self._checks[key]

    def _witness(self, test: ast.expr, name: str) -> ast.expr | None:
        """A part of the test, if it has several patterns, that decides it for the strings that it is true of."""
        patterns = dict.fromkeys(
            ast.unparse(node)
            for node in ast.walk(test)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in self._searches
        )
        if len(patterns) < 2:
            return None
        source = compile(text_of(test), "<test>", "eval")
        for node in ast.walk(test):
            if (
                isinstance(node, ast.Compare)
                and isinstance(node.ops[0], ast.In)
                and isinstance(node.comparators[0], ast.Name)
            ):
                texts = self._constants[node.comparators[0].id]
                # The source is made of the rules alone.
                if all(eval(source, {**self._constants, name: text}) for text in texts):  # noqa: S307
                    return node
        for pattern in patterns:
            witness = ast.parse(f"{pattern} is not None", mode="eval").body
            if self._follows(test, witness, name):
                return witness
        return None

    def _clear(self, test: ast.expr, name: str) -> ast.expr | None:
        """A condition that is sooner tested, and is true only of strings for which the test is, which calls a function.

        It is that the function's result is known, and whatever else costs little to test.
        """
        names = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}
        known = names & self._results.keys()
        if len(known) != 1:
            return None
        function = known.pop()
        pattern, result = self._results[function]
        search = self._witnesses.setdefault(f"re.compile({pattern!r}).search", f"W{len(self._witnesses)}")
        parts = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]
        given = conjunction(
            [ast.parse(f"{search}({name}) is not None", mode="eval").body, *(one for one in parts if _is_cheap(one))]
        )
        facts = {name: Value(frozenset({"str"})), "result": Value(frozenset({"str"}), texts=frozenset({result}))}
        rest = self._simplifier.again(_Results(function).visit(copied(test)), facts)
        constants = {**self._constants, search: re.compile(pattern).search}
        formula = ast.BoolOp(ast.Or(), [negated(given), rest])
        return given if self._is_always_true(formula, name, constants, frozenset({search})) else None

    def _follows(self, test: ast.expr, given: ast.expr, name: str) -> bool:
        """Whether the test is true of every string for which the other is."""
        return self._is_always_true(ast.BoolOp(ast.Or(), [negated(given), test]), name, self._constants)

    def _is_always_true(
        self,
        condition: ast.expr,
        name: str,
        constants: Mapping[str, Any],
        widened: AbstractSet[str] = frozenset(),
    ) -> bool:
        key = f"{name} {ast.unparse(ast.fix_missing_locations(condition))}"
        if key not in self._always:
            try:
                self._always[key] = Language(condition, name, constants, widened).is_all()
            except UnknownError:
                self._always[key] = False
        return self._always[key]

    def _literal(self, name: str, test: ast.expr, indent: str) -> list[str]:
        """Tests of a number or string that was kept as it is written: by a pattern, or else once for each text."""
        number = self._check(text_of(renamed(test, name, "x")), "written")
        self._count += 1
        text = f"t{self._count}"
        slow = f"{text} not in good{number} and not check{number}({text})"
        found = self._literal_witness(test, name)
        if found is None:
            return [
                f"{indent}if ({text} := bytes({name})) not in good{number} and not check{number}({text}):",
                f"{indent}    return 0",
            ]
        pattern, most = found
        witness = self._witnesses.setdefault(f"re.compile({pattern!r}).fullmatch", f"W{len(self._witnesses)}")
        fast = f"len({text} := bytes({name})) > {most} or {witness}({text}) is None"
        return [f"{indent}if ({fast}) and {slow}:", f"{indent}    return 0"]

    def _literal_witness(self, test: ast.expr, name: str) -> tuple[bytes, int] | None:
        """(pattern of what is written, most characters) that such a text meets the test with."""
        tests = []
        for classes in ({"int", "float"}, {"str"}):
            facts = {name: Value(frozenset(classes))}
            simple = self._simplifier.again(test, facts)
            tests.append(_Literals(self._constants, name, is_text=classes == {"str"}).visit(copied(simple)))
        both = conjunction(tests)
        limits: list[int] = [
            ast.literal_eval(node.comparators[0])
            for node in ast.walk(both)
            if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.LtE)
        ]
        most = min(limits, default=_MOST_WRITTEN)
        for search in dict.fromkeys(
            node.func.id for node in ast.walk(both) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        ):
            pattern: str = getattr(getattr(self._constants.get(search), "__self__", None), "pattern", "")
            if not (pattern.startswith("^") and pattern.endswith(r"\Z") and pattern.isascii()):
                continue
            if re.search(pattern, "-0") and not re.search(pattern, "0"):
                continue  # an integer that is written -0 is 0 when it is judged
            inner = f"(?:{pattern[1:-2]})"
            given = f"{search}(text) is not None and len(text) <= {most}"
            safe = f"WRITTEN_ALIKE(text) is not None and WHOLE_{search}(text) is not None"
            constants = {
                **self._constants,
                "WRITTEN_ALIKE": _WRITTEN_ALIKE,
                f"WHOLE_{search}": re.compile(f"^{inner}\\Z").search,
            }
            wanted = ast.BoolOp(ast.And(), [both, ast.parse(safe, mode="eval").body])
            formula = ast.BoolOp(ast.Or(), [negated(ast.parse(given, mode="eval").body), wanted])
            if self._is_always_true(formula, "text", constants):
                return f'(?=[-0-9]){inner}|"{inner}"'.encode(), most
        return None

    def is_of_digits(self, part: ast.expr, facts: Facts) -> bool:
        """Whether it is a test of how an integer is written that is not negative, which all of those pass."""
        names = {node.id for node in ast.walk(part) if isinstance(node, ast.Name) and node.id in facts}
        known = facts[name := names.pop()] if len(names) == 1 else Value()
        if known.classes != {"int"} or known.low is None or known.low < 0:
            return False
        test = _Literals(self._constants, name, is_text=False).visit(copied(part))
        constants = {**self._constants, "DIGITS": re.compile(r"^[0-9]+\Z").search}
        formula = ast.BoolOp(ast.Or(), [ast.parse("DIGITS(text) is None", mode="eval").body, test])
        return self._is_always_true(formula, "text", constants)


def unless(test: ast.expr, indent: str) -> list[str]:
    """Lines that return 0 unless the test is passed."""
    return [f"{indent}if not ({text_of(test)}):", f"{indent}    return 0"]


_WRITTEN_ALIKE = re.compile(r"^[ !#-\[\]-~]*\Z").search
"""Texts that JSON writes as they are, between quotation marks."""


def _is_of_writing(test: ast.expr) -> bool:
    """Whether it only tests that a number or a string is written there."""
    return isinstance(test, ast.Call) and isinstance(test.func, ast.Name) and test.func.id == "is_written"


def _is_search(value: object) -> bool:
    return isinstance(getattr(value, "__self__", None), re.Pattern)


def _is_cheap(test: ast.expr) -> bool:
    """Whether it only looks at a string's length, or whether it is one of a few."""
    calls = [node.func for node in ast.walk(test) if isinstance(node, ast.Call)]
    return all(isinstance(one, ast.Name) and one.id == "len" for one in calls)


class _Results(ast.NodeTransformer):
    """Puts `result` in the place of a function's calls."""

    def __init__(self, function: str) -> None:
        self.function = function

    def visit_Call(self, node: ast.Call) -> ast.expr:  # ast's interface
        if isinstance(node.func, ast.Name) and node.func.id == self.function:
            return ast.Name("result")
        return ast.Call(node.func, [self.visit(one) for one in node.args], [])


class _Literals(ast.NodeTransformer):
    """Puts `text` in the place of a literal's text, and of a string itself."""

    def __init__(self, constants: Mapping[str, Any], name: str, *, is_text: bool) -> None:
        self.constants, self.name, self.is_text = constants, name, is_text

    def visit_Call(self, node: ast.Call) -> ast.expr:  # ast's interface
        if isinstance(node.func, ast.Name) and self.constants.get(node.func.id) is literal:
            return ast.Name("text")
        return ast.Call(node.func, [self.visit(one) for one in node.args], [])

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name("text") if self.is_text and node.id == self.name else node
