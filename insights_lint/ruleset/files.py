"""Finds rule files, the built-in ones and those that a user names, and reads them into rules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from insights_lint.errors import Mistake, RuleError
from insights_lint.model import Rule
from insights_lint.ruleset.rule_files import read_rule_files

_SUFFIXES = (".yaml", ".yml")


def builtin_folder() -> Path:
    """Where the built-in rules are: in the installed package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    inside = package / "rules"
    return inside if inside.is_dir() else package.parent / "rules"


def read_rules(paths: Sequence[str], *, builtin: bool) -> list[Rule]:
    """The built-in rules and those of the files and folders. Raises RuleError with every mistake of all files."""
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
