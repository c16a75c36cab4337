"""The wheel starts with little: it imports only what a command needs, and its built-in rules are compiled already."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from insights_lint.acceptor.decoding import EventTypes
from insights_lint.acceptor.generation import HEADER, written
from insights_lint.checks import CompiledChecks
from insights_lint.compiler import generate
from insights_lint.linter.judges import Judges
from insights_lint.model import Form, Rule
from insights_lint.reporters import REPORTERS
from insights_lint.ruleset import select_rules
from tests.installing import CHECKOUT, Environment, run
from tests.line_mutator import LineMutator

NEEDLESS = {
    "click",
    "concurrent.futures",
    "datetime",
    "insights_lint.compiler",
    "insights_lint.keywords.dialect",
    "insights_lint.placing",
    "insights_lint.ruleset.rule_files",
    "jsonschema",
    "msgspec",
    "multiprocessing",
    "pathlib",
    "pathspec",
    "urllib",
    "yaml",
}
"""Modules that no clean file needs."""

CLEAN = """\
{"events": [
  {"eventType": "click", "eventName": "Product Clicked", "index": "products", "userToken": "anonymous-1",
   "timestamp": 1771576934000, "objectIDs": ["a", "b"], "positions": [1, 2],
   "queryID": "43b15df305339e827f0ac0bdc5ebcaa7"},
  {"eventType": "conversion", "eventSubtype": "purchase", "eventName": "Product Purchased", "index": "products",
   "userToken": "anonymous-1", "timestamp": 1771576934001, "objectIDs": ["a"], "value": 12.5, "currency": "USD",
   "objectData": [{"price": 12.5, "quantity": 1}]},
  {"eventType": "view", "eventName": "Category Viewed", "index": "products", "userToken": "anonymous-1",
   "timestamp": 1771576934002, "filters": ["brand:Caf%C3%A9%20Noir"]}
]}
"""

CHECK = """
import json, sys
{first}
from insights_lint.cli import start
sys.argv[1:] = ["check", "clean.json", *{options!r}]
try:
    start()
finally:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


def needless_modules(
    environment: Environment, folder: Path, *options: str, reporter: str = "text", first: str = ""
) -> set[str]:
    """What a check of a clean file imports and does not need, if `first` runs before."""
    (folder / "clean.json").write_text(CLEAN, "utf-8")
    done = run(environment.python, "-I", "-c", CHECK.format(first=first, options=options), folder=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    others = {module for name, module in REPORTERS.items() if name != reporter}
    return (NEEDLESS | others) & set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("reporter", REPORTERS)
def test_check_imports_only_what_it_needs(installed: Environment, tmp_path: Path, reporter: str) -> None:
    assert needless_modules(installed, tmp_path, "--output", reporter, reporter=reporter) == set()


@pytest.mark.parametrize(
    ("options", "module"),
    [
        (("--reference",), "jsonschema"),
        (("--rules", "."), "yaml"),
        (("--select", "positions"), "insights_lint.compiler"),
        (("--exclude", "x"), "pathspec"),
        (("--output", "json=x.json", "--output", "text"), "insights_lint.reporters.json_format"),
    ],
)
def test_what_is_needed_is_seen(
    installed: Environment, tmp_path: Path, builtin_rules: list[Rule], options: tuple[str, ...], module: str
) -> None:
    (tmp_path / "own.yaml").write_text("topic: own\nrules: {}\n", "utf-8")
    assert module in needless_modules(installed, tmp_path, *options)


@pytest.mark.parametrize("module", ["concurrent.futures", "jsonschema", "msgspec", "multiprocessing", "yaml"])
def test_what_is_imported_needlessly_is_seen(installed: Environment, tmp_path: Path, module: str) -> None:
    assert module in needless_modules(installed, tmp_path, first=f"import {module}")


def test_tests_for_streams_need_not_be_written(installed: Environment, tmp_path: Path) -> None:
    (tmp_path / "long.ndjson").write_text(f"{json.dumps(json.loads(CLEAN))}\n" * 100, "utf-8")
    options = ("long.ndjson", "--jobs", "1", "--max-per-rule", "0", "--fail-on", "error")
    for clock in ((), ("--now", "1771576934000")):
        done = run(installed.python, "-I", "-c", CHECK.format(first="", options=(*options, *clock)), folder=tmp_path)
        modules = set(json.loads(done.stderr.splitlines()[-1]))
        assert "insights_lint.acceptor" in modules, done.stderr
        assert "insights_lint.acceptor.generation" not in modules


def generated(wheel: Path, name: str) -> str:
    """The source of a module that was generated when the wheel was built, from the source archive."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(f"insights_lint/{name}").decode("utf-8")


@pytest.fixture(scope="module")
def module_text(wheel: Path) -> str:
    return generated(wheel, "builtin.py")


def test_the_wheel_has_the_tests_for_streams_that_would_be_written(wheel: Path, builtin_rules: list[Rule]) -> None:
    text = generated(wheel, "acceptor/ready.py")
    namespace: dict[str, Any] = {}
    exec(compile(text, "ready.py", "exec"), namespace)  # noqa: S102
    on = [rule for rule in select_rules(builtin_rules).rules if Form.WIRE in rule.forms]
    assert set(namespace["READY"]) == {(tuple(map(builtin_rules.index, on)), clock) for clock in (False, True)}
    for (_, clock), (make_events, make_body, left_out) in namespace["READY"].items():
        found = written(on, [], EventTypes(on), clock=clock)
        assert left_out == tuple(map(builtin_rules.index, found.left_out))
        source = found.source.removeprefix(HEADER).strip("\n")
        assert f"\n{source}\n\n\nMADE_{clock:d} = make_events, make_body\n" in text
        assert namespace[f"MADE_{clock:d}"] == (make_events, make_body)


@pytest.fixture(scope="module")
def module(module_text: str) -> dict[str, Any]:
    """What the module defines."""
    namespace: dict[str, Any] = {}
    exec(compile(module_text, "builtin.py", "exec"), namespace)  # noqa: S102
    return namespace


def test_the_wheel_has_every_rule_but_no_examples(module: dict[str, Any], builtin_rules: list[Rule]) -> None:
    assert all(rule.examples for rule in builtin_rules)
    assert list(map(tuple, module["RULES"])) == [tuple(rule._replace(examples=())) for rule in builtin_rules]


def test_the_wheel_has_the_checks_that_the_compiler_gives(
    module_text: str, module: dict[str, Any], builtin_rules: list[Rule]
) -> None:
    for (form, numbers), make in module["FAILING"].items():
        source = generate([builtin_rules[number] for number in numbers], form, make.__name__)
        assert f"\n\n{source}" in module_text
    assert len({make.__name__ for make in module["FAILING"].values()}) == len(module["FAILING"])


def test_the_wheel_has_every_check_that_the_linter_asks_for(module: dict[str, Any], builtin_rules: list[Rule]) -> None:
    asked = set()

    class Asked(CompiledChecks):
        def judge(self, rules: Any, form: Form) -> Any:
            if rules:
                asked.add((form, tuple(map(builtin_rules.index, rules))))
            return super().judge(rules, form)

    for form in Form:
        Judges(Asked(select_rules(builtin_rules).rules), form)
    assert module["FAILING"].keys() == asked


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", str(CHECKOUT / "examples"), "--output", "json"),
        ("check", str(CHECKOUT / "examples"), "--now", "2026-02-20T08:42:14Z", "--statistics"),
        ("check", str(CHECKOUT / "examples"), "--select", "positions,query-id", "--output", "json"),
        ("rules", "--output", "json"),
        ("rules", "--output", "markdown"),
        ("explain", "positions-missing"),
    ],
)
def test_the_wheel_says_what_a_checkout_says(
    installed: Environment, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    says_the_same(installed, tmp_path, *arguments)


@pytest.mark.parametrize("clock", [(), ("--now", "2025-09-05T10:09:35Z")])
def test_the_wheel_says_of_streams_what_a_checkout_says(
    installed: Environment, tmp_path: Path, clock: tuple[str, ...]
) -> None:
    """In the wheel, whatever order members come in, the tests are those that were written when it was built."""
    (tmp_path / "mutated.ndjson").write_bytes(b"".join(LineMutator(7).lines(1_500)))
    says_the_same(installed, tmp_path, "check", "mutated.ndjson", "--jobs", "1", "--output", "concise", *clock)


def says_the_same(installed: Environment, folder: Path, *arguments: str) -> None:
    wheel = run(installed.python, "-I", "-m", "insights_lint", *arguments, folder=folder)
    checkout = run(
        installed.python, "-m", "insights_lint", *arguments, folder=folder, env={"PYTHONPATH": str(CHECKOUT)}
    )
    assert wheel.stdout
    assert (wheel.returncode, wheel.stdout, wheel.stderr) == (checkout.returncode, checkout.stdout, checkout.stderr)
