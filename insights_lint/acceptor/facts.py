"""What is known of variables: what follows from a condition that is true, and which comparisons are decided by it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from insights_lint.acceptor.conditions import integer_of, is_float_test, is_length, is_missing, variable_of
from insights_lint.acceptor.values import MISSING, Value

Facts = dict[str, Value]
"""Name of a variable, or text of a difference of two integers → what is known of it."""

Constants = Mapping[str, Any]
"""Name of a constant → its value."""


def assume(node: ast.expr, facts: Facts, truth: bool, constants: Constants) -> None:
    """Adds to the facts what follows from the condition being true, or false."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        assume(node.operand, facts, not truth, constants)
    elif isinstance(node, ast.BoolOp):
        if isinstance(node.op, ast.And) is truth:
            for value in node.values:
                assume(value, facts, truth, constants)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        _assume_comparison(node, facts, truth, constants)
    elif isinstance(node, ast.Call) and is_float_test(node):
        name = variable_of(node.args[0])
        if name in facts:
            facts[name] = facts[name].of_class("float", is_one=truth)


def _assume_comparison(node: ast.Compare, facts: Facts, truth: bool, constants: Constants) -> None:
    op, right = node.ops[0], node.comparators[0]
    if isinstance(op, (ast.IsNot, ast.NotIn, ast.NotEq)):
        truth = not truth
    left = node.left
    if isinstance(left, ast.Attribute) and left.attr == "__class__":
        name = variable_of(left.value)
        if name in facts and isinstance(right, ast.Name):
            facts[name] = facts[name].of_class(right.id, is_one=truth)
        return
    name = variable_of(left) or difference_of(left, facts)
    if name not in facts:
        return
    known = facts[name]
    if is_missing(right):
        facts[name] = MISSING if truth else known.there()
    elif isinstance(op, (ast.Is, ast.IsNot)) and isinstance(right, ast.Constant) and right.value is None:
        facts[name] = known.of_class("None", is_one=truth)
    elif isinstance(right, ast.Constant) and isinstance(right.value, int) and known.classes <= {"int", "float"}:
        facts[name] = _bounded(known, op, right.value, truth)
    elif known.texts is not None and (texts := _texts(op, right, constants)) is not None:
        facts[name] = known._replace(texts=known.texts & texts if truth else known.texts - texts)


def difference_of(node: ast.expr, facts: Facts) -> str:
    """The text of a difference of two integers, of which facts are kept as of a variable; "" if it is none."""
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub)):
        return ""
    names = variable_of(node.left), variable_of(node.right)
    if not all(name in facts and facts[name].classes == {"int"} and facts[name].missing is False for name in names):
        return ""
    facts.setdefault(text := ast.unparse(node), Value(frozenset({"int"})))
    return text


def _texts(op: ast.cmpop, right: ast.expr, constants: Constants) -> frozenset[str] | None:
    """The strings that a value is compared with."""
    if isinstance(op, (ast.Eq, ast.NotEq)) and isinstance(right, ast.Constant) and isinstance(right.value, str):
        return frozenset({right.value})
    if isinstance(op, (ast.In, ast.NotIn)) and isinstance(right, ast.Name):
        found = constants.get(right.id)
        return found if isinstance(found, frozenset) else None
    return None


def decided(op: ast.cmpop, left: ast.expr, right: ast.expr, known: Value, constants: Constants) -> bool | None:
    """What a comparison of `left`, of which that is known, comes to; None if that depends on more."""
    if isinstance(op, (ast.Is, ast.IsNot)):
        if is_missing(right):
            same = known.missing
        elif isinstance(right, ast.Constant) and right.value is None and known.missing is False:
            same = None if "None" in known.classes and len(known.classes) > 1 else "None" in known.classes
        else:
            same = None
        return same if same is None else same is isinstance(op, ast.Is)
    texts = _texts(op, right, constants)
    if texts is not None and known.texts is not None and known.classes == {"str"} and known.missing is False:
        if known.texts <= texts:
            return isinstance(op, (ast.Eq, ast.In))
        return isinstance(op, (ast.NotEq, ast.NotIn)) if known.texts.isdisjoint(texts) else None
    limit = integer_of(right)
    bounds = _bounds(left, known)
    return None if limit is None or bounds is None else _between(op, *bounds, limit)


def _bounds(node: ast.expr, known: Value) -> tuple[int | None, int | None] | None:
    if is_length(node) and isinstance(node, ast.Call):
        return known.low, known.high
    if known.classes <= {"int", "float"} and known.missing is False and not known.literal:
        return known.low, known.high
    return None


def _bounded(known: Value, op: ast.cmpop, limit: int, truth: bool) -> Value:
    """The number once it is known how it stands to the limit; only for limits that it may be equal to."""
    if (isinstance(op, ast.GtE) and truth) or (isinstance(op, ast.Lt) and not truth):
        return known._replace(low=limit if known.low is None else max(known.low, limit))
    if (isinstance(op, ast.LtE) and truth) or (isinstance(op, ast.Gt) and not truth):
        return known._replace(high=limit if known.high is None else min(known.high, limit))
    return known


def _between(op: ast.cmpop, low: int | None, high: int | None, limit: int) -> bool | None:
    """Whether a number between the bounds stands so to the limit; None if it depends on the number."""
    below = high is not None and high < limit
    at_most = high is not None and high <= limit
    at_least = low is not None and low >= limit
    above = low is not None and low > limit
    cases: dict[type, tuple[bool, bool]] = {
        ast.GtE: (at_least, below),
        ast.Gt: (above, at_most),
        ast.LtE: (at_most, above),
        ast.Lt: (below, at_least),
        ast.Eq: (at_most and at_least, below or above),
    }
    yes, no = cases.get(type(op), (False, False))
    return True if yes else False if no else None
