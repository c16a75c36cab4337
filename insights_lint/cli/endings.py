"""How every command ends: the exit statuses, and what becomes of errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import NoReturn

from insights_lint.errors import InsightsLintError

OK, VIOLATIONS, COULD_NOT_RUN, NOTHING_JUDGED, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit statuses; they are an interface (README, “Exit status”)."""


class UsageError(InsightsLintError):
    """Options that cannot be used as they are given to a command; its help is worth a look."""

    def __init__(self, message: str, command: str) -> None:
        super().__init__(message)
        self.command = command


class ReaderGoneError(Exception):
    """Whoever reads our output has gone, which is no OSError that click would exit with 1 for."""


def tell(text: str) -> None:
    """Writes a line to standard error, if there is one."""
    if "\x1b" in text:
        from click import echo  # knows where a terminal's codes are left out

        echo(text, err=True)
    elif sys.stderr is not None:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def ended(command: Callable[[], object]) -> NoReturn:
    """Runs a command, tells what keeps it from running, and exits with its status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # not where a test has put its own
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        status = command()
        sys.stdout.flush()
    except UsageError as error:
        tell(f"insights-lint: {error}")
        tell(f"Try: {error.command} --help")
        status = COULD_NOT_RUN
    except InsightsLintError as error:
        tell("\n".join(f"insights-lint: {line}" for line in str(error).splitlines()))
        status = COULD_NOT_RUN
    except KeyboardInterrupt:
        tell("insights-lint: interrupted")
        status = INTERRUPTED
    except (BrokenPipeError, ReaderGoneError):
        # A second error while the interpreter closes the output would be noise.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = COULD_NOT_RUN
    sys.exit(status if isinstance(status, int) else OK)


def ended_alone(command: Callable[[], object]) -> NoReturn:
    """The same for a command that click does not run, and with what click does of its own accord."""

    def alone() -> object:
        try:
            return command()
        except KeyboardInterrupt:
            tell("")  # the `^C` of a terminal gets a line of its own
            raise KeyboardInterrupt from None

    ended(alone)
