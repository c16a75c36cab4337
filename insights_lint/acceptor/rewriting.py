"""Puts other variables in the place of what conditions look at."""

from __future__ import annotations

import ast
from collections.abc import Set as AbstractSet


class _Renaming(ast.NodeTransformer):
    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new

    def visit_Name(self, node: ast.Name) -> ast.Name:  # ast's interface
        return ast.Name(self.new) if node.id == self.old else node


class _Members(ast.NodeTransformer):
    """Puts variables in the place of a structure's attributes, and of the names that conditions gave them."""

    def __init__(self, item: str, variables: dict[str, str]) -> None:
        self.item, self.variables = item, variables
        self.names: dict[str, str] = {}

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.expr:
        value = self.visit(node.value)
        if isinstance(value, ast.Name) and isinstance(node.value, ast.Attribute):
            self.names[node.target.id] = value.id
            return value
        return ast.NamedExpr(node.target, value)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if isinstance(node.value, ast.Name) and node.value.id == self.item and node.attr in self.variables:
            return ast.Name(self.variables[node.attr])
        return ast.Attribute(self.visit(node.value), node.attr)

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self.names.get(node.id, node.id))


class _Reading(ast.NodeTransformer):
    """Has values parsed that may be kept as they are written."""

    def __init__(self, names: AbstractSet[str], attributes: AbstractSet[str]) -> None:
        self.names, self.attributes = names, attributes

    def visit_Name(self, node: ast.Name) -> ast.expr:  # ast's interface
        return _read(node) if node.id in self.names and isinstance(node.ctx, ast.Load) else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        found = ast.Attribute(self.visit(node.value), node.attr)
        return _read(found) if node.attr in self.attributes else found


def _read(node: ast.expr) -> ast.expr:
    return ast.Call(ast.Name("read"), [node], [])


def reading(node: ast.expr, names: AbstractSet[str], attributes: AbstractSet[str]) -> ast.expr:
    """The expression with `read` around the variables of these names, and around these attributes."""
    found: ast.expr = _Reading(names, attributes).visit(copied(node))
    return found


def renamed(node: ast.expr, old: str, new: str) -> ast.expr:
    found: ast.expr = _Renaming(old, new).visit(copied(node))
    return found


def with_variables(node: ast.expr, item: str, variables: dict[str, str]) -> ast.expr:
    found: ast.expr = _Members(item, variables).visit(copied(node))
    return found


class _Missing(ast.NodeTransformer):
    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(None) if node.id == "MISSING" else node


def text_of(node: ast.expr) -> str:
    """The condition as source. `MISSING` is None, which stands in structures for members that are not there."""
    return ast.unparse(ast.fix_missing_locations(_Missing().visit(copied(node))))


def copied(node: ast.expr) -> ast.expr:
    return ast.parse(ast.unparse(ast.fix_missing_locations(node)), mode="eval").body
