"""Simplifies the conditions of compiled rules by what is known of the values that they look at.

A condition is the expression that `insights_lint.compiler` generates for events that are dictionaries. What the types
of decoded structures guarantee is taken out of it, and members are read from structures instead. Whatever is not
understood stays as it is: a condition may come out longer than it could be, but never with another meaning.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from insights_lint.acceptor.conditions import (
    FALSE,
    TRUE,
    is_float_test,
    is_keys,
    is_length,
    is_missing,
    is_true,
    joined,
    length_of,
    loop_of,
    negated,
)
from insights_lint.acceptor.facts import Facts, assume, decided, difference_of
from insights_lint.acceptor.values import MISSING, Value
from insights_lint.keywords.values import literal


class NotOnStructuresError(Exception):
    """A condition that needs a dictionary where there is a structure."""


class Simplifier:
    """Simplifies conditions in which constants have these values.

    `attributes` tells how members of structures are called there.
    """

    def __init__(self, constants: Mapping[str, Any], attributes: Mapping[str, str]) -> None:
        self.constants = constants
        self.attributes = attributes
        self._aliases: dict[str, ast.expr] = {}

    def condition(self, node: ast.expr, facts: Facts) -> ast.expr:
        """The condition, simplified: a constant if the facts decide it.

        Raises NotOnStructuresError.
        """
        if isinstance(node, ast.BoolOp):
            return self._bool_op(node, facts)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return negated(self.condition(node.operand, facts))
        if isinstance(node, ast.IfExp):
            return self._choice(node, facts)
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            return self._compared(node, facts)
        if isinstance(node, ast.Call):
            return self._call(node, facts)
        if isinstance(node, ast.Name) and node.id in self.constants:
            return ast.Constant(bool(self.constants[node.id]))
        return self.value(node, facts)[0]

    def again(self, node: ast.expr, facts: Facts) -> ast.expr:
        """A condition that was simplified, once more is known; it stays as it is where that leads to a structure."""
        try:
            return self.condition(node, facts)
        except NotOnStructuresError:
            return node

    # Conditions of conditions

    def _bool_op(self, node: ast.BoolOp, facts: Facts) -> ast.expr:
        all_of = isinstance(node.op, ast.And)
        facts = dict(facts)
        values = []
        for operand in node.values:
            value = self.condition(operand, facts)
            values.append(value)
            if isinstance(value, ast.Constant) and value.value is not all_of:
                break
            assume(value, facts, all_of, self.constants)
        return joined(all_of, values)

    def _choice(self, node: ast.IfExp, facts: Facts) -> ast.expr:
        test = self.condition(node.test, facts)
        if isinstance(test, ast.Constant):
            return self.condition(node.body if test.value else node.orelse, facts)
        then, other = dict(facts), dict(facts)
        assume(test, then, True, self.constants)
        assume(test, other, False, self.constants)
        body, orelse = self.condition(node.body, then), self.condition(node.orelse, other)
        # (not test or body) and (test or orelse); most often one of them is always true.
        if is_true(orelse):
            return joined(False, [negated(test), body])
        if is_true(body):
            return joined(False, [test, orelse])
        return ast.IfExp(test, body, orelse)

    # Comparisons

    def _compared(self, node: ast.Compare, facts: Facts) -> ast.expr:
        found = self._compare(node, facts)
        if isinstance(found, ast.Constant):
            # What was given a name on the way must be known where the name is used.
            for part in ast.walk(node.left):
                if isinstance(part, ast.NamedExpr):
                    self._aliases.setdefault(part.target.id, part.value)
        return found

    def _compare(self, node: ast.Compare, facts: Facts) -> ast.expr:
        op, right = node.ops[0], node.comparators[0]
        if isinstance(node.left, ast.Attribute) and node.left.attr == "__class__":
            return self._class_test(node.left.value, op, right, facts)
        if isinstance(op, (ast.In, ast.NotIn)) and isinstance(node.left, ast.Constant):
            member = self._has_member(right, node.left.value, facts)
            if member is not None:
                return member if isinstance(op, ast.In) else negated(member)
        if isinstance(op, ast.LtE) and is_keys(node.left) and isinstance(right, ast.Name):
            return self._keys_test(node.left, facts, lambda keys: keys <= self.constants[right.id])
        left, known = self.value(node.left, facts)
        result = decided(op, left, right, known, self.constants)
        if result is not None:
            return ast.Constant(result)
        if not (isinstance(op, (ast.Is, ast.IsNot)) and is_missing(right)):
            self._refuse_structure(left, known)
        return ast.Compare(left, [op], [self.value(right, facts)[0]])

    def _class_test(self, value: ast.expr, op: ast.cmpop, right: ast.expr, facts: Facts) -> ast.expr:
        left, known = self.value(value, facts)
        assert isinstance(right, ast.Name)  # the compiler writes nothing else
        positive = isinstance(op, ast.Is)
        if known.missing is False or known.missing is True:
            if right.id not in known.classes:
                return ast.Constant(not positive)
            if known.classes == {right.id}:
                return ast.Constant(positive)
        return ast.Compare(ast.Attribute(left, "__class__"), [op], [right])

    def _has_member(self, node: ast.expr, key: Any, facts: Facts) -> ast.expr | None:
        """Whether a structure has the member; None for a test of something else."""
        owner, known = self.value(node, facts)
        if known.members is None:
            return None
        member = known.members.get(key)
        if member is None:
            return FALSE
        if member.missing is False:
            return TRUE
        found = ast.Attribute(owner, self.attributes[key])
        return ast.Compare(found, [ast.IsNot()], [ast.Name("MISSING")])

    def _keys_test(self, node: Any, facts: Facts, holds: Any) -> ast.expr:
        """A test of the keys of an object, which holds for some keys if it holds for more of them."""
        _, known = self.value(node.func.value, facts)
        if known.members is None:
            return ast.Constant(False) if known.classes.isdisjoint({"dict"}) else self._unknown()
        if holds(frozenset(known.members)):
            return TRUE
        return self._unknown()

    def _unknown(self) -> ast.expr:
        raise NotOnStructuresError

    # Calls

    def _call(self, node: ast.Call, facts: Facts) -> ast.expr:
        if (loop := loop_of(node)) is not None:
            return self._loop(*loop, facts)
        if is_float_test(node):
            value, known = self.value(node.args[0], facts)
            if known.missing is False and "float" not in known.classes:
                return FALSE
            if known.missing is False and known.classes == {"float"}:
                return TRUE
            return ast.Call(node.func, [value, *node.args[1:]], [])
        if isinstance(node.func, ast.Name) and len(node.args) == 2 and is_keys(node.args[0]):
            test, argument = self.constants[node.func.id], node.args[1]
            assert isinstance(argument, ast.Name)
            return self._keys_test(node.args[0], facts, lambda keys: test(keys, self.constants[argument.id]))
        return self.value(node, facts)[0]

    def _loop(self, name: str, element: ast.expr, generator: ast.comprehension, facts: Facts) -> ast.expr:
        values, known = self.value(generator.iter, facts)
        assert isinstance(generator.target, ast.Name)
        inside = {**facts, generator.target.id: known.item or Value()}
        test = self.condition(element, inside)
        if isinstance(test, ast.Constant):
            if test.value is (name == "all"):
                return test
            # Of nothing, or of everything that there is, the opposite.
            if known.least:
                return test
            return ast.Compare(length_of(values), [ast.Eq() if name == "all" else ast.Gt()], [ast.Constant(0)])
        loop = ast.comprehension(generator.target, values, [], 0)
        return ast.Call(ast.Name(name), [ast.ListComp(test, [loop])], [])

    # Values

    def value(self, node: ast.expr, facts: Facts) -> tuple[ast.expr, Value]:
        """The expression on structures, and what is known of its value."""
        if isinstance(node, ast.Name):
            if node.id in self._aliases:
                return self.value(self._aliases[node.id], facts)
            known = MISSING if is_missing(node) else facts.get(node.id, _ANYTHING)
            # Members that are never there have no variable where the condition is tested.
            return (ast.Name("MISSING") if known.missing else node), known
        if isinstance(node, ast.NamedExpr):
            return self._named(node, facts)
        if isinstance(node, ast.Call):
            return self._called(node, facts)
        if isinstance(node, ast.Attribute):
            return self._attribute(node, facts)
        if isinstance(node, ast.IfExp):
            test = self.condition(node.test, facts)
            if isinstance(test, ast.Constant):
                return self.value(node.body if test.value else node.orelse, facts)
        if isinstance(node, (ast.BoolOp, ast.Compare)):
            return self.condition(node, facts), _BOOLEAN
        if isinstance(node, (ast.ListComp, ast.SetComp)):
            return self._comprehension(node, facts)
        found = self._rebuilt(node, facts)
        return found, facts.get(difference_of(found, facts), _ANYTHING)

    def _attribute(self, node: ast.Attribute, facts: Facts) -> tuple[ast.expr, Value]:
        owner, known = self.value(node.value, facts)
        for key, member in (known.members or {}).items():
            if self.attributes[key] == node.attr:
                return ast.Attribute(owner, node.attr), member
        self._refuse_structure(owner, known)
        return ast.Attribute(owner, node.attr), _ANYTHING

    def _named(self, node: ast.NamedExpr, facts: Facts) -> tuple[ast.expr, Value]:
        value, known = self.value(node.value, facts)
        if isinstance(value, ast.Name):
            self._aliases[node.target.id] = value
            return value, known
        facts[node.target.id] = known
        return ast.NamedExpr(ast.Name(node.target.id), value), known

    def _called(self, node: ast.Call, facts: Facts) -> tuple[ast.expr, Value]:
        if is_length(node):
            value, known = self.value(node.args[0], facts)
            if known.missing is False and known.classes <= {"str", "list"} and not known.literal:
                return length_of(value), Value(frozenset({"int"}), low=known.least, high=known.most)
            return length_of(value), _ANYTHING
        if isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            owner, known = self.value(node.func.value, facts)
            if known.members is not None:
                key = node.args[0]
                assert isinstance(key, ast.Constant)
                name = str(key.value)
                if name not in known.members:
                    return ast.Name("MISSING"), MISSING
                return ast.Attribute(owner, self.attributes[name]), known.members[name]
        if loop_of(node) is not None or is_float_test(node):
            return self._call(node, facts), _BOOLEAN
        if isinstance(node.func, ast.Name) and node.func.id == "harmless":
            return ast.Call(node.func, [self.value(node.args[0], facts)[0]], []), _BOOLEAN
        if isinstance(node.func, ast.Name) and self.constants.get(node.func.id) is literal:
            value, known = self.value(node.args[0], facts)
            is_text = known.missing is False and known.classes <= {"str", "int", "float"}
            return ast.Call(node.func, [value], []), _TEXT if is_text else _ANYTHING
        return self._rebuilt(node, facts), _ANYTHING

    def _comprehension(self, node: ast.ListComp | ast.SetComp, facts: Facts) -> tuple[ast.expr, Value]:
        facts = dict(facts)
        generators = []
        most: int | None = 1
        for generator in node.generators:
            values, known = self.value(generator.iter, facts)
            if not isinstance(values, ast.Tuple):
                most = None if most is None or known.most is None else most * known.most
            assert isinstance(generator.target, ast.Name)
            facts[generator.target.id] = known.item or _ANYTHING
            tests = []
            for test in generator.ifs:
                simple = self.condition(test, facts)
                assume(simple, facts, True, self.constants)
                if not is_true(simple):
                    tests.append(simple)
            if tests or not isinstance(values, ast.Tuple):  # a loop of one round may have had a test
                generators.append(ast.comprehension(generator.target, values, tests, 0))
        element, known = self.value(node.elt, facts)
        self._refuse_structure(element, known)
        return type(node)(element, generators), Value(frozenset({"list"}), most=most)

    def _rebuilt(self, node: ast.expr, facts: Facts) -> ast.expr:
        """The same expression with its parts simplified. What it is given must not be a structure."""
        if isinstance(node, (ast.Constant, ast.Tuple)):
            return node
        fields: dict[str, Any] = {}
        for name, part in ast.iter_fields(node):
            if isinstance(part, ast.expr):
                fields[name] = self._part(part, facts)
            elif isinstance(part, list):
                fields[name] = [self._part(one, facts) if isinstance(one, ast.expr) else one for one in part]
            else:
                fields[name] = part
        return type(node)(**fields)

    def _part(self, node: ast.expr, facts: Facts) -> ast.expr:
        value, known = self.value(node, facts)
        self._refuse_structure(value, known)
        return value

    def _refuse_structure(self, node: ast.expr, known: Value) -> None:
        if known.unread or known.members is not None or (known.item is not None and known.item.members is not None):
            raise NotOnStructuresError(ast.unparse(node))


_ANYTHING = Value(missing=None)
_BOOLEAN = Value(frozenset({"bool"}))
_TEXT = Value(frozenset({"str"}))
