"""Finds rule files, reads them into rules, and selects which of those run."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from insights_lint.builtin import RULES
from insights_lint.errors import Mistake, RuleError, SelectionError
from insights_lint.keywords.nearest import did_you_mean
from insights_lint.model import Rule
from insights_lint.ruleset.rule_files import read_rule_files

_SUFFIXES = (".yaml", ".yml")


def builtin_folder() -> Path:
    """Where the built-in rules are: in the installed package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    inside = package / "rules"
    return inside if inside.is_dir() else package.parent / "rules"


def load_rules(paths: Sequence[str] = (), *, builtin: bool = True, examples: bool = False) -> list[Rule]:
    """The built-in rules and those of the given files and folders, later ones overriding earlier ones.

    Without `examples` some or all rules may lack theirs. Raises RuleError with every mistake of all files.
    """
    if RULES and builtin and not paths and not examples:
        return list(RULES)
    texts = []
    if builtin:
        texts = [(path.name, path.read_text("utf-8")) for path in sorted(builtin_folder().glob("*.yaml"))]
    trusted = len(texts)
    mistakes: list[Mistake] = []
    for path in paths:
        for file in _rule_files(Path(path), mistakes):
            try:
                texts.append((str(file), file.read_text("utf-8-sig")))
            except OSError as error:
                mistakes.append(Mistake(str(file), 1, 1, error.strerror or str(error)))
            except UnicodeDecodeError as error:
                mistakes.append(Mistake(str(file), 1, 1, f"not UTF-8: byte {error.start}"))
    if mistakes:
        raise RuleError(mistakes)
    return read_rule_files(texts, trusted=trusted)


def _rule_files(path: Path, mistakes: list[Mistake]) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.iterdir() if file.suffix in _SUFFIXES)
    if not found:
        mistakes.append(Mistake(str(path), 1, 1, "no .yaml file in this folder"))
    return found


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
    return name == rule.topic or name in rule.formerly or fnmatch.fnmatchcase(rule.id, name)
