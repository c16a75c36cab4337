"""The front door: the group of commands, and what becomes of errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from insights_lint import __version__
from insights_lint.errors import InsightsLintError

OK, VIOLATIONS, COULD_NOT_RUN, NOTHING_JUDGED, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit statuses; they are an interface (README, “Exit status”)."""

_COMMANDS = ("check", "explain", "rules")
"""The commands, each in the module of its name."""


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is called, or help is asked for."""

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


def did_you_mean(word: str, candidates: Sequence[str]) -> str:
    """` Did you mean a or b?` with at most three candidates, nearest first; nothing if none is near."""
    from insights_lint.keywords.nearest import nearest

    near = nearest(word, candidates)
    return f" Did you mean {' or '.join(near)}?" if near else ""


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


def run(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs the command line and exits."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # not where a test has put its own
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        status = cli.main(args=arguments, prog_name="insights-lint", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        _tell(error)
        status = COULD_NOT_RUN
    except InsightsLintError as error:
        click.echo("\n".join(f"insights-lint: {line}" for line in str(error).splitlines()), err=True)
        status = COULD_NOT_RUN
    except (KeyboardInterrupt, click.Abort):
        click.echo("insights-lint: interrupted", err=True)
        status = INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone; a second error while the interpreter closes it would be noise.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = COULD_NOT_RUN
    sys.exit(status if isinstance(status, int) else OK)


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
