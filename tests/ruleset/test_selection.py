"""Selecting and ignoring rules: ids, former ids, topics and globs, and the nearest names for a wrong one."""

from __future__ import annotations

import pytest

from insights_lint.errors import SelectionError
from insights_lint.model import Rule
from insights_lint.ruleset import load_rules, select_rules
from insights_lint.ruleset.rule_files import read_rule_files

EXAMPLES = "examples: {valid: [{event: {a: 1}}], invalid: [{event: {}}]}"
ENTRY = f"{{title: t, severity: error, layer: style, schema: {{required: [a]}}, {EXAMPLES}}}"
OFF = ENTRY.replace("{title", "{enabled: false, title")
TEXT = "{title: t, severity: error, layer: arrival, target: text, reader: true, examples: {valid: [{json: '{}'}]"
JSON = f"topic: json\nrules:\n  json-invalid: {TEXT}, invalid: [{{json: ''}}]}}}}\n"
POSITIONS = f"""\
topic: positions
rules:
  positions-missing: {ENTRY}
  positions-empty: {ENTRY.replace("{title", "{formerly: [positions-blank, no-positions], title")}
  positions-duplicate: {OFF}
"""
FILTERS = f"topic: filters\nrules:\n  filters-empty: {ENTRY}\n  filters-odd: {OFF}\n"
FILES = [("json.yaml", JSON), ("positions.yaml", POSITIONS), ("filters.yaml", FILTERS)]


@pytest.fixture(scope="module")
def rules() -> list[Rule]:
    return read_rule_files(FILES, trusted=3)


ON = ["json-invalid", "positions-missing", "positions-empty", "filters-empty"]


@pytest.mark.parametrize(
    ("select", "ignore", "chosen"),
    [
        ([], [], ON),
        (["positions"], [], ["json-invalid", "positions-missing", "positions-empty"]),
        (["filters-empty"], [], ["json-invalid", "filters-empty"]),
        (["*-empty"], [], ["json-invalid", "positions-empty", "filters-empty"]),
        (["positions-*"], [], ["json-invalid", "positions-missing", "positions-empty"]),
        (["*"], [], ON),
        (["json"], [], ["json-invalid"]),
        (["filters", "positions-missing"], [], ["json-invalid", "positions-missing", "filters-empty"]),
        # rules that are off run only if named in full
        (["filters-odd"], [], ["json-invalid", "filters-odd"]),
        (["filters-od*"], [], ["json-invalid"]),
        (["filters", "filters-odd"], [], ["json-invalid", "filters-empty", "filters-odd"]),
        # older ids
        (["positions-blank"], [], ["json-invalid", "positions-empty"]),
        ([], ["no-positions"], ["json-invalid", "positions-missing", "filters-empty"]),
        # what is ignored goes last
        ([], ["positions"], ["json-invalid", "filters-empty"]),
        ([], ["json"], ["positions-missing", "positions-empty", "filters-empty"]),
        (["positions"], ["json-*"], ["positions-missing", "positions-empty"]),
        (["positions-missing"], ["positions-missing"], ["json-invalid"]),
        (["filters-odd"], ["filters"], ["json-invalid"]),
        ([], ["filters-odd"], ON),
        (["*"], ["*"], []),
    ],
)
def test_selection(rules: list[Rule], select: list[str], ignore: list[str], chosen: list[str]) -> None:
    selection = select_rules(rules, select, ignore)
    assert [rule.id for rule in selection.rules] == chosen
    assert selection.off == len(rules) - len(chosen)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("positions-mising", 'no rule, topic or pattern "positions-mising", did you mean "positions-missing" or'),
        ("position", 'no rule, topic or pattern "position", did you mean "positions",'),
        ("flters", 'no rule, topic or pattern "flters", did you mean "filters"'),
        ("Filters-Empty", 'no rule, topic or pattern "Filters-Empty", did you mean "filters-empty"'),
        ("zzzzzzzz", 'no rule, topic or pattern "zzzzzzzz"'),
        ("zzz*", 'no rule, topic or pattern "zzz*"'),
        ("", 'no rule, topic or pattern ""'),
    ],
)
@pytest.mark.parametrize("ignored", [False, True])
def test_a_name_that_matches_nothing(rules: list[Rule], name: str, message: str, ignored: bool) -> None:
    with pytest.raises(SelectionError) as refused:
        select_rules(rules, [] if ignored else [name], [name] if ignored else [])
    assert str(refused.value).startswith(message)
    if "did you mean" not in message:
        assert str(refused.value) == message


def test_at_most_three_names_are_suggested_nearest_first() -> None:
    with pytest.raises(SelectionError) as refused:
        select_rules(load_rules(), ["positions-not-clik"])
    suggested = str(refused.value).split("did you mean ")[1].split('"')[1::2]
    assert suggested[0] == "positions-not-click"
    assert 1 < len(suggested) <= 3
    assert all(name.startswith("positions-") for name in suggested)


def test_the_built_in_rules(builtin_rules: list[Rule]) -> None:
    selection = select_rules(builtin_rules)
    off = [rule.id for rule in builtin_rules if not rule.enabled]
    assert off
    assert selection.off == len(off)
    assert len(selection.rules) == len(builtin_rules) - len(off)
    every = select_rules(builtin_rules, [rule.id for rule in builtin_rules])
    assert (every.rules, every.off) == (tuple(builtin_rules), 0)


def test_every_topic_of_the_built_in_rules_selects_its_rules(builtin_rules: list[Rule]) -> None:
    for topic in {rule.topic for rule in builtin_rules}:
        chosen = {rule.topic for rule in select_rules(builtin_rules, [topic]).rules}
        assert chosen == {topic, "json"}
