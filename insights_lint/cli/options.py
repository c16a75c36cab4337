"""Options that several commands share, and the kinds of values that they take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from insights_lint.cli.words import COLORS, SEVERITIES, color, moment, names, one_of, processes, severity
from insights_lint.readers.wanted import Path

if TYPE_CHECKING:
    _ParamType = click.ParamType[Any]
else:  # not generic before click 8.4
    _ParamType = click.ParamType


class _Meaning(_ParamType):
    """Values whose words have a meaning, which a function gives."""

    def __init__(self, name: str, meaning: Callable[[str], Any]) -> None:
        self.name = name
        self._meaning = meaning

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):  # it was converted already
            return value
        try:
            return self._meaning(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Word(_Meaning):
    """One of some words; a wrong one is answered with the nearest."""

    def __init__(self, words: Sequence[str], meaning: Callable[[str], Any] | None = None) -> None:
        super().__init__("word", meaning or partial(one_of, words=words))
        self.words = words

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:  # noqa: ARG002
        return "[" + "|".join(self.words) + "]"


SEVERITY = Word(SEVERITIES, severity)
COLOR = Word(COLORS, color)
MOMENT = _Meaning("time", moment)
JOBS = _Meaning("jobs", processes)


class PointerPath(_ParamType):
    """A JSON Pointer in which `*` is any key or index."""

    name = "pointer"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        if isinstance(value, Path):
            return value
        try:
            return Path.parse(str(value))
        except ValueError as error:
            self.fail(f'"{value}" is no JSON Pointer: {error}, as in /entries/*/body.', param, ctx)


def _names(_: click.Context, __: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    return names(value)


def rule_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which rules there are, and which of them are meant."""
    for option in (
        click.option("--ignore", multiple=True, callback=_names, metavar="NAME", help="Leave these rules out."),
        click.option(
            "--select", multiple=True, callback=_names, metavar="NAME", help="Only these: ids, topics, globs."
        ),
        click.option("--no-builtin-rules", is_flag=True, help="Only the rules of --rules."),
        click.option("--rules", multiple=True, metavar="PATH", help="Add or override rules: YAML file or folder."),
    ):
        command = option(command)
    return command
