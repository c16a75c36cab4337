"""Options that several commands share, and the kinds of values that they take."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from insights_lint.cli.main import did_you_mean
from insights_lint.model import Severity
from insights_lint.readers.wanted import Path

if TYPE_CHECKING:
    _ParamType = click.ParamType[Any]
else:  # not generic before click 8.4
    _ParamType = click.ParamType


class Word(_ParamType):
    """One of some words; a wrong one is answered with the nearest."""

    name = "word"

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in self.words:
            hint = did_you_mean(str(value), self.words) or f" Choose from {', '.join(self.words)}."
            self.fail(f'"{value}" is not known.{hint}', param, ctx)
        return str(value)

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:  # noqa: ARG002
        return "[" + "|".join(self.words) + "]"


class SeverityWord(Word):
    """A severity by its name."""

    def __init__(self) -> None:
        super().__init__([severity.label for severity in sorted(Severity, reverse=True)])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if isinstance(value, Severity) else Severity[super().convert(value, param, ctx).upper()]


class Moment(_ParamType):
    """A moment as ISO 8601, as milliseconds since the epoch, or `now`; gives milliseconds."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        if value == "now":
            return time.time_ns() // 1_000_000
        from insights_lint.ruleset.examples import parse_time

        try:
            return parse_time(str(value))
        except ValueError:
            self.fail(f'"{value}" is neither ISO 8601 nor milliseconds since the epoch nor "now".', param, ctx)


class Jobs(_ParamType):
    """How many processes, or `auto` for as many as can run at once."""

    name = "jobs"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if value == "auto":
            from insights_lint.jobs.settings import usable_processors  # other commands have no jobs

            return usable_processors()
        if not isinstance(value, int) and not re.fullmatch("[1-9][0-9]{0,3}", str(value)):
            self.fail(f'"{value}" is neither a number from 1 nor "auto".', param, ctx)
        return int(value)


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


def names(_: click.Context, __: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """The names of a repeatable option that also takes several with commas."""
    return tuple(name.strip() for one in value for name in one.split(",") if name.strip())


def rule_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which rules there are, and which of them are meant."""
    for option in (
        click.option("--ignore", multiple=True, callback=names, metavar="NAME", help="Leave these rules out."),
        click.option("--select", multiple=True, callback=names, metavar="NAME", help="Only these: ids, topics, globs."),
        click.option("--no-builtin-rules", is_flag=True, help="Only the rules of --rules."),
        click.option("--rules", multiple=True, metavar="PATH", help="Add or override rules: YAML file or folder."),
    ):
        command = option(command)
    return command
