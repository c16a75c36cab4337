"""Loads rules, and selects which of them run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from insights_lint.builtin import RULES
from insights_lint.errors import SelectionError
from insights_lint.model import Rule


def load_rules(paths: Sequence[str] = (), *, builtin: bool = True, examples: bool = False) -> list[Rule]:
    """The built-in rules and those of the given files and folders, later ones overriding earlier ones.

    Without `examples` some or all rules may lack theirs. Raises RuleError with every mistake of all files.
    """
    if RULES and builtin and not paths and not examples:  # as they were compiled into a wheel
        return list(RULES)
    from insights_lint.ruleset.files import read_rules  # imports what reads YAML

    return read_rules(paths, builtin=builtin)


class Selection(NamedTuple):
    """The rules that run, and how many of all do not."""

    rules: tuple[Rule, ...]
    off: int


def select_rules(rules: Sequence[Rule], select: Sequence[str] = (), ignore: Sequence[str] = ()) -> Selection:
    """The rules that are on, restricted to those selected, without those ignored.

    Names are ids, former ids, topics and globs. Topic `json` is never left out by `select`; a rule that is off runs
    only if its full id is selected. Raises SelectionError for a name that matches no rule.
    """
    for name in (*select, *ignore):
        if not any(matches(name, rule) for rule in rules):
            from insights_lint.keywords.nearest import did_you_mean

            names = [rule.id for rule in rules] + sorted({rule.topic for rule in rules})
            raise SelectionError(f'no rule, topic or pattern "{name}"{did_you_mean(name, names)}')
    chosen = [rule for rule in rules if _selected(rule, select)]
    chosen = [rule for rule in chosen if not any(matches(name, rule) for name in ignore)]
    return Selection(tuple(chosen), len(rules) - len(chosen))


def _selected(rule: Rule, select: Sequence[str]) -> bool:
    by_id = any(name == rule.id or name in rule.formerly for name in select)
    by_name = not select or rule.topic == "json" or any(matches(name, rule) for name in select)
    return by_id or (rule.enabled and by_name)


def matches(name: str, rule: Rule) -> bool:
    """Whether the name is the rule's id, a former id, its topic, or a glob that its id satisfies."""
    from fnmatch import fnmatchcase

    return name == rule.topic or name in rule.formerly or fnmatchcase(rule.id, name)
