"""Floors hold: a room imports from rooms below it and from its own siblings, never upward and never in a circle."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "insights_lint"

FLOORS = {
    0: ("errors", "example"),
    1: ("model",),
    2: ("recording", "violation"),
    3: ("payload",),
    4: ("json_text", "keywords", "report", "builtin", "ignored"),
    5: ("ruleset", "compiler", "refusals", "sources"),
    6: ("placing", "acceptor", "checks"),
    7: ("linter", "readers", "reference", "reporters", "request_log"),
    8: ("audit", "contract"),
    9: ("jobs",),
    10: ("api",),
    11: ("cli", "pytest_plugin", "__init__"),
}
FLOOR = {room: floor for floor, rooms in FLOORS.items() for room in rooms}

BY_TABLE = {"__init__.py", "cli/main.py", "readers/__init__.py", "reporters/__init__.py"}
"""Modules that import by a name out of a table."""

FRONT_DOORS = {
    "print",
    "input",
    "exit",
    "quit",
    "click.echo",
    "click.secho",
    "sys.exit",
    "sys.stdout",
    "sys.stderr",
    "sys.stdin",
}
ALLOWED = {("audit.py", "sys.stdin")}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for file in sorted(PACKAGE.rglob("*.py")):
        yield file.relative_to(PACKAGE).as_posix(), _parsed(file)


@cache
def _parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def dotted_name(path: str) -> str:
    return "insights_lint." + path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


NAMES = {dotted_name(path) for path, _ in modules()} | {"insights_lint"}


def room(name: str) -> str:
    inner = name.split(".")[1] if "." in name else "__init__"
    return "cli" if inner == "__main__" else inner  # the command line's other name


def imported(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, module) of every import from the package, wherever in the module it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"insights_lint/{path}:{node.lineno}: a relative import; write the full name"
            base = node.module or ""
            for alias in node.names if base.split(".")[0] == "insights_lint" else ():
                inner = f"{base}.{alias.name}"
                yield node.lineno, inner if inner in NAMES else base
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, a.name) for a in node.names if a.name.split(".")[0] == "insights_lint")


def test_every_room_has_a_floor() -> None:
    missing = {room(dotted_name(path)) for path, _ in modules()} - FLOOR.keys()
    assert not missing, f"not in the table of floors: {sorted(missing)}"


def test_no_module_imports_upward() -> None:
    offences = []
    for path, tree in modules():
        here = room(dotted_name(path))
        for line, name in sorted(set(imported(path, tree))):
            # The package itself holds the version; what else it offers is for callers.
            if name != "insights_lint" and room(name) != here and FLOOR[room(name)] >= FLOOR[here]:
                offences.append(
                    f"insights_lint/{path}:{line}: {here} ({FLOOR[here]}) imports {name} ({FLOOR[room(name)]})"
                )
    assert not offences, "\n".join(offences)


def test_no_circles() -> None:
    lines = {
        (dotted_name(path), name): f"insights_lint/{path}:{line}"
        for path, tree in modules()
        for line, name in imported(path, tree)
    }
    graph: dict[str, set[str]] = {}
    for here, name in lines:
        graph.setdefault(here, set()).add(name)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1][::-1]  # it is given from the imported to the importing
        steps = [f"{lines[here, name]}: imports {name}" for here, name in pairwise(circle)]
        raise AssertionError("\n".join(["a circle:", *steps])) from None
    assert len(graph) > 20


def test_only_tables_import_by_name() -> None:
    offences = [
        f"insights_lint/{path}:{node.lineno}: import_module"
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("import_module", "importlib.import_module", "__import__")
        if path not in BY_TABLE
    ]
    assert not offences, "\n".join(offences)


def test_only_front_doors_print_and_exit() -> None:
    offences = []
    for path, tree in modules():
        for node in ast.walk(tree):
            name = ast.unparse(node) if isinstance(node, (ast.Name, ast.Attribute)) else ""
            if (
                isinstance(node, ast.expr)
                and name in FRONT_DOORS
                and not path.startswith("cli/")
                and (path, name) not in ALLOWED
            ):
                offences.append(f"insights_lint/{path}:{node.lineno}: {name}")
            if isinstance(node, ast.ImportFrom) and node.module in ("sys", "click") and not path.startswith("cli/"):
                offences.append(f"insights_lint/{path}:{node.lineno}: from {node.module} import …")
    assert not offences, "\n".join(offences)
