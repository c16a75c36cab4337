"""What is generated from the rules is in step with them, and the guide names everything that there is."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from insights_lint.keywords.dialect import KEYWORDS
from insights_lint.model import Rule
from insights_lint.ruleset.documents import editor_schema, markdown
from insights_lint.ruleset.examples import EXAMPLE_KEYS
from insights_lint.ruleset.files import builtin_folder
from insights_lint.ruleset.format import EXAMPLE_SCHEMA, RULE_PROPERTIES
from insights_lint.ruleset.yaml_text import parse_yaml

ROOT = Path(__file__).parent.parent.parent
GUIDE = (ROOT / "docs" / "writing-rules.md").read_text("utf-8")


def test_the_page_of_rules_is_in_step(builtin_rules: list[Rule]) -> None:
    """If not: `insights-lint rules --output markdown > docs/rules.md`."""
    assert (ROOT / "docs" / "rules.md").read_text("utf-8") == markdown(builtin_rules)


def test_the_page_shows_every_rule_and_every_example(builtin_rules: list[Rule]) -> None:
    page = markdown(builtin_rules)
    for rule in builtin_rules:
        assert f"\n### {rule.id}\n" in page
    assert page.count("   ← ") >= len(builtin_rules)


def test_the_schema_for_editors_is_in_step() -> None:
    """If not: `insights-lint rules --output json-schema > rules/rule-file.schema.json`."""
    assert (builtin_folder() / "rule-file.schema.json").read_text("utf-8") == editor_schema()


def test_the_schema_for_editors_accepts_the_rules_and_refuses_typing_errors() -> None:
    schema = json.loads(editor_schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for path in builtin_folder().glob("*.yaml"):
        file = parse_yaml(path.read_text("utf-8"), path.name).value
        assert validator.is_valid(file), path.name
        first = next(iter(file["rules"]))
        file["rules"][first]["schema"] = {"requried": ["a"]}
        assert not validator.is_valid(file)


@pytest.mark.parametrize("name", KEYWORDS)
def test_the_guide_has_the_keyword(name: str) -> None:
    keyword = KEYWORDS[name]
    names = " ".join(f"`{{{offered}}}`" for offered in keyword.names)
    assert f"| `{name}` | {keyword.docs} | {', '.join(keyword.types) or 'any'} | {names} |" in GUIDE


@pytest.mark.parametrize("key", [*RULE_PROPERTIES, *EXAMPLE_KEYS])
def test_the_guide_has_the_key(key: str) -> None:
    assert f"`{key}`" in GUIDE


def test_every_key_of_an_example_has_a_schema() -> None:
    assert set(EXAMPLE_KEYS) == set(EXAMPLE_SCHEMA["properties"])
