"""The front door by way of click: the group of commands, and what becomes of usage errors."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from insights_lint import __version__
from insights_lint.cli.endings import COULD_NOT_RUN, ReaderGoneError, ended
from insights_lint.cli.words import did_you_mean

_COMMANDS = ("check", "explain", "rules")
"""The commands, each in the module of its name."""


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is called, or help is asked for."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ReaderGoneError from error  # 1, which click gives, would mean violations

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's interface
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module: Any = import_module(f"insights_lint.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in _COMMANDS:
            looks_like_path = os.path.exists(args[0])  # noqa: PTH110
            hint = f" To check a file: insights-lint check {args[0]}" if looks_like_path else ""
            raise click.UsageError(f'No such command "{args[0]}".{did_you_mean(args[0], _COMMANDS)}{hint}', ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="insights-lint")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Checks Algolia Insights events against every documented constraint.

    \b
    insights-lint check fixtures/            judge events in files and folders
    insights-lint explain positions-missing  what a rule wants, and why
    insights-lint rules                      all rules
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
        ctx.exit(COULD_NOT_RUN)


def run_with_click(arguments: Sequence[str]) -> NoReturn:
    """Runs any command line and exits."""

    def command() -> object:
        try:
            return cli.main(args=list(arguments), prog_name="insights-lint", standalone_mode=False)
        except click.ClickException as error:
            _tell(error)
            return COULD_NOT_RUN
        except click.Abort:
            raise KeyboardInterrupt from None

    ended(command)


def _tell(error: click.ClickException) -> None:
    """Prints a usage error; for unknown options the nearest ones first, which click lists by the alphabet."""
    message = error.format_message()
    context = getattr(error, "ctx", None)
    if isinstance(error, click.NoSuchOption):
        options = [name for param in context.command.params for name in param.opts] if context else []
        message = f"No such option {error.option_name}.{did_you_mean(error.option_name, options)}"
    click.echo(f"insights-lint: {message}", err=True)
    if context is not None:
        click.echo(f"Try: {context.command_path} --help", err=True)
