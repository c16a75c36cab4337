"""`insights-lint rules` and `explain` in process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from insights_lint.cli import run
from insights_lint.model import Rule
from insights_lint.refusals import rules_for_message


def printed(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    with pytest.raises(SystemExit) as stopped:
        run(arguments)
    assert stopped.value.code == status
    captured = capsys.readouterr()
    return captured.err if status == 2 else captured.out


def test_the_list_has_every_rule(capsys: pytest.CaptureFixture[str], builtin_rules: list[Rule]) -> None:
    text = printed(capsys, "rules")
    assert all(f" {rule.id} " in text for rule in builtin_rules)
    assert text.splitlines()[-1] == "125 rules, 24 of them off."


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        (["--select", "body"], {"body-shape", "body-event-not-object", "body-too-large"}),
        (["--select", "*-null"], {"key-null"}),
        (["--select", "items", "--ignore", "*-kinds"], {"items-missing", "items-other-kind-empty"}),
        (["--select", "positions", "--severity", "info"], {"positions-duplicate"}),
        (["--select", "positions", "--state", "off"], {"positions-duplicate"}),
        (["--select", "positions", "--layer", "attribution"], {"positions-duplicate"}),
        (["--select", "index", "--form", "tail"], {"index-missing"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_filters(capsys: pytest.CaptureFixture[str], arguments: list[str], ids: set[str]) -> None:
    assert {rule["id"] for rule in json.loads(printed(capsys, "rules", *arguments, "--output", "json"))} == ids


def test_json_has_what_a_program_needs(capsys: pytest.CaptureFixture[str]) -> None:
    (rule,) = json.loads(printed(capsys, "rules", "--select", "positions-missing", "--output", "json"))
    assert (rule["topic"], rule["severity"], rule["layer"], rule["enabled"]) == ("positions", "error", "arrival", True)
    assert rule["forms"] == ["wire", "call", "tail"]
    assert rule["file"] == "positions.yaml"


def test_unknown_words_are_answered(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Did you mean rules?" in printed(capsys, "rule", status=2)
    assert "insights-lint check" in printed(capsys, ".", status=2)
    assert "Did you mean off or on?" in printed(capsys, "rules", "--state", "of", status=2)
    assert "No rule and no message" in printed(capsys, "explain", "zzzzzzzz", status=2)


def test_explain_says_it_all(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "explain", "query-id-on-view")
    assert "info, off; --select it by its id to turn it on; layer attribution" in text
    for part in ("why: ", "help: ", "source: ", "docs: https://", "invalid:", "valid:"):
        assert f"  {part}" in text


@pytest.mark.parametrize(
    ("message", "rule"),
    [
        ("Event should specify either some ObjectIDs or some Filters", "items-missing"),
        ("Events should specify either some objectIDs or some Filters", "items-missing"),
        ("the index field is required", "index-missing"),
        ("422: The index field is required.", "index-missing"),
        ("No events to process", "batch-empty"),
        ("The timestamp is too far in the past", "timestamp-too-old"),
        ("The timestamp must be at most 4 days in the past", "timestamp-over-four-days"),
        ("Query ID must be a search query ID (32 characters hexadecimal string)", "query-id-format"),
        ('Syntax error near: `"Facet Value"`, expected a filter', "filters-without-attribute"),
        ("Request Entity Too Large", "body-too-large"),
    ],
)
def test_a_message_finds_its_rule(builtin_rules: list[Rule], message: str, rule: str) -> None:
    assert rule in [found.id for found in rules_for_message(message, builtin_rules)]


@pytest.mark.parametrize("message", ["", "?", "some other words", "Index"])
def test_other_words_find_none(builtin_rules: list[Rule], message: str) -> None:
    assert rules_for_message(message, builtin_rules) == []


def test_without_a_command_the_help_is_shown_and_nothing_passes_for_clean(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, status=2)
    assert text.startswith("Usage: insights-lint [OPTIONS] ")
    assert text.rstrip().endswith("List the rules, or test rule files.")


def test_a_broken_example_is_told_in_the_file_that_has_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rules, override = tmp_path / "a.yaml", tmp_path / "b.yaml"
    rules.write_text(
        "topic: t\nrules:\n  x-not-y:\n    title: X is not y.\n    severity: error\n    layer: style\n    target: x\n"
        "    schema: {const: y}\n    examples:\n      valid: [{event: {x: y}}]\n      invalid: [{event: {x: y}}]\n",
        "utf-8",
    )
    override.write_text("topic: t\nrules:\n  x-not-y: {severity: warning}\n", "utf-8")
    lines = printed(capsys, "rules", "test", str(rules), str(override), status=1).splitlines()
    assert lines[0] == f'{rules}:11: x-not-y: expected "/x", reported nothing'
    assert lines[-1] == "1 rule, 2 examples: 1 does not hold."
