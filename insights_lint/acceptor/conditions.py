"""Conditions as syntax trees of Python: what they are made of, how they are joined, and their opposites."""

from __future__ import annotations

import ast

TRUE, FALSE = ast.Constant(True), ast.Constant(False)


def is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def negated(node: ast.expr) -> ast.expr:
    """The opposite, with every `not` as far inside as it goes."""
    if isinstance(node, ast.Constant):
        return ast.Constant(not node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return node.operand
    if isinstance(node, ast.BoolOp):
        return joined(not isinstance(node.op, ast.And), [negated(value) for value in node.values])
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        opposite = _OPPOSITES.get(type(node.ops[0]))
        if opposite is not None:
            return ast.Compare(node.left, [opposite()], node.comparators)
    if (loop := loop_of(node)) is not None:
        name, element, generator = loop
        other = ast.ListComp(negated(element), [generator])
        return ast.Call(ast.Name("any" if name == "all" else "all"), [other], [])
    return ast.UnaryOp(ast.Not(), node)


_OPPOSITES: dict[type, type] = {
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}


def loop_of(node: ast.expr) -> tuple[str, ast.expr, ast.comprehension] | None:
    """(`all` or `any`, condition of an item, loop) of a test of every item."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("all", "any")
        and isinstance(node.args[0], ast.ListComp)
    ):
        found = node.args[0]
        if len(found.generators) == 1 and not found.generators[0].ifs:
            return node.func.id, found.elt, found.generators[0]
    return None


def joined(all_of: bool, values: list[ast.expr]) -> ast.expr:
    """`and` or `or` of the values, without what does not matter."""
    flat: list[ast.expr] = []
    for value in values:
        if isinstance(value, ast.BoolOp) and isinstance(value.op, ast.And if all_of else ast.Or):
            flat += value.values
        elif isinstance(value, ast.Constant) and isinstance(value.value, bool):
            if value.value is not all_of:
                return ast.Constant(not all_of)
        else:
            flat.append(value)
    if not flat:
        return ast.Constant(all_of)
    return flat[0] if len(flat) == 1 else ast.BoolOp(ast.And() if all_of else ast.Or(), flat)


def conjunction(values: list[ast.expr]) -> ast.expr:
    return joined(True, values)


def is_missing(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "MISSING"


def length_of(value: ast.expr) -> ast.Call:
    return ast.Call(ast.Name("len"), [value], [])


def is_length(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len"


def is_keys(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "keys"


def is_float_test(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id == "isinstance"


def variable_of(node: ast.expr) -> str:
    """The variable that an expression is the value of; "" if of none."""
    if isinstance(node, ast.NamedExpr):
        return node.target.id
    return node.id if isinstance(node, ast.Name) else ""


def integer_of(node: ast.expr) -> int | None:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return None
    return value if isinstance(value, int) else None
